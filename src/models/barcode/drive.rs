use super::InputWeights;
use crate::base::{
    Matrix,
    random::{Random, Stream},
};

/// What the network gets from every place: I = X J_ix, places × N.
#[derive(Clone, Debug, PartialEq)]
pub struct Drive {
    /// One row per place.
    pub rates: Matrix,
}

impl Drive {
    /// Sends place inputs X (places × N_inp) through J_ix to `units` units.
    ///
    /// Gaussian weights are used when asked for, and always when N_inp is not N. They are drawn row by row and not
    /// kept.
    #[must_use]
    pub fn new(inputs: &Matrix, weights: InputWeights, units: usize, seed: u64) -> Self {
        if weights == InputWeights::Identity && inputs.columns() == units {
            return Self { rates: inputs.clone() };
        }
        let mut rates = Matrix::zeros(inputs.rows(), units);
        let deviation = 1.0 / (inputs.columns().max(1) as f32).sqrt();
        let mut row = vec![0.0; units];
        for input in 0..inputs.columns() {
            Random::new(seed, Stream::InputWeights, input as u64).fill_normal(&mut row);
            for place in 0..inputs.rows() {
                let x = inputs.row(place)[input] * deviation;
                for (out, w) in rates.row_mut(place).iter_mut().zip(&row) {
                    *out += x * w;
                }
            }
        }
        Self { rates }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaussian_weights_keep_the_variance() {
        let inputs = Matrix::from_values(1, 400, (0..400).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect());
        let drive = Drive::new(&inputs, InputWeights::Identity, 3000, 2);
        assert_eq!(drive.rates.columns(), 3000);
        let variance = crate::base::reduce::mean_and_deviation(drive.rates.row(0)).1.powi(2);
        assert!((variance - 1.0).abs() < 0.1, "{variance}");
    }
}
