use super::GpuRun;
use crate::{
    gpu::{Buffer, Gpu, GpuError, Readback},
    models::barcode::Memory,
};

/// The stored seeds, on the GPU: barcodes, weights, and what the readouts make of them.
///
/// Synapses are kept in their low-rank form here, too: storing a seed adds a row, and what a run has just made of a place
/// becomes a memory without leaving the GPU. A clone is the same memory of the GPU; what is stored through one must not
/// be expected in the other.
#[derive(Clone, Debug)]
pub struct GpuMemories {
    count: usize,
    capacity: usize,
    units: usize,
    inputs: usize,
    /// aₖ, one row a memory.
    pub(super) barcodes: Buffer<f32>,
    /// wₖ.
    pub(super) weights: Buffer<f32>,
    /// Contribution of a match with each memory to the outputs, one row a memory: 1 to the seed output, and xₖ to the
    /// place output.
    pub(super) outputs: Buffer<f32>,
}

impl GpuMemories {
    /// No memories, with room for some of `units` units and `inputs` place inputs.
    ///
    /// # Errors
    /// When that is too much.
    pub fn with_room(
        gpu: &Gpu,
        units: usize,
        inputs: usize,
        capacity: usize,
    ) -> Result<Self, GpuError> {
        Ok(Self {
            count: 0,
            capacity,
            units,
            inputs,
            barcodes: Buffer::zeros(gpu, "barcodes", capacity * units)?,
            weights: Buffer::zeros(gpu, "weights of memories", capacity)?,
            outputs: Buffer::zeros(gpu, "outputs of memories", capacity * (1 + inputs))?,
        })
    }

    /// Sends them.
    ///
    /// # Errors
    /// When they are too many.
    pub fn upload(gpu: &Gpu, memories: &[Memory]) -> Result<Self, GpuError> {
        let first = memories.first();
        let units = first.map_or(0, |memory| memory.barcode.len());
        let inputs = first.map_or(0, |memory| memory.value.len());
        let mut there = Self::with_room(gpu, units, inputs, memories.len())?;
        for memory in memories {
            there
                .barcodes
                .write(gpu, there.count * units, &memory.barcode);
            there.write_rest(gpu, memory.weight, &memory.value);
        }
        Ok(there)
    }

    /// Number of memories.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Numbers that the readouts of a state have: the seed output and the place output.
    pub(super) fn outputs(&self) -> usize {
        1 + self.inputs
    }

    /// Stores the activity of one state of a run after its last step as a barcode, with weight wₖ and the place input xₖ
    /// (N_inp) that it is to lead back to. The barcode does not leave the GPU.
    ///
    /// # Errors
    /// When they become too many. What is stored is then as it was.
    ///
    /// # Panics
    /// When the run has no such state, or sizes differ from those of the memories that are there.
    pub fn push_from(
        &mut self,
        gpu: &Gpu,
        run: &GpuRun,
        state: usize,
        weight: f64,
        value: &[f32],
    ) -> Result<(), GpuError> {
        assert!(state < run.states, "state {state} of {}", run.states);
        if self.is_empty() && (self.units, self.inputs) != (run.units, value.len()) {
            *self = Self::with_room(gpu, run.units, value.len(), 1)?;
        }
        assert_eq!(
            (self.units, self.inputs),
            (run.units, value.len()),
            "units and place inputs of a memory"
        );
        if self.count == self.capacity {
            *self = self.copied(gpu, (2 * self.capacity).max(4), None)?;
        }
        let begin = run.after(run.step).1.start + state * self.units;
        let mut commands = gpu.commands("store a barcode");
        commands.copy(
            run.after(run.step).0,
            begin..begin + self.units,
            &self.barcodes,
            self.count * self.units,
        );
        commands.submit();
        self.write_rest(gpu, weight, value);
        Ok(())
    }

    /// Everything of the next memory but its barcode.
    fn write_rest(&mut self, gpu: &Gpu, weight: f64, value: &[f32]) {
        let at = self.count * self.outputs();
        self.weights.write(gpu, self.count, &[weight as f32]);
        self.outputs.write(gpu, at, &[1.0]);
        self.outputs.write(gpu, at + 1, value);
        self.count += 1;
    }

    /// Sets wₖ. It counts for all work that is submitted later.
    ///
    /// # Panics
    /// When there is no memory k.
    pub fn set_weight(&self, gpu: &Gpu, k: usize, weight: f64) {
        assert!(k < self.count, "memory {k} of {}", self.count);
        self.weights.write(gpu, k, &[weight as f32]);
    }

    /// Removes memory k; those after it move up.
    ///
    /// # Errors
    /// When the GPU has no room for another copy of the rest. What is stored is then as it was.
    ///
    /// # Panics
    /// When there is no memory k.
    pub fn remove(&mut self, gpu: &Gpu, k: usize) -> Result<(), GpuError> {
        assert!(k < self.count, "memory {k} of {}", self.count);
        *self = self.copied(gpu, self.capacity, Some(k))?;
        Ok(())
    }

    /// The barcode of memory k on its way to the CPU.
    ///
    /// # Panics
    /// When there is no memory k.
    #[must_use]
    pub fn read_barcode(&self, gpu: &Gpu, k: usize) -> Readback<f32> {
        assert!(k < self.count, "memory {k} of {}", self.count);
        let mut commands = gpu.commands("read a barcode");
        let readback = commands.read(&self.barcodes, k * self.units..(k + 1) * self.units);
        commands.submit();
        readback
    }

    /// A copy without one of them. (Within one array nothing can be copied.)
    fn copied(&self, gpu: &Gpu, capacity: usize, without: Option<usize>) -> Result<Self, GpuError> {
        let mut copy = Self::with_room(gpu, self.units, self.inputs, capacity)?;
        let gap = without.unwrap_or(self.count);
        let mut commands = gpu.commands("copy memories");
        for (rows, to) in [(0..gap, 0), ((gap + 1).min(self.count)..self.count, gap)] {
            for (from, into, width) in [
                (&self.barcodes, &copy.barcodes, self.units),
                (&self.weights, &copy.weights, 1),
                (&self.outputs, &copy.outputs, self.outputs()),
            ] {
                commands.copy(from, rows.start * width..rows.end * width, into, to * width);
            }
        }
        commands.submit();
        copy.count = self.count - usize::from(without.is_some());
        Ok(copy)
    }
}
