//! Episodes: an agent acts for a fixed number of steps, and what it gets is normalised.

use super::{Values, agents::act};
use crate::{
    base::random::Random,
    worlds::maze::{Protocol, Task},
};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{expected_return, probabilities},
        base::random::Stream,
        worlds::maze::Family,
    };

    /// Episodes that are drawn average to what the analysis expects, at every temperature.
    #[test]
    fn drawn_episodes_average_to_the_expected_return() {
        for (family, temperatures) in [
            (Family::Gridworld, [None, Some(1.0)]),
            (Family::Tree, [Some(2.0), Some(0.5)]),
        ] {
            let protocol = Protocol::published(family);
            let task = protocol.task(0, 3).unwrap();
            let maze = &task.maze;
            let mut values = Values::zeros(maze.states(), maze.actions());
            let mut random = Random::new(1, Stream::Agent, 0);
            random.fill_normal(values.values_mut());
            for state in 0..maze.states() {
                // A good policy, with mistakes.
                for action in 0..maze.actions() {
                    if maze.optimal(task.goal, state).contains(action) {
                        values.row_mut(state)[action] += 2.5;
                    }
                }
            }
            for temperature in temperatures {
                let policy = probabilities(&values, temperature.unwrap_or(0.0));
                for start in bank(protocol, &task, &[0, 4, 20, 24]) {
                    let distance = maze.distance(start, task.goal);
                    let horizon = protocol.horizon();
                    let step = |s, a| maze.step(s, a);
                    let expected =
                        expected_return(&policy, step, task.goal, start, distance, horizon);
                    let drawn = (0..150)
                        .map(|_| {
                            mean_return(
                                protocol,
                                &task,
                                &values,
                                temperature,
                                &[start],
                                &mut random,
                            )
                        })
                        .sum::<f64>()
                        / 150.0;
                    // 3,000 episodes with a deviation of at most ½: four standard errors.
                    let most = if temperature.is_none() { 1e-9 } else { 0.037 };
                    assert!(
                        (drawn - expected).abs() < most,
                        "{family:?} {start}: {drawn}, {expected}"
                    );
                }
            }
        }
    }
}
