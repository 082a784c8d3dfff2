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
        let mean = values.iter().sum::<f64>() / rows as f64;
        let mut random = Random::new(95, Stream::Agent, 0);
        let mut means: Vec<f64> = (0..RESAMPLES)
            .map(|_| (0..rows).map(|_| values[random.below(rows)]).sum::<f64>() / rows as f64)
            .collect();
        means.sort_by(f64::total_cmp);
        let at = |share: f64| means[(share * (RESAMPLES - 1) as f64).round() as usize];
        Some(Self {
            mean,
            ci95: [at(0.025), at(0.975)],
            rows,
        })
    }
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
    }
}
