/// Fraction of units with activity above zero, 0 … 1.
#[must_use]
pub fn active_fraction(activity: &[f32]) -> f64 {
    activity.iter().filter(|&&a| a > 0.0).count() as f64 / activity.len().max(1) as f64
}

/// Units in the order of the place that each prefers: for each unit the row of `tuning` (places × units) where it
/// is largest, ties by index.
#[must_use]
pub fn sorted_by_peak(tuning: &crate::base::Matrix) -> Vec<usize> {
    let units = tuning.columns();
    let mut best = vec![(f32::MIN, 0_usize); units];
    for place in 0..tuning.rows() {
        for (best, &value) in best.iter_mut().zip(tuning.row(place)) {
            if value > best.0 {
                *best = (value, place);
            }
        }
    }
    let mut order: Vec<usize> = (0..units).collect();
    order.sort_by_key(|&unit| best[unit].1);
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;

    #[test]
    fn units_are_sorted_by_the_place_they_prefer() {
        let tuning = Matrix::from_values(2, 3, vec![0.0, 2.0, 1.0, 1.0, 0.0, 3.0]);
        assert_eq!(sorted_by_peak(&tuning), [1, 0, 2]);
    }

    #[test]
    fn only_what_is_above_zero_is_active() {
        assert_eq!(active_fraction(&[0.0, 1.0, -1.0, 2.0]), 0.5);
        assert_eq!(active_fraction(&[]), 0.0);
    }
}
