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
    /// Those that are stored, all with weight 1 and whole. One whose activity overflowed has no barcode (zeros): the synapses hold
    /// nothing of it, the list holds its content.
    pub memories: Vec<Memory>,
    /// Which of them overflowed, and after which step.
    pub overflowed: Vec<(usize, usize)>,
    /// How many of these were told.
    pub(super) told: usize,
    storing: Storing,
}

impl Stored {
    /// Leaves off memories whose events are another list now.
    fn keep(&mut self, places: &[usize]) {
        let same = self.memories.iter().zip(places);
        let kept = same.take_while(|(memory, place)| memory.place == **place);
        let kept = kept.count();
        self.memories.truncate(kept);
        self.overflowed.retain(|(memory, _)| *memory < kept);
        self.told = self.told.min(self.overflowed.len());
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
            overflowed: Vec::new(),
            told: 0,
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
        if let Some(memory) = memory {
            let step = self.storing.overflow.take();
            self.overflowed
                .extend(step.map(|step| (self.memories.len(), step)));
            self.memories.push(memory);
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        1.0
    }
}

/// One event on its way into memory. It is always stored on the CPU: memories have the same bits on every machine.
#[derive(Default)]
pub struct Storing {
    settling: Option<Settling>,
    /// The step after which the last memory overflowed, if it did.
    overflow: Option<usize>,
}

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
        let settling = self.settling.get_or_insert_with(|| {
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
        let settled = self.settling.take()?;
        self.overflow = settled.overflow();
        let barcode = match self.overflow {
            None => settled.activity().row(0).into(),
            Some(_) => vec![0.0; network.units()].into(),
        };
        Some(Memory {
            place,
            weight: 1.0,
            barcode,
            value: Arc::from(network.inputs.rates.row(place)),
        })
    }
}
