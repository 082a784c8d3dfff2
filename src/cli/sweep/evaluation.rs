//! `eval = "gridworld"`: the paper's evaluation of a transformer, as `chickadee eval --json` prints it.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use chickadee_engine::{
    eval::{Progress, Settings, evaluate},
    models::transformer::Transformer,
    worlds::maze::{Family, Protocol},
};

use super::{
    document::{Entries, Refusal},
    experiment::{Experiment, Kind},
};
use crate::{cli::eval::checkpoint, labs::maze::Weights, session::shortened, texts};

pub(super) const KIND: Kind = Kind { key: "eval", open };

/// Settings, and whether each takes whole numbers alone.
const SETTINGS: [(&str, bool); 5] = [
    ("tasks", true),
    ("dqn_tasks", true),
    ("size", true),
    ("as_published", false),
    ("weights", false),
];

/// Tasks of the report that says which readouts there are.
const SAMPLE_TASKS: usize = 2;

/// Evaluations of a transformer in mazes of a family.
struct Evaluations {
    family: Family,
    model: Option<PathBuf>,
    /// Transformers that were read already.
    read: Mutex<BTreeMap<usize, Arc<Transformer>>>,
}

fn open(entries: &Entries<'_>) -> Result<Box<dyn Experiment>, Refusal> {
    let (name, place) = super::document::text(entries.need(KIND.key)?)?;
    let Some(family) = Family::from_name(name) else {
        let (value, expected) = (shortened(name), Family::ALL.map(Family::name).join(", "));
        return Err(Refusal::new(
            place,
            texts::sweep::Expects { value, expected },
        ));
    };
    Ok(Box::new(Evaluations {
        family,
        model: entries.file("model")?,
        read: Mutex::default(),
    }))
}

impl Evaluations {
    /// The settings of a run, and which of [`Weights::ALL`].
    fn read(&self, settings: &[(&str, String)], seed: u64) -> Result<(Settings, usize), String> {
        let mut read = Settings {
            protocol: Protocol::published(self.family),
            tasks: 50,
            dqn_tasks: 0,
            seed,
            as_published: false,
        };
        let mut weights = 0;
        for (key, value) in settings {
            let wrong = |expected: &str| {
                let value = shortened(value);
                texts::sweep::Expects { value, expected }.to_string()
            };
            let whole = || {
                let number = value.parse::<usize>();
                number.map_err(|_| wrong(texts::sweep::a_whole_number()))
            };
            match *key {
                "tasks" => read.tasks = whole()?,
                "dqn_tasks" => read.dqn_tasks = whole()?,
                "size" => read.protocol.size = whole()?,
                "as_published" => match value.as_str() {
                    "on" => read.as_published = true,
                    "off" => read.as_published = false,
                    _ => return Err(wrong(&["on", "off"].join(", "))),
                },
                _ => {
                    let words = Weights::ALL.map(|(_, option)| option.word);
                    let found = words.iter().position(|word| word == value);
                    weights = found.ok_or_else(|| wrong(&words.join(", ")))?;
                }
            }
        }
        read.check().map_err(|error| error.to_string())?;
        Ok((read, weights))
    }

    fn transformer(&self, weights: usize) -> Result<Arc<Transformer>, String> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(there) = read.get(&weights) {
            return Ok(Arc::clone(there));
        }
        let checkpoint = checkpoint(self.model.as_deref(), self.family, Weights::ALL[weights].0)?;
        let transformer = Arc::new(Transformer::new(checkpoint.weights));
        read.insert(weights, Arc::clone(&transformer));
        Ok(transformer)
    }

    fn report(&self, settings: &Settings, weights: usize) -> Result<serde_json::Value, String> {
        let transformer = self.transformer(weights)?;
        let report = evaluate(settings, &transformer, &Progress::default());
        let report = report.map_err(|error| error.to_string())?;
        serde_json::to_value(report).map_err(|error| error.to_string())
    }
}

impl Experiment for Evaluations {
    fn is_whole(&self, key: &str) -> Option<bool> {
        let found = SETTINGS.iter().find(|(known, _)| *known == key);
        found
            .filter(|_| key != "weights" || self.model.is_none())
            .map(|(_, whole)| *whole)
    }

    fn unknown(&self, key: &str) -> String {
        let settings = SETTINGS.map(|(key, _)| key).join(", ");
        texts::sweep::NoEvalSetting { key, settings }.to_string()
    }

    fn check(&self, key: &str, value: &str) -> Result<(), String> {
        let (_, weights) = self.read(&[(key, value.to_owned())], 0)?;
        // There may be no such weights for these mazes.
        if key == "weights" {
            self.transformer(weights)?;
        }
        Ok(())
    }

    fn sample(&self, settings: &[(&str, String)], seed: u64) -> Result<serde_json::Value, String> {
        let (mut settings, weights) = self.read(settings, seed)?;
        settings.tasks = settings.tasks.min(SAMPLE_TASKS);
        settings.dqn_tasks = 0;
        self.report(&settings, weights)
    }

    fn run(&self, settings: &[(&str, String)], seed: u64) -> Result<serde_json::Value, String> {
        let (settings, weights) = self.read(settings, seed)?;
        self.report(&settings, weights)
    }
}
