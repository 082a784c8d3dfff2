//! The settings: which figure, and with what it is recomputed.

use chickadee_figures::{FIGURES, Figure, Settings};

use crate::{
    session::{ChoiceOption, Effect, Note, Setting, Table, Values},
    texts,
};

/// A row of the [table](TABLE).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The figure.
    Figure,
    /// Independent networks.
    Seeds,
    /// N.
    Units,
    /// Whether a quirk of the authors' code is reproduced.
    Published,
}

impl Key {
    /// The row.
    #[must_use]
    pub fn setting(self) -> &'static Setting {
        &TABLE.rows[self as usize]
    }
}

/// All that can be set in the lab of figures.
pub static TABLE: Table = Table {
    lab: "figures",
    rows: &ROWS,
    default,
    fit,
};

/// A page has a few minutes, one core and some hundred megabytes; the paper's size takes hours.
const SEEDS: f64 = 5.0;
const UNITS: f64 = 1000.0;
const MAX_UNITS: f64 = if cfg!(target_arch = "wasm32") {
    5000.0
} else {
    Settings::MOST_UNITS as f64
};

static ROWS: [Setting; 4] = [
    Setting::choice(
        ("figure", texts::figures::set_figure),
        OPTIONS.split_at(FIGURES.len()).0,
        Effect::Rebuild,
        texts::figures::set_figure_help,
    )
    .sets_defaults(),
    Setting::number(
        ("seeds", "", texts::figures::set_seeds),
        (SEEDS, 1.0, Settings::MOST_SEEDS as f64),
        Effect::Live,
        texts::figures::set_seeds_help,
    )
    .whole()
    .slider(1.0, 35.0)
    .in_view(),
    Setting::number(
        ("units", "N", texts::figures::set_units),
        (UNITS, 10.0, MAX_UNITS),
        Effect::Rebuild,
        texts::figures::set_units_help,
    )
    .whole()
    .slider(200.0, 5000.0)
    .in_view(),
    Setting::switch(
        ("published", texts::figures::set_published),
        false,
        Effect::Rebuild,
        texts::figures::set_published_help,
    )
    .in_view(),
];

/// Options of the figures of these numbers.
macro_rules! options {
    ($($number:literal)*) => {
        [$(ChoiceOption::new(id($number), name::<$number>, title::<$number>),)*]
    };
}
/// More options than there are figures: the words of a table are made while it is compiled, each by a function of its own.
static OPTIONS: [ChoiceOption; 64] = options![
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
    33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
];

const fn id(number: usize) -> &'static str {
    if number < FIGURES.len() {
        FIGURES[number].id
    } else {
        ""
    }
}

fn name<const NUMBER: usize>() -> &'static str {
    FIGURES.get(NUMBER).map_or("", |figure| figure.name)
}

fn title<const NUMBER: usize>() -> &'static str {
    FIGURES.get(NUMBER).map_or("", |figure| figure.title)
}

fn default(values: &Values, row: usize) -> f64 {
    let least = figure(values).least_units as f64;
    match row {
        row if row == Key::Units as usize => UNITS.max(least),
        _ => TABLE.rows[row].default(),
    }
}

/// A protocol makes no sense with fewer units than it says.
fn fit(values: &mut Values) -> Option<Note> {
    let figure = figure(values);
    let (units, least) = (values.count(Key::Units as usize), figure.least_units);
    (units < least).then(|| {
        values.put(Key::Units as usize, least as f64);
        let name = figure.name;
        Note::Fitted(texts::figures::TooFewUnits { name, units, least }.to_string())
    })
}

/// The figure of some values.
pub(super) fn figure(values: &Values) -> &'static Figure {
    let number = values.count(Key::Figure as usize);
    FIGURES[number.min(FIGURES.len() - 1)]
}

/// What it is recomputed with.
pub(super) fn settings(values: &Values) -> Settings {
    Settings {
        seeds: values.count(Key::Seeds as usize),
        units: values.count(Key::Units as usize),
        as_published: values.is_on(Key::Published as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_the_figures() {
        let crate::session::Kind::Choice { options, .. } = Key::Figure.setting().kind else {
            panic!("a choice")
        };
        assert_eq!(options.len(), FIGURES.len());
        for (option, figure) in options.iter().zip(FIGURES) {
            assert_eq!(option.word, figure.id);
            assert_eq!((option.label)(), figure.name);
            assert_eq!((option.help)(), figure.title);
        }
    }
}
