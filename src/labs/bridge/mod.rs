//! The bridge lab: the same memories as synapses and as the slots of a key–value memory.
//!
//! The author's own thread joins the two papers by a third idea (Gershman, Fiete & Irie, arXiv 2501.02950): barcodes are a neural
//! counterpart of the slots of a key–value memory. Here one list of events is stored twice, in the synapses of the barcode network
//! and as (key, value) pairs, and five ways to read it are shown beside each other, from attention over content to the network.
//!
//! ```text
//! Command ─► Run {settings, events, place} ─┬─► World (place inputs, fixed weights)
//!            changed at once                ├─► Stored: barcode and place input of each event
//!                                           ├─► Queries: the barcode of every place, without memories
//!                                           ├─► Matches: every place against every memory, by all five lookups
//!                                           ├─► Capacity: the same for one memory after the other
//!                                           └─► SlotContext, HeadReadings: memories of a transformer, and one head that reads them
//! ```
//!
//! There is no time in this lab: nothing moves by itself, and what is shown follows from settings and events.
//!
//! Read in this order: `settings`, `command` and `run` (the saved run), `world`, `stored`, `queries`, `matches` (what follows from it),
//! `numbers` (the table), `capacity`. The lookups themselves are in
//! [`chickadee_engine::models::key_value`]. `transformer` stands beside all this: another world, one attention head, the same questions.

mod capacity;
mod command;
mod interface;
mod lab;
mod matches;
mod numbers;
mod queries;
mod report;
mod run;
mod scenes;
mod settings;
mod stored;
mod transformer;
mod world;

use chickadee_engine::{
    base::Matrix,
    models::{
        barcode::{Memory, Parameters, Run as Settling, Wiring},
        key_value::Lookup,
    },
    worlds::caching::PlaceInputs,
};

pub use capacity::{Capacity, CapacityPoint, MOST};
pub use command::Command;
pub use lab::INFO;
pub use matches::{Matches, place_of};
pub use numbers::LookupNumbers;
pub use queries::Queries;
pub use report::Report;
pub use run::{MAX_SLOTS, Slot};
pub use scenes::SCENES;
pub use settings::{Key, Settings, TABLE};
pub use stored::Stored;
pub use transformer::{
    HeadReadings, Reading, ReplacedKeys, SlotContext, SlotsRead, TransformerReport,
};
pub use world::World;

use self::run::Run;
use crate::{labs::maze::Models, session::slots};

/// The bridge lab.
#[derive(Default)]
pub struct Bridge {
    run: Run,
    derived: Values,
    /// The transformer, where it is asked for.
    models: Models,
}

impl Default for Run {
    fn default() -> Self {
        Self::new()
    }
}

slots! {
    /// Everything that is derived, from the most to the least urgent.
    struct Values of Bridge {
        /// Place inputs and fixed weights.
        world: World,
        /// The memories.
        stored: Stored,
        /// The barcodes of all places.
        queries: Queries,
        /// All places against all memories.
        matches: Matches,
        /// The same by number of memories.
        capacity: Capacity,
        /// A transformer's memories as slots, where it is asked for.
        slot_context: SlotContext,
        /// One head that reads them.
        readings: HeadReadings,
    }
}

/// Place inputs and a network that are there.
pub struct Network<'a> {
    /// X, places × N.
    pub inputs: &'a PlaceInputs,
    drive: &'a Matrix,
    wiring: &'a Wiring,
}

impl Network<'_> {
    /// N.
    #[must_use]
    pub fn units(&self) -> usize {
        self.wiring.units()
    }

    fn step(&self, settling: &mut Settling, parameters: &Parameters, memories: &[Memory]) {
        settling.advance(self.wiring, parameters, memories, self.drive);
    }
}

impl Bridge {
    /// All settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.run.settings
    }

    /// The place that is asked about.
    #[must_use]
    pub fn at(&self) -> usize {
        self.run.at
    }

    /// The events, in order.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.run.slots
    }

    /// Fraction of the fixed weights that are made.
    #[must_use]
    pub fn building(&self) -> Option<f64> {
        self.network()
            .is_none()
            .then(|| self.derived.world.fraction())
    }

    /// Fraction of the places that are known.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        let (queries, matches) = (&self.derived.queries, &self.derived.matches);
        let matched = matches.current(self).map_or(0.0, |_| matches.fraction());
        0.5 * (queries.fraction() + matched)
    }

    /// Place inputs and network, once they are made.
    #[must_use]
    pub fn network(&self) -> Option<Network<'_>> {
        let world = self.derived.world.current(self)?;
        let (drive, wiring) = world.network()?;
        Some(Network {
            inputs: &world.inputs,
            drive: &drive.rates,
            wiring,
        })
    }

    /// The memories as they were stored, as far as they are.
    #[must_use]
    pub fn memories(&self) -> &[Memory] {
        let stored = self.derived.stored.current(self);
        stored.map_or(&[], |stored| &stored.memories)
    }

    /// All places against all memories, as far as computed.
    #[must_use]
    pub fn matches(&self) -> Option<&Matches> {
        self.derived.matches.current(self)
    }

    /// Right answers by number of memories, as far as computed.
    #[must_use]
    pub fn capacity(&self) -> Option<&Capacity> {
        self.derived.capacity.current(self)
    }

    /// Weights of all memories at a place.
    #[must_use]
    pub fn weights(&self, lookup: Lookup, place: usize) -> Option<Vec<f64>> {
        let beta = self.run.settings.get(Key::Beta);
        self.matches()?
            .weights(lookup, place, &self.run.present(), beta)
    }

    /// The place that comes back at a place, in places.
    #[must_use]
    pub fn answer(&self, lookup: Lookup, place: usize) -> Option<f64> {
        let weights = self.weights(lookup, place)?;
        let geometry = self.run.settings.geometry();
        place_of(&self.network()?, geometry, self.memories(), &weights)
    }
}

/// The word of a lookup in links.
#[must_use]
pub fn word(lookup: Lookup) -> &'static str {
    match Key::Lookup.setting().kind {
        crate::session::Kind::Choice { options, .. } => options[lookup as usize].word,
        _ => "",
    }
}
