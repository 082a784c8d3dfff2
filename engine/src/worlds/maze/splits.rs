use super::{Family, Maze, NumpyRandom};

/// Goals, shared out; each in the order in which the published tasks take turns with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Goals to train on.
    pub train: Vec<usize>,
    /// Goals to watch training with; the authors' code calls them *test*.
    pub validation: Vec<usize>,
    /// Goals that training never sees; the authors' code calls them *eval*.
    pub held_out: Vec<usize>,
}

/// Shares out the possible goals of a maze, shuffled as `numpy.random.RandomState(0).shuffle` does: about 80 % to train
/// on, 10 % for validation, 10 % held out, and at least one of each where there are three.
///
/// The 5 × 5 grid has 21, 2 and 2 of them, the complete tree of 7 layers 51, 6 and 7; these are the published lists.
#[must_use]
pub fn goals(maze: &Maze) -> Split {
    let mut train = maze.leaves();
    NumpyRandom::new(0).shuffle(&mut train);
    let count = train.len();
    // The authors cut grids from the end and trees from the front.
    let (validation, held_out) = match maze.family() {
        Family::Gridworld => (count / 10, count / 10),
        Family::Tree => (count * 9 / 10 - count * 8 / 10, count - count * 9 / 10),
    };
    let least = usize::from(count >= 3);
    let most = |part: usize| part.max(least).min(count);
    let mut take = |part: usize| train.split_off(train.len() - most(part).min(train.len()));
    let held_out = take(held_out);
    let validation = take(validation);
    Split {
        train,
        validation,
        held_out,
    }
}

/// States far enough from the goal to start an evaluation at, in order: at least as many steps as the longer side of a
/// grid has, or as a tree is deep (4 in the 5 × 5 grid, 6 in the tree of 7 layers). One of them is drawn with equal
/// chances. Where no state is so far, the farthest ones that have a way to the goal are given.
#[must_use]
pub fn far_starts(maze: &Maze, goal: usize) -> Vec<usize> {
    let away = |state: usize| Some(maze.distance(state, goal)).filter(|&steps| steps != u32::MAX);
    let farthest = (0..maze.states()).filter_map(away).max().unwrap_or(0);
    let least = far(maze).min(farthest);
    (0..maze.states())
        .filter(|&state| away(state).is_some_and(|steps| steps >= least))
        .collect()
}

/// States of a given `bank` to start an evaluation at: in a grid all of them, in a tree those as far from the goal as
/// [`far_starts`] asks.
#[must_use]
pub fn bank_starts(maze: &Maze, goal: usize, bank: &[usize]) -> Vec<usize> {
    match maze.family() {
        Family::Gridworld => bank.to_vec(),
        Family::Tree => bank
            .iter()
            .copied()
            .filter(|&state| maze.distance(state, goal) >= far(maze))
            .collect(),
    }
}

/// Steps that count as far.
fn far(maze: &Maze) -> u32 {
    (maze.topology().size() - 1) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_goals_of_the_grid() {
        let maze = Maze::grid(5).unwrap();
        let split = goals(&maze);
        let at = |states: &[usize]| -> Vec<(usize, usize)> {
            states.iter().map(|&state| maze.position(state)).collect()
        };
        #[rustfmt::skip]
        assert_eq!(at(&split.train), [
            (1, 0), (0, 2), (3, 4), (3, 1), (2, 1), (4, 2), (3, 2), (4, 4), (4, 3), (2, 4), (0, 1), (2, 0), (2, 3), (1, 3),
            (1, 1), (3, 3), (0, 4), (1, 4), (1, 2), (4, 0), (0, 3),
        ]);
        assert_eq!(at(&split.validation), [(0, 0), (4, 1)]);
        assert_eq!(at(&split.held_out), [(3, 0), (2, 2)]);
    }

    #[test]
    fn published_goals_of_the_tree() {
        let maze = Maze::tree(7).unwrap();
        let split = goals(&maze);
        let at = |states: &[usize]| -> Vec<usize> {
            states.iter().map(|&state| maze.position(state).1).collect()
        };
        assert_eq!(split.train.len(), 51);
        assert_eq!(at(&split.train)[..5], [45, 29, 43, 61, 34]);
        assert_eq!(at(&split.validation), [23, 36, 50, 21, 19, 9]);
        assert_eq!(at(&split.held_out), [39, 59, 3, 0, 53, 47, 44]);
    }

    #[test]
    fn every_size_has_goals_of_each_kind() {
        let grids = (3..=8).map(|size| Maze::grid(size).unwrap());
        let trees = (3..=8).map(|layers| Maze::tree(layers).unwrap());
        for maze in grids.chain(trees) {
            let Split {
                train,
                validation,
                held_out,
            } = goals(&maze);
            assert!(!validation.is_empty() && !held_out.is_empty());
            assert!(train.len() > validation.len().max(held_out.len()));
            let mut all = [train, validation, held_out].concat();
            all.sort_unstable();
            assert_eq!(all, maze.leaves());
        }
        let pair = goals(&Maze::grid_with_walls(1, 2, &[]).unwrap());
        assert_eq!((pair.train.len(), pair.held_out.len()), (2, 0));
    }

    #[test]
    fn far_starts_are_far() {
        let grid = Maze::grid(5).unwrap();
        let centre = grid.at(2, 2).unwrap();
        assert_eq!(far_starts(&grid, centre), [0, 4, 20, 24]);
        let side = grid.at(3, 0).unwrap();
        let starts = far_starts(&grid, side);
        assert!(starts.iter().all(|&state| grid.distance(state, side) >= 4));
        assert_eq!(starts.len(), 12);
        let tree = Maze::tree(7).unwrap();
        let starts = far_starts(&tree, 63);
        assert!(starts.iter().all(|&state| tree.distance(state, 63) >= 6));
        assert!(starts.contains(&0) && !starts.contains(&1));
        assert_eq!(bank_starts(&tree, 63, &[0, 1, 126]), [0, 126]);
        assert_eq!(bank_starts(&grid, 0, &[0, 1]), [0, 1]);
        // Behind the wall nothing is three steps away; the end of the corridor is the farthest there is.
        let corridor = Maze::grid_with_walls(1, 4, &[(1, 2)]).unwrap();
        assert_eq!(far_starts(&corridor, 0), [1]);
    }
}
