//! The barcode network on the GPU.
//!
//! One Euler step is two dispatches: sums over the units of every state (Σa for the divisive normalisation, and the pull
//! of every memory), then the product with the recurrent weights, at whose end every unit finishes its own step. Any number
//! of steps is one submission, nothing comes back in between.
//!
//! The network is chaotic, and a GPU rounds differently: after some tens of steps in the barcode state its activity is
//! another barcode of the same kind. What is compared with the CPU is the first steps, and later the statistics.
//!
//! * [`GpuWiring`]: G and J_sx. Drawn on the GPU from the seed, or sent there.
//! * [`GpuMemories`]: the stored seeds. Sent there, or made there of what a run has arrived at.
//! * [`GpuRun`]: some places settling together, as in [`Run`](super::Run), and what is made of where they arrive:
//!   [`Readouts`], correlations.

mod memories;
mod readout;
mod run;
mod wiring;

pub use memories::GpuMemories;
pub use readout::Readouts;
pub use run::GpuRun;
pub use wiring::GpuWiring;

use crate::gpu::Kernel;

/// Units of a workgroup of the kernel for few states.
const COLUMNS: usize = 32;
/// States and units of a tile of the kernel for many states.
const TILE: usize = 64;

/// Sums over units.
pub const SUMS: Kernel = Kernel {
    name: "barcode sums",
    source: include_str!("sums.wgsl"),
    constants: &[("THREADS", 256)],
};

/// A step of few states.
pub const FEW: Kernel = Kernel {
    name: "barcode step of few states",
    source: concat!(include_str!("finish.wgsl"), include_str!("few.wgsl")),
    constants: &[("COLUMNS", COLUMNS), ("PARTS", 8)],
};

/// A step of many states.
pub const MANY: Kernel = Kernel {
    name: "barcode step of many states",
    source: concat!(include_str!("finish.wgsl"), include_str!("many.wgsl")),
    constants: &[("TILE", TILE), ("DEPTH", 16)],
};
