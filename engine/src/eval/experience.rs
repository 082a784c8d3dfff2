//! Tasks that training never saw, and a random walk through each.

use serde::Serialize;

use super::{EvalError, Settings};
use crate::{
    base::random::{Random, Stream},
    models::transformer::{Context, Transformer},
    worlds::maze::{
        Maze, MazeError, PUBLISHED_CORRELATION, PUBLISHED_LAYERS, PUBLISHED_SIDE, SENSORY, Task,
        Transition, explore, goals, python_sample, start_state,
    },
};

/// What is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Gridworlds of 5 × 5.
    Gridworld,
    /// Complete trees of 7 layers.
    Tree,
}

impl Kind {
    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gridworld => "gridworld",
            Self::Tree => "tree",
        }
    }

    /// Whether a transformer was made for this.
    pub(crate) fn fits(self, transformer: &Transformer) -> Result<(), EvalError> {
        let shape = transformer.shape();
        if shape.actions == self.actions() && shape.sensory == SENSORY {
            return Ok(());
        }
        Err(EvalError::Shape {
            found: shape.actions,
            sensory: shape.sensory,
            task: self.name(),
            expected: self.actions(),
        })
    }

    /// Number of actions.
    #[must_use]
    pub fn actions(self) -> usize {
        match self {
            Self::Gridworld => 5,
            Self::Tree => 4,
        }
    }
}

/// The numbers of the evaluation of one kind of maze at one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Protocol {
    /// Gridworlds or trees.
    pub kind: Kind,
    /// Cells along a side, or layers.
    pub size: usize,
}

impl Protocol {
    /// The paper's size: 5 × 5, 7 layers.
    #[must_use]
    pub fn published(kind: Kind) -> Self {
        let size = match kind {
            Kind::Gridworld => PUBLISHED_SIDE,
            Kind::Tree => PUBLISHED_LAYERS,
        };
        Self { kind, size }
    }

    /// The maze.
    ///
    /// # Errors
    /// When the size is impossible.
    pub fn maze(self) -> Result<Maze, MazeError> {
        match self.kind {
            Kind::Gridworld => Maze::grid(self.size),
            Kind::Tree => Maze::tree(self.size),
        }
    }

    /// Number of evaluation tasks; those of the published sizes are the authors' own.
    #[must_use]
    pub fn population(self) -> usize {
        match self.kind {
            Kind::Tree if self == Self::published(Kind::Tree) => 105,
            _ => 72_000,
        }
    }

    /// Steps of a walk, the longest context: eight a state.
    pub(crate) fn walk(self) -> usize {
        match self.kind {
            Kind::Gridworld => 8 * self.size * self.size,
            // 1,000 at the published size.
            Kind::Tree => (125 << self.size) / 16,
        }
    }

    /// Context lengths of the returns. Beyond the length of a gridworld walk, a length means all of it.
    pub fn lengths(self) -> Vec<usize> {
        let walk = self.walk();
        match self.kind {
            Kind::Gridworld => (0..=24).map(|i| i * walk / 20).collect(),
            // Steps of 1/40 at first, of 1/10 later.
            Kind::Tree => (0..=12)
                .map(|i| i * walk / 40)
                .chain((4..=10).map(|i| i * walk / 10))
                .collect(),
        }
    }

    /// Context length of the query types.
    pub(super) fn typed_length(self) -> usize {
        match self.kind {
            Kind::Gridworld => self.walk(),
            Kind::Tree => self.walk() * 4 / 5,
        }
    }

    /// Nearest start of an episode to the goal, steps.
    pub fn nearest_start(self) -> u32 {
        match self.kind {
            Kind::Gridworld => 2,
            Kind::Tree => self.size as u32 - 1,
        }
    }

    /// Steps of an episode.
    pub fn horizon(self) -> usize {
        match self.kind {
            Kind::Gridworld => 3 * self.size,
            Kind::Tree => 100,
        }
    }
}

/// A task and a walk through it.
#[derive(Clone, Debug)]
pub struct Walk {
    /// The task.
    pub task: Task,
    /// The walk.
    pub steps: Vec<Transition>,
}

impl Walk {
    /// States of the first `length` steps, each once, in the order in which they were met.
    #[must_use]
    pub fn seen(&self, length: usize) -> Vec<usize> {
        let mut known = vec![false; self.task.maze.states()];
        let mut seen = Vec::new();
        let states = self.steps[..length].iter().flat_map(|t| [t.state, t.next]);
        for state in states {
            if !std::mem::replace(&mut known[state], true) {
                seen.push(state);
            }
        }
        seen
    }

    /// Rewards of the first `length` steps.
    #[must_use]
    pub fn rewards(&self, length: usize) -> usize {
        self.steps[..length]
            .iter()
            .filter(|t| t.reward > 0.0)
            .count()
    }

    /// The walk as the memory of a transformer.
    #[must_use]
    pub fn context(&self, transformer: &Transformer) -> Context {
        let mut context = Context::new(transformer.shape());
        context.append(transformer, &self.task.observe(&self.steps));
        context
    }
}

/// Seed of the first published evaluation gridworld; two held-out goals take turns from there.
const FIRST_GRIDWORLD: u32 = 828_000;

/// Evaluation task `index`: fresh codes, a held-out goal. At the published sizes it is the authors' task of this number.
pub(super) fn task(protocol: Protocol, seed: u64, index: usize) -> Result<Task, MazeError> {
    let maze = protocol.maze()?;
    let goals = goals(&maze).held_out;
    let goal = goals[index % goals.len()];
    if protocol != Protocol::published(protocol.kind) {
        let mut random = Random::new(seed, Stream::Task, index as u64);
        return Ok(Task::with_random(
            maze.into(),
            PUBLISHED_CORRELATION,
            goal,
            &mut random,
        ));
    }
    match protocol.kind {
        Kind::Gridworld => Task::published_grid(FIRST_GRIDWORLD + index as u32, goal),
        Kind::Tree => Task::published_tree(index as u32, 1.0, Some(goal)),
    }
}

/// The tasks that the settings select, each with its walk.
pub(super) fn walks(settings: &Settings) -> Result<Vec<Walk>, MazeError> {
    let protocol = settings.protocol;
    let chosen = python_sample(settings.seed, protocol.population(), settings.tasks);
    chosen
        .into_iter()
        .enumerate()
        .map(|(number, index)| {
            let task = task(protocol, settings.seed, index)?;
            let mut random = Random::new(settings.seed, Stream::Explore, number as u64);
            let start = start_state(&task.maze, &mut random);
            let steps = explore(&task, start, protocol.walk(), &mut random);
            Ok(Walk { task, steps })
        })
        .collect()
}
