//! The table of settings: one row for each number, switch and choice.

use chickadee_engine::worlds::caching::Geometry;

use crate::core::{Effect, Note, Setting, Table, Values};

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
    use crate::core::Kind;

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
            assert!(row.help.ends_with('.'), "{}", row.key);
        }
    }
}
