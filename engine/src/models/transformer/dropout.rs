//! Dropout at the places that GPT-2 has for it: the embedded tokens, the attention, and what attention and MLP add to the
//! residual stream. A value is silenced with a probability, and the others grow so that the mean stays.
//!
//! Which values are silenced is a function of training example and place, so that the way back draws the same numbers again
//! instead of keeping them: at T = 1,000 they would take as much memory as the attention.

use crate::base::random::{Random, Stream};

/// Dropout of one training example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    /// The probability with which a value is silenced, in [0, 1); the paper's tree model was trained with 0.2.
    pub probability: f32,
    /// Random seed; another one for every step.
    pub seed: u64,
    /// The training example's number within the step.
    pub example: u64,
}

/// A row of values that dropout silences some of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The layer, from 0; the embedding counts as the one after the last.
    pub layer: usize,
    pub part: Part,
    /// The row among those that the layer goes on with.
    pub row: usize,
}

/// A part of a layer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// What the attention adds to the residual stream; in the layer after the last, the embedded tokens.
    Attention,
    /// What the MLP adds to it.
    Mlp,
    /// The attention of a head.
    Head(usize),
}

/// Bits of a position for the row, the part and the layer; the rest is the example's.
const ROW_BITS: u32 = 16;
const PART_BITS: u32 = 13;
const LAYER_BITS: u32 = 7;

impl Dropout {
    /// Silences values of one row, and grows the others.
    pub(super) fn apply(self, place: Place, values: &mut [f32]) {
        self.draw(place, values);
    }

    /// The same for a row of attention: on the cache, and on itself.
    pub(super) fn apply_to_attention(self, place: Place, cache: &mut [f32], own: &mut f32) {
        let mut random = self.draw(place, cache);
        *own *= self.factor(random.word());
    }

    /// The same for rows of `width` values from the first row on.
    pub(super) fn apply_to_rows(self, layer: usize, part: Part, values: &mut [f32], width: usize) {
        for (row, values) in values.chunks_exact_mut(width).enumerate() {
            self.apply(Place { layer, part, row }, values);
        }
    }

    fn draw(self, place: Place, values: &mut [f32]) -> Random {
        let part = match place.part {
            Part::Attention => 0,
            Part::Mlp => 1,
            Part::Head(head) => 2 + head as u64,
        };
        let mut position = self.example;
        for (number, bits) in [
            (place.layer as u64, LAYER_BITS),
            (part, PART_BITS),
            (place.row as u64, ROW_BITS),
        ] {
            position = (position << bits) | number;
        }
        let mut random = Random::new(self.seed, Stream::Dropout, position);
        // Sixteen bits a value.
        for pair in values.chunks_mut(2) {
            let word = random.word();
            pair[0] *= self.factor(word << 16);
            if let Some(second) = pair.get_mut(1) {
                *second *= self.factor(word);
            }
        }
        random
    }

    /// 0 or 1 / (1 − p), by the upper sixteen bits.
    fn factor(self, word: u32) -> f32 {
        if ((word >> 16) as f32) < self.probability * 65_536.0 {
            0.0
        } else {
            1.0 / (1.0 - self.probability)
        }
    }
}

/// What dropout leaves of the attention of some rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Left {
    cache: Vec<f32>,
    own: Vec<f32>,
}

impl Left {
    /// From the attention of some rows on the cache and on themselves; the `r`-th of them lies at `place(r)` and sees
    /// `visible[r]` tokens of the cache.
    pub(super) fn after(
        &mut self,
        dropout: Dropout,
        place: impl Fn(usize) -> Place,
        (cache, own): (&[f32], &[f32]),
        visible: &[usize],
    ) -> (&[f32], &[f32]) {
        self.cache.clear();
        self.cache.extend_from_slice(cache);
        self.own.clear();
        self.own.extend_from_slice(own);
        let tokens = cache.len() / visible.len().max(1);
        for (r, (&visible, own)) in visible.iter().zip(&mut self.own).enumerate() {
            let cache = &mut self.cache[r * tokens..][..visible];
            dropout.apply_to_attention(place(r), cache, own);
        }
        (&self.cache, &self.own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_and_the_mean_are_those_that_were_asked_for() {
        let dropout = Dropout {
            probability: 0.2,
            seed: 1,
            example: 0,
        };
        let mut values = vec![1.0; 100_000];
        dropout.apply_to_rows(1, Part::Mlp, &mut values, 1000);
        let silenced = values.iter().filter(|&&v| v == 0.0).count() as f64 / 1e5;
        let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / 1e5;
        // Four standard errors.
        assert!((silenced - 0.2).abs() < 0.005, "{silenced}");
        assert!((mean - 1.0).abs() < 0.007, "{mean}");
    }

    #[test]
    fn every_place_draws_numbers_of_its_own_and_the_same_again() {
        let drawn = |example, layer, part, row| {
            let mut values = [1.0; 64];
            let dropout = Dropout {
                probability: 0.5,
                seed: 1,
                example,
            };
            dropout.apply(Place { layer, part, row }, &mut values);
            values
        };
        let places = [
            (0, 0, Part::Attention, 0),
            (1, 0, Part::Attention, 0),
            (0, 1, Part::Attention, 0),
            (0, 0, Part::Mlp, 0),
            (0, 0, Part::Head(0), 0),
            (0, 0, Part::Head(1), 0),
            (0, 0, Part::Attention, 1),
        ];
        let all = places.map(|(example, layer, part, row)| drawn(example, layer, part, row));
        for (i, one) in all.iter().enumerate() {
            let (example, layer, part, row) = places[i];
            assert_eq!(*one, drawn(example, layer, part, row));
            assert!(all[..i].iter().all(|other| other != one), "{i}");
        }
    }
}
