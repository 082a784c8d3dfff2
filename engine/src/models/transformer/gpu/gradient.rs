//! The derivative of the logits by the tokens of a context: what integrated gradients are made of.
//!
//! One pass there and one back over a whole context with its questions, which nothing is kept of. Rows are the questions
//! first and then the tokens: in the last block, where tokens are asked for keys and values alone, the rows that count begin
//! every array.

use super::{GpuTransformer, pass::Scratch};
use crate::{
    base::Matrix,
    gpu::{Answer, Buffer, Gpu, GpuError, Work},
    models::transformer::{Affine, Lesson, Shape, Slopes},
    ops::{
        attention::gpu::{Attention, back::Back},
        elementwise::gpu::{Norm, layer_norm, layer_norm_back},
        matmul::gpu::{After, Product, Right, Rows},
    },
};

/// What a pass leaves for the way back, and working memory of that. Kept for lessons of the same size.
#[derive(Clone, Debug)]
pub(super) struct Tape {
    /// Questions and tokens.
    size: (usize, usize),
    /// The residual stream before each block, rows × d.
    before: Vec<Buffer<f32>>,
    /// The residual stream in the middle of each block, rows × d.
    middle: Vec<Buffer<f32>>,
    /// Query, key and value in each block, rows × 3d.
    qkv: Vec<Buffer<f32>>,
    /// What the heads read in each block, rows × d.
    heads: Vec<Buffer<f32>>,
    /// Probabilities in each block, (head · rows) × (T + 1).
    kept: Vec<Buffer<f32>>,
    /// Derivatives: by the scores, as `kept`; by query, key and value; by what was read, by the normalised and the residual
    /// stream, rows × d; by tokens; by logits.
    d_scores: Buffer<f32>,
    d_qkv: Buffer<f32>,
    d_heads: Buffer<f32>,
    d_read: Buffer<f32>,
    dx: Buffer<f32>,
    d_tokens: Buffer<f32>,
    d_logits: Buffer<f32>,
}

impl Tape {
    fn new(gpu: &Gpu, shape: Shape, size: (usize, usize)) -> Result<Self, GpuError> {
        let (questions, tokens) = size;
        let rows = questions + tokens;
        let (d, last) = (shape.width, shape.layers.saturating_sub(1));
        let probabilities = |label: &str, layer| {
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
            before: all("stream before a block", d)?,
            middle: all("stream within a block", d)?,
            qkv: all("query, key and value", 3 * d)?,
            heads: all("read by the heads", d)?,
            kept: (0..shape.layers)
                .map(|layer| probabilities("probabilities", layer))
                .collect::<Result<_, _>>()?,
            d_scores: probabilities("derivative by scores", 0)?,
            d_qkv: one("derivative by query, key and value", 3 * d)?,
            d_heads: one("derivative by what the heads read", d)?,
            d_read: one("derivative by the normalised stream", d)?,
            dx: one("derivative by the stream", d)?,
            d_tokens: Buffer::zeros(gpu, "derivative by tokens", tokens * shape.token())?,
            d_logits: Buffer::zeros(gpu, "derivative by logits", questions * shape.actions)?,
        })
    }

    fn rows(&self) -> usize {
        self.size.0 + self.size.1
    }
}

impl GpuTransformer {
    /// Answers the questions of a lesson and finds the derivative of a function of the logits by the tokens of its context;
    /// `d_logits` (Q × A) is its derivative by the logits. Of the CPU this is
    /// [`Backward::tokens_of`](crate::models::transformer::Backward::tokens_of).
    ///
    /// Memory grows with the square of the context's length: 10 MB a block for 800 tokens and four heads.
    ///
    /// # Errors
    /// When that is too much for the GPU.
    ///
    /// # Panics
    /// When a question sees more tokens than there are, or `d_logits` does not fit.
    pub fn gradient(
        &mut self,
        gpu: &Gpu,
        lesson: &Lesson,
        d_logits: &[f32],
    ) -> Result<Answer<Slopes>, GpuError> {
        let shape = self.shape;
        let (actions, token) = (shape.actions, shape.token());
        let questions = lesson.visible.len();
        let tokens = lesson.context.len() / token;
        assert!(lesson.visible.iter().all(|&visible| visible <= tokens));
        assert_eq!(d_logits.len(), questions * actions, "derivative by logits");
        let tape = match self.tape.take() {
            Some(tape) if tape.size == (questions, tokens) => tape,
            _ => Tape::new(gpu, shape, (questions, tokens))?,
        };
        let scratch = self.scratch(gpu, tape.rows())?;
        scratch.tokens.write(gpu, 0, &lesson.queries);
        scratch
            .tokens
            .write(gpu, questions * token, &lesson.context);
        let visible = lesson.visible.iter().copied().chain(0..tokens);
        let visible: Vec<u32> = visible.map(|count| count as u32).collect();
        scratch.visible.write(gpu, 0, &visible);
        tape.d_logits.write(gpu, 0, d_logits);

        let mut work = gpu.work("gradient, there");
        self.there(&mut work, &tape, &scratch)?;
        // Handed over apart, so that a slow GPU is not kept from drawing for long.
        work.submit();
        let mut work = gpu.work("gradient, back");
        self.back(&mut work, &tape, &scratch);
        let logits = questions * actions;
        let readback = work.gather(&[
            (&scratch.logits, 0..logits),
            (&tape.d_tokens, 0..tokens * token),
        ]);
        work.submit();
        self.tape = Some(tape);
        Ok(Answer::new(readback, move |mut values| {
            let slopes = values.split_off(logits);
            Slopes {
                logits: Matrix::from_values(questions, actions, values),
                tokens: Matrix::from_values(tokens, token, slopes),
            }
        }))
    }

    /// Rows that read in a block.
    fn readers(&self, layer: usize, tape: &Tape) -> usize {
        if layer + 1 == self.shape.layers {
            tape.size.0
        } else {
            tape.rows()
        }
    }

    fn there(&self, work: &mut Work, tape: &Tape, scratch: &Scratch) -> Result<(), GpuError> {
        let d = self.shape.width;
        let (rows, (questions, tokens)) = (tape.rows(), tape.size);
        self.embed(work, rows, scratch);
        for layer in 0..self.shape.layers {
            let readers = self.readers(layer, tape);
            work.copy(&scratch.x, 0..rows * d, &tape.before[layer], 0);
            self.norm(work, &self.layout.blocks[layer].norm_1, rows, scratch);
            let qkv = Rows::new(&tape.qkv[layer], 3 * d);
            self.query_key_value(work, layer, (rows, scratch), 0..3 * d, qkv);
            let attention = Attention {
                heads: self.heads(),
                rows: readers,
                queries: qkv,
                memory: qkv.from(questions * 3 * d + d),
                own: qkv.from(d),
                visible: (&scratch.visible, 0),
                out: &tape.heads[layer],
                kept: Some((&tape.kept[layer], tokens + 1)),
                hides: None,
            };
            attention.record(work, &self.unused)?;
            self.project(work, layer, readers, &tape.heads[layer], scratch);
            work.copy(&scratch.x, 0..readers * d, &tape.middle[layer], 0);
            self.consider(work, layer, readers, scratch);
        }
        self.finish(work, questions, scratch);
        Ok(())
    }

    fn back(&self, work: &mut Work, tape: &Tape, scratch: &Scratch) {
        let shape = self.shape;
        let (d, wide, token) = (shape.width, shape.inner(), shape.token());
        let (rows, (questions, tokens)) = (tape.rows(), tape.size);
        let layout = &self.layout;
        let wide_rows = Rows::new(&scratch.inner, wide);
        let [d_heads, d_read, dx] =
            [&tape.d_heads, &tape.d_read, &tape.dx].map(|array| Rows::new(array, d));

        work.clear(&tape.dx);
        let d_logits = Rows::new(&tape.d_logits, shape.actions);
        self.map_back(
            work,
            &layout.head,
            (questions, shape.actions, d),
            d_logits,
            d_read,
            After::Store,
        );
        self.norm_back(work, &layout.norm, questions, &scratch.x, tape);
        for (layer, block) in layout.blocks.iter().enumerate().rev() {
            let readers = self.readers(layer, tape);
            // The inner layer is computed again: keeping it would take more memory than all the rest.
            let norm = self.norm_of(&block.norm_2);
            layer_norm(work, &tape.middle[layer], norm, (readers, d), &scratch.read);
            self.widen(work, layer, readers, After::Store, scratch);
            self.map_back(
                work,
                &block.outer,
                (readers, d, wide),
                dx,
                wide_rows,
                After::GeluSlope,
            );
            self.map_back(
                work,
                &block.inner,
                (readers, wide, d),
                wide_rows,
                d_read,
                After::Store,
            );
            self.norm_back(work, &block.norm_2, readers, &tape.middle[layer], tape);

            self.map_back(
                work,
                &block.projection,
                (readers, d, d),
                dx,
                d_heads,
                After::Store,
            );
            Back {
                heads: self.heads(),
                rows,
                readers,
                context: questions,
                qkv: &tape.qkv[layer],
                read: &tape.heads[layer],
                d_read: &tape.d_heads,
                kept: (&tape.kept[layer], tokens + 1),
                visible: &scratch.visible,
                d_scores: &tape.d_scores,
                d_qkv: &tape.d_qkv,
            }
            .record(work);
            let d_qkv = Rows::new(&tape.d_qkv, 3 * d);
            self.map_back(
                work,
                &block.attention,
                (rows, 3 * d, d),
                d_qkv,
                d_read,
                After::Store,
            );
            self.norm_back(work, &block.norm_1, rows, &tape.before[layer], tape);
        }
        let d_tokens = Rows::new(&tape.d_tokens, token);
        let of_tokens = dx.from(questions * d);
        self.map_back(
            work,
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
        work: &mut Work,
        affine: &Affine,
        (rows, outputs, inputs): (usize, usize, usize),
        from: Rows,
        to: Rows,
        after: After,
    ) {
        let weight = Right::new(self.weights(), outputs).from(affine.weight.start);
        Product {
            rows,
            inner: outputs,
            columns: inputs,
            a: from,
            b: weight.turned(),
            bias: None,
            c: to,
            after,
        }
        .record(work);
    }

    /// Back through a normalisation of `x`, onto the derivative by the residual stream.
    fn norm_back(
        &self,
        work: &mut Work,
        affine: &Affine,
        rows: usize,
        x: &Buffer<f32>,
        tape: &Tape,
    ) {
        let norm: Norm = self.norm_of(affine);
        let size = (rows, self.shape.width);
        layer_norm_back(work, x, norm, size, &tape.d_read, &tape.dx);
    }
}
