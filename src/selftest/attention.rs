//! Attention over kept keys and values.

use super::{AWKWARD, Case, largest_error, normals, worse};
use crate::{
    gpu::{Buffer, Gpu, GpuError},
    ops::{
        attention::{
            Heads,
            gpu::{Attention, WIDEST},
            plain,
        },
        matmul::gpu::Rows,
    },
};

pub(super) fn cases() -> Vec<Case> {
    vec![Case {
        // A score that is wrong by δ changes its probability by the fraction δ. Scores here are of order 1, sums of up to
        // 512 products: δ is below 10⁻⁵; exponentials and the sum over tokens stay below that. The scale is the
        // largest value (4 to 5 for normal numbers), and 1 for probabilities.
        name: "attention",
        sizes: "tokens 1, 63, 64, 65, 257, 1757, 4100; heads 4×32, 2×65, 1×1, 1×257, 1×512; rows that see 0 to all tokens",
        tolerance: 1e-5,
        measure: |gpu| Box::pin(attentions(gpu)),
    }]
}

async fn attentions(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    let usual = Heads { count: 4, width: 32 };
    for tokens in AWKWARD {
        error = worse(error, attention(gpu, usual, tokens).await?);
    }
    for (heads, tokens) in [
        (usual, 4100),
        (Heads { count: 2, width: 65 }, 63),
        (Heads { count: 1, width: 1 }, 65),
        (Heads { count: 1, width: 257 }, 64),
        (Heads { count: 1, width: WIDEST }, 257),
    ] {
        error = worse(error, attention(gpu, heads, tokens).await?);
    }
    Ok(error)
}

async fn attention(gpu: &Gpu, heads: Heads, tokens: usize) -> Result<f64, GpuError> {
    let d = heads.total();
    let visible = [0, tokens, tokens / 2, 1, tokens - 1];
    let rows = visible.len();
    let queries = normals(1, rows * d);
    let memory = normals(2, tokens * 2 * d);
    let own = normals(3, rows * 2 * d);

    let on_queries = Buffer::from_slice(gpu, "queries", &queries)?;
    let on_memory = Buffer::from_slice(gpu, "memory", &memory)?;
    let on_own = Buffer::from_slice(gpu, "own", &own)?;
    let counts: Vec<u32> = visible.iter().map(|&v| v as u32).collect();
    let on_visible = Buffer::from_slice(gpu, "visible", &counts)?;
    let out = Buffer::zeros(gpu, "heads", rows * d)?;
    let length = tokens + 1;
    let kept = Buffer::zeros(gpu, "probabilities", heads.count * rows * length)?;
    let mut work = gpu.work("attention");
    let attention = Attention {
        heads,
        rows,
        queries: Rows::new(&on_queries, d),
        memory: Rows::new(&on_memory, 2 * d),
        own: Rows::new(&on_own, 2 * d),
        visible: (&on_visible, 0),
        out: &out,
        kept: Some((&kept, length)),
    };
    attention.record(&mut work, &kept)?;
    let (ours, ours_kept) = (work.read(&out, 0..out.len()), work.read(&kept, 0..kept.len()));
    work.submit();

    let (theirs, theirs_kept) = plain(heads, &queries, &memory, &own, &visible);
    let values = memory.iter().chain(&own).fold(0.0_f32, |m, x| m.max(x.abs()));
    let scale = f64::from(values);
    let error = largest_error(&ours.await?, theirs.values(), |_| scale);
    let probabilities = largest_error(&ours_kept.await?, theirs_kept.values(), |_| 1.0);
    Ok(worse(error, probabilities))
}
