//! The whole transformer: a context is encoded, and questions are asked.

use std::collections::BTreeSet;

use super::{Case, worse};
use crate::{
    base::{
        Matrix,
        random::{Random, Stream},
        reduce::argmax,
    },
    gpu::{Gpu, GpuError},
    models::transformer::{
        Checkpoint, Context, GpuContext, GpuTransformer, Mask, Precision, Shape, Transformer, Want,
        Weights,
    },
    worlds::maze::{MazeError, Task, explore},
};

/// Three layers of products, each of which adds its error to the residual stream: errors of some 10⁻⁶ of the
/// largest entry. Logits, hidden states and probabilities are compared in the scale of their largest entry. A decision
/// of a trained transformer that comes out differently counts as an error of 1. (With random weights logits hardly
/// differ from each other.)
pub const TOLERANCE: f64 = 1e-4;

pub(super) fn quick() -> Vec<Case> {
    vec![Case {
        name: "transformer with random weights",
        sizes: "width 36; T = 65, asked with 0, 1, 64 and 65 tokens; appended in parts",
        tolerance: TOLERANCE,
        measure: |gpu| {
            Box::pin(async move {
                let (mut pair, queries) = small(gpu, 36)?;
                pair.compare(&VISIBLE, &queries).await
            })
        },
    }]
}

pub(super) fn cases() -> Vec<Case> {
    vec![Case {
        name: "transformer with random weights",
        sizes: "widths 64 and 260; T = 65, asked with 0, 1, 64 and 65 tokens; appended in parts; hidden tokens",
        tolerance: TOLERANCE,
        measure: |gpu| Box::pin(random(gpu)),
    }]
}

const EVERYTHING: Want = Want {
    hidden: true,
    attention: true,
};

/// Both machines with the same context.
struct Pair<'g> {
    gpu: &'g Gpu,
    trained: bool,
    cpu: Transformer,
    on_gpu: GpuTransformer,
    context: Context,
    gpu_context: GpuContext,
}

impl<'g> Pair<'g> {
    fn new(gpu: &'g Gpu, weights: Weights, trained: bool) -> Result<Self, GpuError> {
        Ok(Self {
            gpu,
            trained,
            on_gpu: GpuTransformer::new(gpu, &weights)?,
            context: Context::new(weights.shape),
            gpu_context: GpuContext::new(gpu, weights.shape)?,
            cpu: Transformer::new(weights),
        })
    }

    fn append(&mut self, tokens: &[f32]) -> Result<(), GpuError> {
        self.context.append(&self.cpu, tokens);
        self.on_gpu.append(self.gpu, &mut self.gpu_context, tokens)
    }

    /// The largest error of answers to these queries.
    async fn compare(&mut self, visible: &[usize], queries: &[f32]) -> Result<f64, GpuError> {
        let theirs = self
            .cpu
            .ask_each(&self.context, visible, queries, EVERYTHING);
        let masks = self.context.masks();
        let ours = self
            .on_gpu
            .ask_each(
                self.gpu,
                &self.gpu_context,
                visible,
                queries,
                EVERYTHING,
                masks,
            )?
            .answers()
            .await?;
        let mut error = apart(&ours.logits, &theirs.logits);
        if ours.hidden.len() != theirs.hidden.len()
            || ours.attention.len() != theirs.attention.len()
        {
            return Ok(f64::NAN);
        }
        let pairs = ours.hidden.iter().zip(&theirs.hidden);
        for (ours, theirs) in pairs.chain(ours.attention.iter().zip(&theirs.attention)) {
            error = worse(error, apart(ours, theirs));
        }
        for row in 0..theirs.logits.rows() {
            if self.trained && argmax(ours.logits.row(row)) != argmax(theirs.logits.row(row)) {
                error = worse(error, 1.0);
            }
        }
        Ok(error)
    }
}

/// The largest difference, in units of the largest entry.
fn apart(ours: &Matrix, theirs: &Matrix) -> f64 {
    let largest = theirs.values().iter().fold(0.0_f32, |m, x| m.max(x.abs()));
    super::largest_error(ours.values(), theirs.values(), |_| f64::from(largest))
}

/// How many of the 65 tokens each of four queries sees.
const VISIBLE: [usize; 4] = [0, 1, 64, 65];

/// A transformer with random weights that has read 65 tokens in two parts, and four queries.
fn small(gpu: &Gpu, width: usize) -> Result<(Pair<'_>, Vec<f32>), GpuError> {
    let shape = Shape {
        width,
        layers: 3,
        heads: 4,
        sensory: 10,
        actions: 5,
    };
    let mut pair = Pair::new(gpu, Weights::initial(shape, 3), false)?;
    let task = Task::published_grid(1, 7).map_err(|error| mistake(&error))?;
    let tokens = tokens(&task, 65);
    let (first, rest) = tokens.split_at(17 * shape.token_width());
    pair.append(first)?;
    pair.append(rest)?;
    let mut queries = task.ask_everywhere();
    queries.truncate(VISIBLE.len() * shape.token_width());
    Ok((pair, queries))
}

async fn random(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for width in [64, 260] {
        let (mut pair, queries) = small(gpu, width)?;
        // Random weights need all their bits.
        if pair.on_gpu.precision() != Precision::F32 {
            return Ok(f64::NAN);
        }
        error = worse(error, pair.compare(&VISIBLE, &queries).await?);
        for (layer, query_itself) in [(0, false), (1, true), (2, true)] {
            let mask = Mask {
                from_query: BTreeSet::from_iter((layer..60).step_by(7)),
                query_itself,
                ..Mask::default()
            };
            pair.context.set_mask(&pair.cpu, layer, mask);
        }
        error = worse(error, pair.compare(&VISIBLE, &queries).await?);
    }
    Ok(error)
}

fn tokens(task: &Task, length: usize) -> Vec<f32> {
    let mut random = Random::new(3, Stream::Explore, 0);
    task.observe(&explore(task, 0, length, &mut random))
}

fn mistake(error: &MazeError) -> GpuError {
    GpuError::Unsupported(error.to_string())
}

/// A trained transformer in one of its tasks: a context of 200 and of 800 transitions, every state asked at once and
/// one alone. Its weights must be in half precision (NaN otherwise). The largest error; a decision that
/// differs counts as 1.
///
/// # Errors
/// When the bytes are no checkpoint, there is no such task, or the GPU gives up.
pub async fn trained(
    gpu: &Gpu,
    checkpoint: &[u8],
    task: Result<Task, MazeError>,
) -> Result<f64, GpuError> {
    let task = task.map_err(|error| mistake(&error))?;
    let checkpoint =
        Checkpoint::read(checkpoint).map_err(|error| GpuError::Unsupported(error.to_string()))?;
    let mut pair = Pair::new(gpu, checkpoint.weights, true)?;
    // The checkpoint was written in half precision, so nothing is lost by it.
    if pair.on_gpu.precision() != Precision::F16 {
        return Ok(f64::NAN);
    }
    let everywhere = task.ask_everywhere();
    let states = task.maze.states();
    let mut error = 0.0;
    let tokens = tokens(&task, 800);
    let token = tokens.len() / 800;
    let (first, rest) = tokens.split_at(200 * token);
    for (length, part) in [(200, first), (800, rest)] {
        pair.append(part)?;
        error = worse(
            error,
            pair.compare(&vec![length; states], &everywhere).await?,
        );
        error = worse(error, pair.compare(&[length], &task.ask(3)).await?);
    }
    Ok(error)
}
