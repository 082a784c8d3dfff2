//! Errors of checkpoints.

use super::{FORMAT, LONGEST_HEADER, *};

/// Reasons for which a checkpoint cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// PyTorch's own format.
    #[error(
        "this is a PyTorch file (.ckpt or .pt); expected a safetensors file: convert it with safetensors.torch.save_file"
    )]
    Torch,
    /// Another kind of file under a checkpoint's name.
    #[error("this is {found}; expected a safetensors file: {remedy}")]
    Foreign {
        /// The kind of file.
        found: &'static str,
        /// The way to the file itself.
        remedy: &'static str,
    },
    /// A tensor that the model does not have and that would change what it computes.
    #[error("{name} is {what}; expected the tensors of the model alone")]
    Stranger {
        /// The tensor.
        name: String,
        /// Its kind, and what can be done.
        what: &'static str,
    },
    /// Position embeddings that are in use.
    #[error(
        "{name} holds position embeddings that are not zero, and this model has none: it would be another network; expected zeros, or no such tensor"
    )]
    Positions {
        /// The tensor.
        name: String,
    },
    /// Not even the length of a header.
    #[error("the file has {found} bytes; expected 8 for the length of the header, then the header")]
    Empty {
        /// Length of the file, bytes.
        found: usize,
    },
    /// A header too long to be one.
    #[error(
        "the header is {found} bytes long by its first eight bytes; expected up to {LONGEST_HEADER}: is this a safetensors file?"
    )]
    LongHeader {
        /// Its length as the file says, bytes.
        found: u64,
    },
    /// The file ends in the header.
    #[error(
        "the file is cut short in its header: {found} bytes of it are there; expected {expected}"
    )]
    CutHeader {
        /// Bytes after the first eight.
        found: usize,
        /// Length of the header as the file says.
        expected: u64,
    },
    /// A header that is not JSON, or contradicts itself.
    #[error("the header cannot be read: {0}")]
    Header(String),
    /// The file ends in the numbers, or goes on behind them.
    #[error("the tensors take {found} bytes of the file; expected {expected} by the header")]
    Length {
        /// Bytes after the header.
        found: usize,
        /// Bytes that the header describes.
        expected: usize,
    },
    /// Written by a later version, perhaps.
    #[error("the format is “{found}”; expected “{FORMAT}”")]
    Format {
        /// The value in the metadata.
        found: String,
    },
    /// A size in the metadata that is no number.
    #[error("{key} is “{found}” in the metadata; expected a whole number")]
    Entry {
        /// The entry.
        key: &'static str,
        /// Its text.
        found: String,
    },
    /// A size outside its range.
    #[error("{key} is {found}; expected 1 to {most}")]
    Size {
        /// Name of the size.
        key: &'static str,
        /// Its value.
        found: usize,
        /// Its largest value.
        most: usize,
    },
    /// Metadata and tensors disagree on the layers.
    #[error("there are tensors of {found} layers; expected {expected} by the metadata")]
    Layers {
        /// Layers among the tensors.
        found: usize,
        /// Layers in the metadata.
        expected: usize,
    },
    /// Heads that do not divide the width.
    #[error("heads is {heads}; expected a divisor of the width, {width}")]
    Heads {
        /// The heads.
        heads: usize,
        /// The width.
        width: usize,
    },
    /// The metadata say no heads, and the usual number is impossible.
    #[error(
        "the metadata do not say the heads, and the usual {USUAL_HEADS} do not divide the width {width}; expected an entry such as heads = 2"
    )]
    UnknownHeads {
        /// The width.
        width: usize,
    },
    /// A token of a length that no sensory code gives.
    #[error(
        "{name} is for tokens of {found} numbers; expected 2 S + {actions} + 1 with a sensory code of S numbers (1 or more)"
    )]
    Token {
        /// The tensor.
        name: String,
        /// Length of its tokens.
        found: usize,
        /// Number of actions.
        actions: usize,
    },
    /// Two models in one file.
    #[error("{first} and {second} are both in the file; expected one model")]
    TwoModels {
        /// A tensor.
        first: String,
        /// The same of another model.
        second: String,
    },
    /// A tensor that is not there.
    #[error("{name} is missing")]
    Missing {
        /// The tensor.
        name: String,
    },
    /// A tensor of the wrong shape.
    #[error("{name} is {found}; expected {expected}")]
    Shape {
        /// The tensor.
        name: String,
        /// Its shape.
        found: String,
        /// The shape that follows from the sizes.
        expected: String,
    },
    /// A tensor of a number format that no training leaves.
    #[error("{name} holds {found} numbers; expected F32, F16, BF16 or F64")]
    Kind {
        /// The tensor.
        name: String,
        /// Its number format.
        found: String,
    },
    /// A value that no computation bears.
    #[error("{name} holds {found} at index {index}; expected finite numbers")]
    Value {
        /// The tensor.
        name: String,
        /// The value.
        found: String,
        /// Its index, row by row, from 0.
        index: usize,
    },
    /// A readout of a layer that the model does not have.
    #[error("{name} reads layer {found}; expected 1 to {layers}")]
    Reads {
        /// The tensor.
        name: String,
        /// The layer.
        found: usize,
        /// Layers of the model.
        layers: usize,
    },
    /// When writing: the target of a readout that would not be found again.
    #[error("“{found}” is no name for what is read; expected letters, digits and _, at most 40")]
    Target {
        /// The name.
        found: String,
    },
    /// When writing: a value beyond the range of 16 bits.
    #[error(
        "{name} holds {found} at index {index}; expected at most 65504 in size for F16: write F32"
    )]
    Beyond {
        /// The tensor.
        name: String,
        /// The value.
        found: String,
        /// Its index, row by row, from 0.
        index: usize,
    },
    /// When writing: values that do not fit their sizes.
    #[error("there are {found} weights; expected {expected} for these sizes")]
    Count {
        /// Number of values.
        found: usize,
        /// Number that follows from the sizes.
        expected: u64,
    },
}
