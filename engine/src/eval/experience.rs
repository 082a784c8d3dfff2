//! Tasks that training never saw, and a random walk through each.

use super::{EvalError, Settings};
use crate::{
    base::random::{Random, Stream},
    models::transformer::{Context, Transformer},
    worlds::maze::{
        Family, MazeError, SENSORY, Task, Transition, explore, python_sample, start_state,
    },
};

/// Checks that a transformer was made for a family of mazes.
pub(super) fn check_model(family: Family, transformer: &Transformer) -> Result<(), EvalError> {
    let shape = transformer.shape();
    if shape.actions == family.actions() && shape.sensory == SENSORY {
        return Ok(());
    }
    Err(EvalError::Shape {
        found: shape.actions,
        sensory: shape.sensory,
        task: family.name(),
        expected: family.actions(),
    })
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

/// The tasks that the settings select, each with its walk.
pub(super) fn walks(settings: &Settings) -> Result<Vec<Walk>, MazeError> {
    let protocol = settings.protocol;
    let chosen = python_sample(settings.seed, protocol.population(), settings.tasks);
    chosen
        .into_iter()
        .enumerate()
        .map(|(number, index)| {
            let task = protocol.task(settings.seed, index)?;
            let mut random = Random::new(settings.seed, Stream::Explore, number as u64);
            let start = start_state(&task.maze, &mut random);
            let steps = explore(&task, start, protocol.walk(), &mut random);
            Ok(Walk { task, steps })
        })
        .collect()
}
