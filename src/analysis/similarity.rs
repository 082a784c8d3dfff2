use crate::base::{
    Matrix,
    reduce::{dot, mean_and_deviation},
};

/// Pearson correlation of two activity vectors; NaN where one does not vary.
#[must_use]
pub fn pearson(a: &[f32], b: &[f32]) -> f64 {
    let n = a.len() as f64;
    let (mean_a, deviation_a) = mean_and_deviation(a);
    let (mean_b, deviation_b) = mean_and_deviation(b);
    (dot(a, b) / n - mean_a * mean_b) / (deviation_a * deviation_b)
}

/// Pearson correlation between every two rows, rows × rows.
#[must_use]
pub fn correlation_matrix(activity: &Matrix) -> Matrix {
    let rows = activity.rows();
    let n = activity.columns() as f64;
    let moments: Vec<_> = (0..rows).map(|s| mean_and_deviation(activity.row(s))).collect();
    let mut out = Matrix::zeros(rows, rows);
    for s in 0..rows {
        for t in 0..=s {
            let covariance = dot(activity.row(s), activity.row(t)) / n - moments[s].0 * moments[t].0;
            let r = (covariance / (moments[s].1 * moments[t].1)) as f32;
            out.row_mut(s)[t] = r;
            out.row_mut(t)[s] = r;
        }
    }
    out
}

/// Mean of the finite entries of a places × places matrix by distance: (distance, mean) by rising distance.
///
/// `distance` gives the distance of two rows; distances are pooled to the nearest whole number.
#[must_use]
pub fn by_distance(matrix: &Matrix, distance: impl Fn(usize, usize) -> f64) -> Vec<(f64, f64)> {
    let mut sums: Vec<(f64, usize)> = Vec::new();
    for s in 0..matrix.rows() {
        for t in 0..matrix.columns() {
            let value = f64::from(matrix.row(s)[t]);
            if value.is_finite() {
                let bin = distance(s, t).round() as usize;
                if sums.len() <= bin {
                    sums.resize(bin + 1, (0.0, 0));
                }
                sums[bin].0 += value;
                sums[bin].1 += 1;
            }
        }
    }
    let mean = |(bin, (sum, count)): (usize, (f64, usize))| (count > 0).then(|| (bin as f64, sum / count as f64));
    sums.into_iter().enumerate().filter_map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pearson_is_one_for_itself_and_minus_one_for_its_mirror() {
        let a: Vec<f32> = (0..257).map(|i| ((i * 37) % 11) as f32).collect();
        let b: Vec<f32> = a.iter().map(|x| 3.0 - 2.0 * x).collect();
        assert!((pearson(&a, &a) - 1.0).abs() < 1e-9);
        assert!((pearson(&a, &b) + 1.0).abs() < 1e-6);
        assert!(pearson(&a, &[1.0; 257]).is_nan());
    }

    #[test]
    fn matrix_and_pairs_agree() {
        let activity = Matrix::from_values(3, 4, vec![1., 2., 3., 4., 4., 3., 2., 1., 1., 0., 0., 5.]);
        let matrix = correlation_matrix(&activity);
        assert!((f64::from(matrix.row(0)[2]) - pearson(activity.row(0), activity.row(2))).abs() < 1e-6);
        assert!((matrix.row(0)[1] + 1.0).abs() < 1e-6);
        let curve = by_distance(&matrix, |s, t| s.abs_diff(t) as f64);
        assert_eq!(curve.len(), 3);
        assert!((curve[0].1 - 1.0).abs() < 1e-6);
    }
}
