use serde::Serialize;

use super::{Knob, Settings, state::Context};
use crate::{session::Progress, session::device::DeviceRun};
use chickadee_engine::{
    base::reduce::sum,
    models::barcode::{Phase, Run},
};

/// The bird's activity at its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EpisodeKind {
    /// Looking around, at the recurrent gain of the settings.
    #[default]
    Visit,
    /// Caching a seed: full gain, then the seed.
    Cache,
    /// Checking for a seed: full gain, and the search strength of the settings.
    Check,
}

impl EpisodeKind {
    /// The word in links and results.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Cache => "cache",
            Self::Check => "check",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let all = [Self::Visit, Self::Cache, Self::Check];
        all.into_iter().find(|kind| kind.word() == word)
    }

    /// The phase of an episode.
    #[must_use]
    pub fn phase(self, settings: &Settings) -> Phase {
        let parameters = settings.parameters();
        match self {
            Self::Visit => Phase::visit(&parameters, settings.get(Knob::Gain)),
            Self::Cache => Phase::cache(&parameters),
            Self::Check => Phase::recall(&parameters, settings.get(Knob::Search)),
        }
    }
}

/// The network settling at one place, with its history.
pub struct Episode {
    /// Its kind.
    pub kind: EpisodeKind,
    /// The place.
    pub place: usize,
    /// Its number in the run; 0 for a seed that is cached on the way to the run's own.
    pub(super) number: u64,
    phase: Phase,
    source: Source,
    units: usize,
    /// Steps done.
    step: usize,
    /// Steps that were done before all of it had to be computed again.
    before: usize,
    /// Activity after every step that is known; from far, some that are still to be shown.
    history: Vec<f32>,
    /// Pre-activation beside it, from a device that is exact.
    preactivations: Vec<f32>,
    /// Activity before the first step.
    silence: Vec<f32>,
    overflow: Option<usize>,
    /// The first step that overflowed, of those that have come from far.
    overflow_there: Option<usize>,
    /// Whether its end was acted on.
    pub(super) closed: bool,
    /// Whether the answer of a check was emitted.
    pub(super) answered: bool,
}

/// The device that computes it. An episode follows from its beginning alone, so a device may run ahead, and the episode shows its steps at their pace.
enum Source {
    Here(Run),
    There(Box<dyn DeviceRun>),
}

impl Episode {
    pub(super) fn new(
        (kind, place, number): (EpisodeKind, usize, u64),
        phase: Phase,
        on: &Context<'_>,
    ) -> Self {
        let units = on.network.wiring.units();
        let source = match on.on_device(true) {
            None => Source::Here(Run::new(phase, vec![place], units)),
            Some(on_device) => Source::There(on_device.run(
                phase,
                &[place],
                &on.network.drive.rates,
                on.parameters,
                on.memories,
                true,
            )),
        };
        Self {
            kind,
            place,
            number,
            phase,
            source,
            units,
            step: 0,
            before: 0,
            history: Vec::new(),
            preactivations: Vec::new(),
            silence: vec![0.0; units],
            overflow: None,
            overflow_there: None,
            closed: false,
            answered: false,
        }
    }

    /// One step, if it is known.
    pub(super) fn advance(&mut self, on: &Context<'_>) -> Progress {
        match &mut self.source {
            Source::Here(run) => {
                let drive = &on.network.drive.rates;
                run.advance(&on.network.wiring, on.parameters, on.memories, drive);
                self.history.extend_from_slice(run.activity().row(0));
                self.overflow = run.overflow();
            }
            Source::There(on_device) => {
                let known = |history: &Vec<f32>| history.len() > self.step * self.units;
                if !known(&self.history) {
                    self.history.extend(on_device.take());
                    self.preactivations.extend(on_device.preactivation());
                    self.overflow_there = on_device.overflow();
                }
                if !known(&self.history) {
                    return Progress::Waits;
                }
            }
        }
        self.step += 1;
        let there = self.overflow_there.filter(|&step| step <= self.step);
        self.overflow = self.overflow.or(there);
        if self.overflow.is_none() && !sum(self.activity()).is_finite() {
            self.overflow = Some(self.step);
        }
        Progress::Worked
    }

    /// Goes on here, if what is missing was to come from far. Chaos takes another course from the first rounding on, so all
    /// of it is computed again, in slices.
    pub(super) fn restart_on_cpu(&mut self) {
        let whole = self.history.len() >= self.phase.steps() * self.units;
        if whole || matches!(self.source, Source::Here(_)) {
            return;
        }
        self.before = self.before.max(std::mem::take(&mut self.step));
        self.history.clear();
        self.preactivations.clear();
        (self.overflow, self.overflow_there) = (None, None);
        self.source = Source::Here(Run::new(self.phase, vec![self.place], self.units));
    }

    /// Whether it is not yet where it was before it came back.
    pub(super) fn is_catching_up(&self) -> bool {
        self.step < self.before
    }

    /// Gain, search strength and steps.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Steps done.
    #[must_use]
    pub fn step(&self) -> usize {
        self.step
    }

    /// Whether the last step is done.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.step >= self.phase.steps()
    }

    /// The step after which activity was no longer finite, if that happened.
    #[must_use]
    pub fn overflow(&self) -> Option<usize> {
        self.overflow
    }

    /// Activity now, N.
    #[must_use]
    pub fn activity(&self) -> &[f32] {
        self.activity_at(self.step).unwrap_or(&self.silence)
    }

    /// Pre-activation now, N, signed; of a run on a device that is not exact, activity.
    #[must_use]
    pub fn preactivation(&self) -> &[f32] {
        let end = self.step * self.units;
        let known = self.preactivations.get(end.saturating_sub(self.units)..end);
        match &self.source {
            Source::Here(run) => run.preactivation().row(0),
            Source::There(_) => known
                .filter(|v| !v.is_empty())
                .unwrap_or_else(|| self.activity()),
        }
    }

    /// Activity after step `step` (from 1), if that step is done.
    #[must_use]
    pub fn activity_at(&self, step: usize) -> Option<&[f32]> {
        let units = self.units;
        let known = self.history.get(..self.step * units)?;
        known.get(step.checked_sub(1)? * units..step * units)
    }
}
