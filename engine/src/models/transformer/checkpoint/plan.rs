//! Headers of files, checked against the model.

use super::*;

/// The header as it is written, in the order of names.
#[derive(Serialize)]
pub(super) struct Header<'a> {
    #[serde(rename = "__metadata__")]
    pub metadata: BTreeMap<String, String>,
    #[serde(flatten)]
    pub tensors: BTreeMap<&'a str, TensorInfo>,
}

/// Header and numbers. The header agrees with itself (tensors lie one behind the other, each as long as its shape
/// says), but not yet with the numbers.
///
/// The crate's own reader adds up lengths that the file claims and can overflow; here a length is only compared.
pub(super) fn split(bytes: &[u8]) -> Result<(Metadata, &[u8]), CheckpointError> {
    split_parts(bytes).map_err(|error| foreign::kind(bytes).unwrap_or(error))
}

fn split_parts(bytes: &[u8]) -> Result<(Metadata, &[u8]), CheckpointError> {
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

/// The content of a header, checked against the tensors that the model has.
pub(super) struct Plan {
    pub shape: Shape,
    pub about: BTreeMap<String, String>,
    /// Prefix of the names of all tensors.
    pub prefix: String,
    /// Whether the metadata say the heads.
    pub says_heads: bool,
    /// Names of all tensors without what `torch.compile` adds, and as they stand in the file.
    pub names: BTreeMap<String, String>,
}

impl Plan {
    pub fn new(header: &Metadata) -> Result<Self, CheckpointError> {
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

        let names = plain_names(header.offset_keys())?;
        let prefix = prefix(&names)?;
        strangers::none(&names, prefix.as_deref())?;
        let mut plan = Self {
            shape: Shape {
                width: 0,
                layers: 0,
                heads: 0,
                sensory: 0,
                actions: 0,
            },
            about,
            prefix: prefix.unwrap_or_default(),
            says_heads: heads.is_some(),
            names,
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
        let found = layer_count(plan.names.keys(), &plan.prefix);
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
            known(&name, info)?;
        }
        Ok(plan)
    }

    /// A tensor with its whole name.
    pub fn find<'a>(
        &self,
        header: &'a Metadata,
        name: &str,
    ) -> Result<(String, &'a TensorInfo), CheckpointError> {
        let name = format!("{}{name}", self.prefix);
        let written = self.names.get(&name).unwrap_or(&name);
        match header.info(written) {
            Some(info) => Ok((short(written), info)),
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

/// Name of a compiled module in the names of its tensors.
const COMPILED: &str = "_orig_mod.";

/// Names without [`COMPILED`], and as they stand in the file.
fn plain_names(written: Vec<String>) -> Result<BTreeMap<String, String>, CheckpointError> {
    let mut names = BTreeMap::new();
    for name in written {
        if let Some(first) = names.insert(name.replace(COMPILED, ""), name.clone()) {
            return Err(CheckpointError::TwoModels {
                first: plain(&first),
                second: plain(&name),
            });
        }
    }
    Ok(names)
}

/// Prefix of the names: that of the head's. `None` without a head, which will be found missing.
fn prefix(names: &BTreeMap<String, String>) -> Result<Option<String>, CheckpointError> {
    let mut heads = names.keys().filter(|name| {
        name.strip_suffix(HEAD).is_some_and(|prefix| {
            prefix.is_empty() || prefix.ends_with('.') && prefix.len() <= LONGEST_PREFIX
        })
    });
    let Some(first) = heads.next() else {
        return Ok(None);
    };
    if let Some(second) = heads.next() {
        // An average of the weights beside the weights, perhaps: which one is meant cannot be known.
        return Err(CheckpointError::TwoModels {
            first: plain(first),
            second: plain(second),
        });
    }
    Ok(first.strip_suffix(HEAD).map(Into::into))
}

/// Number of layers by the names: one more than the last that has a weight of ours.
fn layer_count<'a>(names: impl Iterator<Item = &'a String>, prefix: &str) -> usize {
    let parts = layer_parts();
    let layer = |name: &String| {
        let name = name.strip_prefix(prefix)?.strip_prefix("transformer.h.")?;
        let (layer, part) = name.split_once('.')?;
        let layer: usize = layer.parse().ok()?;
        parts
            .iter()
            .any(|known| known == part)
            .then(|| layer.saturating_add(1))
    };
    names.filter_map(layer).max().unwrap_or(0)
}

/// Sizes of the smallest model: its tensors have the names of every model's.
const SMALLEST: Shape = Shape {
    width: 1,
    layers: 1,
    heads: 1,
    sensory: 1,
    actions: 1,
};

/// Names of the tensors of a layer behind its number.
pub(super) fn layer_parts() -> Vec<String> {
    let of_layer = |name: &String| name.strip_prefix("transformer.h.0.").map(Into::into);
    let all = tensors(SMALLEST);
    all.iter().filter_map(|(name, _)| of_layer(name)).collect()
}

/// Names of the tensors outside the layers.
pub(super) fn parts_outside() -> Vec<String> {
    let all = tensors(SMALLEST).into_iter().map(|(name, _)| name);
    all.filter(|name| !name.starts_with("transformer.h."))
        .collect()
}

/// Names and shapes of all tensors, in the order of [`Layout`], without the places that could overflow.
///
/// The sizes have been [checked](check).
pub(super) fn tensors(shape: Shape) -> Vec<(String, Vec<usize>)> {
    let one = Layout::new(Shape { layers: 1, ..shape });
    let (layer_tensors, rest): (Vec<_>, Vec<_>) = one
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
            layer_tensors.iter().map(layer)
        })
        .chain(rest)
        .collect()
}

/// Checks that the numbers of a tensor are of a format that is read.
pub(super) fn known(name: &str, info: &TensorInfo) -> Result<(), CheckpointError> {
    if matches!(
        info.dtype,
        Dtype::F32 | Dtype::F16 | Dtype::BF16 | Dtype::F64
    ) {
        return Ok(());
    }
    Err(CheckpointError::Kind {
        name: name.into(),
        found: format!("{:?}", info.dtype),
    })
}

/// Sizes within the limits, and heads that divide the width.
pub(super) fn check(shape: Shape) -> Result<(), CheckpointError> {
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
pub(super) fn at_most(
    key: &'static str,
    found: usize,
    most: usize,
) -> Result<usize, CheckpointError> {
    if (1..=most).contains(&found) {
        Ok(found)
    } else {
        Err(CheckpointError::Size { key, found, most })
    }
}

/// A shape in words: "5 x 128", "128 long". A file can claim any number of axes; the first few say enough.
pub(super) fn times(shape: &[usize]) -> String {
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

/// A name from the file for a sentence: on one line, and short enough.
pub(super) fn plain(name: &str) -> String {
    short(&name.replace(char::is_control, " "))
}

/// The beginning of a text from the file, short enough for a sentence.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}
