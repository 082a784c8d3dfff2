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
//!                                           ├─► Codes: a random key for every place, in place of its barcode
//!                                           ├─► Matches: every place against every memory, by all five lookups
//!                                           ├─► Answers: weights, total and place that comes back; Table: their numbers
//!                                           ├─► KeySimilarity: keys of two places, by distance
//!                                           ├─► Capacity, Gains, Map, Near: experiments, one at a time
//!                                           └─► SlotContext, HeadReadings: memories of a transformer, and one head that reads them
//! ```
//!
//! There is no time in this lab: nothing moves by itself, and what is shown follows from settings and events.
//!
//! Read in this order: `settings`, `command` and `run` (the saved run), `world`, `stored`, `queries`, `codes`, `matches` (what follows
//! from it), `judge` (what the answers are worth), `answers`, `numbers` (the table), then the experiments: `capacity` (how many), `near`
//! (how close), `similarity` and `gains` (which keys), `map` (which gain, which search). The lookups themselves are in
//! [`chickadee_engine::models::key_value`]. `batch` settles places on the CPU or a device; memories are always made on the CPU.
//! `transformer` stands beside all this: another world, one attention head, the same questions.

mod answers;
mod batch;
mod capacity;
mod codes;
mod command;
mod experiments;
mod gains;
mod interface;
mod judge;
mod lab;
mod map;
mod matches;
mod near;
mod numbers;
mod queries;
mod report;
mod run;
mod scenes;
mod settings;
mod similarity;
mod stored;
mod transformer;
mod world;

use chickadee_engine::{
    base::Matrix,
    models::{
        barcode::{Memory, Parameters, Run as Settling, Wiring},
        key_value::{Lookup, Query},
    },
    worlds::caching::PlaceInputs,
};

pub use answers::Answers;
pub use capacity::{Capacity, CapacityPoint, MOST};
pub use codes::Codes;
pub use command::Command;
pub use gains::{APART, GAINS, GainPoint, Gains};
pub use judge::{Answer, Score};
pub use lab::INFO;
pub use map::{CELLS, Cell, Map, gain_of, search_of};
pub use matches::Matches;
pub use near::{FARTHEST, Near, NearPoint, PAIRS};
pub use numbers::LookupNumbers;
pub use queries::Queries;
pub use report::Report;
pub use run::{MAX_SLOTS, Slot};
pub use scenes::SCENES;
pub use settings::{Key, Settings, Study, TABLE};
pub use similarity::{ByDistance, KeySimilarity};
pub use stored::Stored;
pub use transformer::{
    HeadReadings, Reading, ReplacedKeys, SlotContext, SlotsRead, TransformerReport,
};
pub use world::World;

use self::{numbers::Table, run::Run, world::OnDevice};
use crate::{
    labs::maze::Models,
    session::{FrameOf, device::DeviceNetwork, slots},
    texts,
};

/// The bridge lab.
#[derive(Default)]
pub struct Bridge {
    run: Run,
    derived: Values,
    /// The transformer, where it is asked for.
    models: Models,
    on_device: Option<OnDevice>,
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
        /// Random keys of all places.
        codes: Codes,
        /// What is answered where all places are compared; as soon as any is.
        answers: Answers,
        /// All places against all memories.
        matches: Matches,
        /// The answers in numbers.
        numbers: Table,
        /// Keys of two places by distance.
        similarity: KeySimilarity,
        /// The same by number of memories.
        capacity: Capacity,
        /// Two memories by their distance.
        near: Near,
        /// Keys by recurrent gain.
        gains: Gains,
        /// Recall by gain and search.
        map: Map,
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
    on_device: Option<&'a dyn DeviceNetwork>,
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
            on_device: self.device_network(),
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

    /// Whether the activity of an event overflowed, so that the network has not stored it.
    #[must_use]
    pub fn is_lost(&self, slot: usize) -> bool {
        let stored = self.derived.stored.current(self);
        stored.is_some_and(|stored| stored.overflowed.iter().any(|(lost, _)| *lost == slot))
    }

    /// Whether activity overflows while the network recalls at the place that is asked about.
    #[must_use]
    pub fn overflows_here(&self) -> bool {
        self.matches()
            .is_some_and(|matches| matches.overflowed.contains(&self.run.at))
    }

    /// Messages begin anew with a link, what is derived does not.
    fn forget_told(&mut self) {
        if let Some(stored) = self.derived.stored.get_mut() {
            stored.told = 0;
        }
        if let Some(matches) = self.derived.matches.get_mut() {
            matches.told = false;
        }
    }

    /// Says what overflowed since this was last said.
    fn tell_overflow(&mut self, frame: &mut FrameOf<Self>) {
        if let Some(stored) = self.derived.stored.get_mut() {
            for &(slot, step) in &stored.overflowed[stored.told..] {
                let (number, place) = (slot + 1, stored.memories[slot].place);
                let text = texts::bridge::NotStored {
                    number,
                    place,
                    step,
                };
                frame.message(text.to_string());
            }
            stored.told = stored.overflowed.len();
        }
        if let Some(matches) = self.derived.matches.get_mut()
            && matches.is_done()
            && !matches.overflowed.is_empty()
            && !matches.told
        {
            matches.told = true;
            let places = matches.overflowed.len();
            frame.message(texts::bridge::OverflowedInRecall { places }.to_string());
        }
    }

    /// Right answers by number of memories, as far as computed.
    #[must_use]
    pub fn capacity(&self) -> Option<&Capacity> {
        self.derived.capacity.current(self)
    }

    /// Drops what was on its way when another device began to compute; what is known stays.
    fn forget_batches(&mut self) {
        let Values {
            queries,
            matches,
            gains,
            map,
            ..
        } = &mut self.derived;
        queries.get_mut().map(Queries::restart_batch);
        matches.get_mut().map(Matches::restart_batch);
        gains.get_mut().map(Gains::restart_batch);
        map.get_mut().map(Map::restart_batch);
    }

    /// The barcodes of all places, once they are known.
    #[must_use]
    pub fn queries(&self) -> Option<&Queries> {
        self.derived.queries.ready(self)
    }

    /// The random keys of all places, where they are asked for and made.
    #[must_use]
    pub fn codes(&self) -> Option<&Matrix> {
        Some(&self.derived.codes.ready(self)?.keys)
    }

    /// The keys that the barcode lookups compare, a row a place: random keys where they are asked for, else barcodes.
    #[must_use]
    pub fn keys_of_places(&self) -> Option<&Matrix> {
        if self.run.settings.has_random_keys() {
            return self.codes();
        }
        Some(&self.queries()?.barcodes)
    }

    /// The query of a place, at which the network recalls `recalled`.
    fn query<'a>(
        &'a self,
        network: &Network<'a>,
        place: usize,
        recalled: &'a [f32],
    ) -> Option<Query<'a>> {
        Some(Query {
            content: network.inputs.rates.row(place),
            barcode: self.keys_of_places()?.row(place),
            recalled,
        })
    }

    /// Answers of all lookups at all places, as far as computed.
    #[must_use]
    pub fn answers(&self) -> Option<&Answers> {
        let answers = self.derived.answers.get();
        answers.filter(|answers| answers.is_of(self))
    }

    /// The answer of a lookup at a place.
    #[must_use]
    pub fn answer(&self, lookup: Lookup, place: usize) -> Option<&Answer> {
        self.answers()?.get(lookup, place)
    }

    /// Similarity of the keys of two places by their distance.
    #[must_use]
    pub fn similarity(&self) -> Option<&KeySimilarity> {
        self.derived.similarity.ready(self)
    }

    /// Keys by recurrent gain, as far as computed.
    #[must_use]
    pub fn gains(&self) -> Option<&Gains> {
        self.derived.gains.current(self)
    }

    /// Recall by gain and search strength, as far as computed.
    #[must_use]
    pub fn map(&self) -> Option<&Map> {
        self.derived.map.current(self)
    }

    /// Two memories by their distance, as far as computed.
    #[must_use]
    pub fn near(&self) -> Option<&Near> {
        self.derived.near.current(self)
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
