use chickadee_engine::{base::Matrix, models::random_keys::RandomKeys, worlds::caching::Geometry};

use super::{Bridge, Key};
use crate::session::{Derived, Progress};

/// Everything that random keys depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CodesKey {
    geometry: Geometry,
    places: usize,
    seed: u64,
    size: usize,
    sparsity: f64,
    correlation: f64,
}

/// A random key for every place, where they are asked for in place of barcodes.
pub struct Codes {
    /// Keys, places × D; empty until they are made.
    pub keys: Matrix,
    making: Option<RandomKeys>,
}

/// Entries that are drawn in a slice.
const SLICE: usize = if cfg!(target_arch = "wasm32") {
    64
} else {
    512
};

impl Derived<Bridge> for Codes {
    type Key = CodesKey;

    fn key(lab: &Bridge) -> Option<CodesKey> {
        let settings = &lab.run.settings;
        settings.has_random_keys().then(|| CodesKey {
            geometry: settings.geometry(),
            places: settings.places(),
            seed: settings.get(Key::Seed) as u64,
            size: settings.count(Key::KeySize),
            sparsity: settings.get(Key::Sparsity),
            correlation: settings.get(Key::Correlation),
        })
    }

    fn start(_: &Bridge, key: &CodesKey) -> Self {
        let (geometry, places) = (key.geometry, key.places);
        let distance = |from, to| geometry.distance(places, from, to);
        let making = RandomKeys::new(places, key.size, key.correlation, key.seed, distance);
        Self {
            keys: Matrix::default(),
            making: Some(making),
        }
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let Some(making) = &mut self.making else {
            return Progress::Idle;
        };
        if making.advance(SLICE)
            && let Some(making) = self.making.take()
        {
            self.keys = making.finish(lab.run.settings.get(Key::Sparsity));
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        self.making.as_ref().map_or(1.0, RandomKeys::fraction)
    }
}
