use super::{
    Memory, Parameters, Wiring,
    step::{Step, read_active},
};
use crate::{
    base::{Matrix, reduce::sum},
    ops::rows::{Active, accumulate, accumulate_batch},
};

/// The purpose of a run: its recurrent gain, search strength and seed phase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Phase {
    /// r: recurrent gain.
    pub gain: f64,
    /// s: search strength, a constant input along J_sx.
    pub search: f64,
    /// Steps with place input (and search input) only.
    pub settle_steps: usize,
    /// Steps with seed input on top, at the end.
    pub seed_steps: usize,
    /// Steps without any input, after the end (nothing is read out from them).
    pub silent_steps: usize,
}

impl Phase {
    /// A visit at recurrent gain `gain`: no search, no seed (`run_recurrent` with no seed steps).
    #[must_use]
    pub fn visit(parameters: &Parameters, gain: f64) -> Self {
        Self {
            gain,
            search: 0.0,
            settle_steps: parameters.settle_steps,
            seed_steps: 0,
            silent_steps: 0,
        }
    }

    /// Caching: full gain, then the seed steps (`run_recurrent`).
    #[must_use]
    pub fn cache(parameters: &Parameters) -> Self {
        Self {
            seed_steps: parameters.seed_steps,
            ..Self::visit(parameters, 1.0)
        }
    }

    /// Recall with search strength `search` at full gain (`run_recall`).
    #[must_use]
    pub fn recall(parameters: &Parameters, search: f64) -> Self {
        Self {
            search,
            ..Self::visit(parameters, 1.0)
        }
    }

    /// The input at one step: true with place input, and the strength of J_sx.
    pub(super) fn input(&self, parameters: &Parameters, step: usize) -> (bool, f64) {
        if step >= self.settle_steps + self.seed_steps {
            (false, 0.0)
        } else if step >= self.settle_steps {
            (true, self.search + parameters.seed_strength)
        } else {
            (true, self.search)
        }
    }

    /// Steps of the whole run.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.settle_steps + self.seed_steps + self.silent_steps
    }
}

/// Some places settling together from silence. Rows never interact, so any subset gives the same numbers.
#[derive(Clone, Debug)]
pub struct Run {
    phase: Phase,
    places: Vec<usize>,
    preactivation: Matrix,
    activity: Matrix,
    step: usize,
    overflow: Option<usize>,
    active: Vec<Active>,
    product: Vec<f32>,
}

impl Run {
    /// A run over `places` of a network of `units` units, at rest.
    #[must_use]
    pub fn new(phase: Phase, places: Vec<usize>, units: usize) -> Self {
        let count = places.len();
        Self {
            phase,
            places,
            preactivation: Matrix::zeros(count, units),
            activity: Matrix::zeros(count, units),
            step: 0,
            overflow: None,
            active: Vec::new(),
            product: vec![0.0; count * units],
        }
    }

    /// One Euler step of all places; `drive` holds a row per place of the world. Nothing once the run is over.
    pub fn advance(
        &mut self,
        wiring: &Wiring,
        parameters: &Parameters,
        memories: &[Memory],
        drive: &Matrix,
    ) {
        if self.is_over() {
            return;
        }
        let units = self.activity.columns();
        self.product.fill(0.0);
        // Without recurrent gain the product counts for nothing and is left out.
        if self.phase.gain != 0.0 {
            read_active(self.activity.values(), units, &mut self.active);
            if let [only] = self.active.as_slice() {
                accumulate(&wiring.normals, only, &mut self.product);
            } else {
                accumulate_batch(&wiring.normals, &self.active, &mut self.product);
            }
        }
        let (place_input, seed_input) = self.phase.input(parameters, self.step);
        let step = Step {
            wiring,
            parameters,
            memories,
            gain: self.phase.gain,
            seed_input,
        };
        let nothing = if place_input {
            Vec::new()
        } else {
            vec![0.0; units]
        };
        let mut finite = true;
        for (s, &place) in self.places.iter().enumerate() {
            let input = if place_input {
                drive.row(place)
            } else {
                &nothing
            };
            let product = &mut self.product[s * units..][..units];
            finite &= step.finish(
                product,
                input,
                self.preactivation.row_mut(s),
                self.activity.row_mut(s),
            );
        }
        self.step += 1;
        if !finite && self.overflow.is_none() {
            self.overflow = Some(self.step);
        }
    }

    /// True when the last step is done.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.step >= self.phase.steps()
    }

    /// Steps done.
    #[must_use]
    pub fn step(&self) -> usize {
        self.step
    }

    /// The purpose of the run.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The places, in row order.
    #[must_use]
    pub fn places(&self) -> &[usize] {
        &self.places
    }

    /// Activity a after the last step, places × N.
    #[must_use]
    pub fn activity(&self) -> &Matrix {
        &self.activity
    }

    /// Pre-activation v after the last step, places × N, signed.
    #[must_use]
    pub fn preactivation(&self) -> &Matrix {
        &self.preactivation
    }

    /// The step after which activity was no longer finite, if that happened.
    #[must_use]
    pub fn overflow(&self) -> Option<usize> {
        self.overflow
    }
}

/// Place mode, the fixed point at r = 0 in closed form: a = max(u, 0) / √(λ_div ⟨max(u, 0)⟩).
#[must_use]
pub fn place_mode(parameters: &Parameters, drive: &[f32]) -> Vec<f32> {
    let rectified: Vec<f32> = drive
        .iter()
        .map(|&u| if u <= 0.0 { 0.0 } else { u })
        .collect();
    let mean = sum(&rectified) / drive.len().max(1) as f64;
    let divisor = (parameters.divisive * mean).sqrt() as f32;
    if divisor > 0.0 {
        rectified.iter().map(|u| u / divisor).collect()
    } else {
        rectified
    }
}
