use chickadee_engine::{base::Matrix, models::barcode::Phase};

use super::{
    Bridge, Key,
    batch::{Batch, Settled},
    world::WorldKey,
};
use crate::session::{Derived, Progress};

/// The barcode of every place, made by the network without memories.
pub struct Queries {
    /// b_q, places × N, as far as known.
    pub barcodes: Matrix,
    next: usize,
    batch: Option<(Vec<usize>, Batch)>,
}

impl Queries {
    /// Begins what is under way anew, on another device; what is known stays.
    pub(super) fn restart_batch(&mut self) {
        self.batch = None;
    }
}

impl Derived<Bridge> for Queries {
    type Key = (WorldKey, f64);

    fn key(lab: &Bridge) -> Option<Self::Key> {
        lab.network()?;
        Some((super::World::key(lab)?, lab.run.settings.get(Key::Gain)))
    }

    fn start(lab: &Bridge, _: &Self::Key) -> Self {
        let units = lab.network().map_or(0, |network| network.units());
        Self {
            barcodes: Matrix::zeros(lab.run.settings.places(), units),
            next: 0,
            batch: None,
        }
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let (Some(network), true) = (lab.network(), self.next < self.barcodes.rows()) else {
            return Progress::Idle;
        };
        let (places, batch) = self.batch.get_or_insert_with(|| {
            let end = (self.next + Batch::size(&network)).min(self.barcodes.rows());
            let places: Vec<usize> = (self.next..end).collect();
            let gain = lab.run.settings.get(Key::Gain);
            let phase = Phase::visit(&lab.run.settings.parameters(), gain);
            let batch = Batch::new(lab, &network, (phase, places.clone()), &[]);
            (places, batch)
        });
        let (progress, settled) = batch.advance(lab, &network, &[]);
        if let Some(Settled { activity, .. }) = settled {
            for (row, place) in places.iter().copied().enumerate() {
                let barcode = self.barcodes.row_mut(place);
                barcode.copy_from_slice(activity.row(row));
            }
            self.next += places.len();
            self.batch = None;
        }
        progress
    }

    fn fraction(&self) -> f64 {
        self.next as f64 / self.barcodes.rows().max(1) as f64
    }
}
