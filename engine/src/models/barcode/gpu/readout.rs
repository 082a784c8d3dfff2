//! Readouts and correlations on the GPU, without sending activity anywhere: a hundred states of five thousand units are
//! two megabytes, what is asked of them is some hundred numbers.

use super::{GpuMemories, GpuRun, SUMS};
use crate::{
    base::Matrix,
    gpu::{Answer, Buffer, CommandList, Gpu, GpuError, Word},
    ops::{
        elementwise::gpu::standardise,
        matmul::gpu::{After, Product, Right, Rows},
    },
};

/// Both readouts of some states.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readouts {
    /// Seed output J_xs a of every state.
    pub seed: Vec<f32>,
    /// Place output J_xy a, states × N_inp, signed; no columns without a memory.
    pub place: Matrix,
}

impl GpuRun {
    /// wₖ ⟨a, aₖ⟩ after the last step, states × memories: what both readouts are sums of, and the smallest that one can ask
    /// for. See [`blend`](crate::models::barcode::blend).
    ///
    /// # Errors
    /// When it is too much.
    pub fn matches(&self, gpu: &Gpu, memories: &GpuMemories) -> Result<Answer<Matrix>, GpuError> {
        let (states, count) = (self.states, memories.len());
        let mut commands = gpu.commands("matches of memories");
        let sums = self.record_matches(&mut commands, memories)?;
        let readback = commands.read(&sums, 0..sums.len());
        commands.submit();
        Ok(Answer::new(readback, move |values| {
            let rows = values.chunks_exact(count + 1);
            let matches = rows.flat_map(|row| row[1..].iter().copied());
            Matrix::from_values(states, count, matches.collect())
        }))
    }

    /// Both readouts after the last step.
    ///
    /// # Errors
    /// When it is too much.
    pub fn readouts(
        &self,
        gpu: &Gpu,
        memories: &GpuMemories,
    ) -> Result<Answer<Readouts>, GpuError> {
        let (states, count) = (self.states, memories.len());
        let columns = memories.outputs();
        let out = Buffer::zeros(gpu, "readouts", states * columns)?;
        let mut commands = gpu.commands("readouts");
        let sums = self.record_matches(&mut commands, memories)?;
        Product {
            rows: states,
            inner: count,
            columns,
            a: Rows::new(&sums, count + 1).offset_by(1),
            b: Right::new(&memories.outputs, columns),
            bias: None,
            c: Rows::new(&out, columns),
            after: After::Store,
        }
        .record(&mut commands);
        let readback = commands.read(&out, 0..out.len());
        commands.submit();
        Ok(Answer::new(readback, move |values| {
            let rows = || values.chunks_exact(columns);
            let place = rows().flat_map(|row| row[1..].iter().copied()).collect();
            Readouts {
                seed: rows().map(|row| row[0]).collect(),
                place: Matrix::from_values(states, columns - 1, place),
            }
        }))
    }

    /// Σa and then wₖ ⟨a, aₖ⟩ of every memory: the pull of a memory where rate is 1 and bias 0.
    fn record_matches(
        &self,
        commands: &mut CommandList,
        memories: &GpuMemories,
    ) -> Result<Buffer<f32>, GpuError> {
        let count = memories.len();
        let sums = Buffer::zeros(commands.gpu(), "matches", self.states * (count + 1))?;
        let (activity, place) = self.after(self.step);
        commands.dispatch(
            &SUMS,
            &[
                self.units.word(),
                count.word(),
                1.0_f32.word(),
                0.0_f32.word(),
                place.start.word(),
            ],
            &[
                activity.raw(),
                memories.barcodes.raw(),
                memories.weights.raw(),
                sums.raw(),
            ],
            [count + 1, self.states, 1],
        );
        Ok(sums)
    }

    /// Pearson correlation of the activity of every state with every other's after the last step, states × states; not a
    /// number where one does not vary.
    ///
    /// # Errors
    /// When it is too much.
    pub fn correlations(&self, gpu: &Gpu) -> Result<Answer<Matrix>, GpuError> {
        let (states, units) = (self.states, self.units);
        let standard = Buffer::zeros(gpu, "standardised activity", states * units)?;
        let out = Buffer::zeros(gpu, "correlations", states * states)?;
        let mut commands = gpu.commands("correlations");
        standardise(&mut commands, self.activity(), (states, units), &standard);
        Product {
            rows: states,
            inner: units,
            columns: states,
            a: Rows::new(&standard, units),
            b: Right::new(&standard, units).transposed(),
            bias: None,
            c: Rows::new(&out, states),
            after: After::Store,
        }
        .record(&mut commands);
        let readback = commands.read(&out, 0..out.len());
        commands.submit();
        Ok(Answer::new(readback, move |values| {
            // A state that varies agrees with itself; what is not a number need not be one on every GPU.
            let varies = |state: usize| values[state * states + state] > 0.5;
            let entry = |at: usize| {
                let known = varies(at / states) && varies(at % states);
                if known { values[at] } else { f32::NAN }
            };
            Matrix::from_values(states, states, (0..values.len()).map(entry).collect())
        }))
    }
}
