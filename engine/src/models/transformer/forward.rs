//! One layer forward, for every use: context tokens, queries, training.
//!
//! A row of the residual stream sees the first `visible` tokens of the KV cache and itself. That is true of a
//! context token (it sees those before it) and of a query (it sees as much context as it is asked with), and so
//! there is one function for both. Rows that belong to the context also leave their key and value in the cache.

use super::{
    Layout, Shape, Weights,
    dropout::{Dropout, Left, Part, Place},
};
use crate::{
    base::Matrix,
    ops::{
        elementwise::{add_rows, gelu, layer_norm, softmax},
        matmul::{Packed, PackedWeights, Start, View, multiply},
    },
};

/// A transformer ready to run: weights packed for the products.
#[derive(Clone, Debug)]
pub struct Transformer {
    pub(super) weights: Weights,
    pub(super) layout: Layout,
    pub(super) embed: PackedWeights,
    pub(super) layers: Vec<PackedLayer>,
    pub(super) head: PackedWeights,
}

#[derive(Clone, Debug, Default)]
pub(super) struct PackedLayer {
    pub query: PackedWeights,
    pub key_value: PackedWeights,
    pub projection: PackedWeights,
    pub mlp_in: PackedWeights,
    pub mlp_out: PackedWeights,
}

/// Keys and values of one layer, packed for the products: one entry a head.
#[derive(Clone, Debug, Default)]
pub(super) struct KvCache {
    /// Head width × tokens.
    pub keys: Vec<Packed>,
    /// Tokens × head width.
    pub values: Vec<Packed>,
}

impl KvCache {
    pub fn new(shape: Shape) -> Self {
        Self {
            keys: vec![Packed::empty_columns(shape.head_width()); shape.heads],
            values: vec![Packed::empty_rows(shape.head_width()); shape.heads],
        }
    }

    pub fn len(&self) -> usize {
        self.keys.first().map_or(0, Packed::columns)
    }

    /// Adds one token: key and value of all heads, one behind the other.
    pub fn push(&mut self, key_value: &[f32], head: usize) {
        let (key, value) = key_value.split_at(key_value.len() / 2);
        for (h, (keys, values)) in self.keys.iter_mut().zip(&mut self.values).enumerate() {
            keys.push_column(&key[h * head..][..head]);
            values.push_row(&value[h * head..][..head]);
        }
    }

    pub fn truncate(&mut self, tokens: usize) {
        for (keys, values) in self.keys.iter_mut().zip(&mut self.values) {
            keys.truncate_columns(tokens);
            values.truncate_rows(tokens);
        }
    }
}

/// The rows of a batch.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    /// For every row, the number of tokens of the cache that it sees beside itself.
    pub visible: &'a [usize],
    /// The first so many rows join the cache.
    pub context: usize,
    /// Rows before this one leave only key and value behind.
    pub first_live: usize,
}

/// Hides cached tokens from rows: `hides(row, token)`; a row itself has the token number `cache length`.
pub(super) type Hides<'a> = &'a dyn Fn(usize, usize) -> bool;

/// What is done to a layer on its way, and looked at.
#[derive(Clone, Copy, Default)]
pub(super) struct Interventions<'a> {
    /// The tokens that are hidden.
    pub hides: Option<Hides<'a>>,
    /// The head that is looked at.
    pub probe: Option<Probe<'a>>,
    /// The values that are silenced while learning.
    pub dropout: Option<Dropout>,
}

/// A head whose similarities are kept on the tape, and may be given.
#[derive(Clone, Copy)]
pub(super) struct Probe<'a> {
    pub head: usize,
    /// What stands in for the scaled products: live rows × (cache + 1), the row itself last.
    pub given: Option<&'a Matrix>,
}

/// Activity of one layer, kept for attention matrices, hidden states and gradients.
#[derive(Clone, Debug, Default)]
pub(super) struct Tape {
    /// Normalised input, before and after weight and bias: rows × d, and 1/deviation of every row.
    pub ln1_normal: Vec<f32>,
    pub ln1_rstd: Vec<f32>,
    pub ln1_out: Vec<f32>,
    /// Queries of the live rows × d; keys and values of all rows × 2d.
    pub query: Vec<f32>,
    pub key_value: Vec<f32>,
    /// Attention of the live rows on the cache, head by head: heads × live rows × cache; and on themselves.
    pub attention: Vec<f32>,
    pub self_weight: Vec<f32>,
    /// What dropout leaves of the attention of the last rows.
    pub left: Left,
    /// Of the head that is looked at, what the soft-max takes: live rows × (cache + 1), the row itself last.
    pub similarities: Vec<f32>,
    /// Attention output of all heads: live rows × d.
    pub attn_out: Vec<f32>,
    /// The second half: live rows × d, and the MLP × 4d before and after the GELU.
    pub ln2_normal: Vec<f32>,
    pub ln2_rstd: Vec<f32>,
    pub ln2_out: Vec<f32>,
    pub mlp_pre: Vec<f32>,
    pub mlp_act: Vec<f32>,
    pub sum: Vec<f32>,
}

/// Rows that share one product of queries and keys.
pub(super) const ROW_TILE: usize = 48;

/// Resizes a buffer to `length` values; the caller overwrites those that were there before.
pub(super) fn size(buffer: &mut Vec<f32>, length: usize) -> &mut [f32] {
    buffer.resize(length, 0.0);
    buffer
}

impl Transformer {
    /// Packs the weights.
    #[must_use]
    pub fn new(weights: Weights) -> Self {
        let layout = Layout::new(weights.shape);
        let mut transformer = Self {
            layers: vec![PackedLayer::default(); weights.shape.layers],
            embed: PackedWeights::default(),
            head: PackedWeights::default(),
            layout,
            weights,
        };
        transformer.pack();
        transformer
    }

    /// Packs the weights again after they have changed.
    fn pack(&mut self) {
        let Shape { width: d, .. } = self.weights.shape;
        let shape = self.weights.shape;
        let w = &self.weights.values;
        for (packed, ranges) in self.layers.iter_mut().zip(&self.layout.layers) {
            let attention = &w[ranges.attention.weight.clone()];
            packed.query.pack(View::strided(attention, d, d, 3 * d));
            packed
                .key_value
                .pack(View::strided(&attention[d..], d, 2 * d, 3 * d));
            packed
                .projection
                .pack(View::new(&w[ranges.projection.weight.clone()], d, d));
            packed.mlp_in.pack(View::new(
                &w[ranges.mlp_in.weight.clone()],
                d,
                shape.mlp_width(),
            ));
            packed.mlp_out.pack(View::new(
                &w[ranges.mlp_out.weight.clone()],
                shape.mlp_width(),
                d,
            ));
        }
        // The authors' Linear layers are stored the other way round: out × in.
        let embed = View::new(&w[self.layout.embed.weight.clone()], d, shape.token_width());
        self.embed.pack(embed.transposed());
        let head = View::new(&w[self.layout.head.weight.clone()], shape.actions, d);
        self.head.pack(head.transposed());
    }

    /// Replaces the weights; the shape stays.
    ///
    /// # Panics
    /// When the number of values differs.
    pub fn set_weights(&mut self, values: &[f32]) {
        self.weights.values.copy_from_slice(values);
        self.pack();
    }

    /// The weights.
    #[must_use]
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The sizes.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.weights.shape
    }

    pub(super) fn values(&self, range: &std::ops::Range<usize>) -> &[f32] {
        &self.weights.values[range.clone()]
    }

    /// Tokens into the residual stream: rows × token → rows × d.
    pub(super) fn embed(&self, tokens: &[f32], x: &mut [f32]) {
        let shape = self.shape();
        let tokens = View::new(
            tokens,
            tokens.len() / shape.token_width(),
            shape.token_width(),
        );
        let bias = self.values(&self.layout.embed.bias);
        multiply(
            tokens,
            &self.embed,
            shape.width,
            Start::Bias(bias),
            x,
            shape.width,
        );
    }

    /// One layer on the residual stream `x` (rows × d), in place; the first `rows.context` rows join the cache.
    pub(super) fn forward_layer_and_append(
        &self,
        index: usize,
        x: &mut [f32],
        rows: Rows,
        cache: &mut KvCache,
        tape: &mut Tape,
        how: Interventions,
    ) {
        self.ln_key_value(index, x, tape);
        let width = self.shape().head_width();
        for key_value in tape
            .key_value
            .chunks_exact(2 * self.shape().width)
            .take(rows.context)
        {
            cache.push(key_value, width);
        }
        self.attention_and_mlp(index, x, rows, cache, tape, how);
    }

    /// The same for rows that leave nothing in the cache.
    pub(super) fn forward_layer(
        &self,
        index: usize,
        x: &mut [f32],
        rows: Rows,
        cache: &KvCache,
        tape: &mut Tape,
        how: Interventions,
    ) {
        self.ln_key_value(index, x, tape);
        self.attention_and_mlp(index, x, rows, cache, tape, how);
    }

    /// First normalisation, and the keys and values of all rows.
    fn ln_key_value(&self, index: usize, x: &[f32], tape: &mut Tape) {
        let d = self.shape().width;
        let count = x.len() / d;
        let ranges = &self.layout.layers[index];
        size(&mut tape.ln1_normal, count * d);
        size(&mut tape.ln1_rstd, count);
        size(&mut tape.ln1_out, count * d);
        layer_norm(
            x,
            self.values(&ranges.ln_1.weight),
            self.values(&ranges.ln_1.bias),
            &mut tape.ln1_normal,
            &mut tape.ln1_rstd,
            &mut tape.ln1_out,
        );
        multiply(
            View::new(&tape.ln1_out, count, d),
            &self.layers[index].key_value,
            2 * d,
            Start::Bias(&self.values(&ranges.attention.bias)[d..]),
            size(&mut tape.key_value, count * 2 * d),
            2 * d,
        );
    }

    /// The rest of the layer, for the live rows.
    fn attention_and_mlp(
        &self,
        index: usize,
        x: &mut [f32],
        rows: Rows,
        cache: &KvCache,
        tape: &mut Tape,
        how: Interventions,
    ) {
        let shape = self.shape();
        let d = shape.width;
        let count = rows.visible.len();
        let live = count - rows.first_live;
        let packed = &self.layers[index];
        let ranges = &self.layout.layers[index];

        if live == 0 {
            return;
        }
        multiply(
            View::new(&tape.ln1_out[rows.first_live * d..], live, d),
            &packed.query,
            d,
            Start::Bias(&self.values(&ranges.attention.bias)[..d]),
            size(&mut tape.query, live * d),
            d,
        );
        attention(shape, index, rows, cache, tape, how);
        let x = &mut x[rows.first_live * d..];
        multiply(
            View::new(&tape.attn_out, live, d),
            &packed.projection,
            d,
            Start::Bias(self.values(&ranges.projection.bias)),
            size(&mut tape.sum, live * d),
            d,
        );
        if let Some(dropout) = how.dropout {
            dropout.apply_to_rows(index, Part::Attention, &mut tape.sum, d);
        }
        add_rows(x, &tape.sum);

        // Inner layer.
        size(&mut tape.ln2_normal, live * d);
        size(&mut tape.ln2_rstd, live);
        size(&mut tape.ln2_out, live * d);
        layer_norm(
            x,
            self.values(&ranges.ln_2.weight),
            self.values(&ranges.ln_2.bias),
            &mut tape.ln2_normal,
            &mut tape.ln2_rstd,
            &mut tape.ln2_out,
        );
        multiply(
            View::new(&tape.ln2_out, live, d),
            &packed.mlp_in,
            shape.mlp_width(),
            Start::Bias(self.values(&ranges.mlp_in.bias)),
            size(&mut tape.mlp_pre, live * shape.mlp_width()),
            shape.mlp_width(),
        );
        gelu(
            &tape.mlp_pre,
            size(&mut tape.mlp_act, live * shape.mlp_width()),
        );
        multiply(
            View::new(&tape.mlp_act, live, shape.mlp_width()),
            &packed.mlp_out,
            d,
            Start::Bias(self.values(&ranges.mlp_out.bias)),
            &mut tape.sum,
            d,
        );
        if let Some(dropout) = how.dropout {
            dropout.apply_to_rows(index, Part::Mlp, &mut tape.sum, d);
        }
        add_rows(x, &tape.sum);
    }
}

/// Attention of the live rows over the cache and themselves.
fn attention(
    shape: Shape,
    layer: usize,
    rows: Rows,
    cache: &KvCache,
    tape: &mut Tape,
    how: Interventions,
) {
    let (d, head) = (shape.width, shape.head_width());
    let tokens = cache.len();
    let live = rows.visible.len() - rows.first_live;
    let scale = 1.0 / (head as f32).sqrt();
    size(&mut tape.attention, shape.heads * live * tokens);
    size(&mut tape.self_weight, shape.heads * live);
    size(&mut tape.attn_out, live * d);
    if how.probe.is_some() {
        size(&mut tape.similarities, live * (tokens + 1)).fill(f32::NEG_INFINITY);
    }
    for h in 0..shape.heads {
        for first in (0..live).step_by(ROW_TILE) {
            let tile = first..live.min(first + ROW_TILE);
            let visible = &rows.visible[rows.first_live..][tile.clone()];
            let seen = visible.iter().copied().max().unwrap_or(0);
            let query = &tape.query[tile.start * d + h * head..];
            let scores =
                &mut tape.attention[(h * live + tile.start) * tokens..][..tile.len() * tokens];
            multiply(
                View::strided(query, tile.len(), head, d),
                &cache.keys[h],
                seen,
                Start::Zero,
                scores,
                tokens,
            );
            for (r, &visible) in visible.iter().enumerate() {
                let row = tile.start + r;
                let scores = &mut scores[r * tokens..][..tokens];
                let key = &tape.key_value[(rows.first_live + row) * 2 * d + h * head..][..head];
                let mut self_score = query[r * d..][..head]
                    .iter()
                    .zip(key)
                    .fold(0.0, |sum, (q, k)| sum + q * k);
                let probe = how.probe.filter(|probe| probe.head == h);
                let mut scale = scale;
                if let Some(given) = probe.and_then(|probe| probe.given) {
                    // What is given is scaled already: the soft-max multiplies by 1, which changes no bit.
                    let given = given.row(row);
                    scores[..visible].copy_from_slice(&given[..visible]);
                    (self_score, scale) = (given[visible], 1.0);
                }
                if let Some(hides) = how.hides {
                    for (token, score) in scores.iter_mut().enumerate().take(visible) {
                        if hides(rows.first_live + row, token) {
                            *score = f32::NEG_INFINITY;
                        }
                    }
                    if hides(rows.first_live + row, tokens) {
                        self_score = f32::NEG_INFINITY;
                        if scores[..visible].iter().all(|&s| s == f32::NEG_INFINITY) {
                            // A row that may see nothing reads nothing.
                            scores.fill(0.0);
                            tape.self_weight[h * live + row] = 0.0;
                            continue;
                        }
                    }
                }
                if probe.is_some() {
                    let kept = &mut tape.similarities[row * (tokens + 1)..][..=visible];
                    for (to, score) in kept.iter_mut().zip(&scores[..visible]) {
                        *to = score * scale;
                    }
                    kept[visible] = self_score * scale;
                }
                tape.self_weight[h * live + row] = softmax(scores, visible, self_score, scale);
            }
            // What the values are weighted with: the attention, or what dropout leaves of it.
            let own = &tape.self_weight[h * live..][tile.clone()];
            let (mut weights, mut own) = (&*scores, own);
            if let Some(dropout) = how.dropout {
                let place = |r| Place {
                    layer,
                    part: Part::Head(h),
                    row: tile.start + r,
                };
                (weights, own) = tape.left.after(dropout, place, (scores, own), visible);
            }
            multiply(
                View::strided(weights, tile.len(), seen, tokens),
                &cache.values[h],
                head,
                Start::Zero,
                &mut tape.attn_out[tile.start * d + h * head..],
                d,
            );
            for (row, self_weight) in tile.zip(own) {
                let value =
                    &tape.key_value[(rows.first_live + row) * 2 * d + d + h * head..][..head];
                for (out, value) in tape.attn_out[row * d + h * head..][..head]
                    .iter_mut()
                    .zip(value)
                {
                    *out += self_weight * value;
                }
            }
        }
    }
}
