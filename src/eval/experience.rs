//! Tasks that training never saw, and a random walk through each.

use serde::Serialize;

use super::{EvalError, Settings};
use crate::{
    base::random::{Random, Stream},
    models::transformer::{Context, Transformer},
    worlds::maze::{Maze, Task, Transition, explore, goals, python_sample, start_state},
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

    /// Number of actions.
    #[must_use]
    pub fn actions(self) -> usize {
        match self {
            Self::Gridworld => 5,
            Self::Tree => 4,
        }
    }

    /// Number of published evaluation tasks.
    #[must_use]
    pub fn population(self) -> usize {
        match self {
            Self::Gridworld => 72_000,
            Self::Tree => 105,
        }
    }

    /// Steps of a walk: the longest context.
    pub(super) fn walk(self) -> usize {
        match self {
            Self::Gridworld => 200,
            Self::Tree => 1_000,
        }
    }

    /// Context lengths of the returns. Beyond the 200 steps of a gridworld walk, a length means all of it.
    pub(super) fn lengths(self) -> Vec<usize> {
        match self {
            Self::Gridworld => (0..=240).step_by(10).collect(),
            Self::Tree => (0..=300).step_by(25).chain((400..=1_000).step_by(100)).collect(),
        }
    }

    /// Nearest start of an episode to the goal, steps.
    pub(super) fn nearest_start(self) -> u32 {
        match self {
            Self::Gridworld => 2,
            Self::Tree => 6,
        }
    }

    /// Steps of an episode.
    pub(super) fn horizon(self) -> usize {
        match self {
            Self::Gridworld => 15,
            Self::Tree => 100,
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
        self.steps[..length].iter().filter(|t| t.reward > 0.0).count()
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

/// Published evaluation task `index`: fresh codes, a held-out goal.
pub(super) fn task(kind: Kind, index: usize) -> Result<Task, EvalError> {
    let maze = match kind {
        Kind::Gridworld => Maze::grid(5)?,
        Kind::Tree => Maze::tree(7)?,
    };
    let goals = goals(&maze).held_out;
    let goal = goals[index % goals.len()];
    Ok(match kind {
        Kind::Gridworld => Task::published_grid(FIRST_GRIDWORLD + index as u32, goal)?,
        Kind::Tree => Task::published_tree(index as u32, 1.0, Some(goal))?,
    })
}

/// The tasks that the settings select, each with its walk.
pub(super) fn walks(settings: &Settings) -> Result<Vec<Walk>, EvalError> {
    let chosen = python_sample(settings.seed, settings.kind.population(), settings.tasks);
    chosen
        .into_iter()
        .enumerate()
        .map(|(number, index)| {
            let task = task(settings.kind, index)?;
            let mut random = Random::new(settings.seed, Stream::Explore, number as u64);
            let start = start_state(&task.maze, &mut random);
            let steps = explore(&task, start, settings.kind.walk(), &mut random);
            Ok(Walk { task, steps })
        })
        .collect()
}
