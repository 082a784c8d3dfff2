//! The table of settings: one row for each number, switch and choice.

use chickadee_engine::worlds::caching::Geometry;

use crate::{
    session::{ChoiceOption, Effect, Note, Setting, Table, Values},
    texts,
};

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

/// A random seed whose network of 2,000 units recalls all seeds of every scene (see `tests/labs/caching/behaviour.rs`).
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
        ("units", "N", texts::caching::set_units),
        (2000.0, 100.0, MAX_UNITS),
        Effect::Rebuild,
        texts::caching::set_units_help,
    )
    .whole()
    .in_view(),
    Setting::number(
        ("inputs", "N_inp", texts::caching::set_inputs),
        (0.0, 0.0, MAX_UNITS),
        Effect::Rebuild,
        texts::caching::set_inputs_help,
    )
    .whole(),
    Setting::number(
        ("places", "S", texts::caching::set_places),
        (100.0, 4.0, 400.0),
        Effect::Rebuild,
        texts::caching::set_places_help,
    )
    .whole(),
    Setting::number(
        ("seed", "", texts::caching::set_seed),
        (DEFAULT_SEED, 0.0, u32::MAX as f64),
        Effect::Rebuild,
        texts::caching::set_seed_help,
    )
    .whole()
    .slider(0.0, 100.0)
    .in_view(),
    Setting::number(
        ("gain", "r", texts::caching::set_gain),
        (1.0, 0.0, 1.5),
        Effect::View,
        texts::caching::set_gain_help,
    )
    .slider(0.0, 1.2)
    .in_view(),
    Setting::number(
        ("search", "s", texts::caching::set_search),
        (0.0, 0.0, 10.0),
        Effect::View,
        texts::caching::set_search_help,
    )
    .slider(0.0, 2.0)
    .in_view(),
    Setting::number(
        ("narrow", "s", texts::caching::set_narrow),
        (0.0, 0.0, 10.0),
        Effect::View,
        texts::caching::set_narrow_help,
    )
    .slider(0.0, 2.0),
    Setting::number(
        ("wide", "s", texts::caching::set_wide),
        (0.7, 0.0, 10.0),
        Effect::View,
        texts::caching::set_wide_help,
    )
    .slider(0.0, 2.0),
    Setting::number(
        ("threshold", "", texts::caching::set_threshold),
        (0.5, 0.0, 1.0),
        Effect::View,
        texts::caching::set_threshold_help,
    ),
    Setting::number(
        ("sigma", "σ", texts::caching::set_sigma),
        (7.0, 0.0, 20.0),
        Effect::Live,
        texts::caching::set_sigma_help,
    )
    .slider(0.0, 15.0)
    .in_view(),
    Setting::number(
        ("mu", "μ", texts::caching::set_mu),
        (-40.0, -200.0, 20.0),
        Effect::Live,
        texts::caching::set_mu_help,
    )
    .slider(-80.0, 0.0),
    Setting::number(
        ("div", "λ_div", texts::caching::set_div),
        (20.0, 1.0, 100.0),
        Effect::Live,
        texts::caching::set_div_help,
    ),
    Setting::number(
        ("steps", "", texts::caching::set_steps),
        (100.0, 1.0, 400.0),
        Effect::Live,
        texts::caching::set_steps_help,
    )
    .whole(),
    Setting::number(
        ("seedsteps", "", texts::caching::set_seedsteps),
        (5.0, 0.0, 50.0),
        Effect::Live,
        texts::caching::set_seedsteps_help,
    )
    .whole(),
    Setting::number(
        ("dt", "dt", texts::caching::set_dt),
        (0.1, 0.01, 0.5),
        Effect::Live,
        texts::caching::set_dt_help,
    )
    .slider(0.01, 0.2),
    Setting::number(
        ("eta", "η", texts::caching::set_eta),
        (40.0, 0.0, 200.0),
        Effect::Live,
        texts::caching::set_eta_help,
    )
    .slider(0.0, 80.0)
    .in_view(),
    Setting::number(
        ("beta", "β", texts::caching::set_beta),
        (-0.35, -1.0, 0.2),
        Effect::Live,
        texts::caching::set_beta_help,
    )
    .slider(-0.5, -0.1)
    .in_view(),
    Setting::number(
        ("seedstrength", "", texts::caching::set_seedstrength),
        (3.0, 0.0, 20.0),
        Effect::Live,
        texts::caching::set_seedstrength_help,
    ),
    Setting::number(
        ("decay", "λ", texts::caching::set_decay),
        (0.2, 0.0001, 1.0),
        Effect::Rebuild,
        texts::caching::set_decay_help,
    )
    .slider(0.01, 0.5),
    Setting::number(
        ("skew", "w₂", texts::caching::set_skew),
        (0.0, 0.0, 3.0),
        Effect::Live,
        texts::caching::set_skew_help,
    ),
    Setting::choice(
        ("world", texts::caching::set_world),
        &[
            ChoiceOption::new("ring", texts::caching::ring, texts::caching::ring_help),
            ChoiceOption::new("arena", texts::caching::arena, texts::caching::arena_help),
            ChoiceOption::new(
                "gaussian",
                texts::caching::unordered_fields,
                texts::caching::unordered_fields_help,
            ),
        ],
        Effect::Rebuild,
        texts::caching::set_world_help,
    )
    .sets_defaults(),
    Setting::choice(
        ("euler", texts::caching::set_euler),
        &[
            ChoiceOption::new("safe", texts::caching::safe, texts::caching::safe_help),
            ChoiceOption::new(
                "reference",
                texts::caching::reference,
                texts::caching::reference_help,
            ),
        ],
        Effect::Live,
        texts::caching::set_euler_help,
    ),
    Setting::choice(
        ("wiring", texts::caching::set_wiring),
        &[
            ChoiceOption::new(
                "identity",
                texts::caching::identity,
                texts::caching::identity_help,
            ),
            ChoiceOption::new(
                "gaussian",
                texts::caching::gaussian,
                texts::caching::gaussian_help,
            ),
        ],
        Effect::Rebuild,
        texts::caching::set_wiring_help,
    ),
    Setting::switch(
        ("barcodes", texts::caching::set_barcodes),
        true,
        Effect::Rebuild,
        texts::caching::set_barcodes_help,
    )
    .in_view(),
    Setting::switch(
        ("placefields", texts::caching::set_placefields),
        true,
        Effect::Rebuild,
        texts::caching::set_placefields_help,
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
            let note = texts::caching::InsteadOf {
                used: side * side,
                label: (knob.setting().label)().to_lowercase(),
                given: count,
            };
            notes.push(note.to_string());
        }
    }
    let counts = notes.join(", ");
    let note = || Note::Fitted(texts::caching::ArenaIsSquare { counts }.to_string());
    (!notes.is_empty()).then(note)
}

/// How the places lie.
pub(super) fn geometry(values: &Values) -> Geometry {
    Geometry::ALL[values.count(Knob::World as usize)].0
}

impl Knob {
    /// The row of the table.
    #[must_use]
    pub fn setting(self) -> &'static Setting {
        &ROWS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Kind;

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
            if let Kind::Number {
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
            assert!((row.help)().ends_with('.'), "{}", row.key);
        }
    }
}
