//! Normal numbers that go together: Cholesky's factor of their covariance.

/// Lower triangular factor L of a covariance matrix C = L Lᵀ, row-major, n × n: L times independent normal numbers has covariance C.
#[must_use]
pub fn cholesky(n: usize, covariance: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut factor = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| factor[i * n + k] * factor[j * n + k]).sum();
            let rest = covariance(i, j) - known;
            factor[i * n + j] = if i == j {
                rest.max(1e-12).sqrt()
            } else {
                rest / factor[j * n + j]
            };
        }
    }
    factor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_times_itself_is_the_covariance() {
        let covariance = |s: usize, t: usize| libm::pow(0.6, s.abs_diff(t) as f64);
        let factor = cholesky(5, covariance);
        for s in 0..5 {
            for t in 0..5 {
                let product: f64 = (0..5).map(|k| factor[s * 5 + k] * factor[t * 5 + k]).sum();
                assert!((product - covariance(s, t)).abs() < 1e-12, "{s} {t}");
            }
        }
    }
}
