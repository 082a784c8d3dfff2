//! The graphics processor: everything that touches wgpu and is not a numerical operation.
//!
//! # The idea
//! A GPU is a second computer with a memory of its own. A program for it is a *kernel*, written in WGSL; it is
//! started over a grid of *workgroups* whose threads share a little fast memory. Commands are *recorded* first and
//! then handed over in one piece; results come back later, when they come. Natively one can wait for them; in a
//! page nothing may wait, and the answer is a future that the event loop completes.
//!
//! The CPU twin of every operation stays the truth. What runs here is compared with it by
//! [`selftest`](crate::selftest), on every machine that wants to use it.
//!
//! # Objects by lifetime
//! * once: [`Gpu`], the device with its queue, its compiled kernels, each compiled when first used, and which arrays
//!   they were bound to;
//! * in the program text: [`Kernel`], a name, chunks of WGSL, the numbers and the [`Parameters`] that Rust and WGSL must
//!   agree on;
//! * per model or size: [`Buffer`], memory of the GPU that knows the type of its elements, and [`WeightBuffer`], which
//!   may have half the bits;
//! * per frame or query: [`CommandList`], a list of dispatches and copies; [`Readback`], values on their way, and
//!   [`Answer`], with the function that turns them into a result.
//!
//! # How it is used
//! ```no_run
//! # use chickadee_engine::gpu::{AdapterRequest, Buffer, Gpu, GpuError};
//! # async fn example() -> Result<Vec<f32>, GpuError> {
//! let gpu = Gpu::open(AdapterRequest::default()).await?;
//! let numbers = Buffer::from_slice(&gpu, "numbers", &[1.0_f32, 2.0, 3.0])?;
//! let mut commands = gpu.commands("example");
//! let copy = commands.read(&numbers, 1..3); // kernels of `ops` and `models` record their dispatches in the same way
//! commands.submit();
//! copy.await // natively also: copy.wait()
//! # }
//! ```
//!
//! # Errors
//! Nothing here panics when the GPU fails. Errors that wgpu reports on its own (validation, memory, a lost
//! device) are kept, every later answer is that error instead of numbers, and [`Gpu::error`] tells it at any
//! time. The caller goes on with the CPU then.

mod answer;
mod bind_groups;
mod buffer;
mod chunk;
mod command_list;
mod device;
mod error;
mod kernel;
mod parameters;
mod readback;
mod sync;
mod weight_buffer;

pub use answer::Answer;
pub use buffer::{Buffer, Element};
pub use chunk::Chunk;
pub(crate) use chunk::{chunk, strip};
pub use command_list::CommandList;
pub use device::{AdapterRequest, Gpu};
pub use error::GpuError;
pub use kernel::{Kernel, Program};
pub use parameters::Parameters;
pub(crate) use parameters::{Word, parameters};
pub use readback::Readback;
pub use weight_buffer::WeightBuffer;
pub(crate) use weight_buffer::{FULL, HALF};

/// Sums and maxima over the threads of a workgroup.
pub(crate) const REDUCE: Chunk = chunk!("reduce.wgsl");

/// Lanes of one number: what [`REDUCE`] takes in most kernels.
pub(crate) const ONE_LANE: Chunk = chunk!("one_lane.wgsl");
