//! Attention over kept keys and values.

use super::{AWKWARD, Case, largest_error, normals, worse};
use crate::{
    gpu::{Buffer, Gpu, GpuError},
    ops::{
        attention::{
            Heads,
            gpu::{Attention, TokenMask, Unused, WIDEST},
            plain,
        },
        matmul::gpu::Rows,
    },
};

/// A score that is wrong by δ changes its probability by the fraction δ. Scores here are of order 1, sums of up to
/// 512 products: δ is below 10⁻⁵; exponentials and the sum over tokens stay below that. The scale is the
/// largest value (4 to 5 for normal numbers), and 1 for probabilities.
const TOLERANCE: f64 = 1e-5;

pub(super) fn quick() -> Vec<Case> {
    vec![
        Case {
            name: "attention",
            sizes: "257 tokens, a third hidden; heads 2×65",
            tolerance: TOLERANCE,
            measure: |gpu| {
                Box::pin(async move {
                    let problem = Problem {
                        mask: Some(A_THIRD),
                        ..few(
                            Heads {
                                count: 2,
                                width: 65,
                            },
                            257,
                        )
                    };
                    attention(gpu, &problem).await
                })
            },
        },
        Case {
            name: "attention of many rows",
            sizes: "65 tokens, 67 rows; heads 2×65",
            tolerance: TOLERANCE,
            measure: |gpu| {
                let problem = many(
                    Heads {
                        count: 2,
                        width: 65,
                    },
                    67,
                    65,
                );
                Box::pin(async move { attention(gpu, &problem).await })
            },
        },
    ]
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "attention",
            sizes: "tokens 1, 63, 64, 65, 257, 1757, 4100; heads 4×32, 2×65, 1×1, 1×257, 1×512; rows that see 0 to all tokens",
            tolerance: TOLERANCE,
            measure: |gpu| Box::pin(attentions(gpu)),
        },
        Case {
            name: "attention of many rows",
            sizes: "tokens 1, 63, 64, 65, 257, 1757; 67 and 128 rows; heads 4×32, 2×65, 1×1, 1×256",
            tolerance: TOLERANCE,
            measure: |gpu| Box::pin(many_rows(gpu)),
        },
        Case {
            name: "attention with hidden tokens",
            sizes: "tokens 63, 257, 2100; a third hidden, everything hidden, itself hidden",
            tolerance: TOLERANCE,
            measure: |gpu| Box::pin(masked(gpu)),
        },
    ]
}

const USUAL: Heads = Heads {
    count: 4,
    width: 32,
};

/// Heads that do not fit the threads of a workgroup, and tokens beside them.
const ODD: [([usize; 2], usize); 4] = [
    ([2, 65], 63),
    ([1, 1], 65),
    ([1, 257], 64),
    ([1, WIDEST], 257),
];

/// What is hidden from all rows.
#[derive(Clone, Copy)]
struct Hidden {
    /// All tokens, and not a third of them.
    all: bool,
    /// Rows from themselves.
    itself: bool,
}

const A_THIRD: Hidden = Hidden {
    all: false,
    itself: false,
};

/// One attention to compare.
struct Problem {
    heads: Heads,
    tokens: usize,
    visible: Vec<usize>,
    mask: Option<Hidden>,
    /// True where probabilities are kept.
    keep: bool,
}

/// Rows that see nothing, everything, and what is between.
fn few(heads: Heads, tokens: usize) -> Problem {
    Problem {
        heads,
        tokens,
        visible: vec![0, tokens, tokens / 2, 1, tokens - 1],
        mask: None,
        keep: true,
    }
}

async fn attentions(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for tokens in AWKWARD.into_iter().chain([4100]) {
        error = worse(error, attention(gpu, &few(USUAL, tokens)).await?);
    }
    for ([count, width], tokens) in ODD {
        let problem = few(Heads { count, width }, tokens);
        error = worse(error, attention(gpu, &problem).await?);
    }
    Ok(error)
}

/// Rows see any number of tokens, in no order.
fn many(heads: Heads, rows: usize, tokens: usize) -> Problem {
    Problem {
        heads,
        tokens,
        visible: (0..rows)
            .map(|row| (row * 37 + 11) % (tokens + 1))
            .collect(),
        mask: None,
        keep: false,
    }
}

async fn many_rows(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for tokens in AWKWARD {
        error = worse(error, attention(gpu, &many(USUAL, 67, tokens)).await?);
    }
    for ([count, width], tokens) in ODD {
        let width = width.min(256);
        let problem = many(Heads { count, width }, 128, tokens);
        error = worse(error, attention(gpu, &problem).await?);
    }
    Ok(error)
}

async fn masked(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for tokens in [63, 257, 2100] {
        for (all, itself) in [(false, false), (false, true), (true, false), (true, true)] {
            let problem = Problem {
                mask: Some(Hidden { all, itself }),
                ..few(USUAL, tokens)
            };
            error = worse(error, attention(gpu, &problem).await?);
        }
    }
    Ok(error)
}

async fn attention(gpu: &Gpu, problem: &Problem) -> Result<f64, GpuError> {
    let Problem {
        heads,
        tokens,
        ref visible,
        mask,
        keep,
    } = *problem;
    let d = heads.total();
    let rows = visible.len();
    let queries = normals(1, rows * d);
    let cache = normals(2, tokens * 2 * d);
    let self_kv = normals(3, rows * 2 * d);

    let on_queries = Buffer::from_slice(gpu, "queries", &queries)?;
    let on_memory = Buffer::from_slice(gpu, "memory", &cache)?;
    let on_own = Buffer::from_slice(gpu, "own", &self_kv)?;
    let counts: Vec<u32> = visible.iter().map(|&v| v as u32).collect();
    let on_visible = Buffer::from_slice(gpu, "visible", &counts)?;
    let out = Buffer::zeros(gpu, "heads", rows * d)?;
    let length = tokens + 1;
    let probabilities = Buffer::zeros(gpu, "probabilities", heads.count * rows * length)?;
    // The last tokens are behind the words.
    let words = tokens.div_ceil(32) - usize::from(tokens > 64);
    let pattern = |token: usize| mask.is_some_and(|mask| mask.all || token.is_multiple_of(3));
    let hidden = |row: usize, token: usize| {
        if token == visible[row] {
            mask.is_some_and(|mask| mask.itself)
        } else {
            token < 32 * words && pattern(token)
        }
    };
    let word = |word: usize| {
        (0..32).fold(0, |bits, bit| {
            bits | (u32::from(pattern(32 * word + bit)) << bit)
        })
    };
    let words: Vec<u32> = (0..words).map(word).collect();
    let on_words = Buffer::from_slice(gpu, "hidden tokens", &words)?;
    let mut commands = gpu.commands("attention");
    let attention = Attention {
        heads,
        rows,
        queries: Rows::new(&on_queries, d),
        cache: Rows::new(&on_memory, 2 * d),
        self_kv: Rows::new(&on_own, 2 * d),
        visible: (&on_visible, 0),
        out: &out,
        probabilities: keep.then_some((&probabilities, length)),
        mask: mask.map(|mask| TokenMask {
            words: &on_words,
            itself: mask.itself,
        }),
    };
    attention.record(&mut commands, &Unused::new(gpu)?)?;
    let (ours, ours_kept) = (
        commands.read(&out, 0..out.len()),
        commands.read(&probabilities, 0..probabilities.len()),
    );
    commands.submit();

    let (theirs, theirs_kept) = plain(heads, &queries, &cache, &self_kv, visible, &hidden);
    let values = cache
        .iter()
        .chain(&self_kv)
        .fold(0.0_f32, |m, x| m.max(x.abs()));
    let scale = f64::from(values);
    let error = largest_error(&ours.await?, theirs.values(), |_| scale);
    if !keep {
        return Ok(error);
    }
    let probabilities = largest_error(&ours_kept.await?, theirs_kept.values(), |_| 1.0);
    Ok(worse(error, probabilities))
}
