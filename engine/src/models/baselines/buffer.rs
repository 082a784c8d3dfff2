use std::collections::BTreeMap;

use super::{Transition, q_table::shuffle};
use crate::base::{matrix::Matrix, random::Random};

/// The transitions of a context, merged: distinct states have one row each, and what repeats is counted.
#[derive(Clone, Debug)]
pub struct Buffer {
    /// Sensory codes of the distinct states, in the order of their first appearance.
    pub codes: Matrix,
    /// Distinct transitions; their states are rows of `codes`.
    pub transitions: Vec<Transition>,
    /// Count of each distinct transition in the present batch.
    pub counts: Vec<f32>,
    /// Number of transitions in the present batch.
    pub in_batch: usize,
    /// All transitions, each as an index into `transitions`.
    order: Vec<usize>,
    batch: usize,
}

impl Buffer {
    /// Merges `experience`, whose states are rows of `codes`, to be read in batches of `batch`.
    pub fn new(codes: &Matrix, experience: &[Transition], batch: usize) -> Self {
        let mut rows = BTreeMap::new();
        let mut values = Vec::new();
        let mut row = |state: usize| {
            let next = rows.len();
            *rows.entry(state).or_insert_with(|| {
                values.extend_from_slice(codes.row(state));
                next
            })
        };
        let mut known = BTreeMap::new();
        let mut transitions = Vec::new();
        let mut order = Vec::with_capacity(experience.len());
        for &Transition {
            state,
            action,
            next,
            reward,
        } in experience
        {
            let merged = Transition {
                state: row(state),
                action,
                next: row(next),
                reward,
            };
            let key = (merged.state, action, merged.next, reward.to_bits());
            order.push(*known.entry(key).or_insert_with(|| {
                transitions.push(merged);
                transitions.len() - 1
            }));
        }
        let mut buffer = Self {
            codes: Matrix::from_values(rows.len(), codes.columns(), values),
            counts: vec![0.0; transitions.len()],
            transitions,
            in_batch: 0,
            order,
            batch: batch.max(1),
        };
        buffer.open(0);
        buffer
    }

    /// Batches of an epoch.
    pub fn batches(&self) -> usize {
        self.order.len().div_ceil(self.batch)
    }

    /// Makes batch `index` the present one.
    pub fn open(&mut self, index: usize) {
        let end = self.order.len().min((index + 1) * self.batch);
        let members = &self.order[index * self.batch..end];
        self.in_batch = members.len();
        self.counts.fill(0.0);
        for &member in members {
            self.counts[member] += 1.0;
        }
    }

    /// Another order for the next epoch. One batch alone is the same in every order and stays as it is.
    pub fn next_epoch(&mut self, random: &mut Random) {
        if self.batches() > 1 {
            shuffle(&mut self.order, random);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Stream;

    #[test]
    fn what_repeats_is_counted() {
        let codes = Matrix::from_values(4, 1, vec![0.0, 10.0, 20.0, 30.0]);
        let step = |state, action, next, reward| Transition {
            state,
            action,
            next,
            reward,
        };
        let experience = [
            step(3, 0, 1, 0.0),
            step(1, 1, 3, 0.0),
            step(3, 0, 1, 0.0),
            step(3, 0, 1, 1.0),
            step(1, 1, 3, 0.0),
            step(3, 0, 1, 0.0),
        ];
        let whole = Buffer::new(&codes, &experience, 6);
        assert_eq!(whole.codes.values(), [30.0, 10.0]);
        assert_eq!(
            whole.transitions,
            [step(0, 0, 1, 0.0), step(1, 1, 0, 0.0), step(0, 0, 1, 1.0)]
        );
        assert_eq!(whole.counts, [3.0, 2.0, 1.0]);

        let mut parts = Buffer::new(&codes, &experience, 4);
        let mut random = Random::new(1, Stream::Explore, 0);
        for _ in 0..3 {
            let mut sum = [0.0; 3];
            for (batch, size) in [(0, 4), (1, 2)] {
                parts.open(batch);
                assert_eq!(parts.in_batch, size);
                assert_eq!(parts.counts.iter().sum::<f32>(), size as f32);
                for (sum, count) in sum.iter_mut().zip(&parts.counts) {
                    *sum += count;
                }
            }
            assert_eq!(sum, [3.0, 2.0, 1.0]);
            parts.next_epoch(&mut random);
        }
    }
}
