//! Backward: the gradient of the loss by all weights, or by the tokens; and of any function of the logits by the tokens.
//!
//! A training example is one context with many queries, each asked at its own context length. Since no token attends to a
//! query but the query itself, one pass answers them all, and every answer equals the one that inference gives.
//! The derivatives are written out by hand, layer by layer in reverse; a test compares them with differences.

use std::ops::Range;

use super::{
    Affine, Shape, Transformer,
    dropout::{Dropout, Left, Part, Place},
    forward::{Interventions, KvCache, PackedLayer, ROW_TILE, Rows, Tape, size},
    shape::LayerLayout,
};
use crate::{
    base::Matrix,
    ops::{
        elementwise::{
            add_column_sums, gelu_backward, layer_norm, layer_norm_backward, softmax,
            softmax_backward,
        },
        matmul::{Packed, PackedWeights, Start, View, multiply},
    },
};

/// One context with many queries and the action probabilities wanted at them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainingExample {
    /// Context tokens, T × token.
    pub context: Vec<f32>,
    /// Query tokens, Q × token (only the state is filled in).
    pub queries: Vec<f32>,
    /// Number of context tokens that each query sees; rising order is quickest.
    pub visible: Vec<usize>,
    /// Wanted action probabilities, Q × A.
    pub targets: Vec<f32>,
}

/// Logits of a training example's queries, and the gradient by its context tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenGradients {
    /// The logits, Q × A.
    pub logits: Matrix,
    /// The derivative of the function of the logits that was asked for by the context tokens, T × token.
    pub tokens: Matrix,
}

/// The transposed weights, packed for the backward pass.
pub struct Backward<'a> {
    transformer: &'a Transformer,
    layers: Vec<PackedLayer>,
    head: PackedWeights,
    embed: PackedWeights,
}

/// Working memory for one training example at a time; keep one a thread.
#[derive(Default)]
pub struct Workspace {
    caches: Vec<KvCache>,
    tapes: Vec<Tape>,
    visible: Vec<usize>,
    x: Vec<f32>,
    ln_f_normal: Vec<f32>,
    ln_f_rstd: Vec<f32>,
    ln_f_out: Vec<f32>,
    /// Logits of the last training example, Q × A.
    pub logits: Vec<f32>,
    /// Action probabilities of the last training example that was answered, Q × A.
    pub probabilities: Vec<f32>,
    d_logits: Vec<f32>,
    d_norm: [Vec<f32>; 2],
    dx: Vec<f32>,
    d_mlp: Vec<f32>,
    d_ln_out: Vec<f32>,
    d_attn_out: Vec<f32>,
    d_query: Vec<f32>,
    d_key_value: Vec<f32>,
    d_scores: Vec<f32>,
    d_tokens: Vec<f32>,
    d_branch: Vec<f32>,
    left: Left,
    packed: Packed,
    packed_2: Packed,
    /// That of the training example that was run last.
    dropout: Option<Dropout>,
}

impl<'a> Backward<'a> {
    /// Packs the transposed weights of `transformer`.
    #[must_use]
    pub fn new(transformer: &'a Transformer) -> Self {
        let shape = transformer.shape();
        let d = shape.width;
        let w = |range| transformer.values(range);
        let transposed = |range, rows, columns| {
            PackedWeights::new(View::new(w(range), rows, columns).transposed())
        };
        let layers = transformer
            .layout
            .layers
            .iter()
            .map(|ranges| {
                let attention = w(&ranges.attention.weight);
                PackedLayer {
                    query: PackedWeights::new(View::strided(attention, d, d, 3 * d).transposed()),
                    key_value: PackedWeights::new(
                        View::strided(&attention[d..], d, 2 * d, 3 * d).transposed(),
                    ),
                    projection: transposed(&ranges.projection.weight, d, d),
                    mlp_in: transposed(&ranges.mlp_in.weight, d, shape.mlp_width()),
                    mlp_out: transposed(&ranges.mlp_out.weight, shape.mlp_width(), d),
                }
            })
            .collect();
        Self {
            transformer,
            layers,
            head: PackedWeights::new(View::new(
                w(&transformer.layout.head.weight),
                shape.actions,
                d,
            )),
            embed: PackedWeights::new(View::new(
                w(&transformer.layout.embed.weight),
                d,
                shape.token_width(),
            )),
        }
    }

    /// Answers the queries of a training example, with `dropout` where there is one, and adds the gradient of the summed
    /// cross-entropy, times `scale`, to `gradient` (laid out as the weights). Returns the summed cross-entropy in nats.
    pub fn accumulate_gradient(
        &self,
        example: &TrainingExample,
        scale: f32,
        dropout: Option<Dropout>,
        work: &mut Workspace,
        gradient: &mut [f32],
    ) -> f64 {
        self.run(example, dropout, work);
        let loss = self.cross_entropy(example, work);
        // The derivative of cross-entropy after soft-max is the difference.
        work.d_logits.clear();
        let pairs = work.probabilities.iter().zip(&example.targets);
        work.d_logits
            .extend(pairs.map(|(p, target)| (p - target) * scale));
        self.back(example, work, &mut Sink(Some(gradient)));
        loss
    }

    /// The derivative of any function of the logits by the context tokens, T × token, for the training example that
    /// `work` has just run [forward](Self::forward); `d_logits` (Q × A) is its derivative by the logits. No weight's
    /// gradient is computed.
    pub fn token_gradients<'w>(
        &self,
        example: &TrainingExample,
        d_logits: &[f32],
        work: &'w mut Workspace,
    ) -> &'w [f32] {
        work.d_logits.clear();
        work.d_logits.extend_from_slice(d_logits);
        self.back(example, work, &mut Sink(None));
        self.last_token_gradients(example, work)
    }

    /// From the derivative by the logits to that by the embedded tokens, and by all weights where they are wanted.
    fn back(&self, example: &TrainingExample, work: &mut Workspace, gradient: &mut Sink) {
        let transformer = self.transformer;
        let shape = transformer.shape();
        let (d, actions) = (shape.width, shape.actions);
        let layout = &transformer.layout;
        let queries = example.visible.len();
        let context = example.context.len() / shape.token_width();
        let d_logits = View::new(&work.d_logits, queries, actions);
        gradient.add_product(
            d_logits,
            View::new(&work.ln_f_out, queries, d),
            &mut work.packed,
            &layout.head.weight,
            0,
            d,
        );
        gradient.add_sums(&work.d_logits, &layout.head.bias);
        multiply(
            d_logits,
            &self.head,
            d,
            Start::Zero,
            size(&mut work.d_ln_out, queries * d),
            d,
        );
        let rows = context + queries;
        work.dx.clear();
        work.dx.resize(rows * d, 0.0);
        let [weight, bias] = gradient.pair(&layout.norm, &mut work.d_norm);
        layer_norm_backward(
            &work.d_ln_out,
            &work.ln_f_normal,
            &work.ln_f_rstd,
            transformer.values(&layout.norm.weight),
            &mut work.dx[context * d..],
            weight,
            bias,
        );
        for index in (0..shape.layers).rev() {
            let first_live = if index + 1 == shape.layers {
                context
            } else {
                0
            };
            let rows = Rows {
                visible: &work.visible,
                context,
                first_live,
            };
            let ranges = &layout.layers[index];
            let mut back = LayerBackward {
                shape,
                index,
                dropout: work.dropout,
                rows,
                layout: ranges,
                transformer,
                packed: &self.layers[index],
                tape: &work.tapes[index],
                dx: &mut work.dx,
                d_mlp: &mut work.d_mlp,
                d_ln_out: &mut work.d_ln_out,
                d_attn_out: &mut work.d_attn_out,
                d_query: &mut work.d_query,
                d_key_value: &mut work.d_key_value,
                d_scores: &mut work.d_scores,
                d_branch: &mut work.d_branch,
                left: &mut work.left,
                d_norm: &mut work.d_norm,
                pack: &mut work.packed,
                pack_2: &mut work.packed_2,
                gradient,
            };
            back.mlp();
            back.attention();
        }
        // The embedding.
        if let Some(dropout) = work.dropout {
            dropout.apply_to_rows(shape.layers, Part::Attention, &mut work.dx, d);
        }
        for (tokens, range) in [
            (&example.context, 0..context),
            (&example.queries, context..rows),
        ] {
            gradient.add_product(
                View::new(&work.dx[range.start * d..], range.len(), d),
                View::new(tokens, range.len(), shape.token_width()),
                &mut work.packed,
                &layout.embed.weight,
                0,
                shape.token_width(),
            );
        }
        gradient.add_sums(&work.dx, &layout.embed.bias);
    }

    /// The derivative of the last training example's loss by its context tokens, T × token.
    pub fn last_token_gradients<'w>(
        &self,
        example: &TrainingExample,
        work: &'w mut Workspace,
    ) -> &'w [f32] {
        let shape = self.transformer.shape();
        let context = example.context.len() / shape.token_width();
        multiply(
            View::new(&work.dx, context, shape.width),
            &self.embed,
            shape.token_width(),
            Start::Zero,
            size(&mut work.d_tokens, context * shape.token_width()),
            shape.token_width(),
        );
        &work.d_tokens
    }

    /// Forward alone: fills logits and probabilities, returns the summed cross-entropy.
    pub fn loss(&self, example: &TrainingExample, work: &mut Workspace) -> f64 {
        self.forward(example, work);
        self.cross_entropy(example, work)
    }

    /// From the logits to the probabilities and the summed cross-entropy.
    fn cross_entropy(&self, example: &TrainingExample, work: &mut Workspace) -> f64 {
        let actions = self.transformer.shape().actions;
        work.probabilities.clear();
        work.probabilities.extend_from_slice(&work.logits);
        let mut loss = 0.0;
        for (p, target) in work
            .probabilities
            .chunks_exact_mut(actions)
            .zip(example.targets.chunks_exact(actions))
        {
            let (p, last) = p.split_at_mut(actions - 1);
            last[0] = softmax(p, actions - 1, last[0], 1.0);
            for (p, target) in p.iter().chain(last.iter()).zip(target) {
                if *target > 0.0 {
                    loss -= f64::from(*target) * libm::log(f64::from(p.max(1e-30)));
                }
            }
        }
        loss
    }

    /// Forward without targets: fills the logits.
    pub fn forward(&self, example: &TrainingExample, work: &mut Workspace) {
        self.run(example, None, work);
    }

    fn run(&self, example: &TrainingExample, dropout: Option<Dropout>, work: &mut Workspace) {
        let transformer = self.transformer;
        let shape = transformer.shape();
        let (d, actions) = (shape.width, shape.actions);
        let layout = &transformer.layout;
        let context = example.context.len() / shape.token_width();
        let queries = example.visible.len();
        work.visible.clear();
        work.visible.extend(0..context);
        work.visible.extend_from_slice(&example.visible);
        work.caches.clear();
        work.caches
            .resize_with(shape.layers, || KvCache::new(shape));
        work.tapes.resize_with(shape.layers, Tape::default);
        let x = size(&mut work.x, (context + queries) * d);
        transformer.embed(&example.context, &mut x[..context * d]);
        transformer.embed(&example.queries, &mut x[context * d..]);
        if let Some(dropout) = dropout {
            dropout.apply_to_rows(shape.layers, Part::Attention, x, d);
        }
        work.dropout = dropout;
        let how = Interventions {
            dropout,
            ..Interventions::default()
        };
        for (index, (cache, tape)) in work.caches.iter_mut().zip(&mut work.tapes).enumerate() {
            let rows = Rows {
                visible: &work.visible,
                context,
                // In the last layer no row reads the context rows any more.
                first_live: if index + 1 == shape.layers {
                    context
                } else {
                    0
                },
            };
            transformer.forward_layer_and_append(index, x, rows, cache, tape, how);
        }
        layer_norm(
            &x[context * d..],
            transformer.values(&layout.norm.weight),
            transformer.values(&layout.norm.bias),
            size(&mut work.ln_f_normal, queries * d),
            size(&mut work.ln_f_rstd, queries),
            size(&mut work.ln_f_out, queries * d),
        );
        multiply(
            View::new(&work.ln_f_out, queries, d),
            &transformer.head,
            actions,
            Start::Bias(transformer.values(&layout.head.bias)),
            size(&mut work.logits, queries * actions),
            actions,
        );
    }
}

/// Destination of the gradients of weights, laid out as the weights; none when only those of tokens are wanted.
struct Sink<'g>(Option<&'g mut [f32]>);

impl Sink<'_> {
    /// `part += leftᵀ · right` for two matrices with the same rows; the product begins `at` values into the part, and
    /// its rows lie `stride` apart.
    fn add_product(
        &mut self,
        left: View,
        right: View,
        pack: &mut Packed,
        part: &Range<usize>,
        at: usize,
        stride: usize,
    ) {
        let Some(gradient) = &mut self.0 else {
            return;
        };
        pack.pack(right);
        multiply(
            left.transposed(),
            pack,
            pack.columns(),
            Start::Present,
            &mut gradient[part.clone()][at..],
            stride,
        );
    }

    /// Adds all rows to a part of the length of a row.
    fn add_sums(&mut self, rows: &[f32], part: &Range<usize>) {
        if let Some(gradient) = &mut self.0 {
            add_column_sums(rows, &mut gradient[part.clone()]);
        }
    }

    /// Weight and bias of a normalisation, which lie in this order; `unused` where they are not wanted.
    fn pair<'a>(&'a mut self, part: &Affine, unused: &'a mut [Vec<f32>; 2]) -> [&'a mut [f32]; 2] {
        if let Some(gradient) = &mut self.0 {
            let (head, tail) = gradient.split_at_mut(part.bias.start);
            return [&mut head[part.weight.clone()], &mut tail[..part.bias.len()]];
        }
        unused
            .each_mut()
            .map(|buffer| size(buffer, part.weight.len()))
    }
}

/// One layer on the way back; `dx` is the derivative by the residual stream, first after, then before the layer.
struct LayerBackward<'a, 'g> {
    shape: Shape,
    index: usize,
    dropout: Option<Dropout>,
    rows: Rows<'a>,
    layout: &'a LayerLayout,
    transformer: &'a Transformer,
    packed: &'a PackedLayer,
    tape: &'a Tape,
    dx: &'a mut Vec<f32>,
    d_mlp: &'a mut Vec<f32>,
    d_ln_out: &'a mut Vec<f32>,
    d_attn_out: &'a mut Vec<f32>,
    d_query: &'a mut Vec<f32>,
    d_key_value: &'a mut Vec<f32>,
    d_scores: &'a mut Vec<f32>,
    /// The derivative by what attention or MLP add to the stream, where dropout makes it differ from `dx`.
    d_branch: &'a mut Vec<f32>,
    left: &'a mut Left,
    d_norm: &'a mut [Vec<f32>; 2],
    pack: &'a mut Packed,
    pack_2: &'a mut Packed,
    gradient: &'a mut Sink<'g>,
}

impl LayerBackward<'_, '_> {
    fn live(&self) -> usize {
        self.rows.visible.len() - self.rows.first_live
    }

    fn mlp(&mut self) {
        let (d, wide, live) = (self.shape.width, self.shape.mlp_width(), self.live());
        let (ranges, tape) = (self.layout, self.tape);
        let dx = &mut self.dx[self.rows.first_live * d..];
        let d_out = added(self.dropout, (self.index, Part::Mlp), dx, self.d_branch, d);
        self.gradient.add_product(
            View::new(&tape.mlp_act, live, wide),
            View::new(d_out, live, d),
            self.pack,
            &ranges.mlp_out.weight,
            0,
            d,
        );
        self.gradient.add_sums(d_out, &ranges.mlp_out.bias);
        let d_mlp = size(self.d_mlp, live * wide);
        multiply(
            View::new(d_out, live, d),
            &self.packed.mlp_out,
            wide,
            Start::Zero,
            d_mlp,
            wide,
        );
        gelu_backward(&tape.mlp_pre, d_mlp);
        self.gradient.add_product(
            View::new(&tape.ln2_out, live, d),
            View::new(d_mlp, live, wide),
            self.pack,
            &ranges.mlp_in.weight,
            0,
            wide,
        );
        self.gradient.add_sums(d_mlp, &ranges.mlp_in.bias);
        let d_ln_out = size(self.d_ln_out, live * d);
        multiply(
            View::new(d_mlp, live, wide),
            &self.packed.mlp_in,
            d,
            Start::Zero,
            d_ln_out,
            d,
        );
        let [weight, bias] = self.gradient.pair(&ranges.ln_2, self.d_norm);
        layer_norm_backward(
            d_ln_out,
            &tape.ln2_normal,
            &tape.ln2_rstd,
            self.transformer.values(&ranges.ln_2.weight),
            dx,
            weight,
            bias,
        );
    }

    fn attention(&mut self) {
        let (d, live, count) = (self.shape.width, self.live(), self.rows.visible.len());
        let (ranges, tape) = (self.layout, self.tape);
        {
            let dx = &self.dx[self.rows.first_live * d..];
            let place = (self.index, Part::Attention);
            let d_out = added(self.dropout, place, dx, self.d_branch, d);
            self.gradient.add_product(
                View::new(&tape.attn_out, live, d),
                View::new(d_out, live, d),
                self.pack,
                &ranges.projection.weight,
                0,
                d,
            );
            self.gradient.add_sums(d_out, &ranges.projection.bias);
            let d_attn_out = size(self.d_attn_out, live * d);
            multiply(
                View::new(d_out, live, d),
                &self.packed.projection,
                d,
                Start::Zero,
                d_attn_out,
                d,
            );
        }
        size(self.d_query, live * d);
        self.d_key_value.clear();
        self.d_key_value.resize(count * 2 * d, 0.0);
        for h in 0..self.shape.heads {
            self.head(h);
        }
        // Through the three affine maps.
        let Affine { weight, bias } = &ranges.attention;
        self.gradient.add_product(
            View::new(&tape.ln1_out[self.rows.first_live * d..], live, d),
            View::new(self.d_query, live, d),
            self.pack,
            weight,
            0,
            3 * d,
        );
        self.gradient.add_product(
            View::new(&tape.ln1_out, count, d),
            View::new(self.d_key_value, count, 2 * d),
            self.pack,
            weight,
            d,
            3 * d,
        );
        let middle = bias.start + d;
        self.gradient.add_sums(self.d_query, &(bias.start..middle));
        self.gradient
            .add_sums(self.d_key_value, &(middle..bias.end));
        let d_ln_out = size(self.d_ln_out, count * d);
        multiply(
            View::new(self.d_key_value, count, 2 * d),
            &self.packed.key_value,
            d,
            Start::Zero,
            d_ln_out,
            d,
        );
        multiply(
            View::new(self.d_query, live, d),
            &self.packed.query,
            d,
            Start::Present,
            &mut d_ln_out[self.rows.first_live * d..],
            d,
        );
        let [weight, bias] = self.gradient.pair(&ranges.ln_1, self.d_norm);
        layer_norm_backward(
            d_ln_out,
            &tape.ln1_normal,
            &tape.ln1_rstd,
            self.transformer.values(&ranges.ln_1.weight),
            self.dx,
            weight,
            bias,
        );
    }

    /// One head: from the derivative by its output to those by query, key and value.
    fn head(&mut self, h: usize) {
        let (d, head) = (self.shape.width, self.shape.head_width());
        let tape = self.tape;
        let tokens = self.rows.context;
        let live = self.live();
        let scale = 1.0 / (head as f32).sqrt();
        let at = h * head;
        let keys = &mut *self.pack;
        let values = &mut *self.pack_2;
        keys.pack(View::strided(&tape.key_value[at..], tokens, head, 2 * d));
        values.pack(View::strided(&tape.key_value[d + at..], tokens, head, 2 * d).transposed());
        let mut tile_pack = Packed::default();
        for first in (0..live).step_by(ROW_TILE) {
            let rows = first..live.min(first + ROW_TILE);
            let visible = &self.rows.visible[self.rows.first_live..][rows.clone()];
            let seen = visible.iter().copied().max().unwrap_or(0);
            let p = &tape.attention[(h * live + rows.start) * tokens..][..rows.len() * tokens];
            let d_attn_out = &self.d_attn_out[rows.start * d + at..];
            let query = &tape.query[rows.start * d + at..];
            let d_scores = size(self.d_scores, rows.len() * seen);
            multiply(
                View::strided(d_attn_out, rows.len(), head, d),
                values,
                seen,
                Start::Zero,
                d_scores,
                seen,
            );
            let own = &tape.self_weight[h * live..][rows.clone()];
            let place = |r| Place {
                layer: self.index,
                part: Part::Head(h),
                row: rows.start + r,
            };
            // What the values were weighted with.
            let (mut weights, mut self_weights) = (p, own);
            if let Some(dropout) = self.dropout {
                (weights, self_weights) = self.left.after(dropout, place, (p, own), visible);
            }
            // Through the soft-max; the token itself apart.
            for (r, row) in rows.clone().enumerate() {
                let all = self.rows.first_live + row;
                let d_out = &d_attn_out[r * d..][..head];
                let key_value = &tape.key_value[all * 2 * d..][..2 * d];
                let (key, value) = (&key_value[at..][..head], &key_value[d + at..][..head]);
                let mut d_self_weight =
                    d_out.iter().zip(value).fold(0.0, |sum, (a, b)| sum + a * b);
                let d_scores = &mut d_scores[r * seen..][..seen];
                if let Some(dropout) = self.dropout {
                    let seen = &mut d_scores[..visible[r]];
                    dropout.apply_to_attention(place(r), seen, &mut d_self_weight);
                }
                let d_score = softmax_backward(
                    &p[r * tokens..][..seen],
                    own[r],
                    d_scores,
                    d_self_weight,
                    scale,
                );
                let query = &query[r * d..][..head];
                let d_key_value = &mut self.d_key_value[all * 2 * d..][..2 * d];
                for i in 0..head {
                    d_key_value[at + i] += d_score * query[i];
                    d_key_value[d + at + i] += self_weights[r] * d_out[i];
                    self.d_query[row * d + at + i] = d_score * key[i];
                }
            }
            let scores = View::new(d_scores, rows.len(), seen);
            multiply(
                scores,
                keys,
                head,
                Start::Present,
                &mut self.d_query[rows.start * d + at..],
                d,
            );
            tile_pack.pack(View::strided(query, rows.len(), head, d));
            multiply(
                scores.transposed(),
                &tile_pack,
                head,
                Start::Present,
                &mut self.d_key_value[at..],
                2 * d,
            );
            tile_pack.pack(View::strided(d_attn_out, rows.len(), head, d));
            let weights = View::strided(weights, rows.len(), seen, tokens);
            multiply(
                weights.transposed(),
                &tile_pack,
                head,
                Start::Present,
                &mut self.d_key_value[d + at..],
                2 * d,
            );
        }
    }
}

/// The derivative by what a part of a layer adds to the stream: that by the stream, or what dropout leaves of it.
fn added<'d>(
    dropout: Option<Dropout>,
    (layer, part): (usize, Part),
    dx: &'d [f32],
    left: &'d mut Vec<f32>,
    width: usize,
) -> &'d [f32] {
    let Some(dropout) = dropout else {
        return dx;
    };
    left.clear();
    left.extend_from_slice(dx);
    dropout.apply_to_rows(layer, part, left, width);
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::random::{Random, Stream},
        models::transformer::Weights,
    };

    fn example(shape: Shape, context: usize, visible: Vec<usize>) -> TrainingExample {
        let mut random = Random::new(5, Stream::Query, 0);
        let mut values = |count: usize| {
            let mut out = vec![0.0; count];
            random.fill_normal(&mut out);
            out
        };
        let queries = visible.len();
        let mut targets = vec![0.0; queries * shape.actions];
        for (q, row) in targets.chunks_exact_mut(shape.actions).enumerate() {
            row[q % shape.actions] = 0.5;
            row[(q + 1) % shape.actions] = 0.5;
        }
        TrainingExample {
            context: values(context * shape.token_width()),
            queries: values(queries * shape.token_width()),
            visible,
            targets,
        }
    }

    #[test]
    fn the_gradient_is_the_slope() {
        is_the_slope(None);
    }

    /// What is silenced is the same on the way back as on the way there, for every weight to be moved by.
    #[test]
    fn the_gradient_is_the_slope_with_dropout() {
        is_the_slope(Some(Dropout {
            probability: 0.2,
            seed: 3,
            example: 1,
        }));
    }

    fn is_the_slope(dropout: Option<Dropout>) {
        let shape = Shape {
            width: 24,
            layers: 3,
            heads: 3,
            sensory: 4,
            actions: 5,
        };
        let mut weights = Weights::initial(shape, 1);
        // Larger weights than the initial ones, so that soft-max and GELU bend.
        for w in &mut weights.values {
            *w *= 4.0;
        }
        let example = example(shape, 55, vec![0, 1, 7, 20, 21, 54, 55]);
        let transformer = Transformer::new(weights.clone());
        let mut gradient = vec![0.0; weights.values.len()];
        let mut work = Workspace::default();
        Backward::new(&transformer).accumulate_gradient(
            &example,
            1.0,
            dropout,
            &mut work,
            &mut gradient,
        );
        let loss = |weights: &Weights| {
            let transformer = Transformer::new(weights.clone());
            let (backward, mut work) = (Backward::new(&transformer), Workspace::default());
            backward.run(&example, dropout, &mut work);
            backward.cross_entropy(&example, &mut work)
        };
        // Along random directions within one tensor each.
        for (position, tensor) in transformer.layout.tensors.iter().enumerate() {
            let mut direction = vec![0.0; tensor.range.len()];
            Random::new(7, Stream::Query, position as u64).fill_normal(&mut direction);
            let norm = direction.iter().map(|x| x * x).sum::<f32>().sqrt();
            let step = 2e-2;
            let along = |sign: f32| {
                let mut moved = weights.clone();
                for (w, x) in moved.values[tensor.range.clone()]
                    .iter_mut()
                    .zip(&direction)
                {
                    *w += sign * step * x / norm;
                }
                loss(&moved)
            };
            let slope = (along(1.0) - along(-1.0)) / f64::from(2.0 * step);
            let wanted: f64 = gradient[tensor.range.clone()]
                .iter()
                .zip(&direction)
                .map(|(g, x)| f64::from(g * x / norm))
                .sum();
            assert!(
                (slope - wanted).abs() < 4e-3 * (1.0 + wanted.abs()),
                "{}: slope {slope}, gradient {wanted}",
                tensor.name
            );
        }
    }
}
