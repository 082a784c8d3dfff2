//! Attention on the GPU.

pub mod back;

use super::Heads;
use crate::{
    gpu::{Buffer, CommandList, Gpu, GpuError, Kernel, Word},
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

/// Attention of four rows and one head.
pub const MANY_ROWS: Kernel = Kernel {
    name: "attention of many rows",
    source: include_str!("many_rows.wgsl"),
    constants: &[("THREADS", 128), ("BLOCK", 512), ("WIDEST", WIDEST_OF_MANY)],
};

/// Widest head that the kernel for many rows has room for.
const WIDEST_OF_MANY: usize = 256;
/// Fewer rows are better spread over workgroups of their own.
const MANY: usize = 64;
/// Rows of a workgroup of the kernel for many rows.
const TOGETHER: usize = 4;

/// Tokens that are hidden from rows, as bits of words: token *t* is bit *t* mod 32 of word *t* / 32. A row that may see
/// nothing at all reads zeros.
#[derive(Clone, Copy, Debug)]
pub struct TokenMask<'a> {
    /// The words.
    pub words: &'a Buffer<u32>,
    /// Words of a row; tokens beyond them are not hidden.
    pub per_row: usize,
    /// All rows share the words from the beginning on. These then stand for tokens of the cache alone; words of
    /// a row's own can also hide it from itself.
    pub shared: bool,
    /// Rows are hidden from themselves.
    pub itself: bool,
}

/// Placeholders for the arrays that an attention does not use: every binding of a kernel must be filled.
#[derive(Clone, Debug)]
pub struct Unused {
    probabilities: Buffer<f32>,
    mask: Buffer<u32>,
}

impl Unused {
    /// Makes them.
    ///
    /// # Errors
    /// Never; as every array.
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            probabilities: Buffer::zeros(gpu, "no probabilities", 1)?,
            mask: Buffer::zeros(gpu, "nothing hidden", 1)?,
        })
    }
}

/// Attention of some rows over a KV cache and over themselves.
#[derive(Clone, Copy, Debug)]
pub struct Attention<'a> {
    /// The heads.
    pub heads: Heads,
    /// Number of rows.
    pub rows: usize,
    /// Queries, rows × d.
    pub queries: Rows<'a>,
    /// Keys and, d later, values of the cache.
    pub cache: Rows<'a>,
    /// Keys and, d later, values of the rows themselves.
    pub self_kv: Rows<'a>,
    /// Number of visible tokens of the cache for each row, from this element of an array on.
    pub visible: (&'a Buffer<u32>, usize),
    /// Attention output of all heads, rows × d.
    pub out: &'a Buffer<f32>,
    /// Destination of the probabilities, (head · rows) × a length that is more than any row sees; a row's own stands behind
    /// the last token that it sees.
    pub probabilities: Option<(&'a Buffer<f32>, usize)>,
    /// Hidden tokens.
    pub mask: Option<TokenMask<'a>>,
}

impl Attention<'_> {
    /// In the order of the kernels' `Parameters`; that for many rows has no use for the last three.
    fn words(&self) -> [u32; 16] {
        [
            self.rows.word(),
            self.heads.width.word(),
            self.queries.offset.word(),
            self.queries.stride.word(),
            self.cache.offset.word(),
            self.cache.stride.word(),
            self.self_kv.offset.word(),
            self.self_kv.stride.word(),
            self.heads.total().word(),
            self.heads.total().word(),
            self.visible.1.word(),
            self.probabilities.map_or(0, |(_, length)| length).word(),
            (1.0 / (self.heads.width as f32).sqrt()).word(),
            self.mask.map_or(0, |h| h.per_row).word(),
            self.mask
                .map_or(0, |h| if h.shared { 0 } else { h.per_row })
                .word(),
            self.mask.is_some_and(|h| h.itself).word(),
        ]
    }

    /// Records it.
    ///
    /// # Errors
    /// When a head is too wide.
    pub fn record(&self, commands: &mut CommandList, unused: &Unused) -> Result<(), GpuError> {
        if self.heads.width > WIDEST {
            return Err(GpuError::Unsupported(format!(
                "a head of width {}, more than {WIDEST}",
                self.heads.width
            )));
        }
        let plain = self.probabilities.is_none() && self.mask.is_none();
        if plain && self.rows >= MANY && self.heads.width <= WIDEST_OF_MANY {
            commands.dispatch(
                &MANY_ROWS,
                &self.words()[..13],
                &[
                    self.queries.array.raw(),
                    self.cache.array.raw(),
                    self.self_kv.array.raw(),
                    self.visible.0.raw(),
                    self.out.raw(),
                ],
                [self.rows.div_ceil(TOGETHER), self.heads.count, 1],
            );
            return Ok(());
        }
        let probabilities = self
            .probabilities
            .map_or(&unused.probabilities, |(array, _)| array);
        let mask = self.mask.map_or(&unused.mask, |mask| mask.words);
        commands.dispatch(
            &ATTENTION,
            &self.words(),
            &[
                self.queries.array.raw(),
                self.cache.array.raw(),
                self.self_kv.array.raw(),
                self.visible.0.raw(),
                self.out.raw(),
                probabilities.raw(),
                mask.raw(),
            ],
            [self.rows, self.heads.count, 1],
        );
        Ok(())
    }
}
