//! Reductions of a vector to a number: sums whose order is fixed, so that every target and every vector width gives the
//! same bits.
//!
//! Eight lanes in `f64`, then the lanes in order: accurate enough that no network here feels the rounding, and
//! a shape that compilers turn into vector code.

const LANES: usize = 8;

fn lanes(length: usize, term: impl Fn(usize) -> f64) -> f64 {
    let mut lane = [0.0_f64; LANES];
    let whole = length - length % LANES;
    for start in (0..whole).step_by(LANES) {
        for (offset, sum) in lane.iter_mut().enumerate() {
            *sum += term(start + offset);
        }
    }
    let mut total: f64 = lane.iter().sum();
    for index in whole..length {
        total += term(index);
    }
    total
}

/// Σ aᵢ.
#[must_use]
pub fn sum(a: &[f32]) -> f64 {
    lanes(a.len(), |i| f64::from(a[i]))
}

/// Σ aᵢ bᵢ. The shorter length counts.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    let length = a.len().min(b.len());
    let (a, b) = (&a[..length], &b[..length]);
    lanes(length, |i| f64::from(a[i]) * f64::from(b[i]))
}

/// Mean and population standard deviation (divided by n).
#[must_use]
pub fn mean_and_deviation(a: &[f32]) -> (f64, f64) {
    let n = a.len() as f64;
    let mean = sum(a) / n;
    let variance = lanes(a.len(), |i| {
        (f64::from(a[i]) - mean) * (f64::from(a[i]) - mean)
    }) / n;
    (mean, variance.sqrt())
}

/// Index of the largest value; the first of equals, and the first NaN if there is one (as NumPy has it).
#[must_use]
pub fn argmax(values: &[f32]) -> Option<usize> {
    let mut best: Option<(usize, f32)> = None;
    for (i, &v) in values.iter().enumerate() {
        if v.is_nan() {
            return Some(i);
        }
        if best.is_none_or(|(_, b)| v > b) {
            best = Some((i, v));
        }
    }
    best.map(|(i, _)| i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_sums_at_awkward_lengths() {
        for length in [0, 1, 7, 8, 9, 63, 64, 65, 257, 1757] {
            let a: Vec<f32> = (0..length).map(|i| (i % 13) as f32 - 4.0).collect();
            let plain: f64 = a.iter().map(|&x| f64::from(x)).sum();
            let square: f64 = a.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
            assert!((sum(&a) - plain).abs() < 1e-9, "length {length}");
            assert!((dot(&a, &a) - square).abs() < 1e-9, "length {length}");
        }
    }

    #[test]
    fn argmax_takes_the_first_and_sees_nan() {
        assert_eq!(argmax(&[]), None);
        assert_eq!(argmax(&[1.0, 3.0, 3.0]), Some(1));
        assert_eq!(argmax(&[1.0, f32::NAN, 3.0]), Some(1));
    }
}
