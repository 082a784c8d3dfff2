//! Readouts, correlations and memories of the barcode network.

use super::{
    AWKWARD, Case, ROUNDING,
    barcode::{MANY, Pair},
    largest_error, worse,
};
use crate::{
    analysis::pearson,
    base::Matrix,
    gpu::{Gpu, GpuError},
    models::barcode::{
        Memory, Phase, blend,
        gpu::{GpuMemories, GpuRun},
        place_output, seed_output,
    },
};

/// Sums of N products, by 256 threads and then in a tree, and the CPU's in double precision: some roundings of the largest
/// sum that there could be. The scale is that of the sums of absolute values.
const OUTPUTS: f64 = 16.0 * ROUNDING;

/// Correlations are sums of N products of standardised activity, whose absolute values sum up to 1 at most. The roundings
/// of a sum add up like √N: the scale. Those of mean and deviation are a few more.
const CORRELATIONS: f64 = 32.0 * ROUNDING;

pub(super) fn quick() -> Vec<Case> {
    vec![
        Case {
            name: "barcode, readouts",
            sizes: "N = 257; 9 states, 2 memories",
            tolerance: OUTPUTS,
            measure: |gpu| Box::pin(outputs(gpu, 257, &MANY, false)),
        },
        Case {
            name: "barcode, correlations",
            sizes: "N = 257; 9 states",
            tolerance: CORRELATIONS,
            measure: |gpu| Box::pin(correlation(gpu, 257, &MANY, false)),
        },
    ]
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "barcode, readouts",
            sizes: "N = 1, 63, 64, 65, 257, 1757; 1 and 9 states; 0 and 2 memories; with and without history",
            tolerance: OUTPUTS,
            measure: |gpu| Box::pin(every_output(gpu)),
        },
        Case {
            name: "barcode, correlations",
            sizes: "N = 1, 63, 64, 65, 257, 1757; 1 and 9 states; states that do not vary; with and without history",
            tolerance: CORRELATIONS,
            measure: |gpu| Box::pin(every_correlation(gpu)),
        },
        Case {
            // Copies, thus no error at all.
            name: "barcode, memories made on the GPU",
            sizes: "N = 65, 257; six stored, one weakened, two removed; readouts as of those that were sent",
            tolerance: 0.0,
            measure: |gpu| Box::pin(stored(gpu)),
        },
    ]
}

/// Some steps of recall at `places`.
fn settled(
    gpu: &Gpu,
    pair: &Pair,
    places: &[usize],
    kept: bool,
) -> Result<(GpuRun, GpuMemories), GpuError> {
    let phase = Phase::recall(&pair.parameters, 0.3);
    let memories = GpuMemories::upload(gpu, &pair.stored)?;
    let new = if kept {
        GpuRun::with_history
    } else {
        GpuRun::new
    };
    let mut run = new(gpu, phase, places, &pair.drive)?;
    run.advance(gpu, &pair.on_gpu, &pair.parameters, &memories, 13)?;
    Ok((run, memories))
}

async fn every_output(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for units in AWKWARD {
        error = worse(error, outputs(gpu, units, &MANY, true).await?);
        error = worse(error, outputs(gpu, units, &MANY[3..4], false).await?);
    }
    Ok(error)
}

/// Readouts against those that the CPU makes of the same activity.
async fn outputs(gpu: &Gpu, units: usize, places: &[usize], kept: bool) -> Result<f64, GpuError> {
    let pair = Pair::new(gpu, units)?;
    let (run, two) = settled(gpu, &pair, places, kept)?;
    let none = GpuMemories::upload(gpu, &[])?;
    let activity = Matrix::from_values(places.len(), units, run.read(gpu).await?);
    let mut error = 0.0;
    for (on, memories) in [(&two, &pair.stored[..]), (&none, &[])] {
        let ours = run.readouts(gpu, on)?.get().await?;
        let matches = run.matches(gpu, on)?.get().await?;
        if ours.seed.len() != places.len() || matches.columns() != memories.len() {
            return Ok(f64::NAN);
        }
        // Everything positive: how large the sums could be.
        let positive: Vec<Memory> = memories
            .iter()
            .map(|memory| Memory {
                value: memory.value.iter().map(|x| x.abs()).collect(),
                ..memory.clone()
            })
            .collect();
        for state in 0..places.len() {
            let a = activity.row(state);
            let seed = seed_output(memories, a) as f32;
            // Silence has no scale, and no error.
            let scale = f64::from(seed.abs().max(f32::MIN_POSITIVE));
            error = worse(
                error,
                largest_error(&[ours.seed[state]], &[seed], |_| scale),
            );
            let place = place_output(memories, a);
            let largest = place_output(&positive, a);
            let of = |at: usize| f64::from(largest[at].max(f32::MIN_POSITIVE));
            error = worse(error, largest_error(ours.place.row(state), &place, of));
            let blended = blend(memories, matches.row(state).iter().copied());
            error = worse(error, largest_error(&blended, &place, of));
        }
    }
    Ok(error)
}

async fn every_correlation(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for units in AWKWARD {
        error = worse(error, correlation(gpu, units, &MANY, true).await?);
        error = worse(error, correlation(gpu, units, &MANY[3..4], false).await?);
    }
    // Before the first step all is silent, and nothing correlates.
    let pair = Pair::new(gpu, 65)?;
    let phase = Phase::recall(&pair.parameters, 0.3);
    let silent = GpuRun::new(gpu, phase, &MANY, &pair.drive)?;
    let numbers = silent.correlations(gpu)?.get().await?;
    let any = numbers.values().iter().any(|value| !value.is_nan());
    Ok(if any { f64::NAN } else { error })
}

async fn correlation(
    gpu: &Gpu,
    units: usize,
    places: &[usize],
    kept: bool,
) -> Result<f64, GpuError> {
    let pair = Pair::new(gpu, units)?;
    let (run, _) = settled(gpu, &pair, places, kept)?;
    let ours = run.correlations(gpu)?.get().await?;
    let activity = Matrix::from_values(places.len(), units, run.read(gpu).await?);
    let scale = (units as f64).sqrt();
    let mut error = 0.0;
    for s in 0..places.len() {
        for t in 0..places.len() {
            let theirs = pearson(activity.row(s), activity.row(t));
            let ours = f64::from(ours.row(s)[t]);
            if !(theirs.is_nan() && ours.is_nan()) {
                error = worse(error, (ours - theirs).abs() / scale);
            }
        }
    }
    Ok(error)
}

async fn stored(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for (units, kept) in [(65, false), (257, true)] {
        let pair = Pair::new(gpu, units)?;
        let (run, _) = settled(gpu, &pair, &MANY, kept)?;
        let activity = Matrix::from_values(MANY.len(), units, run.read(gpu).await?);
        let mut ours = GpuMemories::upload(gpu, &[])?;
        let mut theirs = Vec::new();
        for state in [8, 0, 3, 5, 1, 2] {
            let weight = 1.0 - 0.125 * state as f64;
            let value = pair.drive.row(MANY[state]);
            ours.push_from(gpu, &run, state, weight, value)?;
            theirs.push(Memory {
                place: MANY[state],
                weight,
                barcode: activity.row(state).into(),
                value: value.into(),
            });
        }
        ours.set_weight(gpu, 4, 0.25);
        theirs[4].weight = 0.25;
        for k in [5, 1] {
            ours.remove(gpu, k)?;
            theirs.remove(k);
        }
        let sent = GpuMemories::upload(gpu, &theirs)?;
        let (ours_say, sent_say) = (
            run.readouts(gpu, &ours)?.get().await?,
            run.readouts(gpu, &sent)?.get().await?,
        );
        let loud = sent_say.seed.iter().all(|seed| *seed > 0.0);
        if !loud || (ours.len(), sent.len()) != (4, 4) {
            return Ok(f64::NAN);
        }
        error = worse(
            error,
            largest_error(&ours_say.seed, &sent_say.seed, |_| 1.0),
        );
        let (ours_say, sent_say) = (ours_say.place.values(), sent_say.place.values());
        error = worse(error, largest_error(ours_say, sent_say, |_| 1.0));
        for (k, memory) in theirs.iter().enumerate() {
            let barcode = ours.read_barcode(gpu, k).await?;
            error = worse(error, largest_error(&barcode, &memory.barcode, |_| 1.0));
        }
    }
    Ok(error)
}
