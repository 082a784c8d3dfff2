//! The values of the table, typed.

use chickadee_engine::{
    models::barcode::{Euler, InputWeights, Parameters, Skew},
    worlds::caching::Geometry,
};

use super::table::{Knob, TABLE, geometry};
use crate::session::{Effect, Note, SettingError, Values};

/// The values of the table, typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings(Values);

impl Default for Settings {
    fn default() -> Self {
        Self(Values::new(&TABLE))
    }
}

impl Settings {
    /// The values as the table has them.
    #[must_use]
    pub fn values(&self) -> &Values {
        &self.0
    }

    /// The value of a number.
    #[must_use]
    pub fn get(&self, knob: Knob) -> f64 {
        self.0.get(knob as usize)
    }

    /// The value of a number that counts something.
    #[must_use]
    pub fn count(&self, knob: Knob) -> usize {
        self.0.count(knob as usize)
    }

    /// Sets a value by the key of its setting.
    ///
    /// # Errors
    /// When there is no such key, or the value is not of its kind; nothing is changed then.
    pub fn set_text(&mut self, key: &str, value: &str) -> Result<Option<Note>, SettingError> {
        self.0.set_text(key, value)
    }

    /// Whether memories stored under both settings are the same: all but the view is.
    #[must_use]
    pub fn stores_like(&self, other: &Self) -> bool {
        let stores = |row: &usize| TABLE.rows[*row].effect != Effect::View;
        let mut rows = (0..TABLE.rows.len()).filter(stores);
        rows.all(|row| self.0.get(row) == other.0.get(row))
    }

    /// How the places lie.
    #[must_use]
    pub fn geometry(&self) -> Geometry {
        geometry(&self.0)
    }

    /// How the divisor is integrated.
    #[must_use]
    pub fn euler(&self) -> Euler {
        match self.count(Knob::Euler) {
            0 => Euler::Safe,
            _ => Euler::Reference,
        }
    }

    /// How input units drive the network.
    #[must_use]
    pub fn input_weights(&self) -> InputWeights {
        match self.count(Knob::Wiring) {
            0 => InputWeights::Identity,
            _ => InputWeights::Gaussian,
        }
    }

    /// Whether the recurrent weights make barcodes; off, J_xx starts at zero (the paper's figure 5A).
    #[must_use]
    pub fn barcodes(&self) -> bool {
        self.0.is_on(Knob::Barcodes as usize)
    }

    /// Whether places are felt with broad fields; off, λ = 0.0001 (the paper's figure 5B).
    #[must_use]
    pub fn place_fields(&self) -> bool {
        self.0.is_on(Knob::PlaceFields as usize)
    }

    /// λ as used.
    #[must_use]
    pub fn decay(&self) -> f64 {
        if self.place_fields() {
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

    /// The parameters of the network's steps.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        let skew = self.get(Knob::Skew);
        let weight = |knob| if self.barcodes() { self.get(knob) } else { 0.0 };
        Parameters {
            weight_gain: weight(Knob::WeightGain),
            weight_mean: weight(Knob::WeightMean),
            divisive: self.get(Knob::Divisive),
            settle_steps: self.count(Knob::SettleSteps),
            seed_steps: self.count(Knob::SeedSteps),
            dt: self.get(Knob::Dt),
            learning_rate: self.get(Knob::LearningRate),
            plasticity_bias: self.get(Knob::PlasticityBias),
            seed_strength: self.get(Knob::SeedStrength),
            skew: (skew != 0.0).then(|| Skew::scaled(skew, self.count(Knob::Units))),
            euler: self.euler(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::table::MAX_UNITS, *};

    #[test]
    fn bad_numbers_are_clamped_or_refused_in_one_line() {
        let mut settings = Settings::default();
        for (value, becomes) in [
            ("0", 100.0),
            ("-1", 100.0),
            ("1e9", MAX_UNITS),
            ("inf", MAX_UNITS),
        ] {
            let note = settings.set_text("units", value).unwrap().unwrap();
            assert_eq!(note.to_string().lines().count(), 1, "{value}");
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
            Err(SettingError::UnknownKey { .. })
        ));
        assert!(matches!(
            settings.set_text("euler", "x"),
            Err(SettingError::UnknownWord { .. })
        ));
        assert_eq!(settings.get(Knob::Units), MAX_UNITS);
    }

    #[test]
    fn the_arena_is_square_and_worlds_bring_their_defaults() {
        let mut settings = Settings::default();
        let note = settings.set_text("world", "arena").unwrap();
        assert_eq!(note, None);
        assert_eq!(settings.count(Knob::Units), 44 * 44);
        let note = settings.set_text("units", "1000").unwrap().unwrap();
        assert_eq!(
            note.to_string(),
            "the arena is square: 961 units instead of 1000"
        );
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
