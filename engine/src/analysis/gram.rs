//! Products of every state's activity with every other's, the mean state taken out.

use crate::{
    base::Matrix,
    ops::matmul::{Packed, Start, View, multiply},
};

/// The Gram matrix of centred rows, with the memory that it is computed in.
#[derive(Clone, Debug, Default)]
pub(super) struct Gram {
    /// n × n, up to a factor: rows and columns sum to zero. All 0 where the rows are alike or not finite.
    pub values: Vec<f32>,
    centred: Vec<f32>,
    packed: Packed,
}

impl Gram {
    /// Computes that of the rows of `x` (n × d); they are scaled so that their largest entry is 1. Costs n² d.
    pub fn compute(&mut self, x: &Matrix) {
        let (n, d) = (x.rows(), x.columns());
        self.centred.clear();
        self.centred.extend_from_slice(x.values());
        let mut mean = vec![0.0_f64; d];
        for row in 0..n {
            for (mean, &value) in mean.iter_mut().zip(x.row(row)) {
                *mean += f64::from(value);
            }
        }
        for mean in &mut mean {
            *mean /= n as f64;
        }
        let mut most = 0.0_f32;
        if d > 0 {
            for row in self.centred.chunks_exact_mut(d) {
                for (value, mean) in row.iter_mut().zip(&mean) {
                    *value = (f64::from(*value) - mean) as f32;
                    most = most.max(value.abs());
                }
            }
        }
        if most > 0.0 && most.is_finite() {
            for value in &mut self.centred {
                *value /= most;
            }
        }
        let view = View::new(&self.centred, n, d);
        self.packed.pack(view.transposed());
        self.values.resize(n * n, 0.0);
        multiply(view, &self.packed, n, Start::Zero, &mut self.values, n);
    }
}
