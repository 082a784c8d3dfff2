use chickadee_engine::{
    base::StateHash,
    models::key_value::{Lookup, effective_number},
};
use serde::Serialize;

use super::{
    APART, Bridge, CapacityPoint, Key, LookupNumbers, NearPoint, TransformerReport,
    experiments::{GainReport, KeysReport, MapReport},
    word,
};
use crate::session::{
    FrameOf, Lab,
    csv::{Csv, MadeFrom, cell, known, number},
};

/// The state in numbers, as `chickadee run --json` prints it and JavaScript's `state()` gives it.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The lab: `bridge`.
    pub lab: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// The link that brings this state back.
    pub link: String,
    /// Equal exactly when the state is.
    pub state_hash: String,
    /// Equal exactly when everything shown is; null while any of it is still being computed.
    pub shown_hash: Option<String>,
    /// The place that is asked about.
    pub at: usize,
    /// Steps since the link was read.
    pub tick: u64,
    /// Whether something is still being computed.
    pub busy: bool,
    /// Whether time passes.
    pub playing: bool,
    /// The scene, if one was opened.
    pub scene: Option<&'static str>,
    /// N.
    pub units: usize,
    /// S.
    pub places: usize,
    /// The random seed.
    pub seed: u64,
    /// s.
    pub search: f64,
    /// β.
    pub beta: f64,
    /// r of the keys.
    pub key_gain: f64,
    /// Fraction of the entries of every key that are exchanged.
    pub damage: f64,
    /// The stored events.
    pub slots: Vec<SlotReport>,
    /// The answers at the place that is asked about, a lookup each.
    pub lookups: Vec<LookupReport>,
    /// The table, once every place is known.
    pub table: Vec<LookupNumbers>,
    /// The seed readout at the place, as synapses times activity.
    pub readout: Option<f64>,
    /// The same as linear attention.
    pub attention: Option<f64>,
    /// The keys that the barcode lookups compare, once all are known.
    pub keys: Option<KeysReport>,
    /// The experiment beside the table: `capacity`, `keys`, `map` or `near`.
    pub study: String,
    /// Right answers by number of memories, where they are asked for.
    pub capacity: Vec<CapacityReport>,
    /// The transformer's memories as slots, where it is asked for.
    pub transformer: Option<TransformerReport>,
    /// Keys by recurrent gain, where they are asked for.
    pub gains: Vec<GainReport>,
    /// Recall by gain and search strength, where it is asked for: the cells that are known.
    pub map: Vec<MapReport>,
    /// Two memories by their distance, where they are asked for.
    pub near: Vec<NearReport>,
    /// Values that were clamped, ignored or refused.
    pub messages: Vec<String>,
}

/// One event.
#[derive(Clone, Debug, Serialize)]
pub struct SlotReport {
    /// The place.
    pub place: usize,
    /// Whether it was taken out.
    pub removed: bool,
    /// Whether its activity overflowed, so that the synapses have nothing of it.
    pub overflowed: bool,
}

/// One lookup at the place that is asked about.
#[derive(Clone, Debug, Serialize)]
pub struct LookupReport {
    /// The word of the lookup in links.
    pub lookup: &'static str,
    /// Weights of all memories.
    pub weights: Vec<f64>,
    /// Their sum: is a seed here?
    pub total: f64,
    /// The place that comes back.
    pub place: Option<f64>,
    /// Number of memories that are effectively read.
    pub effective: f64,
}

/// One point of the capacity curve; a number a lookup.
#[derive(Clone, Debug, Serialize)]
pub struct CapacityReport {
    /// Number of memories.
    pub memories: usize,
    /// Fraction that is read as itself.
    pub right: [f64; 5],
    /// Mean error, in places.
    pub error: [f64; 5],
}

impl From<&CapacityPoint> for CapacityReport {
    fn from(point: &CapacityPoint) -> Self {
        Self {
            memories: point.memories,
            right: point.score.right,
            error: point.score.error,
        }
    }
}

/// Two memories at one distance; a number a lookup.
#[derive(Clone, Debug, Serialize)]
pub struct NearReport {
    /// Distance between them, in places.
    pub distance: usize,
    /// Fraction that is read as itself.
    pub right: [f64; 5],
    /// Mean error, in places.
    pub error: [f64; 5],
    /// Share of the other memory in what is read.
    pub ambiguity: [f64; 5],
}

impl From<&NearPoint> for NearReport {
    fn from(point: &NearPoint) -> Self {
        Self {
            distance: point.distance,
            right: point.score.right,
            error: point.score.error,
            ambiguity: point.score.ambiguity,
        }
    }
}

impl Bridge {
    pub(super) fn report_of(&self, frame: &FrameOf<Self>) -> Report {
        let settings = self.settings();
        let identity = self.matches().and_then(|m| m.identity[self.at()]);
        let hash = |hash: u64| format!("{hash:016x}");
        Report {
            lab: "bridge",
            version: env!("CARGO_PKG_VERSION"),
            link: self.link(frame),
            state_hash: hash(self.state_hash()),
            shown_hash: self.shown_hash(frame).map(hash),
            at: self.at(),
            tick: frame.clock.tick,
            busy: self.is_busy(frame),
            playing: frame.clock.playing,
            scene: frame.scene.map(|scene| scene.name),
            units: settings.units(),
            places: settings.places(),
            seed: settings.get(Key::Seed) as u64,
            search: settings.get(Key::Search),
            beta: settings.get(Key::Beta),
            key_gain: settings.get(Key::Gain),
            damage: settings.get(Key::Damage),
            slots: self
                .slots()
                .iter()
                .enumerate()
                .map(|(number, slot)| SlotReport {
                    place: slot.place,
                    removed: slot.removed,
                    overflowed: self.is_lost(number),
                })
                .collect(),
            lookups: Lookup::ALL
                .into_iter()
                .filter_map(|lookup| {
                    let answer = self.answer(lookup, self.at())?;
                    Some(LookupReport {
                        lookup: word(lookup),
                        total: answer.total,
                        place: answer.place,
                        effective: effective_number(&answer.weights),
                        weights: answer.weights.clone(),
                    })
                })
                .collect(),
            table: self.numbers().unwrap_or_default().to_vec(),
            readout: identity.map(|(synapses, _)| synapses),
            attention: identity.map(|(_, attention)| attention),
            keys: KeysReport::of(self),
            study: settings.values().text(Key::Study as usize),
            gains: GainReport::all(self),
            map: MapReport::all(self),
            near: self
                .near()
                .map_or(&[][..], |near| &near.points)
                .iter()
                .map(NearReport::from)
                .collect(),
            capacity: self
                .capacity()
                .map_or(&[][..], |capacity| &capacity.points)
                .iter()
                .map(CapacityReport::from)
                .collect(),
            transformer: self.transformer_report(),
            messages: frame.messages().to_vec(),
        }
    }

    /// The tables: every lookup at every place, and one for each experiment.
    pub(super) const TABLES: [&'static str; 5] = ["places", "capacity", "near", "gains", "map"];

    /// One of them.
    pub(super) fn table(&self, name: &str, frame: &FrameOf<Self>) -> String {
        let link = self.link(frame);
        let source = MadeFrom {
            lab: "bridge",
            state_hash: self.state_hash(),
            link: &link,
        };
        match name {
            "capacity" => self.table_of_capacity(&source),
            "near" => self.table_of_near(&source),
            "gains" => self.table_of_gains(&source),
            "map" => self.table_of_map(&source),
            _ => self.table_of_places(&source),
        }
    }

    /// Total weight, the place that comes back and the weight of every memory, a row a lookup and place.
    fn table_of_places(&self, source: &MadeFrom<'_>) -> String {
        let columns = ["lookup", "place", "total_weight", "answer_place"].map(str::to_owned);
        let slots = (0..self.slots().len()).map(|slot| format!("weight_{slot}"));
        let mut table = Csv::new(columns.into_iter().chain(slots), source);
        let Some(answers) = self.answers() else {
            return table.finish();
        };
        for lookup in Lookup::ALL {
            for (place, answer) in answers.of(lookup) {
                let own = [
                    cell(word(lookup)),
                    cell(place),
                    number(answer.total),
                    known(answer.place),
                ];
                let weights = answer.weights.iter().copied();
                table.row(own.into_iter().chain(weights.map(number)));
            }
        }
        table.finish()
    }

    /// Fraction of right answers and mean error, a row a number of memories and lookup; without rows where it is not asked for.
    fn table_of_capacity(&self, source: &MadeFrom<'_>) -> String {
        let columns = ["memories", "lookup", "right_fraction", "error_places"];
        let mut table = Csv::new(columns, source);
        for point in self.capacity().map_or(&[][..], |capacity| &capacity.points) {
            let values = point.score.right.iter().zip(&point.score.error);
            for (lookup, (right, error)) in Lookup::ALL.into_iter().zip(values) {
                table.row([
                    cell(point.memories),
                    cell(word(lookup)),
                    number(*right),
                    number(*error),
                ]);
            }
        }
        table.finish()
    }

    /// The same and the share of the other memory, a row a distance and lookup; without rows where it is not asked for.
    fn table_of_near(&self, source: &MadeFrom<'_>) -> String {
        let columns = [
            "distance_places",
            "lookup",
            "right_fraction",
            "error_places",
            "other_share",
        ];
        let mut table = Csv::new(columns, source);
        for point in self.near().map_or(&[][..], |near| &near.points) {
            for (number_of, lookup) in Lookup::ALL.into_iter().enumerate() {
                let score = &point.score;
                table.row([
                    cell(point.distance),
                    cell(word(lookup)),
                    number(score.right[number_of]),
                    number(score.error[number_of]),
                    number(score.ambiguity[number_of]),
                ]);
            }
        }
        table.finish()
    }

    /// Correlation of keys by recurrent gain and distance, a row each; without rows where it is not asked for.
    fn table_of_gains(&self, source: &MadeFrom<'_>) -> String {
        let columns = [
            "gain",
            "active_fraction",
            "distance_places",
            "key_correlation",
        ];
        let mut table = Csv::new(columns, source);
        for point in self.gains().map_or(&[][..], |gains| &gains.points) {
            for (distance, alike) in APART.into_iter().zip(point.alike) {
                table.row([
                    number(point.gain),
                    number(point.active),
                    cell(distance),
                    known(alike),
                ]);
            }
        }
        table.finish()
    }

    /// Recall by gain and search strength, a row a cell that is known; without rows where it is not asked for.
    fn table_of_map(&self, source: &MadeFrom<'_>) -> String {
        let columns = ["gain", "search", "radius_places", "precision_fraction"];
        let mut table = Csv::new(columns, source);
        for cell in MapReport::all(self) {
            table.row([
                number(cell.gain),
                number(cell.search),
                number(cell.radius),
                known(cell.precision),
            ]);
        }
        table.finish()
    }

    pub(super) fn hash_of_state(&self) -> u64 {
        let values = self.values();
        let mut hash = StateHash::default();
        for (row, setting) in values.table().rows.iter().enumerate() {
            // Settings that came later count where they say something, so that links from before keep their hash.
            if row > Key::World as usize && values.is_default(row) {
                continue;
            }
            hash.text(setting.key).text(&values.text(row));
        }
        hash.integer(self.at() as u64);
        for slot in self.slots() {
            hash.integer(slot.place as u64)
                .integer(u64::from(slot.removed));
        }
        for memory in self.memories() {
            hash.array(&memory.barcode).array(&memory.value);
        }
        hash.finish()
    }

    pub(super) fn hash_of_shown(&self) -> u64 {
        let mut hash = StateHash::default();
        hash.integer(self.hash_of_state());
        let answers = self.answers();
        for answer in Lookup::ALL
            .into_iter()
            .flat_map(|lookup| answers.into_iter().flat_map(move |a| a.of(lookup)))
        {
            for weight in &answer.1.weights {
                hash.number(*weight);
            }
        }
        for point in self.capacity().map_or(&[][..], |c| &c.points) {
            for number in point.score.right.iter().chain(&point.score.error) {
                hash.number(*number);
            }
        }
        self.hash_transformer(&mut hash);
        self.hash_experiments(&mut hash);
        hash.finish()
    }
}
