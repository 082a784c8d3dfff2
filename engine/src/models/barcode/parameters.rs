use serde::{Deserialize, Serialize};

use super::Skew;

/// Integration of the divisive normalisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Euler {
    /// The authors' step for as long as it is stable, and a semi-implicit divisor with the same fixed points where it
    /// would overshoot: published barcodes, and finite when a seed is cached in the basin of another.
    #[default]
    Safe,
    /// The authors' explicit Euler step, which overflows when a seed is cached inside an existing basin.
    Reference,
}

/// Weights from input units to the network, J_ix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputWeights {
    /// J_ix = identity: unit i is driven by input unit i.
    #[default]
    Identity,
    /// J_ix drawn from N(0, 1/N_inp).
    Gaussian,
}

/// The network's parameters that a step reads, with the paper's symbols and the authors' defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// σ: gain of the random weights, whose standard deviation is σ/√N (`weight_var`, 7).
    pub weight_gain: f64,
    /// μ: the weights' mean is μ/N (`weight_bias`, −40).
    pub weight_mean: f64,
    /// λ_div: leak rate per mean activity (`divisive_normalization`, 20).
    pub divisive: f64,
    /// Euler steps before the seed phase (`steps`, 100).
    pub settle_steps: usize,
    /// Steps with seed input, while caching (`seed_steps`, 5).
    pub seed_steps: usize,
    /// dt: Euler step (0.1).
    pub dt: f64,
    /// η: recurrent learning rate, applied as η/N (`lr`, 40).
    pub learning_rate: f64,
    /// β: added to the presynaptic factor of the Hebbian update (`plasticity_bias`, −0.35).
    pub plasticity_bias: f64,
    /// Amplitude of J_sx during the seed steps (`seed_strength_cache`, 3).
    pub seed_strength: f64,
    /// Weights towards units ahead, if there are any (`add_pred_skew`).
    pub skew: Option<Skew>,
    /// Integration of the divisor.
    pub euler: Euler,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            weight_gain: 7.0,
            weight_mean: -40.0,
            divisive: 20.0,
            settle_steps: 100,
            seed_steps: 5,
            dt: 0.1,
            learning_rate: 40.0,
            plasticity_bias: -0.35,
            seed_strength: 3.0,
            skew: None,
            euler: Euler::Safe,
        }
    }
}
