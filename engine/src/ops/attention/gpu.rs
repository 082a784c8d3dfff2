//! Attention on the GPU.

pub mod backward;

use super::Heads;
use crate::{
    gpu::{Buffer, Chunk, CommandList, Gpu, GpuError, Kernel, REDUCE, chunk, parameters},
    ops::matmul::gpu::Rows,
};

/// Widest head that the kernels have room for.
pub const WIDEST: usize = 512;
/// Widest head that the kernel of four rows has room for.
const WIDEST_OF_FOUR_ROWS: usize = 256;
/// Fewer rows are better spread over workgroups of their own.
const MANY: usize = 64;
/// Rows of a workgroup of the kernel of four rows.
const TOGETHER: usize = 4;

const THREADS: (&str, usize) = ("THREADS", 128);
const SHARE: Chunk = chunk!("share.wgsl");
const FORWARD: Chunk = chunk!("forward.wgsl");

parameters! {
    /// Sizes and places of an attention.
    pub struct ForwardParameters {
        /// Number of rows.
        rows: usize,
        /// Width of a head.
        head: usize,
        /// Where the query of the first row begins.
        query_offset: usize,
        /// From the query of a row to the next.
        query_stride: usize,
        /// Where the key of the first token begins.
        cache_offset: usize,
        /// From the key of a token to the next.
        cache_stride: usize,
        /// Where the first row's own key begins.
        self_offset: usize,
        /// From a row's own key to the next.
        self_stride: usize,
        /// From a key to the value of the same token, in the cache and of the rows alike.
        to_value: usize,
        /// From one row of the result to the next.
        out_stride: usize,
        /// Where the numbers of visible tokens begin.
        visible_offset: usize,
        /// Length of a row of probabilities that are kept; 0 to keep none.
        probability_stride: usize,
        /// Factor of the scores.
        scale: f32,
        /// Words of the mask; tokens beyond them are not hidden.
        mask_words: usize,
        /// True where rows are hidden from themselves.
        mask_itself: bool,
    }
}

/// Attention of one row and head.
pub const ONE_ROW: Kernel<ForwardParameters> = Kernel::new(
    "attention",
    &[THREADS, ("BLOCK", 2048), ("WIDEST", WIDEST)],
    &[chunk!("forward_one_row.wgsl"), REDUCE, SHARE, FORWARD],
);

/// Attention of four rows and one head.
pub const FOUR_ROWS: Kernel<ForwardParameters> = Kernel::new(
    "attention of many rows",
    &[THREADS, ("BLOCK", 512), ("WIDEST", WIDEST_OF_FOUR_ROWS)],
    &[chunk!("forward_four_rows.wgsl"), REDUCE, SHARE, FORWARD],
);

/// Tokens of the cache that are hidden from all rows, as bits of words: token *t* is bit *t* mod 32 of word *t* / 32; tokens
/// beyond them are not hidden. A row that may see nothing at all reads zeros.
#[derive(Clone, Copy, Debug)]
pub struct TokenMask<'a> {
    /// The words.
    pub words: &'a Buffer<u32>,
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
    fn parameters(&self) -> ForwardParameters {
        ForwardParameters {
            rows: self.rows,
            head: self.heads.width,
            query_offset: self.queries.offset,
            query_stride: self.queries.stride,
            cache_offset: self.cache.offset,
            cache_stride: self.cache.stride,
            self_offset: self.self_kv.offset,
            self_stride: self.self_kv.stride,
            to_value: self.heads.total(),
            out_stride: self.heads.total(),
            visible_offset: self.visible.1,
            probability_stride: self.probabilities.map_or(0, |(_, length)| length),
            scale: 1.0 / (self.heads.width as f32).sqrt(),
            mask_words: self.mask.map_or(0, |mask| mask.words.len()),
            mask_itself: self.mask.is_some_and(|mask| mask.itself),
        }
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
        if plain && self.rows >= MANY && self.heads.width <= WIDEST_OF_FOUR_ROWS {
            commands.dispatch(
                &FOUR_ROWS,
                &self.parameters(),
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
            &ONE_ROW,
            &self.parameters(),
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
