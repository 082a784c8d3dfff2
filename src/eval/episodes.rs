//! Episodes: an agent acts for a fixed number of steps, and what it gets is normalised.

use super::{Protocol, Values, agents::act};
use crate::{base::random::Random, worlds::maze::Task};

/// Episodes that are averaged.
pub(super) const EPISODES: usize = 20;

/// Mean normalised return of [`EPISODES`] episodes from random states of `bank`; 0 when the bank is empty.
///
/// The return is the sum of rewards over H − d₀ + 1, with H the steps of an episode and d₀ the start's distance to the
/// goal: 1 for the shortest way and staying there.
pub(super) fn mean_return(
    protocol: Protocol,
    task: &Task,
    values: &Values,
    temperature: Option<f32>,
    bank: &[usize],
    random: &mut Random,
) -> f64 {
    if bank.is_empty() {
        return 0.0;
    }
    let returns = (0..EPISODES).map(|_| {
        let start = bank[random.below(bank.len())];
        let mut state = start;
        let mut sum = 0.0;
        for _ in 0..protocol.horizon() {
            state = task
                .maze
                .step(state, act(values.row(state), temperature, random));
            sum += f64::from(task.reward(state));
        }
        let best =
            protocol.horizon() as f64 - f64::from(task.maze.distance(start, task.goal)) + 1.0;
        sum / best
    });
    returns.sum::<f64>() / EPISODES as f64
}

/// Those of `states` that are far enough from the goal to start at.
pub(super) fn bank(protocol: Protocol, task: &Task, states: &[usize]) -> Vec<usize> {
    let far = |&&state: &&usize| task.maze.distance(state, task.goal) >= protocol.nearest_start();
    states.iter().filter(far).copied().collect()
}
