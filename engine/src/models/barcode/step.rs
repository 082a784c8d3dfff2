use multiversion::multiversion;

use super::{Euler, Memory, Parameters, Wiring};
use crate::{base::reduce::sum, ops::rows::Active};

/// Everything that one step of one place needs besides its own vectors.
pub(super) struct Step<'a> {
    pub wiring: &'a Wiring,
    pub parameters: &'a Parameters,
    pub memories: &'a [Memory],
    /// r: multiplies everything recurrent, memories and skew too.
    pub gain: f64,
    /// Strength of J_sx in the input: search strength, plus the seed strength during the seed phase.
    pub seed_input: f64,
}

impl Step<'_> {
    /// Finishes a step of one state, when `product` holds a · G.
    ///
    /// `v` and `a` are pre-activation and activity, `drive` is the place input; all have N entries. Returns
    /// whether everything stayed finite.
    pub fn finish(&self, product: &mut [f32], drive: &[f32], v: &mut [f32], a: &mut [f32]) -> bool {
        let Self {
            wiring,
            parameters,
            memories,
            gain,
            seed_input,
        } = *self;
        let n = a.len().max(1) as f64;
        let total = sum(a);
        // a J_xx(0) = (σ/√N) a G + (μ/N) Σa.
        let scale = (parameters.weight_gain * wiring.scale) as f32;
        let mean = (parameters.weight_mean / n * total) as f32;
        for value in product.iter_mut() {
            *value = scale * *value + mean;
        }
        if total != 0.0 {
            for memory in memories {
                let pull = memory.pull(parameters, a, total) as f32;
                for (value, barcode) in product.iter_mut().zip(memory.barcode.iter()) {
                    *value += pull * barcode;
                }
            }
            if let Some(skew) = &parameters.skew {
                skew.accumulate(a, total, 1.0, product);
            }
        }
        let leak = parameters.dt * parameters.divisive * (total / n);
        let explicit = parameters.euler == Euler::Reference || leak <= LARGEST_EXPLICIT_LEAK;
        let (factor, divisor) = if explicit {
            (1.0 - leak, 1.0)
        } else {
            (1.0, 1.0 + leak)
        };
        let rates = Rates {
            factor: factor as f32,
            divisor: divisor as f32,
            recurrent: (parameters.dt * gain) as f32,
            dt: parameters.dt as f32,
            seed: seed_input as f32,
        };
        euler(&rates, product, drive, &wiring.seed_direction, v, a);
        sum(a).is_finite()
    }
}

/// Beyond it the explicit factor 1 − leak turns negative and the step begins to overshoot.
const LARGEST_EXPLICIT_LEAK: f64 = 1.0;

struct Rates {
    factor: f32,
    divisor: f32,
    recurrent: f32,
    dt: f32,
    seed: f32,
}

/// v ← (v · factor + dt r (a J) + dt u) / divisor; a ← max(v, 0), where NaN stays NaN.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn euler(
    rates: &Rates,
    product: &[f32],
    drive: &[f32],
    seed: &[f32],
    v: &mut [f32],
    a: &mut [f32],
) {
    let n = v.len();
    let (product, drive, seed, a) = (&product[..n], &drive[..n], &seed[..n], &mut a[..n]);
    for j in 0..n {
        let input = drive[j] + rates.seed * seed[j];
        let next =
            (v[j] * rates.factor + rates.recurrent * product[j] + rates.dt * input) / rates.divisor;
        v[j] = next;
        a[j] = if next <= 0.0 { 0.0 } else { next };
    }
}

/// Reads the active entries of every state.
pub(super) fn read_active(activity: &[f32], units: usize, active: &mut Vec<Active>) {
    active.resize_with(activity.len() / units.max(1), Active::default);
    for (active, activity) in active.iter_mut().zip(activity.chunks(units.max(1))) {
        active.read(activity);
    }
}
