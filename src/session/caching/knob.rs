use chickadee_engine::worlds::caching::Geometry;

/// A number that can be set: by slider, link, JavaScript or command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Knob {
    /// N.
    Units,
    /// N_inp.
    InputUnits,
    /// S.
    Places,
    /// The seed of all randomness.
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
}

/// What is known of a knob.
#[derive(Clone, Copy, Debug)]
pub struct KnobInfo {
    /// Which one.
    pub knob: Knob,
    /// The word in links.
    pub key: &'static str,
    /// The paper's symbol, or an empty string.
    pub symbol: &'static str,
    /// The name on the screen.
    pub label: &'static str,
    /// What it is and what to look for, one or two sentences.
    pub help: &'static str,
    /// The authors' default (the lab's, for N, seed and search).
    pub default: f64,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Whether only whole numbers make sense.
    pub whole: bool,
    /// What a change does to what is stored.
    pub effect: Effect,
}

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Only how one looks: stored memories would be the same.
    View,
    /// Acts on the running network; memories stay as they were stored.
    Live,
    /// Makes another network or world: the seeds are cached again in it.
    Rebuild,
}

/// Largest N: what the memory of a page and of a desktop allow.
pub const MAX_UNITS: f64 = if cfg!(target_arch = "wasm32") {
    5000.0
} else {
    15_000.0
};

const fn row(
    (knob, key, symbol, label): (Knob, &'static str, &'static str, &'static str),
    (default, min, max, whole): (f64, f64, f64, bool),
    effect: Effect,
    help: &'static str,
) -> KnobInfo {
    KnobInfo {
        knob,
        key,
        symbol,
        label,
        help,
        default,
        min,
        max,
        whole,
        effect,
    }
}

/// Every knob, in the order of the enum.
pub const KNOBS: [KnobInfo; 20] = [
    row(
        (Knob::Units, "units", "N", "Units"),
        (2000.0, 100.0, MAX_UNITS, true),
        Effect::Rebuild,
        "Number of units in the network. The paper uses 5,000; smaller networks are quicker and recall less reliably.",
    ),
    row(
        (Knob::InputUnits, "inputs", "N_inp", "Input units"),
        (0.0, 0.0, MAX_UNITS, true),
        Effect::Rebuild,
        "Number of input units; 0 means as many as units. Another number makes the input weights Gaussian.",
    ),
    row(
        (Knob::Places, "places", "S", "Places"),
        (100.0, 4.0, 400.0, true),
        Effect::Rebuild,
        "Number of places in the world. Eight neighbouring places of the ring make one site.",
    ),
    row(
        (Knob::Seed, "seed", "", "Seed"),
        (DEFAULT_SEED, 0.0, u32::MAX as f64, true),
        Effect::Rebuild,
        "Every random number follows from it. Another seed is another bird: other weights, other barcodes.",
    ),
    row(
        (Knob::Gain, "gain", "r", "Recurrent gain"),
        (1.0, 0.0, 1.5, false),
        Effect::View,
        "Strength of the recurrent weights during a visit. At 0 the network codes place; towards 1 a barcode breaks out.",
    ),
    row(
        (Knob::Search, "search", "s", "Search strength"),
        (0.0, 0.0, 10.0, false),
        Effect::View,
        "Input along the direction that all stored barcodes share. At 0 only the cached place itself is recognised; more finds seeds from farther away.",
    ),
    row(
        (Knob::Narrow, "narrow", "s", "Precise search"),
        (0.0, 0.0, 10.0, false),
        Effect::View,
        "Search strength of the Precise button.",
    ),
    row(
        (Knob::Wide, "wide", "s", "Wide search"),
        (0.7, 0.0, 10.0, false),
        Effect::View,
        "Search strength of the Wide button.",
    ),
    row(
        (Knob::Threshold, "threshold", "", "Seed threshold"),
        (0.5, 0.0, 1.0, false),
        Effect::View,
        "Seed output, as a fraction of its largest value, above which the bird says: a seed is here.",
    ),
    row(
        (Knob::WeightGain, "sigma", "σ", "Weight variance"),
        (7.0, 0.0, 20.0, false),
        Effect::Live,
        "Spread of the random recurrent weights, σ/√N each. More of it, more chaos; recall fails from about 11 on.",
    ),
    row(
        (Knob::WeightMean, "mu", "μ", "Weight mean"),
        (-40.0, -200.0, 20.0, false),
        Effect::Live,
        "Mean of the recurrent weights, μ/N each: inhibition shared by all.",
    ),
    row(
        (Knob::Divisive, "div", "λ_div", "Divisive normalisation"),
        (20.0, 1.0, 100.0, false),
        Effect::Live,
        "Leak per mean activity. It keeps the total activity in bounds.",
    ),
    row(
        (Knob::SettleSteps, "steps", "", "Settling steps"),
        (100.0, 1.0, 400.0, true),
        Effect::Live,
        "Euler steps of a visit, a check, and of caching before the seed is felt.",
    ),
    row(
        (Knob::SeedSteps, "seedsteps", "", "Seed steps"),
        (5.0, 0.0, 50.0, true),
        Effect::Live,
        "Euler steps with the seed felt, at the end of caching.",
    ),
    row(
        (Knob::Dt, "dt", "dt", "Euler step"),
        (0.1, 0.01, 0.5, false),
        Effect::Live,
        "Length of an Euler step in time units.",
    ),
    row(
        (Knob::LearningRate, "eta", "η", "Learning rate"),
        (40.0, 0.0, 200.0, false),
        Effect::Live,
        "Strength of the Hebbian update of the recurrent weights, η/N. It acts on all stored memories.",
    ),
    row(
        (Knob::PlasticityBias, "beta", "β", "Plasticity bias"),
        (-0.35, -1.0, 0.2, false),
        Effect::Live,
        "Match that a memory must exceed to be recalled. Nearer to 0 each seed is found from farther away.",
    ),
    row(
        (Knob::SeedStrength, "seedstrength", "", "Seed strength"),
        (3.0, 0.0, 20.0, false),
        Effect::Live,
        "Amplitude of the seed input while caching.",
    ),
    row(
        (Knob::Decay, "decay", "λ", "Place field width"),
        (0.2, 0.0001, 1.0, false),
        Effect::Rebuild,
        "Length constant of the place tuning, as a fraction of the ring or of the arena's width.",
    ),
    row(
        (Knob::Skew, "skew", "w₂", "Predictive weights"),
        (0.0, 0.0, 3.0, false),
        Effect::Live,
        "Weight of connections towards places ahead on the ring. At a gain of 0.3 the network then predicts.",
    ),
];

/// A seed whose network of 2,000 units recalls all seeds of every scene (see `tests/lab.rs`).
pub const DEFAULT_SEED: f64 = 14.0;

impl Knob {
    /// What is known of it.
    #[must_use]
    pub fn info(self) -> &'static KnobInfo {
        &KNOBS[self as usize]
    }

    /// The knob of a link's word.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        KNOBS
            .iter()
            .find(|info| info.key == key)
            .map(|info| info.knob)
    }

    /// Its default in a geometry: the Gaussian world and the arena came with settings of their own.
    #[must_use]
    pub fn default_in(self, geometry: Geometry) -> f64 {
        match (geometry, self) {
            (Geometry::Gaussian, Self::LearningRate) => 75.0,
            (Geometry::Gaussian, Self::PlasticityBias) => -0.32,
            (Geometry::Gaussian, Self::Divisive) => 30.0,
            (Geometry::Gaussian, Self::SeedStrength) => 1.5,
            (Geometry::Gaussian, Self::Decay) => 0.4,
            (Geometry::Arena, Self::Wide) => 1.0,
            (Geometry::Arena, Self::Units) => 1936.0,
            _ => self.info().default,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_its_defaults_are_in_range() {
        for (i, info) in KNOBS.iter().enumerate() {
            assert_eq!(info.knob as usize, i, "{}", info.key);
            assert!(
                (info.min..=info.max).contains(&info.default),
                "{}",
                info.key
            );
            assert_eq!(Knob::of_key(info.key), Some(info.knob));
            assert!(info.help.ends_with('.'));
        }
    }
}
