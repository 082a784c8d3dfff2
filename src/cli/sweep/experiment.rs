//! What a sweep runs many times.

use super::document::{Entries, Refusal};

/// Something that is run with settings and a seed, and gives a report in which every number has a name.
///
/// The same settings and seed give the same report on every machine and any number of cores.
pub trait Experiment: Send + Sync {
    /// Whether a setting takes whole numbers alone; `None` where there is no such setting.
    fn is_whole(&self, key: &str) -> Option<bool>;

    /// A sentence about a setting that there is not.
    fn unknown(&self, key: &str) -> String;

    /// Whether a setting takes a value, whatever the others are.
    ///
    /// # Errors
    /// When it does not: one sentence.
    fn check(&self, key: &str, value: &str) -> Result<(), String>;

    /// A report with the names of all readouts, without the work; values may lack.
    ///
    /// # Errors
    /// When a run cannot be begun: one sentence.
    fn sample(&self, settings: &[(&str, String)], seed: u64) -> Result<serde_json::Value, String>;

    /// One run: its report. `messages` in it, an array of texts, says what was not as the settings say.
    ///
    /// # Errors
    /// When it cannot be run: one sentence.
    fn run(&self, settings: &[(&str, String)], seed: u64) -> Result<serde_json::Value, String>;

    /// Names of values of the report that say what made a row; they are its last columns.
    fn source(&self) -> &'static [&'static str] {
        &[]
    }
}

/// A kind of experiment: the key of the specification that names one, and how it is opened.
pub struct Kind {
    /// The key, as `lab` in `lab = "caching"`.
    pub key: &'static str,
    /// Opens the one that the specification names; takes further entries that it knows.
    pub open: fn(&Entries<'_>) -> Result<Box<dyn Experiment>, Refusal>,
}

/// All kinds. A new one is a file beside this and a line here.
pub static KINDS: [Kind; 2] = [super::lab::KIND, super::evaluation::KIND];
