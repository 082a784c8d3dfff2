//! The KV cache of a context on the GPU.

use super::GpuTransformer;
use crate::{
    gpu::{Buffer, Gpu, GpuError},
    models::transformer::Shape,
    ops::{attention::gpu::Attention, matmul::gpu::Rows},
};

/// Tokens that are encoded in one submission: working memory for more would be large, and a slow GPU must not be
/// kept from drawing for long.
const CHUNK: usize = 512;

/// The keys and values that a transformer made of context tokens.
///
/// A token sees those before it alone, so a new one costs one token. The tokens themselves are not kept: to edit one,
/// [truncate](GpuContext::truncate) before it and [append](GpuTransformer::append) the rest again.
#[derive(Clone, Debug)]
pub struct GpuContext {
    length: usize,
    capacity: usize,
    /// One a layer: tokens × 2d, key and value of all heads.
    pub(super) caches: Vec<Buffer<f32>>,
    /// 0, 1, 2, …: the number of visible tokens of each token.
    numbers: Buffer<u32>,
}

impl GpuContext {
    /// An empty context.
    ///
    /// # Errors
    /// When an array cannot be made.
    pub fn new(gpu: &Gpu, shape: Shape) -> Result<Self, GpuError> {
        Self::with_capacity(gpu, shape, CHUNK)
    }

    fn with_capacity(gpu: &Gpu, shape: Shape, capacity: usize) -> Result<Self, GpuError> {
        let numbers: Vec<u32> = (0..capacity as u32).collect();
        let cache = |_| Buffer::zeros(gpu, "keys and values", capacity * 2 * shape.width);
        Ok(Self {
            length: 0,
            capacity,
            caches: (0..shape.layers).map(cache).collect::<Result<_, _>>()?,
            numbers: Buffer::from_slice(gpu, "token numbers", &numbers)?,
        })
    }

    /// Number of tokens.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// True when there are no tokens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Keys and values of the last layer, tokens × 2d: what is there when everything is.
    ///
    /// # Panics
    /// When the transformer has no layers.
    #[must_use]
    pub fn last_layer_cache(&self) -> &Buffer<f32> {
        &self.caches[self.caches.len() - 1]
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
        let mut commands = gpu.commands("larger context");
        for (from, to) in self.caches.iter().zip(&larger.caches) {
            commands.copy(from, 0..self.length * 2 * shape.width, to, 0);
        }
        commands.submit();
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
        let count = tokens.len() / shape.token_width();
        context.reserve(gpu, shape, context.length + count)?;
        for chunk in tokens.chunks(CHUNK * shape.token_width()) {
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
        let rows = tokens.len() / shape.token_width();
        let scratch = self.scratch(gpu, rows)?;
        scratch.tokens.write(gpu, 0, tokens);
        let mut commands = gpu.commands("encode context");
        self.embed(&mut commands, rows, &scratch);
        for (layer, cache) in context.caches.iter().enumerate() {
            let cache = Rows::new(cache, 2 * d);
            let self_kv = cache.offset_by(begin * 2 * d);
            let queries = Rows::new(&scratch.qkv, d);
            self.norm(
                &mut commands,
                &self.layout.layers[layer].ln_1,
                rows,
                &scratch,
            );
            let from = (rows, &scratch);
            self.query_key_value(&mut commands, layer, from, d..3 * d, self_kv);
            if layer + 1 == shape.layers {
                // The last layer is asked for keys and values alone.
                break;
            }
            self.query_key_value(&mut commands, layer, from, 0..d, queries);
            let attention = Attention {
                heads: self.heads(),
                rows,
                queries,
                cache,
                self_kv,
                visible: (&context.numbers, begin),
                out: &scratch.attn_out,
                probabilities: None,
                mask: None,
            };
            attention.record(&mut commands, &self.unused)?;
            self.project_and_mlp(&mut commands, layer, rows, &scratch);
        }
        commands.submit();
        context.length += rows;
        Ok(())
    }
}
