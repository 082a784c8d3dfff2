use std::ops::Range;

use super::{FEW, GpuMemories, GpuWiring, MANY, SUMS, StepParameters, SumsParameters};
use crate::{
    base::Matrix,
    gpu::{Buffer, CommandList, Gpu, GpuError, Readback},
    models::barcode::{Euler, Parameters, Phase},
    ops::matmul::gpu::share_out,
};

/// Steps in one submission, so that a slow GPU is not kept from drawing for long.
const STEPS: usize = 16;

/// Some places settling together from silence, on the GPU.
#[derive(Debug)]
pub struct GpuRun {
    phase: Phase,
    pub(super) states: usize,
    pub(super) units: usize,
    pub(super) step: usize,
    /// Place input, states × N.
    drive: Buffer<f32>,
    preactivation: Buffer<f32>,
    /// Activity after even and odd numbers of steps: a step reads one and writes the other. Where all activity is kept, the
    /// activity after *n* steps is number *n* / 2 of its array.
    activity: [Buffer<f32>; 2],
    sums: Buffer<f32>,
    /// With a history, a copy of the latest activity.
    latest: Option<Buffer<f32>>,
}

impl GpuRun {
    /// A run over `places`, at rest; `drive` holds a row per place of the world.
    ///
    /// # Errors
    /// When they are too many.
    pub fn new(
        gpu: &Gpu,
        phase: Phase,
        places: &[usize],
        drive: &Matrix,
    ) -> Result<Self, GpuError> {
        Self::keeping(gpu, phase, places, drive, 1)
    }

    /// With room for the activity of so many steps in each of the two arrays.
    fn keeping(
        gpu: &Gpu,
        phase: Phase,
        places: &[usize],
        drive: &Matrix,
        kept: usize,
    ) -> Result<Self, GpuError> {
        let (states, units) = (places.len(), drive.columns());
        let activity = |label: &str| Buffer::zeros(gpu, label, kept * states * units);
        let zeros = |label: &str| Buffer::zeros(gpu, label, states * units);
        let rows = zeros("place input")?;
        for (state, &place) in places.iter().enumerate() {
            rows.write(gpu, state * units, drive.row(place));
        }
        Ok(Self {
            phase,
            states,
            units,
            step: 0,
            drive: rows,
            preactivation: zeros("pre-activation")?,
            activity: [activity("activity, even")?, activity("activity, odd")?],
            sums: Buffer::zeros(gpu, "sums", states)?,
            latest: None,
        })
    }

    /// The same, and the activity after every step is kept, for [`read_steps`](Self::read_steps).
    ///
    /// # Errors
    /// When that is too much.
    pub fn with_history(
        gpu: &Gpu,
        phase: Phase,
        places: &[usize],
        drive: &Matrix,
    ) -> Result<Self, GpuError> {
        // The silence before the first step, too.
        let mut run = Self::keeping(gpu, phase, places, drive, phase.steps() / 2 + 1)?;
        let size = run.states * run.units;
        run.latest = Some(Buffer::zeros(gpu, "latest activity", size)?);
        Ok(run)
    }

    /// Up to `steps` Euler steps of all places; none once the run is over. Returns before the GPU has done them.
    ///
    /// # Errors
    /// When the model has a part that the GPU does not have (weights towards units ahead).
    pub fn advance(
        &mut self,
        gpu: &Gpu,
        wiring: &GpuWiring,
        parameters: &Parameters,
        memories: &GpuMemories,
        steps: usize,
    ) -> Result<(), GpuError> {
        if parameters.skew.is_some() {
            return Err(GpuError::Unsupported(
                "recurrent weights towards units ahead".to_owned(),
            ));
        }
        let sums = self.states * (memories.len() + 1);
        if self.sums.len() < sums {
            self.sums = Buffer::zeros(gpu, "sums", sums)?;
        }
        let last = self.phase.steps().min(self.step.saturating_add(steps));
        while self.step < last {
            let mut commands = gpu.commands("barcode steps");
            for _ in 0..STEPS.min(last - self.step) {
                self.record(&mut commands, wiring, parameters, memories);
                self.step += 1;
            }
            if let Some(latest) = &self.latest
                && self.step == last
            {
                let (array, place) = self.after(self.step);
                commands.copy(array, place, latest, 0);
            }
            commands.submit();
        }
        Ok(())
    }

    /// Location of the activity after so many steps.
    pub(super) fn after(&self, steps: usize) -> (&Buffer<f32>, Range<usize>) {
        let size = self.states * self.units;
        let begin = self.latest.as_ref().map_or(0, |_| steps / 2 * size);
        (&self.activity[steps % 2], begin..begin + size)
    }

    fn record(
        &self,
        commands: &mut CommandList,
        wiring: &GpuWiring,
        parameters: &Parameters,
        memories: &GpuMemories,
    ) {
        let n = self.units.max(1) as f64;
        let ((now, now_at), (next, next_at)) = (self.after(self.step), self.after(self.step + 1));
        self.record_sums(
            commands,
            memories,
            (parameters.learning_rate / n) as f32,
            parameters.plasticity_bias as f32,
            &self.sums,
        );
        let (place_input, seed_input) = self.phase.input(parameters, self.step);
        let part = |commands: &mut CommandList,
                    normals: &Buffer<f32>,
                    rows: Range<usize>,
                    is_last: bool| {
            let parameters = StepParameters {
                states: self.states,
                units: self.units,
                memories: memories.len(),
                reference: parameters.euler == Euler::Reference,
                scale: (parameters.weight_gain * wiring.scale) as f32,
                mean: (parameters.weight_mean / n) as f32,
                leak: (parameters.dt * parameters.divisive / n) as f32,
                recurrent: (parameters.dt * self.phase.gain) as f32,
                dt: parameters.dt as f32,
                seed: seed_input as f32,
                place: if place_input { 1.0 } else { 0.0 },
                begin: rows.start,
                end: rows.end,
                is_last,
                now: now_at.start,
                next: next_at.start,
            };
            let arrays = [
                now.raw(),
                normals.raw(),
                next.raw(),
                self.preactivation.raw(),
                self.drive.raw(),
                wiring.seed_direction.raw(),
                self.sums.raw(),
                memories.barcodes.raw(),
            ];
            let (kernel, grid) = share_out(&FEW, &MANY, self.states, self.units);
            commands.dispatch(kernel, &parameters, &arrays, grid);
        };
        if self.phase.gain == 0.0 {
            // Without recurrent gain the product counts for nothing, and no row is looked at.
            if let Some(any) = wiring.parts.first() {
                part(commands, any, 0..0, true);
            }
            return;
        }
        for (begin, normals) in wiring.places() {
            let end = self.units.min(begin + wiring.rows);
            part(commands, normals, begin..end, end == self.units);
        }
    }

    /// Records the sums over the units of every state after the last step, into states × (1 + memories): Σa, and
    /// `rate` wₖ (⟨a, aₖ⟩ + `bias` Σa) of every memory.
    pub(super) fn record_sums(
        &self,
        commands: &mut CommandList,
        memories: &GpuMemories,
        rate: f32,
        bias: f32,
        sums: &Buffer<f32>,
    ) {
        let (activity, place) = self.after(self.step);
        commands.dispatch(
            &SUMS,
            &SumsParameters {
                units: self.units,
                memories: memories.len(),
                rate,
                bias,
                now: place.start,
            },
            &[
                activity.raw(),
                memories.barcodes.raw(),
                memories.weights.raw(),
                sums.raw(),
            ],
            [memories.len() + 1, self.states, 1],
        );
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

    /// Activity a after the last step, states × N, where the GPU has it.
    #[must_use]
    pub fn activity(&self) -> &Buffer<f32> {
        let [even, odd] = &self.activity;
        let other = if self.step.is_multiple_of(2) {
            even
        } else {
            odd
        };
        self.latest.as_ref().unwrap_or(other)
    }

    /// Pre-activation v after the last step, states × N, signed, where the GPU has it.
    #[must_use]
    pub fn preactivation(&self) -> &Buffer<f32> {
        &self.preactivation
    }

    /// The activity on its way to the CPU.
    #[must_use]
    pub fn read(&self, gpu: &Gpu) -> Readback<f32> {
        let mut commands = gpu.commands("read activity");
        let activity = self.activity();
        let readback = commands.read(activity, 0..activity.len());
        commands.submit();
        readback
    }

    /// The activity of some states after the last step, one behind the other, on its way to the CPU.
    ///
    /// # Panics
    /// When the run has no such state.
    #[must_use]
    pub fn read_states(&self, gpu: &Gpu, states: &[usize]) -> Readback<f32> {
        let mut commands = gpu.commands("read activity of some states");
        let part = |&state: &usize| {
            assert!(state < self.states, "state {state} of {}", self.states);
            let begin = state * self.units;
            (self.activity(), begin..begin + self.units)
        };
        let readback = commands.gather(&states.iter().map(part).collect::<Vec<_>>());
        commands.submit();
        readback
    }

    /// The activity after the steps `range` (from 0: after the first step), steps × states × N, on its way to the CPU.
    /// Empty where no history is kept.
    ///
    /// # Panics
    /// When the run is not that far.
    #[must_use]
    pub fn read_steps(&self, gpu: &Gpu, range: Range<usize>) -> Readback<f32> {
        assert!(range.end <= self.step, "{range:?} of {} steps", self.step);
        let range = self.latest.as_ref().map_or(0..0, |_| range);
        let mut commands = gpu.commands("read history");
        let parts: Vec<_> = range.map(|step| self.after(step + 1)).collect();
        let readback = commands.gather(&parts);
        commands.submit();
        readback
    }
}
