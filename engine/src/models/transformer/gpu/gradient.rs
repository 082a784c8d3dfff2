//! The derivative of the logits by the tokens of a context: what integrated gradients are made of.
//!
//! One pass forward and one back over a whole context with its queries, of which nothing is kept. Rows are the queries
//! first and then the tokens: in the last layer, where tokens are asked for keys and values alone, the rows that count begin
//! every array.

use super::{GpuTransformer, pass::Scratch};
use crate::{
    base::Matrix,
    gpu::{Answer, Buffer, CommandList, Gpu, GpuError},
    models::transformer::{Affine, Shape, TokenGradients, TrainingExample},
    ops::{
        attention::gpu::{Attention, backward::Backward},
        elementwise::gpu::{Norm, layer_norm, layer_norm_back},
        matmul::gpu::{After, Product, Right, Rows},
    },
};

/// Activity that a forward pass keeps for the backward pass, and working memory. Kept for training examples of the same size.
#[derive(Clone, Debug)]
pub(super) struct Tape {
    /// Numbers of queries and tokens.
    size: (usize, usize),
    /// The residual stream before each layer, rows × d.
    x_in: Vec<Buffer<f32>>,
    /// The residual stream in the middle of each layer, rows × d.
    x_mid: Vec<Buffer<f32>>,
    /// Query, key and value in each layer, rows × 3d.
    qkv: Vec<Buffer<f32>>,
    /// Attention output of all heads in each layer, rows × d.
    attn_out: Vec<Buffer<f32>>,
    /// Probabilities in each layer, (head · rows) × (T + 1).
    probabilities: Vec<Buffer<f32>>,
    /// Derivatives: by the scores, as `probabilities`; by query, key and value; by attention output, normalised and residual
    /// stream, rows × d; by tokens; by logits.
    d_scores: Buffer<f32>,
    d_qkv: Buffer<f32>,
    d_attn_out: Buffer<f32>,
    d_ln_out: Buffer<f32>,
    dx: Buffer<f32>,
    d_tokens: Buffer<f32>,
    d_logits: Buffer<f32>,
}

impl Tape {
    fn new(gpu: &Gpu, shape: Shape, size: (usize, usize)) -> Result<Self, GpuError> {
        let (questions, tokens) = size;
        let rows = questions + tokens;
        let (d, last) = (shape.width, shape.layers.saturating_sub(1));
        let per_score = |label: &str, layer| {
            let readers = if layer == last { questions } else { rows };
            Buffer::zeros(gpu, label, shape.heads * readers * (tokens + 1))
        };
        let one = |label: &str, width| Buffer::zeros(gpu, label, rows * width);
        let all = |label: &str, width| {
            let arrays = (0..shape.layers).map(|_| one(label, width));
            arrays.collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            size,
            x_in: all("stream before a block", d)?,
            x_mid: all("stream within a block", d)?,
            qkv: all("query, key and value", 3 * d)?,
            attn_out: all("read by the heads", d)?,
            probabilities: (0..shape.layers)
                .map(|layer| per_score("probabilities", layer))
                .collect::<Result<_, _>>()?,
            d_scores: per_score("derivative by scores", 0)?,
            d_qkv: one("derivative by query, key and value", 3 * d)?,
            d_attn_out: one("derivative by what the heads read", d)?,
            d_ln_out: one("derivative by the normalised stream", d)?,
            dx: one("derivative by the stream", d)?,
            d_tokens: Buffer::zeros(gpu, "derivative by tokens", tokens * shape.token_width())?,
            d_logits: Buffer::zeros(gpu, "derivative by logits", questions * shape.actions)?,
        })
    }

    fn rows(&self) -> usize {
        self.size.0 + self.size.1
    }
}

impl GpuTransformer {
    /// Answers the queries of a training example and finds the derivative of a function of the logits by its context tokens;
    /// `d_logits` (Q × A) is its derivative by the logits. Its CPU twin is
    /// [`Backward::token_gradients`](crate::models::transformer::Backward::token_gradients).
    ///
    /// Memory grows with the square of the context's length: 10 MB a layer for 800 tokens and four heads.
    ///
    /// # Errors
    /// When that is too much for the GPU.
    ///
    /// # Panics
    /// When a query sees more tokens than there are, or `d_logits` does not fit.
    pub fn gradient(
        &mut self,
        gpu: &Gpu,
        example: &TrainingExample,
        d_logits: &[f32],
    ) -> Result<Answer<TokenGradients>, GpuError> {
        let shape = self.shape;
        let (actions, token) = (shape.actions, shape.token_width());
        let questions = example.visible.len();
        let tokens = example.context.len() / token;
        assert!(example.visible.iter().all(|&visible| visible <= tokens));
        assert_eq!(d_logits.len(), questions * actions, "derivative by logits");
        let tape = match self.tape.take() {
            Some(tape) if tape.size == (questions, tokens) => tape,
            _ => Tape::new(gpu, shape, (questions, tokens))?,
        };
        let scratch = self.scratch(gpu, tape.rows())?;
        scratch.tokens.write(gpu, 0, &example.queries);
        scratch
            .tokens
            .write(gpu, questions * token, &example.context);
        let visible = example.visible.iter().copied().chain(0..tokens);
        let visible: Vec<u32> = visible.map(|count| count as u32).collect();
        scratch.visible.write(gpu, 0, &visible);
        tape.d_logits.write(gpu, 0, d_logits);

        let mut commands = gpu.commands("gradient, there");
        self.forward(&mut commands, &tape, &scratch)?;
        // Handed over apart, so that a slow GPU is not kept from drawing for long.
        commands.submit();
        let mut commands = gpu.commands("gradient, back");
        self.backward(&mut commands, &tape, &scratch);
        let logits = questions * actions;
        let readback = commands.gather(&[
            (&scratch.logits, 0..logits),
            (&tape.d_tokens, 0..tokens * token),
        ]);
        commands.submit();
        self.tape = Some(tape);
        Ok(Answer::new(readback, move |mut values| {
            let gradients = values.split_off(logits);
            TokenGradients {
                logits: Matrix::from_values(questions, actions, values),
                tokens: Matrix::from_values(tokens, token, gradients),
            }
        }))
    }

    /// Rows that read in a layer.
    fn readers(&self, layer: usize, tape: &Tape) -> usize {
        if layer + 1 == self.shape.layers {
            tape.size.0
        } else {
            tape.rows()
        }
    }

    fn forward(
        &self,
        commands: &mut CommandList,
        tape: &Tape,
        scratch: &Scratch,
    ) -> Result<(), GpuError> {
        let d = self.shape.width;
        let (rows, (questions, tokens)) = (tape.rows(), tape.size);
        self.embed(commands, rows, scratch);
        for layer in 0..self.shape.layers {
            let readers = self.readers(layer, tape);
            commands.copy(&scratch.x, 0..rows * d, &tape.x_in[layer], 0);
            self.norm(commands, &self.layout.layers[layer].ln_1, rows, scratch);
            let qkv = Rows::new(&tape.qkv[layer], 3 * d);
            self.query_key_value(commands, layer, (rows, scratch), 0..3 * d, qkv);
            let attention = Attention {
                heads: self.heads(),
                rows: readers,
                queries: qkv,
                cache: qkv.offset_by(questions * 3 * d + d),
                self_kv: qkv.offset_by(d),
                visible: (&scratch.visible, 0),
                out: &tape.attn_out[layer],
                probabilities: Some((&tape.probabilities[layer], tokens + 1)),
                mask: None,
            };
            attention.record(commands, &self.unused)?;
            self.project(commands, layer, readers, &tape.attn_out[layer], scratch);
            commands.copy(&scratch.x, 0..readers * d, &tape.x_mid[layer], 0);
            self.ln_mlp(commands, layer, readers, scratch);
        }
        self.finish(commands, questions, scratch);
        Ok(())
    }

    fn backward(&self, commands: &mut CommandList, tape: &Tape, scratch: &Scratch) {
        let shape = self.shape;
        let (d, wide, token) = (shape.width, shape.mlp_width(), shape.token_width());
        let (rows, (questions, tokens)) = (tape.rows(), tape.size);
        let layout = &self.layout;
        let wide_rows = Rows::new(&scratch.mlp, wide);
        let [d_attn_out, d_ln_out, dx] =
            [&tape.d_attn_out, &tape.d_ln_out, &tape.dx].map(|array| Rows::new(array, d));

        commands.clear(&tape.dx);
        let d_logits = Rows::new(&tape.d_logits, shape.actions);
        self.map_back(
            commands,
            &layout.head,
            (questions, shape.actions, d),
            d_logits,
            d_ln_out,
            After::Store,
        );
        self.norm_back(commands, &layout.norm, questions, &scratch.x, tape);
        for (layer, ranges) in layout.layers.iter().enumerate().rev() {
            let readers = self.readers(layer, tape);
            // The MLP's activity is computed again: keeping it would take more memory than all the rest.
            let norm = self.norm_of(&ranges.ln_2);
            layer_norm(
                commands,
                &tape.x_mid[layer],
                norm,
                (readers, d),
                &scratch.ln_out,
            );
            self.mlp_in(commands, layer, readers, After::Store, scratch);
            self.map_back(
                commands,
                &ranges.mlp_out,
                (readers, d, wide),
                dx,
                wide_rows,
                After::GeluSlope,
            );
            self.map_back(
                commands,
                &ranges.mlp_in,
                (readers, wide, d),
                wide_rows,
                d_ln_out,
                After::Store,
            );
            self.norm_back(commands, &ranges.ln_2, readers, &tape.x_mid[layer], tape);

            self.map_back(
                commands,
                &ranges.projection,
                (readers, d, d),
                dx,
                d_attn_out,
                After::Store,
            );
            Backward {
                heads: self.heads(),
                rows,
                readers,
                context: questions,
                qkv: &tape.qkv[layer],
                attn_out: &tape.attn_out[layer],
                d_attn_out: &tape.d_attn_out,
                probabilities: (&tape.probabilities[layer], tokens + 1),
                visible: &scratch.visible,
                d_scores: &tape.d_scores,
                d_qkv: &tape.d_qkv,
            }
            .record(commands);
            let d_qkv = Rows::new(&tape.d_qkv, 3 * d);
            self.map_back(
                commands,
                &ranges.attention,
                (rows, 3 * d, d),
                d_qkv,
                d_ln_out,
                After::Store,
            );
            self.norm_back(commands, &ranges.ln_1, rows, &tape.x_in[layer], tape);
        }
        let d_tokens = Rows::new(&tape.d_tokens, token);
        let of_tokens = dx.offset_by(questions * d);
        self.map_back(
            commands,
            &layout.embed,
            (tokens, d, token),
            of_tokens,
            d_tokens,
            After::Store,
        );
    }

    /// Back through an affine map: from the derivative by its `outputs` to that by its `inputs`.
    fn map_back(
        &self,
        commands: &mut CommandList,
        affine: &Affine,
        (rows, outputs, inputs): (usize, usize, usize),
        from: Rows,
        to: Rows,
        after: After,
    ) {
        let weight = Right::new(self.weights(), outputs).offset_by(affine.weight.start);
        Product {
            rows,
            inner: outputs,
            columns: inputs,
            a: from,
            b: weight.transposed(),
            bias: None,
            c: to,
            after,
        }
        .record(commands);
    }

    /// Back through a normalisation of `x`, onto the derivative by the residual stream.
    fn norm_back(
        &self,
        commands: &mut CommandList,
        affine: &Affine,
        rows: usize,
        x: &Buffer<f32>,
        tape: &Tape,
    ) {
        let norm: Norm = self.norm_of(affine);
        let size = (rows, self.shape.width);
        layer_norm_back(commands, x, norm, size, &tape.d_ln_out, &tape.dx);
    }
}
