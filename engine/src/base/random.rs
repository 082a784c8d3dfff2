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

    /// Uniform in (0, 1], with 24 bits.
    pub fn uniform(&mut self) -> f32 {
        ((self.0.next_u32() >> 8) + 1) as f32 * (1.0 / 16_777_216.0)
    }

    /// Uniform over 0 … `count` − 1; 0 when `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        // The bias of the multiplication is count / 2³²: not measurable at our counts.
        ((u64::from(self.0.next_u32()) * count as u64) >> 32) as usize
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
