//! The transformer on the GPU: the same questions, the same answers within a tolerance.
//!
//! The CPU's [`Transformer`](super::Transformer) is the model; this is its arithmetic on another machine. Weights
//! lie in one array as they do in [`Weights`], with the two matrices that the authors store the other way round
//! turned over. Keys and values of a context stay on the GPU, so that a question sends one token a query and brings back a
//! few logits; all its dispatches are one submission.
//!
//! * [`GpuTransformer`]: weights, and working memory for the rows of a pass. Made once for a checkpoint.
//! * [`GpuContext`]: the keys and values of a memory. It grows; what was edited is cut off and appended again.
//! * [`TokenGradients`](super::TokenGradients): how answers depend on the tokens of a context, on their way as an
//!   [`Answer`](crate::gpu::Answer).
//! * [`Asking`]: answers on their way, see [`Readback`](crate::gpu::Readback).

mod ask;
mod context;
mod gradient;
mod pass;

pub use ask::Asking;
pub use context::GpuContext;

use super::{Layout, Precision, Shape, Weights};
use crate::{
    gpu::{Buffer, Gpu, GpuError, WeightBuffer},
    ops::attention::{Heads, gpu::Unused},
};
use gradient::Tape;
use pass::Scratch;

/// All weights, in the GPU's memory.
#[derive(Debug)]
enum Stored {
    Full(Buffer<f32>),
    Half(Buffer<u32>),
}

/// A transformer ready to run on the GPU.
#[derive(Debug)]
pub struct GpuTransformer {
    shape: Shape,
    layout: Layout,
    weights: Stored,
    scratch: Option<Scratch>,
    tape: Option<Tape>,
    unused: Unused,
}

impl GpuTransformer {
    /// Sends the weights to the GPU; in half precision if that changes none of them.
    ///
    /// # Errors
    /// When they do not fit, or a head is wider than the kernel allows.
    pub fn new(gpu: &Gpu, weights: &Weights) -> Result<Self, GpuError> {
        let precision = if WeightBuffer::halves(&weights.values).is_some() {
            Precision::F16
        } else {
            Precision::F32
        };
        Self::with_precision(gpu, weights, precision)
    }

    /// Sends the weights to the GPU.
    ///
    /// # Errors
    /// As [`new`](Self::new); and when half precision is asked for and would change a weight.
    pub fn with_precision(
        gpu: &Gpu,
        weights: &Weights,
        precision: Precision,
    ) -> Result<Self, GpuError> {
        let shape = weights.shape;
        let layout = Layout::new(shape);
        let mut values = weights.values.clone();
        // The authors' Linear layers are stored as out × in; the kernels read B row by row, in × out.
        for (range, rows, columns) in [
            (&layout.embed.weight, shape.width, shape.token_width()),
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
        if shape.head_width() > crate::ops::attention::gpu::WIDEST {
            return Err(GpuError::Unsupported(format!(
                "heads {} wide",
                shape.head_width()
            )));
        }
        let label = "weights of the transformer";
        let stored = match precision {
            Precision::F32 => Stored::Full(Buffer::from_slice(gpu, label, &values)?),
            Precision::F16 => {
                let halves = WeightBuffer::halves(&values).ok_or_else(|| {
                    GpuError::Unsupported("half precision for weights that need more".to_owned())
                })?;
                Stored::Half(Buffer::from_slice(gpu, label, &halves)?)
            }
        };
        Ok(Self {
            weights: stored,
            unused: Unused::new(gpu)?,
            scratch: None,
            tape: None,
            shape,
            layout,
        })
    }

    /// The sizes.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Format of the weights on the GPU: 16 bits where that changes none of them, as with a checkpoint that was written so.
    /// For tests.
    #[must_use]
    pub fn precision(&self) -> Precision {
        match self.weights {
            Stored::Full(_) => Precision::F32,
            Stored::Half(_) => Precision::F16,
        }
    }

    fn weights(&self) -> WeightBuffer<'_> {
        match &self.weights {
            Stored::Full(buffer) => WeightBuffer::Full(buffer),
            Stored::Half(buffer) => WeightBuffer::Half(buffer),
        }
    }

    fn heads(&self) -> Heads {
        Heads {
            count: self.shape.heads,
            width: self.shape.head_width(),
        }
    }
}
