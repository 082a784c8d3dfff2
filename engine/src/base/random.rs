//! Counter-based random numbers: a number is a function of (seed, stream, position).
//!
//! ChaCha with 8 rounds is used as the counter cipher. It needs nothing but 32-bit additions, exclusive-ors and
//! rotations, so that the same stream can be made in a shader, and any position can be reached without passing
//! the others: row 4,711 of a weight matrix costs the same wherever one starts.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

/// The purpose of a stream of random numbers. Streams of one random seed are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// The recurrent weights G; position = row.
    Recurrent = 1,
    /// The direction of the seed input, J_sx.
    SeedInput = 2,
    /// Input weights J_ix, when they are Gaussian; position = row.
    InputWeights = 3,
    /// Tuning of the Gaussian-process inputs; position = unit.
    Tuning = 4,
    /// The decisions of the bird; position = decision.
    Bird = 5,
    /// The sensory codes and the goal of a maze task; position = task.
    Task = 6,
    /// The decisions of an explorer of a maze; position = task.
    Explore = 7,
    /// The states that training asks about; position = task.
    Query = 8,
    /// The actions that an agent draws; position = episode.
    Agent = 9,
    /// The initial weights of a network; position = array of weights.
    Initial = 10,
    /// Random keys; position = entry.
    Keys = 11,
    /// Settings that a sweep draws; position = sample.
    Sweep = 12,
    /// The noise of recorded activity; position = noisy copy.
    Noise = 13,
    /// Places and units that the protocol of a figure draws; position = draw.
    Protocol = 14,
    /// The values that dropout silences; position = row of a training example.
    Dropout = 15,
}

/// A source of numbers at one place of one stream.
#[derive(Clone, Debug)]
pub struct Random(ChaCha8Rng);

/// Words between two positions of a stream: more than any position uses.
const WORDS_PER_POSITION: u128 = 1 << 20;

impl Random {
    /// The numbers of `stream` under `seed`, from `position` on.
    #[must_use]
    pub fn new(seed: u64, stream: Stream, position: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream as u64);
        generator.set_word_pos(u128::from(position) * WORDS_PER_POSITION);
        Self(generator)
    }

    /// The key of the cipher under `seed`, to make the same stream elsewhere (`ops::random`, on a GPU).
    #[must_use]
    pub fn key(seed: u64) -> [u32; 8] {
        let bytes = ChaCha8Rng::seed_from_u64(seed).get_seed();
        let (words, _) = bytes.as_chunks::<4>();
        std::array::from_fn(|i| words.get(i).map_or(0, |word| u32::from_le_bytes(*word)))
    }

    /// 32 random bits.
    pub fn word(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// Uniform in (0, 1], with 24 bits.
    pub fn uniform(&mut self) -> f32 {
        ((self.word() >> 8) + 1) as f32 * (1.0 / 16_777_216.0)
    }

    /// Uniform over 0 … `count` − 1; 0 when `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        // The bias of the multiplication is count / 2³²: not measurable at our counts.
        ((u64::from(self.word()) * count as u64) >> 32) as usize
    }

    /// `count` different numbers of 0 … `from` − 1 by rising size; all of them where there are no more.
    #[must_use]
    pub fn choose(&mut self, count: usize, from: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..from).collect();
        let count = count.min(from);
        for i in 0..count {
            let other = i + self.below(from - i);
            all.swap(i, other);
        }
        all.truncate(count);
        all.sort_unstable();
        all
    }

    /// A Poisson-distributed count; 0 where the mean is not above 0.
    ///
    /// By inversion: the first k at which Σ e⁻ᵐ mᵏ/k! passes a uniform number. That number has 24 bits, so nothing rarer than
    /// 6 · 10⁻⁸ occurs. Means above 16 are drawn in parts, whose counts add up to the same distribution.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        const PART: f64 = 16.0;
        let mut count = 0;
        let mut left = mean;
        while left > 0.0 {
            let mean = left.min(PART);
            left -= mean;
            // In [0, 1): the sum of probabilities always passes it.
            let uniform = f64::from(1.0 - self.uniform());
            let mut probability = libm::exp(-mean);
            let mut passed = probability;
            let mut k = 0;
            while uniform >= passed {
                k += 1;
                probability *= mean / f64::from(k);
                passed += probability;
            }
            count += k;
        }
        count
    }

    /// Fills `out` with independent standard normal numbers (Box–Muller).
    pub fn fill_normal(&mut self, out: &mut [f32]) {
        for pair in out.chunks_mut(2) {
            let radius = libm::sqrtf(-2.0 * libm::logf(self.uniform()));
            let (sine, cosine) = libm::sincosf(std::f32::consts::TAU * self.uniform());
            pair[0] = radius * cosine;
            if let Some(second) = pair.get_mut(1) {
                *second = radius * sine;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_numbers_are_normal() {
        let mut x = vec![0.0; 200_000];
        Random::new(3, Stream::Recurrent, 0).fill_normal(&mut x);
        let moment = |k: i32| x.iter().map(|&v| f64::from(v).powi(k)).sum::<f64>() / x.len() as f64;
        assert!(moment(1).abs() < 0.01, "mean {}", moment(1));
        assert!((moment(2) - 1.0).abs() < 0.015, "variance {}", moment(2));
        assert!(moment(3).abs() < 0.03, "skew {}", moment(3));
        assert!((moment(4) - 3.0).abs() < 0.1, "kurtosis {}", moment(4));
    }

    #[test]
    fn positions_and_streams_do_not_meet() {
        let first = |stream, position| Random::new(9, stream, position).uniform();
        assert_ne!(first(Stream::Recurrent, 0), first(Stream::Recurrent, 1));
        assert_ne!(first(Stream::Recurrent, 0), first(Stream::SeedInput, 0));
        assert_eq!(first(Stream::Bird, 7), first(Stream::Bird, 7));
    }

    /// Written once from this code; a change means that old links no longer replay.
    #[test]
    fn the_stream_is_frozen() {
        let mut x = [0.0; 4];
        Random::new(42, Stream::Recurrent, 17).fill_normal(&mut x);
        assert_eq!(
            x.map(f32::to_bits),
            FROZEN,
            "{x:?} {:#x?}",
            x.map(f32::to_bits)
        );
    }
    const FROZEN: [u32; 4] = [0xbfbe_78a2, 0x3fef_9397, 0xbd27_59ff, 0xbf9c_c72f];

    /// Mean and variance of a Poisson distribution are the same, and so is its third central moment.
    #[test]
    fn counts_are_poisson() {
        const COUNT: usize = 100_000;
        for mean in [0.03, 0.5, 2.0, 15.0, 40.0] {
            let mut random = Random::new(5, Stream::Noise, 0);
            let counts: Vec<f64> = (0..COUNT)
                .map(|_| f64::from(random.poisson(mean)))
                .collect();
            let n = COUNT as f64;
            let found = counts.iter().sum::<f64>() / n;
            let moment = |k| counts.iter().map(|c| (c - found).powi(k)).sum::<f64>() / n;
            // Four standard errors, of the mean √(m/n) and of the variance √((m + 2m²)/n).
            let close =
                |value: f64, variance: f64| (value - mean).abs() < 4.0 * (variance / n).sqrt();
            assert!(close(found, mean), "mean {found} of {mean}");
            let variance = moment(2);
            assert!(
                close(variance, mean + 2.0 * mean * mean),
                "variance {variance} of {mean}"
            );
            assert!(
                (moment(3) / mean - 1.0).abs() < 0.25,
                "skew {} of {mean}",
                moment(3)
            );
            let nothing = counts.iter().filter(|c| **c == 0.0).count() as f64 / n;
            assert!(
                (nothing - libm::exp(-mean)).abs() < 0.007,
                "{nothing} silent of {mean}"
            );
        }
        let mut random = Random::new(5, Stream::Noise, 0);
        assert_eq!(
            [0.0, -1.0, f64::NAN].map(|mean| random.poisson(mean)),
            [0; 3]
        );
    }

    #[test]
    fn what_is_chosen_differs() {
        let mut random = Random::new(2, Stream::Protocol, 0);
        let mut chosen = [0; 20];
        for _ in 0..400 {
            let some = random.choose(5, 20);
            assert!(
                some.len() == 5 && some.is_sorted_by(|a, b| a < b),
                "{some:?}"
            );
            some.iter().for_each(|&i| chosen[i] += 1);
        }
        // 100 each, ± 8.7.
        assert!(chosen.iter().all(|n| (60..140).contains(n)), "{chosen:?}");
        assert_eq!(random.choose(9, 3), [0, 1, 2]);
    }

    #[test]
    fn below_covers_its_range() {
        let mut random = Random::new(1, Stream::Bird, 0);
        let mut seen = [false; 5];
        for _ in 0..200 {
            seen[random.below(5)] = true;
        }
        assert_eq!(seen, [true; 5]);
    }
}
