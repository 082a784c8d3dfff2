//! One block forward, for every use: context tokens, queries, training.
//!
//! A row of the residual stream sees the first `visible` tokens of the memory and itself. That is true of a
//! context token (it sees those before it) and of a query (it sees as much context as it is asked with), and so
//! there is one function for both. Rows that belong to the context also leave their key and value in the memory.

use super::{Layout, Shape, Weights};
use crate::ops::{
    elementwise::{add_rows, gelu, layer_norm, softmax},
    matmul::{Packed, Start, View, multiply},
};

/// A transformer ready to run: weights packed for the products.
#[derive(Clone, Debug)]
pub struct Transformer {
    pub(super) weights: Weights,
    pub(super) layout: Layout,
    pub(super) embed: Packed,
    pub(super) blocks: Vec<PackedBlock>,
    pub(super) head: Packed,
}

#[derive(Clone, Debug, Default)]
pub(super) struct PackedBlock {
    pub query: Packed,
    pub key_value: Packed,
    pub projection: Packed,
    pub inner: Packed,
    pub outer: Packed,
}

/// Keys and values of one block, packed for the products: one entry a head.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// Head width × tokens.
    pub keys: Vec<Packed>,
    /// Tokens × head width.
    pub values: Vec<Packed>,
}

impl Memory {
    pub fn new(shape: Shape) -> Self {
        Self {
            keys: vec![Packed::empty_columns(shape.head()); shape.heads],
            values: vec![Packed::empty_rows(shape.head()); shape.heads],
        }
    }

    pub fn len(&self) -> usize {
        self.keys.first().map_or(0, Packed::columns)
    }

    /// Adds one token: key and value of all heads, one behind the other.
    fn push(&mut self, key_value: &[f32], head: usize) {
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

/// What the rows of a batch are.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    /// For every row, how many tokens of the memory it sees beside itself.
    pub visible: &'a [usize],
    /// The first so many rows join the memory.
    pub context: usize,
    /// Rows before this one leave only key and value behind.
    pub live: usize,
}

/// Hides memory tokens from rows: `hides(row, token)`; a row itself has the token number `memory length`.
pub(super) type Hides<'a> = &'a dyn Fn(usize, usize) -> bool;

/// What one block computed: kept for attention pictures, hidden states and gradients.
#[derive(Clone, Debug, Default)]
pub(super) struct Tape {
    /// Normalised input, before and after weight and bias: rows × d, and 1/deviation of every row.
    pub normal_1: Vec<f32>,
    pub scale_1: Vec<f32>,
    pub read: Vec<f32>,
    /// Queries of the live rows × d; keys and values of all rows × 2d.
    pub query: Vec<f32>,
    pub key_value: Vec<f32>,
    /// Attention of the live rows on the memory, head by head: heads × live rows × memory; and on themselves.
    pub attention: Vec<f32>,
    pub own: Vec<f32>,
    /// What the heads read: live rows × d.
    pub heads: Vec<f32>,
    /// The second half: live rows × d, and inner layer × 4d before and after the GELU.
    pub normal_2: Vec<f32>,
    pub scale_2: Vec<f32>,
    pub middle: Vec<f32>,
    pub inner: Vec<f32>,
    pub active: Vec<f32>,
    pub sum: Vec<f32>,
}

/// Rows that share one product of queries and keys.
pub(super) const ROW_BLOCK: usize = 48;

/// Makes room for `length` values; what was there before stays, and is overwritten by whoever asked.
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
            blocks: vec![PackedBlock::default(); weights.shape.layers],
            embed: Packed::default(),
            head: Packed::default(),
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
        for (packed, block) in self.blocks.iter_mut().zip(&self.layout.blocks) {
            let attention = &w[block.attention.weight.clone()];
            packed.query.pack(View::strided(attention, d, d, 3 * d));
            packed
                .key_value
                .pack(View::strided(&attention[d..], d, 2 * d, 3 * d));
            packed
                .projection
                .pack(View::new(&w[block.projection.weight.clone()], d, d));
            packed
                .inner
                .pack(View::new(&w[block.inner.weight.clone()], d, shape.inner()));
            packed
                .outer
                .pack(View::new(&w[block.outer.weight.clone()], shape.inner(), d));
        }
        // The authors' Linear layers are stored the other way round: out × in.
        let embed = View::new(&w[self.layout.embed.weight.clone()], d, shape.token());
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
        let tokens = View::new(tokens, tokens.len() / shape.token(), shape.token());
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

    /// One block on the residual stream `x` (rows × d), in place; the first `rows.context` rows join the memory.
    pub(super) fn block(
        &self,
        index: usize,
        x: &mut [f32],
        rows: Rows,
        memory: &mut Memory,
        tape: &mut Tape,
        hides: Option<Hides>,
    ) {
        self.read(index, x, tape);
        let width = self.shape().head();
        for key_value in tape
            .key_value
            .chunks_exact(2 * self.shape().width)
            .take(rows.context)
        {
            memory.push(key_value, width);
        }
        self.attend_and_think(index, x, rows, memory, tape, hides);
    }

    /// The same for rows that leave nothing in the memory.
    pub(super) fn block_on(
        &self,
        index: usize,
        x: &mut [f32],
        rows: Rows,
        memory: &Memory,
        tape: &mut Tape,
        hides: Option<Hides>,
    ) {
        self.read(index, x, tape);
        self.attend_and_think(index, x, rows, memory, tape, hides);
    }

    /// First normalisation, and the keys and values of all rows.
    fn read(&self, index: usize, x: &[f32], tape: &mut Tape) {
        let d = self.shape().width;
        let count = x.len() / d;
        let block = &self.layout.blocks[index];
        size(&mut tape.normal_1, count * d);
        size(&mut tape.scale_1, count);
        size(&mut tape.read, count * d);
        layer_norm(
            x,
            self.values(&block.norm_1.weight),
            self.values(&block.norm_1.bias),
            &mut tape.normal_1,
            &mut tape.scale_1,
            &mut tape.read,
        );
        multiply(
            View::new(&tape.read, count, d),
            &self.blocks[index].key_value,
            2 * d,
            Start::Bias(&self.values(&block.attention.bias)[d..]),
            size(&mut tape.key_value, count * 2 * d),
            2 * d,
        );
    }

    /// The rest of the block, for the live rows.
    fn attend_and_think(
        &self,
        index: usize,
        x: &mut [f32],
        rows: Rows,
        memory: &Memory,
        tape: &mut Tape,
        hides: Option<Hides>,
    ) {
        let shape = self.shape();
        let d = shape.width;
        let count = rows.visible.len();
        let live = count - rows.live;
        let packed = &self.blocks[index];
        let block = &self.layout.blocks[index];

        if live == 0 {
            return;
        }
        multiply(
            View::new(&tape.read[rows.live * d..], live, d),
            &packed.query,
            d,
            Start::Bias(&self.values(&block.attention.bias)[..d]),
            size(&mut tape.query, live * d),
            d,
        );
        attend(shape, rows, memory, tape, hides);
        let x = &mut x[rows.live * d..];
        multiply(
            View::new(&tape.heads, live, d),
            &packed.projection,
            d,
            Start::Bias(self.values(&block.projection.bias)),
            size(&mut tape.sum, live * d),
            d,
        );
        add_rows(x, &tape.sum);

        // Inner layer.
        size(&mut tape.normal_2, live * d);
        size(&mut tape.scale_2, live);
        size(&mut tape.middle, live * d);
        layer_norm(
            x,
            self.values(&block.norm_2.weight),
            self.values(&block.norm_2.bias),
            &mut tape.normal_2,
            &mut tape.scale_2,
            &mut tape.middle,
        );
        multiply(
            View::new(&tape.middle, live, d),
            &packed.inner,
            shape.inner(),
            Start::Bias(self.values(&block.inner.bias)),
            size(&mut tape.inner, live * shape.inner()),
            shape.inner(),
        );
        gelu(&tape.inner, size(&mut tape.active, live * shape.inner()));
        multiply(
            View::new(&tape.active, live, shape.inner()),
            &packed.outer,
            d,
            Start::Bias(self.values(&block.outer.bias)),
            &mut tape.sum,
            d,
        );
        add_rows(x, &tape.sum);
    }
}

/// Attention of the live rows over the memory and themselves.
fn attend(shape: Shape, rows: Rows, memory: &Memory, tape: &mut Tape, hides: Option<Hides>) {
    let (d, head) = (shape.width, shape.head());
    let tokens = memory.len();
    let live = rows.visible.len() - rows.live;
    let scale = 1.0 / (head as f32).sqrt();
    size(&mut tape.attention, shape.heads * live * tokens);
    size(&mut tape.own, shape.heads * live);
    size(&mut tape.heads, live * d);
    for h in 0..shape.heads {
        for first in (0..live).step_by(ROW_BLOCK) {
            let block = first..live.min(first + ROW_BLOCK);
            let visible = &rows.visible[rows.live..][block.clone()];
            let seen = visible.iter().copied().max().unwrap_or(0);
            let query = &tape.query[block.start * d + h * head..];
            let scores =
                &mut tape.attention[(h * live + block.start) * tokens..][..block.len() * tokens];
            multiply(
                View::strided(query, block.len(), head, d),
                &memory.keys[h],
                seen,
                Start::Zero,
                scores,
                tokens,
            );
            for (r, &visible) in visible.iter().enumerate() {
                let row = block.start + r;
                let scores = &mut scores[r * tokens..][..tokens];
                let key = &tape.key_value[(rows.live + row) * 2 * d + h * head..][..head];
                let mut own = query[r * d..][..head]
                    .iter()
                    .zip(key)
                    .fold(0.0, |sum, (q, k)| sum + q * k);
                if let Some(hides) = hides {
                    for (token, score) in scores.iter_mut().enumerate().take(visible) {
                        if hides(rows.live + row, token) {
                            *score = f32::NEG_INFINITY;
                        }
                    }
                    if hides(rows.live + row, tokens) {
                        own = f32::NEG_INFINITY;
                        if scores[..visible].iter().all(|&s| s == f32::NEG_INFINITY) {
                            // A row that may see nothing reads nothing.
                            scores.fill(0.0);
                            tape.own[h * live + row] = 0.0;
                            continue;
                        }
                    }
                }
                tape.own[h * live + row] = softmax(scores, visible, own, scale);
            }
            multiply(
                View::strided(scores, block.len(), seen, tokens),
                &memory.values[h],
                head,
                Start::Zero,
                &mut tape.heads[block.start * d + h * head..],
                d,
            );
            for row in block {
                let own = tape.own[h * live + row];
                let value = &tape.key_value[(rows.live + row) * 2 * d + d + h * head..][..head];
                for (out, value) in tape.heads[row * d + h * head..][..head]
                    .iter_mut()
                    .zip(value)
                {
                    *out += own * value;
                }
            }
        }
    }
}
