//! AdamW on one flat vector of weights.

use crate::recipe::Optimiser;

/// Mean gradient and mean square of every weight, and how many steps they have seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// Mean gradient.
    pub mean: Vec<f32>,
    /// Mean square of the gradient.
    pub square: Vec<f32>,
    /// Steps so far.
    pub steps: u64,
}

impl Moments {
    /// For `weights` weights.
    #[must_use]
    pub fn new(weights: usize) -> Self {
        Self {
            mean: vec![0.0; weights],
            square: vec![0.0; weights],
            steps: 0,
        }
    }

    /// One step; shortens `gradient` to the longest allowed norm first. Returns its norm before that.
    pub fn step(
        &mut self,
        optimiser: &Optimiser,
        rate: f32,
        gradient: &mut [f32],
        weights: &mut [f32],
    ) -> f64 {
        let norm = gradient
            .iter()
            .map(|&g| f64::from(g) * f64::from(g))
            .sum::<f64>()
            .sqrt();
        let shorten = (f64::from(optimiser.clip) / norm.max(1e-12)).min(1.0) as f32;
        self.steps += 1;
        let &Optimiser {
            beta_1,
            beta_2,
            weight_decay,
            ..
        } = optimiser;
        // The means start at zero; dividing by how full they are takes that out.
        let full_1 = 1.0 - libm::pow(f64::from(beta_1), self.steps as f64) as f32;
        let full_2 = 1.0 - libm::pow(f64::from(beta_2), self.steps as f64) as f32;
        let moments = self.mean.iter_mut().zip(&mut self.square);
        for ((w, &g), (m, v)) in weights.iter_mut().zip(&*gradient).zip(moments) {
            let g = g * shorten;
            *m = beta_1 * *m + (1.0 - beta_1) * g;
            *v = beta_2 * *v + (1.0 - beta_2) * g * g;
            let step = (*m / full_1) / ((*v / full_2).sqrt() + 1e-8);
            *w -= rate * (step + weight_decay * *w);
        }
        norm
    }
}
