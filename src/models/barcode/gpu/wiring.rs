use crate::{
    base::random::Stream,
    gpu::{Buffer, Gpu, GpuError},
    models::barcode::{Memory, Wiring},
    ops::normals::gpu::fill_normal,
};

/// The fixed random weights of a network, on the GPU.
#[derive(Clone, Debug)]
pub struct GpuWiring {
    pub(super) units: usize,
    /// G, N × N, row = presynaptic unit.
    pub(super) normals: Buffer<f32>,
    /// J_sx, N.
    pub(super) seed_direction: Buffer<f32>,
    /// What G is multiplied by besides σ.
    pub(super) scale: f64,
}

/// Rows that are drawn or sent in one go.
const ROWS: usize = 1024;

impl GpuWiring {
    fn empty(gpu: &Gpu, units: usize, scale: f64) -> Result<Self, GpuError> {
        Ok(Self {
            units,
            normals: Buffer::zeros(gpu, "recurrent weights", units * units)?,
            seed_direction: Buffer::zeros(gpu, "seed direction", units)?,
            scale,
        })
    }

    /// Sends the weights of the CPU.
    ///
    /// # Errors
    /// When a kernel could not see them all.
    pub fn upload(gpu: &Gpu, wiring: &Wiring) -> Result<Self, GpuError> {
        let units = wiring.units();
        let there = Self::empty(gpu, units, wiring.scale)?;
        there.seed_direction.write(gpu, 0, &wiring.seed_direction);
        let slice = (ROWS * units).max(1);
        for (i, rows) in wiring.normals.values().chunks(slice).enumerate() {
            there.normals.write(gpu, i * slice, rows);
            // What is written waits in memory of its own until the next submission.
            gpu.work("send weights").submit();
        }
        Ok(there)
    }

    /// Draws the weights of [`Wiring::new`] on the GPU: nothing is sent.
    ///
    /// # Errors
    /// When a kernel could not see them all.
    pub fn draw(gpu: &Gpu, seed: u64, units: usize) -> Result<Self, GpuError> {
        let there = Self::empty(gpu, units, 1.0 / (units.max(1) as f64).sqrt())?;
        for first in (0..units).step_by(ROWS) {
            let mut work = gpu.work("draw weights");
            let rows = ROWS.min(units - first);
            let of = (seed, Stream::Recurrent);
            let which = (first, rows, units);
            fill_normal(&mut work, &there.normals, of, which, first * units);
            work.submit();
        }
        let mut work = gpu.work("draw seed direction");
        let of = (seed, Stream::SeedInput);
        fill_normal(&mut work, &there.seed_direction, of, (0, 1, units), 0);
        work.submit();
        Ok(there)
    }

    /// Number of units, N.
    #[must_use]
    pub fn units(&self) -> usize {
        self.units
    }

    /// G, N × N.
    #[must_use]
    pub fn normals(&self) -> &Buffer<f32> {
        &self.normals
    }

    /// J_sx, N.
    #[must_use]
    pub fn seed_direction(&self) -> &Buffer<f32> {
        &self.seed_direction
    }
}

/// Barcodes and weights of the stored seeds, on the GPU.
#[derive(Clone, Debug)]
pub struct GpuMemories {
    pub(super) count: usize,
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
        let units = memories.first().map_or(0, |memory| memory.barcode.len());
        let barcodes = Buffer::zeros(gpu, "barcodes", memories.len() * units)?;
        for (k, memory) in memories.iter().enumerate() {
            barcodes.write(gpu, k * units, &memory.barcode);
        }
        let weights: Vec<f32> = memories.iter().map(|memory| memory.weight as f32).collect();
        Ok(Self {
            count: memories.len(),
            barcodes,
            weights: Buffer::from_slice(gpu, "weights of memories", &weights)?,
        })
    }
}
