//! The rule by which a value of ours is compared with a published one.

use serde::Serialize;

/// How a value of ours stands to a published one. The first that holds counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Each mean lies in the other’s interval.
    Inside,
    /// The means differ by no more than the error of reading the published one off its figure.
    WithinReading,
    /// Neither, or a value that is not a number.
    Outside,
}

impl Verdict {
    /// Compares means by their 95 % intervals [low, high]; `published_ci95` is `None` where the paper draws none, which
    /// leaves the reading error, in units of the value, to decide.
    #[must_use]
    pub fn of(
        (ours, ours_ci95): (f64, [f64; 2]),
        (published, published_ci95): (f64, Option<[f64; 2]>),
        reading_error: f64,
    ) -> Self {
        let within = |value: f64, [low, high]: [f64; 2]| low <= value && value <= high;
        // Half of a last digit of rounding: published values are decimals, 0.70 − 0.67 is not 0.03 in binary.
        const ROUNDING: f64 = 1e-9;
        if published_ci95.is_some_and(|ci95| within(ours, ci95)) && within(published, ours_ci95) {
            Self::Inside
        } else if (ours - published).abs() <= reading_error + ROUNDING {
            Self::WithinReading
        } else {
            Self::Outside
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_holds_counts() {
        let published = (0.5, Some([0.4, 0.6]));
        let verdict = |mean, ci95| Verdict::of((mean, ci95), published, 0.03);
        assert_eq!(verdict(0.58, [0.45, 0.7]), Verdict::Inside);
        // Ours lies in theirs, but theirs not in ours.
        assert_eq!(verdict(0.58, [0.55, 0.61]), Verdict::Outside);
        assert_eq!(verdict(0.53, [0.52, 0.54]), Verdict::WithinReading);
        assert_eq!(verdict(f64::NAN, [f64::NAN; 2]), Verdict::Outside);
        let unsure = Verdict::of((0.70, [0.0, 1.0]), (0.67, None), 0.03);
        assert_eq!(unsure, Verdict::WithinReading);
    }
}
