use super::{
    Family, Maze, MazeError, PUBLISHED_CORRELATION, PUBLISHED_LAYERS, PUBLISHED_SIDE, Task, goals,
};
use crate::base::random::{Random, Stream};

/// Seed of the first published evaluation gridworld; two held-out goals take turns from there.
const FIRST_GRIDWORLD: u32 = 828_000;

/// The numbers of the evaluation of one kind of maze at one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protocol {
    /// Gridworlds or trees.
    pub family: Family,
    /// Cells along a side, or layers.
    pub size: usize,
}

impl Protocol {
    /// The paper's size: 5 × 5, 7 layers.
    #[must_use]
    pub fn published(family: Family) -> Self {
        let size = match family {
            Family::Gridworld => PUBLISHED_SIDE,
            Family::Tree => PUBLISHED_LAYERS,
        };
        Self { family, size }
    }

    /// The maze.
    ///
    /// # Errors
    /// When the size is impossible.
    pub fn maze(self) -> Result<Maze, MazeError> {
        match self.family {
            Family::Gridworld => Maze::grid(self.size),
            Family::Tree => Maze::tree(self.size),
        }
    }

    /// Number of evaluation tasks; those of the published sizes are the authors' own.
    #[must_use]
    pub fn population(self) -> usize {
        match self.family {
            Family::Tree if self == Self::published(Family::Tree) => 105,
            _ => 72_000,
        }
    }

    /// Steps of a walk, the longest context: eight a state.
    #[must_use]
    pub fn walk(self) -> usize {
        match self.family {
            Family::Gridworld => 8 * self.size * self.size,
            // 1,000 at the published size.
            Family::Tree => (125 << self.size) / 16,
        }
    }

    /// Context lengths of the returns. Beyond the length of a gridworld walk, a length means all of it.
    #[must_use]
    pub fn lengths(self) -> Vec<usize> {
        let walk = self.walk();
        match self.family {
            Family::Gridworld => (0..=24).map(|i| i * walk / 20).collect(),
            // Steps of 1/40 at first, of 1/10 later.
            Family::Tree => (0..=12)
                .map(|i| i * walk / 40)
                .chain((4..=10).map(|i| i * walk / 10))
                .collect(),
        }
    }

    /// Context length of the query types.
    #[must_use]
    pub fn typed_length(self) -> usize {
        match self.family {
            Family::Gridworld => self.walk(),
            Family::Tree => self.walk() * 4 / 5,
        }
    }

    /// Nearest start of an episode to the goal, steps.
    #[must_use]
    pub fn nearest_start(self) -> u32 {
        match self.family {
            Family::Gridworld => 2,
            Family::Tree => self.size as u32 - 1,
        }
    }

    /// Steps of an episode.
    #[must_use]
    pub fn horizon(self) -> usize {
        match self.family {
            Family::Gridworld => 3 * self.size,
            Family::Tree => 100,
        }
    }

    /// The soft-max temperature τ of decisions from learned action values, as published.
    #[must_use]
    pub fn value_temperature(self) -> f32 {
        match self.family {
            Family::Gridworld => 0.005,
            Family::Tree => 0.01,
        }
    }

    /// The discount γ of the deep Q-network, as published.
    #[must_use]
    pub fn network_discount(self) -> f32 {
        match self.family {
            Family::Gridworld => 0.9,
            Family::Tree => 0.8,
        }
    }

    /// Evaluation task number `index`: fresh codes and a held-out goal. At the published sizes it is the authors' task of
    /// this number, and `seed` makes no difference.
    ///
    /// # Errors
    /// When the size is impossible.
    pub fn task(self, seed: u64, index: usize) -> Result<Task, MazeError> {
        let maze = self.maze()?;
        let goals = goals(&maze).held_out;
        let goal = goals[index % goals.len()];
        if self != Self::published(self.family) {
            let mut random = Random::new(seed, Stream::Task, index as u64);
            return Ok(Task::with_random(
                maze.into(),
                PUBLISHED_CORRELATION,
                goal,
                &mut random,
            ));
        }
        match self.family {
            Family::Gridworld => Task::published_grid(FIRST_GRIDWORLD + index as u32, goal),
            Family::Tree => Task::published_tree(index as u32, 1.0, Some(goal)),
        }
    }
}
