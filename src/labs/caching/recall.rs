use std::collections::BTreeMap;

use chickadee_engine::{
    analysis::RecallCurve,
    base::{
        Matrix,
        reduce::{argmax, dot},
    },
    models::barcode::{Phase, place_output, seed_output},
    worlds::caching::Geometry,
};

use super::{
    Knob, Network,
    state::{State, SynapsesKey},
    sweep::{Settled, Sweep},
};
use crate::session::{Derived, Progress};

/// Recall at every place.
pub struct Recall {
    sweep: Sweep,
    /// The readouts, as far as they are known.
    pub curve: RecallCurve,
    /// Place output read at the peak unit of every place: row = where the bird is, column = where it points.
    /// Not a number where unknown.
    pub pointing: Matrix,
    /// Activity at the end of recall, at the places where seeds are cached.
    pub at_caches: BTreeMap<usize, Vec<f32>>,
    /// The first step that overflowed, if one did.
    pub overflow: Option<usize>,
}

impl Recall {
    /// Whether every place is known.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.sweep.is_done()
    }

    /// Goes on with another device; known places stay.
    pub(super) fn restart_on_device(&mut self) {
        self.sweep.restart_on_device();
    }

    fn read(&mut self, settled: &Settled, network: &Network, state: &State) {
        let memories = state.stored.memories();
        // The earliest step of all places, however they were grouped.
        let steps = self.overflow.into_iter().chain(settled.overflow);
        self.overflow = steps.min();
        for (s, &place) in settled.places.iter().enumerate() {
            let activity = settled.activity.row(s);
            self.curve.seed_raw[place] = Some(seed_output(memories, activity));
            let out = place_output(memories, activity);
            self.curve.peak[place] = point(network, &out, self.pointing.row_mut(place));
            if memories.iter().any(|memory| memory.place == place) {
                self.at_caches.insert(place, activity.to_vec());
            }
        }
    }
}

/// All that recall depends on.
#[derive(PartialEq)]
pub struct RecallKey {
    synapses: SynapsesKey,
    search: f64,
}

impl Derived<State> for Recall {
    type Key = RecallKey;

    fn key(state: &State) -> Option<RecallKey> {
        let key = || RecallKey {
            synapses: state.synapses(),
            search: state.run.settings.get(Knob::Search),
        };
        state.network().is_some().then(key)
    }

    fn start(state: &State, key: &RecallKey) -> Self {
        let places = state.run.places();
        let memories = state.stored.memories();
        let mut first: Vec<usize> = memories.iter().map(|memory| memory.place).collect();
        first.push(state.run.bird);
        let phase = Phase::recall(&state.run.settings.parameters(), key.search);
        let mut recall = Self {
            sweep: Sweep::new(phase, places, &first),
            curve: RecallCurve::unknown(places),
            pointing: Matrix::from_values(places, places, vec![f32::NAN; places * places]),
            at_caches: BTreeMap::new(),
            overflow: None,
        };
        if memories.is_empty() {
            // Recall with no memory is silence, whatever the network does.
            recall.curve.seed_raw.fill(Some(0.0));
            recall.pointing.values_mut().fill(0.0);
            recall.sweep.skip();
        }
        recall
    }

    fn advance(&mut self, state: &State) -> Progress {
        let parameters = state.run.settings.parameters();
        let Some(context) = state.context(&parameters) else {
            return Progress::Idle;
        };
        let (progress, settled) = self.sweep.advance(&context);
        if let Some(settled) = settled {
            self.read(&settled, context.network, state);
        }
        progress
    }

    fn fraction(&self) -> f64 {
        self.sweep.fraction()
    }
}

/// Reads a place output: fills `row` with how strongly it points to each place, and returns where it peaks.
///
/// On the ring the peak is the paper's argmax / N_inp · S. In the arena the places' own peak units are compared.
/// Units of the Gaussian world have no position, so its output is decoded by its match with every place input.
fn point(network: &Network, out: &[f32], row: &mut [f32]) -> Option<f64> {
    let inputs = &network.inputs;
    for (place, value) in row.iter_mut().enumerate() {
        *value = match network.geometry {
            Geometry::Ring | Geometry::Arena => out[inputs.peaks[place]],
            Geometry::Gaussian => (dot(out, inputs.rates.row(place)) / out.len() as f64) as f32,
        };
    }
    match network.geometry {
        Geometry::Ring => {
            argmax(out).map(|unit| unit as f64 / inputs.units() as f64 * inputs.places() as f64)
        }
        Geometry::Arena | Geometry::Gaussian => argmax(row).map(|place| place as f64),
    }
}
