//! A specification, read: which runs there are, and what is kept of each.
//!
//! A run has a number and nothing else; settings and seed follow from it. So any process on any machine can do any of them, in
//! any order, and a table can be checked for gaps and doubles.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use super::{
    MOST_RUNS,
    axis::Axis,
    document::{Entries, Refusal, Value, text, whole},
    experiment::{Experiment, KINDS},
    readout::Readout,
    records::Filled,
};
use crate::{session::shortened, texts};
use toml::de::DeValue;

/// The largest seed: what TOML can write.
const LARGEST_SEED: u64 = i64::MAX as u64;

/// Columns that every table has before the settings, and after the readouts.
const FIRST: [&str; 2] = ["run", "seed"];
const LAST: [&str; 3] = ["messages", "version", "build"];

/// All runs of a sweep, and the columns of its table.
pub struct Plan {
    /// What is run.
    pub experiment: Arc<dyn Experiment>,
    axes: Vec<Axis>,
    random_seed: u64,
    samples: usize,
    seeds: Vec<u64>,
    readouts: Vec<Readout>,
}

/// One run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its number, from 0.
    pub number: usize,
    /// Its seed.
    pub seed: u64,
    /// The values of the settings, in the order of the specification.
    pub values: Vec<String>,
}

impl Plan {
    /// Reads the text of a specification. Names of files in it start from `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, Refusal> {
        let entries = Entries::parse(text, folder)?;
        let mut kinds = KINDS.iter().filter(|kind| entries.take(kind.key).is_some());
        let (Some(kind), None) = (kinds.next(), kinds.next()) else {
            let keys = KINDS.each_ref().map(|kind| kind.key).join(", ");
            return Err(Refusal::new(0..0, texts::sweep::ExpectsKind { keys }));
        };
        let experiment = (kind.open)(&entries)?;
        let random_seed = entries.whole("random_seed", 0..=LARGEST_SEED)?;
        let samples = entries.whole("samples", 1..=MOST_RUNS as u64)?;
        let plan = Self {
            seeds: seeds(entries.need("seeds")?, &*experiment)?,
            axes: axes(&entries, &*experiment)?,
            readouts: readouts(entries.need("readouts")?)?,
            random_seed: random_seed.unwrap_or(0),
            samples: samples.unwrap_or(1) as usize,
            experiment: experiment.into(),
        };
        entries.finish()?;
        let is_random = plan.axes.iter().any(Axis::is_random);
        for key in ["samples", "random_seed"] {
            if let Some(value) = entries.take(key).filter(|_| !is_random) {
                let says = texts::sweep::NothingRandom { key };
                return Err(Refusal::new(value.span(), says));
            }
        }
        if is_random && samples.is_none() {
            return Err(Refusal::new(0..0, texts::sweep::no_samples()));
        }
        plan.counted()?;
        plan.named()?;
        Ok(plan)
    }

    /// Refuses more runs than anybody can want.
    fn counted(&self) -> Result<(), Refusal> {
        let factors = self.axes.iter().map(Axis::len);
        let mut factors = factors.chain([self.samples, self.seeds.len()]);
        let runs = factors.try_fold(1_usize, |product, factor| {
            product
                .checked_mul(factor)
                .filter(|runs| *runs <= MOST_RUNS)
        });
        let most = MOST_RUNS;
        let says = texts::sweep::TooManyRuns { most };
        runs.map(|_| ()).ok_or_else(|| Refusal::new(0..0, says))
    }

    /// Refuses two columns of one name.
    fn named(&self) -> Result<(), Refusal> {
        let mut names: BTreeSet<String> = BTreeSet::new();
        let fixed = FIRST.iter().chain(&LAST).chain(self.experiment.source());
        names.extend(fixed.map(|name| (*name).to_owned()));
        names.extend(self.axes.iter().map(|axis| axis.key.clone()));
        for readout in &self.readouts {
            if !names.insert(readout.column()) {
                let name = readout.column();
                let says = texts::sweep::ColumnTwice { name };
                return Err(Refusal::new(readout.place.clone(), says));
            }
        }
        Ok(())
    }

    /// Refuses a readout that the experiment does not have.
    ///
    /// # Errors
    /// The refusal; also when the experiment cannot be begun.
    pub fn check_readouts(&self) -> Result<(), Refusal> {
        let first = self.run(0);
        let sample = self.experiment.sample(&self.settings(&first), first.seed);
        let sample = sample.map_err(|says| Refusal::new(0..0, says))?;
        self.readouts.iter().try_for_each(|one| one.check(&sample))
    }

    /// Number of runs.
    pub fn runs(&self) -> usize {
        self.combinations() * self.seeds.len()
    }

    /// Number of combinations of settings, samples included.
    pub fn combinations(&self) -> usize {
        self.axes.iter().map(Axis::len).product::<usize>() * self.samples
    }

    /// Number of seeds.
    pub fn seeds(&self) -> usize {
        self.seeds.len()
    }

    /// A run by its number: seeds change first, then samples, then the settings, the last one first.
    pub fn run(&self, number: usize) -> Run {
        let mut rest = number;
        let mut digit = |base: usize| {
            let digit = rest % base;
            rest /= base;
            digit
        };
        let seed = self.seeds[digit(self.seeds.len())];
        let sample = digit(self.samples);
        let value = |axis: &Axis| axis.value(digit(axis.len()), self.random_seed, sample);
        let mut values: Vec<String> = self.axes.iter().rev().map(value).collect();
        values.reverse();
        Run {
            number,
            seed,
            values,
        }
    }

    /// The settings of a run by their keys.
    pub fn settings(&self, run: &Run) -> Vec<(&str, String)> {
        let keys = self.axes.iter().map(|axis| axis.key.as_str());
        keys.zip(run.values.iter().cloned()).collect()
    }

    /// Names of all columns.
    pub fn columns(&self) -> Vec<String> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let parts: [Vec<String>; 5] = [
            owned(&FIRST),
            self.axes.iter().map(|axis| axis.key.clone()).collect(),
            self.readouts.iter().map(Readout::column).collect(),
            owned(&LAST),
            owned(self.experiment.source()),
        ];
        parts.concat()
    }

    /// A sentence about the readouts that have a value in no record, if there are such.
    pub fn without_values(&self, filled: &Filled) -> Option<String> {
        let first = FIRST.len() + self.axes.len();
        let readouts = self.readouts.iter().zip(first..);
        let names: Vec<&str> = readouts
            .filter(|(_, column)| !filled.has(*column))
            .map(|(readout, _)| readout.path())
            .collect();
        let names = names.join(", ");
        (!names.is_empty()).then(|| texts::sweep::WithoutValues { names }.to_string())
    }

    /// The first cells of a row, which follow from its number.
    pub fn identity(&self, run: &Run) -> Vec<String> {
        let mut cells = vec![run.number.to_string(), run.seed.to_string()];
        cells.extend_from_slice(&run.values);
        cells
    }

    /// Does a run: all cells of its row.
    ///
    /// # Errors
    /// When it cannot be run: one sentence.
    pub fn perform(&self, run: &Run, build: &str) -> Result<Vec<String>, String> {
        let settings = self.settings(run);
        let report = self.experiment.run(&settings, run.seed).map_err(|error| {
            let pairs = settings.iter().map(|(key, value)| format!("{key}={value}"));
            let settings = pairs.collect::<Vec<_>>().join(" ");
            let (number, seed) = (run.number, run.seed);
            texts::sweep::RunFails {
                number,
                seed,
                settings,
                error,
            }
            .to_string()
        })?;
        let mut cells = self.identity(run);
        cells.extend(self.readouts.iter().map(|readout| readout.cell(&report)));
        let messages = report["messages"].as_array();
        let messages = messages
            .into_iter()
            .flatten()
            .filter_map(|text| text.as_str());
        cells.push(messages.collect::<Vec<_>>().join(" | "));
        cells.extend([env!("CARGO_PKG_VERSION"), build].map(str::to_owned));
        let source = self.experiment.source().iter();
        cells.extend(source.map(|name| super::readout::cell(&report[*name])));
        Ok(cells)
    }
}

/// The settings of the table `[settings]`, which may lack.
fn axes(entries: &Entries<'_>, experiment: &dyn Experiment) -> Result<Vec<Axis>, Refusal> {
    let Some(value) = entries.take("settings") else {
        return Ok(Vec::new());
    };
    let refused = || Refusal::new(value.span(), texts::sweep::expects_settings());
    let table = value.get_ref().as_table().ok_or_else(refused)?;
    let settings = Entries::of(value.span(), table, "".as_ref());
    let read = settings.all().map(|(key, place, value)| {
        if key == "seed" {
            return Err(Refusal::new(place, texts::sweep::seeds_not_seed()));
        }
        Axis::read(key, place, value, experiment)
    });
    read.collect()
}

/// The seeds: a list, or so many from one on.
fn seeds(value: &Value<'_>, experiment: &dyn Experiment) -> Result<Vec<u64>, Refusal> {
    let refused = |says: String| Refusal::new(value.span(), says);
    let seeds = match value.get_ref() {
        DeValue::Array(list) => {
            let mut seen = BTreeSet::new();
            let read = list.iter().map(|value| {
                let seed = whole(value, 0..=LARGEST_SEED)?;
                if seen.insert(seed) {
                    return Ok(seed);
                }
                Err(Refusal::new(
                    value.span(),
                    texts::sweep::Twice { value: seed },
                ))
            });
            read.collect::<Result<Vec<_>, _>>()?
        }
        DeValue::Table(table) => {
            let entries = Entries::of(value.span(), table, "".as_ref());
            let from = entries.whole("from", 0..=LARGEST_SEED - MOST_RUNS as u64)?;
            entries.need("count")?;
            let count = entries.whole("count", 1..=MOST_RUNS as u64)?.unwrap_or(1);
            entries.finish()?;
            let from = from.unwrap_or(0);
            (from..from + count).collect()
        }
        _ => return Err(refused(texts::sweep::expects_seeds().to_owned())),
    };
    // They are a setting like others, with a range of its own.
    for seed in [seeds.iter().min(), seeds.iter().max()] {
        let Some(seed) = seed else {
            return Err(refused(texts::sweep::expects_one().to_owned()));
        };
        if experiment.is_whole("seed").is_some() {
            experiment
                .check("seed", &seed.to_string())
                .map_err(refused)?;
        }
    }
    Ok(seeds)
}

/// The readouts: a list of names.
fn readouts(value: &Value<'_>) -> Result<Vec<Readout>, Refusal> {
    let list = value.get_ref().as_array().filter(|list| !list.is_empty());
    let refused = || Refusal::new(value.span(), texts::sweep::expects_readouts());
    let read = list.ok_or_else(refused)?.iter().map(|name| {
        let (path, place) = text(name)?;
        if path.is_empty() {
            let path = shortened(path);
            return Err(Refusal::new(
                place,
                texts::sweep::NoReadout { path, names: "" },
            ));
        }
        Ok(Readout::new(path, place))
    });
    read.collect()
}
