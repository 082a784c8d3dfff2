use super::{COLUMNS, FEW, GpuMemories, GpuWiring, MANY, SUMS, TILE};
use crate::{
    base::Matrix,
    gpu::{Buffer, Gpu, GpuError, Readback, Word, Work},
    models::barcode::{Euler, Parameters, Phase},
};

/// Up to so many states the rows of silent units are worth skipping.
const FEW_STATES: usize = 8;
/// Steps in one submission, so that a slow GPU is not kept from drawing for long.
const STEPS: usize = 16;

/// Some places settling together from silence, on the GPU.
#[derive(Debug)]
pub struct GpuRun {
    phase: Phase,
    states: usize,
    units: usize,
    step: usize,
    /// Place input, states × N.
    drive: Buffer<f32>,
    preactivation: Buffer<f32>,
    /// Activity after even and odd steps: a step reads one and writes the other.
    activity: [Buffer<f32>; 2],
    sums: Buffer<f32>,
    /// Activity after every step, steps × states × N, where it is kept.
    history: Option<Buffer<f32>>,
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
        let (states, units) = (places.len(), drive.columns());
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
            activity: [zeros("activity, even")?, zeros("activity, odd")?],
            sums: Buffer::zeros(gpu, "sums", states)?,
            history: None,
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
        let mut run = Self::new(gpu, phase, places, drive)?;
        let length = phase.steps() * run.states * run.units;
        run.history = Some(Buffer::zeros(gpu, "history of activity", length)?);
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
        let sums = self.states * (memories.count + 1);
        if self.sums.len() < sums {
            self.sums = Buffer::zeros(gpu, "sums", sums)?;
        }
        let last = self.phase.steps().min(self.step.saturating_add(steps));
        while self.step < last {
            let mut work = gpu.work("barcode steps");
            for _ in 0..STEPS.min(last - self.step) {
                self.record(&mut work, wiring, parameters, memories);
                self.step += 1;
                if let Some(history) = &self.history {
                    let size = self.states * self.units;
                    work.copy(self.activity(), 0..size, history, (self.step - 1) * size);
                }
            }
            work.submit();
        }
        Ok(())
    }

    fn record(
        &self,
        work: &mut Work,
        wiring: &GpuWiring,
        parameters: &Parameters,
        memories: &GpuMemories,
    ) {
        let n = self.units.max(1) as f64;
        let [even, odd] = &self.activity;
        let (now, next) = if self.step.is_multiple_of(2) {
            (even, odd)
        } else {
            (odd, even)
        };
        work.dispatch(
            &SUMS,
            &[
                self.units.word(),
                memories.count.word(),
                ((parameters.learning_rate / n) as f32).word(),
                (parameters.plasticity_bias as f32).word(),
            ],
            &[
                now.raw(),
                memories.barcodes.raw(),
                memories.weights.raw(),
                self.sums.raw(),
            ],
            [memories.count + 1, self.states, 1],
        );
        let (place_input, seed_input) = self.phase.input(parameters, self.step);
        let words = [
            self.states.word(),
            self.units.word(),
            memories.count.word(),
            (parameters.euler == Euler::Reference).word(),
            ((parameters.weight_gain * wiring.scale) as f32).word(),
            ((parameters.weight_mean / n) as f32).word(),
            ((parameters.dt * parameters.divisive / n) as f32).word(),
            ((parameters.dt * self.phase.gain) as f32).word(),
            (parameters.dt as f32).word(),
            (seed_input as f32).word(),
            (if place_input { 1.0_f32 } else { 0.0 }).word(),
        ];
        let arrays = [
            now.raw(),
            wiring.normals.raw(),
            next.raw(),
            self.preactivation.raw(),
            self.drive.raw(),
            wiring.seed_direction.raw(),
            self.sums.raw(),
            memories.barcodes.raw(),
        ];
        if self.states <= FEW_STATES {
            let grid = [self.units.div_ceil(COLUMNS), self.states, 1];
            work.dispatch(&FEW, &words, &arrays, grid);
        } else {
            let grid = [self.units.div_ceil(TILE), self.states.div_ceil(TILE), 1];
            work.dispatch(&MANY, &words, &arrays, grid);
        }
    }

    /// Whether the last step is done.
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
        &self.activity[self.step % 2]
    }

    /// Pre-activation v after the last step, states × N, signed, where the GPU has it.
    #[must_use]
    pub fn preactivation(&self) -> &Buffer<f32> {
        &self.preactivation
    }

    /// The activity on its way to the CPU.
    #[must_use]
    pub fn read(&self, gpu: &Gpu) -> Readback<f32> {
        let mut work = gpu.work("read activity");
        let activity = self.activity();
        let readback = work.read(activity, 0..activity.len());
        work.submit();
        readback
    }

    /// The activity after the steps `range` (from 0: after the first step), steps × states × N, on its way to the CPU.
    /// Empty where no history is kept.
    ///
    /// # Panics
    /// When the run is not that far.
    #[must_use]
    pub fn read_steps(&self, gpu: &Gpu, range: std::ops::Range<usize>) -> Readback<f32> {
        assert!(range.end <= self.step, "{range:?} of {} steps", self.step);
        let size = self.states * self.units;
        let mut work = gpu.work("read history");
        let readback = match &self.history {
            Some(history) => work.read(history, range.start * size..range.end * size),
            None => work.read(self.activity(), 0..0),
        };
        work.submit();
        readback
    }
}
