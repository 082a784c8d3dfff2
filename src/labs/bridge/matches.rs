//! Similarities of every place with every memory, by all five lookups.

use chickadee_engine::models::{
    barcode::{Phase, seed_output},
    key_value::{Lookup, seed_output_of_synapses},
};

use super::{
    Bridge, Codes, Key,
    batch::{Batch, Settled, spread},
    codes::CodesKey,
    judge::Compared,
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
    codes: Option<CodesKey>,
}

/// Similarities of every place with every memory.
pub struct Matches {
    read: Compared,
    /// One lookup after the other: places × memories; empty where a place is not known yet.
    similarities: [Vec<Vec<f64>>; 5],
    /// The seed readout of the network at every place, as synapses and as linear attention.
    pub identity: Vec<Option<(f64, f64)>>,
    /// Places at which the network overflowed while it recalled: it answers nothing there.
    pub overflowed: Vec<usize>,
    /// Whether that was told.
    pub(super) told: bool,
    next: usize,
    batch: Option<(Vec<usize>, Batch)>,
}

impl Matches {
    /// Similarities of a place with all memories, if they are known.
    #[must_use]
    pub fn similarities(&self, lookup: Lookup, place: usize) -> Option<&[f64]> {
        let known = self.similarities[lookup as usize].get(place)?;
        self.identity.get(place)?.as_ref()?;
        Some(known)
    }

    /// Begins what is under way anew, on another device; what is known stays.
    pub(super) fn restart_batch(&mut self) {
        self.batch = None;
    }

    /// Whether every place is known.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.next >= self.identity.len()
    }

    /// Number of places that are known.
    #[must_use]
    pub fn known(&self) -> usize {
        self.next
    }
}

impl Derived<Bridge> for Matches {
    type Key = MatchesKey;

    fn key(lab: &Bridge) -> Option<MatchesKey> {
        lab.derived.stored.ready(lab)?;
        lab.derived.queries.ready(lab)?;
        let codes = Codes::key(lab);
        if codes.is_some() {
            lab.codes()?;
        }
        Some(MatchesKey {
            stored: Stored::key(lab)?,
            present: lab.run.present(),
            search: lab.run.settings.get(Key::Search),
            damage: lab.run.settings.get(Key::Damage),
            codes,
        })
    }

    fn start(lab: &Bridge, key: &MatchesKey) -> Self {
        let stored = lab.derived.stored.get();
        let whole = stored.map_or(&[][..], |stored| &stored.memories);
        let places = lab.run.settings.places();
        Self {
            read: Compared::new(lab, whole, &key.present, key.damage),
            similarities: std::array::from_fn(|_| vec![Vec::new(); places]),
            identity: vec![None; places],
            overflowed: Vec::new(),
            told: false,
            next: 0,
            batch: None,
        }
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let Some(network) = lab.network().filter(|_| !self.is_done()) else {
            return Progress::Idle;
        };
        let all = self.identity.len();
        let memories = &self.read.memories;
        let (places, batch) = self.batch.get_or_insert_with(|| {
            let end = (self.next + Batch::size(&network)).min(all);
            let places: Vec<usize> = (self.next..end).map(|at| spread(at, all)).collect();
            let search = lab.run.settings.get(Key::Search);
            let phase = Phase::recall(&lab.run.settings.parameters(), search);
            let batch = Batch::new(lab, &network, (phase, places.clone()), memories);
            (places, batch)
        });
        let (progress, settled) = batch.advance(lab, &network, memories);
        let Some(Settled {
            activity,
            overflowed,
        }) = settled
        else {
            return progress;
        };
        self.overflowed
            .extend(overflowed.into_iter().map(|row| places[row]));
        for (row, place) in places.iter().copied().enumerate() {
            let recalled = activity.row(row);
            let Some(query) = lab.query(&network, place, recalled) else {
                return Progress::Idle;
            };
            for lookup in Lookup::ALL {
                self.similarities[lookup as usize][place] = self.read.similarities(lookup, &query);
            }
            let attention = seed_output(memories, recalled);
            self.identity[place] = Some((seed_output_of_synapses(memories, recalled), attention));
        }
        self.next += places.len();
        self.batch = None;
        progress
    }

    fn fraction(&self) -> f64 {
        self.next as f64 / self.identity.len().max(1) as f64
    }
}
