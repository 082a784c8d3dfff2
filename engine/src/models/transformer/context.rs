//! A context with its KV cache: append, edit, delete, mask, query.

use std::{collections::BTreeSet, ops::Range};

use super::{
    Shape, Transformer,
    forward::{Hides, Interventions, KvCache, Probe, Rows, Tape, size},
    head::{Head, HeadAnswers},
};
use crate::{
    base::Matrix,
    ops::{
        elementwise::layer_norm,
        matmul::{Start, View, multiply},
    },
};

/// Attention that is cut in one layer, beside the causal rule.
///
/// A row that may see nothing at all reads zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mask {
    /// Pairs (reader, read) of context tokens; a token may also be hidden from itself.
    pub between: BTreeSet<(usize, usize)>,
    /// Context tokens hidden from every query.
    pub from_query: BTreeSet<usize>,
    /// Queries are hidden from themselves.
    pub query_itself: bool,
}

/// Context tokens with the keys and values that a transformer made of them: the KV cache of all layers.
///
/// A token sees those before it alone, so a new one costs one token; a change costs all tokens from there on.
/// Every method that computes must be given the same transformer.
#[derive(Clone, Debug)]
pub struct Context {
    shape: Shape,
    tokens: Vec<f32>,
    pub(super) caches: Vec<KvCache>,
    masks: Vec<Mask>,
}

/// Activity to report beside the logits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Want {
    /// The residual stream at the query after every layer.
    pub hidden: bool,
    /// The attention of the query.
    pub attention: bool,
}

/// Answers to a batch of queries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// Logits, queries × actions.
    pub logits: Matrix,
    /// When wanted, layers + 1 matrices of queries × d: the embedded query, the stream after every layer but the
    /// last, and the last one after the final normalisation.
    pub hidden: Vec<Matrix>,
    /// When wanted, one matrix a layer and head (layer by layer): queries × (context + 1). What a query gives itself stands
    /// behind the last token that it sees.
    pub attention: Vec<Matrix>,
}

/// Everything that one uncached pass over a context and one query computes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    /// Logits at the query.
    pub logits: Vec<f32>,
    /// Layers + 1 matrices of (context + 1) × d, as in [`Answers::hidden`], for every token.
    pub hidden: Vec<Matrix>,
    /// One matrix a layer and head: (context + 1) × (context + 1), rows sum to one.
    pub attention: Vec<Matrix>,
}

/// Tokens that are encoded in one go.
const CHUNK: usize = 128;

impl Context {
    /// An empty context.
    #[must_use]
    pub fn new(shape: Shape) -> Self {
        Self {
            shape,
            tokens: Vec::new(),
            caches: vec![KvCache::new(shape); shape.layers],
            masks: vec![Mask::default(); shape.layers],
        }
    }

    /// Number of tokens.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tokens.len() / self.shape.token_width()
    }

    /// True when there are no tokens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Token `index`.
    #[must_use]
    pub fn token(&self, index: usize) -> &[f32] {
        &self.tokens[index * self.shape.token_width()..][..self.shape.token_width()]
    }

    /// The masks, one a layer.
    #[must_use]
    pub fn masks(&self) -> &[Mask] {
        &self.masks
    }

    /// Adds tokens (any number, one behind the other) at the end.
    pub fn append(&mut self, transformer: &Transformer, tokens: &[f32]) {
        self.tokens.extend_from_slice(tokens);
        self.encode(transformer);
    }

    /// All tokens, one behind the other.
    #[must_use]
    pub fn tokens(&self) -> &[f32] {
        &self.tokens
    }

    /// Keys and values of the tokens `range`: for every token and layer the d keys of all heads, then the d values.
    ///
    /// # Panics
    /// When there are fewer tokens.
    #[must_use]
    pub fn keys_values(&self, range: Range<usize>) -> Vec<f32> {
        let each = 2 * self.shape.width * self.shape.layers;
        let mut out = Vec::with_capacity(each * range.len());
        for token in range {
            for cache in &self.caches {
                out.extend(cache.keys.iter().flat_map(|keys| keys.column(token)));
                out.extend(cache.values.iter().flat_map(|values| values.row(token)));
            }
        }
        out
    }

    /// Adds tokens at the end whose [keys and values](Self::keys_values) the same transformer has found in another context, after
    /// the same tokens. Nothing is computed.
    ///
    /// # Panics
    /// When there are not as many of them as the tokens need.
    pub fn append_encoded(&mut self, tokens: &[f32], keys_values: &[f32]) {
        let each = 2 * self.shape.width;
        let count = tokens.len() / self.shape.token_width();
        assert_eq!(
            keys_values.len(),
            count * each * self.shape.layers,
            "numbers of keys and values"
        );
        self.tokens.extend_from_slice(tokens);
        let layers = (0..self.shape.layers).cycle();
        for (layer, key_value) in layers.zip(keys_values.chunks_exact(each)) {
            self.caches[layer].push(key_value, self.shape.head_width());
        }
    }

    /// Forgets the tokens from `length` on. Nothing is computed.
    pub fn truncate(&mut self, length: usize) {
        let length = length.min(self.len());
        self.tokens.truncate(length * self.shape.token_width());
        self.forget(length);
    }

    /// Changes token `index`; everything from there on is computed again.
    pub fn replace(&mut self, transformer: &Transformer, index: usize, token: &[f32]) {
        let width = self.shape.token_width();
        self.tokens[index * width..][..width].copy_from_slice(token);
        self.forget(index);
        self.encode(transformer);
    }

    /// Removes tokens; everything from the first of them on is computed again. Masks keep their token numbers.
    pub fn remove(&mut self, transformer: &Transformer, indices: &BTreeSet<usize>) {
        let Some(&first) = indices.first() else {
            return;
        };
        let width = self.shape.token_width();
        let kept = self.tokens.chunks_exact(width).enumerate();
        self.tokens = kept
            .filter(|(i, _)| !indices.contains(i))
            .flat_map(|(_, token)| token)
            .copied()
            .collect();
        self.forget(first);
        self.encode(transformer);
    }

    /// Sets the mask of one layer; the cache is computed again when tokens are hidden from tokens, now or before.
    pub fn set_mask(&mut self, transformer: &Transformer, layer: usize, mask: Mask) {
        let old = std::mem::replace(&mut self.masks[layer], mask);
        if old.between != self.masks[layer].between {
            self.forget(0);
            self.encode(transformer);
        }
    }

    fn forget(&mut self, length: usize) {
        for cache in &mut self.caches {
            cache.truncate(length);
        }
    }

    /// Encodes the tokens that have no key and value yet.
    fn encode(&mut self, transformer: &Transformer) {
        let shape = self.shape;
        let mut tape = Tape::default();
        loop {
            let begin = self.caches.first().map_or(0, KvCache::len);
            let count = (self.len() - begin).min(CHUNK);
            if count == 0 {
                return;
            }
            let tokens = &self.tokens[begin * shape.token_width()..][..count * shape.token_width()];
            let mut x = vec![0.0; count * shape.width];
            transformer.embed(tokens, &mut x);
            let visible: Vec<usize> = (begin..begin + count).collect();
            for (layer, cache) in self.caches.iter_mut().enumerate() {
                let rows = Rows {
                    visible: &visible,
                    context: count,
                    // The last layer is asked for keys and values alone.
                    first_live: if layer + 1 == shape.layers { count } else { 0 },
                };
                let mask = &self.masks[layer];
                let hides = |row: usize, token: usize| {
                    let row = begin + row;
                    mask.between.contains(&(row, token.min(row)))
                };
                let hides: Option<Hides> = (!mask.between.is_empty()).then_some(&hides);
                let how = Interventions {
                    hides,
                    ..Interventions::default()
                };
                transformer.forward_layer_and_append(layer, &mut x, rows, cache, &mut tape, how);
            }
        }
    }
}

impl Transformer {
    /// Answers queries (one behind the other, each a token with the state alone) on the first `length` tokens.
    ///
    /// # Panics
    /// When the context is shorter than `length`.
    #[must_use]
    pub fn ask(&self, context: &Context, length: usize, queries: &[f32], want: Want) -> Answers {
        let visible = vec![length; queries.len() / self.shape().token_width()];
        self.ask_each(context, &visible, queries, want)
    }

    /// Sets the masks of all layers; none at all hide nothing.
    pub fn set_masks(&self, context: &mut Context, masks: &[Mask]) {
        for layer in 0..self.shape().layers {
            let mask = masks.get(layer).cloned().unwrap_or_default();
            if context.masks[layer] != mask {
                context.set_mask(self, layer, mask);
            }
        }
    }

    /// The same with a context length of its own for every query. A context token asked about with those before it is
    /// treated as it was when it was encoded.
    ///
    /// # Panics
    /// When the context is shorter than one of the lengths.
    #[must_use]
    pub fn ask_each(
        &self,
        context: &Context,
        visible: &[usize],
        queries: &[f32],
        want: Want,
    ) -> Answers {
        self.ask_probed(context, visible, queries, want, None).0
    }

    /// The same, with a look at one head, whose similarities may be given: queries × (context + 1), scaled.
    pub(super) fn ask_probed(
        &self,
        context: &Context,
        visible: &[usize],
        queries: &[f32],
        want: Want,
        probed: Option<(Head, Option<&Matrix>)>,
    ) -> (Answers, HeadAnswers) {
        let shape = self.shape();
        let d = shape.width;
        let count = visible.len();
        let length = visible.iter().copied().max().unwrap_or(0);
        assert!(
            length <= context.len(),
            "{length} tokens of {}",
            context.len()
        );
        let mut answers = Answers::default();
        let mut seen_of_head = HeadAnswers::default();
        let mut x = vec![0.0; count * d];
        self.embed(queries, &mut x);
        let mut tape = Tape::default();
        for (layer, (cache, mask)) in context.caches.iter().zip(&context.masks).enumerate() {
            if want.hidden {
                answers
                    .hidden
                    .push(Matrix::from_values(count, d, x.clone()));
            }
            let tokens = cache.len();
            let hides = |_: usize, token: usize| {
                if token == tokens {
                    mask.query_itself
                } else {
                    mask.from_query.contains(&token)
                }
            };
            let masked = mask.query_itself || !mask.from_query.is_empty();
            let hides: Option<Hides> = masked.then_some(&hides);
            let rows = Rows {
                visible,
                context: 0,
                first_live: 0,
            };
            let here = probed.filter(|(probed, _)| probed.layer == layer);
            let probe = here.map(|(Head { head, .. }, given)| Probe { head, given });
            let how = Interventions {
                hides,
                probe,
                dropout: None,
            };
            self.forward_layer(layer, &mut x, rows, cache, &mut tape, how);
            if let Some((head, _)) = here {
                seen_of_head = HeadAnswers::of(shape, head, &tape, tokens, visible);
            }
            if want.attention {
                for h in 0..shape.heads {
                    let mut matrix = Matrix::zeros(count, length + 1);
                    for (row, &seen) in visible.iter().enumerate() {
                        let from = &tape.attention[(h * count + row) * tokens..][..length];
                        let to = matrix.row_mut(row);
                        to[..seen].copy_from_slice(&from[..seen]);
                        to[seen] = tape.self_weight[h * count + row];
                    }
                    answers.attention.push(matrix);
                }
            }
        }
        let last = self.finish(&x);
        answers.logits = self.logits(&last);
        if want.hidden {
            answers.hidden.push(last);
        }
        (answers, seen_of_head)
    }

    /// One pass without a cache over `tokens`, the last of which is the query, keeping everything.
    #[must_use]
    pub fn observe(&self, tokens: &[f32]) -> Observation {
        let shape = self.shape();
        let d = shape.width;
        let count = tokens.len() / shape.token_width();
        let mut seen = Observation::default();
        let mut x = vec![0.0; count * d];
        self.embed(tokens, &mut x);
        let visible: Vec<usize> = (0..count).collect();
        let mut tape = Tape::default();
        for layer in 0..shape.layers {
            seen.hidden.push(Matrix::from_values(count, d, x.clone()));
            let rows = Rows {
                visible: &visible,
                context: count,
                first_live: 0,
            };
            self.forward_layer_and_append(
                layer,
                &mut x,
                rows,
                &mut KvCache::new(shape),
                &mut tape,
                Interventions::default(),
            );
            for h in 0..shape.heads {
                let mut matrix = Matrix::from_values(
                    count,
                    count,
                    tape.attention[h * count * count..][..count * count].to_vec(),
                );
                for row in 0..count {
                    matrix.row_mut(row)[row] = tape.self_weight[h * count + row];
                }
                seen.attention.push(matrix);
            }
        }
        let last = self.finish(&x);
        seen.logits = self.logits(&last).row(count - 1).to_vec();
        seen.hidden.push(last);
        seen
    }

    /// The final normalisation.
    fn finish(&self, x: &[f32]) -> Matrix {
        let d = self.shape().width;
        let count = x.len() / d;
        let mut out = Matrix::zeros(count, d);
        layer_norm(
            x,
            self.values(&self.layout.norm.weight),
            self.values(&self.layout.norm.bias),
            size(&mut Vec::new(), count * d),
            size(&mut Vec::new(), count),
            out.values_mut(),
        );
        out
    }

    fn logits(&self, last: &Matrix) -> Matrix {
        let actions = self.shape().actions;
        let mut logits = Matrix::zeros(last.rows(), actions);
        multiply(
            View::new(last.values(), last.rows(), last.columns()),
            &self.head,
            actions,
            Start::Bias(self.values(&self.layout.head.bias)),
            logits.values_mut(),
            actions,
        );
        logits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::random::{Random, Stream},
        models::transformer::Weights,
    };

    /// A context that takes keys and values over, in pieces, answers and goes on as the one that has found them.
    #[test]
    fn keys_and_values_of_another_context_give_the_same_bits() {
        let shape = Shape {
            width: 24,
            layers: 3,
            heads: 4,
            sensory: 3,
            actions: 5,
        };
        let transformer = Transformer::new(Weights::initial(shape, 5));
        let width = shape.token_width();
        let mut tokens = vec![0.0; 21 * width];
        Random::new(3, Stream::Task, 0).fill_normal(&mut tokens);
        let mut whole = Context::new(shape);
        whole.append(&transformer, &tokens);
        let mut other = Context::new(shape);
        for (kept, end) in [(0, 9), (9, 10), (5, 21)] {
            other.truncate(kept);
            let piece = &tokens[kept * width..end * width];
            other.append_encoded(piece, &whole.keys_values(kept..end));
        }
        assert_eq!(other.keys_values(0..21), whole.keys_values(0..21));
        let want = Want {
            hidden: true,
            attention: true,
        };
        let query = &tokens[..width];
        let ask = |context: &Context, length| transformer.ask(context, length, query, want);
        for length in [0, 1, 17, 21] {
            assert_eq!(ask(&other, length), ask(&whole, length), "{length} tokens");
        }
        other.truncate(8);
        // A shorter context answers as the beginning of a longer one.
        assert_eq!(ask(&other, 8), ask(&whole, 8));
        other.append(&transformer, &tokens[8 * width..]);
        assert_eq!(ask(&other, 21), ask(&whole, 21));
    }
}
