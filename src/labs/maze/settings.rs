//! The settings of the maze lab: one table, and what its values mean.

use crate::core::{Effect, Note, Setting, SettingError, Table, Values};
use chickadee_engine::{
    eval::{Kind, Protocol},
    worlds::maze::{PUBLISHED_CORRELATION, PUBLISHED_LAYERS, PUBLISHED_SIDE},
};

/// A row of the [table](TABLE).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Gridworlds or trees.
    Task,
    /// Random seed of codes, goal and walk.
    Seed,
    /// Cells along a side, or layers.
    Size,
    /// c: correlation of the sensory codes of neighbours.
    Correlation,
    /// b: probability of every child in a tree.
    Branching,
    /// Soft-max temperature of the decisions; 0 is greedy.
    Temperature,
    /// T: memories at which the walker stops.
    Longest,
    /// γ of the kernel that representations are compared with.
    Gamma,
    /// Layer that is looked at, from 1.
    Layer,
    /// Random seed of the comparison task.
    Second,
    /// Walker that gathers experience.
    Walker,
    /// Attention head that is shown.
    Head,
    /// Rewards in the memories.
    Rewards,
    /// A comparison task beside the first.
    Compare,
    /// A deep Q-network that learns as well.
    Dqn,
    /// The whole matrix of attention.
    Pattern,
    /// Linear readouts.
    Decode,
}

impl Key {
    /// The numbers, in the order in which they are hashed and written.
    pub const NUMBERS: [Self; 9] = [
        Self::Seed,
        Self::Size,
        Self::Correlation,
        Self::Branching,
        Self::Temperature,
        Self::Longest,
        Self::Gamma,
        Self::Layer,
        Self::Second,
    ];

    /// The rest but the task, in the order in which they are hashed and written.
    pub const WORDS: [Self; 7] = [
        Self::Walker,
        Self::Head,
        Self::Rewards,
        Self::Compare,
        Self::Dqn,
        Self::Pattern,
        Self::Decode,
    ];

    /// The row.
    #[must_use]
    pub fn setting(self) -> &'static Setting {
        &TABLE.rows[self as usize]
    }
}

/// All that can be set in the maze lab.
pub static TABLE: Table = Table {
    lab: "maze",
    rows: ROWS,
    default,
    fit: |_| None,
};

const GRIDWORLD: (&str, &str) = ("gridworld", "Gridworld");
const TREE: (&str, &str) = ("tree", "Tree");
const EXPLORER: (&str, &str) = ("explorer", "Explorer");
const MODEL: (&str, &str) = ("model", "Transformer");
const USER: (&str, &str) = ("me", "Me");
const MEAN: (&str, &str) = ("mean", "Mean");
const ROLLOUT: (&str, &str) = ("rollout", "Rollout");

const ROWS: &[Setting] = &[
    Setting::choice(
        ("task", "Task"),
        &[GRIDWORLD, TREE],
        Effect::Rebuild,
        "A grid of places with four moves, or a binary tree with back, left and right; in both one can stay.",
    )
    .in_view()
    .sets_defaults(),
    Setting::number(
        ("seed", "", "Seed"),
        (7.0, 0.0, 4_000_000_000.0),
        Effect::Rebuild,
        "Sensory codes, goal and walk follow from it. At the published sizes the codes are those of the authors' seed.",
    )
    .whole()
    .slider(0.0, 100.0)
    .in_view(),
    Setting::number(
        ("size", "", "Size"),
        (PUBLISHED_SIDE as f64, 3.0, 8.0),
        Effect::Rebuild,
        "Cells along a side of the gridworld, or layers of the tree. The transformer was trained on 5 and 7.",
    )
    .whole()
    .in_view(),
    Setting::number(
        ("corr", "c", "Code correlation"),
        (PUBLISHED_CORRELATION, 0.0, 0.9),
        Effect::Rebuild,
        "How much neighbouring states look alike. At 0 senses say nothing about place.",
    )
    .in_view(),
    Setting::number(
        ("branching", "b", "Branching"),
        (1.0, 0.5, 1.0),
        Effect::Rebuild,
        "Probability of every child in the tree; 1 is the complete tree.",
    ),
    Setting::number(
        ("temp", "τ", "Temperature"),
        (0.0, 0.0, 5.0),
        Effect::Live,
        "Soft-max temperature of the decisions: 0 takes the likeliest action; the paper's tree results are at 2.",
    )
    .in_view(),
    Setting::number(
        ("longest", "T", "Longest context"),
        (200.0, 10.0, 1600.0),
        Effect::Live,
        "The explorer stops when there are so many memories. The paper trained with 200 in gridworlds and 800 in trees.",
    )
    .whole()
    .in_view(),
    Setting::number(
        ("gamma", "γ", "Kernel decay"),
        (0.8, 0.1, 0.95),
        Effect::View,
        "Representations are compared with γ to the power of distance; the paper uses 0.8 in gridworlds, 0.6 in trees.",
    ),
    Setting::number(
        ("layer", "", "Layer"),
        (2.0, 1.0, 8.0),
        Effect::View,
        "The block whose attention and representation are shown.",
    )
    .whole(),
    Setting::number(
        ("second", "", "Second task"),
        (8.0, 0.0, 4_000_000_000.0),
        Effect::View,
        "Seed of a second task in the same maze with other senses, to compare representations with.",
    )
    .whole()
    .slider(0.0, 100.0),
    Setting::choice(
        ("walker", "Walker"),
        &[EXPLORER, MODEL, USER],
        Effect::Live,
        "The roll-in policy of the paper, the transformer from its own memories, or only you.",
    ),
    Setting::choice(
        ("head", "Head"),
        &[MEAN, ROLLOUT],
        Effect::View,
        "One attention head, the mean of all, or attention rolled out through the layers.",
    )
    .or_number(64),
    Setting::switch(
        ("rewards", "Rewards"),
        true,
        Effect::Live,
        "Off: no memory holds a reward, as if nothing had ever been paid (Fig. N22)",
    )
    .in_view(),
    Setting::switch(
        ("compare", "Second task"),
        false,
        Effect::View,
        "A second task in the same maze with other senses: is the same place represented alike? (Fig. 4)",
    )
    .in_view(),
    Setting::switch(
        ("dqn", "Deep Q-network"),
        false,
        Effect::View,
        "A deep Q-network learns from the same memories, in the background.",
    ),
    Setting::switch(
        ("pattern", "Attention matrix"),
        false,
        Effect::View,
        "Attention of every memory on those before it.",
    ),
    Setting::switch(
        ("decode", "Linear readouts"),
        false,
        Effect::View,
        "Place, direction of the goal and the way to it, read linearly from the representation.",
    ),
];

/// The defaults of trees differ from those of gridworlds, which the rows say.
fn default(values: &Values, row: usize) -> f64 {
    let trees = [
        (Key::Size, PUBLISHED_LAYERS as f64),
        (Key::Temperature, 2.0),
        (Key::Longest, 1000.0),
        (Key::Gamma, 0.6),
        (Key::Layer, 1.0),
    ];
    let tree = values.count(Key::Task as usize) == Kind::Tree as usize;
    let own = trees.iter().find(|(key, _)| tree && *key as usize == row);
    own.map_or(ROWS[row].default(), |(_, value)| *value)
}

/// Source of experience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walker {
    /// The roll-in policy of the paper.
    Explorer,
    /// The transformer, from its own memories.
    Model,
    /// Only the user.
    User,
}

impl Walker {
    /// Walkers with their words and names, in the order of the table.
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Explorer, EXPLORER.0, EXPLORER.1),
        (Self::Model, MODEL.0, MODEL.1),
        (Self::User, USER.0, USER.1),
    ];
}

/// Attention that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// The mean of all heads.
    Mean,
    /// One head, from 0.
    One(usize),
    /// Attention rolled out through the layers up to the one that is looked at.
    Rollout,
}

/// The settings of a maze lab, typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings(Values);

impl Default for Settings {
    fn default() -> Self {
        Self(Values::new(&TABLE))
    }
}

impl Settings {
    /// The defaults for one kind of maze.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        let mut settings = Self::default();
        settings.0.put(Key::Task as usize, kind as usize as f64);
        for row in 0..ROWS.len() {
            if row != Key::Task as usize {
                settings.0.put(row, settings.0.default(row));
            }
        }
        settings
    }

    /// All values, by the rows of the table.
    #[must_use]
    pub fn values(&self) -> &Values {
        &self.0
    }

    /// A number, or the number of a chosen option.
    #[must_use]
    pub fn get(&self, key: Key) -> f64 {
        self.0.get(key as usize)
    }

    /// A number that counts something.
    #[must_use]
    pub fn count(&self, key: Key) -> usize {
        self.0.count(key as usize)
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_on(&self, key: Key) -> bool {
        self.0.is_on(key as usize)
    }

    /// A value as links write it.
    #[must_use]
    pub fn text(&self, key: Key) -> String {
        self.0.text(key as usize)
    }

    /// Whether a value is at its default in this kind of maze.
    #[must_use]
    pub fn is_default(&self, key: Key) -> bool {
        self.0.is_default(key as usize)
    }

    /// Gridworlds or trees.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.count(Key::Task) {
            0 => Kind::Gridworld,
            _ => Kind::Tree,
        }
    }

    /// Horizon, nearest start and the like at this size.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        Protocol {
            kind: self.kind(),
            size: self.count(Key::Size),
        }
    }

    /// The source of experience.
    #[must_use]
    pub fn walker(&self) -> Walker {
        match self.count(Key::Walker) {
            0 => Walker::Explorer,
            1 => Walker::Model,
            _ => Walker::User,
        }
    }

    /// The attention that is shown.
    #[must_use]
    pub fn head(&self) -> Head {
        match self.count(Key::Head) {
            0 => Head::Mean,
            1 => Head::Rollout,
            number => Head::One(number - 2),
        }
    }

    /// Whether the whole matrix of attention is wanted, or what rollout makes of it.
    #[must_use]
    pub fn wants_pattern(&self) -> bool {
        self.is_on(Key::Pattern) || self.head() == Head::Rollout
    }

    /// Turns a switch, for what the maze demands.
    pub fn switch(&mut self, key: Key, on: bool) {
        self.0.put(key as usize, f64::from(u8::from(on)));
    }

    /// Whether a key's change begins another task.
    #[must_use]
    pub fn begins_again(key: &str) -> bool {
        TABLE.effect(key) == Some(Effect::Rebuild)
    }

    /// Sets what a link, a command line or JavaScript names.
    ///
    /// # Errors
    /// When there is no such key, or the value is not of its kind; nothing is changed then.
    pub fn set_text(&mut self, key: &str, value: &str) -> Result<Option<Note>, SettingError> {
        self.0.set_text(key, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_kind_brings_its_defaults_and_keeps_what_was_chosen() {
        let mut settings = Settings::default();
        settings.set_text("gamma", "0.5").unwrap();
        settings.set_text("task", "tree").unwrap();
        assert_eq!(settings.count(Key::Size), 7);
        assert_eq!(settings.get(Key::Temperature), 2.0);
        assert_eq!(settings.get(Key::Gamma), 0.5);
        assert_ne!(settings, Settings::of(Kind::Tree));
        settings.set_text("gamma", "0.6").unwrap();
        assert_eq!(settings, Settings::of(Kind::Tree));
    }

    #[test]
    fn bad_values_are_refused_or_moved() {
        let mut settings = Settings::default();
        for (key, value) in [
            ("size", "many"),
            ("size", "NaN"),
            ("task", "ocean"),
            ("walker", "dog"),
            ("head", "0"),
            ("head", "65"),
            ("colour", "red"),
        ] {
            assert!(settings.set_text(key, value).is_err(), "{key}={value}");
        }
        assert_eq!(settings, Settings::default());
        assert!(settings.set_text("size", "100").unwrap().is_some());
        assert_eq!(settings.count(Key::Size), 8);
    }

    #[test]
    fn rows_lie_where_their_keys_say() {
        let keys = [Key::Task]
            .into_iter()
            .chain(Key::NUMBERS)
            .chain(Key::WORDS);
        let rows: Vec<usize> = keys.map(|key| key as usize).collect();
        assert_eq!(rows, (0..ROWS.len()).collect::<Vec<_>>());
        for key in Key::NUMBERS {
            assert!(key.setting().is_number());
        }
        for (number, (walker, word, _)) in Walker::ALL.into_iter().enumerate() {
            let mut settings = Settings::default();
            settings.set_text("walker", word).unwrap();
            assert_eq!(settings.count(Key::Walker), number);
            assert_eq!(settings.walker(), walker);
        }
        let mut settings = Settings::default();
        for (word, head) in [
            ("mean", Head::Mean),
            ("rollout", Head::Rollout),
            ("3", Head::One(2)),
        ] {
            settings.set_text("head", word).unwrap();
            assert_eq!(
                (settings.head(), settings.text(Key::Head)),
                (head, word.to_owned())
            );
        }
    }
}
