//! The outcome of a batch: loss, and right answers by the number of rewards in the context.

use chickadee_engine::base::reduce::argmax;

use crate::examples::LabelledExample;

/// The outcome of a batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Summed cross-entropy, nats.
    pub loss: f64,
    /// Number of queries.
    pub queries: usize,
    /// Right answers and queries before the first reward.
    pub before: (usize, usize),
    /// The same after it.
    pub after: (usize, usize),
    /// The same after the third reward.
    pub after_third: (usize, usize),
}

impl Outcome {
    /// Adds the outcome of another part of the batch.
    pub fn add(&mut self, other: &Self) {
        self.loss += other.loss;
        self.queries += other.queries;
        for (to, from) in [
            (&mut self.before, other.before),
            (&mut self.after, other.after),
            (&mut self.after_third, other.after_third),
        ] {
            to.0 += from.0;
            to.1 += from.1;
        }
    }

    /// Counts the answers to one training example.
    pub fn count(&mut self, asked: &LabelledExample, probabilities: &[f32], actions: usize) {
        let answers = probabilities
            .chunks_exact(actions)
            .zip(asked.example.targets.chunks_exact(actions));
        for ((p, target), &rewards) in answers.zip(&asked.rewards) {
            let best = argmax(p).unwrap_or_default();
            let right = usize::from(target[best] > 0.0);
            let tick = |(r, n): &mut (usize, usize)| {
                *r += right;
                *n += 1;
            };
            if rewards == 0 {
                tick(&mut self.before);
            } else {
                tick(&mut self.after);
            }
            if rewards >= 3 {
                tick(&mut self.after_third);
            }
        }
        self.queries += asked.rewards.len();
    }
}
