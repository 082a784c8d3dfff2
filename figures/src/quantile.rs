/// The value below which a part (0 … 1) of all values lies, interpolated (NumPy's percentile); NaN of none. Puts them into another
/// order.
pub(super) fn quantile(values: &mut [f32], part: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else {
        return f64::NAN;
    };
    let at = part * last as f64;
    let index = (at as usize).min(last);
    let (_, &mut low, above) = values.select_nth_unstable_by(index, f32::total_cmp);
    let high = above.iter().copied().min_by(f32::total_cmp).unwrap_or(low);
    f64::from(low) + (at - index as f64) * f64::from(high - low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two_values_it_is_interpolated() {
        assert_eq!(quantile(&mut [4.0, 1.0, 2.0], 0.75), 3.0);
        assert_eq!(quantile(&mut [4.0, 1.0, 2.0], 1.0), 4.0);
        assert_eq!(quantile(&mut [7.0], 0.3), 7.0);
        assert!(quantile(&mut [], 0.5).is_nan());
    }
}
