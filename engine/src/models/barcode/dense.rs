use super::{Memory, Parameters, Wiring};
use crate::base::Matrix;

/// J_xx as one dense matrix, memories included: the check on the low-rank form (and what an electrode would see).
///
/// N × N, row = presynaptic. J_xx = σ G/√N + μ/N + (η/N) Σₖ wₖ (aₖ + β) aₖᵀ.
#[must_use]
pub fn dense_recurrent(wiring: &Wiring, parameters: &Parameters, memories: &[Memory]) -> Matrix {
    let n = wiring.units();
    let scale = (parameters.weight_gain * wiring.scale) as f32;
    let mean = (parameters.weight_mean / n.max(1) as f64) as f32;
    let rate = parameters.learning_rate / n.max(1) as f64;
    let mut dense = Matrix::zeros(n, n);
    for i in 0..n {
        let row = dense.row_mut(i);
        for (out, g) in row.iter_mut().zip(wiring.normals.row(i)) {
            *out = scale * g + mean;
        }
        for memory in memories {
            let presynaptic =
                rate * memory.weight * (f64::from(memory.barcode[i]) + parameters.plasticity_bias);
            for (out, &a) in row.iter_mut().zip(memory.barcode.iter()) {
                *out += presynaptic as f32 * a;
            }
        }
    }
    dense
}
