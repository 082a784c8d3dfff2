//! Readouts and correlations of the barcode network.

use super::{
    AWKWARD, Case, ROUNDING,
    barcode::{MANY, Pair},
    largest_error, worse,
};
use crate::{
    analysis::pearson,
    base::{Matrix, reduce::sum},
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
        let ours = run.matches(gpu, on)?.get().await?;
        let sizes = (ours.matches.rows(), ours.matches.columns());
        if sizes != (places.len(), memories.len()) {
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
            // Silence has no scale, and no error.
            let scale = |x: f32| f64::from(x.abs().max(f32::MIN_POSITIVE));
            let ours_of = ours.matches.row(state);
            let (ours_total, total) = (ours.totals[state], sum(a) as f32);
            let (ours_seed, seed) = (ours_of.iter().sum(), seed_output(memories, a) as f32);
            for (ours, theirs) in [(ours_total, total), (ours_seed, seed)] {
                let one = largest_error(&[ours], &[theirs], |_| scale(theirs));
                error = worse(error, one);
            }
            let place = place_output(memories, a);
            let largest = place_output(&positive, a);
            let blended = blend(memories, ours_of.iter().copied());
            let one = largest_error(&blended, &place, |at| scale(largest[at]));
            error = worse(error, one);
        }
    }
    // A copy, to the bit.
    let some = [places.len() - 1, 0];
    let ours = run.read_states(gpu, &some).await?;
    let theirs = some.map(|state| activity.row(state)).concat();
    if ours != theirs {
        return Ok(f64::NAN);
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
