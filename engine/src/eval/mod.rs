//! The paper's evaluation: how well does an agent do, given what a random explorer has seen?
//!
//! A task's *context* is the beginning of a random walk through it. The agent then starts at a state that the walk
//! has seen, away from the goal, and acts for a fixed number of steps; its return is normalised so that 1 is the
//! shortest way followed by staying. Nothing that it experiences itself is added to the context.
//!
//! Three agents learn from the same walk: the transformer, whose weights never change, a table of action values,
//! and a deep Q-network. All three become a [`Values`] table of one row a state: the transformer's logits, or
//! action values. Episodes are then played from the table.
//!
//! * `returns`: return by context length and by rewards experienced (Figs. 2a, 2b, 2d, 2e);
//! * `query_types`: return from states seen before the reward, after it, or never (Figs. 2f, D13a);
//! * `ideal_observer`: what could be known of a state that was never seen;
//! * `readouts`: what can be read from the transformer's activity (Figs. 5b, 5c, 7b);
//! * `alignment`: does the activity at the queries mirror the maze? (Figs. 3c, 3g)
//! * `seeds`: all of it over several seeds, with one interval over seeds and tasks;
//! * `shortcuts`: after one long way to the goal, is the next one the shortest? (Fig. D13c)
//!
//! The published baselines started from other states than the transformer, and in the gridworld figure on another
//! maze; ours start where it starts, unless [`Settings::as_published`] asks otherwise.

mod agents;
mod alignment;
mod custom;
mod episodes;
mod experience;
mod ideal_observer;
mod query_types;
mod readouts;
mod report;
mod returns;
mod seeds;
mod shortcuts;
mod statistics;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

pub use agents::{Agent, Values};
pub use custom::{CustomReport, CustomRow, evaluate_custom};
pub use experience::Walk;
pub use readouts::{
    GOAL_ANGLE, ON_PATH, PLACE, ReadoutReport, ReadoutRow, ReadoutSettings, Score, fit_readouts,
};
pub use report::{Report, Summary, published_returns};
pub use returns::Row;
pub use seeds::{SeedsReport, Spread, evaluate_seeds, on_choice};
pub use statistics::{Estimate, bootstrap_of_groups};

use crate::{
    models::transformer::Transformer,
    worlds::maze::{Family, Protocol},
};

/// Settings of an evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Gridworlds or trees, and their size.
    pub protocol: Protocol,
    /// Number of tasks; the paper used 50.
    pub tasks: usize,
    /// Number of tasks that the deep Q-network learns: it takes a hundred times longer than all the rest.
    pub dqn_tasks: usize,
    /// Seed of the selection of tasks, the walks and the episodes.
    pub seed: u64,
    /// Baselines on the authors' terms: starts anywhere far from the goal, gridworlds of 6 × 6, the value table of the
    /// epoch with the lowest signed error.
    pub as_published: bool,
}

impl Settings {
    /// Whether there are such mazes, and so many tasks of them.
    ///
    /// # Errors
    /// When the size or the number of tasks is impossible.
    pub fn check(&self) -> Result<(), EvalError> {
        self.protocol.maze()?;
        let most = self.protocol.population();
        if (1..=most).contains(&self.tasks) {
            return Ok(());
        }
        let tasks = self.tasks;
        let line = format!("{tasks} tasks; expected 1 to {most}");
        Err(EvalError::Number(line))
    }
}

/// Progress of an evaluation: parts done, parts in all, and whether it shall go on.
#[derive(Debug, Default)]
pub struct Progress {
    /// Parts done.
    pub done: AtomicUsize,
    /// Parts in all.
    pub all: AtomicUsize,
    /// Set from outside to end it: it then fails with [`EvalError::Stopped`] when the parts that are going on are done.
    pub stop: AtomicBool,
}

impl Progress {
    fn expect(&self, parts: usize) {
        self.all.fetch_add(parts, Ordering::Relaxed);
    }

    /// Does a part, unless all shall end.
    fn part<T>(&self, part: impl FnOnce() -> T) -> Result<T, EvalError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(EvalError::Stopped);
        }
        let done = part();
        self.done.fetch_add(1, Ordering::Relaxed);
        Ok(done)
    }
}

/// Reasons for which an evaluation cannot begin, or ends early.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// The transformer was made for something else.
    #[error(
        "the model has {found} actions and codes of {sensory} numbers; the {task} needs {expected} actions and codes of 10"
    )]
    Shape {
        /// Actions of the model.
        found: usize,
        /// Code length of the model.
        sensory: usize,
        /// The task.
        task: &'static str,
        /// Actions of the task.
        expected: usize,
    },
    /// A number is out of range.
    #[error("{0}")]
    Number(String),
    /// [`Progress::stop`] was set.
    #[error("the evaluation was stopped")]
    Stopped,
    /// A maze cannot be made.
    #[error(transparent)]
    Maze(#[from] crate::worlds::maze::MazeError),
}

/// Everything that an evaluation with one seed found, row by row.
struct Found {
    rows: Vec<returns::Row>,
    types: Vec<query_types::TypeRow>,
    /// Success of every sensory code, test by test.
    shortcuts: Vec<Vec<bool>>,
    /// By task.
    alignments: Vec<alignment::Alignment>,
}

fn gather(
    settings: &Settings,
    transformer: &Transformer,
    progress: &Progress,
) -> Result<Found, EvalError> {
    experience::check_model(settings.protocol.family, transformer)?;
    settings.check()?;
    let walks = experience::walks(settings)?;
    progress.expect(walks.len() * 3);
    Ok(Found {
        rows: returns::rows(settings, transformer, &walks, progress)?,
        types: query_types::types(settings, transformer, &walks, progress)?,
        // The shortcut tests are walks in the published gridworld.
        shortcuts: if settings.protocol == Protocol::published(Family::Gridworld) {
            shortcuts::shortcuts(settings, transformer)?
        } else {
            Vec::new()
        },
        alignments: alignment::alignments(settings.protocol, transformer, &walks, progress)?,
    })
}

/// Runs the whole evaluation; the same settings and weights give the same numbers on any number of cores.
///
/// # Errors
/// When the model does not fit the task, or a number is impossible.
pub fn evaluate(
    settings: &Settings,
    transformer: &Transformer,
    progress: &Progress,
) -> Result<Report, EvalError> {
    let found = gather(settings, transformer, progress)?;
    Ok(report::report(settings, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::transformer::{Shape, Weights};

    fn transformer() -> Transformer {
        let shape = Shape {
            width: 16,
            layers: 2,
            heads: 2,
            sensory: 10,
            actions: 5,
        };
        Transformer::new(Weights::initial(shape, 1))
    }

    fn settings(tasks: usize) -> Settings {
        Settings {
            protocol: Protocol {
                family: Family::Gridworld,
                size: 3,
            },
            tasks,
            dqn_tasks: 0,
            seed: 1,
            as_published: false,
        }
    }

    #[test]
    fn every_part_is_counted() {
        let progress = Progress::default();
        evaluate(&settings(4), &transformer(), &progress).unwrap();
        assert_eq!(progress.done.into_inner(), 12);
        assert_eq!(progress.all.into_inner(), 12);
    }

    #[test]
    fn an_evaluation_can_be_stopped() {
        let progress = Progress::default();
        progress.stop.store(true, Ordering::Relaxed);
        let readouts = readouts::ReadoutSettings { tasks: 8, seed: 0 };
        let transformer = transformer();
        for stopped in [
            evaluate(&settings(4), &transformer, &progress).map(|_| ()),
            evaluate_seeds(&settings(4), &[1, 2], &transformer, &progress).map(|_| ()),
            fit_readouts(&readouts, &transformer, &progress).map(|_| ()),
        ] {
            assert!(matches!(stopped, Err(EvalError::Stopped)), "{stopped:?}");
        }
        assert_eq!(progress.done.into_inner(), 0);
    }

    /// Seeds beside each other give what they give alone.
    #[test]
    fn a_seed_alone_and_among_others() {
        let transformer = transformer();
        let of = |seeds: &[u64]| {
            evaluate_seeds(&settings(3), seeds, &transformer, &Progress::default()).unwrap()
        };
        let (both, one) = (of(&[1, 2]), of(&[2]));
        for (key, spread) in &both.summary {
            let alone = one.summary.get(key).and_then(|spread| spread.by_seed[0]);
            assert_eq!(spread.by_seed[1], alone, "{key}");
        }
        assert!(!both.summary.is_empty());
    }

    #[test]
    fn impossible_numbers_are_refused_before_the_work() {
        assert!(settings(0).check().is_err());
        assert!(settings(72_001).check().is_err());
        let mut small = settings(3);
        small.protocol.size = 2;
        assert!(small.check().is_err());
        assert!(settings(3).check().is_ok());
    }
}
