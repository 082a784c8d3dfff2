use super::Geometry;
use crate::base::{
    Matrix,
    covariance::cholesky,
    random::{Random, Stream},
    reduce::argmax,
};

/// The place inputs X: one row per place and one column per input unit, rows z-scored.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceInputs {
    /// X, S × N_inp.
    pub rates: Matrix,
    /// The input unit that each place peaks at.
    pub peaks: Vec<usize>,
}

/// Above so many units the authors z-score the ring by the central window only.
const Z_SCORE_WINDOW: usize = 5000;

impl PlaceInputs {
    /// Inputs of `places` places over `units` units; `decay` is the length constant λ as a fraction of the
    /// world, and `seed` draws the tuning where it is random.
    #[must_use]
    pub fn new(geometry: Geometry, places: usize, units: usize, decay: f64, seed: u64) -> Self {
        match geometry {
            Geometry::Ring => Self::ring(places, units, decay),
            Geometry::Arena => Self::arena(places, units, decay),
            Geometry::Gaussian => Self::gaussian(places, units, decay, seed),
        }
    }

    /// The ring: exp(−d / (λ N_inp)) around the peak, d in units the short way round.
    #[must_use]
    pub fn ring(places: usize, units: usize, decay: f64) -> Self {
        // Divide, multiply, truncate, in this order: at a few places the authors' peak is one unit low.
        let peaks: Vec<usize> = (0..places)
            .map(|s| ((s as f64 / places as f64) * units as f64) as usize)
            .collect();
        let profile: Vec<f64> = (0..=units / 2)
            .map(|d| libm::exp(-(d as f64) / (decay * units as f64)))
            .collect();
        let margin = units.saturating_sub(Z_SCORE_WINDOW) / 2;
        Self::z_scored(peaks, units, margin, |peak, unit| {
            let apart = unit.abs_diff(peak);
            profile[apart.min(units - apart)]
        })
    }

    /// The arena: units on a square grid of U × U, U = ⌊√N_inp⌋, and straight distances that stop at the walls. Places
    /// lie evenly and the length constant is λ U, the same fraction of the world as on the ring.
    ///
    /// On the one unit grid that the authors used, N_inp = (W (W + 1))², their formulas are used to the letter: peaks
    /// that shear the grid of places slightly, and a length constant of λ N_inp units, far wider than the arena, which
    /// makes tuning a cone. With fewer units than their 12,100 such a cone is too blunt for recall.
    #[must_use]
    pub fn arena(places: usize, units: usize, decay: f64) -> Self {
        let width = places.isqrt().max(1);
        let side = units.isqrt().max(1);
        let published = units == (width * (width + 1)).pow(2);
        let peaks: Vec<usize> = (0..places)
            .map(|s| {
                if published {
                    ((s as f64 / places as f64) * units as f64) as usize
                } else {
                    let at = |k: usize| ((k.min(width - 1) * 2 + 1) * side) / (2 * width);
                    at(s / width) * side + at(s % width)
                }
            })
            .collect();
        let length = decay * if published { units } else { side } as f64;
        Self::z_scored(peaks, units, 0, |peak, unit| {
            let (row, column) = (
                (unit / side).abs_diff(peak / side),
                (unit % side).abs_diff(peak % side),
            );
            libm::exp(-((row * row + column * column) as f64).sqrt() / length)
        })
    }

    /// The Gaussian process: each unit is a smooth random function of the ring position, with covariance
    /// exp(−d / (λ S)) between places d apart.
    #[must_use]
    pub fn gaussian(places: usize, units: usize, decay: f64, seed: u64) -> Self {
        let factor = cholesky(places, |s, t| {
            libm::exp(-Geometry::Gaussian.distance(places, s, t) / (decay * places as f64))
        });
        let mut raw = vec![0.0_f64; places * units];
        let mut normal = vec![0.0_f32; places];
        for unit in 0..units {
            Random::new(seed, Stream::Tuning, unit as u64).fill_normal(&mut normal);
            for s in 0..places {
                raw[s * units + unit] = (0..=s)
                    .map(|t| factor[s * places + t] * f64::from(normal[t]))
                    .sum();
            }
        }
        let mut inputs = Self::z_scored((0..places).collect(), units, 0, |s, unit| {
            raw[s * units + unit]
        });
        inputs.peaks = (0..places)
            .map(|s| argmax(inputs.rates.row(s)).unwrap_or(0))
            .collect();
        inputs
    }

    /// Rows scaled to mean 0 and deviation 1 over all units but `margin` at either end.
    fn z_scored(
        peaks: Vec<usize>,
        units: usize,
        margin: usize,
        raw: impl Fn(usize, usize) -> f64,
    ) -> Self {
        let mut rates = Matrix::zeros(peaks.len(), units);
        let mut row = vec![0.0_f64; units];
        for (s, &peak) in peaks.iter().enumerate() {
            for (unit, value) in row.iter_mut().enumerate() {
                *value = raw(peak, unit);
            }
            let window = &row[margin..units - margin];
            let n = window.len() as f64;
            let mean = window.iter().sum::<f64>() / n;
            let deviation =
                (window.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
            for (out, x) in rates.row_mut(s).iter_mut().zip(&row) {
                *out = ((x - mean) / deviation) as f32;
            }
        }
        Self { rates, peaks }
    }

    /// Number of places, S.
    #[must_use]
    pub fn places(&self) -> usize {
        self.rates.rows()
    }

    /// Number of input units, N_inp.
    #[must_use]
    pub fn units(&self) -> usize {
        self.rates.columns()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::pearson;

    /// Values of the authors' generator at N = 5000, S = 100, λ = 0.2.
    #[test]
    fn the_ring_has_the_published_shape() {
        let x = PlaceInputs::ring(100, 5000, 0.2);
        let row = x.rates.row(0);
        let max = row.iter().copied().fold(f32::MIN, f32::max);
        let min = row.iter().copied().fold(f32::MAX, f32::min);
        let positive = row.iter().filter(|&&v| v > 0.0).count() as f64 / 5000.0;
        assert!(
            (max - 2.5046).abs() < 1e-4 && (min + 1.12827).abs() < 1e-4,
            "{max} {min}"
        );
        assert!((positive - 0.4006).abs() < 1e-4, "{positive}");
        for (distance, expected) in [
            (1, 0.996),
            (8, 0.809),
            (16, 0.413),
            (32, -0.404),
            (50, -0.826),
        ] {
            let r = pearson(row, x.rates.row(distance));
            assert!((r - expected).abs() < 6e-4, "distance {distance}: {r}");
        }
        assert_eq!((x.peaks[57], x.peaks[69]), (2849, 3449));
    }

    #[test]
    fn without_place_fields_nine_units_speak() {
        let x = PlaceInputs::ring(100, 5000, 1e-4);
        assert_eq!(x.rates.row(3).iter().filter(|&&v| v > 0.0).count(), 9);
        assert!((x.rates.row(3)[150] - 69.42).abs() < 0.01);
    }

    /// At N_inp = 15,000 only the central 5,000 units set the scale.
    #[test]
    fn the_large_model_is_scored_by_its_centre() {
        let x = PlaceInputs::ring(100, 15_000, 0.2);
        let max = |s: usize| x.rates.row(s).iter().copied().fold(f32::MIN, f32::max);
        assert!(
            (max(0) - 28.4).abs() < 0.05 && (max(50) - 1.98).abs() < 0.01,
            "{} {}",
            max(0),
            max(50)
        );
    }

    #[test]
    fn the_published_arena_is_a_cone() {
        let x = PlaceInputs::arena(100, 12_100, 0.2);
        // Unlike on the ring all units set the scale.
        let max = x.rates.row(7).iter().copied().fold(f32::MIN, f32::max);
        let min = x.rates.row(7).iter().copied().fold(f32::MAX, f32::min);
        assert!(
            (max - 2.25).abs() < 0.01 && (min + 2.26).abs() < 0.01,
            "{max} {min}"
        );
        assert_eq!((x.peaks[1], x.peaks[10], x.peaks[55]), (121, 1210, 6655));
        assert!((pearson(x.rates.row(7), x.rates.row(57)) - 0.23).abs() < 0.01);
        assert!((pearson(x.rates.row(7), x.rates.row(99)) + 0.36).abs() < 0.01);
    }

    #[test]
    fn gaussian_tuning_has_the_published_correlations() {
        let x = PlaceInputs::gaussian(100, 4000, 0.4, 1);
        for (distance, expected) in [(1, 0.975), (8, 0.82), (25, 0.54), (50, 0.29)] {
            let mean = (0..100)
                .map(|s| pearson(x.rates.row(s), x.rates.row((s + distance) % 100)))
                .sum::<f64>()
                / 100.0;
            assert!(
                (mean - expected).abs() < 0.05,
                "distance {distance}: {mean}"
            );
        }
    }
}
