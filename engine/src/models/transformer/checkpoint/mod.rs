//! Checkpoints: the weights of a transformer in a file.
//!
//! The file is [safetensors](https://github.com/huggingface/safetensors): eight bytes that give the length of a
//! header, the header in JSON (name, number format, shape and place of every tensor, and a map of strings called
//! `__metadata__`), then the numbers. Unlike PyTorch's own files it holds no code, so that reading a stranger's file
//! is safe. What is read here is never trusted: every length is compared with the bytes that are there before anything
//! is allocated, and whatever is wrong is one sentence in a [`CheckpointError`].
//!
//! Tensors carry the authors' names and orientations (see [`Layout`]). Most sizes can be seen in the shapes of the
//! tensors: the width and the length of a token, 2 S + A + 1, in `embed_transition.weight`, the actions A in
//! `pred_actions.weight`, the layers in the names. **The number of heads cannot**: the heads are cut out of the same
//! matrices whatever their number. It comes from the metadata; where they are silent it is 4, as in every published
//! model, provided that 4 divides the width.
//!
//! # From PyTorch Lightning
//!
//! The authors' training leaves a `.ckpt`, which keeps the weights under `state_dict`. In Python, three lines turn it
//! into a file for this reader (`import torch, safetensors.torch` first; with heads other than 4, say so):
//!
//! ```python
//! state = torch.load("last.ckpt", map_location="cpu", weights_only=False)["state_dict"]
//! state = {k: v for k, v in state.items() if not k.endswith((".attn.bias", ".attn.masked_bias"))}
//! safetensors.torch.save_file(state, "model.safetensors", metadata={"heads": "4"})
//! ```
//!
//! The two names left out are masks that older versions of GPT-2's code stored beside the weights. They are also
//! ignored here; leaving them out spares 4 MB a layer.
//!
//! # Tensors that the model does not have
//!
//! A tensor that would change what the network computes is refused, since without it another network would be shown:
//! position embeddings that are not zero (`transformer.wpe.weight`, as in the original decision-pretrained
//! transformer), cross-attention, adapters, and any other part of `transformer`, `embed_transition` or `pred_actions`.
//! The masks of above, `transformer.wte.weight` (an embedding of words, which tokens that are vectors pass by) and
//! what stands elsewhere in the file are ignored. `_orig_mod.`, which `torch.compile` puts into names, does not count,
//! wherever it stands.
//!
//! A file may carry more than the model: [`Readouts`], linear maps that say what a token's activity means.

mod error;
mod foreign;
mod half;
mod plan;
mod readouts;
mod strangers;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use safetensors::{
    Dtype,
    tensor::{Metadata, TensorInfo},
};
use serde::Serialize;

use super::{Layout, Shape, Weights};
use crate::base::half::{from_half, to_half};

pub use error::CheckpointError;
use half::decode;
use plan::*;
use readouts::Named;
pub use readouts::{ReadoutKey, Readouts, TokenRole};

/// Name of the format in the metadata of our own files.
pub const FORMAT: &str = "chickadee-transformer-1";
/// The longest header that is read, in bytes. One of 64 layers takes 100 kB; the metadata may hold a whole log.
const LONGEST_HEADER: u64 = 1 << 24;
/// The largest width.
const WIDEST: usize = 4096;
/// The most layers.
const DEEPEST: usize = 64;
/// The longest sensory code, and the most actions.
const LONGEST_CODE: usize = 4096;
/// Heads of every published model.
const USUAL_HEADS: usize = 4;
/// The longest prefix of names that is tolerated, in bytes.
const LONGEST_PREFIX: usize = 64;
/// Names of the two tensors that tell most of the sizes.
const EMBED: &str = "embed_transition.weight";
const HEAD: &str = "pred_actions.weight";

/// Weights and what is said about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// The weights.
    pub weights: Weights,
    /// The metadata of the file: recipe, seed, task and so on. `format`, `width`, `layers`, `heads`, `sensory` and
    /// `actions` are not among them: they follow from the weights, and entries of these names are not written.
    pub about: BTreeMap<String, String>,
}

/// A number format of weights: in a file, or in the memory of a GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits: every bit is kept.
    F32,
    /// 16 bits: half the size; values are rounded to 11 significant bits.
    F16,
}

impl Checkpoint {
    /// Reads a file from its bytes.
    ///
    /// Sizes come from the metadata or else from the tensors, as the module says. A prefix that all names share, such
    /// as `model.`, is tolerated; of tensors that the model does not have, see the module.
    ///
    /// # Errors
    /// When the bytes are no whole safetensors file, when a tensor is missing or has the wrong shape, when its numbers
    /// are not F32, F16, BF16 or F64, when one is not finite, and when there is a tensor beside those of the model that
    /// would change what it computes.
    pub fn read(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let (header, data) = whole(bytes)?;
        let plan = Plan::new(&header)?;
        strangers::no_positions(&plan, &header, data)?;
        // All tensors are in the bytes with these shapes, so that this asks for no more than twice the file.
        let layout = Layout::new(plan.shape);
        let mut values = vec![0.0; layout.total()];
        for tensor in &layout.tensors {
            let (name, info) = plan.find(&header, &tensor.name)?;
            numbers(&name, info, data, &mut values[tensor.range.clone()])?;
        }
        let weights = Weights {
            shape: plan.shape,
            values,
        };
        Ok(Self {
            weights,
            about: plan.about,
        })
    }

    /// The bytes of a file. The same checkpoint always gives the same bytes.
    ///
    /// # Errors
    /// When the sizes are beyond what is read, when the number of values does not fit them, and when a value is not
    /// finite or, for F16, beyond ±65504.
    pub fn write(&self, precision: Precision) -> Result<Vec<u8>, CheckpointError> {
        self.write_with(precision, &Readouts::default())
    }

    /// The bytes of a file that carries readouts as well: in F32, before the weights, which alone have the `precision`.
    ///
    /// # Errors
    /// As [`write`](Self::write), and when a readout does not fit the model.
    pub fn write_with(
        &self,
        precision: Precision,
        readouts: &Readouts,
    ) -> Result<Vec<u8>, CheckpointError> {
        let Weights { shape, values } = &self.weights;
        check(*shape)?;
        // Counted in 64 bits: on a page, the layout of absurd sizes would overflow.
        let count = |dims: &[usize]| dims.iter().map(|&n| n as u64).product::<u64>();
        let expected = tensors(*shape).iter().map(|(_, dims)| count(dims)).sum();
        if values.len() as u64 != expected {
            return Err(CheckpointError::Count {
                found: values.len(),
                expected,
            });
        }
        let layout = Layout::new(*shape);
        let readouts = readouts.tensors(*shape)?.into_iter();
        let weights = layout.tensors.iter().map(|t| {
            let named: Named = (t.name.clone(), t.shape.clone(), &values[t.range.clone()]);
            (precision, named)
        });
        let all: Vec<_> = readouts
            .map(|named| (Precision::F32, named))
            .chain(weights)
            .collect();

        let sizes = [
            ("width", shape.width),
            ("layers", shape.layers),
            ("heads", shape.heads),
            ("sensory", shape.sensory),
            ("actions", shape.actions),
        ];
        let mut metadata = self.about.clone();
        metadata.insert("format".into(), FORMAT.into());
        metadata.extend(sizes.map(|(key, size)| (key.into(), size.to_string())));
        let mut end = 0;
        let tensors = all.iter().map(|(precision, (name, shape, values))| {
            let start = end;
            let (dtype, size) = match precision {
                Precision::F32 => (Dtype::F32, 4),
                Precision::F16 => (Dtype::F16, 2),
            };
            end += size * values.len();
            let info = TensorInfo {
                dtype,
                shape: shape.clone(),
                data_offsets: (start, end),
            };
            (name.as_str(), info)
        });
        // The crate's own writer keeps the metadata in a hash table, and their order would change from run to run.
        let mut header = serde_json::to_vec(&Header {
            metadata,
            tensors: tensors.collect(),
        })
        .map_err(|e| CheckpointError::Header(short(&e.to_string())))?;
        // Spaces, so that the numbers begin at a multiple of 8.
        header.resize(header.len().next_multiple_of(8), b' ');
        let length = header.len() as u64;
        if length > LONGEST_HEADER {
            return Err(CheckpointError::LongHeader { found: length });
        }

        let mut out = Vec::with_capacity(8 + header.len() + end);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&header);
        for (precision, (name, _, values)) in &all {
            for (index, &x) in values.iter().enumerate() {
                let (name, found) = (|| name.clone(), || x.to_string());
                if !x.is_finite() {
                    return Err(CheckpointError::Value {
                        name: name(),
                        found: found(),
                        index,
                    });
                }
                match precision {
                    Precision::F32 => out.extend_from_slice(&x.to_le_bytes()),
                    Precision::F16 => {
                        let half = to_half(x);
                        if !from_half(half).is_finite() {
                            return Err(CheckpointError::Beyond {
                                name: name(),
                                found: found(),
                                index,
                            });
                        }
                        out.extend_from_slice(&half.to_le_bytes());
                    }
                }
            }
        }
        Ok(out)
    }
}

/// Header and numbers of a file of which no byte is missing.
fn whole(bytes: &[u8]) -> Result<(Metadata, &[u8]), CheckpointError> {
    let (header, data) = split(bytes)?;
    if header.data_len() != data.len() {
        return Err(CheckpointError::Length {
            found: data.len(),
            expected: header.data_len(),
        });
    }
    Ok((header, data))
}

/// The numbers of a tensor of a whole file, all of them finite.
fn numbers(
    name: &str,
    info: &TensorInfo,
    data: &[u8],
    out: &mut [f32],
) -> Result<(), CheckpointError> {
    let (start, end) = info.data_offsets;
    let source = data.get(start..end).ok_or(CheckpointError::Length {
        found: data.len(),
        expected: end,
    })?;
    decode(source, info.dtype, out);
    match out.iter().position(|x| !x.is_finite()) {
        None => Ok(()),
        Some(index) => Err(CheckpointError::Value {
            name: name.into(),
            found: out[index].to_string(),
            index,
        }),
    }
}

/// The precision that loses no bit of a file's weights: 16 bits when all of them have as many.
///
/// # Errors
/// As [`peek`].
pub fn precision(bytes: &[u8]) -> Result<Precision, CheckpointError> {
    let (header, _) = split(bytes)?;
    let plan = Plan::new(&header)?;
    for (name, _) in tensors(plan.shape) {
        if plan.find(&header, &name)?.1.dtype != Dtype::F16 {
            return Ok(Precision::F32);
        }
    }
    Ok(Precision::F16)
}

/// The number of heads that is assumed because a file does not say it.
///
/// # Errors
/// As [`peek`].
pub fn assumed_heads(bytes: &[u8]) -> Result<Option<usize>, CheckpointError> {
    let (header, _) = split(bytes)?;
    let plan = Plan::new(&header)?;
    Ok((!plan.says_heads).then_some(plan.shape.heads))
}

/// Sizes and metadata of a file from its header alone.
///
/// The numbers are not looked at and need not be there: the beginning of a file is enough. What is returned is what
/// the header claims, within the limits of [`Checkpoint::read`].
///
/// # Errors
/// As [`Checkpoint::read`], as far as the header shows it.
pub fn peek(bytes: &[u8]) -> Result<(Shape, BTreeMap<String, String>), CheckpointError> {
    let (header, _) = split(bytes)?;
    let plan = Plan::new(&header)?;
    Ok((plan.shape, plan.about))
}
