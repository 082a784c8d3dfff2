//! Intervals of means and proportions.

use chickadee_engine::eval::bootstrap_of_groups;

/// How sure a mean is, as the paper's figures say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// The percentile bootstrap, so many percent, as seaborn's lines have it, but of networks and then of the samples of each: here a
    /// network serves several conditions, while the authors draw one for each.
    Bootstrap {
        /// 95 or 99.
        percent: u8,
    },
    /// The exact 95 % interval of a proportion (Clopper–Pearson). Samples of one piece go together and count as one run.
    Binomial,
}

impl Interval {
    /// [low, high] of the mean of the values of some networks, which come from so many independent runs; NaN of none.
    #[must_use]
    pub fn of(self, networks: &[&[f64]], runs: usize) -> [f64; 2] {
        match self {
            Self::Binomial => {
                let values = networks.iter().copied().flatten();
                let count = values.clone().count();
                match count {
                    0 => [f64::NAN; 2],
                    _ => binomial(values.sum::<f64>() / count as f64, runs),
                }
            }
            Self::Bootstrap { percent } => {
                bootstrap_of_groups(networks, (1.0 - f64::from(percent) / 100.0) / 2.0)
            }
        }
    }
}

/// Exact 95 % interval [low, high] of a proportion that was found in so many runs (Clopper & Pearson 1934).
#[must_use]
pub fn binomial(proportion: f64, runs: usize) -> [f64; 2] {
    const TAIL: f64 = 0.025;
    let n = runs as f64;
    let hits = proportion.clamp(0.0, 1.0) * n;
    // The quantile at which a beta distribution has passed `share`.
    let quantile = |share: f64, a: f64, b: f64| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if incomplete_beta(middle, a, b) < share {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    };
    let low = if hits > 0.0 {
        quantile(TAIL, hits, n - hits + 1.0)
    } else {
        0.0
    };
    let high = if hits < n {
        quantile(1.0 - TAIL, hits + 1.0, n - hits)
    } else {
        1.0
    };
    [low, high]
}

/// The regularised incomplete beta function I_x(a, b), by Lentz's continued fraction; 0 < x < 1.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    // The fraction converges fast below the mean; above it, from the other side.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
        + a * libm::log(x)
        + b * libm::log(1.0 - x);
    let mut c = 1.0;
    let mut d = 1.0 / (1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..300 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for term in [even, odd] {
            d = 1.0 / (1.0 + term * d);
            c = 1.0 + term / c;
            fraction *= c * d;
        }
        if (c * d - 1.0).abs() < 1e-14 {
            break;
        }
    }
    libm::exp(front) * fraction / a
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Proportions at which the binomial terms beyond sum to 2.5 %, found by bisection in exact arithmetic.
    #[test]
    fn exact_intervals_are_the_textbooks() {
        for (hits, runs, low, high) in [
            (0, 35, 0.0, 0.100_032_4),
            (7, 20, 0.153_909_2, 0.592_188_5),
            (35, 35, 0.899_967_6, 1.0),
            (15, 35, 0.263_227_2, 0.606_469_1),
        ] {
            let [a, b] = binomial(f64::from(hits) / runs as f64, runs);
            assert!(
                (a - low).abs() < 1e-6 && (b - high).abs() < 1e-6,
                "{hits} of {runs}: {a} {b}"
            );
        }
    }

    #[test]
    fn more_confidence_is_a_wider_interval() {
        let values: Vec<f64> = (0..40).map(|i| f64::from(i % 7)).collect();
        let networks: Vec<&[f64]> = values.chunks(1).collect();
        let [low, high] = Interval::Bootstrap { percent: 95 }.of(&networks, 40);
        let [lower, higher] = Interval::Bootstrap { percent: 99 }.of(&networks, 40);
        assert!(lower < low && low < high && high < higher);
        // 1.96 σ/√n of the mean of 40.
        assert!((high - low - 2.0 * 1.96 * 2.0 / 40_f64.sqrt()).abs() < 0.15);
        assert!(Interval::Binomial.of(&[], 0)[0].is_nan());
    }
}
