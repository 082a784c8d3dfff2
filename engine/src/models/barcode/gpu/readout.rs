//! Readouts and correlations on the GPU, without sending activity anywhere: a hundred states of five thousand units are
//! two megabytes, what is asked of them is some hundred numbers.

use super::{GpuMemories, GpuRun};
use crate::{
    base::Matrix,
    gpu::{Answer, Buffer, Gpu, GpuError},
    ops::{
        elementwise::gpu::standardise,
        matmul::gpu::{After, Product, Right, Rows},
    },
};

/// What both readouts of some states are sums of, and the smallest that one can ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matches {
    /// Σa of every state; not finite where a step has overflowed.
    pub totals: Vec<f32>,
    /// wₖ ⟨a, aₖ⟩, states × memories. Their sum is the seed output of a state; with
    /// [`blend`](crate::models::barcode::blend) they are its place output.
    pub matches: Matrix,
}

impl GpuRun {
    /// The matches of every state with every memory after the last step.
    ///
    /// # Errors
    /// When it is too much.
    pub fn matches(&self, gpu: &Gpu, memories: &GpuMemories) -> Result<Answer<Matches>, GpuError> {
        let (states, count) = (self.states, memories.len());
        let sums = Buffer::zeros(gpu, "matches", states * (count + 1))?;
        let mut commands = gpu.commands("matches of memories");
        // The pull of a memory where the rate is 1 and the bias 0.
        self.record_sums(&mut commands, memories, 1.0, 0.0, &sums);
        let readback = commands.read(&sums, 0..sums.len());
        commands.submit();
        Ok(Answer::new(readback, move |values| {
            let rows = || values.chunks_exact(count + 1);
            let matches = rows().flat_map(|row| row[1..].iter().copied()).collect();
            Matches {
                totals: rows().map(|row| row[0]).collect(),
                matches: Matrix::from_values(states, count, matches),
            }
        }))
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
