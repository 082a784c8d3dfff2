//! Weights in 16 bits, where that changes none of them.
//!
//! One bit of sign, five of exponent, ten of mantissa, as IEEE binary16 has them, but with exponents from 2⁻²⁴ to 2⁶ and no
//! subnormal numbers. Every half-precision number below 128 is among them, those that are subnormal there included. Moved to its place
//! in an `f32`, a number is 2¹⁰² times too small and that is all: whoever multiplies by it multiplies the other factor by 2¹⁰²
//! instead. The product of the two is the same real number, so it is rounded to the same bits.

use multiversion::multiversion;

use super::packed::{FullRow, LANES, PanelRow, Row};

/// 2¹⁰², by which a number in its place is too small.
const SCALE: f32 = f32::from_bits((127 + 102) << 23);

/// Beyond this size, 2²⁶, a factor that is multiplied by [`SCALE`] overflows.
const LARGEST_FACTOR: f32 = 67_108_864.0;

/// Sign, exponent and mantissa in their places.
const MASK: u32 = 0x8fff_e000;

const PAIRS: usize = LANES / 2;

/// One row of a panel: column i in the lower half of word i, column i + 8 in the upper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(32))]
pub(super) struct HalfRow([u32; PAIRS]);

impl HalfRow {
    /// The row in 16 bits, or none if that would change a number.
    pub(super) fn new(FullRow(row): &FullRow) -> Option<Self> {
        let mut words = [0; PAIRS];
        for (i, word) in words.iter_mut().enumerate() {
            *word = encode(row[i])? | encode(row[i + PAIRS])? << 16;
        }
        Some(Self(words))
    }
}

fn encode(x: f32) -> Option<u32> {
    let small = x / SCALE;
    let bits = small.to_bits();
    let exact = bits & !MASK == 0 && (small == 0.0 || small.is_normal()) && small * SCALE == x;
    exact.then_some(bits >> 16 & 0x8000 | bits >> 13 & 0x7fff)
}

/// The number in the upper half of a word, 2¹⁰² times too small.
#[inline(always)]
fn in_place(word: u32) -> f32 {
    // The sign is copied into the bits between it and the exponent, and masked there.
    f32::from_bits((word as i32 >> 3) as u32 & MASK)
}

impl PanelRow for HalfRow {
    #[inline(always)]
    fn read(&self) -> Row {
        let mut row = [0.0; LANES];
        for i in 0..PAIRS {
            row[i] = in_place(self.0[i] << 16);
            row[i + PAIRS] = in_place(self.0[i]);
        }
        row
    }
}

/// A row of A for a product with halves as they are read: times 2¹⁰², or nothing if that overflows.
pub(super) fn scaled(left: &[f32]) -> Option<Vec<f32>> {
    let fits = left.iter().all(|x| x.abs() < LARGEST_FACTOR);
    fits.then(|| left.iter().map(|x| x * SCALE).collect())
}

/// The numbers of a panel.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
pub(super) fn decode(panel: &[HalfRow], to: &mut Vec<FullRow>) {
    to.resize(panel.len(), FullRow([0.0; LANES]));
    for (FullRow(to), HalfRow(words)) in to.iter_mut().zip(panel) {
        let (lower, upper) = to.split_at_mut(PAIRS);
        for (to, word) in lower.iter_mut().zip(words) {
            *to = in_place(word << 16) * SCALE;
        }
        for (to, &word) in upper.iter_mut().zip(words) {
            *to = in_place(word) * SCALE;
        }
    }
}
