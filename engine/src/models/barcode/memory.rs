use std::sync::Arc;

use super::Parameters;
use crate::base::reduce::{dot, sum};

/// One cached seed, in the low-rank form of the synapses: barcode aₖ (the key) and place input xₖ (the value).
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    /// The place it was cached at.
    pub place: usize,
    /// wₖ: how much of it the synapses hold; 1 as stored, 0 as if forgotten.
    pub weight: f64,
    /// aₖ: activity at the end of the seed phase, N.
    pub barcode: Arc<[f32]>,
    /// xₖ: place input, N_inp, signed.
    pub value: Arc<[f32]>,
}

impl Memory {
    /// Its share in the recurrent drive of activity `a`: (η/N) wₖ (⟨a, aₖ⟩ + β Σa), to be multiplied by aₖ.
    #[must_use]
    pub fn pull(&self, parameters: &Parameters, activity: &[f32], total: f64) -> f64 {
        let rate = parameters.learning_rate / self.barcode.len().max(1) as f64;
        rate * self.weight * (dot(activity, &self.barcode) + parameters.plasticity_bias * total)
    }

    /// Cosine of its barcode with another vector of activity.
    #[must_use]
    pub fn cosine(&self, other: &[f32]) -> f64 {
        dot(&self.barcode, other) / (dot(&self.barcode, &self.barcode) * dot(other, other)).sqrt()
    }

    /// Overlap of activity with the barcode, ⟨a, aₖ⟩ / |aₖ|²: 1 for the barcode itself, about 2.2 when recalled.
    #[must_use]
    pub fn overlap(&self, activity: &[f32]) -> f64 {
        dot(activity, &self.barcode) / dot(&self.barcode, &self.barcode)
    }

    /// Size of its term in the synapses: the Frobenius norm of (η/N) wₖ (aₖ + β) aₖᵀ.
    #[must_use]
    pub fn footprint(&self, parameters: &Parameters) -> f64 {
        let n = self.barcode.len() as f64;
        let square = dot(&self.barcode, &self.barcode);
        let beta = parameters.plasticity_bias;
        let presynaptic = square + 2.0 * beta * sum(&self.barcode) + beta * beta * n;
        parameters.learning_rate / n * self.weight.abs() * (presynaptic.max(0.0) * square).sqrt()
    }
}

/// Seed output J_xs a = Σₖ wₖ ⟨a, aₖ⟩.
#[must_use]
pub fn seed_output(memories: &[Memory], activity: &[f32]) -> f64 {
    memories
        .iter()
        .map(|memory| memory.weight * dot(activity, &memory.barcode))
        .sum()
}

/// Place output J_xy a = Σₖ wₖ ⟨a, aₖ⟩ xₖ, N_inp values, signed; empty without a memory.
#[must_use]
pub fn place_output(memories: &[Memory], activity: &[f32]) -> Vec<f32> {
    let matches = memories
        .iter()
        .map(|memory| (memory.weight * dot(activity, &memory.barcode)) as f32);
    blend(memories, matches)
}

/// Values in a mixture, Σₖ mₖ xₖ, N_inp values: what weights mₖ read from the memories; empty without a memory.
#[must_use]
pub fn blend(memories: &[Memory], matches: impl IntoIterator<Item = f32>) -> Vec<f32> {
    let mut out = vec![0.0; memories.first().map_or(0, |memory| memory.value.len())];
    for (memory, match_) in memories.iter().zip(matches) {
        for (out, x) in out.iter_mut().zip(memory.value.iter()) {
            *out += match_ * x;
        }
    }
    out
}
