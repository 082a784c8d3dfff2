//! One attention head: keys, query, similarities, weights and output, and similarities given from outside.
//!
//! A head compares the query with the key of every token that it sees, the similarity ⟨q, k⟩ / √width. A soft-max turns
//! similarities into weights, and its output is the sum of the values by these weights. Keys are for finding, values for what is
//! found. [`Transformer::ask_head`] reports all of that for one head, and takes similarities of other keys in place of the
//! learned ones: values, the other heads and all weights stay as they are.

use super::{
    Context, Shape, Transformer, Want,
    forward::{KvCache, Tape},
};
use crate::base::Matrix;

/// The place of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The layer, from 0.
    pub layer: usize,
    /// The head in it, from 0.
    pub head: usize,
}

/// Activity of one head, and the answers that go with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeadAnswers {
    /// Logits, queries × actions.
    pub logits: Matrix,
    /// The queries that the head makes, queries × head width.
    pub query: Matrix,
    /// Similarities ⟨q, k⟩ / √width as the soft-max takes them, queries × (context + 1): that of a query with itself stands last.
    /// Tokens that are hidden have −∞.
    pub similarities: Matrix,
    /// Their soft-max: rows sum to one.
    pub weights: Matrix,
    /// Values of the queries themselves, queries × head width.
    pub own_value: Matrix,
    /// Weighted sums of the values, queries × head width; what the layer's projection takes from this head.
    pub output: Matrix,
}

impl HeadAnswers {
    /// Activity of a head on the tape of its layer; `tokens` is the length of the cache.
    pub(super) fn of(
        shape: Shape,
        head: Head,
        tape: &Tape,
        tokens: usize,
        visible: &[usize],
    ) -> Self {
        let (d, width) = (shape.width, shape.head_width());
        let (count, first) = (visible.len(), head.head * width);
        // Columns of the head in rows of some length.
        let part = |values: &[f32], stride: usize, first: usize| {
            let rows = values.chunks_exact(stride);
            let columns = rows.flat_map(|row| &row[first..first + width]);
            Matrix::from_values(count, width, columns.copied().collect())
        };
        let mut weights = Matrix::zeros(count, tokens + 1);
        for (row, &seen) in visible.iter().enumerate() {
            let at = head.head * count + row;
            let to = weights.row_mut(row);
            to[..seen].copy_from_slice(&tape.attention[at * tokens..][..seen]);
            to[seen] = tape.self_weight[at];
        }
        Self {
            logits: Matrix::default(),
            query: part(&tape.query, d, first),
            similarities: Matrix::from_values(count, tokens + 1, tape.similarities.clone()),
            weights,
            own_value: part(&tape.key_value, 2 * d, d + first),
            output: part(&tape.attn_out, d, first),
        }
    }
}

impl Transformer {
    /// Answers queries on the whole context, as [`ask`](Self::ask) does, and reports one head. Where `similarities` are given
    /// (queries × (context + 1), as [`HeadAnswers::similarities`]), the soft-max of this head takes them in place of its own;
    /// everything else is computed as ever, with what follows from it.
    ///
    /// # Panics
    /// When there is no such head, or `similarities` have another size.
    #[must_use]
    pub fn ask_head(
        &self,
        context: &Context,
        queries: &[f32],
        head: Head,
        similarities: Option<&Matrix>,
    ) -> HeadAnswers {
        let shape = self.shape();
        assert!(
            head.layer < shape.layers && head.head < shape.heads,
            "there is no {head:?} in {shape:?}"
        );
        let visible = vec![context.len(); queries.len() / shape.token_width()];
        if let Some(given) = similarities {
            let sizes = (
                (given.rows(), given.columns()),
                (visible.len(), context.len() + 1),
            );
            assert!(
                sizes.0 == sizes.1,
                "similarities are {:?}, not {:?}",
                sizes.0,
                sizes.1
            );
        }
        let want = Want::default();
        let (answers, seen) =
            self.ask_probed(context, &visible, queries, want, Some((head, similarities)));
        HeadAnswers {
            logits: answers.logits,
            ..seen
        }
    }
}

impl Context {
    /// Keys that a head keeps of all tokens, tokens × head width.
    #[must_use]
    pub fn keys(&self, head: Head) -> Matrix {
        let keys = &self.caches[head.layer].keys[head.head];
        let mut out = Matrix::zeros(keys.columns(), keys.inner());
        // They are kept as columns.
        for feature in 0..keys.inner() {
            for (token, key) in keys.row(feature).enumerate() {
                out.row_mut(token)[feature] = key;
            }
        }
        out
    }

    /// Values that a head keeps of all tokens, tokens × head width.
    #[must_use]
    pub fn values(&self, head: Head) -> Matrix {
        let cache: &KvCache = &self.caches[head.layer];
        let values = &cache.values[head.head];
        let rows = (0..values.inner()).flat_map(|token| values.row(token));
        Matrix::from_values(values.inner(), values.columns(), rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        base::random::{Random, Stream},
        models::transformer::{Mask, Weights},
        ops::matmul::{Packed, Start, View, multiply},
    };

    const SHAPE: Shape = Shape {
        width: 24,
        layers: 3,
        heads: 3,
        sensory: 4,
        actions: 5,
    };
    const TOKENS: usize = 37;
    const QUERIES: usize = 5;

    fn setup() -> (Transformer, Vec<f32>, Vec<f32>) {
        let mut weights = Weights::initial(SHAPE, 1);
        for w in &mut weights.values {
            *w *= 3.0;
        }
        let mut random = Random::new(5, Stream::Query, 0);
        let mut tokens = vec![0.0; TOKENS * SHAPE.token_width()];
        random.fill_normal(&mut tokens);
        let mut queries = vec![0.0; QUERIES * SHAPE.token_width()];
        random.fill_normal(&mut queries);
        (Transformer::new(weights), tokens, queries)
    }

    fn context(transformer: &Transformer, tokens: &[f32]) -> Context {
        let mut context = Context::new(SHAPE);
        context.append(transformer, tokens);
        context
    }

    fn heads() -> impl Iterator<Item = Head> {
        let layers = 0..SHAPE.layers;
        layers.flat_map(|layer| (0..SHAPE.heads).map(move |head| Head { layer, head }))
    }

    #[test]
    fn looking_at_a_head_changes_nothing_and_weights_sum_to_one() {
        let (transformer, tokens, queries) = setup();
        let context = context(&transformer, &tokens);
        let want = Want {
            attention: true,
            ..Want::default()
        };
        let answers = transformer.ask(&context, TOKENS, &queries, want);
        for at in heads() {
            let seen = transformer.ask_head(&context, &queries, at, None);
            assert_eq!(seen.logits, answers.logits);
            assert_eq!(
                seen.weights,
                answers.attention[at.layer * SHAPE.heads + at.head]
            );
            for row in 0..QUERIES {
                let total: f32 = seen.weights.row(row).iter().sum();
                assert!((total - 1.0).abs() < 1e-5, "{total}");
            }
        }
    }

    /// The learned keys put in from outside are the unchanged network, bit for bit.
    #[test]
    fn learned_keys_in_place_of_learned_keys_change_no_bit() {
        let (transformer, tokens, queries) = setup();
        let context = context(&transformer, &tokens);
        for at in heads() {
            let seen = transformer.ask_head(&context, &queries, at, None);
            let (keys, width) = (context.keys(at), SHAPE.head_width());
            let keys = Packed::new(View::new(keys.values(), TOKENS, width).transposed());
            let mut products = vec![0.0; QUERIES * (TOKENS + 1)];
            multiply(
                View::new(seen.query.values(), QUERIES, width),
                &keys,
                TOKENS,
                Start::Zero,
                &mut products,
                TOKENS + 1,
            );
            let scale = 1.0 / (width as f32).sqrt();
            let mut given = Matrix::from_values(QUERIES, TOKENS + 1, products);
            for row in 0..QUERIES {
                let own = seen.similarities.row(row)[TOKENS];
                let row = given.row_mut(row);
                row.iter_mut().for_each(|product| *product *= scale);
                row[TOKENS] = own;
            }
            assert_eq!(given, seen.similarities, "{at:?}");
            let again = transformer.ask_head(&context, &queries, at, Some(&given));
            assert_eq!(again, seen, "{at:?}");
        }
    }

    #[test]
    fn the_output_is_the_sum_of_values_by_weights() {
        let (transformer, tokens, queries) = setup();
        let context = context(&transformer, &tokens);
        for at in heads() {
            let given = Matrix::from_values(
                QUERIES,
                TOKENS + 1,
                (0..QUERIES * (TOKENS + 1))
                    .map(|i| (i * 7 % 11) as f32 / 3.0)
                    .collect(),
            );
            let learned = transformer.ask_head(&context, &queries, at, None);
            let seen = transformer.ask_head(&context, &queries, at, Some(&given));
            assert_eq!(seen.similarities, given);
            assert_eq!(seen.query, learned.query, "only what follows changes");
            assert_ne!(seen.logits, learned.logits, "{at:?}");
            let values = context.values(at);
            for row in 0..QUERIES {
                let weights = seen.weights.row(row);
                for feature in 0..SHAPE.head_width() {
                    let own = weights[TOKENS] * seen.own_value.row(row)[feature];
                    let sum = (0..TOKENS).fold(own, |sum, token| {
                        sum + weights[token] * values.row(token)[feature]
                    });
                    assert!((sum - seen.output.row(row)[feature]).abs() < 1e-5);
                }
            }
        }
    }

    /// In the first layer keys and values follow from their own token alone, so hiding one from the query is as if it had never been
    /// stored. In later layers those behind it have read it, and only the last one can be taken out like that.
    #[test]
    fn a_removed_memory_was_never_stored() {
        let (transformer, tokens, queries) = setup();
        let whole = context(&transformer, &tokens);
        let width = SHAPE.token_width();
        for removed in [0, 17, TOKENS - 1] {
            let mut without = tokens.clone();
            without.drain(removed * width..(removed + 1) * width);
            let without = context(&transformer, &without);
            for at in heads().filter(|at| at.layer == 0 || removed == TOKENS - 1) {
                let mut hidden = whole.clone();
                for layer in 0..SHAPE.layers {
                    let mask = Mask {
                        from_query: BTreeSet::from([removed]),
                        ..Mask::default()
                    };
                    hidden.set_mask(&transformer, layer, mask);
                }
                let hidden = transformer.ask_head(&hidden, &queries, at, None);
                let never = transformer.ask_head(&without, &queries, at, None);
                for row in 0..QUERIES {
                    let mut weights = hidden.weights.row(row).to_vec();
                    assert_eq!(weights.remove(removed), 0.0);
                    let pairs = weights.iter().zip(never.weights.row(row));
                    let output = hidden.output.row(row).iter().zip(never.output.row(row));
                    for (a, b) in pairs.chain(output) {
                        assert!((a - b).abs() < 1e-6, "{at:?} {removed}: {a} {b}");
                    }
                }
                let mut keys = whole.keys(at).values().to_vec();
                let head = SHAPE.head_width();
                keys.drain(removed * head..(removed + 1) * head);
                assert_eq!(keys, without.keys(at).values(), "{at:?}");
            }
        }
    }
}
