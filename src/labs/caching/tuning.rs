use chickadee_engine::{
    analysis::{Moments, pearson_of},
    base::Matrix,
    models::barcode::Phase,
};

use super::{
    Knob,
    state::{State, SynapsesKey},
    sweep::Sweep,
};
use crate::session::{Derived, Progress};

/// The activity of every place at the present gain, and how alike any two are.
pub struct Tuning {
    sweep: Sweep,
    known: Vec<usize>,
    moments: Vec<Moments>,
    /// Activity at the end of a visit, places × N; rows not known yet are zero.
    pub activity: Matrix,
    /// Pearson correlation, places × places; not a number where unknown.
    pub similarity: Matrix,
}

/// All that tuning depends on.
#[derive(PartialEq)]
pub struct TuningKey {
    synapses: SynapsesKey,
    gain: f64,
}

impl Derived<State> for Tuning {
    type Key = TuningKey;

    fn key(state: &State) -> Option<TuningKey> {
        let key = || TuningKey {
            synapses: state.synapses(),
            gain: state.run.settings.get(Knob::Gain),
        };
        state.network().is_some().then(key)
    }

    fn start(state: &State, key: &TuningKey) -> Self {
        let places = state.run.places();
        let units = state.run.settings.count(Knob::Units);
        let phase = Phase::visit(&state.run.settings.parameters(), key.gain);
        let mut tuning = Self {
            sweep: Sweep::new(phase, places, &[state.run.bird]),
            known: Vec::new(),
            moments: vec![Moments::default(); places],
            activity: Matrix::zeros(places, units),
            similarity: Matrix::from_values(places, places, vec![f32::NAN; places * places]),
        };
        if let (0.0, Some(network)) = (key.gain, state.network()) {
            for place in 0..places {
                tuning.add(place, network.place_code.row(place));
            }
            tuning.sweep.skip();
        }
        tuning
    }

    fn advance(&mut self, state: &State) -> Progress {
        let parameters = state.run.settings.parameters();
        let Some(context) = state.context(&parameters) else {
            return Progress::Idle;
        };
        let (progress, settled) = self.sweep.advance(&context);
        if let Some(settled) = settled {
            for (s, &place) in settled.places.iter().enumerate() {
                self.add(place, settled.activity.row(s));
            }
        }
        progress
    }

    fn fraction(&self) -> f64 {
        self.sweep.fraction()
    }
}

impl Tuning {
    /// Whether every place is known.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.sweep.is_done()
    }

    /// Goes on with another device; known places stay.
    pub(super) fn restart_on_device(&mut self) {
        self.sweep.restart_on_device();
    }

    /// A place that is known, and how alike it and every other known place are.
    fn add(&mut self, place: usize, activity: &[f32]) {
        self.activity.row_mut(place).copy_from_slice(activity);
        self.known.push(place);
        self.moments[place] = Moments::of(activity);
        for &other in &self.known {
            let r = pearson_of(
                (activity, self.moments[place]),
                (self.activity.row(other), self.moments[other]),
            ) as f32;
            self.similarity.row_mut(place)[other] = r;
            self.similarity.row_mut(other)[place] = r;
        }
    }
}
