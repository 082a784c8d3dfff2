//! The parts of a pass: working memory, affine maps, normalisations and the second half of a block.

use std::ops::Range;

use super::GpuTransformer;
use crate::{
    gpu::{Buffer, Gpu, GpuError, Work},
    models::transformer::{Affine, Shape},
    ops::{
        elementwise::gpu::{Norm, layer_norm},
        matmul::gpu::{After, Product, Right, Rows},
    },
};

/// Working memory for so many rows.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    rows: usize,
    /// Rows × token.
    pub tokens: Buffer<f32>,
    /// The residual stream, rows × d.
    pub x: Buffer<f32>,
    /// What a normalisation made of it, rows × d.
    pub read: Buffer<f32>,
    /// Query, key and value, rows × 3d.
    pub qkv: Buffer<f32>,
    /// What the heads read, rows × d.
    pub heads: Buffer<f32>,
    /// The inner layer, rows × 4d.
    pub inner: Buffer<f32>,
    /// Rows × actions.
    pub logits: Buffer<f32>,
    /// How many tokens each row sees.
    pub visible: Buffer<u32>,
}

impl Scratch {
    fn new(gpu: &Gpu, shape: Shape, rows: usize) -> Result<Self, GpuError> {
        let floats = |label: &str, width: usize| Buffer::zeros(gpu, label, rows * width);
        Ok(Self {
            rows,
            tokens: floats("tokens", shape.token())?,
            x: floats("residual stream", shape.width)?,
            read: floats("normalised stream", shape.width)?,
            qkv: floats("query, key and value", 3 * shape.width)?,
            heads: floats("read by the heads", shape.width)?,
            inner: floats("inner layer", shape.inner())?,
            logits: floats("logits", shape.actions)?,
            visible: Buffer::zeros(gpu, "visible tokens", rows)?,
        })
    }
}

/// An affine map of rows, from one place to another.
pub(super) struct Map<'a> {
    pub rows: usize,
    /// Number of inputs; all of the rows of the weight.
    pub inner: usize,
    /// Which columns of the weight.
    pub columns: Range<usize>,
    /// Columns that the weight has.
    pub of: usize,
    pub after: After,
    pub from: Rows<'a>,
    pub to: Rows<'a>,
}

impl GpuTransformer {
    /// Working memory for `rows` rows. Cloning it is cheap: it is the same memory.
    pub(super) fn scratch(&mut self, gpu: &Gpu, rows: usize) -> Result<Scratch, GpuError> {
        match &self.scratch {
            Some(scratch) if scratch.rows >= rows => Ok(scratch.clone()),
            _ => {
                let scratch = Scratch::new(gpu, self.shape, rows.next_power_of_two())?;
                self.scratch = Some(scratch.clone());
                Ok(scratch)
            }
        }
    }

    /// An affine map with weights of the transformer.
    pub(super) fn map(&self, work: &mut Work, affine: &Affine, map: &Map) {
        Product {
            rows: map.rows,
            inner: map.inner,
            columns: map.columns.len(),
            a: map.from,
            b: Right::new(self.weights(), map.of).from(affine.weight.start + map.columns.start),
            bias: Some(affine.bias.start + map.columns.start),
            c: map.to,
            after: map.after,
        }
        .record(work);
    }

    /// A normalisation of the residual stream.
    pub(super) fn norm(&self, work: &mut Work, affine: &Affine, rows: usize, scratch: &Scratch) {
        let norm = self.norm_of(affine);
        let size = (rows, self.shape.width);
        layer_norm(work, &scratch.x, norm, size, &scratch.read);
    }

    /// Where weight and bias of a normalisation are.
    pub(super) fn norm_of(&self, affine: &Affine) -> Norm<'_> {
        Norm {
            array: self.weights(),
            weight: affine.weight.start,
            bias: affine.bias.start,
        }
    }

    /// Tokens into the residual stream.
    pub(super) fn embed(&self, work: &mut Work, rows: usize, scratch: &Scratch) {
        let (d, token) = (self.shape.width, self.shape.token());
        let map = Map {
            rows,
            inner: token,
            columns: 0..d,
            of: d,
            after: After::Store,
            from: Rows::new(&scratch.tokens, token),
            to: Rows::new(&scratch.x, d),
        };
        self.map(work, &self.layout.embed, &map);
    }

    /// Some columns of query, key and value of the normalised stream.
    pub(super) fn query_key_value(
        &self,
        work: &mut Work,
        layer: usize,
        (rows, scratch): (usize, &Scratch),
        columns: Range<usize>,
        to: Rows,
    ) {
        let d = self.shape.width;
        let map = Map {
            rows,
            inner: d,
            columns,
            of: 3 * d,
            after: After::Store,
            from: Rows::new(&scratch.read, d),
            to,
        };
        self.map(work, &self.layout.blocks[layer].attention, &map);
    }

    /// The block from what the heads read: onto the stream, normalisation, inner layer, onto the stream.
    pub(super) fn think(&self, work: &mut Work, layer: usize, rows: usize, scratch: &Scratch) {
        self.project(work, layer, rows, &scratch.heads, scratch);
        self.consider(work, layer, rows, scratch);
    }

    /// What the heads read, onto the stream.
    pub(super) fn project(
        &self,
        work: &mut Work,
        layer: usize,
        rows: usize,
        heads: &Buffer<f32>,
        scratch: &Scratch,
    ) {
        let d = self.shape.width;
        let map = Map {
            rows,
            inner: d,
            columns: 0..d,
            of: d,
            after: After::Add,
            from: Rows::new(heads, d),
            to: Rows::new(&scratch.x, d),
        };
        self.map(work, &self.layout.blocks[layer].projection, &map);
    }

    /// Normalisation, inner layer, onto the stream.
    pub(super) fn consider(&self, work: &mut Work, layer: usize, rows: usize, scratch: &Scratch) {
        let (d, wide) = (self.shape.width, self.shape.inner());
        let block = &self.layout.blocks[layer];
        self.norm(work, &block.norm_2, rows, scratch);
        self.widen(work, layer, rows, After::Gelu, scratch);
        let map = Map {
            rows,
            inner: wide,
            columns: 0..d,
            of: d,
            after: After::Add,
            from: Rows::new(&scratch.inner, wide),
            to: Rows::new(&scratch.x, d),
        };
        self.map(work, &block.outer, &map);
    }

    /// The normalised stream into the inner layer.
    pub(super) fn widen(
        &self,
        work: &mut Work,
        layer: usize,
        rows: usize,
        after: After,
        scratch: &Scratch,
    ) {
        let (d, wide) = (self.shape.width, self.shape.inner());
        let map = Map {
            rows,
            inner: d,
            columns: 0..wide,
            of: wide,
            after,
            from: Rows::new(&scratch.read, d),
            to: Rows::new(&scratch.inner, wide),
        };
        self.map(work, &self.layout.blocks[layer].inner, &map);
    }

    /// The last normalisation and the logits.
    pub(super) fn finish(&self, work: &mut Work, rows: usize, scratch: &Scratch) {
        let (d, actions) = (self.shape.width, self.shape.actions);
        self.norm(work, &self.layout.norm, rows, scratch);
        let map = Map {
            rows,
            inner: d,
            columns: 0..actions,
            of: actions,
            after: After::Store,
            from: Rows::new(&scratch.read, d),
            to: Rows::new(&scratch.logits, actions),
        };
        self.map(work, &self.layout.head, &map);
    }
}
