//! Recording noise. The paper compares the model with recorded neurons, whose spikes are counted; its figures therefore show
//! and correlate noisy copies of activity.
//!
//! The authors draw from a negative binomial distribution of variance (s √μ)² with s = 1 everywhere: Poisson counts.

use chickadee_engine::{
    analysis::pearson,
    base::random::{Random, Stream},
};

/// Noisy copies of activity, each of its own.
pub(super) struct Noise {
    seed: u64,
    copies: u64,
    /// Spikes per unit of activity.
    scale: f64,
    /// Spikes without any activity.
    shift: f64,
}

impl Noise {
    /// Copies with `scale` spikes per unit of activity, and `shift` besides.
    pub fn new(seed: u64, scale: f64, shift: f64) -> Self {
        Self {
            seed,
            copies: 0,
            scale,
            shift,
        }
    }

    /// Counts of spikes of all units, Poisson-distributed about scale · activity + shift.
    pub fn copy(&mut self, activity: &[f32]) -> Vec<f32> {
        /// The authors' least rate.
        const LEAST: f64 = 1e-8;
        let mut random = Random::new(self.seed, Stream::Noise, self.copies);
        self.copies += 1;
        let mut count = |a: f32| random.poisson(self.scale * f64::from(a) + LEAST + self.shift);
        activity.iter().map(|&a| count(a) as f32).collect()
    }

    /// Pearson correlation of a noisy copy of each: far below 1 even of the same activity.
    pub fn correlation(&mut self, a: &[f32], b: &[f32]) -> f64 {
        let a = self.copy(a);
        pearson(&a, &self.copy(b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chickadee_engine::{
        models::barcode::{Parameters, place_mode},
        worlds::caching::PlaceInputs,
    };

    /// Two noisy copies of the same place activity correlate by 0.071 to 0.077 at 0.2 spikes per unit of activity (the
    /// authors' code).
    #[test]
    fn copies_of_the_same_activity_hardly_correlate() {
        let inputs = PlaceInputs::ring(100, 5000, 0.2).rates;
        let activity = place_mode(&Parameters::default(), inputs.row(50));
        let mut noise = Noise::new(1, 0.2, 0.0);
        let found: f64 = (0..50)
            .map(|_| noise.correlation(&activity, &activity))
            .sum::<f64>()
            / 50.0;
        // Standard error 0.014/√50.
        assert!((found - 0.074).abs() < 0.008, "{found}");
        let counts = Noise::new(1, 1.0, 0.2).copy(&activity);
        let mean = counts.iter().sum::<f32>() / 5000.0;
        assert!((mean - 0.346).abs() < 0.03, "{mean}");
    }
}
