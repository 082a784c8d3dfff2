use crate::session::{Clamped, SettingError, shortened};
use chickadee_engine::{
    worlds::maze::{Family, Protocol},
    worlds::maze::{PUBLISHED_CORRELATION, PUBLISHED_LAYERS, PUBLISHED_SIDE},
};

/// A number of the maze lab that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MazeKnob {
    /// Seed of codes, goal and walk.
    Seed,
    /// Cells along a side, or layers.
    Size,
    /// c.
    Correlation,
    /// b.
    Branching,
    /// Soft-max temperature; 0 is greedy.
    Temperature,
    /// T: the explorer stops there.
    Longest,
    /// γ of the kernel that representations are compared with.
    Gamma,
    /// The block that is looked at, from 1.
    Layer,
    /// Seed of the second task.
    Second,
}

/// What is known of a knob.
#[derive(Clone, Copy, Debug)]
pub struct MazeKnobInfo {
    /// Which one.
    pub knob: MazeKnob,
    /// The word in links.
    pub key: &'static str,
    /// The paper's symbol, or an empty string.
    pub symbol: &'static str,
    /// The name on the screen.
    pub label: &'static str,
    /// What it is and what to look for.
    pub help: &'static str,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Whether only whole numbers make sense.
    pub whole: bool,
    /// Whether a change begins another task.
    pub begins_again: bool,
}

const fn row(
    (knob, key, symbol, label): (MazeKnob, &'static str, &'static str, &'static str),
    (min, max, whole): (f64, f64, bool),
    begins_again: bool,
    help: &'static str,
) -> MazeKnobInfo {
    MazeKnobInfo {
        knob,
        key,
        symbol,
        label,
        help,
        min,
        max,
        whole,
        begins_again,
    }
}

/// Every knob, in the order of the enum.
pub const MAZE_KNOBS: [MazeKnobInfo; 9] = [
    row(
        (MazeKnob::Seed, "seed", "", "Seed"),
        (0.0, 4_000_000_000.0, true),
        true,
        "Sensory codes, goal and walk follow from it. At the published sizes the codes are those of the authors' seed.",
    ),
    row(
        (MazeKnob::Size, "size", "", "Size"),
        (3.0, 8.0, true),
        true,
        "Cells along a side of the gridworld, or layers of the tree. The transformer was trained on 5 and 7.",
    ),
    row(
        (MazeKnob::Correlation, "corr", "c", "Code correlation"),
        (0.0, 0.9, false),
        true,
        "How much neighbouring states look alike. At 0 senses say nothing about place.",
    ),
    row(
        (MazeKnob::Branching, "branching", "b", "Branching"),
        (0.5, 1.0, false),
        true,
        "Probability of every child in the tree; 1 is the complete tree.",
    ),
    row(
        (MazeKnob::Temperature, "temp", "τ", "Temperature"),
        (0.0, 5.0, false),
        false,
        "Soft-max temperature of the decisions: 0 takes the likeliest action; the paper's tree results are at 2.",
    ),
    row(
        (MazeKnob::Longest, "longest", "T", "Longest context"),
        (10.0, 1600.0, true),
        false,
        "The explorer stops when there are so many memories. The paper trained with 200 in gridworlds and 800 in trees.",
    ),
    row(
        (MazeKnob::Gamma, "gamma", "γ", "Kernel decay"),
        (0.1, 0.95, false),
        false,
        "Representations are compared with γ to the power of distance; the paper uses 0.8 in gridworlds, 0.6 in trees.",
    ),
    row(
        (MazeKnob::Layer, "layer", "", "Layer"),
        (1.0, 8.0, true),
        false,
        "The block whose attention and representation are shown.",
    ),
    row(
        (MazeKnob::Second, "second", "", "Second task"),
        (0.0, 4_000_000_000.0, true),
        false,
        "Seed of a second task in the same maze with other senses, to compare representations with.",
    ),
];

impl MazeKnob {
    /// What is known of it.
    #[must_use]
    pub fn info(self) -> &'static MazeKnobInfo {
        &MAZE_KNOBS[self as usize]
    }

    /// The knob of a key.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        MAZE_KNOBS
            .iter()
            .find(|info| info.key == key)
            .map(|info| info.knob)
    }

    /// Its value unless something else is said.
    #[must_use]
    pub fn default_in(self, kind: Family) -> f64 {
        let either = |grid: f64, tree: f64| {
            if kind == Family::Gridworld {
                grid
            } else {
                tree
            }
        };
        match self {
            Self::Seed => 7.0,
            Self::Size => either(PUBLISHED_SIDE as f64, PUBLISHED_LAYERS as f64),
            Self::Correlation => PUBLISHED_CORRELATION,
            Self::Branching => 1.0,
            Self::Temperature => either(0.0, 2.0),
            Self::Longest => either(200.0, 1000.0),
            Self::Gamma => either(0.8, 0.6),
            Self::Layer => either(2.0, 1.0),
            Self::Second => 8.0,
        }
    }
}

/// Who gathers experience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walker {
    /// The roll-in policy of the paper.
    Explorer,
    /// The transformer, from its own memories.
    Model,
    /// Nobody but the user.
    Nobody,
}

impl Walker {
    /// Walkers with their words and names.
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Explorer, "explorer", "Explorer"),
        (Self::Model, "model", "Transformer"),
        (Self::Nobody, "me", "Me"),
    ];
}

/// Which attention is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// The mean of all heads.
    Mean,
    /// One head, from 0.
    One(usize),
    /// Attention rolled out through the blocks up to the one that is looked at.
    Rollout,
}

/// Everything about a maze lab that can be set.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    kind: Family,
    values: [f64; MAZE_KNOBS.len()],
    /// Who gathers experience.
    pub walker: Walker,
    /// Which attention is shown.
    pub head: Head,
    /// Whether memories hold their rewards.
    pub rewards: bool,
    /// Whether a second task is computed beside the first.
    pub compare: bool,
    /// Whether a deep Q-network learns as well.
    pub dqn: bool,
    /// Whether the whole pattern of attention is computed.
    pub pattern: bool,
    /// Whether linear readouts are read.
    pub decode: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self::of(Family::Gridworld)
    }
}

impl Settings {
    /// The defaults for one kind of maze.
    #[must_use]
    pub fn of(kind: Family) -> Self {
        Self {
            kind,
            values: MAZE_KNOBS.map(|info| info.knob.default_in(kind)),
            walker: Walker::Explorer,
            head: Head::Mean,
            rewards: true,
            compare: false,
            dqn: false,
            pattern: false,
            decode: false,
        }
    }

    /// Gridworlds or trees.
    #[must_use]
    pub fn kind(&self) -> Family {
        self.kind
    }

    /// The value of a knob.
    #[must_use]
    pub fn get(&self, knob: MazeKnob) -> f64 {
        self.values[knob as usize]
    }

    /// The value of a knob that counts something.
    #[must_use]
    pub fn count(&self, knob: MazeKnob) -> usize {
        self.get(knob) as usize
    }

    /// Horizon, nearest start and the like at this size.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        Protocol {
            family: self.kind,
            size: self.count(MazeKnob::Size),
        }
    }

    /// Whether a key's change begins another task.
    #[must_use]
    pub fn begins_again(key: &str) -> bool {
        key == "task" || MazeKnob::of_key(key).is_some_and(|knob| knob.info().begins_again)
    }

    /// Sets what a link, a command line or JavaScript names.
    ///
    /// # Errors
    /// When there is no such key, or the value is not of its kind.
    pub fn set_text(&mut self, key: &str, value: &str) -> Result<Option<Clamped>, SettingError> {
        let value = value.trim();
        if let Some(knob) = MazeKnob::of_key(key) {
            let info = knob.info();
            let kept = self.get(knob);
            let number = value.parse::<f64>().ok().filter(|n| !n.is_nan());
            let number = number.ok_or_else(|| SettingError::NotANumber {
                key: info.key,
                value: shortened(value),
                kept,
            })?;
            let rounded = if info.whole { number.round() } else { number };
            let within = rounded.clamp(info.min, info.max);
            self.values[knob as usize] = within;
            let moved = (within - number).abs() > 1e-12;
            return Ok(moved.then(|| {
                let (key, low, high) = (info.key, info.min, info.max);
                Clamped(format!(
                    "{key}={number} is outside {low} … {high}; {within} is used"
                ))
            }));
        }
        let unknown = |key, expected| SettingError::UnknownWord {
            key,
            value: shortened(value),
            expected,
        };
        let switch = |key| match value {
            "on" | "1" | "true" => Ok(true),
            "off" | "0" | "false" => Ok(false),
            _ => Err(unknown(key, "on, off")),
        };
        match key {
            "task" => {
                let kind = match value {
                    "gridworld" => Family::Gridworld,
                    "tree" => Family::Tree,
                    _ => return Err(unknown("task", "gridworld, tree")),
                };
                if kind != self.kind {
                    for info in &MAZE_KNOBS {
                        if self.get(info.knob) == info.knob.default_in(self.kind) {
                            self.values[info.knob as usize] = info.knob.default_in(kind);
                        }
                    }
                    self.kind = kind;
                }
            }
            "walker" => {
                let found = Walker::ALL.iter().find(|(_, word, _)| *word == value);
                self.walker = found
                    .ok_or_else(|| unknown("walker", "explorer, model, me"))?
                    .0;
            }
            "head" => {
                let number = value.parse::<usize>().ok().filter(|n| (1..=64).contains(n));
                self.head = match (value, number) {
                    ("mean", _) => Head::Mean,
                    ("rollout", _) => Head::Rollout,
                    (_, Some(number)) => Head::One(number - 1),
                    _ => return Err(unknown("head", "mean, rollout, or a number from 1")),
                };
            }
            "rewards" => self.rewards = switch("rewards")?,
            "compare" => self.compare = switch("compare")?,
            "dqn" => self.dqn = switch("dqn")?,
            "pattern" => self.pattern = switch("pattern")?,
            "decode" => self.decode = switch("decode")?,
            _ => return Err(SettingError::UnknownMazeKey(shortened(key))),
        }
        Ok(None)
    }

    /// The words that links use for what is not a number: (key, value, default).
    #[must_use]
    pub fn words(&self) -> [(&'static str, String, &'static str); 7] {
        let switch = |on: bool| (if on { "on" } else { "off" }).to_owned();
        let walker = Walker::ALL.iter().find(|(w, ..)| *w == self.walker);
        let head = match self.head {
            Head::Mean => "mean".to_owned(),
            Head::Rollout => "rollout".to_owned(),
            Head::One(head) => (head + 1).to_string(),
        };
        [
            (
                "walker",
                walker.map_or("", |(_, word, _)| word).to_owned(),
                "explorer",
            ),
            ("head", head, "mean"),
            ("rewards", switch(self.rewards), "on"),
            ("compare", switch(self.compare), "off"),
            ("dqn", switch(self.dqn), "off"),
            ("pattern", switch(self.pattern), "off"),
            ("decode", switch(self.decode), "off"),
        ]
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
        assert_eq!(settings.count(MazeKnob::Size), 7);
        assert_eq!(settings.get(MazeKnob::Temperature), 2.0);
        assert_eq!(settings.get(MazeKnob::Gamma), 0.5);
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
            ("colour", "red"),
        ] {
            assert!(settings.set_text(key, value).is_err(), "{key}={value}");
        }
        assert_eq!(settings, Settings::default());
        assert!(settings.set_text("size", "100").unwrap().is_some());
        assert_eq!(settings.count(MazeKnob::Size), 8);
    }
}
