//! Random keys: codes of which dimension, sparsity and similarity of neighbours are chosen, instead of found by a network.
//!
//! # The idea
//! A barcode is a key that dynamics make. What makes it a good one can be asked without them: take any code of D entries, of which a
//! fraction f is active, and say how alike neighbouring places are. Each entry is a normal number at every place, with correlation
//! ρ^d between places d apart; at each place the largest f D entries are active by as much as they exceed the next, and the others
//! are silent, as in a rectified network with divisive competition.
//! ```text
//! g ~ Normal(0, C)     C_pq = ρ^d(p, q)          key_p = max(0, g_p − the (f D + 1)-th largest entry of g_p)
//! ```
//! ρ is the correlation before the threshold; keys of neighbours are somewhat less alike, the less so the sparser they are.
//! At ρ = 0 keys of any two places share no more than chance, at ρ near 1 they are as smooth as content.

use crate::base::{
    Matrix,
    covariance::cholesky,
    random::{Random, Stream},
};

/// Random keys of all places, made in slices: first their normal numbers, then the threshold.
#[derive(Clone, Debug)]
pub struct RandomKeys {
    seed: u64,
    /// Cholesky's factor of the covariance, places × places.
    factor: Vec<f64>,
    /// Normal numbers, places × D.
    normals: Matrix,
    next: usize,
}

impl RandomKeys {
    /// Keys of `size` entries for so many places. `distance` of two places is in places; `correlation` is ρ, of places one apart.
    #[must_use]
    pub fn new(
        places: usize,
        size: usize,
        correlation: f64,
        seed: u64,
        distance: impl Fn(usize, usize) -> f64,
    ) -> Self {
        // Without distance everything is alike, also at ρ = 0.
        let alike = |s, t| match distance(s, t) {
            0.0 => 1.0,
            apart => libm::pow(correlation.clamp(0.0, 0.9999), apart),
        };
        Self {
            seed,
            factor: cholesky(places, alike),
            normals: Matrix::zeros(places, size.max(1)),
            next: 0,
        }
    }

    /// Draws the numbers of so many more entries. Returns whether all are drawn.
    pub fn advance(&mut self, entries: usize) -> bool {
        let places = self.normals.rows();
        let end = (self.next + entries).min(self.normals.columns());
        let mut independent = vec![0.0_f32; places];
        for entry in self.next..end {
            Random::new(self.seed, Stream::Keys, entry as u64).fill_normal(&mut independent);
            for place in 0..places {
                let row = &self.factor[place * places..][..=place];
                let terms = row.iter().zip(&independent);
                let sum: f64 = terms.map(|(l, z)| l * f64::from(*z)).sum();
                self.normals.row_mut(place)[entry] = sum as f32;
            }
        }
        self.next = end;
        self.next == self.normals.columns()
    }

    /// Fraction of the entries that are drawn, 0 … 1.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        self.next as f64 / self.normals.columns() as f64
    }

    /// The keys, places × D: a fraction `sparsity` of the entries of each, at least one, is active.
    #[must_use]
    pub fn finish(self, sparsity: f64) -> Matrix {
        let mut keys = self.normals;
        let size = keys.columns();
        let active = ((sparsity * size as f64).round() as usize).clamp(1, size);
        for place in 0..keys.rows() {
            let row = keys.row_mut(place);
            let mut sorted = row.to_vec();
            sorted.sort_by(|a, b| b.total_cmp(a));
            // Where all are active nothing is below the threshold but a little.
            let below = |least: f32| least - 1e-3;
            let threshold = sorted
                .get(active)
                .copied()
                .unwrap_or_else(|| below(sorted[size - 1]));
            for entry in row {
                *entry = (*entry - threshold).max(0.0);
            }
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::pearson;

    fn keys(correlation: f64, sparsity: f64) -> Matrix {
        let mut keys = RandomKeys::new(40, 2000, correlation, 3, |s, t| s.abs_diff(t) as f64);
        while !keys.advance(300) {}
        keys.finish(sparsity)
    }

    fn alike(keys: &Matrix, apart: usize) -> f64 {
        let pairs = (0..keys.rows() - apart).map(|s| pearson(keys.row(s), keys.row(s + apart)));
        pairs.sum::<f64>() / (keys.rows() - apart) as f64
    }

    #[test]
    fn a_fraction_of_the_entries_is_active() {
        for sparsity in [0.01, 0.1, 0.5, 1.0] {
            let keys = keys(0.5, sparsity);
            for place in 0..40 {
                let active = keys.row(place).iter().filter(|entry| **entry > 0.0).count();
                assert_eq!(active, (sparsity * 2000.0).round() as usize);
            }
        }
    }

    #[test]
    fn neighbours_are_as_alike_as_asked_for() {
        // Without a threshold that hides anything the correlation is that of the normal numbers.
        for (correlation, apart) in [(0.0, 1), (0.5, 1), (0.9, 1), (0.9, 4)] {
            let wanted = libm::pow(correlation, f64::from(apart));
            let found = alike(&keys(correlation, 1.0), apart as usize);
            assert!((found - wanted).abs() < 0.02, "{correlation}: {found}");
        }
        // Sparse keys of the same numbers are less alike, and in the same order.
        let sparse = [0.0, 0.5, 0.9].map(|correlation| alike(&keys(correlation, 0.05), 1));
        assert!(sparse[0].abs() < 0.02 && sparse[1] < 0.5 && sparse[2] < 0.9);
        assert!(sparse[0] < sparse[1] && sparse[1] < sparse[2]);
    }

    #[test]
    fn slices_do_not_matter() {
        let make = |slice: usize| {
            let mut keys = RandomKeys::new(9, 50, 0.7, 1, |s, t| s.abs_diff(t) as f64);
            while !keys.advance(slice) {}
            keys.finish(0.2)
        };
        assert_eq!(make(1), make(1000));
    }
}
