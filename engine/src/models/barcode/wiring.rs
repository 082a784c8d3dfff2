use crate::base::{
    Matrix,
    random::{Random, Stream},
};

/// The fixed random weights of a network.
#[derive(Clone, Debug)]
pub struct Wiring {
    /// G: independent standard normal numbers, N × N, row = presynaptic unit. J_xx(0) = σ G/√N + μ/N.
    pub normals: Matrix,
    /// Factor of G besides σ: 1/√N for normal numbers, 1 when `normals` holds J_xx itself.
    pub scale: f64,
    /// J_sx: the direction of the seed input, N standard normal numbers.
    pub seed_direction: Vec<f32>,
}

impl Wiring {
    /// The network of `seed` with `units` units, all at once.
    #[must_use]
    pub fn new(seed: u64, units: usize) -> Self {
        let mut progress = WiringProgress::new(seed, units);
        progress.advance(usize::MAX);
        progress.finish()
    }

    /// Given weights: J_xx(0), N × N, and J_sx, N. Use σ = 1 and μ = 0 with it.
    #[must_use]
    pub fn given(recurrent: Matrix, seed_direction: Vec<f32>) -> Self {
        Self {
            normals: recurrent,
            scale: 1.0,
            seed_direction,
        }
    }

    /// Number of units, N.
    #[must_use]
    pub fn units(&self) -> usize {
        self.normals.columns()
    }
}

/// A wiring in the making, row by row, so that a page with 25 million weights to draw stays responsive.
pub struct WiringProgress {
    seed: u64,
    normals: Matrix,
    done: usize,
}

impl WiringProgress {
    /// Nothing drawn yet.
    #[must_use]
    pub fn new(seed: u64, units: usize) -> Self {
        Self {
            seed,
            normals: Matrix::zeros(units, units),
            done: 0,
        }
    }

    /// Draws up to `rows` more rows; natively on all cores. Returns whether all are drawn.
    pub fn advance(&mut self, rows: usize) -> bool {
        let units = self.normals.columns();
        let begin = self.done;
        let end = begin.saturating_add(rows).min(units);
        let seed = self.seed;
        let fill = |(i, row): (usize, &mut [f32])| {
            Random::new(seed, Stream::Recurrent, (begin + i) as u64).fill_normal(row);
        };
        let some = &mut self.normals.values_mut()[begin * units..end * units];
        #[cfg(not(target_arch = "wasm32"))]
        {
            use rayon::prelude::*;
            some.par_chunks_mut(units.max(1)).enumerate().for_each(fill);
        }
        #[cfg(target_arch = "wasm32")]
        some.chunks_mut(units.max(1)).enumerate().for_each(fill);
        self.done = end;
        end == units
    }

    /// Fraction drawn, 0 … 1.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        self.done as f64 / self.normals.columns().max(1) as f64
    }

    /// The wiring.
    ///
    /// # Panics
    /// When not all rows are drawn.
    #[must_use]
    pub fn finish(self) -> Wiring {
        let units = self.normals.columns();
        assert_eq!(self.done, units, "all rows are drawn first");
        let mut seed_direction = vec![0.0; units];
        Random::new(self.seed, Stream::SeedInput, 0).fill_normal(&mut seed_direction);
        Wiring {
            normals: self.normals,
            scale: 1.0 / (units.max(1) as f64).sqrt(),
            seed_direction,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_make_the_same_wiring() {
        let whole = Wiring::new(11, 65);
        let mut progress = WiringProgress::new(11, 65);
        while !progress.advance(7) {}
        assert_eq!(progress.finish().normals, whole.normals);
    }
}
