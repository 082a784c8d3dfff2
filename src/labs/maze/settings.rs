//! The settings of the maze lab: one table, and what its values mean.

use super::shipped::Shipped;
use crate::{
    session::{ChoiceOption, Effect, Note, Setting, SettingError, Table, Values},
    texts,
};
use chickadee_engine::worlds::maze::{
    Family, PUBLISHED_CORRELATION, PUBLISHED_LAYERS, PUBLISHED_SIDE, Protocol,
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
    /// Checkpoint among those that come with Chickadee.
    Weights,
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

    /// The rest but task and weights, in the order in which they are hashed and written. The weights are hashed themselves.
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
    fit: available,
};

const GRIDWORLD: ChoiceOption = ChoiceOption::new(
    "gridworld",
    texts::maze::gridworld,
    texts::maze::gridworld_help,
);
const TREE: ChoiceOption = ChoiceOption::new("tree", texts::maze::tree, texts::maze::tree_help);
const EXPLORER: ChoiceOption = ChoiceOption::new(
    "explorer",
    texts::maze::explorer_title,
    texts::maze::explorer_help,
);
const MODEL: ChoiceOption = ChoiceOption::new(
    "model",
    texts::maze::model_walks,
    texts::maze::model_walks_help,
);
const USER: ChoiceOption =
    ChoiceOption::new("me", texts::maze::user_walks, texts::maze::user_walks_help);
const MEAN: ChoiceOption =
    ChoiceOption::new("mean", texts::maze::mean_title, texts::maze::mean_help);
const ROLLOUT: ChoiceOption = ChoiceOption::new(
    "rollout",
    texts::maze::rollout_title,
    texts::maze::rollout_help,
);

const SMALL: ChoiceOption = ChoiceOption::new(
    "small",
    texts::maze::weights_small,
    texts::maze::weights_small_help,
);
const FAITHFUL: ChoiceOption = ChoiceOption::new(
    "faithful",
    texts::maze::weights_faithful,
    texts::maze::weights_faithful_help,
);
const BEST: ChoiceOption = ChoiceOption::new(
    "best",
    texts::maze::weights_best,
    texts::maze::weights_best_help,
);

const ROWS: &[Setting] = &[
    Setting::choice(
        ("task", texts::maze::set_task),
        &[GRIDWORLD, TREE],
        Effect::Rebuild,
        texts::maze::set_task_help,
    )
    .in_view()
    .sets_defaults(),
    Setting::number(
        ("seed", "", texts::maze::set_seed),
        (7.0, 0.0, 4_000_000_000.0),
        Effect::Rebuild,
        texts::maze::set_seed_help,
    )
    .whole()
    .slider(0.0, 100.0)
    .in_view(),
    Setting::number(
        ("size", "", texts::maze::set_size),
        (PUBLISHED_SIDE as f64, 3.0, 8.0),
        Effect::Rebuild,
        texts::maze::set_size_help,
    )
    .whole()
    .in_view(),
    Setting::number(
        ("corr", "c", texts::maze::set_corr),
        (PUBLISHED_CORRELATION, 0.0, 0.9),
        Effect::Rebuild,
        texts::maze::set_corr_help,
    )
    .in_view(),
    Setting::number(
        ("branching", "b", texts::maze::set_branching),
        (1.0, 0.5, 1.0),
        Effect::Rebuild,
        texts::maze::set_branching_help,
    ),
    Setting::number(
        ("temp", "τ", texts::maze::set_temp),
        (0.0, 0.0, 5.0),
        Effect::Live,
        texts::maze::set_temp_help,
    )
    .in_view(),
    Setting::number(
        ("longest", "T", texts::maze::set_longest),
        (200.0, 10.0, 1600.0),
        Effect::Live,
        texts::maze::set_longest_help,
    )
    .whole()
    .in_view(),
    Setting::number(
        ("gamma", "γ", texts::maze::set_gamma),
        (0.8, 0.1, 0.95),
        Effect::View,
        texts::maze::set_gamma_help,
    ),
    Setting::number(
        ("layer", "", texts::maze::set_layer),
        (2.0, 1.0, 64.0),
        Effect::View,
        texts::maze::set_layer_help,
    )
    .whole()
    .slider(1.0, 8.0),
    Setting::number(
        ("second", "", texts::maze::set_second),
        (8.0, 0.0, 4_000_000_000.0),
        Effect::View,
        texts::maze::set_second_help,
    )
    .whole()
    .slider(0.0, 100.0),
    Setting::choice(
        ("walker", texts::maze::set_walker),
        &[EXPLORER, MODEL, USER],
        Effect::Live,
        texts::maze::set_walker_help,
    ),
    Setting::choice(
        ("head", texts::maze::set_head),
        &[MEAN, ROLLOUT],
        Effect::View,
        texts::maze::set_head_help,
    )
    .or_number(64),
    Setting::switch(
        ("rewards", texts::maze::set_rewards),
        true,
        Effect::Live,
        texts::maze::set_rewards_help,
    )
    .in_view(),
    Setting::switch(
        ("compare", texts::maze::set_compare),
        false,
        Effect::View,
        texts::maze::set_compare_help,
    )
    .in_view(),
    Setting::switch(
        ("dqn", texts::maze::set_dqn),
        false,
        Effect::View,
        texts::maze::set_dqn_help,
    ),
    Setting::switch(
        ("pattern", texts::maze::set_pattern),
        false,
        Effect::View,
        texts::maze::set_pattern_help,
    ),
    Setting::switch(
        ("decode", texts::maze::set_decode),
        false,
        Effect::View,
        texts::maze::set_decode_help,
    ),
    Setting::choice(
        ("weights", texts::maze::set_weights),
        &[SMALL, FAITHFUL, BEST],
        Effect::Live,
        texts::maze::set_weights_help,
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
    let tree = values.count(Key::Task as usize) == Family::Tree as usize;
    let own = trees.iter().find(|(key, _)| tree && *key as usize == row);
    own.map_or(ROWS[row].default(), |(_, value)| *value)
}

/// Goes back to the usual checkpoint where a choice has none for these mazes.
fn available(values: &mut Values) -> Option<Note> {
    let family = family(values);
    let weights = weights(values);
    if Shipped::of(family, weights).is_some() {
        return None;
    }
    values.put(Key::Weights as usize, 0.0);
    let option = Weights::ALL.iter().find(|(each, _)| *each == weights);
    let weights = option.map_or("", |(_, option)| option.word);
    let instead = Shipped::usual(family).name;
    let note = texts::maze::NoSuchWeights { weights, instead };
    Some(Note::Fitted(note.to_string()))
}

fn family(values: &Values) -> Family {
    match values.count(Key::Task as usize) {
        0 => Family::Gridworld,
        _ => Family::Tree,
    }
}

fn weights(values: &Values) -> Weights {
    let number = values.count(Key::Weights as usize);
    Weights::ALL
        .get(number)
        .map_or(Weights::Small, |(weights, _)| *weights)
}

/// Choice among the checkpoints that come with Chickadee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// The first that were shipped; links that name none mean these.
    Small,
    /// Trained on the paper's data and nothing else.
    Faithful,
    /// Trained on more of what is rare in the paper's data.
    Best,
}

impl Weights {
    /// Choices and their options, in the order of the table.
    pub const ALL: [(Self, ChoiceOption); 3] = [
        (Self::Small, SMALL),
        (Self::Faithful, FAITHFUL),
        (Self::Best, BEST),
    ];
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
    /// Walkers and their options, in the order of the table.
    pub const ALL: [(Self, ChoiceOption); 3] = [
        (Self::Explorer, EXPLORER),
        (Self::Model, MODEL),
        (Self::User, USER),
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

impl Head {
    /// What is shown of a transformer with so many heads: the last, where it has fewer than were asked for.
    #[must_use]
    pub fn among(self, heads: usize) -> Self {
        match self {
            Self::One(head) => Self::One(head.min(heads.saturating_sub(1))),
            all => all,
        }
    }
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
    pub fn of(kind: Family) -> Self {
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
    pub fn kind(&self) -> Family {
        family(&self.0)
    }

    /// The checkpoint that is chosen among those that come with Chickadee.
    #[must_use]
    pub fn checkpoint(&self) -> &'static Shipped {
        let family = self.kind();
        Shipped::of(family, weights(&self.0)).unwrap_or(Shipped::usual(family))
    }

    /// Chooses a checkpoint that comes with Chickadee.
    pub fn choose(&mut self, shipped: &Shipped) {
        let number = Weights::ALL
            .iter()
            .position(|(each, _)| *each == shipped.weights);
        self.0
            .put(Key::Weights as usize, number.unwrap_or(0) as f64);
    }

    /// Horizon, nearest start and the like at this size.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        Protocol {
            family: self.kind(),
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
        assert_ne!(settings, Settings::of(Family::Tree));
        settings.set_text("gamma", "0.6").unwrap();
        assert_eq!(settings, Settings::of(Family::Tree));
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
    fn weights_that_there_are_not_are_said() {
        let mut settings = Settings::default();
        assert!(settings.set_text("weights", "faithful").unwrap().is_none());
        assert_eq!(settings.checkpoint().name, "gridworld-faithful");
        assert!(settings.set_text("weights", "gold").is_err());
        assert_eq!(settings.checkpoint().name, "gridworld-faithful");
        for (number, (weights, option)) in Weights::ALL.into_iter().enumerate() {
            for family in Family::ALL {
                let mut settings = Settings::of(family);
                let note = settings.set_text("weights", option.word).unwrap();
                let shipped = Shipped::of(family, weights);
                assert_eq!(note.is_none(), shipped.is_some());
                let used = if shipped.is_some() { number } else { 0 };
                assert_eq!(settings.count(Key::Weights), used);
            }
        }
    }

    #[test]
    fn rows_lie_where_their_keys_say() {
        let keys = [Key::Task]
            .into_iter()
            .chain(Key::NUMBERS)
            .chain(Key::WORDS)
            .chain([Key::Weights]);
        let rows: Vec<usize> = keys.map(|key| key as usize).collect();
        assert_eq!(rows, (0..ROWS.len()).collect::<Vec<_>>());
        for key in Key::NUMBERS {
            assert!(key.setting().is_number());
        }
        for (number, (walker, option)) in Walker::ALL.into_iter().enumerate() {
            let mut settings = Settings::default();
            settings.set_text("walker", option.word).unwrap();
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
