//! Means with confidence intervals.

use serde::Serialize;

use crate::base::random::{Random, Stream};

/// A mean, its 95 % confidence interval, and what it was made from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// 2.5th and 97.5th percentile of the means of 1,000 resamples (the percentile bootstrap of the paper's figures).
    pub ci95: [f64; 2],
    /// Number of values.
    pub rows: usize,
}

const RESAMPLES: usize = 1_000;

impl Estimate {
    /// Of some values; `None` of none. The same values give the same interval.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        let rows = values.len();
        Some(Self {
            mean: values.iter().sum::<f64>() / rows as f64,
            ci95: bootstrap(values, 0.025),
            rows,
        })
    }
}

/// The percentile bootstrap: [low, high] of the means of 1,000 resamples of `values`, with a share of `tail` of them on either
/// side; NaN of none. The same values give the same interval.
#[must_use]
pub fn bootstrap(values: &[f64], tail: f64) -> [f64; 2] {
    let count = values.len();
    if count == 0 {
        return [f64::NAN; 2];
    }
    let mut random = Random::new(95, Stream::Agent, 0);
    let mut resampled = || {
        let drawn = (0..count).map(|_| values[random.below(count)]);
        drawn.sum::<f64>() / count as f64
    };
    let mut means: Vec<f64> = (0..RESAMPLES).map(|_| resampled()).collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means[(share * (RESAMPLES - 1) as f64).round() as usize];
    [at(tail), at(1.0 - tail)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_coin_flips_is_that_of_the_binomial() {
        let flips: Vec<f64> = (0..400).map(|i| f64::from(i % 4 == 0)).collect();
        let estimate = Estimate::of(&flips).unwrap();
        assert_eq!(estimate.mean, 0.25);
        // ±1.96 √(p(1−p)/n) = ±0.0424
        assert!((estimate.ci95[0] - 0.2076).abs() < 0.008, "{estimate:?}");
        assert!((estimate.ci95[1] - 0.2924).abs() < 0.008, "{estimate:?}");
        assert!(Estimate::of(&[]).is_none());
        assert!(bootstrap(&[], 0.025)[0].is_nan());
    }
}
