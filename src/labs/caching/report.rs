use chickadee_engine::{
    analysis::{RecallCurve, active_fraction},
    base::{StateHash, reduce::sum},
};
use serde::Serialize;

use super::{Caching, Episode, Knob};
use crate::session::{
    FrameOf, Lab,
    csv::{Csv, MadeFrom, cell, known, number},
};

/// The state in numbers, as `chickadee run --json` prints it and JavaScript's `state()` gives it.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The lab: `caching`.
    pub lab: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// The link that brings this state back.
    pub link: String,
    /// Equal exactly when the state is (CPU path).
    pub state_hash: String,
    /// Equal exactly when everything shown is (CPU path); null while any of it is still being computed.
    pub shown_hash: Option<String>,
    /// Euler steps done of the episode.
    pub t: usize,
    /// Euler steps of the whole episode.
    pub steps: usize,
    /// Euler steps and steps of rest since the link was read.
    pub tick: u64,
    /// The place of the bird.
    pub at: usize,
    /// `visit`, `cache` or `check`.
    pub doing: &'static str,
    /// Whether time passes.
    pub playing: bool,
    /// Whether something is still being computed.
    pub busy: bool,
    /// The scene, if one was opened.
    pub scene: Option<&'static str>,
    /// N.
    pub units: usize,
    /// S.
    pub places: usize,
    /// The seed.
    pub seed: u64,
    /// r.
    pub gain: f64,
    /// s.
    pub search: f64,
    /// Fraction of units active now.
    pub active_fraction: f64,
    /// The step after which activity was no longer finite.
    pub overflow: Option<usize>,
    /// The seeds in the synapses.
    pub caches: Vec<CacheReport>,
    /// Seed output as a fraction of its largest value, per place; null where unknown or not a number.
    pub seed_output: Vec<Option<f64>>,
    /// Where the place output peaks, in places, per place; null without a memory.
    pub place_output_peak: Vec<Option<f64>>,
    /// The answer of the check that the bird is at.
    pub verdict: Option<VerdictReport>,
    /// Values that were clamped, ignored or refused.
    pub messages: Vec<String>,
}

/// One seed.
#[derive(Clone, Debug, Serialize)]
pub struct CacheReport {
    /// The place.
    pub place: usize,
    /// The share of it that the synapses hold.
    pub weight: f64,
    /// Fraction of units active in its barcode.
    pub active_fraction: f64,
}

/// An answer.
#[derive(Clone, Debug, Serialize)]
pub struct VerdictReport {
    /// The place that was checked.
    pub place: usize,
    /// Seed output as a fraction of its largest value.
    pub seed_ratio: f64,
    /// Where the place output peaks.
    pub peak: Option<f64>,
    /// Whether a seed is said to be here.
    pub found: bool,
}

impl Caching {
    /// The state in numbers.
    pub(super) fn numbers(&self, frame: &FrameOf<Self>) -> Report {
        let run = &self.state.run;
        let settings = &run.settings;
        let episode = self.episode.as_ref();
        let places = run.places();
        let finite = |values: Vec<Option<f64>>| {
            values
                .into_iter()
                .map(|v| v.filter(|v| v.is_finite()))
                .collect()
        };
        let recall = self.recall.current(&self.state);
        let curve = recall.map(|recall| &recall.curve);
        let recall_overflow = recall.and_then(|recall| recall.overflow);
        let memories = self.state.stored.memories().iter();
        Report {
            lab: "caching",
            version: env!("CARGO_PKG_VERSION"),
            link: self.link(frame),
            state_hash: format!("{:016x}", self.state_hash()),
            shown_hash: self.shown_hash(frame).map(|hash| format!("{hash:016x}")),
            t: episode.map_or(0, Episode::step),
            steps: episode.map_or(0, |e| e.phase().steps()),
            tick: frame.clock.tick,
            at: run.bird,
            doing: episode.map_or("visit", |e| e.kind.word()),
            playing: frame.clock.playing,
            busy: self.is_busy(frame),
            scene: run.scene.map(|scene| scene.name),
            units: settings.count(Knob::Units),
            places,
            seed: settings.get(Knob::Seed) as u64,
            gain: settings.get(Knob::Gain),
            search: settings.get(Knob::Search),
            active_fraction: episode.map_or(0.0, |e| active_fraction(e.activity())),
            overflow: episode.and_then(Episode::overflow).or(recall_overflow),
            caches: memories
                .map(|m| CacheReport {
                    place: m.place,
                    weight: m.weight,
                    active_fraction: active_fraction(&m.barcode),
                })
                .collect(),
            seed_output: finite(curve.map_or_else(|| vec![None; places], RecallCurve::ratios)),
            place_output_peak: curve.map_or_else(|| vec![None; places], |curve| curve.peak.clone()),
            verdict: self.verdict().map(|(place, v)| VerdictReport {
                place,
                seed_ratio: v.seed_ratio,
                peak: v.peak,
                found: v.found,
            }),
            messages: frame.messages().to_vec(),
        }
    }

    /// One number for settings, memories, and the activity of the episode.
    pub(super) fn hash_of_state(&self) -> u64 {
        let values = self.values();
        let mut hash = StateHash::default();
        for (row, setting) in values.table().rows.iter().enumerate() {
            if setting.is_number() {
                hash.text(setting.key).number(values.get(row));
            } else {
                hash.text(setting.key).text(&values.text(row));
            }
        }
        let memories = self.state.stored.memories();
        hash.integer(self.state.run.bird as u64)
            .integer(memories.len() as u64);
        for memory in memories.iter() {
            hash.integer(memory.place as u64)
                .number(memory.weight)
                .array(&memory.barcode)
                .array(&memory.value);
        }
        if let Some(episode) = &self.episode {
            hash.text(episode.kind.word())
                .integer(episode.place as u64)
                .integer(episode.step() as u64);
            hash.array(episode.preactivation())
                .array(episode.activity());
        }
        hash.finish()
    }

    /// One number for everything shown: the state, recall, place output, similarity and the answer of a check. `None` while any
    /// of it is being computed.
    pub(super) fn hash_of_shown(&self, frame: &FrameOf<Self>) -> Option<u64> {
        if self.is_busy(frame) {
            return None;
        }
        let recall = self.recall.current(&self.state)?;
        let tuning = self.tuning.current(&self.state)?;
        let mut hash = StateHash::default();
        hash.integer(self.state_hash());
        for known in recall.curve.seed_raw.iter().chain(&recall.curve.peak) {
            hash.number(known.unwrap_or(f64::NAN));
        }
        hash.array(recall.pointing.values());
        for (place, activity) in &recall.at_caches {
            hash.integer(*place as u64).array(activity);
        }
        hash.array(tuning.activity.values())
            .array(tuning.similarity.values());
        if let Some((place, verdict)) = self.verdict() {
            hash.integer(place as u64)
                .number(verdict.seed_ratio)
                .number(verdict.peak.unwrap_or(f64::NAN))
                .integer(u64::from(verdict.found));
        }
        Some(hash.finish())
    }

    /// The tables: readouts of every place, and the steps of the episode.
    pub(super) const TABLES: [&'static str; 2] = ["places", "steps"];

    /// One of them.
    pub(super) fn table(&self, name: &str, frame: &FrameOf<Self>) -> String {
        let link = self.link(frame);
        let source = MadeFrom {
            lab: "caching",
            state_hash: self.state_hash(),
            link: &link,
        };
        match name {
            "steps" => self.table_of_steps(&source),
            _ => self.table_of_places(frame, &source),
        }
    }

    /// Seed output and peak of the place output, a row a place.
    fn table_of_places(&self, frame: &FrameOf<Self>, source: &MadeFrom<'_>) -> String {
        let report = self.numbers(frame);
        let columns = [
            "place",
            "seed_output_of_largest",
            "place_output_peak_place",
            "cached_seeds",
        ];
        let mut table = Csv::new(columns, source);
        let readouts = report.seed_output.iter().zip(&report.place_output_peak);
        for (place, (seed, peak)) in readouts.enumerate() {
            let cached = report.caches.iter().filter(|c| c.place == place).count();
            table.row([cell(place), known(*seed), known(*peak), cell(cached)]);
        }
        table.finish()
    }

    /// The network settling, a row an Euler step of the episode. Activity is what the rectifier lets through.
    fn table_of_steps(&self, source: &MadeFrom<'_>) -> String {
        let columns = [
            "step",
            "time_tau",
            "doing",
            "place",
            "active_fraction",
            "mean_activity",
            "largest_activity",
        ];
        let mut table = Csv::new(columns, source);
        let dt = self.state.run.settings.get(Knob::Dt);
        if let Some(episode) = &self.episode {
            for step in 1..=episode.step() {
                let Some(activity) = episode.activity_at(step) else {
                    continue;
                };
                let largest = activity.iter().copied().fold(0.0, f32::max);
                let mean = sum(activity) / activity.len() as f64;
                table.row([
                    cell(step),
                    number(step as f64 * dt),
                    cell(episode.kind.word()),
                    cell(episode.place),
                    number(active_fraction(activity)),
                    number(mean),
                    number(f64::from(largest)),
                ]);
            }
        }
        table.finish()
    }
}
