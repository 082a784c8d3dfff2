//! Readouts that come with a checkpoint.
//!
//! A readout belongs to the weights that it was fitted to, and so it lies in the same file: two tensors
//! `readout.{query|memory}.{layer}.{target}.weight` (width × outputs) and `….bias` (outputs). The layer counts from 1,
//! as in [`Answers::hidden`](crate::models::transformer::Answers::hidden), whose entry 0 is the embedding. What a
//! target means is the business of the fit. A checkpoint that is read and written again, for more training, loses them,
//! as it should.

use std::fmt;

use serde::Serialize;

use super::*;
use crate::{analysis::LinearReadout, base::Matrix};

/// The most outputs of a readout.
const MOST_OUTPUTS: usize = 64;
/// The longest name of a target.
const LONGEST_TARGET: usize = 40;

/// Role of the tokens whose activity a readout takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenRole {
    /// The query.
    Query,
    /// Context tokens.
    Memory,
}

impl TokenRole {
    /// Its name in a file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Memory => "memory",
        }
    }
}

/// Token role, layer and target of a readout.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadoutKey {
    /// Role of the tokens.
    pub role: TokenRole,
    /// The layer, from 1; after the last one with the final normalisation.
    pub layer: usize,
    /// Name of the target: letters, digits and `_`.
    pub target: String,
}

impl ReadoutKey {
    /// The key of a tensor's name without prefix, and whether it is the weight; `None` for other tensors.
    fn parse(name: &str) -> Option<(Self, bool)> {
        let mut parts = name.strip_prefix("readout.")?.split('.');
        let role = match parts.next()? {
            "query" => TokenRole::Query,
            "memory" => TokenRole::Memory,
            _ => return None,
        };
        let layer = parts.next()?;
        let target = parts.next()?.to_owned();
        let weight = match parts.next()? {
            "weight" => true,
            "bias" => false,
            _ => return None,
        };
        let key = Self {
            role,
            layer: layer.parse().ok()?,
            target,
        };
        // One spelling a key: not 01, not +1.
        let exact =
            parts.next().is_none() && nameable(&key.target) && layer == key.layer.to_string();
        exact.then_some((key, weight))
    }

    fn checked(self, name: &str, layers: usize) -> Result<Self, CheckpointError> {
        if (1..=layers).contains(&self.layer) {
            return Ok(self);
        }
        Err(CheckpointError::Reads {
            name: name.into(),
            found: self.layer,
            layers,
        })
    }
}

impl fmt::Display for ReadoutKey {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            role,
            layer,
            target,
        } = self;
        write!(f, "readout.{}.{layer}.{target}", role.name())
    }
}

fn nameable(target: &str) -> bool {
    (1..=LONGEST_TARGET).contains(&target.len())
        && target
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The readouts of a checkpoint.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readouts {
    /// All of them: d inputs each, and as many outputs as the target has.
    pub all: BTreeMap<ReadoutKey, LinearReadout>,
}

/// Name, shape and numbers of a tensor.
pub(super) type Named<'a> = (String, Vec<usize>, &'a [f32]);

impl Readouts {
    /// Reads the readouts of a checkpoint from the bytes of its file; none are none. Names that are not of the form above are
    /// ignored, as all unknown tensors.
    ///
    /// # Errors
    /// As [`Checkpoint::read`], apart from the values of the weights; and when a readout is of a layer or shape that
    /// the model does not have, lacks its other half, or holds numbers that are not finite.
    pub fn read(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let (header, data) = whole(bytes)?;
        let plan = Plan::new(&header)?;
        let width = plan.shape.width;
        let mut all = BTreeMap::new();
        // In the order of names, so that the same mistake is always reported first.
        for name in plan.names.keys() {
            let Some((key, weight)) = name.strip_prefix(&plan.prefix).and_then(ReadoutKey::parse)
            else {
                continue;
            };
            let key = key.checked(name, plan.shape.layers)?;
            if !weight {
                // Its weight brings it along.
                plan.find(&header, &format!("{key}.weight"))?;
                continue;
            }
            let (weight, info) = plan.find(&header, &format!("{key}.weight"))?;
            let (bias, bias_info) = plan.find(&header, &format!("{key}.bias"))?;
            let outputs = match info.shape[..] {
                [rows, outputs] if rows == width && (1..=MOST_OUTPUTS).contains(&outputs) => {
                    outputs
                }
                _ => return Err(shape_error(weight, &info.shape, width)),
            };
            if bias_info.shape != [outputs] {
                return Err(CheckpointError::Shape {
                    name: bias,
                    found: times(&bias_info.shape),
                    expected: times(&[outputs]),
                });
            }
            known(&weight, info)?;
            known(&bias, bias_info)?;
            let mut readout = LinearReadout {
                weights: Matrix::zeros(width, outputs),
                bias: vec![0.0; outputs],
            };
            numbers(&weight, info, data, readout.weights.values_mut())?;
            numbers(&bias, bias_info, data, &mut readout.bias)?;
            all.insert(key, readout);
        }
        Ok(Self { all })
    }

    /// A readout, if there is one.
    #[must_use]
    pub fn get(&self, role: TokenRole, layer: usize, target: &str) -> Option<&LinearReadout> {
        let target = target.to_owned();
        self.all.get(&ReadoutKey {
            role,
            layer,
            target,
        })
    }

    /// The tensors to be written for a model of `shape`, in the order of keys.
    pub(super) fn tensors(&self, shape: Shape) -> Result<Vec<Named<'_>>, CheckpointError> {
        let mut out = Vec::with_capacity(2 * self.all.len());
        for (key, readout) in &self.all {
            if !nameable(&key.target) {
                let found = short(&key.target);
                return Err(CheckpointError::Target { found });
            }
            let name = format!("{key}.weight");
            key.clone().checked(&name, shape.layers)?;
            let (rows, outputs) = (readout.weights.rows(), readout.weights.columns());
            if rows != shape.width || !(1..=MOST_OUTPUTS).contains(&outputs) {
                return Err(shape_error(name, &[rows, outputs], shape.width));
            }
            if readout.bias.len() != outputs {
                return Err(CheckpointError::Shape {
                    name: format!("{key}.bias"),
                    found: times(&[readout.bias.len()]),
                    expected: times(&[outputs]),
                });
            }
            out.push((name, vec![rows, outputs], readout.weights.values()));
            out.push((format!("{key}.bias"), vec![outputs], &readout.bias[..]));
        }
        Ok(out)
    }
}

fn shape_error(name: String, found: &[usize], width: usize) -> CheckpointError {
    CheckpointError::Shape {
        name,
        found: times(found),
        expected: format!("{width} x outputs, which are 1 to {MOST_OUTPUTS}"),
    }
}
