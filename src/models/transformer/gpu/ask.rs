//! Questions to a context.

use super::{GpuContext, GpuTransformer};
use crate::{
    base::Matrix,
    gpu::{Buffer, Gpu, GpuError, Readback},
    models::transformer::{Answers, Mask, Want},
    ops::{
        attention::gpu::{Attention, Hides},
        matmul::gpu::Rows,
    },
};

/// Answers on their way.
#[derive(Debug)]
pub struct Asking {
    queries: usize,
    logits: Readback<f32>,
    hidden: Vec<Readback<f32>>,
    attention: Vec<Readback<f32>>,
    heads: usize,
}

impl Asking {
    /// The answers, as [`Transformer::ask`](crate::models::transformer::Transformer::ask) gives them.
    ///
    /// # Errors
    /// When they will never come.
    pub async fn answers(self) -> Result<Answers, GpuError> {
        let rows = self.queries;
        let matrix = |values: Vec<f32>| {
            let columns = values.len() / rows.max(1);
            Matrix::from_values(rows, columns, values)
        };
        let mut answers = Answers {
            logits: matrix(self.logits.await?),
            ..Answers::default()
        };
        for hidden in self.hidden {
            answers.hidden.push(matrix(hidden.await?));
        }
        for attention in self.attention {
            let values = attention.await?;
            let head = (values.len() / self.heads.max(1)).max(1);
            let heads = values.chunks_exact(head);
            answers
                .attention
                .extend(heads.map(|head| matrix(head.to_vec())));
        }
        Ok(answers)
    }

    /// Waits for the answers.
    ///
    /// # Errors
    /// When they will never come.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn wait(self) -> Result<Answers, GpuError> {
        pollster::block_on(self.answers())
    }
}

impl GpuTransformer {
    /// Asks queries (one behind the other, each a token with the state alone) on the first `length` tokens.
    ///
    /// # Errors
    /// When the question is too large for the GPU.
    ///
    /// # Panics
    /// When the context is shorter than `length`.
    pub fn ask(
        &mut self,
        gpu: &Gpu,
        context: &GpuContext,
        length: usize,
        queries: &[f32],
        want: Want,
    ) -> Result<Asking, GpuError> {
        let visible = vec![length; queries.len() / self.shape.token()];
        self.ask_each(gpu, context, &visible, queries, want, &[])
    }

    /// The same with a context length of its own for every query, and with `masks`, one a block (or none at all), of which
    /// what is hidden from queries counts here.
    ///
    /// # Errors
    /// When the question is too large for the GPU, or tokens are to be hidden from tokens, which only the CPU does.
    ///
    /// # Panics
    /// When the context is shorter than one of the lengths.
    pub fn ask_each(
        &mut self,
        gpu: &Gpu,
        context: &GpuContext,
        visible: &[usize],
        queries: &[f32],
        want: Want,
        masks: &[Mask],
    ) -> Result<Asking, GpuError> {
        let shape = self.shape;
        let d = shape.width;
        let rows = visible.len();
        let length = visible.iter().copied().max().unwrap_or(0);
        assert!(
            length <= context.len(),
            "{length} tokens of {}",
            context.len()
        );
        let masks = masks
            .iter()
            .map(|mask| words(gpu, mask, length))
            .collect::<Result<Vec<_>, _>>()?;
        let scratch = self.scratch(gpu, rows)?;
        scratch.tokens.write(gpu, 0, queries);
        let counts: Vec<u32> = visible.iter().map(|&count| count as u32).collect();
        scratch.visible.write(gpu, 0, &counts);
        let kept = want
            .attention
            .then(|| Buffer::zeros(gpu, "attention", shape.heads * rows * (length + 1)))
            .transpose()?;

        let mut hidden = Vec::new();
        let mut attention = Vec::new();
        let mut work = gpu.work("ask transformer");
        self.embed(&mut work, rows, &scratch);
        for (layer, memory) in context.memories.iter().enumerate() {
            if want.hidden {
                hidden.push(work.read(&scratch.x, 0..rows * d));
            }
            let qkv = Rows::new(&scratch.qkv, 3 * d);
            self.norm(&mut work, &self.layout.blocks[layer].norm_1, rows, &scratch);
            self.query_key_value(&mut work, layer, (rows, &scratch), 0..3 * d, qkv);
            let heads = Attention {
                heads: self.heads(),
                rows,
                queries: qkv,
                memory: Rows::new(memory, 2 * d),
                own: qkv.from(d),
                visible: (&scratch.visible, 0),
                out: &scratch.heads,
                kept: kept.as_ref().map(|array| (array, length + 1)),
                hides: masks.get(layer).map(|(words, itself)| Hides {
                    words,
                    per_row: words.len(),
                    shared: true,
                    itself: *itself,
                }),
            };
            heads.record(&mut work, &self.unused)?;
            if let Some(kept) = &kept {
                attention.push(work.read(kept, 0..kept.len()));
            }
            self.think(&mut work, layer, rows, &scratch);
        }
        self.finish(&mut work, rows, &scratch);
        if want.hidden {
            hidden.push(work.read(&scratch.read, 0..rows * d));
        }
        let logits = work.read(&scratch.logits, 0..rows * shape.actions);
        work.submit();
        Ok(Asking {
            queries: rows,
            logits,
            hidden,
            attention,
            heads: shape.heads,
        })
    }
}

/// The tokens that a mask hides from queries, as bits, and whether queries are hidden from themselves.
fn words(gpu: &Gpu, mask: &Mask, length: usize) -> Result<(Buffer<u32>, bool), GpuError> {
    if !mask.between.is_empty() {
        return Err(GpuError::Unsupported(
            "tokens hidden from tokens".to_owned(),
        ));
    }
    let mut words = vec![0_u32; length.div_ceil(32)];
    for token in mask.from_query.range(..length) {
        words[token / 32] |= 1 << (token % 32);
    }
    Ok((
        Buffer::from_slice(gpu, "hidden from queries", &words)?,
        mask.query_itself,
    ))
}
