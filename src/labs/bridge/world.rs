use std::sync::Arc;

use chickadee_engine::{
    models::barcode::{Drive, DriveProgress, InputWeights, Wiring, WiringProgress},
    worlds::caching::{Geometry, PlaceInputs},
};

use super::{Bridge, Key};
use crate::session::{Derived, Progress};

/// The settings that place inputs and fixed weights depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorldKey {
    geometry: Geometry,
    places: usize,
    units: usize,
    seed: u64,
}

/// λ, the length constant of the place fields.
const DECAY: f64 = 0.2;

/// Place inputs and a network, made in slices.
pub struct World {
    /// X, places × N.
    pub inputs: Arc<PlaceInputs>,
    made: Option<(Arc<Drive>, Arc<Wiring>)>,
    progress: Option<(DriveProgress, WiringProgress)>,
}

impl World {
    /// Input of the units and the fixed weights, once they are made.
    pub fn network(&self) -> Option<(&Drive, &Wiring)> {
        let (drive, wiring) = self.made.as_ref()?;
        Some((drive, wiring))
    }
}

impl Derived<Bridge> for World {
    type Key = WorldKey;

    fn key(lab: &Bridge) -> Option<WorldKey> {
        let settings = &lab.run.settings;
        Some(WorldKey {
            geometry: settings.geometry(),
            places: settings.places(),
            units: settings.units(),
            seed: settings.get(Key::Seed) as u64,
        })
    }

    fn start(_: &Bridge, key: &WorldKey) -> Self {
        let inputs = PlaceInputs::new(key.geometry, key.places, key.units, DECAY, key.seed);
        let drive = DriveProgress::new(&inputs.rates, InputWeights::Identity, key.units, key.seed);
        Self {
            inputs: Arc::new(inputs),
            made: None,
            progress: Some((drive, WiringProgress::new(key.seed, key.units))),
        }
    }

    fn advance(&mut self, _: &Bridge) -> Progress {
        let Some((drive, wiring)) = &mut self.progress else {
            return Progress::Idle;
        };
        let ready = drive.advance(&self.inputs.rates, 4) && wiring.advance(SLICE_ROWS);
        if ready && let Some((drive, wiring)) = self.progress.take() {
            self.made = Some((Arc::new(drive.finish()), Arc::new(wiring.finish())));
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        let weights = self.progress.as_ref();
        weights.map_or(1.0, |(_, wiring)| wiring.fraction())
    }
}

const SLICE_ROWS: usize = if cfg!(target_arch = "wasm32") {
    32
} else {
    256
};
