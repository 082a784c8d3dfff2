//! The derivative of a decision by the tokens of its context.

use super::{Case, largest_error, normals, worse};
use crate::{
    base::half::{from_half, to_half},
    gpu::{Gpu, GpuError},
    models::transformer::{
        Backward, GpuTransformer, Precision, Shape, TrainingExample, Transformer, Weights,
        Workspace,
    },
};

/// There as the transformer, and back through as many products again, each of which adds what it got wrong: some 10⁻⁶ of the
/// largest entry. Logits and derivatives are compared in the scale of their largest entry.
const TOLERANCE: f64 = 1e-4;

pub(super) fn quick() -> Vec<Case> {
    vec![Case {
        name: "gradient by tokens",
        sizes: "width 20, T = 33, 3 queries; in both precisions",
        tolerance: TOLERANCE,
        measure: |gpu| {
            Box::pin(async move {
                let full = gradient(gpu, [20, 4], 33, &[0, 32, 33], false).await?;
                Ok(worse(
                    full,
                    gradient(gpu, [20, 4], 33, &[0, 32, 33], true).await?,
                ))
            })
        },
    }]
}

pub(super) fn cases() -> Vec<Case> {
    vec![Case {
        name: "gradient by tokens",
        sizes: "heads 4×16, 4×65, 12×1, 1×257; T = 0, 1, 63, 64, 65, 257; 1 to 9 queries; in both precisions",
        tolerance: TOLERANCE,
        measure: |gpu| Box::pin(gradients(gpu)),
    }]
}

async fn gradients(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for ([width, heads], tokens, visible) in [
        ([64, 4], 0, &[0][..]),
        ([64, 4], 1, &[1]),
        ([64, 4], 63, &[63, 0, 7]),
        ([64, 4], 257, &[257]),
        ([260, 4], 65, &[65, 64, 1, 0, 65, 3, 33, 32, 31]),
        // (Two numbers that are normalised are ±1, and nothing is left of a derivative by them.)
        ([12, 12], 64, &[64, 64]),
        ([257, 1], 64, &[64]),
    ] {
        for half in [false, true] {
            let one = gradient(gpu, [width, heads], tokens, visible, half).await?;
            error = worse(error, one);
        }
    }
    Ok(error)
}

/// Random weights, large enough that soft-max and GELU bend, and random tokens.
async fn gradient(
    gpu: &Gpu,
    [width, heads]: [usize; 2],
    tokens: usize,
    visible: &[usize],
    half: bool,
) -> Result<f64, GpuError> {
    let shape = Shape {
        width,
        layers: 3,
        heads,
        sensory: 6,
        actions: 5,
    };
    let mut weights = Weights::initial(shape, 1);
    for w in &mut weights.values {
        *w *= 3.0;
        if half {
            *w = from_half(to_half(*w));
        }
    }
    let example = TrainingExample {
        context: normals(1, tokens * shape.token_width()),
        queries: normals(2, visible.len() * shape.token_width()),
        visible: visible.to_vec(),
        targets: Vec::new(),
    };
    let d_logits = normals(3, visible.len() * shape.actions);

    let mut on_gpu = GpuTransformer::new(gpu, &weights)?;
    if (on_gpu.precision() == Precision::F16) != half {
        return Ok(f64::NAN);
    }
    // Twice, since the second finds the memory of the first.
    let first = on_gpu.gradient(gpu, &example, &d_logits)?.get().await?;
    let ours = on_gpu.gradient(gpu, &example, &d_logits)?.get().await?;
    if first != ours || ours.tokens.rows() != tokens {
        return Ok(f64::NAN);
    }
    let cpu = Transformer::new(weights);
    let backward = Backward::new(&cpu);
    let mut work = Workspace::default();
    backward.forward(&example, &mut work);
    let logits = work.logits.clone();
    let theirs = backward.token_gradients(&example, &d_logits, &mut work);
    let apart = |ours: &[f32], theirs: &[f32]| {
        let largest = theirs.iter().fold(f32::MIN_POSITIVE, |m, x| m.max(x.abs()));
        largest_error(ours, theirs, |_| f64::from(largest))
    };
    Ok(worse(
        apart(ours.logits.values(), &logits),
        apart(ours.tokens.values(), theirs),
    ))
}
