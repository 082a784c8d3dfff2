use std::sync::Arc;

use super::{Maze, MazeError, NumpyRandom, Transition, codes};
use crate::base::{Matrix, random::Random};

/// Cells along a side of the published grid.
pub const PUBLISHED_SIDE: usize = 5;
/// Layers of the published trees.
pub const PUBLISHED_LAYERS: usize = 7;
/// The correlation parameter c of the published sensory codes.
pub const PUBLISHED_CORRELATION: f64 = 0.25;

/// A maze, what its states look like, and where the goal is.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The maze; tasks may share it.
    pub maze: Arc<Maze>,
    /// Sensory codes, states × [`SENSORY`](super::SENSORY); each row has length 1.
    pub codes: Matrix,
    /// The goal: the state that is rewarded.
    pub goal: usize,
}

impl Task {
    /// The published 5 × 5 grid of a NumPy seed.
    ///
    /// # Errors
    /// When `goal` is not one of the 25 states.
    pub fn published_grid(seed: u32, goal: usize) -> Result<Self, MazeError> {
        let maze = Maze::grid(PUBLISHED_SIDE)?;
        let mut random = NumpyRandom::new(seed);
        let codes = codes(&maze, PUBLISHED_CORRELATION, |out| random.fill_normal(out));
        Self::checked(maze, codes, goal)
    }

    /// The published tree of 7 layers of a NumPy seed. Trees were trained on with a `branching` of 0.9 and evaluated with
    /// 1, which gives the complete tree. Without a `goal`, one is drawn from the last layer.
    ///
    /// # Errors
    /// When `branching` is no probability, the tree has no node in the last layer (which the authors skip: 0.9 % of the
    /// seeds at 0.9), or `goal` is no state of it.
    pub fn published_tree(
        seed: u32,
        branching: f64,
        goal: Option<usize>,
    ) -> Result<Self, MazeError> {
        let mut random = NumpyRandom::new(seed);
        // The generator makes G before the tree, and G does not depend on which nodes there will be.
        let mut g = vec![0.0; super::SENSORY * ((1 << PUBLISHED_LAYERS) - 1)];
        random.fill_normal(&mut g);
        let maze = Maze::pruned_tree(PUBLISHED_LAYERS, branching, || random.uniform())?;
        let codes = codes(&maze, PUBLISHED_CORRELATION, |out| out.copy_from_slice(&g));
        let goal = goal.unwrap_or_else(|| {
            let leaves = maze.leaves();
            leaves[random.below(leaves.len() as u32) as usize]
        });
        Self::checked(maze, codes, goal)
    }

    /// A task with codes drawn from `random`, to be used at a place of
    /// [`Stream::Task`](crate::base::random::Stream::Task). A `goal` that is no state is never reached.
    #[must_use]
    pub fn with_random(
        maze: Arc<Maze>,
        correlation: f64,
        goal: usize,
        random: &mut Random,
    ) -> Self {
        let codes = codes(&maze, correlation, |out| random.fill_normal(out));
        Self { maze, codes, goal }
    }

    /// The reward of a step that ends in `next_state`: 1 at the goal, also when it began there, and 0 elsewhere.
    #[must_use]
    pub fn reward(&self, next_state: usize) -> f32 {
        if next_state == self.goal { 1.0 } else { 0.0 }
    }

    /// Transitions as observations: [state code, action, next code, reward] of each, one behind the other, with the
    /// action as a one-hot vector.
    #[must_use]
    pub fn observe(&self, transitions: &[Transition]) -> Vec<f32> {
        let mut out = Vec::with_capacity(transitions.len() * self.observation());
        for t in transitions {
            out.extend_from_slice(self.codes.row(t.state));
            out.extend((0..self.maze.actions()).map(|a| if a == t.action { 1.0 } else { 0.0 }));
            out.extend_from_slice(self.codes.row(t.next));
            out.push(t.reward);
        }
        out
    }

    /// The question what to do in `state`: an observation of which only the state is known, the rest zero.
    #[must_use]
    pub fn ask(&self, state: usize) -> Vec<f32> {
        let mut out = self.codes.row(state).to_vec();
        out.resize(self.observation(), 0.0);
        out
    }

    /// That question for every state, one behind the other.
    #[must_use]
    pub fn ask_everywhere(&self) -> Vec<f32> {
        (0..self.maze.states())
            .flat_map(|state| self.ask(state))
            .collect()
    }

    /// Length of an observation.
    fn observation(&self) -> usize {
        2 * super::SENSORY + self.maze.actions() + 1
    }

    fn checked(maze: Maze, codes: Matrix, goal: usize) -> Result<Self, MazeError> {
        let states = maze.states();
        if goal >= states {
            return Err(MazeError::Goal { goal, states });
        }
        Ok(Self {
            maze: Arc::new(maze),
            codes,
            goal,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Stream;

    /// Sizes and goals of trees made by a transcription of the published rules to NumPy.
    #[test]
    fn published_trees() {
        for (seed, states, leaves, goal) in [
            (0, 96, 45, 50),
            (1, 76, 32, 16),
            (2, 92, 43, 37),
            (12_345, 92, 43, 30),
        ] {
            let Task { maze, goal: at, .. } = Task::published_tree(seed, 0.9, None).unwrap();
            assert_eq!((maze.states(), maze.leaves().len()), (states, leaves));
            assert_eq!(maze.position(at), (6, goal));
        }
        let complete = Task::published_tree(4, 1.0, None).unwrap();
        assert_eq!(*complete.maze, Maze::tree(7).unwrap());
        assert_eq!(complete.maze.position(complete.goal), (6, 56));
        let given = Task::published_tree(4, 1.0, Some(100)).unwrap();
        assert_eq!((given.goal, &given.codes), (100, &complete.codes));
    }

    #[test]
    fn only_the_goal_is_rewarded() {
        let task = Task::published_grid(3, 7).unwrap();
        let rewarded: Vec<usize> = (0..25).filter(|&s| task.reward(s) > 0.0).collect();
        assert_eq!(rewarded, [7]);
        assert_eq!(task.reward(7), 1.0);
    }

    #[test]
    fn a_goal_must_be_a_state() {
        let (goal, states) = (25, 25);
        let error = MazeError::Goal { goal, states };
        assert_eq!(Task::published_grid(0, 25), Err(error));
        assert!(Task::published_tree(0, 0.9, Some(96)).is_err());
        assert!(Task::published_tree(0, 1.5, None).is_err());
    }

    #[test]
    fn tasks_from_one_stream_differ_by_position() {
        let maze = Arc::new(Maze::grid(4).unwrap());
        let task = |position| {
            let mut random = Random::new(9, Stream::Task, position);
            Task::with_random(Arc::clone(&maze), 0.25, 3, &mut random)
        };
        assert_eq!(task(0), task(0));
        assert_ne!(task(0).codes, task(1).codes);
        for state in 0..16 {
            let length: f32 = task(0).codes.row(state).iter().map(|v| v * v).sum();
            assert!((length - 1.0).abs() < 1e-5);
        }
    }
}
