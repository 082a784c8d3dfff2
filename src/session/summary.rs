//! Summaries: a state as a table for people, as `chickadee run` prints it.

use std::fmt::{self, Display, Write as _};

use serde::Serialize;
use serde_json::Value;

use crate::texts;

/// A table of names and values, a line each.
#[derive(Default)]
pub struct Summary(String);

impl Summary {
    /// Adds a name and its value.
    pub fn row(&mut self, name: &str, value: impl Display) {
        self.line(format_args!("{name:<16} {value}"));
    }

    /// Adds a line.
    pub fn line(&mut self, line: fmt::Arguments<'_>) {
        // Writing to text cannot fail.
        let _ = writeln!(self.0, "{line}");
    }

    /// The table.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }
}

/// A number with so many decimals, or that it is not known.
#[must_use]
pub fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or(texts::cli::unknown().to_owned(), |value| {
        let text = format!("{value:.decimals$}");
        // What is rounded to nothing has no sign.
        let positive = text.strip_prefix('-');
        let nothing = positive.filter(|digits| digits.chars().all(|c| c == '0' || c == '.'));
        nothing.map(str::to_owned).unwrap_or(text)
    })
}

/// Names and values of a report, without lists and what is not known.
#[must_use]
pub fn scalars(report: &impl Serialize) -> Vec<(String, String)> {
    let Ok(Value::Object(fields)) = serde_json::to_value(report) else {
        return Vec::new();
    };
    let plain = |(name, value)| match value {
        Value::String(text) => Some((name, text)),
        Value::Bool(_) | Value::Number(_) => Some((name, value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    fields.into_iter().filter_map(plain).collect()
}
