//! The ideal observer: what a decision at a state that the walk has not shown could be based on, and how good it could be.
//!
//! It knows where the walk was, where the goal is, and how codes are made: before they are scaled to length one they are Gaussian with
//! covariance C = K Kᵀ, K = ρ^D ([`codes`](crate::worlds::maze::codes)). A code that was not shown is therefore a question with a known answer: p(cell | code, codes that
//! were shown), over the cells that are left. It takes the action that is worth most on the average. Bumping into a wall is worth nothing: who
//! acts greedily, and learns nothing from own steps, stays there for ever.
//!
//! Scaling takes the lengths away. Those of codes that were shown are taken as expected; that of the question is averaged over.

use super::{Values, Walk};
use crate::{
    base::covariance::cholesky,
    worlds::maze::{PUBLISHED_CORRELATION, Protocol, SENSORY},
};

/// Lengths of a code that are averaged over, in twentieths of the expected one.
const LENGTHS: std::ops::Range<u32> = 4..40;

/// What a way through a state that the walk has shown is worth more than one through another, in steps.
const KNOWN: f64 = 0.5;

/// Values of actions, states × actions, after `length` steps of a walk through a gridworld: the steps that are left at the goal.
pub(super) fn values(protocol: Protocol, walk: &Walk, length: usize) -> Values {
    let maze = &walk.task.maze;
    let (states, goal) = (maze.states(), walk.task.goal);
    let seen = walk.seen(length);
    let unseen: Vec<usize> = (0..states).filter(|state| !seen.contains(state)).collect();
    let worth = |state: usize, action: usize| {
        let next = maze.step(state, action);
        if next == state && state != goal {
            return 0.0;
        }
        let left = protocol.horizon() as f64 - f64::from(maze.distance(next, goal));
        left + if seen.contains(&next) { KNOWN } else { 0.0 }
    };
    let mut values = Values::zeros(states, maze.actions());
    for &state in &seen {
        for (action, value) in values.row_mut(state).iter_mut().enumerate() {
            *value = worth(state, action) as f32;
        }
    }
    let codes = Codes::new(walk, &seen);
    let expected: Vec<Expected> = unseen.iter().map(|&cell| codes.expected(cell)).collect();
    for &state in &unseen {
        let places = codes.places_of(state, &expected);
        for (action, value) in values.row_mut(state).iter_mut().enumerate() {
            let each = places.iter().map(|(cell, p)| p * worth(*cell, action));
            *value = each.sum::<f64>() as f32;
        }
    }
    values
}

/// The codes that were shown, and what they say of the others.
struct Codes<'a> {
    walk: &'a Walk,
    seen: &'a [usize],
    /// C, states × states.
    covariance: Vec<f64>,
    /// Lower factor L of C among the cells that were shown.
    factor: Vec<f64>,
    /// L⁻¹ times the codes that were shown, one column a sensory dimension.
    shown: Vec<Vec<f64>>,
}

impl<'a> Codes<'a> {
    fn new(walk: &'a Walk, seen: &'a [usize]) -> Self {
        let maze = &walk.task.maze;
        let states = maze.states();
        let kernel = |a: usize, b: usize| PUBLISHED_CORRELATION.powi(maze.distance(a, b) as i32);
        let covariance =
            |a: usize, b: usize| (0..states).map(|k| kernel(a, k) * kernel(b, k)).sum();
        let covariance: Vec<f64> = (0..states * states)
            .map(|i| covariance(i / states, i % states))
            .collect();
        let factor = cholesky(seen.len(), |a, b| covariance[seen[a] * states + seen[b]]);
        let mut codes = Self {
            walk,
            seen,
            covariance,
            factor,
            shown: Vec::new(),
        };
        let column = |s: usize| {
            let cells = seen.iter();
            cells
                .map(|&cell| codes.entry(cell, s) * codes.length(cell))
                .collect()
        };
        codes.shown = (0..SENSORY).map(|s| codes.solve(column(s))).collect();
        codes
    }

    /// C of two cells.
    fn at(&self, a: usize, b: usize) -> f64 {
        self.covariance[a * self.walk.task.maze.states() + b]
    }

    /// Expected length of a cell's code before it is scaled.
    fn length(&self, cell: usize) -> f64 {
        (SENSORY as f64 * self.at(cell, cell)).sqrt()
    }

    fn entry(&self, cell: usize, s: usize) -> f64 {
        f64::from(self.walk.task.codes.row(cell)[s])
    }

    /// L⁻¹ b.
    fn solve(&self, mut b: Vec<f64>) -> Vec<f64> {
        let n = self.seen.len();
        for i in 0..n {
            let known: f64 = (0..i).map(|k| self.factor[i * n + k] * b[k]).sum();
            b[i] = (b[i] - known) / self.factor[i * n + i];
        }
        b
    }

    /// The law of the code at a cell, given those that were shown.
    fn expected(&self, cell: usize) -> Expected {
        let with = self.solve(self.seen.iter().map(|&seen| self.at(seen, cell)).collect());
        let told: f64 = with.iter().map(|w| w * w).sum();
        let mean = |shown: &Vec<f64>| shown.iter().zip(&with).map(|(a, b)| a * b).sum();
        Expected {
            cell,
            mean: self.shown.iter().map(mean).collect(),
            variance: (self.at(cell, cell) - told).max(1e-9),
        }
    }

    /// Each of the cells with the probability that the code of `state` belongs there.
    fn places_of(&self, state: usize, cells: &[Expected]) -> Vec<(usize, f64)> {
        let logs: Vec<f64> = cells.iter().map(|cell| self.fit(state, cell)).collect();
        let all = log_sum(&logs);
        let each = cells.iter().zip(logs);
        each.map(|(cell, log)| (cell.cell, libm::exp(log - all)))
            .collect()
    }

    /// Logarithm of the density of the code of `state`, were it that of a cell.
    fn fit(&self, state: usize, at: &Expected) -> f64 {
        let Expected {
            cell,
            mean,
            variance,
        } = at;
        let dimensions = SENSORY as f64;
        let step = self.length(*cell) / 20.0;
        let logs: Vec<f64> = LENGTHS
            .map(|part| {
                let length = step * f64::from(part);
                let off = (0..SENSORY).map(|s| (self.entry(state, s) * length - mean[s]).powi(2));
                (dimensions - 1.0) * libm::log(length) - 0.5 * off.sum::<f64>() / variance
            })
            .collect();
        log_sum(&logs) + libm::log(step) - 0.5 * dimensions * libm::log(*variance)
    }
}

/// The Gaussian law of a cell's code before it is scaled.
struct Expected {
    cell: usize,
    /// By sensory dimension.
    mean: Vec<f64>,
    /// The same in all dimensions.
    variance: f64,
}

/// Logarithm of the sum of exponentials.
fn log_sum(logs: &[f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most + libm::log(logs.iter().map(|log| libm::exp(log - most)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::random::{Random, Stream},
        eval::agents::greedy,
        worlds::maze::{Family, explore},
    };

    fn walk(number: usize) -> Walk {
        let task = Protocol::published(Family::Gridworld)
            .task(7, number)
            .unwrap();
        let mut random = Random::new(7, Stream::Explore, number as u64);
        let steps = explore(&task, 0, 200, &mut random);
        Walk { task, steps }
    }

    /// At what was shown it goes the shortest way; where it was told apart which of the cells that are left a code belongs to, it is right
    /// far more often than by chance.
    #[test]
    fn codes_tell_where_cells_are_that_were_not_shown() {
        let protocol = Protocol::published(Family::Gridworld);
        let (mut right, mut chance, mut asked) = (0, 0.0, 0);
        for number in 0..60 {
            let walk = walk(number);
            let (maze, goal) = (&walk.task.maze, walk.task.goal);
            let seen = walk.seen(60);
            let values = values(protocol, &walk, 60);
            for &state in seen.iter().filter(|&&state| state != goal) {
                assert!(
                    maze.optimal(goal, state)
                        .contains(greedy(values.row(state)))
                );
            }
            let unseen: Vec<usize> = (0..maze.states()).filter(|s| !seen.contains(s)).collect();
            let codes = Codes::new(&walk, &seen);
            let expected: Vec<Expected> = unseen.iter().map(|&cell| codes.expected(cell)).collect();
            for &state in &unseen {
                let places = codes.places_of(state, &expected);
                let sum: f64 = places.iter().map(|(_, p)| p).sum();
                assert!((sum - 1.0).abs() < 1e-9);
                let most = places.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0;
                right += usize::from(most == state);
                chance += 1.0 / unseen.len() as f64;
                asked += 1;
            }
        }
        assert!(asked > 200, "{asked}");
        assert!(
            right as f64 > 2.0 * chance,
            "{right} of {asked}, by chance {chance}"
        );
    }
}
