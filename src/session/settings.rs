//! Settings as a table.
//!
//! A lab says in one [`Table`] all that can be set in it: numbers, switches and choices, each with its key, symbol, label, help,
//! default, range and effect. Parsing, clamping, the words of links, hashing, the knobs on the screen, the keys in the README
//! and the types for JavaScript follow from the table; nothing else lists them.
//!
//! ```text
//! Table   what can be set: one static a lab
//! Setting one row of it
//! Values  what is set: one number a row, whatever its kind
//! ```

use super::{LinkPairs, text::shortened};
use crate::texts::{self, Text};

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The word in links, commands and JavaScript.
    pub key: &'static str,
    /// The paper's symbol, or an empty string.
    pub symbol: &'static str,
    /// The name on the screen.
    pub label: Text,
    /// One or two sentences: meaning, and what to look for.
    pub help: Text,
    /// Kind of value, with its default and its range.
    pub kind: Kind,
    /// What a change does to what is stored.
    pub effect: Effect,
    /// Whether its control is always in view; the others are under *More*.
    pub in_view: bool,
    /// Whether a change moves the settings that are at their defaults to other defaults, as another world does.
    pub sets_defaults: bool,
}

/// Kind of value.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A number in a range.
    Number {
        /// Its value unless something else is said.
        default: f64,
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
        /// Whether only whole numbers make sense.
        whole: bool,
        /// The part of the range that a slider covers.
        slider: (f64, f64),
    },
    /// `on` or `off`.
    Switch {
        /// Its value unless something else is said.
        default: bool,
    },
    /// One of some words, or a number from 1 to `numbers`.
    Choice {
        /// The options; the first is the default.
        options: &'static [ChoiceOption],
        /// The largest number that may be given instead of a word; 0 where none may.
        numbers: usize,
    },
}

/// One option of a choice.
#[derive(Clone, Copy, Debug)]
pub struct ChoiceOption {
    /// The word in links, commands and JavaScript.
    pub word: &'static str,
    /// The name on the screen.
    pub label: Text,
    /// One sentence for the hover text.
    pub help: Text,
}

impl ChoiceOption {
    /// An option.
    #[must_use]
    pub const fn new(word: &'static str, label: Text, help: Text) -> Self {
        Self { word, label, help }
    }
}

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Only how one looks: stored memories would be the same.
    View,
    /// Acts on the running model; memories stay as they were stored.
    Live,
    /// Makes another model or world: the run begins again in it.
    Rebuild,
}

impl Setting {
    /// A number whose slider covers the whole range.
    #[must_use]
    pub const fn number(
        (key, symbol, label): (&'static str, &'static str, Text),
        (default, min, max): (f64, f64, f64),
        effect: Effect,
        help: Text,
    ) -> Self {
        Self {
            key,
            symbol,
            label,
            help,
            kind: Kind::Number {
                default,
                min,
                max,
                whole: false,
                slider: (min, max),
            },
            effect,
            in_view: false,
            sets_defaults: false,
        }
    }

    /// A switch.
    #[must_use]
    pub const fn switch(
        (key, label): (&'static str, Text),
        default: bool,
        effect: Effect,
        help: Text,
    ) -> Self {
        Self {
            key,
            symbol: "",
            label,
            help,
            kind: Kind::Switch { default },
            effect,
            in_view: false,
            sets_defaults: false,
        }
    }

    /// A choice between words; the first is the default.
    #[must_use]
    pub const fn choice(
        (key, label): (&'static str, Text),
        options: &'static [ChoiceOption],
        effect: Effect,
        help: Text,
    ) -> Self {
        Self {
            key,
            symbol: "",
            label,
            help,
            kind: Kind::Choice {
                options,
                numbers: 0,
            },
            effect,
            in_view: false,
            sets_defaults: false,
        }
    }

    /// The same with only whole numbers.
    #[must_use]
    pub const fn whole(mut self) -> Self {
        if let Kind::Number { whole, .. } = &mut self.kind {
            *whole = true;
        }
        self
    }

    /// The same with a slider over a part of the range.
    #[must_use]
    pub const fn slider(mut self, low: f64, high: f64) -> Self {
        if let Kind::Number { slider, .. } = &mut self.kind {
            *slider = (low, high);
        }
        self
    }

    /// The same choice, or a number from 1 to `most`.
    #[must_use]
    pub const fn or_number(mut self, most: usize) -> Self {
        if let Kind::Choice { numbers, .. } = &mut self.kind {
            *numbers = most;
        }
        self
    }

    /// The same, always in view.
    #[must_use]
    pub const fn in_view(mut self) -> Self {
        self.in_view = true;
        self
    }

    /// The same; a change brings other defaults with it.
    #[must_use]
    pub const fn sets_defaults(mut self) -> Self {
        self.sets_defaults = true;
        self
    }

    /// Its value unless something else is said, by any lab: what the row says.
    #[must_use]
    pub const fn default(&self) -> f64 {
        match self.kind {
            Kind::Number { default, .. } => default,
            Kind::Switch { default } => default as u8 as f64,
            Kind::Choice { .. } => 0.0,
        }
    }

    /// Whether it is a number.
    #[must_use]
    pub const fn is_number(&self) -> bool {
        matches!(self.kind, Kind::Number { .. })
    }

    /// Whether it is a number without a fraction.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        matches!(self.kind, Kind::Number { whole: true, .. })
    }

    /// A value as links write it.
    #[must_use]
    pub fn text(&self, value: f64) -> String {
        match self.kind {
            Kind::Number { .. } => value.to_string(),
            Kind::Switch { .. } => (if value == 0.0 { "off" } else { "on" }).to_owned(),
            Kind::Choice { options, .. } => {
                let index = value as usize;
                let number = || (index + 1 - options.len().min(index)).to_string();
                options
                    .get(index)
                    .map_or_else(number, |option| option.word.to_owned())
            }
        }
    }

    /// The words that it accepts, for messages.
    #[must_use]
    pub fn expected(&self) -> String {
        match self.kind {
            Kind::Number { min, max, .. } => texts::session::ExpectsRange { min, max }.to_string(),
            Kind::Switch { .. } => ["on", "off"].join(", "),
            Kind::Choice { options, numbers } => {
                let mut words: Vec<&str> = options.iter().map(|option| option.word).collect();
                if numbers > 0 {
                    words.push(texts::session::or_number());
                }
                words.join(", ")
            }
        }
    }

    /// Reads a value, and what had to be changed about it. `kept` is for messages.
    ///
    /// # Errors
    /// When it is not of its kind.
    pub fn read(&self, text: &str, kept: f64) -> Result<(f64, Option<Note>), SettingError> {
        let text = text.trim();
        let refused = || SettingError::UnknownWord {
            key: self.key,
            value: shortened(text),
            expected: self.expected(),
        };
        match self.kind {
            Kind::Number { .. } => {
                let number = text.parse::<f64>().ok().filter(|number| !number.is_nan());
                let number = number.ok_or_else(|| SettingError::NotANumber {
                    key: self.key,
                    value: shortened(text),
                    kept,
                })?;
                Ok(self.clamp(number))
            }
            Kind::Switch { .. } => match text {
                "on" | "1" | "true" => Ok((1.0, None)),
                "off" | "0" | "false" => Ok((0.0, None)),
                _ => Err(refused()),
            },
            Kind::Choice { options, numbers } => {
                let word = options.iter().position(|option| option.word == text);
                let number = || {
                    let number = text.parse::<usize>().ok();
                    let number = number.filter(|number| (1..=numbers).contains(number));
                    number.map(|number| options.len() + number - 1)
                };
                let index = word.or_else(number).ok_or_else(refused)?;
                Ok((index as f64, None))
            }
        }
    }

    /// A number moved into its range, and said so.
    fn clamp(&self, number: f64) -> (f64, Option<Note>) {
        let Kind::Number {
            min, max, whole, ..
        } = self.kind
        else {
            return (number, None);
        };
        let rounded = if whole { number.round() } else { number };
        let used = rounded.clamp(min, max);
        let moved = (used - number).abs() > 1e-12;
        let (key, given) = (self.key, number);
        let note = if used == rounded {
            Note::Rounded { key, given, used }
        } else {
            Note::Clamped {
                key,
                given,
                low: min,
                high: max,
                used,
            }
        };
        (used, moved.then_some(note))
    }
}

/// All settings of a lab.
#[derive(Debug)]
pub struct Table {
    /// The lab's name.
    pub lab: &'static str,
    /// The settings, in the order in which they are hashed and shown.
    pub rows: &'static [Setting],
    /// The default of a row, by the values of now: worlds bring defaults of their own.
    pub default: fn(&Values, row: usize) -> f64,
    /// What a world demands of several settings together, after each change; a note where something was moved.
    pub fit: fn(&mut Values) -> Option<Note>,
}

impl Table {
    /// The row of a key.
    #[must_use]
    pub fn row(&self, key: &str) -> Option<usize> {
        self.rows.iter().position(|setting| setting.key == key)
    }

    /// What a change of `key` does to what is stored.
    #[must_use]
    pub fn effect(&self, key: &str) -> Option<Effect> {
        self.row(key).map(|row| self.rows[row].effect)
    }
}

/// What had to be changed about a setting that was accepted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Note {
    /// A number out of its range.
    #[error("{}", texts::session::Clamped { key, given: shortened(&given.to_string()), low, high, used })]
    Clamped {
        /// The key.
        key: &'static str,
        /// The number that was given.
        given: f64,
        /// Smallest value.
        low: f64,
        /// Largest value.
        high: f64,
        /// The number that is used.
        used: f64,
    },
    /// A number that is not whole, in its range.
    #[error("{}", texts::session::Rounded { key, given, used })]
    Rounded {
        /// The key.
        key: &'static str,
        /// The number that was given.
        given: f64,
        /// The number that is used.
        used: f64,
    },
    /// What the world demanded, in one sentence.
    #[error("{0}")]
    Fitted(String),
}

/// Why a setting was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SettingError {
    /// No such key.
    #[error("{}", texts::session::UnknownSetting { key, lab })]
    UnknownKey {
        /// The lab.
        lab: &'static str,
        /// What was given, shortened.
        key: String,
    },
    /// Not a number.
    #[error("{}", texts::session::NotANumber { key, value, kept })]
    NotANumber {
        /// The key.
        key: &'static str,
        /// What was given, shortened.
        value: String,
        /// What stays.
        kept: f64,
    },
    /// Not one of the words.
    #[error("{}", texts::session::UnknownWord { key, value, expected })]
    UnknownWord {
        /// The key.
        key: &'static str,
        /// What was given, shortened.
        value: String,
        /// The words.
        expected: String,
    },
}

/// What is set in a lab: one number a row. A switch is 0 or 1; a choice is the number of its option.
#[derive(Clone, Debug)]
pub struct Values {
    table: &'static Table,
    values: Vec<f64>,
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl Values {
    /// The defaults of a table.
    #[must_use]
    pub fn new(table: &'static Table) -> Self {
        let mut values = Self {
            table,
            values: table.rows.iter().map(Setting::default).collect(),
        };
        for row in 0..table.rows.len() {
            values.values[row] = (table.default)(&values, row);
        }
        values
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// The value of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> f64 {
        self.values[row]
    }

    /// The value of a row that counts something, or the number of a chosen option.
    #[must_use]
    pub fn count(&self, row: usize) -> usize {
        self.get(row) as usize
    }

    /// Takes the settings of a link; `own` is asked first and takes keys that are no settings. Returns what was moved, refused
    /// or ignored, one sentence each.
    pub fn read_link(
        &mut self,
        link: &LinkPairs,
        mut own: impl FnMut(&str, &str) -> bool,
    ) -> Vec<String> {
        let mut messages = Vec::new();
        for (key, value) in &link.pairs {
            if ["lab", "scene"].contains(&key.as_str()) || own(key, value) {
                continue;
            }
            match self.set_text(key, value) {
                Ok(note) => messages.extend(note.map(|note| note.to_string())),
                Err(error) => messages.push(error.to_string()),
            }
        }
        messages
    }

    /// The settings that are not at their defaults, as a link has them: `&gain=0.5`.
    #[must_use]
    pub fn link(&self) -> String {
        let rows = self.table.rows.iter().enumerate();
        let changed = rows.filter(|(row, _)| self.get(*row) != (self.table.default)(self, *row));
        changed
            .map(|(row, setting)| format!("&{}={}", setting.key, self.text(row)))
            .collect()
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_on(&self, row: usize) -> bool {
        self.get(row) != 0.0
    }

    /// The value of a row as links write it.
    #[must_use]
    pub fn text(&self, row: usize) -> String {
        self.table.rows[row].text(self.values[row])
    }

    /// The default of a row, by the values of now.
    #[must_use]
    pub fn default(&self, row: usize) -> f64 {
        (self.table.default)(self, row)
    }

    /// Whether a row is at its default.
    #[must_use]
    pub fn is_default(&self, row: usize) -> bool {
        self.get(row) == self.default(row)
    }

    /// Writes a value without asking; for what follows from another setting.
    pub fn put(&mut self, row: usize, value: f64) {
        self.values[row] = value;
    }

    /// Sets a number, within its range.
    ///
    /// # Errors
    /// When `value` is not a number.
    pub fn set(&mut self, row: usize, value: f64) -> Result<Option<Note>, SettingError> {
        if value.is_nan() {
            return Err(SettingError::NotANumber {
                key: self.table.rows[row].key,
                value: "NaN".to_owned(),
                kept: self.get(row),
            });
        }
        let (value, note) = self.table.rows[row].clamp(value);
        Ok(note.or(self.change(row, value)))
    }

    /// Sets what a link, a command line or JavaScript names.
    ///
    /// # Errors
    /// When there is no such key, or the value is not of its kind; nothing is changed then.
    pub fn set_text(&mut self, key: &str, text: &str) -> Result<Option<Note>, SettingError> {
        let row = self
            .table
            .row(key)
            .ok_or_else(|| SettingError::UnknownKey {
                lab: self.table.lab,
                key: shortened(key),
            })?;
        let (value, note) = self.table.rows[row].read(text, self.get(row))?;
        Ok(note.or(self.change(row, value)))
    }

    fn change(&mut self, row: usize, value: f64) -> Option<Note> {
        let before = self.clone();
        self.values[row] = value;
        if self.table.rows[row].sets_defaults && *self != before {
            // What was at its old default moves to the new one; what was chosen stays.
            for other in (0..self.values.len()).filter(|other| *other != row) {
                if before.is_default(other) {
                    self.values[other] = self.default(other);
                }
            }
        }
        (self.table.fit)(self)
    }
}
