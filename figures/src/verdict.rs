//! The rule by which a value of ours is compared with a published one.

use serde::Serialize;

use crate::Value;

/// How a value of ours stands to a published one. The first that holds counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Each mean lies in the other’s interval.
    Inside,
    /// The means differ by no more than the error of reading the published one off its figure.
    WithinReading,
    /// One of the means lies in the other’s interval, but not the other way round: nothing speaks against the published value, and
    /// more runs would have to tell.
    Undecided,
    /// Neither mean lies in the other’s interval, or one is not a number.
    Outside,
}

impl Verdict {
    /// Compares means by their 95 % intervals [low, high]; `reading_error` is that of the published value, in its unit.
    #[must_use]
    pub fn of(
        (ours, ours_ci95): (f64, [f64; 2]),
        (published, published_ci95): (f64, [f64; 2]),
        reading_error: f64,
    ) -> Self {
        let within = |value: f64, [low, high]: [f64; 2]| low <= value && value <= high;
        // Half of a last digit of rounding: published values are decimals, 0.70 − 0.67 is not 0.03 in binary.
        const ROUNDING: f64 = 1e-9;
        let both = (within(ours, published_ci95), within(published, ours_ci95));
        if both == (true, true) {
            Self::Inside
        } else if (ours - published).abs() <= reading_error + ROUNDING {
            Self::WithinReading
        } else if both.0 || both.1 {
            Self::Undecided
        } else {
            Self::Outside
        }
    }
}

/// Numbers of values, by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// [`Verdict::Inside`].
    pub inside: usize,
    /// [`Verdict::WithinReading`].
    pub reading: usize,
    /// [`Verdict::Undecided`].
    pub undecided: usize,
    /// [`Verdict::Outside`].
    pub outside: usize,
    /// Ours were not computed yet.
    pub open: usize,
}

impl Verdicts {
    /// Counts values.
    #[must_use]
    pub fn count<'a>(values: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut verdicts = Self::default();
        for value in values {
            *match value.verdict {
                Some(Verdict::Inside) => &mut verdicts.inside,
                Some(Verdict::WithinReading) => &mut verdicts.reading,
                Some(Verdict::Undecided) => &mut verdicts.undecided,
                Some(Verdict::Outside) => &mut verdicts.outside,
                None => &mut verdicts.open,
            } += 1;
        }
        verdicts
    }

    /// Values that are inside both intervals or within the reading error.
    #[must_use]
    pub fn agree(self) -> usize {
        self.inside + self.reading
    }

    /// Values that there is one of ours beside.
    #[must_use]
    pub fn compared(self) -> usize {
        self.agree() + self.undecided + self.outside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_holds_counts() {
        let published = (0.5, [0.4, 0.6]);
        let verdict = |mean, ci95| Verdict::of((mean, ci95), published, 0.03);
        assert_eq!(verdict(0.58, [0.45, 0.7]), Verdict::Inside);
        // Ours lies in theirs, but theirs not in ours; and the other way round.
        assert_eq!(verdict(0.58, [0.55, 0.61]), Verdict::Undecided);
        assert_eq!(verdict(0.65, [0.45, 0.8]), Verdict::Undecided);
        assert_eq!(verdict(0.65, [0.55, 0.8]), Verdict::Outside);
        assert_eq!(verdict(0.53, [0.52, 0.54]), Verdict::WithinReading);
        assert_eq!(verdict(f64::NAN, [f64::NAN; 2]), Verdict::Outside);
        // A published value that is known to the error of reading alone, at the end of that.
        let at_the_end = Verdict::of((0.70, [0.69, 0.71]), (0.67, [0.64, 0.699]), 0.03);
        assert_eq!(at_the_end, Verdict::WithinReading);
    }
}
