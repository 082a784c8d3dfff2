use crate::{
    gpu::{Buffer, Gpu, GpuError},
    models::barcode::Memory,
};

/// The stored seeds, on the GPU: barcodes and weights.
///
/// Synapses are kept in their low-rank form here, too. The memories themselves are the CPU's ([`Memory`]), which shows and
/// saves them and goes on with them when a GPU fails; when one of them changes, they are sent again.
#[derive(Clone, Debug)]
pub struct GpuMemories {
    count: usize,
    /// aₖ, one row a memory.
    pub(super) barcodes: Buffer<f32>,
    /// wₖ.
    pub(super) weights: Buffer<f32>,
}

impl GpuMemories {
    /// Sends them.
    ///
    /// # Errors
    /// When they are too many.
    pub fn upload(gpu: &Gpu, memories: &[Memory]) -> Result<Self, GpuError> {
        let count = memories.len();
        let units = memories.first().map_or(0, |memory| memory.barcode.len());
        let barcodes = Buffer::zeros(gpu, "barcodes", count * units)?;
        for (k, memory) in memories.iter().enumerate() {
            barcodes.write(gpu, k * units, &memory.barcode);
        }
        let weights: Vec<f32> = memories.iter().map(|m| m.weight as f32).collect();
        Ok(Self {
            count,
            barcodes,
            weights: Buffer::from_slice(gpu, "weights of memories", &weights)?,
        })
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
}
