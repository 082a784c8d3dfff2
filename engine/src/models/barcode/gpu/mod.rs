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
//! * [`GpuMemories`]: the stored seeds, sent there.
//! * [`GpuRun`]: some places settling together, as in [`Run`](super::Run), and what is made of where they arrive:
//!   [`Matches`], correlations.

mod memories;
mod readout;
mod run;
mod wiring;

pub use memories::GpuMemories;
pub use readout::Matches;
pub use run::GpuRun;
pub use wiring::GpuWiring;

use crate::{
    gpu::{Chunk, Kernel, ONE_LANE, REDUCE, chunk, parameters},
    ops::matmul::gpu::{IN_ROWS, IN_TILES},
};

const STEP: Chunk = chunk!("step.wgsl");
const MEMORY: Chunk = chunk!("memory.wgsl");

parameters! {
    /// Sums over units: Σa and the pull of every memory.
    pub struct SumsParameters {
        /// Number of units, N.
        units: usize,
        /// Number of memories.
        memories: usize,
        /// η/N.
        rate: f32,
        /// β.
        bias: f32,
        /// Where the activity begins in its array.
        now: usize,
    }
}

parameters! {
    /// A step, or the part of one for which some rows of G are there.
    pub struct StepParameters {
        /// Number of states.
        states: usize,
        /// Number of units, N.
        units: usize,
        /// Number of memories.
        memories: usize,
        /// True for the authors' step, which overshoots; false for the one that stays finite.
        reference: bool,
        /// σ times the scale of G.
        scale: f32,
        /// μ/N.
        mean: f32,
        /// dt λ_div / N.
        leak: f32,
        /// dt r.
        recurrent: f32,
        /// dt.
        dt: f32,
        /// Strength of J_sx.
        seed: f32,
        /// Strength of the place input: 0 when silent.
        place: f32,
        /// The first row of G that the dispatch sees.
        begin: usize,
        /// The first that it does not see any more.
        end: usize,
        /// True where the step ends.
        is_last: bool,
        /// Where the activity before the step begins in its array.
        now: usize,
        /// Where the activity after the step goes in its array.
        next: usize,
    }
}

/// Sums over units.
pub const SUMS: Kernel<SumsParameters> = Kernel::new(
    "barcode sums",
    &[("THREADS", 256)],
    &[ONE_LANE, REDUCE, MEMORY],
);

/// A step of few states.
pub const FEW: Kernel<StepParameters> =
    Kernel::new("barcode step of few states", &[], &[STEP, IN_ROWS]);

/// A step of many states.
pub const MANY: Kernel<StepParameters> =
    Kernel::new("barcode step of many states", &[], &[STEP, IN_TILES]);
