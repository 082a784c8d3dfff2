use super::Maze;
use crate::base::Matrix;

/// Number of sensory dimensions, S.
pub const SENSORY: usize = 10;

/// Sensory codes of all states, states × [`SENSORY`]: unit vectors, one per row.
///
/// `normal` fills a slice with independent standard normal numbers. It is called once, for G, row-major with one row
/// per sensory dimension and one column per place of the full rectangle or the complete tree. The code of state i is
/// G K[:, i] scaled to length one, with K = `correlation`^D and 0^0 = 1: at 0 codes are independent, and the larger it
/// is, the more do neighbours share.
///
/// `correlation` is not the correlation of neighbours, for the covariance before scaling is K². At 0.25 the mean cosine
/// of neighbours is 0.52 in the 5 × 5 grid and 0.45 in the tree of 7 layers.
#[must_use]
pub fn codes(maze: &Maze, correlation: f64, mut normal: impl FnMut(&mut [f32])) -> Matrix {
    let places = maze.code_places();
    let mut g = vec![0.0; SENSORY * places];
    normal(&mut g);
    let distances = maze.code_distances();
    let farthest = distances.iter().copied().max().unwrap_or(0);
    // Powers by multiplication: the same bits everywhere, and 0^0 = 1.
    let powers: Vec<f64> = std::iter::successors(Some(1.0), |power| Some(power * correlation))
        .take(farthest as usize + 1)
        .collect();

    let mut out = Matrix::zeros(maze.states(), SENSORY);
    for state in 0..maze.states() {
        let kernel = &distances[maze.code_place(state) * places..][..places];
        let mut code = [0.0; SENSORY];
        for (value, weights) in code.iter_mut().zip(g.chunks_exact(places)) {
            *value = kernel
                .iter()
                .zip(weights)
                .map(|(&distance, &weight)| powers[distance as usize] * f64::from(weight))
                .sum();
        }
        let length = code.iter().map(|value| value * value).sum::<f64>().sqrt();
        if length > 0.0 {
            for (value, code) in out.row_mut(state).iter_mut().zip(code) {
                *value = (code / length) as f32;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::random::{Random, Stream},
        worlds::maze::Task,
    };

    fn assert_row(codes: &Matrix, state: usize, expected: [f32; SENSORY]) {
        for (value, expected) in codes.row(state).iter().zip(expected) {
            assert!((value - expected).abs() < 1e-5, "{:?}", codes.row(state));
        }
    }

    /// Values of the authors' code under NumPy.
    #[test]
    fn published_codes() {
        let grid = Task::published_grid(0, 0).unwrap();
        #[rustfmt::skip]
        assert_row(&grid.codes, grid.maze.at(0, 0).unwrap(), [
            0.598131, -0.362531, -0.247785, -0.225026, 0.569679, -0.048289, 0.129220, -0.072403, -0.192764, -0.113193,
        ]);
        #[rustfmt::skip]
        assert_row(&grid.codes, grid.maze.at(2, 3).unwrap(), [
            0.252166, -0.250924, -0.573120, -0.027309, 0.646788, 0.168492, -0.134359, -0.257873, 0.000256, -0.113854,
        ]);
        let tree = Task::published_tree(0, 1.0, None).unwrap();
        #[rustfmt::skip]
        assert_row(&tree.codes, 0, [
            0.650106, 0.549620, 0.114381, -0.186509, -0.214856, 0.115891, 0.237680, -0.211290, -0.017811, -0.257613,
        ]);
        #[rustfmt::skip]
        assert_row(&tree.codes, tree.maze.at(6, 5).unwrap(), [
            -0.609298, -0.095035, 0.258192, 0.182614, -0.534385, 0.207409, -0.017202, -0.149763, -0.346074, 0.220534,
        ]);
    }

    #[test]
    fn codes_of_a_pruned_tree_are_rows_of_the_complete_one() {
        let complete = Task::published_tree(1, 1.0, None).unwrap();
        let pruned = Task::published_tree(1, 0.9, None).unwrap();
        assert_eq!(pruned.codes.rows(), pruned.maze.states());
        for state in 0..pruned.maze.states() {
            let (layer, position) = pruned.maze.position(state);
            let same = complete.maze.at(layer, position).unwrap();
            assert_eq!(pruned.codes.row(state), complete.codes.row(same));
        }
    }

    #[test]
    fn without_correlation_codes_are_the_scaled_columns_of_g() {
        let maze = Maze::grid(3).unwrap();
        let mut g = vec![0.0; 90];
        let codes = codes(&maze, 0.0, |out| {
            Random::new(5, Stream::Task, 0).fill_normal(out);
            g.copy_from_slice(out);
        });
        for state in 0..9 {
            let column: Vec<f32> = (0..SENSORY).map(|s| g[s * 9 + state]).collect();
            let length = column.iter().map(|v| v * v).sum::<f32>().sqrt();
            for (value, column) in codes.row(state).iter().zip(column) {
                assert!((value - column / length).abs() < 1e-6);
            }
        }
    }

    /// Mean cosine of the codes of states 0, 1, … apart.
    fn cosines(maze: &Maze, draws: u64) -> [f64; 6] {
        let places = maze.code_places();
        let distances = maze.code_distances();
        let (mut sums, mut counts) = ([0.0; 6], [0; 6]);
        for draw in 0..draws {
            let mut random = Random::new(1, Stream::Task, draw);
            let codes = codes(maze, 0.25, |out| random.fill_normal(out));
            for a in 0..places {
                for b in 0..places {
                    let Some(sum) = sums.get_mut(distances[a * places + b] as usize) else {
                        continue;
                    };
                    let product = codes.row(a).iter().zip(codes.row(b)).map(|(x, y)| x * y);
                    *sum += f64::from(product.sum::<f32>());
                    counts[distances[a * places + b] as usize] += 1;
                }
            }
        }
        std::array::from_fn(|d| sums[d] / f64::from(counts[d]))
    }

    /// Expected values are means over 20,000 draws (grid) and 1,500 (tree) in NumPy, known to 0.001.
    #[test]
    fn neighbours_look_alike() {
        let grid = cosines(&Maze::grid(5).unwrap(), 4000);
        for (cosine, expected) in grid
            .into_iter()
            .zip([1.0, 0.518, 0.232, 0.093, 0.037, 0.018])
        {
            assert!((cosine - expected).abs() < 0.01, "{grid:?}");
        }
        let tree = cosines(&Maze::tree(7).unwrap(), 200);
        for (cosine, expected) in tree
            .into_iter()
            .zip([1.0, 0.452, 0.166, 0.055, 0.016, 0.004])
        {
            assert!((cosine - expected).abs() < 0.01, "{tree:?}");
        }
    }
}
