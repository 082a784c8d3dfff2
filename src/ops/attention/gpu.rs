//! Attention on the GPU.

use super::Heads;
use crate::{
    gpu::{Buffer, GpuError, Kernel, Word, Work},
    ops::matmul::gpu::Rows,
};

/// Widest head that the kernel has room for.
pub const WIDEST: usize = 512;

/// Attention of one row and head.
pub const ATTENTION: Kernel = Kernel {
    name: "attention",
    source: include_str!("attention.wgsl"),
    constants: &[("THREADS", 128), ("BLOCK", 2048), ("WIDEST", WIDEST)],
};

/// Some rows reading from a memory and from themselves.
#[derive(Clone, Copy, Debug)]
pub struct Attention<'a> {
    /// The heads.
    pub heads: Heads,
    /// Number of rows.
    pub rows: usize,
    /// Queries, rows × d.
    pub queries: Rows<'a>,
    /// Keys and, d later, values of the memory; from the beginning of its array on.
    pub memory: Rows<'a>,
    /// Keys and, d later, values of the rows themselves.
    pub own: Rows<'a>,
    /// How many tokens of the memory a row sees, from this element of an array on.
    pub visible: (&'a Buffer<u32>, usize),
    /// What the heads read, rows × d.
    pub out: &'a Buffer<f32>,
    /// Where to leave the probabilities, (head · rows) × a length that is more than any row sees; a row's own stands behind
    /// the last token that it sees.
    pub kept: Option<(&'a Buffer<f32>, usize)>,
}

impl Attention<'_> {
    /// In the order of the kernel's `Parameters`.
    fn words(&self) -> [u32; 12] {
        [
            self.rows.word(),
            self.heads.width.word(),
            self.queries.offset.word(),
            self.queries.stride.word(),
            self.memory.stride.word(),
            self.own.offset.word(),
            self.own.stride.word(),
            self.heads.total().word(),
            self.heads.total().word(),
            self.visible.1.word(),
            self.kept.map_or(0, |(_, length)| length).word(),
            (1.0 / (self.heads.width as f32).sqrt()).word(),
        ]
    }

    /// Records it. `unused` stands in where probabilities are not kept; no other array of this attention.
    ///
    /// # Errors
    /// When a head is too wide.
    pub fn record(&self, work: &mut Work, unused: &Buffer<f32>) -> Result<(), GpuError> {
        if self.heads.width > WIDEST {
            return Err(GpuError::Unsupported(format!(
                "a head of width {}, more than {WIDEST}",
                self.heads.width
            )));
        }
        let kept = self.kept.map_or(unused, |(array, _)| array);
        work.dispatch(
            &ATTENTION,
            &self.words(),
            &[
                self.queries.array.raw(),
                self.memory.array.raw(),
                self.own.array.raw(),
                self.visible.0.raw(),
                self.out.raw(),
                kept.raw(),
            ],
            [self.rows, self.heads.count, 1],
        );
        Ok(())
    }
}
