//! Expected return of a policy, exactly: no episode is played, all of them are counted.
//!
//! The paper's return of an episode is the sum of rewards over H steps, divided by H − d₀ + 1: 1 for taking the shortest
//! path (d₀ steps) and staying. Its mean over twenty drawn episodes is noisy; the expectation follows from the policy by
//! going backwards in time, V₀ = 0 and Vₖ(s) = Σₐ π(a|s) (r(s′) + Vₖ₋₁(s′)).

use crate::{
    base::{Matrix, reduce::argmax},
    ops::elementwise::exp,
};

/// Action probabilities, states × actions, of logits of the same shape: soft-max at `temperature`.
///
/// At temperature 0 (or below, or none) the first of the largest logits has them all, as the evaluation's greedy agent.
#[must_use]
pub fn probabilities(logits: &Matrix, temperature: f32) -> Matrix {
    let mut policy = Matrix::zeros(logits.rows(), logits.columns());
    if logits.columns() == 0 {
        return policy;
    }
    for state in 0..logits.rows() {
        let (values, out) = (logits.row(state), policy.row_mut(state));
        let best = argmax(values).unwrap_or_default();
        if temperature.is_nan() || temperature <= 0.0 {
            out[best] = 1.0;
            continue;
        }
        for (out, value) in out.iter_mut().zip(values) {
            *out = exp((value - values[best]) / temperature);
        }
        let total: f32 = out.iter().sum();
        for out in out {
            *out /= total;
        }
    }
    policy
}

/// The index at which the running sum of `weights` reaches `at`: with `at` uniform in (0, Σ weights], every index is drawn
/// with the probability of its weight. `None` where rounding leaves the sum below `at`; take the most likely one then.
#[must_use]
pub fn draw(weights: impl IntoIterator<Item = f32>, at: f32) -> Option<usize> {
    let mut rest = at;
    weights.into_iter().position(|weight| {
        rest -= weight;
        rest <= 0.0 && weight > 0.0
    })
}

/// Expected number of rewards within `horizon` steps, for an episode from each state.
///
/// `policy` is states × actions; `step(state, action)` is the next state, and landing on `goal` (or staying there) is
/// rewarded with 1. Costs horizon × states × actions.
///
/// # Panics
/// When `step` leaves the states of `policy`.
#[must_use]
pub fn returns(
    policy: &Matrix,
    step: impl Fn(usize, usize) -> usize,
    goal: usize,
    horizon: usize,
) -> Vec<f64> {
    let (states, actions) = (policy.rows(), policy.columns());
    let next: Vec<usize> = (0..states * actions)
        .map(|i| step(i / actions, i % actions))
        .collect();
    let mut value = vec![0.0; states];
    let mut worth = vec![0.0; states];
    for _ in 0..horizon {
        // What it is worth to land on a state: its reward and what is to come.
        worth.copy_from_slice(&value);
        if let Some(worth) = worth.get_mut(goal) {
            *worth += 1.0;
        }
        for (state, value) in value.iter_mut().enumerate() {
            let next = &next[state * actions..][..actions];
            *value = policy
                .row(state)
                .iter()
                .zip(next)
                .fold(0.0, |sum, (&p, &next)| sum + f64::from(p) * worth[next]);
        }
    }
    value
}

/// Expected normalised return of an episode of `horizon` steps from `start`, which is `distance` steps from the goal.
///
/// 0 where the goal is farther than the horizon. For many starts, take [`returns`] once and divide by
/// `horizon` − `distance` + 1.
///
/// # Panics
/// When `start` is no state of `policy`, or `step` leaves them.
#[must_use]
pub fn expected_return(
    policy: &Matrix,
    step: impl Fn(usize, usize) -> usize,
    goal: usize,
    start: usize,
    distance: u32,
    horizon: usize,
) -> f64 {
    if distance as usize > horizon {
        return 0.0;
    }
    returns(policy, step, goal, horizon)[start] / (horizon as f64 - f64::from(distance) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::random::{Random, Stream},
        worlds::maze::Maze,
    };

    /// A tree with arbitrary logits.
    fn tree() -> (Maze, Matrix) {
        let maze = Maze::tree(4).unwrap();
        let mut logits = Matrix::zeros(maze.states(), maze.actions());
        Random::new(3, Stream::Initial, 0).fill_normal(logits.values_mut());
        (maze, logits)
    }

    #[test]
    fn temperature_zero_takes_the_first_maximum() {
        let logits = Matrix::from_values(2, 3, vec![1.0, 2.0, 2.0, 0.0, 0.0, -1.0]);
        let greedy = probabilities(&logits, 0.0);
        assert_eq!(greedy.values(), [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
        let soft = probabilities(&logits, 2.0);
        let e = libm::expf(-0.5);
        for (p, expected) in soft.row(0).iter().zip([e, 1.0, 1.0]) {
            assert!((p - expected / (2.0 + e)).abs() < 1e-6);
        }
    }

    #[test]
    fn an_index_is_drawn_by_its_share_of_the_sum() {
        let weights = [0.25, 0.0, 0.5, 0.25];
        for (at, index) in [(0.1, 0), (0.25, 0), (0.3, 2), (0.75, 2), (0.8, 3), (1.0, 3)] {
            assert_eq!(draw(weights, at), Some(index), "{at}");
        }
        assert_eq!(draw(weights, 1.1), None);
        assert_eq!(draw([], 0.5), None);
    }

    /// Forwards in time: where is the agent after each step?
    #[test]
    fn backwards_and_forwards_agree() {
        let (maze, logits) = tree();
        let policy = probabilities(&logits, 1.5);
        let goal = 9;
        for horizon in [0, 1, 2, 17] {
            let backwards = returns(&policy, |s, a| maze.step(s, a), goal, horizon);
            for (start, &value) in backwards.iter().enumerate() {
                let mut at = vec![0.0; maze.states()];
                at[start] = 1.0;
                let mut sum = 0.0;
                for _ in 0..horizon {
                    let mut then = vec![0.0; maze.states()];
                    for (state, p) in at.iter().enumerate() {
                        for (action, &q) in policy.row(state).iter().enumerate() {
                            then[maze.step(state, action)] += p * f64::from(q);
                        }
                    }
                    at = then;
                    sum += at[goal];
                }
                assert!((value - sum).abs() < 1e-9, "{horizon} from {start}");
            }
        }
    }

    #[test]
    fn the_shortest_way_and_staying_is_worth_one() {
        let maze = Maze::grid(5).unwrap();
        let goal = 7;
        let mut logits = Matrix::zeros(25, 5);
        for state in 0..25 {
            let best = maze.optimal(goal, state).first().unwrap();
            logits.row_mut(state)[best] = 1.0;
        }
        let policy = probabilities(&logits, 0.0);
        let step = |s, a| maze.step(s, a);
        for start in 0..25 {
            let distance = maze.distance(start, goal);
            let value = expected_return(&policy, step, goal, start, distance, 15);
            // At the goal the first step is rewarded already: 15 of 16.
            let expected = if start == goal { 15.0 / 16.0 } else { 1.0 };
            assert!((value - expected).abs() < 1e-12, "{value} from {start}");
        }
        assert_eq!(expected_return(&policy, step, goal, 0, u32::MAX, 15), 0.0);
        assert_eq!(expected_return(&policy, step, goal, 24, 5, 4), 0.0);
    }
}
