//! The backward pass of an attention whose probabilities were kept.

use super::{SHARE, THREADS, WIDEST};
use crate::{
    gpu::{Buffer, Chunk, CommandList, Kernel, ONE_LANE, REDUCE, chunk, parameters},
    ops::attention::Heads,
};

const BACKWARD: Chunk = chunk!("../backward.wgsl");

parameters! {
    /// Sizes of an attention on the way back.
    pub struct BackwardParameters {
        /// Rows that read.
        readers: usize,
        /// The row of the first token.
        context: usize,
        /// Number of heads.
        heads: usize,
        /// Width of a head.
        head: usize,
        /// Length of a row of probabilities; a row's own stands behind the last token that it sees.
        length: usize,
        /// Factor of the scores.
        scale: f32,
    }
}

/// To scores and queries.
pub const QUERIES: Kernel<BackwardParameters> = Kernel::new(
    "attention, back to queries",
    &[THREADS, ("BLOCK", 2048), ("WIDEST", WIDEST)],
    &[
        ONE_LANE,
        REDUCE,
        SHARE,
        BACKWARD,
        chunk!("../backward_queries.wgsl"),
    ],
);

/// From scores to keys and values.
pub const KEYS: Kernel<BackwardParameters> = Kernel::new(
    "attention, back to keys",
    &[THREADS, ("WIDEST", WIDEST)],
    &[
        ONE_LANE,
        REDUCE,
        SHARE,
        BACKWARD,
        chunk!("../backward_keys.wgsl"),
    ],
);

/// An attention on the way back: `context` queries and behind them the tokens that they see; a token sees those before it.
/// Every row sees itself. Of all rows the first `readers` have read: all of them, or the queries alone.
#[derive(Clone, Copy, Debug)]
pub struct Backward<'a> {
    /// The heads.
    pub heads: Heads,
    /// All rows.
    pub rows: usize,
    /// Rows that read.
    pub readers: usize,
    /// The row of the first token.
    pub context: usize,
    /// Query, key and value, rows × 3d.
    pub qkv: &'a Buffer<f32>,
    /// Attention output of all heads, readers × d.
    pub attn_out: &'a Buffer<f32>,
    /// The derivative by it, readers × d.
    pub d_attn_out: &'a Buffer<f32>,
    /// Probabilities, as the attention has kept them, and the length of a row of them.
    pub probabilities: (&'a Buffer<f32>, usize),
    /// Number of visible tokens for each row.
    pub visible: &'a Buffer<u32>,
    /// Room for the derivative by the scores, as large as the probabilities.
    pub d_scores: &'a Buffer<f32>,
    /// The result: the derivative by query, key and value, rows × 3d.
    pub d_qkv: &'a Buffer<f32>,
}

impl Backward<'_> {
    /// Records it. Heads must not be wider than [`WIDEST`].
    pub fn record(&self, commands: &mut CommandList) {
        let parameters = BackwardParameters {
            readers: self.readers,
            context: self.context,
            heads: self.heads.count,
            head: self.heads.width,
            length: self.probabilities.1,
            scale: 1.0 / (self.heads.width as f32).sqrt(),
        };
        let arrays = [
            self.qkv.raw(),
            self.d_attn_out.raw(),
            self.probabilities.0.raw(),
            self.visible.raw(),
            self.d_qkv.raw(),
            self.d_scores.raw(),
            self.attn_out.raw(),
        ];
        let grid = |rows| [rows, self.heads.count, 1];
        commands.dispatch(&QUERIES, &parameters, &arrays, grid(self.readers));
        // Keys do without the last one.
        commands.dispatch(&KEYS, &parameters, &arrays[..6], grid(self.rows));
    }
}
