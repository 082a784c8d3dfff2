//! Tensors of a file that the model does not have: which are ignored, and which would change what it computes.

use std::collections::BTreeMap;

use safetensors::tensor::Metadata;

use super::{
    CheckpointError,
    plan::{Plan, layer_parts, parts_outside, plain},
};

/// Name of the position embeddings, which matter unless all are zero.
const POSITIONS: &str = "transformer.wpe.weight";
/// Name of the embeddings of words: GPT-2 has them, tokens that are vectors pass them by.
const WORDS: &str = "transformer.wte.weight";
/// Names in a layer of masks that are stored beside the weights.
const MASKS: [&str; 2] = ["attn.bias", "attn.masked_bias"];

/// Checks that no tensor beside the model's would change what it computes, by the names.
///
/// `names` are plain and as written; `prefix` is that of the model, `None` if there is none.
pub(super) fn none(
    names: &BTreeMap<String, String>,
    prefix: Option<&str>,
) -> Result<(), CheckpointError> {
    let (inside, outside) = (layer_parts(), parts_outside());
    for (name, written) in names {
        let what = match prefix.map(|prefix| name.strip_prefix(prefix)) {
            Some(Some(own)) => stranger(own, &inside, &outside),
            // Beside the model, or there is no model: an adapter changes it wherever it stands.
            Some(None) | None => adapter(name),
        };
        if let Some(what) = what {
            return Err(CheckpointError::Stranger {
                name: plain(written),
                what,
            });
        }
    }
    Ok(())
}

/// What a tensor of the model's is, if it is a stranger that matters.
fn stranger(name: &str, inside: &[String], outside: &[String]) -> Option<&'static str> {
    if outside.iter().any(|known| known == name) || [POSITIONS, WORDS].contains(&name) {
        return None;
    }
    if let Some(layer) = name.strip_prefix("transformer.h.")
        && let Some((number, part)) = layer.split_once('.')
        && number.bytes().all(|b| b.is_ascii_digit())
        && (inside.iter().any(|known| known == part) || MASKS.contains(&part))
    {
        return None;
    }
    if let Some(what) = adapter(name) {
        return Some(what);
    }
    let module = name.split('.').next().unwrap_or_default();
    if ["embed", "position", "norm", "ln_"]
        .iter()
        .any(|part| module.contains(part))
        || ["transformer", "pred_actions"].contains(&module)
    {
        return Some("a part that this model does not have and that would change what it computes");
    }
    None
}

/// Cross-attention and adapters, wherever they stand.
fn adapter(name: &str) -> Option<&'static str> {
    if name.contains("crossattention") || name.contains("cross_attn") {
        return Some("cross-attention, which this model does not have");
    }
    let adapters = ["lora_", ".lora.", "adapter", "ia3_", "prompt_encoder"];
    adapters
        .iter()
        .any(|part| name.contains(part))
        .then_some("an adapter, which this model does not have: merge it into the weights first")
}

/// Checks that position embeddings, if there are any, are zero.
pub(super) fn no_positions(
    plan: &Plan,
    header: &Metadata,
    data: &[u8],
) -> Result<(), CheckpointError> {
    let Ok((name, info)) = plan.find(header, POSITIONS) else {
        return Ok(());
    };
    let (start, end) = info.data_offsets;
    let bytes = data.get(start..end).unwrap_or_default();
    if bytes.iter().all(|&b| b == 0) {
        return Ok(());
    }
    Err(CheckpointError::Positions { name })
}
