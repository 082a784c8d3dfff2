use super::{Layout, Shape};
use crate::base::random::{Random, Stream};

/// All weights of a transformer, in one vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// The sizes.
    pub shape: Shape,
    /// The values, laid out as [`Layout`] says.
    pub values: Vec<f32>,
}

impl Weights {
    /// The initial weights of the paper: GPT-2's normal weights, PyTorch's uniform embedding and head.
    #[must_use]
    pub fn initial(shape: Shape, seed: u64) -> Self {
        let layout = Layout::new(shape);
        let mut values = vec![0.0; layout.total()];
        // GPT-2 scales what is added to the residual stream by the number of additions.
        let residual = 0.02 / libm::sqrtf(2.0 * shape.layers as f32);
        for (position, tensor) in layout.tensors.iter().enumerate() {
            let out = &mut values[tensor.range.clone()];
            let mut random = Random::new(seed, Stream::Initial, position as u64);
            let name = tensor.name.as_str();
            let fan_in = match name {
                _ if name.starts_with("embed_transition") => Some(shape.token_width()),
                _ if name.starts_with("pred_actions") => Some(shape.width),
                _ => None,
            };
            if let Some(fan_in) = fan_in {
                let bound = 1.0 / libm::sqrtf(fan_in as f32);
                out.fill_with(|| bound * (2.0 * random.uniform() - 1.0));
            } else if name.contains("ln_") {
                out.fill(if name.ends_with("weight") { 1.0 } else { 0.0 });
            } else if name.ends_with("weight") {
                random.fill_normal(out);
                let deviation = if name.contains("c_proj") {
                    residual
                } else {
                    0.02
                };
                for x in out {
                    *x *= deviation;
                }
            }
        }
        Self { shape, values }
    }
}
