//! Evaluation in a custom maze, by context length.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use super::{Estimate, EvalError, Progress, Walk, agents, experience::check_model};
use crate::{
    base::{
        parallel,
        random::{Random, Stream},
    },
    models::transformer::Transformer,
    worlds::maze::{CustomMaze, PUBLISHED_CORRELATION, Task, explore},
};

/// Evaluation of the transformer in a custom maze, after walks from its start.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CustomReport {
    /// States of the maze.
    pub states: usize,
    /// Steps on the shortest way from start to goal.
    pub shortest: u32,
    /// Sensory codes that were tried, each with a walk of its own.
    pub codes: usize,
    /// By context length.
    pub by_length: BTreeMap<String, CustomRow>,
}

/// After one context length.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CustomRow {
    /// Mean number of rewards in the context.
    pub rewards: f64,
    /// Share of the codes with which the likeliest actions lead from the start to the goal, in at most twice the
    /// shortest path.
    pub arrives: Estimate,
    /// Share of all states at which the likeliest action is optimal.
    pub accuracy: Estimate,
}

/// Walks of eight steps a state, as in the paper; ten context lengths.
const LENGTHS: usize = 10;

/// Evaluates the transformer in `own` with `codes` fresh sensory codes.
///
/// # Errors
/// When the model was made for the other kind of maze, or `codes` is 0.
pub fn evaluate_custom(
    own: &CustomMaze,
    codes: usize,
    seed: u64,
    transformer: &Transformer,
    progress: &Progress,
) -> Result<CustomReport, EvalError> {
    check_model(own.maze.family(), transformer)?;
    if codes == 0 {
        return Err(EvalError::Number("0 tasks; expected at least 1".into()));
    }
    progress.expect(codes);
    let maze = Arc::new(own.maze.clone());
    let lengths: Vec<usize> = (0..=LENGTHS)
        .map(|i| i * 8 * maze.states() / LENGTHS)
        .collect();
    let one = |number: usize| {
        let mut random = Random::new(seed, Stream::Task, number as u64);
        let task = Task::with_random(
            Arc::clone(&maze),
            PUBLISHED_CORRELATION,
            own.goal,
            &mut random,
        );
        let mut random = Random::new(seed, Stream::Explore, number as u64);
        let steps = explore(&task, own.start, 8 * maze.states(), &mut random);
        let walk = Walk { task, steps };
        let context = walk.context(transformer);
        let rows: Vec<[f64; 3]> = lengths
            .iter()
            .map(|&length| {
                let values = agents::transformer(transformer, &context, &walk, length);
                let best = |state: usize| agents::greedy(values.row(state));
                let right = (0..maze.states())
                    .filter(|&s| maze.optimal(own.goal, s).contains(best(s)))
                    .count();
                let mut state = own.start;
                let patience = 2 * maze.distance(own.start, own.goal);
                let arrives = (0..patience).any(|_| {
                    state = maze.step(state, best(state));
                    state == own.goal
                });
                let arrives = arrives || own.start == own.goal;
                [
                    walk.rewards(length) as f64,
                    f64::from(arrives),
                    right as f64 / maze.states() as f64,
                ]
            })
            .collect();
        rows
    };
    let all = parallel::try_map(codes, |number| progress.part(|| one(number)))?;
    let column = |length: usize, which: usize| {
        all.iter()
            .map(|rows| rows[length][which])
            .collect::<Vec<_>>()
    };
    let by_length = lengths.iter().enumerate().filter_map(|(i, length)| {
        let row = CustomRow {
            rewards: Estimate::of(&column(i, 0))?.mean,
            arrives: Estimate::of(&column(i, 1))?,
            accuracy: Estimate::of(&column(i, 2))?,
        };
        Some((format!("{length:04}"), row))
    });
    Ok(CustomReport {
        states: maze.states(),
        shortest: maze.distance(own.start, own.goal),
        codes,
        by_length: by_length.collect(),
    })
}

impl CustomReport {
    /// A table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = format!(
            "{} states, the goal {} steps away; {} sensory codes, greedy\n{:>8} {:>8}  {:>24}  {:>24}\n",
            self.states,
            self.shortest,
            self.codes,
            "context",
            "rewards",
            "arrives",
            "right action, all states"
        );
        let cell = |e: &Estimate| format!("{:.3} [{:.3}, {:.3}]", e.mean, e.ci95[0], e.ci95[1]);
        for (length, row) in &self.by_length {
            let length = length.trim_start_matches('0');
            let length = if length.is_empty() { "0" } else { length };
            out += &format!(
                "{length:>8} {:>8.1}  {:>24}  {:>24}\n",
                row.rewards,
                cell(&row.arrives),
                cell(&row.accuracy)
            );
        }
        out
    }
}
