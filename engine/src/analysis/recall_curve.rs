//! The recall curve: seed output and place output by place.

/// The readouts of recall at every place: seed output, and peak of the place output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecallCurve {
    /// Σ ⟨a, aₖ⟩ per place; `None` where recall was not computed yet. Not a number after an overflow.
    pub seed_raw: Vec<Option<f64>>,
    /// The place that the place output peaks at, in places; `None` where there is no memory or no result yet.
    pub peak: Vec<Option<f64>>,
}

/// The readouts at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecallVerdict {
    /// Seed output divided by its largest value over all places, 0 … 1.
    pub seed_ratio: f64,
    /// Peak of the place output, in places.
    pub peak: Option<f64>,
    /// True when the seed ratio is above the threshold: "there is a seed here".
    pub found: bool,
}

impl RecallCurve {
    /// An empty curve over `places` places.
    #[must_use]
    pub fn unknown(places: usize) -> Self {
        Self {
            seed_raw: vec![None; places],
            peak: vec![None; places],
        }
    }

    /// The largest seed output so far. One place that is not a number makes it so, as in the authors' analysis.
    #[must_use]
    pub fn scale(&self) -> Option<f64> {
        let known = self.seed_raw.iter().flatten();
        known.copied().reduce(|a, b| {
            if a.is_nan() || b.is_nan() {
                f64::NAN
            } else {
                a.max(b)
            }
        })
    }

    /// Seed output as a fraction of its largest value, per place. Without a memory all are zero.
    #[must_use]
    pub fn ratios(&self) -> Vec<Option<f64>> {
        let scale = self.scale().unwrap_or(0.0);
        let ratio = |raw: f64| {
            if scale > 0.0 || scale.is_nan() {
                raw / scale
            } else {
                0.0
            }
        };
        self.seed_raw.iter().map(|raw| raw.map(ratio)).collect()
    }

    /// The answer at `place`, if it is known.
    #[must_use]
    pub fn verdict(&self, place: usize, threshold: f64) -> Option<RecallVerdict> {
        let seed_ratio = self.ratios().get(place).copied().flatten()?;
        Some(RecallVerdict {
            seed_ratio,
            peak: self.peak[place],
            found: seed_ratio > threshold,
        })
    }

    /// Number of places with a result.
    #[must_use]
    pub fn known(&self) -> usize {
        self.seed_raw.iter().flatten().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_fractions_of_the_largest() {
        let curve = RecallCurve {
            seed_raw: vec![Some(1.0), None, Some(4.0)],
            peak: vec![Some(2.0), None, Some(2.0)],
        };
        assert_eq!(curve.ratios(), [Some(0.25), None, Some(1.0)]);
        assert!(!curve.verdict(0, 0.5).is_some_and(|v| v.found));
        assert!(curve.verdict(2, 0.5).is_some_and(|v| v.found));
        assert_eq!(curve.verdict(1, 0.5), None);
    }

    #[test]
    fn no_memory_is_silence_and_nan_is_never_a_find() {
        assert_eq!(
            RecallCurve {
                seed_raw: vec![Some(0.0); 2],
                peak: vec![None; 2]
            }
            .ratios(),
            [Some(0.0); 2]
        );
        let broken = RecallCurve {
            seed_raw: vec![Some(f64::NAN), Some(1.0)],
            peak: vec![None; 2],
        };
        assert!(broken.ratios()[1].is_some_and(f64::is_nan));
        assert!(!broken.verdict(1, 0.5).is_some_and(|v| v.found));
    }
}
