use std::ops::Range;

/// The sizes of a transformer; all weights follow from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Width of the residual stream, d.
    pub width: usize,
    /// Number of layers.
    pub layers: usize,
    /// Attention heads of a layer; divides the width.
    pub heads: usize,
    /// Length of a sensory code, S.
    pub sensory: usize,
    /// Number of actions, A.
    pub actions: usize,
}

impl Shape {
    /// Length of a token: state, action, next state, reward.
    #[must_use]
    pub fn token_width(&self) -> usize {
        2 * self.sensory + self.actions + 1
    }

    /// Width of the MLP, 4d.
    #[must_use]
    pub fn mlp_width(&self) -> usize {
        4 * self.width
    }

    /// Width of a head.
    #[must_use]
    pub fn head_width(&self) -> usize {
        self.width / self.heads
    }
}

/// Ranges of weight and bias of an affine map or a normalisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affine {
    /// The weight.
    pub weight: Range<usize>,
    /// The bias.
    pub bias: Range<usize>,
}

/// Ranges of the weights of one layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerLayout {
    /// Normalisation before the attention, d.
    pub ln_1: Affine,
    /// Query, key and value, d × 3d.
    pub attention: Affine,
    /// Output of the attention, d × d.
    pub projection: Affine,
    /// Normalisation before the MLP, d.
    pub ln_2: Affine,
    /// First affine map of the MLP, d × 4d.
    pub mlp_in: Affine,
    /// Second affine map of the MLP, 4d × d.
    pub mlp_out: Affine,
}

/// One tensor of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name in the authors' files.
    pub name: String,
    /// Its shape in the authors' orientation.
    pub shape: Vec<usize>,
    /// Range of its values in [`super::Weights`].
    pub range: Range<usize>,
}

/// Ranges of all tensors in the one vector of all weights, in the authors' order of construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The layers.
    pub layers: Vec<LayerLayout>,
    /// The last normalisation, d.
    pub norm: Affine,
    /// The embedding of tokens, d × token.
    pub embed: Affine,
    /// The logits of the actions, A × d.
    pub head: Affine,
    /// All tensors in order.
    pub tensors: Vec<Tensor>,
}

impl Layout {
    /// The layout of a shape.
    #[must_use]
    pub fn new(shape: Shape) -> Self {
        let d = shape.width;
        let mut tensors = Vec::new();
        let mut end = 0;
        let mut take = |name: String, shape: &[usize]| {
            let range = end..end + shape.iter().product::<usize>();
            end = range.end;
            tensors.push(Tensor {
                name,
                shape: shape.to_vec(),
                range: range.clone(),
            });
            range
        };
        let mut affine = |name: &str, weight: &[usize], bias: usize| Affine {
            weight: take(format!("{name}.weight"), weight),
            bias: take(format!("{name}.bias"), &[bias]),
        };
        let layers = (0..shape.layers)
            .map(|i| {
                let name = |part: &str| format!("transformer.h.{i}.{part}");
                LayerLayout {
                    ln_1: affine(&name("ln_1"), &[d], d),
                    attention: affine(&name("attn.c_attn"), &[d, 3 * d], 3 * d),
                    projection: affine(&name("attn.c_proj"), &[d, d], d),
                    ln_2: affine(&name("ln_2"), &[d], d),
                    mlp_in: affine(
                        &name("mlp.c_fc"),
                        &[d, shape.mlp_width()],
                        shape.mlp_width(),
                    ),
                    mlp_out: affine(&name("mlp.c_proj"), &[shape.mlp_width(), d], d),
                }
            })
            .collect();
        let norm = affine("transformer.ln_f", &[d], d);
        let embed = affine("embed_transition", &[d, shape.token_width()], d);
        let head = affine("pred_actions", &[shape.actions, d], shape.actions);
        Self {
            layers,
            norm,
            embed,
            head,
            tensors,
        }
    }

    /// Number of all weights.
    #[must_use]
    pub fn total(&self) -> usize {
        self.tensors.last().map_or(0, |tensor| tensor.range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parameter counts of the published models.
    #[test]
    fn sizes_are_the_published_ones() {
        let tree = Shape {
            width: 512,
            layers: 3,
            heads: 4,
            sensory: 10,
            actions: 4,
        };
        assert_eq!(Layout::new(tree).total(), 9_473_540);
        let grid = Shape { actions: 5, ..tree };
        let layout = Layout::new(grid);
        assert_eq!(layout.total(), 9_474_565);
        assert_eq!(layout.tensors.len(), 42);
    }
}
