use std::sync::Arc;

use chickadee_engine::models::barcode::{Memory, Phase, Run as Settling};

use super::{Bridge, Key, world::WorldKey};
use crate::session::{Derived, Progress};

/// Everything that the stored keys depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredKey {
    world: WorldKey,
    gain: f64,
    clean: bool,
    places: Vec<usize>,
}

/// The memories as they were stored, one after the other: barcode and place input of each event.
pub struct Stored {
    /// Those that are stored, all with weight 1 and whole.
    pub memories: Vec<Memory>,
    settling: Option<Settling>,
}

impl Stored {
    /// Leaves off memories whose events are another list now.
    fn keep(&mut self, places: &[usize]) {
        let same = self.memories.iter().zip(places);
        let kept = same.take_while(|(memory, place)| memory.place == **place);
        let kept = kept.count();
        self.memories.truncate(kept);
        self.settling = None;
    }
}

impl Derived<Bridge> for Stored {
    type Key = StoredKey;

    fn key(lab: &Bridge) -> Option<StoredKey> {
        lab.network()?;
        Some(StoredKey {
            world: super::World::key(lab)?,
            gain: lab.run.settings.get(Key::Gain),
            clean: lab.run.settings.is_on(Key::Clean),
            places: lab.run.slots.iter().map(|slot| slot.place).collect(),
        })
    }

    fn start(_: &Bridge, _: &StoredKey) -> Self {
        Self {
            memories: Vec::new(),
            settling: None,
        }
    }

    fn follow(&mut self, _: &Bridge, from: &StoredKey, to: &StoredKey) -> bool {
        let same = from.world == to.world && from.gain == to.gain && from.clean == to.clean;
        if same {
            self.keep(&to.places);
        }
        same
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let Some(slot) = lab.run.slots.get(self.memories.len()) else {
            return Progress::Idle;
        };
        let Some(network) = lab.network() else {
            return Progress::Idle;
        };
        let settings = &lab.run.settings;
        let phase = caching(lab);
        let settling = self
            .settling
            .get_or_insert_with(|| Settling::new(phase, vec![slot.place], network.units()));
        let earlier = if settings.is_on(Key::Clean) {
            &[][..]
        } else {
            &self.memories
        };
        network.step(settling, &settings.parameters(), earlier);
        if settling.is_over() {
            self.memories.push(Memory {
                place: slot.place,
                weight: 1.0,
                barcode: settling.activity().row(0).into(),
                value: Arc::from(network.inputs.rates.row(slot.place)),
            });
            self.settling = None;
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        1.0
    }
}

/// Caching, at the gain at which keys are made.
pub fn caching(lab: &Bridge) -> Phase {
    let settings = &lab.run.settings;
    Phase {
        gain: settings.get(Key::Gain),
        ..Phase::cache(&settings.parameters())
    }
}
