use std::sync::Arc;

use chickadee_engine::models::barcode::{Memory, Phase, Run as Settling};

use super::{Bridge, Key, Network, world::WorldKey};
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
    storing: Storing,
}

impl Stored {
    /// Leaves off memories whose events are another list now.
    fn keep(&mut self, places: &[usize]) {
        let same = self.memories.iter().zip(places);
        let kept = same.take_while(|(memory, place)| memory.place == **place);
        let kept = kept.count();
        self.memories.truncate(kept);
        self.storing = Storing::default();
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
            storing: Storing::default(),
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
        let memory = self
            .storing
            .advance(lab, &network, slot.place, &self.memories);
        self.memories.extend(memory);
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        1.0
    }
}

/// One event on its way into memory. It is always stored on the CPU: memories have the same bits on every machine.
#[derive(Default)]
pub struct Storing(Option<Settling>);

impl Storing {
    /// One step of caching at a place, at the gain of the settings, with memories from earlier; the memory when it is made.
    pub fn advance(
        &mut self,
        lab: &Bridge,
        network: &Network<'_>,
        place: usize,
        earlier: &[Memory],
    ) -> Option<Memory> {
        self.at_gain(
            lab,
            network,
            (place, lab.run.settings.get(Key::Gain)),
            earlier,
        )
    }

    /// The same at another gain.
    pub fn at_gain(
        &mut self,
        lab: &Bridge,
        network: &Network<'_>,
        (place, gain): (usize, f64),
        earlier: &[Memory],
    ) -> Option<Memory> {
        let parameters = lab.run.settings.parameters();
        let settling = self.0.get_or_insert_with(|| {
            let phase = Phase {
                gain,
                ..Phase::cache(&parameters)
            };
            Settling::new(phase, vec![place], network.units())
        });
        let without_history = lab.run.settings.is_on(Key::Clean);
        let earlier = if without_history { &[] } else { earlier };
        network.step(settling, &parameters, earlier);
        if !settling.is_over() {
            return None;
        }
        let settled = self.0.take()?;
        Some(Memory {
            place,
            weight: 1.0,
            barcode: settled.activity().row(0).into(),
            value: Arc::from(network.inputs.rates.row(place)),
        })
    }
}
