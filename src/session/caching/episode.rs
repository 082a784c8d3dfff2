use serde::Serialize;

use super::network::Network;
use crate::models::barcode::{Memory, Parameters, Phase, Run};

/// What the bird is doing at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Doing {
    /// Looking around, at the recurrent gain of the knob.
    Visit,
    /// Caching a seed: full gain, then the seed.
    Cache,
    /// Checking for a seed: full gain, and the search strength of the knob.
    Check,
}

impl Doing {
    /// The word in links and results.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Cache => "cache",
            Self::Check => "check",
        }
    }
}

/// The network settling at one place, with its history.
#[derive(Clone, Debug)]
pub struct Episode {
    /// What it is.
    pub kind: Doing,
    /// Where.
    pub place: usize,
    run: Run,
    history: Vec<f32>,
    /// Whether it goes on without regard to the clock.
    pub(super) rushed: bool,
    /// Whether its end was acted on.
    pub(super) closed: bool,
}

impl Episode {
    pub(super) fn new(kind: Doing, place: usize, phase: Phase, units: usize) -> Self {
        let run = Run::new(phase, vec![place], units);
        Self {
            kind,
            place,
            run,
            history: Vec::new(),
            rushed: false,
            closed: false,
        }
    }

    pub(super) fn advance(
        &mut self,
        network: &Network,
        parameters: &Parameters,
        memories: &[Memory],
    ) {
        self.run
            .advance(&network.wiring, parameters, memories, &network.drive.rates);
        self.history.extend_from_slice(self.run.activity().row(0));
    }

    /// The run behind it.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Activity now, N.
    #[must_use]
    pub fn activity(&self) -> &[f32] {
        self.run.activity().row(0)
    }

    /// Activity after step `step` (from 1), if that step is done.
    #[must_use]
    pub fn activity_at(&self, step: usize) -> Option<&[f32]> {
        let units = self.run.activity().columns();
        self.history.get(step.checked_sub(1)? * units..step * units)
    }
}
