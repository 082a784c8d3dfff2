//! A value of a report, by its name: `active_fraction`, `caches.0.weight`, `summary.return_3_to_8`.

use std::ops::Range;

use serde_json::Value;

use super::document::Refusal;
use crate::{session::shortened, texts};

/// The name of a value.
#[derive(Debug, PartialEq)]
pub struct Readout {
    path: String,
    /// Where it stands in the specification.
    pub place: Range<usize>,
}

impl Readout {
    /// From its name: keys, and numbers of entries from 0, with dots between them.
    pub fn new(path: &str, place: Range<usize>) -> Self {
        let path = path.to_owned();
        Self { path, place }
    }

    /// Its name.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The name of its column: letters, digits and `_`.
    pub fn column(&self) -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        self.path.chars().map(letter).collect()
    }

    /// Refuses a name that a report does not have. Entries of lists, and of tables by number, come and go with the settings;
    /// so does everything below what is not known.
    pub fn check(&self, sample: &Value) -> Result<(), Refusal> {
        let mut value = sample;
        for key in self.path.split('.') {
            let found = match value {
                Value::Null => return Ok(()),
                Value::Object(fields) => {
                    let is_number = |key: &str| key.bytes().all(|b| b.is_ascii_digit());
                    let numbered = !fields.is_empty() && fields.keys().all(|key| is_number(key));
                    if fields.is_empty() || (numbered && is_number(key)) {
                        return Ok(());
                    }
                    fields.get(key)
                }
                Value::Array(list) => match key.parse::<usize>() {
                    Ok(index) => match list.get(index).or(list.first()) {
                        Some(entry) => Some(entry),
                        None => return Ok(()),
                    },
                    Err(_) => None,
                },
                _ => None,
            };
            value = found.ok_or_else(|| {
                let path = shortened(&self.path);
                let names = match value {
                    Value::Object(fields) => fields.keys().cloned().collect::<Vec<_>>().join(", "),
                    Value::Array(_) => texts::sweep::a_whole_number().to_owned(),
                    _ => texts::sweep::nothing_below().to_owned(),
                };
                Refusal::new(self.place.clone(), texts::sweep::NoReadout { path, names })
            })?;
        }
        Ok(())
    }

    /// Its cell; empty where a report has no such value.
    pub fn cell(&self, report: &Value) -> String {
        let mut value = report;
        for key in self.path.split('.') {
            let found = match value {
                Value::Object(fields) => fields.get(key),
                Value::Array(list) => key.parse::<usize>().ok().and_then(|index| list.get(index)),
                _ => None,
            };
            let Some(found) = found else {
                return String::new();
            };
            value = found;
        }
        cell(value)
    }
}

/// A value as a cell: a text or a number as it is, a list or a table as JSON.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report() -> Value {
        json!({
            "gain": 0.5,
            "name": "one",
            "curve": [1.0, null],
            "caches": [{"place": 3, "weight": 1.0}],
            "verdict": null,
            "by_rewards": {"1": {"mean": 2.0}, "3": {"mean": 4.0}},
        })
    }

    #[test]
    fn names_lead_to_values() {
        for (path, cell) in [
            ("gain", "0.5"),
            ("name", "one"),
            ("curve.0", "1.0"),
            ("curve.1", ""),
            ("curve.2", ""),
            ("curve", "[1.0,null]"),
            ("caches.0.place", "3"),
            ("caches.7.place", ""),
            ("verdict.found", ""),
            ("by_rewards.3.mean", "4.0"),
            ("by_rewards.8.mean", ""),
        ] {
            let readout = Readout::new(path, 0..0);
            assert!(readout.check(&report()).is_ok(), "{path}");
            assert_eq!(readout.cell(&report()), cell, "{path}");
        }
        assert_eq!(
            Readout::new("caches.0.place", 0..0).column(),
            "caches_0_place"
        );
    }

    #[test]
    fn names_that_lead_nowhere_are_refused() {
        for path in [
            "gian",
            "gain.x",
            "curve.first",
            "caches.0.hight",
            "by_rewards.one",
        ] {
            let refused = Readout::new(path, 4..9).check(&report()).unwrap_err();
            assert_eq!(refused.span, 4..9);
            assert!(refused.says.contains(path), "{}", refused.says);
        }
    }
}
