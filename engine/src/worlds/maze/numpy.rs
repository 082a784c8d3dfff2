use rand_mt::Mt;

/// NumPy's legacy generator, `numpy.random.RandomState(seed)`: the published tasks are drawn with it.
///
/// The generator itself is the Mersenne Twister MT19937, seeded with one word. How its words become numbers is
/// NumPy's, and frozen there (NEP 19).
#[derive(Clone, Debug)]
pub struct NumpyRandom {
    generator: Mt,
    /// The second number of the last pair of normal numbers.
    spare: Option<f64>,
}

impl NumpyRandom {
    /// The numbers of `numpy.random.seed(seed)`.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        Self {
            generator: Mt::new(seed),
            spare: None,
        }
    }

    /// Uniform in [0, 1), with 53 bits: `random_sample()`.
    pub fn uniform(&mut self) -> f64 {
        let high = f64::from(self.generator.next_u32() >> 5);
        let low = f64::from(self.generator.next_u32() >> 6);
        (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0
    }

    /// Standard normal: `randn()`, by the polar method, which makes two numbers at a time and keeps one.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let x = 2.0 * self.uniform() - 1.0;
            let y = 2.0 * self.uniform() - 1.0;
            let square = x * x + y * y;
            if square < 1.0 && square != 0.0 {
                let factor = (-2.0 * libm::log(square) / square).sqrt();
                self.spare = Some(factor * x);
                return factor * y;
            }
        }
    }

    /// Fills `out` with standard normal numbers, rounded as `randn(n).astype(numpy.float32)` rounds.
    pub fn fill_normal(&mut self, out: &mut [f32]) {
        for value in out {
            *value = self.normal() as f32;
        }
    }

    /// Uniform over 0 … `count` − 1: `choice(count)` and `randint(count)`; 0 when `count` is 0.
    pub fn below(&mut self, count: u32) -> u32 {
        let Some(most) = count.checked_sub(1).filter(|&most| most > 0) else {
            return 0; // one choice costs no number
        };
        // Draw as many bits as the largest number has, until they fit.
        let mask = u32::MAX >> most.leading_zeros();
        loop {
            let value = self.generator.next_u32() & mask;
            if value <= most {
                return value;
            }
        }
    }

    /// Shuffles in place: `shuffle(items)`. At most 2³² items are moved about.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let count = u32::try_from(last + 1).unwrap_or(u32::MAX);
            items.swap(last, self.below(count) as usize);
        }
    }
}

/// Expected values were printed by NumPy 2.4.6; they are the same in every version.
#[cfg(test)]
mod tests {
    use super::*;

    fn close(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-14, "{value} for {expected}");
    }

    #[test]
    fn normal_numbers() {
        let mut random = NumpyRandom::new(0);
        for expected in [1.764052, 0.400157, 0.978738, 2.240893, 1.867558] {
            assert!((random.normal() - expected).abs() < 1e-6);
        }
    }

    /// Three normal numbers leave one spare, which neither a choice nor a uniform number uses.
    #[test]
    fn one_kind_of_number_after_the_other() {
        let mut random = NumpyRandom::new(5);
        close(random.normal(), 0.44122748688504143);
        close(random.normal(), -0.33087015189408764);
        close(random.normal(), 2.43077118700778);
        assert_eq!(random.below(33), 27);
        close(random.uniform(), 0.3541380429150014);
    }

    #[test]
    fn choices() {
        let mut random = NumpyRandom::new(0);
        let choices: [u32; 5] = std::array::from_fn(|_| random.below(64));
        assert_eq!(choices, [44, 47, 53, 0, 3]);
        close(random.uniform(), 0.8579456176227568);
        close(random.uniform(), 0.8472517387841254);
        close(random.uniform(), 0.6235636967859723);
        assert_eq!((random.below(1), random.below(0)), (0, 0));
    }

    #[test]
    fn shuffles() {
        let mut items: Vec<usize> = (0..64).collect();
        NumpyRandom::new(0).shuffle(&mut items);
        let first = [45, 29, 43, 61, 34, 33, 31, 40, 26, 62, 22, 2, 11, 28, 54, 4];
        assert_eq!(items[..16], first);
    }
}
