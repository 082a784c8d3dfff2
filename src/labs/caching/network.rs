use std::sync::Arc;

use chickadee_engine::{
    analysis::sorted_by_peak,
    base::Matrix,
    models::barcode::{
        Drive, DriveProgress, InputWeights, Parameters, Wiring, WiringProgress, place_mode,
    },
    worlds::caching::{Geometry, PlaceInputs},
};

use super::{Knob, Settings};
use crate::session::{Derived, Progress};

/// A world and a network wired to it.
#[derive(Clone, Debug)]
pub struct Network {
    /// How the places lie.
    pub geometry: Geometry,
    /// X, places × N_inp.
    pub inputs: Arc<PlaceInputs>,
    /// Input of the units, places × N.
    pub drive: Arc<Drive>,
    /// The fixed random weights.
    pub wiring: Arc<Wiring>,
    /// Place mode of every place, places × N.
    pub place_code: Arc<Matrix>,
    /// Units in the order of the place that they prefer.
    pub order: Arc<[usize]>,
}

/// The settings that world and fixed weights depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct WiringKey {
    pub units: usize,
    places: usize,
    pub seed: u64,
    decay: f64,
    inputs: usize,
    geometry: Geometry,
    input_weights: InputWeights,
}

impl WiringKey {
    pub fn of(settings: &Settings) -> Self {
        Self {
            units: settings.count(Knob::Units),
            places: settings.count(Knob::Places),
            seed: settings.get(Knob::Seed) as u64,
            decay: settings.decay(),
            inputs: settings.input_units(),
            geometry: settings.geometry(),
            input_weights: settings.input_weights(),
        }
    }
}

/// The settings that a network depends on: place mode has its own divisor.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkKey {
    wiring: WiringKey,
    divisive: f64,
}

/// The network of the settings, made in slices.
pub struct Building {
    /// The settings that it is made from.
    pub wiring: WiringKey,
    /// The network, once it is made.
    pub network: Option<Network>,
    inputs: Arc<PlaceInputs>,
    weights: Option<(DriveProgress, WiringProgress)>,
}

impl Derived<Settings> for Building {
    type Key = NetworkKey;

    fn key(settings: &Settings) -> Option<NetworkKey> {
        Some(NetworkKey {
            wiring: WiringKey::of(settings),
            divisive: settings.get(Knob::Divisive),
        })
    }

    fn start(_: &Settings, key: &NetworkKey) -> Self {
        let WiringKey {
            units,
            places,
            seed,
            decay,
            inputs,
            geometry,
            input_weights,
        } = key.wiring;
        let inputs = Arc::new(PlaceInputs::new(geometry, places, inputs, decay, seed));
        let drive = DriveProgress::new(&inputs.rates, input_weights, units, seed);
        Self {
            wiring: key.wiring.clone(),
            network: None,
            inputs,
            weights: Some((drive, WiringProgress::new(seed, units))),
        }
    }

    fn follow(&mut self, settings: &Settings, from: &NetworkKey, to: &NetworkKey) -> bool {
        let same = from.wiring == to.wiring;
        if same && let Some(network) = &mut self.network {
            network.code_places(&settings.parameters());
        }
        same
    }

    fn advance(&mut self, settings: &Settings) -> Progress {
        let Some((drive, wiring)) = &mut self.weights else {
            return Progress::Idle;
        };
        let ready = drive.advance(&self.inputs.rates, 4) && wiring.advance(SLICE_ROWS);
        if ready && let Some((drive, wiring)) = self.weights.take() {
            let drive = drive.finish();
            let mut network = Network {
                geometry: self.wiring.geometry,
                inputs: self.inputs.clone(),
                order: sorted_by_peak(&drive.rates).into(),
                drive: Arc::new(drive),
                wiring: Arc::new(wiring.finish()),
                place_code: Arc::new(Matrix::default()),
            };
            network.code_places(&settings.parameters());
            self.network = Some(network);
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        let weights = self.weights.as_ref();
        weights.map_or(1.0, |(_, wiring)| wiring.fraction())
    }
}

impl Network {
    /// Computes place mode anew.
    fn code_places(&mut self, parameters: &Parameters) {
        let rates = &self.drive.rates;
        let mut code = Matrix::zeros(rates.rows(), rates.columns());
        for place in 0..rates.rows() {
            code.row_mut(place)
                .copy_from_slice(&place_mode(parameters, rates.row(place)));
        }
        self.place_code = Arc::new(code);
    }
}

const SLICE_ROWS: usize = if cfg!(target_arch = "wasm32") {
    32
} else {
    256
};
