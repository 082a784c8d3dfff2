//! The transformer on the GPU: the same questions, the same answers within a tolerance.
//!
//! The CPU's [`Transformer`](super::Transformer) is the model; this is its arithmetic on another machine. Weights
//! lie in one array as they do in [`Weights`], with the two matrices that the authors store the other way round
//! turned over. Keys and values of a context stay on the GPU, so that a question sends one token a query and brings back a
//! few logits; all its dispatches are one submission.
//!
//! * [`GpuTransformer`]: weights, and working memory for the rows of a pass. Made once for a checkpoint.
//! * [`GpuContext`]: the keys and values of a memory. It grows; what was edited is cut off and appended again.
//! * [`Asking`]: answers on their way, see [`Readback`](crate::gpu::Readback).

mod ask;
mod context;
mod pass;

pub use ask::Asking;
pub use context::GpuContext;

use super::{Layout, Shape, Weights};
use crate::{
    gpu::{Buffer, Gpu, GpuError},
    ops::attention::{Heads, gpu::Unused},
};
use pass::Scratch;

/// A transformer ready to run on the GPU.
#[derive(Debug)]
pub struct GpuTransformer {
    shape: Shape,
    layout: Layout,
    weights: Buffer<f32>,
    scratch: Option<Scratch>,
    unused: Unused,
}

impl GpuTransformer {
    /// Sends the weights to the GPU.
    ///
    /// # Errors
    /// When they do not fit, or a head is wider than the kernel allows.
    pub fn new(gpu: &Gpu, weights: &Weights) -> Result<Self, GpuError> {
        let shape = weights.shape;
        let layout = Layout::new(shape);
        let mut values = weights.values.clone();
        // The authors' Linear layers are stored as out × in; the kernels read B row by row, in × out.
        for (range, rows, columns) in [
            (&layout.embed.weight, shape.width, shape.token()),
            (&layout.head.weight, shape.actions, shape.width),
        ] {
            let from = &weights.values[range.clone()];
            let to = &mut values[range.clone()];
            for row in 0..rows {
                for column in 0..columns {
                    to[column * rows + row] = from[row * columns + column];
                }
            }
        }
        if shape.head() > crate::ops::attention::gpu::WIDEST {
            return Err(GpuError::Unsupported(format!(
                "heads {} wide",
                shape.head()
            )));
        }
        Ok(Self {
            weights: Buffer::from_slice(gpu, "weights of the transformer", &values)?,
            unused: Unused::new(gpu)?,
            scratch: None,
            shape,
            layout,
        })
    }

    /// The sizes.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    fn heads(&self) -> Heads {
        Heads {
            count: self.shape.heads,
            width: self.shape.head(),
        }
    }
}
