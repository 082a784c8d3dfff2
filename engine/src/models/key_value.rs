//! Key–value memory: the same memories as slots that attention reads (Gershman, Fiete & Irie, arXiv 2501.02950).
//!
//! # The idea
//! A key–value memory stores pairs (kₙ, vₙ): keys are for finding, values for what is found. A query q is compared with every key, a
//! *separation function* turns similarities into weights, and the weighted sum of the values comes back:
//! ```text
//! v̂ = Σₙ αₙ vₙ        α = separation(⟨k₁, q⟩, ⟨k₂, q⟩, …)
//! ```
//! With the identity as separation this is linear attention, which is a Hebbian matrix M = Σ vₙ kₙᵀ times the query; with a
//! soft-max it is the attention of a transformer. The readouts of the barcode network are the first kind to the last digit:
//! its place output is Σₖ ⟨aₖ, x*⟩ xₖ, linear attention with barcodes as keys and the recalled activity x* as query. What the
//! network adds is how the query is made: recurrent dynamics that complete the stored barcode, or stay silent.
//!
//! The five [`Lookup`]s take these ideas apart, from content as its own key to the network. Their order is that of the table
//! in the paper's discussion of key–value memories; all read the same [`Memory`] list.

use super::barcode::Memory;
use crate::base::reduce::dot;

/// A way to read the memories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Linear attention, place inputs as keys: αₖ = ⟨x_q, xₖ⟩ / N.
    LinearContent,
    /// Soft-max attention of the same similarities.
    SoftmaxContent,
    /// Linear attention, barcodes as keys and the barcode of the query's place as query: αₖ = cos(b_q, aₖ).
    LinearBarcode,
    /// Soft-max attention of the same similarities.
    SoftmaxBarcode,
    /// The recurrent network: αₖ = ⟨x*, aₖ⟩ / |aₖ|² of the recalled activity x*.
    Recurrent,
}

impl Lookup {
    /// All of them, in the order of the idea.
    pub const ALL: [Self; 5] = [
        Self::LinearContent,
        Self::SoftmaxContent,
        Self::LinearBarcode,
        Self::SoftmaxBarcode,
        Self::Recurrent,
    ];

    /// Whether its keys are barcodes that are compared without recall: other codes can stand in for them.
    #[must_use]
    pub fn reads_barcodes(self) -> bool {
        matches!(self, Self::LinearBarcode | Self::SoftmaxBarcode)
    }

    /// Similarity of a memory with a query. A removed memory (weight 0) has none.
    #[must_use]
    pub fn similarity(self, memory: &Memory, query: &Query<'_>) -> f64 {
        match self {
            Self::LinearContent | Self::SoftmaxContent => {
                dot(query.content, &memory.value) / query.content.len().max(1) as f64
            }
            Self::LinearBarcode | Self::SoftmaxBarcode => {
                let cosine = memory.cosine(query.barcode);
                if cosine.is_finite() { cosine } else { 0.0 }
            }
            Self::Recurrent => {
                let overlap = memory.overlap(query.recalled);
                // A key without a single active unit matches nothing.
                if dot(&memory.barcode, &memory.barcode) > 0.0 {
                    overlap
                } else {
                    0.0
                }
            }
        }
    }

    /// Weights of all memories from their similarities; memories that are not `present` get 0. `beta` is the inverse temperature.
    #[must_use]
    pub fn weights(self, similarities: &[f64], present: &[bool], beta: f64) -> Vec<f64> {
        match self {
            Self::SoftmaxContent | Self::SoftmaxBarcode => softmax(similarities, present, beta),
            Self::LinearContent | Self::LinearBarcode | Self::Recurrent => {
                let pairs = similarities.iter().zip(present);
                pairs
                    .map(|(s, present)| if *present { *s } else { 0.0 })
                    .collect()
            }
        }
    }
}

/// A place that is asked about, as the three kinds of keys see it.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// Its place input x_q, N_inp.
    pub content: &'a [f32],
    /// Its barcode b_q: activity at recurrent gain 1 of the network without memories, N.
    pub barcode: &'a [f32],
    /// The recalled activity x*: the same at some search strength, with the memories in the synapses, N.
    pub recalled: &'a [f32],
}

/// Soft-max over the memories that are present, at inverse temperature β. Sums to 1 if there is any.
#[must_use]
pub fn softmax(similarities: &[f64], present: &[bool], beta: f64) -> Vec<f64> {
    let there = || similarities.iter().zip(present);
    let known = there().filter(|(_, present)| **present).map(|(s, _)| *s);
    let largest = known.fold(f64::NEG_INFINITY, f64::max);
    let raise = |(s, present): (&f64, &bool)| match present {
        true => libm::exp(beta * (s - largest)),
        false => 0.0,
    };
    let raised: Vec<f64> = there().map(raise).collect();
    let total: f64 = raised.iter().sum();
    if total > 0.0 {
        raised.iter().map(|r| r / total).collect()
    } else {
        raised
    }
}

/// Number of memories that are effectively read, 1 / Σ αₖ² of the normalised weights' magnitudes: 1 for one, n for n alike.
#[must_use]
pub fn effective_number(weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().map(|w| w.abs()).sum();
    let squares: f64 = weights.iter().map(|w| (w / total) * (w / total)).sum();
    if total > 0.0 { 1.0 / squares } else { 0.0 }
}

/// Number of slots that are effectively read as information counts it, e to the entropy of the normalised weights: 1 for one, n for n
/// alike. Weights are not negative; 0 where all are 0.
#[must_use]
pub fn perplexity(weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    let parts = weights.iter().map(|w| w / total).filter(|p| *p > 0.0);
    let entropy: f64 = parts.map(|p| -p * libm::log(p)).sum();
    if total > 0.0 { libm::exp(entropy) } else { 0.0 }
}

/// The seed readout as a matrix, J_xs x*: the synapses Σ wₖ aₖ first, then the product with the activity.
///
/// [`seed_output`](super::barcode::seed_output) is the same as linear attention, Σ wₖ ⟨aₖ, x*⟩; they differ by rounding alone.
#[must_use]
pub fn seed_output_of_synapses(memories: &[Memory], activity: &[f32]) -> f64 {
    let unit = |unit: usize| -> f64 {
        let terms = memories.iter();
        terms.map(|m| m.weight * f64::from(m.barcode[unit])).sum()
    };
    let products = activity.iter().enumerate();
    products.map(|(i, a)| unit(i) * f64::from(*a)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::barcode::seed_output;

    fn memory(place: usize, barcode: &[f32], value: &[f32]) -> Memory {
        Memory {
            place,
            weight: 1.0,
            barcode: barcode.into(),
            value: value.into(),
        }
    }

    #[test]
    fn softmax_sums_to_one_and_leaves_out_what_is_gone() {
        let weights = softmax(&[0.5, 2.0, 1.0], &[true, false, true], 3.0);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(weights[1], 0.0);
        assert!(weights[2] > weights[0]);
        assert_eq!(softmax(&[1.0], &[false], 3.0), [0.0]);
        assert_eq!(softmax(&[], &[], 3.0), Vec::<f64>::new());
        // Large numbers do not overflow.
        assert_eq!(softmax(&[0.0, 1e6], &[true, true], 64.0), [0.0, 1.0]);
    }

    #[test]
    fn a_lookup_finds_its_own_key() {
        let memories = [
            memory(3, &[1.0, 0.0, 0.0], &[1.0, -1.0]),
            memory(5, &[0.0, 2.0, 0.0], &[-1.0, 1.0]),
        ];
        let query = Query {
            content: &[-1.0, 1.0],
            barcode: &[0.0, 1.0, 0.1],
            recalled: &[0.0, 4.0, 0.0],
        };
        for lookup in Lookup::ALL {
            let similarities: Vec<f64> = memories
                .iter()
                .map(|memory| lookup.similarity(memory, &query))
                .collect();
            let weights = lookup.weights(&similarities, &[true; 2], 16.0);
            assert!(
                weights[1] > 0.9 && weights[0] < 0.1,
                "{lookup:?}: {weights:?}"
            );
            let alone = lookup.weights(&similarities, &[true, false], 16.0);
            assert_eq!(alone[1], 0.0);
        }
        // Only the network can say how strongly; it recalled twice the barcode.
        assert_eq!(Lookup::Recurrent.similarity(&memories[1], &query), 2.0);
        let empty = memory(1, &[0.0; 3], &[0.0; 2]);
        assert_eq!(Lookup::LinearBarcode.similarity(&empty, &query), 0.0);
        assert_eq!(Lookup::Recurrent.similarity(&empty, &query), 0.0);
    }

    #[test]
    fn the_seed_readout_is_linear_attention() {
        let memories = [
            memory(3, &[0.3, 0.0, 0.9, 0.2], &[1.0]),
            memory(5, &[0.1, 0.7, 0.0, 0.4], &[1.0]),
        ];
        let activity = [0.2_f32, 0.0, 1.3, 0.8];
        let attention = seed_output(&memories, &activity);
        let synapses = seed_output_of_synapses(&memories, &activity);
        assert!((attention - synapses).abs() < 1e-12 * attention.abs());
    }

    #[test]
    fn effective_number_counts_what_is_read() {
        assert!((effective_number(&[1.0, 0.0]) - 1.0).abs() < 1e-12);
        assert!((effective_number(&[0.25; 4]) - 4.0).abs() < 1e-12);
        assert_eq!(effective_number(&[0.0; 3]), 0.0);
    }
    #[test]
    fn perplexity_counts_what_is_read() {
        assert!((perplexity(&[2.0, 0.0]) - 1.0).abs() < 1e-12);
        assert!((perplexity(&[0.1; 4]) - 4.0).abs() < 1e-12);
        // A slot that is hardly read hardly counts; less so than by the sum of squares.
        let weights = [0.9, 0.05, 0.05];
        assert!(perplexity(&weights) > effective_number(&weights));
        assert_eq!(perplexity(&[0.0; 3]), 0.0);
    }
}
