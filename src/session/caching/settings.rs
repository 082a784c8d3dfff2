use serde::Serialize;

use super::knob::{Effect, KNOBS, Knob};
use chickadee_engine::{
    models::barcode::{Euler, InputWeights, Parameters, Skew},
    worlds::caching::Geometry,
};

/// Everything about a lab that can be set.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    values: [f64; KNOBS.len()],
    geometry: Geometry,
    euler: Euler,
    input_weights: InputWeights,
    barcodes: bool,
    place_fields: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            values: KNOBS.map(|info| info.default),
            geometry: Geometry::Ring,
            euler: Euler::Safe,
            input_weights: InputWeights::Identity,
            barcodes: true,
            place_fields: true,
        }
    }
}

/// Why a setting was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SettingError {
    /// No such key.
    #[error("“{0}” is not a setting of the caching lab; it was ignored")]
    UnknownKey(String),
    /// No such key in the maze lab.
    #[error("“{0}” is not a setting of the maze lab; it was ignored")]
    UnknownMazeKey(String),
    /// Not a number.
    #[error("{key}={value} is not a number; {key} stays {kept}")]
    NotANumber {
        /// The key.
        key: &'static str,
        /// What was given, shortened.
        value: String,
        /// What stays.
        kept: f64,
    },
    /// Not one of the words.
    #[error("{key}={value} was ignored; {key} is one of {expected}")]
    UnknownWord {
        /// The key.
        key: &'static str,
        /// What was given, shortened.
        value: String,
        /// The words.
        expected: &'static str,
    },
}

/// What became of a setting that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clamped(pub String);

/// Text of a stranger, short enough for a message and on one line.
#[must_use]
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let mut short: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if breaks(c) { ' ' } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

const SWITCH: &str = "on, off";

impl Settings {
    /// The value of a knob.
    #[must_use]
    pub fn get(&self, knob: Knob) -> f64 {
        self.values[knob as usize]
    }

    /// The value of a knob that counts something.
    #[must_use]
    pub fn count(&self, knob: Knob) -> usize {
        self.get(knob) as usize
    }

    /// Sets a knob, within its range. Says so if the value had to be moved.
    ///
    /// # Errors
    /// When `value` is not a number.
    pub fn set(&mut self, knob: Knob, value: f64) -> Result<Option<Clamped>, SettingError> {
        let info = knob.info();
        if value.is_nan() {
            let kept = self.get(knob);
            return Err(SettingError::NotANumber {
                key: info.key,
                value: "NaN".to_owned(),
                kept,
            });
        }
        let rounded = if info.whole { value.round() } else { value };
        let within = rounded.clamp(info.min, info.max);
        self.values[knob as usize] = within;
        let note = self.fit_world();
        let moved = (within - value).abs() > 1e-12;
        Ok(if moved {
            Some(Clamped(format!(
                "{}={value} is outside {} … {}; {within} is used",
                info.key, info.min, info.max
            )))
        } else {
            note
        })
    }

    /// Sets what a link, a command line or JavaScript names.
    ///
    /// # Errors
    /// When there is no such key, or the value is not of its kind.
    pub fn set_text(&mut self, key: &str, value: &str) -> Result<Option<Clamped>, SettingError> {
        if let Some(knob) = Knob::of_key(key) {
            return match value.trim().parse::<f64>() {
                Ok(number) if !number.is_nan() => self.set(knob, number),
                _ => Err(SettingError::NotANumber {
                    key: knob.info().key,
                    value: shortened(value),
                    kept: self.get(knob),
                }),
            };
        }
        let switch = |key| match value {
            "on" | "1" | "true" => Ok(true),
            "off" | "0" | "false" => Ok(false),
            _ => Err(SettingError::UnknownWord {
                key,
                value: shortened(value),
                expected: SWITCH,
            }),
        };
        match key {
            "world" => {
                let found = Geometry::ALL.iter().find(|(_, word)| *word == value);
                let unknown = SettingError::UnknownWord {
                    key: "world",
                    value: shortened(value),
                    expected: "ring, arena, gaussian",
                };
                return Ok(self.set_geometry(found.ok_or(unknown)?.0));
            }
            "euler" => {
                self.euler = match value {
                    "safe" => Euler::Safe,
                    "reference" => Euler::Reference,
                    _ => {
                        let value = shortened(value);
                        return Err(SettingError::UnknownWord {
                            key: "euler",
                            value,
                            expected: "safe, reference",
                        });
                    }
                }
            }
            "wiring" => {
                self.input_weights = match value {
                    "identity" => InputWeights::Identity,
                    "gaussian" => InputWeights::Gaussian,
                    _ => {
                        let value = shortened(value);
                        return Err(SettingError::UnknownWord {
                            key: "wiring",
                            value,
                            expected: "identity, gaussian",
                        });
                    }
                }
            }
            "barcodes" => self.barcodes = switch("barcodes")?,
            "placefields" => self.place_fields = switch("placefields")?,
            _ => return Err(SettingError::UnknownKey(shortened(key))),
        }
        Ok(None)
    }

    /// Changes the world; knobs that were at its old defaults move to the new ones.
    fn set_geometry(&mut self, geometry: Geometry) -> Option<Clamped> {
        for info in &KNOBS {
            if self.get(info.knob) == info.knob.default_in(self.geometry) {
                self.values[info.knob as usize] = info.knob.default_in(geometry);
            }
        }
        self.geometry = geometry;
        self.fit_world()
    }

    /// The arena needs square numbers of places and of units.
    fn fit_world(&mut self) -> Option<Clamped> {
        if self.geometry != Geometry::Arena {
            return None;
        }
        let mut notes = Vec::new();
        for knob in [Knob::Places, Knob::Units, Knob::InputUnits] {
            let count = self.count(knob);
            let side = count.isqrt();
            if side * side != count {
                self.values[knob as usize] = (side * side) as f64;
                notes.push(format!(
                    "{} {} instead of {count}",
                    side * side,
                    knob.info().label.to_lowercase()
                ));
            }
        }
        (!notes.is_empty()).then(|| Clamped(format!("the arena is square: {}", notes.join(", "))))
    }

    /// The words that links use for what is not a number: (key, value, default).
    #[must_use]
    pub fn words(&self) -> [(&'static str, &'static str, &'static str); 5] {
        let switch = |on| if on { "on" } else { "off" };
        let world = Geometry::ALL
            .iter()
            .find(|(g, _)| *g == self.geometry)
            .map_or("ring", |(_, word)| word);
        [
            ("world", world, "ring"),
            (
                "euler",
                if self.euler == Euler::Safe {
                    "safe"
                } else {
                    "reference"
                },
                "safe",
            ),
            (
                "wiring",
                if self.input_weights == InputWeights::Identity {
                    "identity"
                } else {
                    "gaussian"
                },
                "identity",
            ),
            ("barcodes", switch(self.barcodes), "on"),
            ("placefields", switch(self.place_fields), "on"),
        ]
    }

    /// What a change of `key` does to what is stored.
    #[must_use]
    pub fn effect_of(key: &str) -> Effect {
        match Knob::of_key(key) {
            Some(knob) => knob.info().effect,
            None if key == "euler" => Effect::Live,
            None => Effect::Rebuild,
        }
    }

    /// Whether world and fixed weights are the same under both settings.
    #[must_use]
    pub fn builds_like(&self, other: &Self) -> bool {
        let same = |knob| self.get(knob) == other.get(knob);
        same(Knob::Units)
            && same(Knob::Places)
            && same(Knob::Seed)
            && self.decay() == other.decay()
            && self.input_units() == other.input_units()
            && self.geometry == other.geometry
            && self.input_weights == other.input_weights
    }

    /// How the places lie.
    #[must_use]
    pub fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// How the divisor is integrated.
    #[must_use]
    pub fn euler(&self) -> Euler {
        self.euler
    }

    /// How input units drive the network.
    #[must_use]
    pub fn input_weights(&self) -> InputWeights {
        self.input_weights
    }

    /// Whether the recurrent weights make barcodes; off, J_xx starts at zero (the paper's figure 5A).
    #[must_use]
    pub fn barcodes(&self) -> bool {
        self.barcodes
    }

    /// Whether places are felt with broad fields; off, λ = 0.0001 (the paper's figure 5B).
    #[must_use]
    pub fn place_fields(&self) -> bool {
        self.place_fields
    }

    /// λ as used.
    #[must_use]
    pub fn decay(&self) -> f64 {
        if self.place_fields {
            self.get(Knob::Decay)
        } else {
            1e-4
        }
    }

    /// N_inp as used.
    #[must_use]
    pub fn input_units(&self) -> usize {
        match self.count(Knob::InputUnits) {
            0 => self.count(Knob::Units),
            given => given.max(4),
        }
    }

    /// What the network's steps read.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        let skew = self.get(Knob::Skew);
        Parameters {
            weight_gain: if self.barcodes {
                self.get(Knob::WeightGain)
            } else {
                0.0
            },
            weight_mean: if self.barcodes {
                self.get(Knob::WeightMean)
            } else {
                0.0
            },
            divisive: self.get(Knob::Divisive),
            settle_steps: self.count(Knob::SettleSteps),
            seed_steps: self.count(Knob::SeedSteps),
            dt: self.get(Knob::Dt),
            learning_rate: self.get(Knob::LearningRate),
            plasticity_bias: self.get(Knob::PlasticityBias),
            seed_strength: self.get(Knob::SeedStrength),
            skew: (skew != 0.0).then(|| Skew::scaled(skew, self.count(Knob::Units))),
            euler: self.euler,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_numbers_are_clamped_or_refused_in_one_line() {
        let mut settings = Settings::default();
        for (value, becomes) in [("0", 100.0), ("-1", 100.0), ("1e9", MAX), ("inf", MAX)] {
            let note = settings.set_text("units", value).unwrap();
            assert!(note.is_some_and(|n| n.0.lines().count() == 1), "{value}");
            assert_eq!(settings.get(Knob::Units), becomes);
        }
        for value in ["NaN", "", "many", "2000px"] {
            assert!(
                matches!(
                    settings.set_text("units", value),
                    Err(SettingError::NotANumber { .. })
                ),
                "{value}"
            );
        }
        assert!(matches!(
            settings.set_text("unit", "5"),
            Err(SettingError::UnknownKey(_))
        ));
        assert!(matches!(
            settings.set_text("euler", "x"),
            Err(SettingError::UnknownWord { .. })
        ));
        assert_eq!(settings.get(Knob::Units), MAX);
    }
    const MAX: f64 = super::super::knob::MAX_UNITS;

    #[test]
    fn the_arena_is_square_and_worlds_bring_their_defaults() {
        let mut settings = Settings::default();
        let note = settings.set_text("world", "arena").unwrap();
        assert_eq!(note, None);
        assert_eq!(settings.count(Knob::Units), 44 * 44);
        assert!(settings.set_text("units", "1000").unwrap().is_some());
        assert_eq!(settings.count(Knob::Units), 31 * 31);
        settings.set_text("eta", "50").unwrap();
        settings.set_text("world", "gaussian").unwrap();
        assert_eq!(
            settings.get(Knob::LearningRate),
            50.0,
            "what the user set stays"
        );
        assert_eq!(settings.get(Knob::PlasticityBias), -0.32);
        settings.set_text("world", "ring").unwrap();
        assert_eq!(settings.get(Knob::PlasticityBias), -0.35);
    }
}
