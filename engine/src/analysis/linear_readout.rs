//! Linear readouts: quantities read from activity by one affine map.
//!
//! A readout is fitted by ridge regression on standardised inputs, as in the paper (Figs. 5b, 5c, 7b, M21): with Z the inputs
//! less their means and over their deviations, and Y the targets less their means, W = (ZᵀZ + λI)⁻¹ ZᵀY. Means and deviations
//! are then folded into weights and bias, so that applying it needs neither.

use crate::base::Matrix;

/// An affine map from activity to the quantities that it encodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinearReadout {
    /// Weights, inputs × outputs.
    pub weights: Matrix,
    /// One number an output.
    pub bias: Vec<f32>,
}

impl LinearReadout {
    /// The outputs for `x`, one value an input (missing ones count as 0).
    #[must_use]
    pub fn apply(&self, x: &[f32]) -> Vec<f32> {
        let mut out: Vec<f64> = self.bias.iter().copied().map(f64::from).collect();
        for (input, &x) in x.iter().take(self.weights.rows()).enumerate() {
            for (out, &weight) in out.iter_mut().zip(self.weights.row(input)) {
                *out += f64::from(x) * f64::from(weight);
            }
        }
        out.into_iter().map(|out| out as f32).collect()
    }

    /// [`apply`](Self::apply) to every row: samples × outputs.
    #[must_use]
    pub fn apply_all(&self, x: &Matrix) -> Matrix {
        let values = (0..x.rows()).flat_map(|sample| self.apply(x.row(sample)));
        Matrix::from_values(x.rows(), self.bias.len(), values.collect())
    }
}

/// Fits a readout of `y` (samples × outputs) from `x` (samples × inputs); `ridge` is λ above, at least 0.
///
/// Inputs that do not vary, or depend on others where `ridge` is 0, get no weight. Costs samples × inputs².
#[must_use]
pub fn fit(x: &Matrix, y: &Matrix, ridge: f64) -> LinearReadout {
    fit_weighted(x, y, &vec![1.0; x.rows()], ridge)
}

/// [`fit`] with a weight a sample: how often it counts, at least 0. See [`balance`].
#[must_use]
pub fn fit_weighted(x: &Matrix, y: &Matrix, weights: &[f64], ridge: f64) -> LinearReadout {
    let samples = x.rows().min(y.rows()).min(weights.len());
    let (inputs, outputs) = (x.columns(), y.columns());
    let total: f64 = weights[..samples].iter().sum();
    let mean_of = |m: &Matrix| {
        let mut mean = vec![0.0; m.columns()];
        for (sample, weight) in weights[..samples].iter().enumerate() {
            for (mean, &value) in mean.iter_mut().zip(m.row(sample)) {
                *mean += weight * f64::from(value) / total;
            }
        }
        mean
    };
    let (x_mean, y_mean) = (mean_of(x), mean_of(y));

    // The lower half of XᵀX and all of XᵀY, centred.
    let mut gram = vec![0.0; inputs * inputs];
    let mut cross = vec![0.0; inputs * outputs];
    let mut of_x = vec![0.0; inputs];
    let mut of_y = vec![0.0; outputs];
    for (sample, &weight) in weights[..samples].iter().enumerate() {
        centred(x.row(sample), &x_mean, &mut of_x);
        centred(y.row(sample), &y_mean, &mut of_y);
        for (i, &value) in of_x.iter().enumerate() {
            let value = weight * value;
            for (sum, other) in gram[i * inputs..][..=i].iter_mut().zip(&of_x) {
                *sum += value * other;
            }
            for (sum, other) in cross[i * outputs..][..outputs].iter_mut().zip(&of_y) {
                *sum += value * other;
            }
        }
    }

    // Standardised: divided by the deviations on both sides.
    let scale: Vec<f64> = (0..inputs)
        .map(|i| {
            let deviation = (gram[i * inputs + i] / total).sqrt();
            if deviation > 1e-9 * (1.0 + x_mean[i].abs()) {
                1.0 / deviation
            } else {
                0.0
            }
        })
        .collect();
    for i in 0..inputs {
        for (j, value) in gram[i * inputs..][..=i].iter_mut().enumerate() {
            *value *= scale[i] * scale[j];
        }
        gram[i * inputs + i] += ridge;
        for value in &mut cross[i * outputs..][..outputs] {
            *value *= scale[i];
        }
    }
    solve(&mut gram, &mut cross, inputs, outputs, 1e-10 * total);

    let mut readout = LinearReadout {
        weights: Matrix::zeros(inputs, outputs),
        bias: Vec::with_capacity(outputs),
    };
    for i in 0..inputs {
        for (out, value) in readout
            .weights
            .row_mut(i)
            .iter_mut()
            .zip(&cross[i * outputs..])
        {
            *out = (value * scale[i]) as f32;
        }
    }
    for (output, mean) in y_mean.iter().enumerate() {
        let read = (0..inputs).fold(0.0, |sum, i| {
            sum + x_mean[i] * f64::from(readout.weights.row(i)[output])
        });
        readout.bias.push((mean - read) as f32);
    }
    readout
}

fn centred(values: &[f32], means: &[f64], out: &mut [f64]) {
    for ((out, &value), mean) in out.iter_mut().zip(values).zip(means) {
        *out = f64::from(value) - mean;
    }
}

/// Solves A X = B for a symmetric A, of which the lower half is given, by Cholesky's A = L Lᵀ; X replaces B (n × m).
/// Unknowns whose pivot is not above `least` become 0.
fn solve(a: &mut [f64], b: &mut [f64], n: usize, m: usize, least: f64) {
    for i in 0..n {
        let (above, row) = a.split_at_mut(i * n);
        for j in 0..i {
            let other = &above[j * n..][..=j];
            let sum = row[..j]
                .iter()
                .zip(other)
                .fold(row[j], |sum, (a, b)| sum - a * b);
            row[j] = if other[j] > 0.0 { sum / other[j] } else { 0.0 };
        }
        let pivot = row[..i].iter().fold(row[i], |sum, a| sum - a * a);
        row[i] = if pivot > least { pivot.sqrt() } else { 0.0 };
    }
    for output in 0..m {
        for i in 0..n {
            let row = &a[i * n..][..=i];
            let sum = (0..i).fold(b[i * m + output], |sum, j| sum - row[j] * b[j * m + output]);
            b[i * m + output] = if row[i] > 0.0 { sum / row[i] } else { 0.0 };
        }
        for i in (0..n).rev() {
            let sum = (i + 1..n).fold(b[i * m + output], |sum, j| {
                sum - a[j * n + i] * b[j * m + output]
            });
            let pivot = a[i * n + i];
            b[i * m + output] = if pivot > 0.0 { sum / pivot } else { 0.0 };
        }
    }
}

/// Weights that make the yes (above 0) and the no in `answers` count alike, with a mean of 1.
#[must_use]
pub fn balance(answers: &[f32]) -> Vec<f64> {
    let yes = answers.iter().filter(|&&y| y > 0.0).count();
    let no = answers.len() - yes;
    let weight = |of: usize| answers.len() as f64 / (2.0 * of.max(1) as f64);
    let weight = |&y: &f32| weight(if y > 0.0 { yes } else { no });
    answers.iter().map(weight).collect()
}

/// R² of predictions: 1 − squared error over the variance of `actual`; 1 is perfect, 0 no better than the mean. NaN where
/// `actual` does not vary.
#[must_use]
pub fn r_squared(predicted: &[f32], actual: &[f32]) -> f64 {
    let mean = actual.iter().map(|&y| f64::from(y)).sum::<f64>() / actual.len() as f64;
    let (mut error, mut variance) = (0.0, 0.0);
    for (&p, &y) in predicted.iter().zip(actual) {
        let (p, y) = (f64::from(p), f64::from(y));
        error += (p - y) * (p - y);
        variance += (y - mean) * (y - mean);
    }
    if variance > 0.0 {
        1.0 - error / variance
    } else {
        f64::NAN
    }
}

/// Share of right signs: plain, and as the mean of the shares among the yes (above 0) and among the no, where ½ is
/// chance. NaN where there is nothing to count.
#[must_use]
pub fn accuracy(predicted: &[f32], actual: &[f32]) -> (f64, f64) {
    let (mut right, mut count) = ([0.0; 2], [0.0; 2]);
    for (&p, &y) in predicted.iter().zip(actual) {
        let class = usize::from(y > 0.0);
        count[class] += 1.0;
        if (p > 0.0) == (y > 0.0) {
            right[class] += 1.0;
        }
    }
    let plain = (right[0] + right[1]) / (count[0] + count[1]);
    (plain, 0.5 * (right[0] / count[0] + right[1] / count[1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::{Random, Stream};

    fn normal(rows: usize, columns: usize, position: u64) -> Matrix {
        let mut x = Matrix::zeros(rows, columns);
        Random::new(4, Stream::Initial, position).fill_normal(x.values_mut());
        x
    }

    #[test]
    fn an_affine_map_is_found() {
        let mut x = normal(200, 6, 0);
        for sample in 0..200 {
            let row = x.row_mut(sample);
            row[1] = 40.0 + 5.0 * row[1];
            row[3] = 7.0; // does not vary
            row[5] = row[0] - row[2]; // depends on others
        }
        let known = LinearReadout {
            weights: Matrix::from_values(
                6,
                2,
                vec![1., -2., 0.5, 0., 3., 1., 0., 0., -1., 1., 0., 0.],
            ),
            bias: vec![2.0, -3.0],
        };
        let y = known.apply_all(&x);
        let read = fit(&x, &y, 0.0).apply_all(&x);
        for (p, y) in read.values().iter().zip(y.values()) {
            assert!((p - y).abs() < 1e-3, "{p} for {y}");
        }
        let readout = fit(&x, &y, 1e-6);
        assert_eq!(readout.weights.row(3), [0.0, 0.0]);
    }

    /// For one standardised input the ridge has a closed form: the slope shrinks by n / (n + λ).
    #[test]
    fn the_ridge_shrinks_as_it_should() {
        let x = Matrix::from_values(4, 1, vec![0.0, 2.0, 4.0, 6.0]);
        let y = Matrix::from_values(4, 1, vec![1.0, 2.0, 3.0, 4.0]);
        let readout = fit(&x, &y, 4.0);
        assert!((readout.weights.values()[0] - 0.25).abs() < 1e-6);
        assert!((readout.apply(&[3.0])[0] - 2.5).abs() < 1e-6);
    }

    #[test]
    fn a_weight_counts_a_sample_often() {
        let (x, y) = (normal(5, 2, 1), normal(5, 1, 2));
        let weighted = fit_weighted(&x, &y, &[1.0, 2.0, 1.0, 3.0, 1.0], 0.5);
        let rows = [0, 1, 1, 2, 3, 3, 3, 4];
        let often = |m: &Matrix| {
            let values = rows.iter().flat_map(|&row| m.row(row).to_vec());
            Matrix::from_values(8, m.columns(), values.collect())
        };
        let plain = fit(&often(&x), &often(&y), 0.5);
        for (a, b) in weighted.weights.values().iter().zip(plain.weights.values()) {
            assert!((a - b).abs() < 1e-5);
        }
        assert_eq!(
            balance(&[1.0, -1.0, -1.0, -1.0]),
            [2.0, 2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0]
        );
    }

    #[test]
    fn scores() {
        assert_eq!(r_squared(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]), 1.0);
        assert_eq!(r_squared(&[2.0, 2.0, 2.0], &[1.0, 2.0, 3.0]), 0.0);
        assert!(r_squared(&[2.0], &[1.0]).is_nan());
        // 3 of 4 right; all of the one yes, two of the three no.
        let (plain, balanced) = accuracy(&[1.0, -1.0, 1.0, -1.0], &[1.0, -1.0, -1.0, -1.0]);
        assert_eq!(plain, 0.75);
        assert!((balanced - 5.0 / 6.0).abs() < 1e-12);
    }
}
