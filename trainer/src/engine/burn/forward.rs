//! The transformer forward, in tensor operations: many training examples at once.
//!
//! There are two streams of rows. Context rows see the context before them and themselves; query rows see as much
//! of the context as they are asked with, and themselves. No row sees a query, so that only the context leaves keys
//! and values for others, and one more score a row stands for the row itself. In the last layer no row reads the
//! context rows any more: there they leave keys and values, and are done.

use burn::tensor::{
    Bool, Device, Distribution, Int, Tensor,
    activation::{log_softmax, sigmoid},
    module::{layer_norm, linear},
};

use super::model::{Affine, Layer, Model};

/// Added to the score of a token that a row must not see; e to that power is 0, and no row has only such scores.
const UNSEEN: f32 = -1e30;

const EPSILON: f64 = 1e-5;
const ROOT_2_OVER_PI: f64 = 0.797_884_560_802_865_4;
const CUBIC: f64 = 0.044_715;

/// Several training examples with equally many context tokens and equally many queries, on the device.
#[derive(Clone, Debug)]
pub struct ExampleBatch {
    /// Context tokens: training examples × T × token.
    pub context: Tensor<3>,
    /// Query tokens: training examples × Q × token.
    pub queries: Tensor<3>,
    /// Number of context tokens that each query sees: training examples × Q.
    pub visible: Tensor<2, Int>,
}

/// The rows of one stream, and their mask.
struct Stream {
    /// The residual stream: training examples × rows × d.
    x: Tensor<3>,
    /// Hides context tokens from rows: 1 or training examples × 1 × rows × T, 0 or [`UNSEEN`].
    mask: Tensor<4>,
}

/// Queries, keys or values of all heads: training examples × heads × rows × head width.
type Heads = Tensor<4>;

/// Keys and values of some rows.
struct KeysValues {
    key: Heads,
    value: Heads,
}

impl Model {
    /// Log-probabilities of the actions at all queries: training examples · Q × A. While learning, every value is silenced
    /// with probability `dropout`, at the places that GPT-2 has for it.
    #[must_use]
    pub fn answer(&self, examples: ExampleBatch, dropout: f64) -> Tensor<2> {
        let device = examples.context.device().without_autodiff();
        let [count, tokens, _] = examples.context.dims();
        let queries = examples.queries.dims()[1];
        let before = Tensor::<1, Int>::arange(0..tokens as i64, &device).reshape([1, tokens]);
        let mut context = Stream {
            x: self.embed(examples.context, dropout),
            mask: mask(before, tokens, &device),
        };
        let mut asked = Stream {
            x: self.embed(examples.queries, dropout),
            mask: mask(examples.visible.without_autodiff(), tokens, &device),
        };
        for (index, layer) in self.layers.iter().enumerate() {
            let parts = Parts::new(layer, self.shape.heads, dropout);
            let read = normalise(&layer.ln_1, context.x.clone());
            let cache = parts.keys_values(&read);
            if index + 1 < self.layers.len() {
                context.x =
                    parts.mlp_block(parts.attend(context.x, &read, &cache, &cache, &context.mask));
            }
            let read = normalise(&layer.ln_1, asked.x.clone());
            asked.x = parts.mlp_block(parts.attend(
                asked.x,
                &read,
                &parts.keys_values(&read),
                &cache,
                &asked.mask,
            ));
        }
        let read = normalise(&self.norm, asked.x).reshape([count * queries, self.shape.width]);
        let logits = linear(
            read,
            self.head.weight.clone().transpose(),
            Some(self.head.bias.clone()),
        );
        log_softmax(logits, 1)
    }

    fn embed(&self, tokens: Tensor<3>, dropout: f64) -> Tensor<3> {
        let weight = self.embed.weight.clone().transpose();
        dropout_of(
            linear(tokens, weight, Some(self.embed.bias.clone())),
            dropout,
        )
    }
}

/// The mask of a row as numbers to add to its scores; `visible` is 1 or training examples × rows.
fn mask(visible: Tensor<2, Int>, tokens: usize, device: &Device) -> Tensor<4> {
    let [examples, rows] = visible.dims();
    let token = Tensor::<1, Int>::arange(0..tokens as i64, device).reshape([1, 1, 1, tokens]);
    let token = token.expand([examples, 1, rows, tokens]);
    let hidden: Tensor<4, Bool> = token.greater_equal(
        visible
            .reshape([examples, 1, rows, 1])
            .expand([examples, 1, rows, tokens]),
    );
    hidden.float() * UNSEEN
}

/// The three thirds of the attention's map.
#[derive(Clone, Copy)]
enum Part {
    Query,
    Key,
    Value,
}

/// One layer, its map of query, key and value cut into three.
struct Parts<'a> {
    layer: &'a Layer,
    attention: [Affine<2>; 3],
    heads: usize,
    dropout: f64,
}

impl<'a> Parts<'a> {
    fn new(layer: &'a Layer, heads: usize, dropout: f64) -> Self {
        let d = layer.projection.bias.dims()[0];
        let third = |i: usize| Affine {
            weight: layer.attention.weight.clone().narrow(1, i * d, d),
            bias: layer.attention.bias.clone().narrow(0, i * d, d),
        };
        Self {
            layer,
            attention: [third(0), third(1), third(2)],
            heads,
            dropout,
        }
    }

    fn heads(&self, part: Part, read: &Tensor<3>) -> Heads {
        let [examples, rows, d] = read.dims();
        apply(&self.attention[part as usize], read.clone())
            .reshape([examples, rows, self.heads, d / self.heads])
            .swap_dims(1, 2)
    }

    fn keys_values(&self, read: &Tensor<3>) -> KeysValues {
        KeysValues {
            key: self.heads(Part::Key, read),
            value: self.heads(Part::Value, read),
        }
    }

    /// Adds to the residual stream `x` what its rows, normalised in `read`, find in the memory and in themselves.
    fn attend(
        &self,
        x: Tensor<3>,
        read: &Tensor<3>,
        self_kv: &KeysValues,
        cache: &KeysValues,
        mask: &Tensor<4>,
    ) -> Tensor<3> {
        let shape = read.dims();
        let head = shape[2] / self.heads;
        let query = self.heads(Part::Query, read) * (1.0 / (head as f64).sqrt());
        let self_score = (query.clone() * self_kv.key.clone()).sum_dim(3);
        let scores = query.matmul(cache.key.clone().swap_dims(2, 3)) + mask.clone();
        // Soft-max with the division last, on rows of a head's width: of all that is as wide as the context, only
        // the powers are kept for the way back. Taking out the highest score changes nothing but the range.
        let highest = scores
            .clone()
            .detach()
            .max_dim(3)
            .max_pair(self_score.clone().detach());
        let power = (scores - highest.clone()).exp();
        let self_power = (self_score - highest).exp();
        let sum = power.clone().sum_dim(3) + self_power.clone();
        let from_cache = dropout_of(power, self.dropout).matmul(cache.value.clone());
        let found =
            (from_cache + dropout_of(self_power, self.dropout) * self_kv.value.clone()) / sum;
        let found = apply(&self.layer.projection, found.swap_dims(1, 2).reshape(shape));
        x + dropout_of(found, self.dropout)
    }

    /// The MLP.
    fn mlp_block(&self, x: Tensor<3>) -> Tensor<3> {
        let read = normalise(&self.layer.ln_2, x.clone());
        let active = gelu(apply(&self.layer.mlp_in, read));
        x + dropout_of(apply(&self.layer.mlp_out, active), self.dropout)
    }
}

fn apply(affine: &Affine<2>, x: Tensor<3>) -> Tensor<3> {
    linear(x, affine.weight.clone(), Some(affine.bias.clone()))
}

fn normalise(affine: &Affine<1>, x: Tensor<3>) -> Tensor<3> {
    layer_norm(x, affine.weight.clone(), Some(affine.bias.clone()), EPSILON)
}

/// GPT-2's GELU, ½x(1 + tanh(√(2/π)(x + 0.044715x³))), written as x · σ(2√(2/π)(x + 0.044715x³)).
fn gelu(x: Tensor<3>) -> Tensor<3> {
    let bent = (x.clone() * x.clone() * CUBIC + 1.0) * x.clone();
    x * sigmoid(bent * (2.0 * ROOT_2_OVER_PI))
}

/// Dropout: values become 0 with probability `probability`, and the rest grow so that the mean stays.
pub(super) fn dropout_of<const D: usize>(x: Tensor<D>, probability: f64) -> Tensor<D> {
    if probability == 0.0 {
        return x;
    }
    let kept = 1.0 - probability;
    let device = x.device().without_autodiff();
    let mask = Tensor::random(x.dims(), Distribution::Bernoulli(kept), &device) * (1.0 / kept);
    x * mask
}
