//! The parts of a pass: working memory, affine maps, normalisations and the second half of a layer.

use std::ops::Range;

use super::GpuTransformer;
use crate::{
    gpu::{Buffer, CommandList, Gpu, GpuError},
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
    /// The normalised stream, rows × d.
    pub ln_out: Buffer<f32>,
    /// Query, key and value, rows × 3d.
    pub qkv: Buffer<f32>,
    /// Attention output of all heads, rows × d.
    pub attn_out: Buffer<f32>,
    /// The MLP's activity, rows × 4d.
    pub mlp: Buffer<f32>,
    /// Rows × actions.
    pub logits: Buffer<f32>,
    /// Number of visible tokens for each row.
    pub visible: Buffer<u32>,
}

impl Scratch {
    fn new(gpu: &Gpu, shape: Shape, rows: usize) -> Result<Self, GpuError> {
        let floats = |label: &str, width: usize| Buffer::zeros(gpu, label, rows * width);
        Ok(Self {
            rows,
            tokens: floats("tokens", shape.token_width())?,
            x: floats("residual stream", shape.width)?,
            ln_out: floats("normalised stream", shape.width)?,
            qkv: floats("query, key and value", 3 * shape.width)?,
            attn_out: floats("read by the heads", shape.width)?,
            mlp: floats("inner layer", shape.mlp_width())?,
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
    /// Columns of the weight.
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
    pub(super) fn map(&self, commands: &mut CommandList, affine: &Affine, map: &Map) {
        Product {
            rows: map.rows,
            inner: map.inner,
            columns: map.columns.len(),
            a: map.from,
            b: Right::new(self.weights(), map.of)
                .offset_by(affine.weight.start + map.columns.start),
            bias: Some(affine.bias.start + map.columns.start),
            c: map.to,
            after: map.after,
        }
        .record(commands);
    }

    /// A normalisation of the residual stream.
    pub(super) fn norm(
        &self,
        commands: &mut CommandList,
        affine: &Affine,
        rows: usize,
        scratch: &Scratch,
    ) {
        let norm = self.norm_of(affine);
        let size = (rows, self.shape.width);
        layer_norm(commands, &scratch.x, norm, size, &scratch.ln_out);
    }

    /// Offsets of weight and bias of a normalisation.
    pub(super) fn norm_of(&self, affine: &Affine) -> Norm<'_> {
        Norm {
            array: self.weights(),
            weight: affine.weight.start,
            bias: affine.bias.start,
        }
    }

    /// Tokens into the residual stream.
    pub(super) fn embed(&self, commands: &mut CommandList, rows: usize, scratch: &Scratch) {
        let (d, token) = (self.shape.width, self.shape.token_width());
        let map = Map {
            rows,
            inner: token,
            columns: 0..d,
            of: d,
            after: After::Store,
            from: Rows::new(&scratch.tokens, token),
            to: Rows::new(&scratch.x, d),
        };
        self.map(commands, &self.layout.embed, &map);
    }

    /// Some columns of query, key and value of the normalised stream.
    pub(super) fn query_key_value(
        &self,
        commands: &mut CommandList,
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
            from: Rows::new(&scratch.ln_out, d),
            to,
        };
        self.map(commands, &self.layout.layers[layer].attention, &map);
    }

    /// The layer after its attention: projection onto the residual stream, normalisation, MLP, onto the stream.
    pub(super) fn project_and_mlp(
        &self,
        commands: &mut CommandList,
        layer: usize,
        rows: usize,
        scratch: &Scratch,
    ) {
        self.project(commands, layer, rows, &scratch.attn_out, scratch);
        self.ln_mlp(commands, layer, rows, scratch);
    }

    /// Projection of the attention output, added to the residual stream.
    pub(super) fn project(
        &self,
        commands: &mut CommandList,
        layer: usize,
        rows: usize,
        attn_out: &Buffer<f32>,
        scratch: &Scratch,
    ) {
        let d = self.shape.width;
        let map = Map {
            rows,
            inner: d,
            columns: 0..d,
            of: d,
            after: After::Add,
            from: Rows::new(attn_out, d),
            to: Rows::new(&scratch.x, d),
        };
        self.map(commands, &self.layout.layers[layer].projection, &map);
    }

    /// Normalisation and MLP, onto the residual stream.
    pub(super) fn ln_mlp(
        &self,
        commands: &mut CommandList,
        layer: usize,
        rows: usize,
        scratch: &Scratch,
    ) {
        let (d, wide) = (self.shape.width, self.shape.mlp_width());
        let ranges = &self.layout.layers[layer];
        self.norm(commands, &ranges.ln_2, rows, scratch);
        self.mlp_in(commands, layer, rows, After::Gelu, scratch);
        let map = Map {
            rows,
            inner: wide,
            columns: 0..d,
            of: d,
            after: After::Add,
            from: Rows::new(&scratch.mlp, wide),
            to: Rows::new(&scratch.x, d),
        };
        self.map(commands, &ranges.mlp_out, &map);
    }

    /// The first affine map of the MLP.
    pub(super) fn mlp_in(
        &self,
        commands: &mut CommandList,
        layer: usize,
        rows: usize,
        after: After,
        scratch: &Scratch,
    ) {
        let (d, wide) = (self.shape.width, self.shape.mlp_width());
        let map = Map {
            rows,
            inner: d,
            columns: 0..wide,
            of: wide,
            after,
            from: Rows::new(&scratch.ln_out, d),
            to: Rows::new(&scratch.mlp, wide),
        };
        self.map(commands, &self.layout.layers[layer].mlp_in, &map);
    }

    /// The last normalisation and the logits.
    pub(super) fn finish(&self, commands: &mut CommandList, rows: usize, scratch: &Scratch) {
        let (d, actions) = (self.shape.width, self.shape.actions);
        self.norm(commands, &self.layout.norm, rows, scratch);
        let map = Map {
            rows,
            inner: d,
            columns: 0..actions,
            of: actions,
            after: After::Store,
            from: Rows::new(&scratch.ln_out, d),
            to: Rows::new(&scratch.logits, actions),
        };
        self.map(commands, &self.layout.head, &map);
    }
}
