/// Weights towards units ahead on the ring: the predictive matrix Δ of the paper's figure 6.
///
/// Δ = Σ_{k=1}^{shifts} A γᵏ P_{k+1} − offset · 1 1ᵀ, where P_m moves activity m units ahead. It is applied as a
/// running exponential filter, O(N) per step, and never stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Skew {
    /// Factor of Δ when it is added to J_xx.
    pub weight: f64,
    /// Number of shifts; the first is 2 units.
    pub shifts: usize,
    /// γ: decay per unit.
    pub decay: f64,
    /// A: amplitude before decay.
    pub amplitude: f64,
    /// Subtracted from every entry.
    pub offset: f64,
}

impl Skew {
    /// The authors' matrix (N = 5000: 299 shifts, γ = 0.99, A = 0.05, offset 0.01), scaled to N units so that it
    /// reaches equally far along the ring and excites and inhibits equally strongly.
    #[must_use]
    pub fn scaled(weight: f64, units: usize) -> Self {
        let ratio = 5000.0 / units.max(1) as f64;
        let shifts = ((300.0 / ratio).round() as usize).saturating_sub(1).max(1);
        let decay = libm::pow(0.99, ratio);
        let series = |decay: f64, shifts: usize| {
            decay * (1.0 - libm::pow(decay, shifts as f64)) / (1.0 - decay)
        };
        let row_sum = 0.05 * series(0.99, 299);
        Self {
            weight,
            shifts,
            decay,
            amplitude: row_sum / series(decay, shifts),
            offset: 0.01 * ratio,
        }
    }

    /// Adds `factor · weight · (a Δ)` to `y`; `total` is Σa.
    pub fn accumulate(&self, activity: &[f32], total: f64, factor: f64, y: &mut [f32]) {
        let n = activity.len() as i64;
        let at = |i: i64| f64::from(activity[i.rem_euclid(n) as usize]);
        let shifts = self.shifts as i64;
        let gain = factor * self.weight;
        let last = libm::pow(self.decay, (shifts + 1) as f64);
        // filtered(j) = Σ_{k=1}^{shifts} γᵏ a[j − 1 − k], kept up from one unit to the next.
        let mut filtered: f64 = (1..=shifts)
            .map(|k| libm::pow(self.decay, k as f64) * at(-1 - k))
            .sum();
        for (j, y) in y.iter_mut().enumerate() {
            *y += (gain * (self.amplitude * filtered - self.offset * total)) as f32;
            let j = j as i64;
            filtered = self.decay * (filtered + at(j - 1)) - last * at(j - 1 - shifts);
        }
    }
}
