//! One judge of all answers: what a lookup makes of similarities, and how well memories are read at their own places.
//!
//! Curves, table, CSV, capacity, interference and the map of gain and search all read what is judged here.

use std::sync::Arc;

use chickadee_engine::{
    base::{
        Matrix,
        random::{Random, Stream},
        reduce::argmax,
    },
    models::{
        barcode::{Memory, blend},
        key_value::{Lookup, Query},
    },
    worlds::caching::Geometry,
};

use super::{Bridge, Key, Network};

/// Memories as queries are compared with them: keys damaged, those that were taken out with weight 0.
pub struct Compared {
    /// As network and content have them.
    pub memories: Vec<Memory>,
    /// The same with random keys in place of barcodes, where those are asked for.
    coded: Option<Vec<Memory>>,
}

impl Compared {
    /// Memories as they were stored, all of them there and whole.
    pub fn whole(lab: &Bridge, stored: &[Memory]) -> Self {
        Self::new(lab, stored, &vec![true; stored.len()], 0.0)
    }

    /// Memories of which some may be gone, with a fraction of the entries of every key exchanged.
    pub fn new(lab: &Bridge, stored: &[Memory], present: &[bool], damage: f64) -> Self {
        let compare = |memories: &mut dyn Iterator<Item = Memory>| -> Vec<Memory> {
            let pairs = memories.zip(present).enumerate();
            let compared = pairs.map(|(slot, (memory, present))| Memory {
                weight: f64::from(u8::from(*present)),
                ..damaged(&memory, damage, slot)
            });
            compared.collect()
        };
        let codes = lab.codes();
        Self {
            memories: compare(&mut stored.iter().cloned()),
            coded: codes.map(|codes| {
                compare(&mut stored.iter().map(|memory| Memory {
                    barcode: codes.row(memory.place).into(),
                    ..memory.clone()
                }))
            }),
        }
    }

    /// Similarities of all memories with a query.
    pub fn similarities(&self, lookup: Lookup, query: &Query<'_>) -> Vec<f64> {
        let coded = self.coded.as_ref().filter(|_| lookup.reads_barcodes());
        let memories = coded.unwrap_or(&self.memories).iter();
        memories
            .map(|memory| lookup.similarity(memory, query))
            .collect()
    }
}

/// What a lookup makes of a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Weights of all memories.
    pub weights: Vec<f64>,
    /// Their sum: is a seed here?
    pub total: f64,
    /// The place that comes back, in places; `None` where nothing does.
    pub place: Option<f64>,
}

impl Answer {
    /// The memory with the largest weight; `None` where nothing comes back.
    #[must_use]
    pub fn largest(&self) -> Option<usize> {
        self.place?;
        let each = self.weights.iter().enumerate();
        each.max_by(|a, b| a.1.total_cmp(b.1)).map(|(slot, _)| slot)
    }
}

/// How memories are read at their own places, means over them; one number a lookup.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// Fraction that is read as itself: at its own place the memory has the largest weight.
    pub right: [f64; 5],
    /// Distance between its place and the place that comes back there, in places.
    pub error: [f64; 5],
    /// Share of the other memories in the positive weight: 0 told apart, ½ (of two) both alike.
    pub ambiguity: [f64; 5],
}

impl Score {
    /// The mean of some scores; zeros of none.
    pub fn mean(scores: &[Self]) -> Self {
        let mean = |part: fn(&Self) -> &[f64; 5]| {
            std::array::from_fn(|lookup| {
                let each = scores.iter().map(|score| part(score)[lookup]);
                each.sum::<f64>() / scores.len().max(1) as f64
            })
        };
        Self {
            right: mean(|score| &score.right),
            error: mean(|score| &score.error),
            ambiguity: mean(|score| &score.ambiguity),
        }
    }
}

/// All that an answer depends on beside similarities.
pub struct Judge<'a> {
    network: Network<'a>,
    geometry: Geometry,
    places: usize,
    /// Memories with whole values: these are what comes back.
    whole: &'a [Memory],
    present: &'a [bool],
    beta: f64,
}

impl<'a> Judge<'a> {
    /// The judge of some memories.
    pub fn new(lab: &'a Bridge, whole: &'a [Memory], present: &'a [bool]) -> Option<Self> {
        let settings = &lab.run.settings;
        Some(Self {
            network: lab.network()?,
            geometry: settings.geometry(),
            places: settings.places(),
            whole,
            present,
            beta: settings.get(Key::Beta),
        })
    }

    /// What a lookup makes of these similarities.
    pub fn answer(&self, lookup: Lookup, similarities: &[f64]) -> Answer {
        let weights = lookup.weights(similarities, self.present, self.beta);
        Answer {
            total: weights.iter().sum(),
            place: self.place_of(&weights),
            weights,
        }
    }

    /// How well memories are read where `recalled` is what the network recalls at the place of each, memories × N.
    pub fn score(&self, lab: &Bridge, compared: &Compared, recalled: &Matrix) -> Option<Score> {
        let mut score = Score::default();
        for (row, memory) in self.whole.iter().enumerate() {
            let query = lab.query(&self.network, memory.place, recalled.row(row))?;
            for lookup in Lookup::ALL {
                let answer = self.answer(lookup, &compared.similarities(lookup, &query));
                let largest = answer.weights.iter().copied();
                let largest = largest.fold(f64::NEG_INFINITY, f64::max);
                // Two memories of one place are both right.
                let own = || {
                    let pairs = self.whole.iter().zip(&answer.weights);
                    pairs.filter(|(m, _)| m.place == memory.place)
                };
                if largest > 0.0 && own().any(|(_, weight)| *weight == largest) {
                    score.right[lookup as usize] += 1.0;
                }
                score.error[lookup as usize] += self.error(&answer, memory.place);
                let positive = |weight: &f64| weight.max(0.0);
                let all: f64 = answer.weights.iter().map(positive).sum();
                let mine: f64 = own().map(|(_, weight)| positive(weight)).sum();
                // Nothing read at all tells nothing apart.
                let others = if all > 0.0 { 1.0 - mine / all } else { 0.5 };
                score.ambiguity[lookup as usize] += others;
            }
        }
        let count = self.whole.len() as f64;
        for sums in [&mut score.right, &mut score.error, &mut score.ambiguity] {
            *sums = sums.map(|sum| sum / count);
        }
        Some(score)
    }

    /// Distance between a place and the place that comes back there; a quarter of the places where none does.
    fn error(&self, answer: &Answer, place: usize) -> f64 {
        answer.place.map_or(self.places as f64 / 4.0, |back| {
            let back = (back.round() as usize).min(self.places - 1);
            self.geometry.distance(self.places, back, place)
        })
    }

    /// The place that comes back: the peak of Σ αₖ xₖ, in places; `None` without a memory.
    fn place_of(&self, weights: &[f64]) -> Option<f64> {
        if self.whole.is_empty() || weights.iter().all(|weight| *weight == 0.0) {
            return None;
        }
        let out = blend(self.whole, weights.iter().map(|weight| *weight as f32));
        let inputs = self.network.inputs;
        match self.geometry {
            Geometry::Ring => {
                let unit = argmax(&out)?;
                Some(unit as f64 / inputs.units() as f64 * inputs.places() as f64)
            }
            Geometry::Arena | Geometry::Gaussian => {
                let at_peaks: Vec<f32> = inputs.peaks.iter().map(|unit| out[*unit]).collect();
                argmax(&at_peaks).map(|place| place as f64)
            }
        }
    }
}

/// A memory of which a fraction of the entries of both keys change places with each other. Its value stays whole where it is read out.
fn damaged(memory: &Memory, fraction: f64, slot: usize) -> Memory {
    if fraction <= 0.0 {
        return memory.clone();
    }
    Memory {
        barcode: exchanged(&memory.barcode, fraction, slot),
        value: exchanged(&memory.value, fraction, slot),
        ..memory.clone()
    }
}

fn exchanged(key: &Arc<[f32]>, fraction: f64, slot: usize) -> Arc<[f32]> {
    let mut random = Random::new(0, Stream::Query, slot as u64);
    let chosen: Vec<usize> = (0..key.len())
        .filter(|_| f64::from(random.uniform()) < fraction)
        .collect();
    let mut out: Vec<f32> = key.to_vec();
    // Fisher and Yates, over the chosen entries.
    for last in (1..chosen.len()).rev() {
        let other = random.below(last + 1);
        out.swap(chosen[last], chosen[other]);
    }
    out.into()
}
