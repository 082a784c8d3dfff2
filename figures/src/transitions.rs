//! Transitions between units of an arena, as sparse weights T: which units a unit excites because the bird goes there next.

use chickadee_engine::models::barcode::Wiring;

/// T on a grid of units, a row per presynaptic unit. Paths and bands end at the walls.
pub(super) struct Transitions {
    side: usize,
    rows: Vec<Vec<(usize, f64)>>,
}

/// A unit of the grid: row, column. May lie outside.
pub(super) type Cell = (i64, i64);

/// Weight of a transition that any bird makes.
const ANYWHERE: f64 = 0.25;
/// Weight of a transition along a path.
const ALONG: f64 = 0.75;

impl Transitions {
    /// A bird that goes anywhere near: 0.25 from every unit to all within `radius` rows and columns of it, itself included.
    pub fn nearby(side: usize, radius: usize) -> Self {
        let near = |at: usize| at.saturating_sub(radius)..(at + radius + 1).min(side);
        let row = |unit: usize| {
            let (rows, columns) = (near(unit / side), near(unit % side));
            let cells = rows.flat_map(|row| columns.clone().map(move |column| row * side + column));
            cells.map(|to| (to, ANYWHERE)).collect()
        };
        let rows = (0..side * side).map(row).collect();
        Self { side, rows }
    }

    /// The unit of a cell; `None` beyond the walls.
    fn unit(&self, (row, column): Cell) -> Option<usize> {
        let inside = |at: i64| usize::try_from(at).ok().filter(|at| *at < self.side);
        Some(inside(row)? * self.side + inside(column)?)
    }

    /// A bird that goes from one cell to another: 0.75, whatever it was before. Nothing where one lies beyond the walls.
    pub fn go(&mut self, from: Cell, to: Cell) {
        let (Some(from), Some(to)) = (self.unit(from), self.unit(to)) else {
            return;
        };
        let row = &mut self.rows[from];
        match row.iter_mut().find(|(other, _)| *other == to) {
            Some((_, weight)) => *weight = ALONG,
            None => row.push((to, ALONG)),
        }
    }

    /// Scales every row to a sum of 1.
    pub fn normalise(&mut self) {
        for row in &mut self.rows {
            let sum: f64 = row.iter().map(|(_, weight)| weight).sum();
            for (_, weight) in row {
                *weight /= sum;
            }
        }
    }

    /// Adds `factor` · T to the normal numbers of a wiring. To have w T in the recurrent weights σ G/√N + μ/N the factor is w √N/σ.
    pub fn add_to(&self, wiring: &mut Wiring, factor: f64) {
        for (from, row) in self.rows.iter().enumerate() {
            let weights = wiring.normals.row_mut(from);
            for &(to, weight) in row {
                weights[to] += (factor * weight) as f32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chickadee_engine::base::Matrix;

    fn dense(transitions: &Transitions) -> Matrix {
        let units = transitions.side * transitions.side;
        let zero = Matrix::zeros(units, units);
        let mut wiring = Wiring::given(zero, vec![0.0; units]);
        transitions.add_to(&mut wiring, 1.0);
        wiring.normals
    }

    #[test]
    fn walls_end_what_is_near() {
        let mut transitions = Transitions::nearby(7, 2);
        let weights = dense(&transitions);
        let reached = |unit: usize| weights.row(unit).iter().filter(|w| **w > 0.0).count();
        // A corner, a wall, the middle.
        assert_eq!([reached(0), reached(3), reached(24)], [9, 15, 25]);
        // The end of a row and the beginning of the next are neighbours in memory only.
        assert_eq!((weights.row(6)[7], weights.row(7)[6]), (0.0, 0.0));
        assert!((weights.row(24)[24] - 0.25).abs() < 1e-6);
        transitions.normalise();
        let weights = dense(&transitions);
        for unit in 0..49 {
            let sum: f32 = weights.row(unit).iter().sum();
            assert!((sum - 1.0).abs() < 1e-5, "{unit}: {sum}");
        }
    }

    #[test]
    fn what_a_path_says_counts_and_walls_cut_it() {
        let mut transitions = Transitions::nearby(7, 1);
        transitions.go((3, 3), (3, 4));
        transitions.go((3, 3), (3, 4));
        transitions.go((6, 6), (0, 0));
        for outside in [(-1, 3), (3, -1), (7, 3), (3, 7)] {
            transitions.go((3, 3), outside);
            transitions.go(outside, (3, 3));
        }
        let weights = dense(&transitions);
        assert_eq!(weights.row(24)[25], 0.75);
        assert_eq!(weights.row(48)[0], 0.75);
        let sum: f32 = weights.values().iter().sum();
        let near: f32 = dense(&Transitions::nearby(7, 1)).values().iter().sum();
        assert!((sum - near - 0.5 - 0.75).abs() < 1e-4, "{sum} {near}");
    }
}
