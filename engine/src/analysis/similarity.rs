use crate::base::{
    Matrix,
    reduce::{dot, mean_and_deviation},
};

/// An activity vector's mean and population standard deviation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// Mean over units.
    pub mean: f64,
    /// Population standard deviation over units.
    pub deviation: f64,
}

impl Moments {
    /// The moments of `activity`.
    #[must_use]
    pub fn of(activity: &[f32]) -> Self {
        let (mean, deviation) = mean_and_deviation(activity);
        Self { mean, deviation }
    }
}

/// Pearson correlation of two activity vectors; NaN where one does not vary.
#[must_use]
pub fn pearson(a: &[f32], b: &[f32]) -> f64 {
    pearson_of((a, Moments::of(a)), (b, Moments::of(b)))
}

/// Pearson correlation of two vectors whose moments are known: the cost of one dot product.
#[must_use]
pub fn pearson_of((a, of_a): (&[f32], Moments), (b, of_b): (&[f32], Moments)) -> f64 {
    (dot(a, b) / a.len() as f64 - of_a.mean * of_b.mean) / (of_a.deviation * of_b.deviation)
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
    let mean = |(bin, (sum, count)): (usize, (f64, usize))| {
        (count > 0).then(|| (bin as f64, sum / count as f64))
    };
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
    fn means_by_distance_pool_the_pairs() {
        let activity =
            Matrix::from_values(3, 4, vec![1., 2., 3., 4., 4., 3., 2., 1., 1., 0., 0., 5.]);
        let mut matrix = Matrix::zeros(3, 3);
        for s in 0..3 {
            for t in 0..3 {
                matrix.row_mut(s)[t] = pearson(activity.row(s), activity.row(t)) as f32;
            }
        }
        assert!((matrix.row(0)[1] + 1.0).abs() < 1e-6);
        let curve = by_distance(&matrix, |s, t| s.abs_diff(t) as f64);
        assert_eq!(curve.len(), 3);
        assert!((curve[0].1 - 1.0).abs() < 1e-6);
    }
}
