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
fn bootstrap(values: &[f64], tail: f64) -> [f64; 2] {
    let count = values.len();
    if count == 0 {
        return [f64::NAN; 2];
    }
    let mut random = Random::new(95, Stream::Agent, 0);
    let mut resampled = || {
        let drawn = (0..count).map(|_| values[random.below(count)]);
        drawn.sum::<f64>() / count as f64
    };
    ends((0..RESAMPLES).map(|_| resampled()).collect(), tail)
}

/// The hierarchical bootstrap, [low, high], for values of which those of one group have something in common: of each of 1,000 resamples the
/// groups are drawn with replacement, and then, within each, as many values as it has. A share of `tail` of their means lies on either side.
/// One group gives what other values of it would; NaN of no group, or of one without values.
#[must_use]
pub fn bootstrap_of_groups(groups: &[&[f64]], tail: f64) -> [f64; 2] {
    if groups.is_empty() || groups.iter().any(|group| group.is_empty()) {
        return [f64::NAN; 2];
    }
    let mut random = Random::new(95, Stream::Agent, 1);
    let mut resampled = || {
        let (mut sum, mut count) = (0.0, 0);
        for _ in groups {
            let group = groups[random.below(groups.len())];
            let drawn = (0..group.len()).map(|_| group[random.below(group.len())]);
            sum += drawn.sum::<f64>();
            count += group.len();
        }
        sum / count as f64
    };
    ends((0..RESAMPLES).map(|_| resampled()).collect(), tail)
}

/// The values that have a share of `tail` of all below and above them.
fn ends(mut values: Vec<f64>, tail: f64) -> [f64; 2] {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[(share * (values.len() - 1) as f64).round() as usize];
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

    #[test]
    fn values_of_a_group_say_less_than_as_many_groups() {
        let groups: Vec<Vec<f64>> = (0..40).map(|g| vec![f64::from(g % 2); 25]).collect();
        let of_groups: Vec<&[f64]> = groups.iter().map(Vec::as_slice).collect();
        let [low, high] = bootstrap_of_groups(&of_groups, 0.025);
        // ±1.96 √(p(1−p)/40) = ±0.155, where 1,000 values by themselves have ±0.031.
        assert!(
            (low - 0.345).abs() < 0.03 && (high - 0.655).abs() < 0.03,
            "{low} {high}"
        );
        let alone = bootstrap(&groups.concat(), 0.025);
        assert!(alone[0] > 0.46 && alone[1] < 0.54, "{alone:?}");
        // One group is as good as its values.
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 4 == 0)).collect();
        let [low, high] = bootstrap_of_groups(&[&values], 0.025);
        assert!((low - 0.2076).abs() < 0.008 && (high - 0.2924).abs() < 0.008);
        assert!(bootstrap_of_groups(&[], 0.025)[0].is_nan());
    }
}
