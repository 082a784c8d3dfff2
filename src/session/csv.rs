//! Tables for people, as CSV (RFC 4180): one observation a row, one header, nothing above it, so that spreadsheets, pandas and R read
//! a file with no option. Units stand in the names of the columns; what is not known is an empty cell. The last columns say what made
//! the table, in every row, so that tables of several runs can be put below each other.

use std::fmt::Display;

/// A table that grows row by row.
pub struct Csv {
    text: String,
    source: String,
}

/// The columns that say what made a table.
const SOURCE: [&str; 4] = ["lab", "version", "state_hash", "link"];

impl Csv {
    /// A table without rows.
    #[must_use]
    pub fn new<C: Display>(columns: impl IntoIterator<Item = C>, source: &MadeFrom<'_>) -> Self {
        let MadeFrom {
            lab,
            state_hash,
            link,
        } = source;
        let version = env!("CARGO_PKG_VERSION");
        let state_hash = format!("{state_hash:016x}");
        let source = [lab, version, &*state_hash, link].map(cell);
        let mut table = Self {
            text: String::new(),
            source: String::new(),
        };
        table.row(
            columns
                .into_iter()
                .map(|column| cell(column.to_string()))
                .chain(SOURCE.map(str::to_owned)),
        );
        table.source = source.map(|cell| format!(",{cell}")).concat();
        table
    }

    /// A table that is written already, with the columns that say what made it; no cell of it has more than a line.
    #[must_use]
    pub fn beside(table: &str, source: &MadeFrom<'_>) -> String {
        let mut lines = table.lines();
        let header = lines.next().unwrap_or_default();
        let mut table = Self::new(header.split(','), source);
        for line in lines {
            table.row([line.to_owned()]);
        }
        table.finish()
    }

    /// Adds a row; its cells are made by [`cell`], [`number`] and their like.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().collect();
        self.text += &cells.join(",");
        self.text += &self.source;
        self.text.push('\n');
    }

    /// The table.
    #[must_use]
    pub fn finish(self) -> String {
        self.text
    }
}

/// The state that a table is made from.
pub struct MadeFrom<'a> {
    /// The lab.
    pub lab: &'a str,
    /// Equal exactly when the state is.
    pub state_hash: u64,
    /// The link that brings the state back.
    pub link: &'a str,
}

/// A text or a whole number as a cell.
#[must_use]
pub fn cell(text: impl Display) -> String {
    let text = text.to_string();
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// A number as a cell; one that is not finite is not known.
#[must_use]
pub fn number(value: f64) -> String {
    if value.is_finite() {
        value.to_string()
    } else {
        String::new()
    }
}

/// A number that may not be known.
#[must_use]
pub fn known(value: Option<f64>) -> String {
    value.map_or_else(String::new, number)
}

/// A field of a report or an event as a cell.
#[must_use]
pub fn json(value: Option<&serde_json::Value>) -> String {
    use serde_json::Value;
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => cell(text),
        Some(other) => cell(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        for (text, expected) in [
            ("gridworld", "gridworld"),
            ("caches=1,2", "\"caches=1,2\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell(text), expected);
        }
        assert_eq!(number(f64::NAN) + &known(None), "");
        assert_eq!(known(Some(0.25)), "0.25");
    }

    #[test]
    fn every_row_says_what_made_it() {
        let source = MadeFrom {
            lab: "maze",
            state_hash: 255,
            link: "lab=maze&t=3",
        };
        let mut table = Csv::new(["state", "return"], &source);
        table.row([cell(7), number(0.5)]);
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            table.finish(),
            format!(
                "state,return,lab,version,state_hash,link\n7,0.5,maze,{version},00000000000000ff,lab=maze&t=3\n"
            )
        );
    }
}
