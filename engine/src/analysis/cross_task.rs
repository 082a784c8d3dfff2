//! Similarity of the representations of two tasks with different codes (the paper's Figs. 4b, 4d, 4f, H18).

use crate::base::{Matrix, reduce::mean_and_deviation};

/// Similarity of the activity of two tasks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrossTaskSimilarity {
    /// Mean Pearson correlation of the same state in both tasks.
    pub same: f64,
    /// Mean Pearson correlation over all pairs of different states.
    pub different: f64,
    /// For each state: its correlation with itself in the other task, less the mean of those with other states, taken
    /// from both tasks.
    pub per_state: Vec<f64>,
}

/// Correlates the activity at the states of task `a` with that of task `b`, both states × d.
///
/// The published "different" curve compares with a handful of states of the first tasks; this one compares all with
/// all. A state whose activity does not vary over units is left out; what nothing is left of is NaN. Costs states × d:
/// a mean of correlations with many states is one correlation with the sum of their normalised vectors.
#[must_use]
pub fn cross_task_similarity(a: &Matrix, b: &Matrix) -> CrossTaskSimilarity {
    let states = a.rows().min(b.rows());
    let d = a.columns().min(b.columns());
    let (a, b) = (Normal::new(a, states, d), Normal::new(b, states, d));
    let both = |state: usize| a.valid[state] && b.valid[state];
    let (mut same, mut count) = (0.0, 0);
    let mut per_state = Vec::with_capacity(states);
    for state in 0..states {
        if !both(state) {
            per_state.push(f64::NAN);
            continue;
        }
        let own = product(a.row(state), b.row(state));
        same += own;
        count += 1;
        let others = product(a.row(state), &b.sum) + product(b.row(state), &a.sum) - 2.0 * own;
        per_state.push(own - others / (a.count + b.count - 2) as f64);
    }
    let pairs = a.count * b.count - count;
    CrossTaskSimilarity {
        same: same / count as f64,
        different: (product(&a.sum, &b.sum) - same) / pairs as f64,
        per_state,
    }
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b)
}

/// Rows with mean 0 and length 1.
struct Normal {
    rows: Vec<f64>,
    d: usize,
    valid: Vec<bool>,
    /// Number of valid rows, and their sum.
    count: usize,
    sum: Vec<f64>,
}

impl Normal {
    fn new(x: &Matrix, states: usize, d: usize) -> Self {
        let mut normal = Self {
            rows: vec![0.0; states * d],
            d,
            valid: vec![false; states],
            count: 0,
            sum: vec![0.0; d],
        };
        for state in 0..states {
            let row = &x.row(state)[..d];
            let (mean, deviation) = mean_and_deviation(row);
            // Rounding alone leaves a deviation of some 10⁻¹⁷ of the mean.
            if !deviation.is_finite() || deviation <= 1e-12 * mean.abs() {
                continue;
            }
            normal.valid[state] = true;
            normal.count += 1;
            let scale = 1.0 / (deviation * (d as f64).sqrt());
            let out = &mut normal.rows[state * d..][..d];
            for ((out, &value), sum) in out.iter_mut().zip(row).zip(&mut normal.sum) {
                *out = (f64::from(value) - mean) * scale;
                *sum += *out;
            }
        }
        normal
    }

    fn row(&self, state: usize) -> &[f64] {
        &self.rows[state * self.d..][..self.d]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::pearson,
        base::random::{Random, Stream},
    };

    fn random(position: u64) -> Matrix {
        let mut x = Matrix::zeros(5, 16);
        Random::new(2, Stream::Initial, position).fill_normal(x.values_mut());
        x
    }

    #[test]
    fn sums_are_means_over_pairs() {
        let (a, b) = (random(0), random(1));
        let found = cross_task_similarity(&a, &b);
        let r = |i: usize, j: usize| pearson(a.row(i), b.row(j));
        let same: f64 = (0..5).map(|i| r(i, i)).sum::<f64>() / 5.0;
        let mut different = 0.0;
        for i in 0..5 {
            let mut others = 0.0;
            for j in (0..5).filter(|&j| j != i) {
                different += r(i, j) / 20.0;
                others += (r(i, j) + r(j, i)) / 8.0;
            }
            assert!((found.per_state[i] - (r(i, i) - others)).abs() < 1e-6);
        }
        assert!((found.same - same).abs() < 1e-6);
        assert!((found.different - different).abs() < 1e-6);
    }

    #[test]
    fn a_state_that_does_not_vary_is_left_out() {
        let mut a = random(0);
        a.row_mut(2).fill(0.3);
        let found = cross_task_similarity(&a, &random(0));
        assert!((found.same - 1.0).abs() < 1e-6);
        assert!(found.per_state[2].is_nan() && found.different.is_finite());
        let nothing = cross_task_similarity(&Matrix::zeros(3, 4), &Matrix::zeros(3, 4));
        assert!(nothing.same.is_nan() && nothing.different.is_nan());
    }
}
