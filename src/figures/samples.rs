//! Samples of a piece as text: `[[series,x,value],…]`, JSON, to the last bit.

use chickadee_figures::Sample;

/// The text of some samples, on one line. What is not a number is `null`.
#[must_use]
pub fn write_samples(samples: &[Sample]) -> String {
    let row = |sample: &Sample| (sample.series, sample.x, finite(sample.value));
    let rows: Vec<_> = samples.iter().map(row).collect();
    serde_json::json!(rows).to_string()
}

/// The samples of a text, if it is one.
#[must_use]
pub fn read_samples(text: &str) -> Option<Vec<Sample>> {
    let rows: Vec<(usize, f64, Option<f64>)> = serde_json::from_str(text).ok()?;
    let sample = |(series, x, value): (usize, f64, Option<f64>)| {
        Sample::new(series, x, value.unwrap_or(f64::NAN))
    };
    Some(rows.into_iter().map(sample).collect())
}

/// A number, if it is one: JSON has no others.
pub(super) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_back_to_the_bit() {
        let samples = [(0, 3.0, 1.0 / 3.0), (7, 0.1, -0.0), (1, 2.0, 5e-324)];
        let samples = samples.map(|(series, x, value)| Sample::new(series, x, value));
        let back = read_samples(&write_samples(&samples)).unwrap();
        assert_eq!(back, samples);
        assert!(back[1].value.is_sign_negative());
        let nothing = read_samples(&write_samples(&[Sample::new(0, 1.0, f64::NAN)])).unwrap();
        assert!(nothing[0].value.is_nan());
        for wrong in ["", "[", "[[1]]", "[[-1,0,0]]", "{}"] {
            assert_eq!(read_samples(wrong), None, "{wrong}");
        }
    }
}
