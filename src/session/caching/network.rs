use std::sync::Arc;

use super::{Settings, knob::Knob};
use chickadee_engine::{
    analysis::sorted_by_peak,
    base::Matrix,
    models::barcode::{Drive, DriveProgress, Parameters, Wiring, WiringProgress, place_mode},
    worlds::caching::{Geometry, PlaceInputs},
};

/// A world and a network wired to it.
#[derive(Clone, Debug)]
pub struct Network {
    /// How the places lie.
    pub geometry: Geometry,
    /// X, places × N_inp.
    pub inputs: Arc<PlaceInputs>,
    /// What the units get, places × N.
    pub drive: Arc<Drive>,
    /// The fixed random weights.
    pub wiring: Arc<Wiring>,
    /// Place mode of every place, places × N.
    pub place_code: Arc<Matrix>,
    /// Units in the order of the place that they prefer.
    pub order: Arc<[usize]>,
}

/// A network in the making, in slices.
pub struct Build {
    inputs: Arc<PlaceInputs>,
    drive: DriveProgress,
    wiring: WiringProgress,
    settings: Settings,
}

impl Build {
    pub fn new(settings: &Settings) -> Self {
        let units = settings.count(Knob::Units);
        let seed = settings.get(Knob::Seed) as u64;
        let inputs = Arc::new(PlaceInputs::new(
            settings.geometry(),
            settings.count(Knob::Places),
            settings.input_units(),
            settings.decay(),
            seed,
        ));
        let drive = DriveProgress::new(&inputs.rates, settings.input_weights(), units, seed);
        Self {
            inputs,
            drive,
            wiring: WiringProgress::new(seed, units),
            settings: settings.clone(),
        }
    }

    /// One slice of some milliseconds. Returns whether all is ready.
    pub fn advance(&mut self) -> bool {
        self.drive.advance(&self.inputs.rates, 4) && self.wiring.advance(SLICE_ROWS)
    }

    /// Fraction ready, 0 … 1.
    pub fn fraction(&self) -> f64 {
        self.wiring.fraction()
    }

    pub fn finish(self) -> Network {
        let drive = self.drive.finish();
        let mut network = Network {
            geometry: self.settings.geometry(),
            inputs: self.inputs,
            order: sorted_by_peak(&drive.rates).into(),
            drive: Arc::new(drive),
            wiring: Arc::new(self.wiring.finish()),
            place_code: Arc::new(Matrix::default()),
        };
        network.code_places(&self.settings.parameters());
        network
    }
}

impl Network {
    /// Computes place mode anew.
    pub(super) fn code_places(&mut self, parameters: &Parameters) {
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
