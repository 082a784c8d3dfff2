//! Similarities of every place with every memory, by all five lookups.

use std::sync::Arc;

use chickadee_engine::{
    base::random::{Random, Stream},
    models::{
        barcode::{Memory, Phase, Run as Settling, blend, seed_output},
        key_value::{Lookup, Query, seed_output_of_synapses},
    },
    worlds::caching::Geometry,
};

use super::{
    Bridge, Key, Network,
    queries::GROUP,
    stored::{Stored, StoredKey},
};
use crate::session::{Derived, Progress};

/// Everything that the similarities depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchesKey {
    stored: StoredKey,
    present: Vec<bool>,
    search: f64,
    damage: f64,
}

/// Similarities of every place with every memory.
pub struct Matches {
    /// Memories as they are read: keys damaged, removed ones with weight 0.
    read: Vec<Memory>,
    /// One lookup after the other: places × memories; empty where a place is not known yet.
    similarities: [Vec<Vec<f64>>; 5],
    /// The seed readout of the network at every place, as synapses and as linear attention.
    pub identity: Vec<Option<(f64, f64)>>,
    next: usize,
    settling: Option<Settling>,
}

impl Matches {
    /// Similarities of a place with all memories, if they are known.
    #[must_use]
    pub fn similarities(&self, lookup: Lookup, place: usize) -> Option<&[f64]> {
        let known = self.similarities[lookup as usize].get(place)?;
        (known.len() == self.read.len()).then_some(known)
    }

    /// Weights of all memories at a place.
    #[must_use]
    pub fn weights(
        &self,
        lookup: Lookup,
        place: usize,
        present: &[bool],
        beta: f64,
    ) -> Option<Vec<f64>> {
        let similarities = self.similarities(lookup, place)?;
        Some(lookup.weights(similarities, present, beta))
    }

    /// Whether every place is known.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.next >= self.identity.len()
    }
}

impl Derived<Bridge> for Matches {
    type Key = MatchesKey;

    fn key(lab: &Bridge) -> Option<MatchesKey> {
        lab.derived.stored.ready(lab)?;
        lab.derived.queries.ready(lab)?;
        Some(MatchesKey {
            stored: Stored::key(lab)?,
            present: lab.run.present(),
            search: lab.run.settings.get(Key::Search),
            damage: lab.run.settings.get(Key::Damage),
        })
    }

    fn start(lab: &Bridge, key: &MatchesKey) -> Self {
        let stored = lab.derived.stored.get();
        let whole = stored.map_or(&[][..], |stored| &stored.memories);
        let pairs = whole.iter().zip(&key.present).enumerate();
        let read = pairs.map(|(slot, (memory, present))| Memory {
            weight: f64::from(u8::from(*present)),
            ..damaged(memory, key.damage, slot)
        });
        let places = lab.run.settings.places();
        Self {
            read: read.collect(),
            similarities: std::array::from_fn(|_| vec![Vec::new(); places]),
            identity: vec![None; places],
            next: 0,
            settling: None,
        }
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let (Some(network), Some(queries)) = (lab.network(), lab.derived.queries.get()) else {
            return Progress::Idle;
        };
        let places = self.identity.len();
        if self.next >= places {
            return Progress::Idle;
        }
        let parameters = lab.run.settings.parameters();
        let search = lab.run.settings.get(Key::Search);
        let (next, end) = (self.next, (self.next + GROUP).min(places));
        let order = |position: usize| spread(position, places);
        let settling = self.settling.get_or_insert_with(|| {
            let phase = Phase::recall(&parameters, search);
            Settling::new(phase, (next..end).map(order).collect(), network.units())
        });
        network.step(settling, &parameters, &self.read);
        if !settling.is_over() {
            return Progress::Worked;
        }
        for (row, place) in (next..end).map(order).enumerate() {
            let recalled = settling.activity().row(row);
            let query = Query {
                content: network.inputs.rates.row(place),
                barcode: queries.barcodes.row(place),
                recalled,
            };
            for lookup in Lookup::ALL {
                let each = self.read.iter();
                self.similarities[lookup as usize][place] = each
                    .map(|memory| lookup.similarity(memory, &query))
                    .collect();
            }
            self.identity[place] = Some((
                seed_output_of_synapses(&self.read, recalled),
                seed_output(&self.read, recalled),
            ));
        }
        self.next = end;
        self.settling = None;
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        self.next as f64 / self.identity.len().max(1) as f64
    }
}

/// The order of places, from coarse to fine: steps of 7 around the world where that meets all of them, else one by one.
fn spread(position: usize, places: usize) -> usize {
    if places.is_multiple_of(7) {
        position
    } else {
        position * 7 % places
    }
}

/// A memory of which a fraction of the entries of both keys change places with each other. Its value stays whole where it is read out.
pub fn damaged(memory: &Memory, fraction: f64, slot: usize) -> Memory {
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

/// The place that comes back: the peak of Σ αₖ xₖ, in places; `None` without a memory.
#[must_use]
pub fn place_of(
    network: &Network<'_>,
    geometry: Geometry,
    whole: &[Memory],
    weights: &[f64],
) -> Option<f64> {
    if whole.is_empty() || weights.iter().all(|weight| *weight == 0.0) {
        return None;
    }
    let out = blend(whole, weights.iter().map(|weight| *weight as f32));
    let inputs = network.inputs;
    match geometry {
        Geometry::Ring => {
            let unit = chickadee_engine::base::reduce::argmax(&out)?;
            Some(unit as f64 / inputs.units() as f64 * inputs.places() as f64)
        }
        Geometry::Arena | Geometry::Gaussian => {
            let at_peaks: Vec<f32> = inputs.peaks.iter().map(|unit| out[*unit]).collect();
            chickadee_engine::base::reduce::argmax(&at_peaks).map(|place| place as f64)
        }
    }
}
