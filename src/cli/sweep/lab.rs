//! `lab = "caching"`: a link of a lab, as `chickadee run` runs it.

use std::path::PathBuf;

use super::{
    document::{Entries, Refusal},
    experiment::{Experiment, Kind},
};
use crate::{
    cli::open_model,
    session::{LabInfo, SettingError, Workbench, registry, shortened},
    texts,
};

pub(super) const KIND: Kind = Kind { key: "lab", open };

/// The setting that differs from run to run.
const SEED: &str = "seed";

/// Steps that may pass.
const MOST_STEPS: u64 = 1_000_000;

/// A lab, and what all runs have in common.
struct LabRuns {
    lab: &'static LabInfo,
    link: String,
    steps: usize,
    model: Option<PathBuf>,
}

fn open(entries: &Entries<'_>) -> Result<Box<dyn Experiment>, Refusal> {
    let (name, place) = super::document::text(entries.need(KIND.key)?)?;
    let lab = registry::lab(name).ok_or_else(|| {
        let (name, labs) = (shortened(name), registry::names());
        Refusal::new(place.clone(), texts::session::NoLab { name, labs })
    })?;
    if lab.settings.row(SEED).is_none() {
        let lab = lab.name;
        return Err(Refusal::new(place, texts::sweep::LabWithoutSeed { lab }));
    }
    let mut runs = LabRuns {
        lab,
        link: format!("lab={}", lab.name),
        steps: entries.whole("steps", 0..=MOST_STEPS)?.unwrap_or(0) as usize,
        model: entries.file("model")?,
    };
    if let Some((link, place)) = entries.text("link")? {
        // A scene is a link, too.
        let link = link.trim_start_matches(['#', '?']);
        let link = if link.contains('=') {
            link.to_owned()
        } else {
            format!("scene={link}")
        };
        runs.link = format!("{link}&lab={}", lab.name);
        // What it says itself counts; of a link that names neither a lab nor a scene it is the lab of the sweep.
        let named = Workbench::from_link(&link).map_err(|error| error.to_string());
        let other = |named: &Workbench| {
            let says = link.contains("lab=") || link.contains("scene=");
            says && named.info().name != lab.name
        };
        let checked = named.and_then(|named| {
            if other(&named) {
                return Err(texts::sweep::OtherLab { lab: lab.name }.to_string());
            }
            let opened = Workbench::from_link(&runs.link).map_err(|error| error.to_string())?;
            opened.messages().first().cloned().map_or(Ok(()), Err)
        });
        checked.map_err(|says| Refusal::new(place, says))?;
    }
    Ok(Box::new(runs))
}

impl LabRuns {
    /// The link of a run.
    fn link(&self, settings: &[(&str, String)]) -> String {
        let mut pairs = form_urlencoded::Serializer::new(format!("{}&", self.link));
        pairs.extend_pairs(settings);
        pairs.finish()
    }

    /// A session of a run, not yet settled.
    fn session(&self, settings: &[(&str, String)], seed: u64) -> Result<Workbench, String> {
        let mut pairs = vec![(SEED, seed.to_string())];
        pairs.extend_from_slice(settings);
        let mut lab = Workbench::from_link(&self.link(&pairs)).map_err(|e| e.to_string())?;
        if let Some(path) = &self.model {
            let before = lab.values().clone();
            open_model(&mut lab, path)?;
            if *lab.values() != before {
                // The maze followed the file: these would not be runs of the settings in their rows.
                let name = path.display();
                return Err(texts::sweep::ModelOfOtherMazes { name }.to_string());
            }
        }
        Ok(lab)
    }

    /// The first message of a link with one more pair that it has not without.
    fn complaint(&self, key: &str, value: &str) -> Option<String> {
        let messages = |pairs: &[(&str, String)]| match Workbench::from_link(&self.link(pairs)) {
            Ok(lab) => lab.messages().to_vec(),
            Err(error) => vec![error.to_string()],
        };
        let before = messages(&[]);
        let after = messages(&[(key, value.to_owned())]);
        after.into_iter().find(|message| !before.contains(message))
    }
}

impl Experiment for LabRuns {
    fn is_whole(&self, key: &str) -> Option<bool> {
        if let Some(row) = self.lab.settings.row(key) {
            return Some(self.lab.settings.rows[row].is_whole());
        }
        // What else a link may say: places of caches, time, a goal.
        let unknown = SettingError::UnknownKey {
            lab: self.lab.settings.lab,
            key: shortened(key),
        };
        let is_known = self.complaint(key, "") != Some(unknown.to_string());
        (is_known && !["lab", "scene", "v"].contains(&key)).then_some(true)
    }

    fn unknown(&self, key: &str) -> String {
        let lab = self.lab.name;
        let rows = self.lab.settings.rows.iter();
        let settings: Vec<&str> = rows
            .map(|row| row.key)
            .filter(|key| *key != "seed")
            .collect();
        let settings = settings.join(", ");
        texts::sweep::NoSetting { key, lab, settings }.to_string()
    }

    fn check(&self, key: &str, value: &str) -> Result<(), String> {
        let table = self.lab.settings;
        let Some(row) = table.row(key) else {
            return self.complaint(key, value).map_or(Ok(()), Err);
        };
        let setting = &table.rows[row];
        match setting.read(value, setting.default()) {
            Ok((_, None)) => Ok(()),
            _ => {
                let (value, expected) = (shortened(value), setting.expected());
                Err(texts::sweep::Expects { value, expected }.to_string())
            }
        }
    }

    fn sample(&self, settings: &[(&str, String)], seed: u64) -> Result<serde_json::Value, String> {
        Ok(self.session(settings, seed)?.report())
    }

    fn run(&self, settings: &[(&str, String)], seed: u64) -> Result<serde_json::Value, String> {
        let mut lab = self.session(settings, seed)?;
        lab.settle();
        if self.steps > 0 {
            lab.run(self.steps);
        }
        Ok(lab.report())
    }

    fn source(&self) -> &'static [&'static str] {
        &["state_hash", "link"]
    }
}
