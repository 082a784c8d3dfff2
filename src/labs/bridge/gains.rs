//! How content turns into barcodes: similarity of the keys of neighbouring places by the recurrent gain at which they are made.

use chickadee_engine::{
    analysis::{active_fraction, pearson},
    base::Matrix,
    models::barcode::Phase,
};

use super::{
    Bridge, Study, World,
    batch::{Batch, Settled},
    world::WorldKey,
};
use crate::session::{Derived, Progress};

/// Distances of the compared places, in places.
pub const APART: [usize; 4] = [1, 4, 8, 16];
/// Number of gains.
pub const GAINS: usize = 13;

/// The gain of a number: 0, 0.1, … 1.2.
#[must_use]
pub fn gain(number: usize) -> f64 {
    number as f64 / 10.0
}

/// Keys at one recurrent gain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GainPoint {
    /// r.
    pub gain: f64,
    /// Mean correlation of places so [far apart](APART); `None` where no two places are.
    pub alike: [Option<f64>; 4],
    /// Fraction of the units that is active, mean over places.
    pub active: f64,
}

/// Similarity of keys by recurrent gain.
pub struct Gains {
    /// The curve as far as it is known, by rising gain.
    pub points: Vec<GainPoint>,
    keys: Matrix,
    next: usize,
    batch: Option<(Vec<usize>, Batch)>,
}

/// Gains in the order in which they are done: the ends, the middle, and the rest.
const ORDER: [usize; GAINS] = [0, 10, 5, 3, 8, 12, 2, 4, 6, 7, 9, 1, 11];

impl Derived<Bridge> for Gains {
    type Key = WorldKey;

    fn key(lab: &Bridge) -> Option<WorldKey> {
        let asked = lab.run.settings.study() == Study::Keys && lab.queries().is_some();
        World::key(lab).filter(|_| asked)
    }

    fn start(lab: &Bridge, _: &WorldKey) -> Self {
        let units = lab.network().map_or(0, |network| network.units());
        Self {
            points: Vec::new(),
            keys: Matrix::zeros(lab.run.settings.places(), units),
            next: 0,
            batch: None,
        }
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let gain = ORDER.get(self.points.len()).copied().map(gain);
        let (Some(network), Some(gain)) = (lab.network(), gain) else {
            return Progress::Idle;
        };
        let all = self.keys.rows();
        let (places, batch) = self.batch.get_or_insert_with(|| {
            let end = (self.next + Batch::size(&network)).min(all);
            let places: Vec<usize> = (self.next..end).collect();
            let phase = Phase::visit(&lab.run.settings.parameters(), gain);
            let batch = Batch::new(lab, &network, (phase, places.clone()), &[]);
            (places, batch)
        });
        let (progress, settled) = batch.advance(lab, &network, &[]);
        let Some(Settled { activity, .. }) = settled else {
            return progress;
        };
        for (row, place) in places.iter().copied().enumerate() {
            self.keys.row_mut(place).copy_from_slice(activity.row(row));
        }
        self.next += places.len();
        self.batch = None;
        if self.next == all {
            self.points.push(self.point(lab, gain));
            self.points.sort_by(|a, b| a.gain.total_cmp(&b.gain));
            self.next = 0;
        }
        progress
    }

    fn fraction(&self) -> f64 {
        let part = self.next as f64 / self.keys.rows().max(1) as f64;
        (self.points.len() as f64 + part) / GAINS as f64
    }
}

impl Gains {
    /// Begins what is under way anew, on another device; what is known stays.
    pub(super) fn restart_batch(&mut self) {
        self.batch = None;
    }

    /// The keys of all places, compared.
    fn point(&self, lab: &Bridge, gain: f64) -> GainPoint {
        let (geometry, places) = (lab.run.settings.geometry(), self.keys.rows());
        let mean = |numbers: Vec<f64>| {
            let count = numbers.len();
            (count > 0).then(|| numbers.iter().sum::<f64>() / count as f64)
        };
        let alike = APART.map(|apart| {
            let pairs = (0..places).filter_map(|place| {
                let other = geometry.neighbour(places, place, apart as i64, 0);
                // Walls are nearer, and the other side of a small ring.
                let there = geometry.distance(places, place, other) == apart as f64;
                there.then(|| pearson(self.keys.row(place), self.keys.row(other)))
            });
            // A silent key resembles nothing.
            mean(pairs.filter(|alike| alike.is_finite()).collect())
        });
        let active = (0..places).map(|place| active_fraction(self.keys.row(place)));
        GainPoint {
            gain,
            alike,
            active: active.sum::<f64>() / places.max(1) as f64,
        }
    }
}
