//! Keys and values of a context, kept on the GPU.

use super::GpuTransformer;
use crate::{
    gpu::{Buffer, Gpu, GpuError},
    models::transformer::Shape,
    ops::{attention::gpu::Attention, matmul::gpu::Rows},
};

/// Tokens that are encoded in one submission: working memory for more would be large, and a slow GPU must not be
/// kept from drawing for long.
const CHUNK: usize = 512;

/// The keys and values that a transformer made of memory tokens.
///
/// A token sees those before it alone, so a new one costs one token. The tokens themselves are not kept: whoever edits
/// one [truncates](GpuContext::truncate) before it and [appends](GpuTransformer::append) the rest again.
#[derive(Clone, Debug)]
pub struct GpuContext {
    length: usize,
    capacity: usize,
    /// One a block: tokens × 2d, key and value of all heads.
    pub(super) memories: Vec<Buffer<f32>>,
    /// 0, 1, 2, …: token n sees n tokens.
    numbers: Buffer<u32>,
}

impl GpuContext {
    /// An empty context.
    ///
    /// # Errors
    /// As every array.
    pub fn new(gpu: &Gpu, shape: Shape) -> Result<Self, GpuError> {
        Self::with_capacity(gpu, shape, CHUNK)
    }

    fn with_capacity(gpu: &Gpu, shape: Shape, capacity: usize) -> Result<Self, GpuError> {
        let numbers: Vec<u32> = (0..capacity as u32).collect();
        let memory = |_| Buffer::zeros(gpu, "keys and values", capacity * 2 * shape.width);
        Ok(Self {
            length: 0,
            capacity,
            memories: (0..shape.layers).map(memory).collect::<Result<_, _>>()?,
            numbers: Buffer::from_slice(gpu, "token numbers", &numbers)?,
        })
    }

    /// Number of tokens.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are no tokens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Keys and values of the last block, tokens × 2d: what is there when everything is.
    ///
    /// # Panics
    /// When the transformer has no blocks.
    #[must_use]
    pub fn last_memory(&self) -> &Buffer<f32> {
        &self.memories[self.memories.len() - 1]
    }

    /// Forgets the tokens from `length` on. Nothing is computed.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// Makes room for `length` tokens and keeps what is there.
    fn reserve(&mut self, gpu: &Gpu, shape: Shape, length: usize) -> Result<(), GpuError> {
        if length <= self.capacity {
            return Ok(());
        }
        let mut larger = Self::with_capacity(gpu, shape, length.next_power_of_two())?;
        let mut work = gpu.work("larger context");
        for (from, to) in self.memories.iter().zip(&larger.memories) {
            work.copy(from, 0..self.length * 2 * shape.width, to, 0);
        }
        work.submit();
        larger.length = self.length;
        *self = larger;
        Ok(())
    }
}

impl GpuTransformer {
    /// Encodes tokens (any number, one behind the other) at the end of a context. Returns before the GPU has done it.
    ///
    /// # Errors
    /// When the context becomes too large.
    pub fn append(
        &mut self,
        gpu: &Gpu,
        context: &mut GpuContext,
        tokens: &[f32],
    ) -> Result<(), GpuError> {
        let shape = self.shape;
        let count = tokens.len() / shape.token();
        context.reserve(gpu, shape, context.length + count)?;
        for chunk in tokens.chunks(CHUNK * shape.token()) {
            self.encode(gpu, context, chunk)?;
        }
        Ok(())
    }

    fn encode(
        &mut self,
        gpu: &Gpu,
        context: &mut GpuContext,
        tokens: &[f32],
    ) -> Result<(), GpuError> {
        let shape = self.shape;
        let d = shape.width;
        let begin = context.length;
        let rows = tokens.len() / shape.token();
        let scratch = self.scratch(gpu, rows)?;
        scratch.tokens.write(gpu, 0, tokens);
        let mut work = gpu.work("encode context");
        self.embed(&mut work, rows, &scratch);
        for (layer, memory) in context.memories.iter().enumerate() {
            let memory = Rows::new(memory, 2 * d);
            let own = memory.from(begin * 2 * d);
            let queries = Rows::new(&scratch.qkv, d);
            self.norm(&mut work, &self.layout.blocks[layer].norm_1, rows, &scratch);
            let from = (rows, &scratch);
            self.query_key_value(&mut work, layer, from, d..3 * d, own);
            if layer + 1 == shape.layers {
                // The last block is asked for keys and values alone.
                break;
            }
            self.query_key_value(&mut work, layer, from, 0..d, queries);
            let attention = Attention {
                heads: self.heads(),
                rows,
                queries,
                memory,
                own,
                visible: (&context.numbers, begin),
                out: &scratch.heads,
                kept: None,
                hides: None,
            };
            attention.record(&mut work, &self.unused)?;
            self.think(&mut work, layer, rows, &scratch);
        }
        work.submit();
        context.length += rows;
        Ok(())
    }
}
