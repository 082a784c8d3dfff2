use crate::base::{
    Matrix,
    reduce::{dot, sum},
};

/// Cosine of activity at two places of a ring by their distance, 0 … S − 1 places onwards, after each unit's mean over
/// places is taken away (Fang et al. 2025, Fig. 2B). `activity` is places × units; NaN where a place has the mean activity.
#[must_use]
pub fn centred_cosine_by_distance(activity: &Matrix) -> Vec<f64> {
    let (places, units) = (activity.rows(), activity.columns());
    let mut means = vec![0.0_f64; units];
    for place in 0..places {
        for (mean, &a) in means.iter_mut().zip(activity.row(place)) {
            *mean += f64::from(a) / places as f64;
        }
    }
    let mut centred = activity.clone();
    for place in 0..places {
        for (a, mean) in centred.row_mut(place).iter_mut().zip(&means) {
            *a = (f64::from(*a) - mean) as f32;
        }
    }
    let norms: Vec<f64> = (0..places)
        .map(|place| dot(centred.row(place), centred.row(place)).sqrt())
        .collect();
    let cosine = |s: usize, t: usize| dot(centred.row(s), centred.row(t)) / (norms[s] * norms[t]);
    (0..places)
        .map(|distance| {
            let row: Vec<f32> = (0..places)
                .map(|s| cosine(s, (s + distance) % places) as f32)
                .collect();
            sum(&row) / places as f64
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worlds::caching::PlaceInputs;

    /// The place-input curve of Fig. 2B, as read off it: ±0.03.
    #[test]
    fn place_inputs_fall_as_published() {
        let mut inputs = PlaceInputs::ring(100, 1000, 0.2).rates;
        for x in inputs.values_mut() {
            *x = if *x > 0.0 { *x } else { 0.0 };
        }
        let curve = centred_cosine_by_distance(&inputs);
        for (distance, published) in [
            (0, 1.0),
            (8, 0.67),
            (16, 0.11),
            (24, -0.25),
            (32, -0.36),
            (48, -0.37),
        ] {
            let ours = curve[distance];
            assert!((ours - published).abs() <= 0.03, "{distance}: {ours}");
        }
        assert!((curve[8] - curve[92]).abs() < 1e-6);
    }
}
