use multiversion::multiversion;

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// Moments below this become zero: what they would move is lost in the rounding of any weight, and arithmetic
/// with subnormal numbers is slow.
const NOTHING: f32 = 1e-30;

/// Parts of a sum that run side by side.
const LANES: usize = 16;

/// The optimiser Adam (Kingma & Ba 2015) with PyTorch's defaults, after the gradient was cut to a largest norm.
#[derive(Clone, Debug)]
pub struct Adam {
    mean: Vec<f32>,
    square: Vec<f32>,
    /// β₁ and β₂ to the number of steps.
    left_1: f64,
    left_2: f64,
}

impl Adam {
    /// For `weights` weights.
    pub fn new(weights: usize) -> Self {
        Self {
            mean: vec![0.0; weights],
            square: vec![0.0; weights],
            left_1: 1.0,
            left_2: 1.0,
        }
    }

    /// One step of size `rate` down `gradient`, which is taken no longer than `clip`.
    pub fn step(&mut self, weights: &mut [f32], gradient: &[f32], rate: f32, clip: f32) {
        // As `clip_grad_norm_` has it.
        let scale = clip / (square_sum(gradient).sqrt() + 1e-6);
        let scale = if scale < 1.0 { scale } else { 1.0 };
        self.left_1 *= f64::from(BETA_1);
        self.left_2 *= f64::from(BETA_2);
        // The moments start at zero; these undo it.
        let rate = f64::from(rate) / (1.0 - self.left_1);
        let fill = 1.0 / (1.0 - self.left_2).sqrt();
        update(
            weights,
            gradient,
            &mut self.mean,
            &mut self.square,
            [scale, rate as f32, fill as f32],
        );
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn square_sum(values: &[f32]) -> f32 {
    let mut sum = [0.0_f32; LANES];
    let mut chunks = values.chunks_exact(LANES);
    for chunk in &mut chunks {
        for l in 0..LANES {
            sum[l] += chunk[l] * chunk[l];
        }
    }
    for (sum, &value) in sum.iter_mut().zip(chunks.remainder()) {
        *sum += value * value;
    }
    sum.iter().sum()
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn update(
    weights: &mut [f32],
    gradient: &[f32],
    mean: &mut [f32],
    square: &mut [f32],
    factors: [f32; 3],
) {
    let [scale, rate, fill] = factors;
    let moments = mean.iter_mut().zip(square);
    for ((weight, &gradient), (mean, square)) in weights.iter_mut().zip(gradient).zip(moments) {
        let g = gradient * scale;
        let m = BETA_1 * *mean + (1.0 - BETA_1) * g;
        let v = BETA_2 * *square + (1.0 - BETA_2) * (g * g);
        let m = if m.abs() < NOTHING { 0.0 } else { m };
        let v = if v < NOTHING { 0.0 } else { v };
        *mean = m;
        *square = v;
        *weight -= rate * (m / (v.sqrt() * fill + EPSILON));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook's formulas in `f64`.
    #[test]
    fn steps_are_those_of_the_textbook() {
        let gradient = |step: usize, i: usize| ((step * 7 + i * 3) % 11) as f32 * 0.1 - 0.4;
        let count = 37;
        let (rate, clip) = (0.01, 0.5);
        let mut weights = vec![1.0_f32; count];
        let mut adam = Adam::new(count);
        let mut exact = vec![1.0_f64; count];
        let (mut m, mut v) = (vec![0.0_f64; count], vec![0.0_f64; count]);
        for step in 1..=50 {
            let g: Vec<f32> = (0..count).map(|i| gradient(step, i)).collect();
            adam.step(&mut weights, &g, rate, clip);
            let norm: f64 = g.iter().map(|&g| f64::from(g * g)).sum::<f64>().sqrt();
            let scale = (f64::from(clip) / (norm + 1e-6)).min(1.0);
            for i in 0..count {
                let g = f64::from(g[i]) * scale;
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.999 * v[i] + 0.001 * g * g;
                let m = m[i] / (1.0 - 0.9_f64.powi(step as i32));
                let v = v[i] / (1.0 - 0.999_f64.powi(step as i32));
                exact[i] -= f64::from(rate) * m / (v.sqrt() + 1e-8);
            }
        }
        for (weight, exact) in weights.iter().zip(exact) {
            assert!(
                (f64::from(*weight) - exact).abs() < 1e-5,
                "{weight} {exact}"
            );
        }
    }
}
