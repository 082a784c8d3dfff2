use crate::base::{Matrix, reduce::dot};

/// Activity at all places of a ring after each unit's mean over places is taken away, to be compared place by place
/// (Fang et al. 2025, Fig. 2B).
#[derive(Clone, Debug)]
pub struct Centred {
    /// Places × units; every row has length 1.
    activity: Matrix,
}

impl Centred {
    /// Centres activity, places × units. A place with the mean activity has no direction: its cosines are NaN.
    #[must_use]
    pub fn new(mut activity: Matrix) -> Self {
        let (places, units) = (activity.rows(), activity.columns());
        let mut means = vec![0.0_f64; units];
        for place in 0..places {
            for (mean, &a) in means.iter_mut().zip(activity.row(place)) {
                *mean += f64::from(a) / places as f64;
            }
        }
        for place in 0..places {
            let row = activity.row_mut(place);
            for (a, mean) in row.iter_mut().zip(&means) {
                *a = (f64::from(*a) - mean) as f32;
            }
            let length = dot(row, row).sqrt() as f32;
            for a in row {
                *a /= length;
            }
        }
        Self { activity }
    }

    /// Mean cosine of the activity at all pairs of places that lie so many places apart, onwards.
    #[must_use]
    pub fn cosine(&self, distance: usize) -> f64 {
        let places = self.activity.rows();
        let cosines = (0..places).map(|s| {
            let other = self.activity.row((s + distance) % places);
            dot(self.activity.row(s), other)
        });
        cosines.sum::<f64>() / places as f64
    }
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
        let centred = Centred::new(inputs);
        let curve: Vec<f64> = (0..100).map(|distance| centred.cosine(distance)).collect();
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
