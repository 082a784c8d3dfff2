use chickadee_engine::{
    base::Matrix,
    models::barcode::{Phase, Run as Settling},
};

use super::{Bridge, Key, world::WorldKey};
use crate::session::{Derived, Progress};

/// The barcode of every place, made by the network without memories.
pub struct Queries {
    /// b_q, places × N, as far as known.
    pub barcodes: Matrix,
    next: usize,
    settling: Option<Settling>,
}

/// Places that settle together.
pub const GROUP: usize = if cfg!(target_arch = "wasm32") { 4 } else { 20 };

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
            settling: None,
        }
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let (Some(network), true) = (lab.network(), self.next < self.barcodes.rows()) else {
            return Progress::Idle;
        };
        let parameters = lab.run.settings.parameters();
        let end = (self.next + GROUP).min(self.barcodes.rows());
        let (next, gain) = (self.next, lab.run.settings.get(Key::Gain));
        let settling = self.settling.get_or_insert_with(|| {
            let phase = Phase::visit(&parameters, gain);
            Settling::new(phase, (next..end).collect(), network.units())
        });
        network.step(settling, &parameters, &[]);
        if settling.is_over() {
            for (row, place) in (next..end).enumerate() {
                let barcode = self.barcodes.row_mut(place);
                barcode.copy_from_slice(settling.activity().row(row));
            }
            self.next = end;
            self.settling = None;
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        self.next as f64 / self.barcodes.rows().max(1) as f64
    }
}
