use super::InputWeights;
use crate::base::{
    Matrix,
    random::{Random, Stream},
};

/// The input of the network at every place: I = X J_ix, places × N.
#[derive(Clone, Debug, PartialEq)]
pub struct Drive {
    /// One row per place.
    pub rates: Matrix,
}

/// A drive in the making. Gaussian weights are drawn input unit by input unit and not kept.
pub struct DriveProgress {
    seed: u64,
    rates: Matrix,
    weights: Vec<f32>,
    done: usize,
    inputs: usize,
}

impl DriveProgress {
    /// Sends place inputs X (places × N_inp) to `units` units. Gaussian weights are used when asked for, and always
    /// when N_inp is not N.
    #[must_use]
    pub fn new(inputs: &Matrix, weights: InputWeights, units: usize, seed: u64) -> Self {
        if weights == InputWeights::Identity && inputs.columns() == units {
            return Self {
                seed,
                rates: inputs.clone(),
                weights: Vec::new(),
                done: 0,
                inputs: 0,
            };
        }
        let rates = Matrix::zeros(inputs.rows(), units);
        Self {
            seed,
            rates,
            weights: vec![0.0; units],
            done: 0,
            inputs: inputs.columns(),
        }
    }

    /// Adds the share of up to `count` more input units. Returns whether all are in.
    pub fn advance(&mut self, inputs: &Matrix, count: usize) -> bool {
        let deviation = 1.0 / (self.inputs.max(1) as f32).sqrt();
        let end = self.done.saturating_add(count).min(self.inputs);
        for input in self.done..end {
            Random::new(self.seed, Stream::InputWeights, input as u64)
                .fill_normal(&mut self.weights);
            for place in 0..inputs.rows() {
                let x = inputs.row(place)[input] * deviation;
                // Rectified inputs are mostly silent.
                if x == 0.0 {
                    continue;
                }
                for (out, w) in self.rates.row_mut(place).iter_mut().zip(&self.weights) {
                    *out += x * w;
                }
            }
        }
        self.done = end;
        end == self.inputs
    }

    /// The drive.
    ///
    /// # Panics
    /// When not all input units are in.
    #[must_use]
    pub fn finish(self) -> Drive {
        assert_eq!(self.done, self.inputs, "all input units are in first");
        Drive { rates: self.rates }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaussian_weights_keep_the_variance() {
        let inputs = Matrix::from_values(
            1,
            400,
            (0..400)
                .map(|i| if i % 2 == 0 { 1.0 } else { -1.0 })
                .collect(),
        );
        let mut progress = DriveProgress::new(&inputs, InputWeights::Identity, 3000, 2);
        while !progress.advance(&inputs, 30) {}
        let drive = progress.finish();
        assert_eq!(drive.rates.columns(), 3000);
        let variance = crate::base::reduce::mean_and_deviation(drive.rates.row(0))
            .1
            .powi(2);
        assert!((variance - 1.0).abs() < 0.1, "{variance}");
    }
}
