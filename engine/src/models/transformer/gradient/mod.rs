//! Backward: the gradient of the loss by all weights, or by the tokens; and of any function of the logits by the tokens.
//!
//! A training example is one context with many queries, each asked at its own context length. Since no token attends to a
//! query but the query itself, one pass answers them all, and every answer equals the one that inference gives.
//! The derivatives are written out by hand, layer by layer in reverse; a test compares them with differences.

mod layer;
mod sink;

use layer::LayerBackward;
use sink::Sink;

use super::{
    Transformer,
    dropout::{Dropout, Left, Part},
    forward::{Interventions, KvCache, PackedLayer, Rows, Tape, size},
};
use crate::{
    base::Matrix,
    ops::{
        elementwise::{layer_norm, layer_norm_backward, softmax},
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::random::{Random, Stream},
        models::transformer::{Shape, Weights},
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
