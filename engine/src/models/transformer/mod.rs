//! The transformer of Fang & Rajan (2025), *From memories to maps: mechanisms of in-context reinforcement learning
//! in transformers*, arXiv 2506.19686: the CPU twin.
//!
//! GPT-2 layers without any code of position read a *context* of transitions (state, action, next state, reward)
//! and one *query* that holds a state alone; the logits at the query say what to do there. Context tokens never
//! see the query, so that their keys and values are computed once and kept.

mod attribution;
mod checkpoint;
mod context;
mod dropout;
mod forward;
#[cfg(feature = "gpu")]
mod gpu;
mod gradient;
mod head;
mod shape;
mod weights;

pub use attribution::{Attribution, Gradient};
pub use checkpoint::{
    Checkpoint, CheckpointError, FORMAT, Precision, ReadoutKey, Readouts, TokenRole, assumed_heads,
    peek, precision,
};
pub use context::{Answers, Context, Mask, Observation, Want};
pub use dropout::Dropout;
pub use forward::Transformer;
#[cfg(feature = "gpu")]
pub use gpu::{Asking, GpuContext, GpuTransformer};
pub use gradient::{Backward, TokenGradients, TrainingExample, Workspace};
pub use head::{Head, HeadAnswers};
pub use shape::{Affine, LayerLayout, Layout, Shape, Tensor};
pub use weights::Weights;
