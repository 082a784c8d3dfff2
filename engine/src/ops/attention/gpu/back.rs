//! The backward pass of an attention whose probabilities were kept.

use super::WIDEST;
use crate::{
    gpu::{Buffer, CommandList, Kernel, Word},
    ops::attention::Heads,
};

/// To scores and queries.
pub const QUERIES: Kernel = Kernel {
    name: "attention, back to queries",
    source: concat!(
        include_str!("../back.wgsl"),
        include_str!("../../elementwise/total.wgsl"),
        include_str!("../back_queries.wgsl")
    ),
    constants: &[("THREADS", 128), ("BLOCK", 2048), ("WIDEST", WIDEST)],
};

/// From scores to keys and values.
pub const KEYS: Kernel = Kernel {
    name: "attention, back to keys",
    source: concat!(
        include_str!("../back.wgsl"),
        include_str!("../back_keys.wgsl")
    ),
    constants: &[("THREADS", 128), ("WIDEST", WIDEST)],
};

/// An attention on the way back: `context` queries and behind them the tokens that they see; a token sees those before it.
/// Every row sees itself. Of all rows the first `readers` have read: all of them, or the queries alone.
#[derive(Clone, Copy, Debug)]
pub struct Back<'a> {
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
    /// Room for the derivative by the scores, as large as `kept`.
    pub d_scores: &'a Buffer<f32>,
    /// The result: the derivative by query, key and value, rows × 3d.
    pub d_qkv: &'a Buffer<f32>,
}

impl Back<'_> {
    /// Records it. Heads must not be wider than [`WIDEST`].
    pub fn record(&self, commands: &mut CommandList) {
        let words = [
            self.readers.word(),
            self.context.word(),
            self.heads.count.word(),
            self.heads.width.word(),
            self.probabilities.1.word(),
            (1.0 / (self.heads.width as f32).sqrt()).word(),
        ];
        commands.dispatch(
            &QUERIES,
            &words,
            &[
                self.qkv.raw(),
                self.attn_out.raw(),
                self.d_attn_out.raw(),
                self.probabilities.0.raw(),
                self.visible.raw(),
                self.d_scores.raw(),
                self.d_qkv.raw(),
            ],
            [self.readers, self.heads.count, 1],
        );
        commands.dispatch(
            &KEYS,
            &words,
            &[
                self.qkv.raw(),
                self.d_attn_out.raw(),
                self.probabilities.0.raw(),
                self.visible.raw(),
                self.d_scores.raw(),
                self.d_qkv.raw(),
            ],
            [self.rows, self.heads.count, 1],
        );
    }
}
