//! Weight averaging: the mean of the weights over the last steps of a run.
//!
//! Weights that are still moving circle around a better place; their running mean lies nearer to it (Polyak & Juditsky 1992).

/// The running mean of the weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Average {
    /// The mean, laid out as the weights.
    pub values: Vec<f32>,
    /// Steps that are in it.
    pub steps: u64,
}

impl Average {
    /// Adds the weights after a step. While few steps are in it, all count alike; later the older ones fade by `decay` a
    /// step.
    pub fn add(&mut self, decay: f32, weights: &[f32]) {
        let alike = self.steps as f32 / (self.steps + 1) as f32;
        let keep = decay.min(alike);
        self.values.resize(weights.len(), 0.0);
        for (mean, weight) in self.values.iter_mut().zip(weights) {
            *mean = keep * *mean + (1.0 - keep) * weight;
        }
        self.steps += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_the_plain_mean_then_one_that_fades() {
        let mut average = Average::default();
        for x in 0..5 {
            average.add(0.9, &[x as f32, 1.0]);
        }
        // Nine tenths are reached at the tenth step: until then the plain mean.
        assert!((average.values[0] - 2.0).abs() < 1e-6);
        assert_eq!(average.values[1], 1.0);
        for _ in 0..5 {
            average.add(0.9, &[0.0, 1.0]);
        }
        let before = average.values[0];
        assert!((before - 1.0).abs() < 1e-6);
        for _ in 0..10 {
            average.add(0.9, &[0.0, 1.0]);
        }
        // Bounded in the size of the step: 0.9¹⁰.
        let ratio = average.values[0] / before;
        assert!((ratio - 0.9_f32.powi(10)).abs() < 1e-4, "{ratio}");
        assert_eq!(average.steps, 20);
    }
}
