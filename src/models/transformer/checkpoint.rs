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
//! state = torch.load("last.ckpt", map_location="cpu")["state_dict"]
//! state = {k: v for k, v in state.items() if not k.endswith((".attn.bias", ".attn.masked_bias"))}
//! safetensors.torch.save_file(state, "model.safetensors", metadata={"heads": "4"})
//! ```
//!
//! The two names left out are masks that older versions of GPT-2's code stored beside the weights. They are also
//! ignored here; leaving them out spares 4 MB a layer.

use std::collections::BTreeMap;

use safetensors::{
    Dtype,
    tensor::{Metadata, TensorInfo},
};
use serde::Serialize;

use super::{Layout, Shape, Weights};

/// What the metadata of our own files call the format.
pub const FORMAT: &str = "chickadee-transformer-1";
/// The longest header that is read, in bytes. One of 64 layers takes 100 kB.
const LONGEST_HEADER: u64 = 1 << 20;
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

/// The number format of a written file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits: every bit is kept.
    F32,
    /// 16 bits: half the size; values are rounded to 11 significant bits.
    F16,
}

/// Why a checkpoint cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// PyTorch's own format.
    #[error(
        "this is a PyTorch file (.ckpt or .pt); expected a safetensors file: convert it with safetensors.torch.save_file"
    )]
    Torch,
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
        /// What the metadata say.
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
        /// Which size.
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
    #[error("{name} holds {found} numbers; expected F32, F16 or BF16")]
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

impl Checkpoint {
    /// Reads a file from its bytes.
    ///
    /// Sizes come from the metadata or else from the tensors, as the module says. A prefix that all names share, such
    /// as `model.`, is tolerated; tensors that the model does not have are ignored.
    ///
    /// # Errors
    /// When the bytes are no whole safetensors file, when a tensor is missing or has the wrong shape, when its numbers
    /// are not F32, F16 or BF16, and when one is not finite.
    pub fn read(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let (header, data) = split(bytes)?;
        let length = || CheckpointError::Length {
            found: data.len(),
            expected: header.data_len(),
        };
        if header.data_len() != data.len() {
            return Err(length());
        }
        let plan = Plan::new(&header)?;
        // All tensors are in the bytes with these shapes, so that this asks for no more than twice the file.
        let layout = Layout::new(plan.shape);
        let mut values = vec![0.0; layout.total()];
        for tensor in &layout.tensors {
            let (name, info) = plan.find(&header, &tensor.name)?;
            let (start, end) = info.data_offsets;
            let source = data.get(start..end).ok_or_else(length)?;
            let out = &mut values[tensor.range.clone()];
            decode(source, info.dtype, out);
            if let Some(index) = out.iter().position(|x| !x.is_finite()) {
                let found = out[index].to_string();
                return Err(CheckpointError::Value { name, found, index });
            }
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
        let (dtype, size) = match precision {
            Precision::F32 => (Dtype::F32, 4),
            Precision::F16 => (Dtype::F16, 2),
        };

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
        let tensors = layout.tensors.iter().map(|tensor| {
            let info = TensorInfo {
                dtype,
                shape: tensor.shape.clone(),
                data_offsets: (size * tensor.range.start, size * tensor.range.end),
            };
            (tensor.name.as_str(), info)
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

        let mut out = Vec::with_capacity(8 + header.len() + size * values.len());
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&header);
        for tensor in &layout.tensors {
            for (index, &x) in values[tensor.range.clone()].iter().enumerate() {
                let (name, found) = (|| tensor.name.clone(), || x.to_string());
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

/// The header as it is written, in the order of names.
#[derive(Serialize)]
struct Header<'a> {
    #[serde(rename = "__metadata__")]
    metadata: BTreeMap<String, String>,
    #[serde(flatten)]
    tensors: BTreeMap<&'a str, TensorInfo>,
}

/// Header and numbers. The header agrees with itself (tensors lie one behind the other, each as long as its shape
/// says), but not yet with the numbers.
///
/// The crate's own reader adds up lengths that the file claims and can overflow; here a length is only compared.
fn split(bytes: &[u8]) -> Result<(Metadata, &[u8]), CheckpointError> {
    // A zip; as a length this would be at least 67 MB.
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(CheckpointError::Torch);
    }
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else {
        return Err(CheckpointError::Empty { found: bytes.len() });
    };
    let expected = u64::from_le_bytes(*length);
    if expected > LONGEST_HEADER {
        return Err(CheckpointError::LongHeader { found: expected });
    }
    let Some((header, data)) = rest.split_at_checked(expected as usize) else {
        return Err(CheckpointError::CutHeader {
            found: rest.len(),
            expected,
        });
    };
    let header = serde_json::from_slice(header)
        .map_err(|e| CheckpointError::Header(short(&e.to_string())))?;
    Ok((header, data))
}

/// What a header says, checked against the tensors that the model has.
struct Plan {
    shape: Shape,
    about: BTreeMap<String, String>,
    /// What precedes the name of every tensor.
    prefix: String,
}

impl Plan {
    fn new(header: &Metadata) -> Result<Self, CheckpointError> {
        let mut about: BTreeMap<String, String> = header
            .metadata()
            .iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        // Others write a format too ("pt"): only ours says something about the rest.
        if let Some(found) = about.remove("format")
            && found.starts_with("chickadee")
            && found != FORMAT
        {
            let found = short(&found);
            return Err(CheckpointError::Format { found });
        }
        let mut said = |key: &'static str| -> Result<Option<usize>, CheckpointError> {
            let Some(text) = about.remove(key) else {
                return Ok(None);
            };
            let found = short(&text);
            text.parse()
                .map(Some)
                .map_err(|_| CheckpointError::Entry { key, found })
        };
        let width = said("width")?;
        let layers = said("layers")?;
        let heads = said("heads")?;
        let sensory = said("sensory")?;
        let actions = said("actions")?;

        let names = header.offset_keys();
        let mut plan = Self {
            shape: Shape {
                width: 0,
                layers: 0,
                heads: 0,
                sensory: 0,
                actions: 0,
            },
            about,
            prefix: prefix(&names)?,
        };
        let (embed, [rows, columns]) = plan.matrix(header, EMBED, "width x token")?;
        plan.shape.width = at_most("width", width.unwrap_or(rows), WIDEST)?;
        let (_, [rows, _]) = plan.matrix(header, HEAD, "actions x width")?;
        let actions = at_most("actions", actions.unwrap_or(rows), LONGEST_CODE)?;
        plan.shape.actions = actions;
        plan.shape.sensory = match sensory {
            Some(sensory) => sensory,
            None => match columns.checked_sub(actions + 1) {
                Some(twice) if twice > 0 && twice.is_multiple_of(2) => twice / 2,
                _ => {
                    return Err(CheckpointError::Token {
                        name: embed,
                        found: columns,
                        actions,
                    });
                }
            },
        };
        let found = blocks(&names, &plan.prefix);
        if let Some(expected) = layers
            && expected != found
        {
            // Neither cut a model nor guess which of the two is meant.
            return Err(CheckpointError::Layers { found, expected });
        }
        // Without any, the first tensor of the first is missing: that says more than "0 layers".
        plan.shape.layers = found.max(1);
        let width = plan.shape.width;
        plan.shape.heads = match heads {
            Some(heads) => heads,
            None if width.is_multiple_of(USUAL_HEADS) => USUAL_HEADS,
            None => return Err(CheckpointError::UnknownHeads { width }),
        };
        check(plan.shape)?;

        for (name, expected) in tensors(plan.shape) {
            let (name, info) = plan.find(header, &name)?;
            if info.shape != expected {
                return Err(CheckpointError::Shape {
                    name,
                    found: times(&info.shape),
                    expected: times(&expected),
                });
            }
            if !matches!(info.dtype, Dtype::F32 | Dtype::F16 | Dtype::BF16) {
                let found = format!("{:?}", info.dtype);
                return Err(CheckpointError::Kind { name, found });
            }
        }
        Ok(plan)
    }

    /// A tensor with its whole name.
    fn find<'a>(
        &self,
        header: &'a Metadata,
        name: &str,
    ) -> Result<(String, &'a TensorInfo), CheckpointError> {
        let name = format!("{}{name}", self.prefix);
        match header.info(&name) {
            Some(info) => Ok((name, info)),
            None => Err(CheckpointError::Missing { name }),
        }
    }

    /// A tensor that tells sizes, with its whole name, rows and columns.
    fn matrix(
        &self,
        header: &Metadata,
        name: &str,
        expected: &str,
    ) -> Result<(String, [usize; 2]), CheckpointError> {
        let (name, info) = self.find(header, name)?;
        match info.shape[..] {
            [rows, columns] => Ok((name, [rows, columns])),
            _ => Err(CheckpointError::Shape {
                name,
                found: times(&info.shape),
                expected: expected.into(),
            }),
        }
    }
}

/// What precedes the names: whatever precedes the name of the head.
fn prefix(names: &[String]) -> Result<String, CheckpointError> {
    let mut heads = names.iter().filter(|name| {
        name.strip_suffix(HEAD).is_some_and(|prefix| {
            prefix.is_empty() || prefix.ends_with('.') && prefix.len() <= LONGEST_PREFIX
        })
    });
    let Some(first) = heads.next() else {
        // The name itself will be found missing.
        return Ok(String::new());
    };
    if let Some(second) = heads.next() {
        // An average of the weights beside the weights, perhaps: which one is meant cannot be known.
        return Err(CheckpointError::TwoModels {
            first: first.clone(),
            second: second.clone(),
        });
    }
    Ok(first.strip_suffix(HEAD).unwrap_or_default().into())
}

/// Number of layers by the names: one more than the last that has a weight of ours.
fn blocks(names: &[String], prefix: &str) -> usize {
    let parts = tensors(Shape {
        width: 1,
        layers: 1,
        heads: 1,
        sensory: 1,
        actions: 1,
    });
    let parts: Vec<&str> = parts
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("transformer.h.0."))
        .collect();
    let layer = |name: &String| {
        let name = name.strip_prefix(prefix)?.strip_prefix("transformer.h.")?;
        let (layer, part) = name.split_once('.')?;
        let layer: usize = layer.parse().ok()?;
        parts.contains(&part).then(|| layer.saturating_add(1))
    };
    names.iter().filter_map(layer).max().unwrap_or(0)
}

/// Names and shapes of all tensors, in the order of [`Layout`], without the places that could overflow.
///
/// The sizes have been [checked](check).
fn tensors(shape: Shape) -> Vec<(String, Vec<usize>)> {
    let one = Layout::new(Shape { layers: 1, ..shape });
    let (block, rest): (Vec<_>, Vec<_>) = one
        .tensors
        .into_iter()
        .map(|tensor| (tensor.name, tensor.shape))
        .partition(|(name, _)| name.starts_with("transformer.h.0."));
    (0..shape.layers)
        .flat_map(|i| {
            let own = format!(".{i}.");
            let layer = move |(name, dims): &(String, Vec<usize>)| {
                (name.replacen(".0.", &own, 1), dims.clone())
            };
            block.iter().map(layer)
        })
        .chain(rest)
        .collect()
}

/// Sizes within the limits, and heads that divide the width.
fn check(shape: Shape) -> Result<(), CheckpointError> {
    let Shape { width, heads, .. } = shape;
    at_most("width", width, WIDEST)?;
    at_most("layers", shape.layers, DEEPEST)?;
    at_most("heads", heads, WIDEST)?;
    at_most("sensory", shape.sensory, LONGEST_CODE)?;
    at_most("actions", shape.actions, LONGEST_CODE)?;
    if !width.is_multiple_of(heads) {
        return Err(CheckpointError::Heads { heads, width });
    }
    Ok(())
}

/// The size, if it is 1 to `most`.
fn at_most(key: &'static str, found: usize, most: usize) -> Result<usize, CheckpointError> {
    if (1..=most).contains(&found) {
        Ok(found)
    } else {
        Err(CheckpointError::Size { key, found, most })
    }
}

/// A shape in words: "5 x 128", "128 long". A file can claim any number of axes; the first few say enough.
fn times(shape: &[usize]) -> String {
    match shape {
        [] => "a single number".into(),
        [length] => format!("{length} long"),
        _ => {
            let mut sides: Vec<String> = shape.iter().take(6).map(usize::to_string).collect();
            if shape.len() > sides.len() {
                sides.push("…".into());
            }
            sides.join(" x ")
        }
    }
}

/// The beginning of a text from the file, short enough for a sentence.
fn short(text: &str) -> String {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

/// Numbers from their bytes, lowest byte first.
fn decode(bytes: &[u8], dtype: Dtype, out: &mut [f32]) {
    match dtype {
        Dtype::F32 => {
            for (x, &b) in out.iter_mut().zip(bytes.as_chunks().0) {
                *x = f32::from_le_bytes(b);
            }
        }
        Dtype::F16 => {
            for (x, &b) in out.iter_mut().zip(bytes.as_chunks().0) {
                *x = from_half(u16::from_le_bytes(b));
            }
        }
        // BF16, the upper half of an F32. Plan::new has refused the rest.
        _ => {
            for (x, &b) in out.iter_mut().zip(bytes.as_chunks().0) {
                *x = f32::from_bits(u32::from(u16::from_le_bytes(b)) << 16);
            }
        }
    }
}

/// The value of a half-precision number (1 bit of sign, 5 of exponent, 10 of mantissa); exact.
fn from_half(half: u16) -> f32 {
    let exponent = u32::from(half >> 10) & 0x1f;
    let mantissa = u32::from(half & 0x3ff);
    let size = match exponent {
        // Subnormal: multiples of 2⁻²⁴.
        0 => mantissa as f32 / 16_777_216.0,
        0x1f => f32::from_bits(0x7f80_0000 | mantissa << 13),
        // The exponents are biased by 15 and by 127.
        _ => f32::from_bits((exponent + 112) << 23 | mantissa << 13),
    };
    if half >> 15 == 0 { size } else { -size }
}

/// The nearest half-precision number, of two equally near the even one; infinity beyond 65504.
fn to_half(x: f32) -> u16 {
    let sign = (x.to_bits() >> 16) as u16 & 0x8000;
    let size = x.to_bits() & 0x7fff_ffff;
    let half = if size > 0x7f80_0000 {
        0x7e00 // NaN
    } else if size >= 0x4780_0000 {
        0x7c00 // 2¹⁶ and more
    } else if size < 0x3880_0000 {
        // Below 2⁻¹⁴, multiples of 2⁻²⁴; the product is exact. A result of 2¹⁰ is the smallest normal number.
        (f32::from_bits(size) * 16_777_216.0).round_ties_even() as u16
    } else {
        // 13 bits go: add just under half of their weight, and the rest if the result would be odd. A carry runs
        // into the exponent as it should.
        let rounded = size + 0xfff + (size >> 13 & 1);
        ((rounded >> 13) - (112 << 10)) as u16
    };
    sign | half
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};
    use safetensors::SafeTensors;
    use serde_json::{Value, json};

    const SMALL: Shape = Shape {
        width: 8,
        layers: 2,
        heads: 2,
        sensory: 3,
        actions: 5,
    };
    const TINY: Shape = Shape {
        width: 4,
        layers: 1,
        heads: 4,
        sensory: 1,
        actions: 2,
    };

    fn checkpoint(shape: Shape) -> Checkpoint {
        let about = [
            ("recipe", "tree"),
            ("seed", "3"),
            ("note", "a “π” \"quoted\"\n"),
        ];
        Checkpoint {
            weights: Weights::initial(shape, 7),
            about: about.map(|(k, v)| (k.into(), v.into())).into(),
        }
    }

    /// A file made by hand, tensor by tensor.
    #[derive(Clone)]
    struct File {
        metadata: Option<Value>,
        /// Name, number format, shape, bytes.
        tensors: Vec<(String, &'static str, Vec<usize>, Vec<u8>)>,
    }

    impl File {
        /// Weights as F32, no metadata.
        fn new(weights: &Weights) -> Self {
            let tensors = Layout::new(weights.shape).tensors.into_iter().map(|t| {
                let bytes = weights.values[t.range].iter();
                let bytes = bytes.flat_map(|x| x.to_le_bytes()).collect();
                (t.name, "F32", t.shape, bytes)
            });
            Self {
                metadata: None,
                tensors: tensors.collect(),
            }
        }

        fn small() -> Self {
            Self::new(&Weights::initial(SMALL, 7))
        }

        fn metadata(mut self, metadata: Value) -> Self {
            self.metadata = Some(metadata);
            self
        }

        fn add(&mut self, name: &str, dtype: &'static str, shape: &[usize], size: usize) {
            let bytes = shape.iter().product::<usize>() * size;
            self.tensors
                .push((name.into(), dtype, shape.to_vec(), vec![0; bytes]));
        }

        fn tensor(&mut self, name: &str) -> &mut (String, &'static str, Vec<usize>, Vec<u8>) {
            self.tensors.iter_mut().find(|t| t.0 == name).unwrap()
        }

        fn bytes(&self) -> Vec<u8> {
            let mut header = serde_json::Map::new();
            let mut data = Vec::new();
            if let Some(metadata) = &self.metadata {
                header.insert("__metadata__".into(), metadata.clone());
            }
            for (name, dtype, shape, bytes) in &self.tensors {
                let offsets = [data.len(), data.len() + bytes.len()];
                let info = json!({"dtype": dtype, "shape": shape, "data_offsets": offsets});
                header.insert(name.clone(), info);
                data.extend(bytes);
            }
            raw(&Value::from(header).to_string(), &data)
        }

        fn read(&self) -> Result<Checkpoint, CheckpointError> {
            Checkpoint::read(&self.bytes())
        }

        /// The sentence of the refusal; a header that is refused is refused by a look at it too.
        fn refusal(&self) -> String {
            let error = self.read().unwrap_err();
            if !matches!(error, CheckpointError::Value { .. }) {
                assert_eq!(peek(&self.bytes()).unwrap_err(), error);
            }
            error.to_string()
        }
    }

    fn raw(header: &str, data: &[u8]) -> Vec<u8> {
        let mut out = (header.len() as u64).to_le_bytes().to_vec();
        out.extend(header.as_bytes());
        out.extend(data);
        out
    }

    fn refusal(bytes: &[u8]) -> String {
        Checkpoint::read(bytes).unwrap_err().to_string()
    }

    #[test]
    fn names_and_shapes_are_those_of_the_layout() {
        for layers in [1, 2, 11] {
            let shape = Shape { layers, ..SMALL };
            let layout = Layout::new(shape).tensors.into_iter();
            let layout: Vec<_> = layout.map(|t| (t.name, t.shape)).collect();
            assert_eq!(tensors(shape), layout);
        }
    }

    #[test]
    fn every_bit_survives_f32() {
        let mut before = checkpoint(SMALL);
        before.weights.values[..4].copy_from_slice(&[-0.0, f32::MIN_POSITIVE / 8.0, f32::MAX, 0.1]);
        let bytes = before.write(Precision::F32).unwrap();
        let after = Checkpoint::read(&bytes).unwrap();
        assert_eq!(after, before);
        let bits = |c: &Checkpoint| {
            c.weights
                .values
                .iter()
                .map(|x| x.to_bits())
                .collect::<Vec<_>>()
        };
        assert_eq!(bits(&after), bits(&before));
        assert_eq!(peek(&bytes).unwrap(), (SMALL, before.about.clone()));
        assert_eq!(after.write(Precision::F32).unwrap(), bytes);
    }

    #[test]
    fn f16_rounds_once() {
        let before = checkpoint(SMALL);
        let bytes = before.write(Precision::F16).unwrap();
        let after = Checkpoint::read(&bytes).unwrap();
        assert_eq!(after.weights.shape, SMALL);
        assert_eq!(after.about, before.about);
        for (x, y) in before.weights.values.iter().zip(&after.weights.values) {
            let most = (x.abs() / 2048.0).max(1.0 / 33_554_432.0);
            assert!((x - y).abs() <= most, "{x} became {y}");
        }
        assert_eq!(after.write(Precision::F16).unwrap(), bytes);
        assert_eq!(
            Checkpoint::read(&after.write(Precision::F32).unwrap()).unwrap(),
            after
        );
    }

    /// The crate that everybody else reads with agrees on every tensor, and the sizes stand in the metadata.
    #[test]
    fn others_read_what_is_written() {
        let mut ours = checkpoint(SMALL);
        ours.about.insert("heads".into(), "not written".into());
        let bytes = ours.write(Precision::F32).unwrap();
        let theirs = SafeTensors::deserialize(&bytes).unwrap();
        let layout = Layout::new(SMALL);
        assert_eq!(theirs.len(), layout.tensors.len());
        for tensor in &layout.tensors {
            let view = theirs.tensor(&tensor.name).unwrap();
            assert_eq!(view.shape(), tensor.shape);
            let values = &ours.weights.values[tensor.range.clone()];
            let expected: Vec<u8> = values.iter().flat_map(|x| x.to_le_bytes()).collect();
            assert_eq!(view.data(), expected);
        }
        let (start, header) = SafeTensors::read_metadata(&bytes).unwrap();
        assert_eq!(start % 8, 0);
        let metadata = header.metadata().clone().unwrap();
        for (key, value) in [
            ("format", "chickadee-transformer-1"),
            ("width", "8"),
            ("layers", "2"),
            ("heads", "2"),
            ("sensory", "3"),
            ("actions", "5"),
            ("recipe", "tree"),
        ] {
            assert_eq!(metadata.get(key).unwrap(), value);
        }
        assert_eq!(metadata.len(), 9);
    }

    #[test]
    fn halves_are_exact_and_nearest() {
        // Every half comes back, and lies where its neighbours say.
        for half in 0..=u16::MAX {
            let x = from_half(half);
            if x.is_nan() {
                assert!(half & 0x7fff > 0x7c00);
                assert!(from_half(to_half(x)).is_nan());
            } else {
                assert_eq!(to_half(x), half);
            }
        }
        assert_eq!(from_half(0x3c00), 1.0);
        assert_eq!(from_half(0x3555), 0.333_251_95);
        assert_eq!(from_half(0x7bff), 65504.0);
        assert_eq!(from_half(0x0001), libm::exp2f(-24.0));
        assert_eq!(from_half(0xc000), -2.0);
        // Between two neighbours the nearer one, in the middle the even one.
        for half in 0..0x7bff {
            let (low, high) = (from_half(half), from_half(half + 1));
            let middle = (low + high) / 2.0;
            let even = half + (half & 1);
            assert_eq!(to_half(middle), even);
            assert_eq!(to_half(middle.next_down()), half);
            assert_eq!(to_half(middle.next_up()), half + 1);
            assert_eq!(to_half(-middle), 0x8000 | even);
        }
        assert_eq!(to_half(65520_f32.next_down()), 0x7bff);
        assert_eq!(to_half(65520.0), 0x7c00);
        assert_eq!(to_half(f32::MAX), 0x7c00);
        assert_eq!(to_half(f32::NEG_INFINITY), 0xfc00);
    }

    #[test]
    fn sizes_are_inferred() {
        let file = File::small();
        let read = file.read().unwrap();
        // Two heads were meant; nothing says so.
        assert_eq!(read.weights.shape, Shape { heads: 4, ..SMALL });
        assert_eq!(read.weights.values, Weights::initial(SMALL, 7).values);
        assert!(read.about.is_empty());

        // What Python writes.
        let file = file.metadata(json!({"heads": "2", "format": "pt", "task": "tree"}));
        let read = file.read().unwrap();
        assert_eq!(read.weights.shape, SMALL);
        assert_eq!(read.about, BTreeMap::from([("task".into(), "tree".into())]));

        for shape in [
            TINY,
            Shape {
                sensory: 10,
                actions: 4,
                width: 16,
                layers: 12,
                heads: 4,
            },
        ] {
            let read = File::new(&Weights::initial(shape, 1)).read().unwrap();
            assert_eq!(read.weights, Weights::initial(shape, 1));
        }
    }

    #[test]
    fn a_prefix_and_strangers_are_tolerated() {
        let mut file = File::small();
        file.add("transformer.h.0.attn.bias", "BOOL", &[1, 1, 6, 6], 1);
        file.add("transformer.h.7.attn.bias", "BOOL", &[1, 1, 6, 6], 1);
        file.add("transformer.h.0.attn.masked_bias", "F32", &[], 4);
        file.add("transformer.h.9.lora.weight", "F32", &[2, 2], 4);
        file.add("count", "I64", &[1], 8);
        file.tensors.reverse();
        let expected = file.read().unwrap();
        assert_eq!(expected.weights.values, Weights::initial(SMALL, 7).values);
        for prefix in ["model.", "state_dict.", "state_dict.model."] {
            let mut file = file.clone();
            for tensor in &mut file.tensors {
                tensor.0 = format!("{prefix}{}", tensor.0);
            }
            assert_eq!(file.read().unwrap(), expected);
            file.tensor(&format!("{prefix}transformer.h.1.ln_2.bias")).0 = "x".into();
            assert_eq!(
                file.refusal(),
                format!("{prefix}transformer.h.1.ln_2.bias is missing")
            );
        }
        file.add("average.pred_actions.weight", "F32", &[5, 8], 4);
        assert!(
            file.refusal()
                .ends_with("are both in the file; expected one model")
        );
    }

    #[test]
    fn sixteen_bits_of_either_kind_are_read() {
        let mut file = File::small();
        for (i, (_, dtype, _, bytes)) in file.tensors.iter_mut().enumerate() {
            let values = bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b));
            match i % 3 {
                0 => continue,
                1 => {
                    *dtype = "F16";
                    *bytes = values.flat_map(|x| to_half(x).to_le_bytes()).collect();
                }
                _ => {
                    *dtype = "BF16";
                    let upper = |x: f32| (x.to_bits() >> 16) as u16;
                    *bytes = values.flat_map(|x| upper(x).to_le_bytes()).collect();
                }
            }
        }
        let read = file.read().unwrap().weights.values;
        for (x, y) in read.iter().zip(&Weights::initial(SMALL, 7).values) {
            // BF16 cut off; F16 has a coarsest step as well.
            let most = (y.abs() / 128.0).max(1.0 / 33_554_432.0);
            assert!((x - y).abs() <= most, "{x} for {y}");
        }
    }

    #[test]
    fn wrong_tensors_are_refused_by_name() {
        let valid = File::small();
        let with = |change: &dyn Fn(&mut File)| {
            let mut file = valid.clone();
            change(&mut file);
            file.refusal()
        };
        let shaped = |name: &'static str, shape: &'static [usize]| {
            with(&|file| {
                let tensor = file.tensor(name);
                tensor.2 = shape.to_vec();
                tensor.3 = vec![0; 4 * shape.iter().product::<usize>()];
            })
        };
        assert_eq!(
            shaped("pred_actions.weight", &[5, 4]),
            "pred_actions.weight is 5 x 4; expected 5 x 8"
        );
        assert_eq!(
            shaped("pred_actions.weight", &[40]),
            "pred_actions.weight is 40 long; expected actions x width"
        );
        assert_eq!(
            shaped("pred_actions.bias", &[4]),
            "pred_actions.bias is 4 long; expected 5 long"
        );
        assert_eq!(
            shaped("transformer.ln_f.bias", &[]),
            "transformer.ln_f.bias is a single number; expected 8 long"
        );
        // PyTorch's linear maps lie the other way round.
        assert_eq!(
            shaped("transformer.h.1.mlp.c_fc.weight", &[32, 8]),
            "transformer.h.1.mlp.c_fc.weight is 32 x 8; expected 8 x 32"
        );
        assert_eq!(
            shaped(
                "transformer.h.1.attn.c_proj.weight",
                &[1, 1, 1, 1, 1, 1, 8, 8]
            ),
            "transformer.h.1.attn.c_proj.weight is 1 x 1 x 1 x 1 x 1 x 1 x …; expected 8 x 8"
        );
        assert_eq!(
            shaped("embed_transition.weight", &[8, 13]),
            "embed_transition.weight is for tokens of 13 numbers; expected 2 S + 5 + 1 with a sensory code of S numbers (1 or more)"
        );
        for token in [&[8, 6], &[8, 0]] {
            assert!(shaped("embed_transition.weight", token).contains("for tokens of"));
        }
        assert_eq!(
            shaped("embed_transition.weight", &[0, 12]),
            "width is 0; expected 1 to 4096"
        );
        assert_eq!(
            shaped("pred_actions.weight", &[0, 8]),
            "actions is 0; expected 1 to 4096"
        );
        for tensor in Layout::new(SMALL).tensors {
            let refusal = with(&|file| file.tensors.retain(|t| t.0 != tensor.name));
            assert_eq!(refusal, format!("{} is missing", tensor.name));
        }
        assert_eq!(
            with(&|file| file.tensors.clear()),
            "embed_transition.weight is missing"
        );
        assert_eq!(
            with(&|file| file.tensors.retain(|t| !t.0.contains(".h."))),
            "transformer.h.0.ln_1.weight is missing"
        );
        for (kind, size) in [("F64", 8), ("I32", 4), ("BOOL", 1), ("F8_E4M3", 1)] {
            let refusal = with(&|file| {
                let tensor = file.tensor("transformer.h.1.ln_2.weight");
                (tensor.1, tensor.3) = (kind, vec![0; 8 * size]);
            });
            assert_eq!(
                refusal,
                format!(
                    "transformer.h.1.ln_2.weight holds {kind} numbers; expected F32, F16 or BF16"
                )
            );
        }
        let refusal = with(&|file| file.tensor("pred_actions.bias").1 = "F31");
        assert!(refusal.contains("F31"), "{refusal}");
    }

    #[test]
    fn values_that_are_not_finite_are_refused() {
        for (value, text) in [
            (f32::NAN, "NaN"),
            (f32::INFINITY, "inf"),
            (f32::NEG_INFINITY, "-inf"),
        ] {
            let mut file = File::small();
            let tensor = file.tensor("transformer.h.1.attn.c_attn.weight");
            tensor.3[4 * 17..4 * 18].copy_from_slice(&value.to_le_bytes());
            let expected = format!(
                "transformer.h.1.attn.c_attn.weight holds {text} at index 17; expected finite numbers"
            );
            assert_eq!(file.refusal(), expected);
            assert!(peek(&file.bytes()).is_ok());

            let mut ours = checkpoint(SMALL);
            let layout = Layout::new(SMALL);
            let tensor = layout
                .tensors
                .iter()
                .find(|t| t.name.contains(".1.attn.c_attn"));
            ours.weights.values[tensor.unwrap().range.start + 17] = value;
            for precision in [Precision::F32, Precision::F16] {
                assert_eq!(ours.write(precision).unwrap_err().to_string(), expected);
            }
        }
        let mut ours = checkpoint(SMALL);
        ours.weights.values[3] = 65520.0;
        assert!(ours.write(Precision::F32).is_ok());
        assert_eq!(
            ours.write(Precision::F16).unwrap_err().to_string(),
            "transformer.h.0.ln_1.weight holds 65520 at index 3; expected at most 65504 in size for F16: write F32"
        );
    }

    #[test]
    fn contradictory_metadata_are_refused() {
        let refusal = |metadata: Value| File::small().metadata(metadata).refusal();
        for (key, value, expected) in [
            (
                "heads",
                "3",
                "heads is 3; expected a divisor of the width, 8",
            ),
            ("heads", "0", "heads is 0; expected 1 to 4096"),
            (
                "heads",
                "four",
                "heads is “four” in the metadata; expected a whole number",
            ),
            (
                "width",
                "-8",
                "width is “-8” in the metadata; expected a whole number",
            ),
            ("width", "4097", "width is 4097; expected 1 to 4096"),
            (
                "width",
                "16",
                "transformer.h.0.ln_1.weight is 8 long; expected 16 long",
            ),
            (
                "layers",
                "3",
                "there are tensors of 2 layers; expected 3 by the metadata",
            ),
            (
                "layers",
                "1",
                "there are tensors of 2 layers; expected 1 by the metadata",
            ),
            (
                "sensory",
                "4",
                "embed_transition.weight is 8 x 12; expected 8 x 14",
            ),
            (
                "sensory",
                "4294967295",
                "sensory is 4294967295; expected 1 to 4096",
            ),
            ("actions", "4097", "actions is 4097; expected 1 to 4096"),
            (
                "format",
                "chickadee-transformer-2",
                "the format is “chickadee-transformer-2”; expected “chickadee-transformer-1”",
            ),
        ] {
            assert_eq!(refusal(json!({ key: value })), expected);
        }
        let endless = refusal(json!({"heads": "x".repeat(10_000)}));
        assert!(endless.len() < 300, "{endless}");

        let odd = Shape { width: 6, ..SMALL };
        let file = File::new(&Weights::initial(odd, 1));
        assert_eq!(
            file.refusal(),
            "the metadata do not say the heads, and the usual 4 do not divide the width 6; expected an entry such as heads = 2"
        );
        let read = file.metadata(json!({"heads": "2"})).read();
        assert_eq!(read.unwrap().weights.shape, odd);

        // A name alone makes no layers.
        let mut file = File::small();
        file.add("transformer.h.99.ln_1.weight", "F32", &[8], 4);
        assert_eq!(file.refusal(), "layers is 100; expected 1 to 64");
        file.add(
            "transformer.h.18446744073709551615.ln_1.weight",
            "F32",
            &[8],
            4,
        );
        assert!(file.refusal().ends_with("expected 1 to 64"));
    }

    #[test]
    fn what_is_not_read_is_not_written() {
        for (shape, expected) in [
            (
                Shape { heads: 3, ..SMALL },
                "heads is 3; expected a divisor of the width, 8",
            ),
            (
                Shape { heads: 0, ..SMALL },
                "heads is 0; expected 1 to 4096",
            ),
            (
                Shape { layers: 0, ..SMALL },
                "layers is 0; expected 1 to 64",
            ),
            (
                Shape {
                    layers: 65,
                    ..SMALL
                },
                "layers is 65; expected 1 to 64",
            ),
            (
                Shape {
                    width: 4096,
                    layers: 64,
                    heads: 4,
                    sensory: 4096,
                    actions: 4096,
                },
                "there are 1909 weights; expected 12955439104 for these sizes",
            ),
        ] {
            let mut ours = checkpoint(SMALL);
            ours.weights.shape = shape;
            let refusal = ours.write(Precision::F32).unwrap_err().to_string();
            assert_eq!(refusal, expected);
        }
        let mut ours = checkpoint(TINY);
        ours.about.insert("log".into(), "x".repeat(1 << 20));
        assert!(matches!(
            ours.write(Precision::F32),
            Err(CheckpointError::LongHeader { .. })
        ));
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        for precision in [Precision::F32, Precision::F16] {
            let mut bytes = checkpoint(TINY).write(precision).unwrap();
            let header = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
            for length in 0..bytes.len() {
                let cut = &bytes[..length];
                let error = Checkpoint::read(cut).unwrap_err();
                match error {
                    CheckpointError::Empty { .. } => assert!(length < 8),
                    CheckpointError::CutHeader { .. } => assert!((8..header).contains(&length)),
                    CheckpointError::Length { .. } => assert!(length >= header),
                    _ => panic!("{length}: {error}"),
                }
                // The header is enough for a look.
                assert_eq!(peek(cut).is_ok(), length >= header);
            }
            bytes.push(0);
            assert!(matches!(
                Checkpoint::read(&bytes),
                Err(CheckpointError::Length { .. })
            ));
        }
    }

    #[test]
    fn claims_are_not_believed() {
        assert_eq!(
            refusal(b""),
            "the file has 0 bytes; expected 8 for the length of the header, then the header"
        );
        assert_eq!(
            refusal(&(1_u64 << 31).to_le_bytes()),
            "the header is 2147483648 bytes long by its first eight bytes; expected up to 1048576: is this a safetensors file?"
        );
        assert!(refusal(&[0xff; 100]).contains("18446744073709551615"));
        assert_eq!(
            refusal(&[&1000_u64.to_le_bytes()[..], b"{}"].concat()),
            "the file is cut short in its header: 2 bytes of it are there; expected 1000"
        );
        assert!(refusal(b"PK\x03\x04\0\0\0\0\0\0").starts_with("this is a PyTorch file"));

        // Two gigabytes of weights in a few bytes: consistent with itself, but not there.
        let shape = Shape {
            width: 4096,
            layers: 3,
            ..SMALL
        };
        let (mut header, mut end) = (serde_json::Map::new(), 0);
        for (name, dims) in tensors(shape) {
            let start = end;
            end += 4 * dims.iter().product::<usize>();
            let info = json!({"dtype": "F32", "shape": dims, "data_offsets": [start, end]});
            header.insert(name, info);
        }
        let file = raw(&Value::from(header).to_string(), &[0; 64]);
        assert_eq!(
            refusal(&file),
            format!("the tensors take 64 bytes of the file; expected {end} by the header")
        );
        assert!(end > 2_000_000_000);
        assert_eq!(peek(&file).unwrap().0, Shape { heads: 4, ..shape });

        // Lengths that overflow when they are added or multiplied.
        let most = usize::MAX;
        for header in [
            format!(r#"{{"a":{{"dtype":"F32","shape":[{most},{most}],"data_offsets":[0,8]}}}}"#),
            format!(r#"{{"a":{{"dtype":"U8","shape":[{most}],"data_offsets":[0,{most}]}}}}"#),
            r#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}"#.into(),
            r#"{"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}"#.into(),
            r#"{"__metadata__":{"heads":4}}"#.into(),
            "[]".into(),
            "nonsense".into(),
            "[".repeat(100_000),
            r#"{"a":"#.repeat(100_000),
        ] {
            let refusal = refusal(&raw(&header, &[0; 8]));
            assert!(
                refusal.starts_with("the header cannot be read: "),
                "{refusal}"
            );
            assert!(refusal.len() < 300, "{refusal}");
        }
        // Eight tensors that end at the last address: with the length of the header the sum is beyond it.
        let each = usize::MAX / 8;
        let tensor = |i: usize| {
            let (start, end) = (i * each, (i + 1) * each);
            format!(r#""{i}":{{"dtype":"U8","shape":[{each}],"data_offsets":[{start},{end}]}}"#)
        };
        let header: Vec<String> = (0..8).map(tensor).collect();
        let refusal = refusal(&raw(&format!("{{{}}}", header.join(",")), &[0; 8]));
        assert!(refusal.starts_with("the tensors take 8 bytes"), "{refusal}");
    }

    fn cases(cases: u32) -> ProptestConfig {
        // Found cases become tests of their own; no files are left behind.
        ProptestConfig {
            cases,
            failure_persistence: None,
            ..ProptestConfig::default()
        }
    }

    /// Whatever is read is whole; the rest is one short sentence.
    fn read_anything(bytes: &[u8]) {
        let _ = peek(bytes);
        match Checkpoint::read(bytes) {
            Ok(read) => {
                let Weights { shape, values } = &read.weights;
                assert_eq!(values.len(), Layout::new(*shape).total());
                assert!(values.iter().all(|x| x.is_finite()));
                assert_eq!(peek(bytes).unwrap(), (*shape, read.about.clone()));
            }
            Err(error) => {
                let sentence = error.to_string();
                assert!(
                    sentence.len() < 1000 && !sentence.contains('\n'),
                    "{sentence}"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(cases(500))]

        #[test]
        fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..400)) {
            read_anything(&bytes);
            // The same as a header, and behind an empty one.
            read_anything(&[&(bytes.len() as u64).to_le_bytes()[..], &bytes].concat());
            read_anything(&[&2_u64.to_le_bytes()[..], b"{}", &bytes].concat());
        }

        #[test]
        fn any_header_is_survived(
            text in r#"[{}\[\]",:a-f0-9 .]{0,60}"#,
            at in any::<prop::sample::Index>(),
        ) {
            // A piece of text somewhere in a valid header, with the length set right.
            let bytes = checkpoint(TINY).write(Precision::F16).unwrap();
            let end = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
            let at = 8 + at.index(end - 8);
            let header = [&bytes[8..at], text.as_bytes(), &bytes[at..end]].concat();
            let length = header.len() as u64;
            read_anything(&[&length.to_le_bytes()[..], &header, &bytes[end..]].concat());
        }

        #[test]
        fn any_damage_is_survived(
            half in any::<bool>(),
            damage in vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..8),
        ) {
            let precision = if half { Precision::F16 } else { Precision::F32 };
            let mut bytes = checkpoint(TINY).write(precision).unwrap();
            let header = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
            for (at, with, digit) in damage {
                // Digits stay digits now and then: sizes and offsets change, and the header can be read.
                let at = at.index(if digit { header } else { bytes.len() });
                let old = bytes[at];
                bytes[at] = if digit && old.is_ascii_digit() { b'0' + with % 10 } else { old ^ with };
            }
            read_anything(&bytes);
        }
    }
}
