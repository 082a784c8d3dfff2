//! Queries on a context.

use super::{GpuContext, GpuTransformer};
use crate::{
    base::Matrix,
    gpu::{Buffer, Gpu, GpuError, Readback},
    models::transformer::{Answers, Mask, Want},
    ops::{
        attention::gpu::{Attention, TokenMask},
        matmul::gpu::Rows,
    },
};

/// Answers on their way.
///
/// It is a future by way of [`answers`](Asking::answers); a program that draws frames asks
/// [`try_take`](Asking::try_take) in each.
#[derive(Debug)]
pub struct Asking {
    queries: usize,
    heads: usize,
    logits: Part,
    hidden: Vec<Part>,
    attention: Vec<Part>,
}

/// One array of the answers. Arrays may arrive in any order.
#[derive(Debug)]
enum Part {
    Waiting(Readback<f32>),
    There(Vec<f32>),
}

impl Part {
    /// Polls it: true when it is there.
    fn look(&mut self) -> Result<bool, GpuError> {
        if let Self::Waiting(readback) = self
            && let Some(values) = readback.try_take()?
        {
            *self = Self::There(values);
        }
        Ok(matches!(self, Self::There(_)))
    }

    async fn arrive(&mut self) -> Result<(), GpuError> {
        if let Self::Waiting(readback) = self {
            *self = Self::There(readback.await?);
        }
        Ok(())
    }

    /// The values, rows × columns. None are left.
    fn take(&mut self, rows: usize) -> Matrix {
        let values = match self {
            Self::There(values) => std::mem::take(values),
            Self::Waiting(_) => Vec::new(),
        };
        matrix(rows, values)
    }
}

fn matrix(rows: usize, values: Vec<f32>) -> Matrix {
    let columns = values.len() / rows.max(1);
    Matrix::from_values(rows, columns, values)
}

impl Asking {
    /// The answers, as [`Transformer::ask`](crate::models::transformer::Transformer::ask) gives them.
    ///
    /// # Errors
    /// When they will never come.
    pub async fn answers(mut self) -> Result<Answers, GpuError> {
        for part in self.parts() {
            part.arrive().await?;
        }
        Ok(self.assemble())
    }

    /// The answers if all of them are there by now; it never waits. Once they have been taken there is nothing to ask for
    /// any more.
    ///
    /// # Errors
    /// When they will never come.
    pub fn try_take(&mut self) -> Result<Option<Answers>, GpuError> {
        let mut all = true;
        for part in self.parts() {
            all &= part.look()?;
        }
        Ok(all.then(|| self.assemble()))
    }

    fn parts(&mut self) -> impl Iterator<Item = &mut Part> {
        let hidden = self.hidden.iter_mut();
        let attention = self.attention.iter_mut();
        std::iter::once(&mut self.logits)
            .chain(hidden)
            .chain(attention)
    }

    /// The answers, once every part is there.
    fn assemble(&mut self) -> Answers {
        let (rows, heads) = (self.queries, self.heads);
        let mut answers = Answers {
            logits: self.logits.take(rows),
            ..Answers::default()
        };
        for hidden in &mut self.hidden {
            answers.hidden.push(hidden.take(rows));
        }
        for attention in &mut self.attention {
            let of_all = attention.take(heads);
            let each = (0..heads).map(|head| matrix(rows, of_all.row(head).to_vec()));
            answers.attention.extend(each);
        }
        answers
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
    /// When the queries are too many for the GPU.
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
        let visible = vec![length; queries.len() / self.shape.token_width()];
        self.ask_each(gpu, context, &visible, queries, want, &[])
    }

    /// The same with a context length of its own for every query, and with `masks`, one a layer (or none at all), of which
    /// what is hidden from queries counts here.
    ///
    /// # Errors
    /// When the queries are too many for the GPU, or tokens are to be hidden from tokens, which only the CPU does.
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
        let probabilities = want
            .attention
            .then(|| Buffer::zeros(gpu, "attention", shape.heads * rows * (length + 1)))
            .transpose()?;

        let mut hidden = Vec::new();
        let mut attention = Vec::new();
        let mut commands = gpu.commands("ask transformer");
        self.embed(&mut commands, rows, &scratch);
        for (layer, cache) in context.caches.iter().enumerate() {
            if want.hidden {
                hidden.push(commands.read(&scratch.x, 0..rows * d));
            }
            let qkv = Rows::new(&scratch.qkv, 3 * d);
            self.norm(
                &mut commands,
                &self.layout.layers[layer].ln_1,
                rows,
                &scratch,
            );
            self.query_key_value(&mut commands, layer, (rows, &scratch), 0..3 * d, qkv);
            let heads = Attention {
                heads: self.heads(),
                rows,
                queries: qkv,
                cache: Rows::new(cache, 2 * d),
                self_kv: qkv.offset_by(d),
                visible: (&scratch.visible, 0),
                out: &scratch.attn_out,
                probabilities: probabilities.as_ref().map(|array| (array, length + 1)),
                mask: masks.get(layer).map(|(words, itself)| TokenMask {
                    words,
                    itself: *itself,
                }),
            };
            heads.record(&mut commands, &self.unused)?;
            if let Some(probabilities) = &probabilities {
                attention.push(commands.read(probabilities, 0..probabilities.len()));
            }
            self.project_and_mlp(&mut commands, layer, rows, &scratch);
        }
        self.finish(&mut commands, rows, &scratch);
        if want.hidden {
            hidden.push(commands.read(&scratch.ln_out, 0..rows * d));
        }
        let logits = commands.read(&scratch.logits, 0..rows * shape.actions);
        commands.submit();
        Ok(Asking {
            queries: rows,
            heads: shape.heads,
            logits: Part::Waiting(logits),
            hidden: hidden.into_iter().map(Part::Waiting).collect(),
            attention: attention.into_iter().map(Part::Waiting).collect(),
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
