//! The settings of the bridge lab: one table, and its values typed.

use chickadee_engine::{
    models::{barcode::Parameters, key_value::Lookup},
    worlds::caching::Geometry,
};

use crate::{
    session::{ChoiceOption, Effect, Setting, Table, Values},
    texts,
};

/// A row of the [table](TABLE).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The way that is looked at to read the memories.
    Lookup,
    /// s of the network.
    Search,
    /// β, the inverse temperature of soft-max.
    Beta,
    /// r at which barcodes, keys and queries, are made.
    Gain,
    /// Fraction of the entries of every key that are exchanged.
    Damage,
    /// Whether keys are made by the network without earlier memories.
    Clean,
    /// Whether memories are added one by one until each way fails.
    Capacity,
    /// N.
    Units,
    /// S.
    Places,
    /// The random seed.
    Seed,
    /// How the places lie.
    World,
    /// Whether the transformer joins in.
    Transformer,
    /// The layer of the head that is looked at.
    Layer,
    /// The head in it.
    Head,
    /// The seed of the transformer's task.
    Task,
    /// Number of its memories.
    Memories,
    /// The state that is asked about.
    Query,
    /// The state by which replaced keys find a memory.
    Match,
    /// Which keys the barcode lookups compare.
    Keys,
    /// D of random keys.
    KeySize,
    /// Fraction of the entries of a random key that is active.
    Sparsity,
    /// ρ of the random keys of neighbouring places, before the threshold.
    Correlation,
    /// The experiment beside the table.
    Study,
}

/// An experiment on all of the memory at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Study {
    /// Memories are added one by one, if [that is switched on](Key::Capacity).
    Capacity,
    /// Keys of neighbouring places by the gain at which they are made.
    Keys,
    /// Recall by gain and search strength.
    Map,
    /// Two memories whose distance shrinks.
    Near,
}

impl Study {
    /// All of them, in the order of the setting.
    pub const ALL: [Self; 4] = [Self::Capacity, Self::Keys, Self::Map, Self::Near];
}

impl Key {
    /// The row.
    #[must_use]
    pub fn setting(self) -> &'static Setting {
        &TABLE.rows[self as usize]
    }
}

/// All that can be set in the bridge lab.
pub static TABLE: Table = Table {
    lab: "bridge",
    rows: ROWS,
    default: |_, row| ROWS[row].default(),
    fit: |_| None,
};

const MAX_UNITS: f64 = if cfg!(target_arch = "wasm32") {
    5000.0
} else {
    15_000.0
};

const ROWS: &[Setting] = &[
    Setting::choice(
        ("lookup", texts::bridge::set_lookup),
        &[
            ChoiceOption::new(
                "content",
                texts::bridge::content,
                texts::bridge::content_help,
            ),
            ChoiceOption::new(
                "content-softmax",
                texts::bridge::content_softmax,
                texts::bridge::content_softmax_help,
            ),
            ChoiceOption::new(
                "barcode",
                texts::bridge::barcode,
                texts::bridge::barcode_help,
            ),
            ChoiceOption::new(
                "barcode-softmax",
                texts::bridge::barcode_softmax,
                texts::bridge::barcode_softmax_help,
            ),
            ChoiceOption::new(
                "network",
                texts::bridge::network,
                texts::bridge::network_help,
            ),
        ],
        Effect::View,
        texts::bridge::set_lookup_help,
    )
    .in_view(),
    Setting::number(
        ("search", "s", texts::bridge::set_search),
        (0.0, 0.0, 3.0),
        Effect::View,
        texts::bridge::set_search_help,
    )
    .slider(0.0, 2.0)
    .in_view(),
    Setting::number(
        ("softmax", "β", texts::bridge::set_softmax),
        (16.0, 0.0, 200.0),
        Effect::View,
        texts::bridge::set_softmax_help,
    )
    .slider(0.0, 64.0)
    .in_view(),
    Setting::number(
        ("keygain", "r", texts::bridge::set_keygain),
        (1.0, 0.0, 1.5),
        Effect::Rebuild,
        texts::bridge::set_keygain_help,
    )
    .slider(0.0, 1.2)
    .in_view(),
    Setting::number(
        ("damage", "", texts::bridge::set_damage),
        (0.0, 0.0, 1.0),
        Effect::View,
        texts::bridge::set_damage_help,
    )
    .in_view(),
    Setting::switch(
        ("clean", texts::bridge::set_clean),
        false,
        Effect::Rebuild,
        texts::bridge::set_clean_help,
    )
    .in_view(),
    Setting::switch(
        ("capacity", texts::bridge::set_capacity),
        false,
        Effect::View,
        texts::bridge::set_capacity_help,
    )
    .in_view(),
    Setting::number(
        ("units", "N", texts::bridge::set_units),
        (1000.0, 100.0, MAX_UNITS),
        Effect::Rebuild,
        texts::bridge::set_units_help,
    )
    .whole()
    .slider(200.0, 5000.0),
    Setting::number(
        ("places", "S", texts::bridge::set_places),
        (100.0, 16.0, 400.0),
        Effect::Rebuild,
        texts::bridge::set_places_help,
    )
    .whole(),
    Setting::number(
        ("seed", "", texts::bridge::set_seed),
        (1.0, 0.0, u32::MAX as f64),
        Effect::Rebuild,
        texts::bridge::set_seed_help,
    )
    .whole()
    .slider(0.0, 100.0)
    .in_view(),
    Setting::choice(
        ("world", texts::bridge::set_world),
        &[
            ChoiceOption::new("ring", texts::caching::ring, texts::caching::ring_help),
            ChoiceOption::new("arena", texts::caching::arena, texts::caching::arena_help),
        ],
        Effect::Rebuild,
        texts::bridge::set_world_help,
    ),
    Setting::switch(
        ("transformer", texts::bridge::set_transformer),
        false,
        Effect::View,
        texts::bridge::set_transformer_help,
    )
    .in_view(),
    Setting::number(
        ("layer", "", texts::bridge::set_layer),
        (1.0, 1.0, 3.0),
        Effect::View,
        texts::bridge::set_layer_help,
    )
    .whole()
    .in_view(),
    Setting::number(
        ("head", "", texts::bridge::set_head),
        (2.0, 1.0, 4.0),
        Effect::View,
        texts::bridge::set_head_help,
    )
    .whole()
    .in_view(),
    Setting::number(
        ("task", "", texts::bridge::set_task),
        (13.0, 0.0, u32::MAX as f64),
        Effect::View,
        texts::bridge::set_task_help,
    )
    .whole()
    .slider(0.0, 100.0)
    .in_view(),
    Setting::number(
        ("memories", "", texts::bridge::set_memories),
        (40.0, 1.0, 200.0),
        Effect::View,
        texts::bridge::set_memories_help,
    )
    .whole()
    .slider(1.0, 100.0)
    .in_view(),
    Setting::number(
        ("query", "", texts::bridge::set_query),
        (12.0, 0.0, 24.0),
        Effect::View,
        texts::bridge::set_query_help,
    )
    .whole()
    .in_view(),
    Setting::choice(
        ("match", texts::bridge::set_match),
        &[
            ChoiceOption::new(
                "began",
                texts::bridge::match_began,
                texts::bridge::match_began_help,
            ),
            ChoiceOption::new(
                "ended",
                texts::bridge::match_ended,
                texts::bridge::match_ended_help,
            ),
        ],
        Effect::View,
        texts::bridge::set_match_help,
    )
    .in_view(),
    Setting::choice(
        ("keys", texts::bridge::set_keys),
        &[
            ChoiceOption::new(
                "barcode",
                texts::bridge::keys_barcode,
                texts::bridge::keys_barcode_help,
            ),
            ChoiceOption::new(
                "random",
                texts::bridge::keys_random,
                texts::bridge::keys_random_help,
            ),
        ],
        Effect::View,
        texts::bridge::set_keys_help,
    ),
    Setting::number(
        ("keysize", "D", texts::bridge::set_keysize),
        (1000.0, 4.0, 5000.0),
        Effect::View,
        texts::bridge::set_keysize_help,
    )
    .whole()
    .slider(8.0, 2000.0),
    Setting::number(
        ("sparsity", "f", texts::bridge::set_sparsity),
        (0.1, 0.005, 1.0),
        Effect::View,
        texts::bridge::set_sparsity_help,
    )
    .slider(0.005, 0.5),
    Setting::number(
        ("correlation", "ρ", texts::bridge::set_correlation),
        (0.0, 0.0, 0.999),
        Effect::View,
        texts::bridge::set_correlation_help,
    ),
    Setting::choice(
        ("study", texts::bridge::set_study),
        &[
            ChoiceOption::new(
                "capacity",
                texts::bridge::study_capacity,
                texts::bridge::capacity_hint,
            ),
            ChoiceOption::new("keys", texts::bridge::study_keys, texts::bridge::gains_hint),
            ChoiceOption::new("map", texts::bridge::study_map, texts::bridge::map_hint),
            ChoiceOption::new("near", texts::bridge::study_near, texts::bridge::near_hint),
        ],
        Effect::View,
        texts::bridge::set_study_help,
    ),
];

/// The values of the table, typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings(pub(super) Values);

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
    pub fn get(&self, key: Key) -> f64 {
        self.0.get(key as usize)
    }

    /// The value of a number that counts something.
    #[must_use]
    pub fn count(&self, key: Key) -> usize {
        self.0.count(key as usize)
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_on(&self, key: Key) -> bool {
        self.0.is_on(key as usize)
    }

    /// The way that is looked at to read the memories.
    #[must_use]
    pub fn lookup(&self) -> Lookup {
        Lookup::ALL[self.count(Key::Lookup).min(Lookup::ALL.len() - 1)]
    }

    /// Whether random keys stand in for barcodes in the lookups that compare those.
    #[must_use]
    pub fn has_random_keys(&self) -> bool {
        self.count(Key::Keys) == 1
    }

    /// The experiment beside the table.
    #[must_use]
    pub fn study(&self) -> Study {
        Study::ALL[self.count(Key::Study).min(Study::ALL.len() - 1)]
    }

    /// How the places lie.
    #[must_use]
    pub fn geometry(&self) -> Geometry {
        match self.count(Key::World) {
            0 => Geometry::Ring,
            _ => Geometry::Arena,
        }
    }

    /// S as used: an arena is square.
    #[must_use]
    pub fn places(&self) -> usize {
        let places = self.count(Key::Places);
        match self.geometry() {
            Geometry::Arena => places.isqrt() * places.isqrt(),
            Geometry::Ring | Geometry::Gaussian => places,
        }
    }

    /// N as used: an arena's units lie in a square, too.
    #[must_use]
    pub fn units(&self) -> usize {
        let units = self.count(Key::Units);
        match self.geometry() {
            Geometry::Arena => units.isqrt() * units.isqrt(),
            Geometry::Ring | Geometry::Gaussian => units,
        }
    }

    /// The parameters of the network's steps, the paper's.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        Parameters::default()
    }
}
