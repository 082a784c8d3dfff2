//! All that can be set in the caching lab: one table, and a typed view of its values.

use chickadee_engine::{
    models::barcode::{Euler, InputWeights, Parameters, Skew},
    worlds::caching::Geometry,
};

use crate::core::{Effect, Note, Setting, SettingError, Table, Values};

/// Rows of the table, in its order: the numbers, then the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Knob {
    /// N.
    Units,
    /// N_inp.
    InputUnits,
    /// S.
    Places,
    /// The random seed.
    Seed,
    /// r of visits.
    Gain,
    /// s of checks and of the recall curve.
    Search,
    /// The authors' narrow search strength.
    Narrow,
    /// The authors' wide search strength.
    Wide,
    /// Seed ratio above which a seed is said to be here.
    Threshold,
    /// σ.
    WeightGain,
    /// μ.
    WeightMean,
    /// λ_div.
    Divisive,
    /// Steps before the seed phase.
    SettleSteps,
    /// Steps of the seed phase.
    SeedSteps,
    /// dt.
    Dt,
    /// η.
    LearningRate,
    /// β.
    PlasticityBias,
    /// Amplitude of the seed input while caching.
    SeedStrength,
    /// λ, the place fields' length constant.
    Decay,
    /// Weight of the predictive matrix Δ.
    Skew,
    /// How the places lie.
    World,
    /// How the divisor is integrated.
    Euler,
    /// How input units drive the network.
    Wiring,
    /// Whether the recurrent weights make barcodes.
    Barcodes,
    /// Whether places are felt with broad fields.
    PlaceFields,
}

/// Largest N: what the memory of a page and of a desktop allow.
pub const MAX_UNITS: f64 = if cfg!(target_arch = "wasm32") {
    5000.0
} else {
    15_000.0
};

/// A random seed whose network of 2,000 units recalls all seeds of every scene (see `tests/caching.rs`).
pub const DEFAULT_SEED: f64 = 14.0;

/// The settings of the lab.
pub static TABLE: Table = Table {
    lab: "caching",
    rows: &ROWS,
    default: default_in,
    fit: fit_world,
};

static ROWS: [Setting; 25] = [
    Setting::number(
        ("units", "N", "Units"),
        (2000.0, 100.0, MAX_UNITS),
        Effect::Rebuild,
        "Number of units in the network. The paper uses 5,000; smaller networks are quicker and recall less reliably.",
    )
    .whole()
    .in_view(),
    Setting::number(
        ("inputs", "N_inp", "Input units"),
        (0.0, 0.0, MAX_UNITS),
        Effect::Rebuild,
        "Number of input units; 0 means as many as units. Another number makes the input weights Gaussian.",
    )
    .whole(),
    Setting::number(
        ("places", "S", "Places"),
        (100.0, 4.0, 400.0),
        Effect::Rebuild,
        "Number of places in the world. Eight neighbouring places of the ring make one site.",
    )
    .whole(),
    Setting::number(
        ("seed", "", "Seed"),
        (DEFAULT_SEED, 0.0, u32::MAX as f64),
        Effect::Rebuild,
        "Every random number follows from it. Another seed is another bird: other weights, other barcodes.",
    )
    .whole()
    .slider(0.0, 100.0)
    .in_view(),
    Setting::number(
        ("gain", "r", "Recurrent gain"),
        (1.0, 0.0, 1.5),
        Effect::View,
        "Strength of the recurrent weights during a visit. At 0 the network codes place; towards 1 a barcode breaks out.",
    )
    .slider(0.0, 1.2)
    .in_view(),
    Setting::number(
        ("search", "s", "Search strength"),
        (0.0, 0.0, 10.0),
        Effect::View,
        "Input along the direction that all stored barcodes share. At 0 only the cached place itself is recognised; more finds seeds from farther away.",
    )
    .slider(0.0, 2.0)
    .in_view(),
    Setting::number(
        ("narrow", "s", "Precise search"),
        (0.0, 0.0, 10.0),
        Effect::View,
        "Search strength of the Precise button.",
    )
    .slider(0.0, 2.0),
    Setting::number(
        ("wide", "s", "Wide search"),
        (0.7, 0.0, 10.0),
        Effect::View,
        "Search strength of the Wide button.",
    )
    .slider(0.0, 2.0),
    Setting::number(
        ("threshold", "", "Seed threshold"),
        (0.5, 0.0, 1.0),
        Effect::View,
        "Seed output, as a fraction of its largest value, above which the bird says: a seed is here.",
    ),
    Setting::number(
        ("sigma", "σ", "Weight variance"),
        (7.0, 0.0, 20.0),
        Effect::Live,
        "Spread of the random recurrent weights, σ/√N each. More of it, more chaos; recall fails from about 11 on.",
    )
    .slider(0.0, 15.0)
    .in_view(),
    Setting::number(
        ("mu", "μ", "Weight mean"),
        (-40.0, -200.0, 20.0),
        Effect::Live,
        "Mean of the recurrent weights, μ/N each: inhibition shared by all.",
    )
    .slider(-80.0, 0.0),
    Setting::number(
        ("div", "λ_div", "Divisive normalisation"),
        (20.0, 1.0, 100.0),
        Effect::Live,
        "Leak per mean activity. It keeps the total activity in bounds.",
    ),
    Setting::number(
        ("steps", "", "Settling steps"),
        (100.0, 1.0, 400.0),
        Effect::Live,
        "Euler steps of a visit, a check, and of caching before the seed is felt.",
    )
    .whole(),
    Setting::number(
        ("seedsteps", "", "Seed steps"),
        (5.0, 0.0, 50.0),
        Effect::Live,
        "Euler steps with the seed felt, at the end of caching.",
    )
    .whole(),
    Setting::number(
        ("dt", "dt", "Euler step"),
        (0.1, 0.01, 0.5),
        Effect::Live,
        "Length of an Euler step in time units.",
    )
    .slider(0.01, 0.2),
    Setting::number(
        ("eta", "η", "Learning rate"),
        (40.0, 0.0, 200.0),
        Effect::Live,
        "Strength of the Hebbian update of the recurrent weights, η/N. It acts on all stored memories.",
    )
    .slider(0.0, 80.0)
    .in_view(),
    Setting::number(
        ("beta", "β", "Plasticity bias"),
        (-0.35, -1.0, 0.2),
        Effect::Live,
        "Match that a memory must exceed to be recalled. Nearer to 0 each seed is found from farther away.",
    )
    .slider(-0.5, -0.1)
    .in_view(),
    Setting::number(
        ("seedstrength", "", "Seed strength"),
        (3.0, 0.0, 20.0),
        Effect::Live,
        "Amplitude of the seed input while caching.",
    ),
    Setting::number(
        ("decay", "λ", "Place field width"),
        (0.2, 0.0001, 1.0),
        Effect::Rebuild,
        "Length constant of the place tuning, as a fraction of the ring or of the arena's width.",
    )
    .slider(0.01, 0.5),
    Setting::number(
        ("skew", "w₂", "Predictive weights"),
        (0.0, 0.0, 3.0),
        Effect::Live,
        "Weight of connections towards places ahead on the ring. At a gain of 0.3 the network then predicts.",
    ),
    Setting::choice(
        ("world", "World"),
        &[
            ("ring", "Ring"),
            ("arena", "Arena"),
            ("gaussian", "Unordered fields"),
        ],
        Effect::Rebuild,
        "A closed track of places, as in the paper's main model; a square arena, as in its supplement; or a track whose units have random, many-peaked tuning.",
    )
    .sets_defaults(),
    Setting::choice(
        ("euler", "Euler step"),
        &[("safe", "Safe"), ("reference", "Reference")],
        Effect::Live,
        "Safe is the authors' step while that is stable, and else a step with the same fixed points. Reference is the authors' step always; it overflows when a seed is cached inside another's basin.",
    ),
    Setting::choice(
        ("wiring", "Input weights"),
        &[("identity", "Identity"), ("gaussian", "Gaussian")],
        Effect::Rebuild,
        "Identity gives each unit one input unit; Gaussian, a random mixture of all input units.",
    ),
    Setting::switch(
        ("barcodes", "Barcodes"),
        true,
        Effect::Rebuild,
        "Off, the recurrent weights start at zero (Fig. 5A).",
    )
    .in_view(),
    Setting::switch(
        ("placefields", "Place fields"),
        true,
        Effect::Rebuild,
        "Off, each place is felt by a handful of units only (Fig. 5B).",
    )
    .in_view(),
];

/// The default of a row: the Gaussian world and the arena came with settings of their own.
fn default_in(values: &Values, row: usize) -> f64 {
    let is = |knob: Knob| row == knob as usize;
    match geometry(values) {
        Geometry::Gaussian if is(Knob::LearningRate) => 75.0,
        Geometry::Gaussian if is(Knob::PlasticityBias) => -0.32,
        Geometry::Gaussian if is(Knob::Divisive) => 30.0,
        Geometry::Gaussian if is(Knob::SeedStrength) => 1.5,
        Geometry::Gaussian if is(Knob::Decay) => 0.4,
        Geometry::Arena if is(Knob::Wide) => 1.0,
        Geometry::Arena if is(Knob::Units) => 1936.0,
        _ => ROWS[row].default(),
    }
}

/// The arena needs square numbers of places and of units.
fn fit_world(values: &mut Values) -> Option<Note> {
    if geometry(values) != Geometry::Arena {
        return None;
    }
    let mut notes = Vec::new();
    for knob in [Knob::Places, Knob::Units, Knob::InputUnits] {
        let count = values.count(knob as usize);
        let side = count.isqrt();
        if side * side != count {
            values.put(knob as usize, (side * side) as f64);
            let label = knob.setting().label.to_lowercase();
            notes.push(format!("{} {label} instead of {count}", side * side));
        }
    }
    let note = || Note::Fitted(format!("the arena is square: {}", notes.join(", ")));
    (!notes.is_empty()).then(note)
}

fn geometry(values: &Values) -> Geometry {
    Geometry::ALL[values.count(Knob::World as usize)].0
}

impl Knob {
    /// The row of the table.
    #[must_use]
    pub fn setting(self) -> &'static Setting {
        &ROWS[self as usize]
    }
}

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
        let stores = |row: &usize| ROWS[*row].effect != Effect::View;
        let mut rows = (0..ROWS.len()).filter(stores);
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
    use super::*;

    #[test]
    fn the_table_is_in_order_and_its_defaults_are_in_range() {
        for (key, knob) in [
            ("units", Knob::Units),
            ("seed", Knob::Seed),
            ("sigma", Knob::WeightGain),
            ("skew", Knob::Skew),
            ("world", Knob::World),
            ("placefields", Knob::PlaceFields),
        ] {
            assert_eq!(TABLE.row(key), Some(knob as usize), "{key}");
        }
        for row in &ROWS {
            if let crate::core::Kind::Number {
                default,
                min,
                max,
                slider: (low, high),
                ..
            } = row.kind
            {
                assert!((min..=max).contains(&default), "{}", row.key);
                assert!(min <= low && low < high && high <= max, "{}", row.key);
            }
            assert!(row.help.ends_with('.'), "{}", row.key);
        }
    }

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
