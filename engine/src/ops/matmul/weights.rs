use super::{
    Packed, View,
    half::HalfRow,
    packed::{AsRight, Panels, Right},
};

/// Values from which on a matrix is kept in 16 bits. On the web a decision at d = 512 is then 1.5 times as fast, and four rows 0.9 times; at d = 128,
/// where the matrices are smaller than this and nearly fit the second cache, decoding made a decision 0.8 times as fast.
const LARGE: usize = 1 << 17;

/// Natively one row alone would be 1.45 times as fast in 16 bits, but 25 rows 0.7 times: only tests do that.
const ANY: bool = cfg!(any(target_arch = "wasm32", test));

/// A right-hand side that does not grow: in a page in 16 bits if it is large and that changes no number.
#[derive(Clone, Debug, Default)]
pub struct PackedWeights {
    full: Packed,
    half: Vec<Vec<HalfRow>>,
}

impl PackedWeights {
    /// Packs a matrix.
    #[must_use]
    pub fn new(matrix: View) -> Self {
        let mut packed = Self::default();
        packed.pack(matrix);
        packed
    }

    /// Packs another matrix into the memory of this one.
    pub fn pack(&mut self, matrix: View) {
        self.full.pack(matrix);
        self.half.clear();
        if !ANY || self.full.inner * self.full.columns < LARGE {
            return;
        }
        let panels = self.full.panels.iter();
        let halves = panels.map(|panel| panel.iter().map(HalfRow::new).collect());
        if let Some(half) = halves.collect() {
            self.half = half;
            self.full.panels.clear();
        }
    }

    /// True if the numbers are in 16 bits.
    #[must_use]
    pub fn is_half(&self) -> bool {
        !self.half.is_empty()
    }
}

impl AsRight for PackedWeights {
    fn as_right(&self) -> Right<'_> {
        let full = self.full.as_right();
        if self.is_half() {
            Right {
                panels: Panels::Half(&self.half),
                ..full
            }
        } else {
            full
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{
            half::{from_half, to_half},
            random::{Random, Stream},
        },
        ops::matmul::{Start, multiply},
    };

    /// Numbers of half precision, with subnormal ones, zeros of both signs, the smallest, and one next to the largest.
    fn halves(count: usize) -> Vec<f32> {
        let mut values = normals(2, count);
        for (i, x) in values.iter_mut().enumerate() {
            *x = match i % 13 {
                0 => *x * 1e-5,
                1 => 0.0,
                2 => -0.0,
                3 => x.signum() / 16_777_216.0,
                4 => x.signum() * 127.9375,
                _ => *x,
            };
            *x = from_half(to_half(*x));
        }
        values
    }

    fn normals(seed: u64, count: usize) -> Vec<f32> {
        let mut values = vec![0.0; count];
        Random::new(seed, Stream::Query, 0).fill_normal(&mut values);
        values
    }

    fn bits(values: &[f32]) -> Vec<u32> {
        values.iter().map(|x| x.to_bits()).collect()
    }

    /// A row is multiplied by numbers of another scale, more rows by numbers that were decoded; in both ways also what is tiny, huge
    /// or not a number.
    #[test]
    fn products_have_the_bits_of_those_in_32_bits() {
        for (inner, columns) in [(1, LARGE), (300, 441), (257, 513), (512, 256)] {
            let b = halves(inner * columns);
            let b = View::new(&b, inner, columns);
            let (half, full) = (PackedWeights::new(b), Packed::new(b));
            assert!(half.is_half() && !half.half.is_empty());
            let bias = normals(3, columns);
            for (rows, special) in [
                (1, 0.5),
                (1, 1e-42),
                (1, 6e7),
                (1, 7e7),
                (1, f32::MAX),
                (1, f32::INFINITY),
                (1, f32::NAN),
                (1, -0.0),
                (2, 1e-42),
                (3, 0.5),
                (7, f32::MAX),
                (49, 0.5),
                (98, 0.5),
            ] {
                let mut a = normals(1, rows * inner);
                a[rows * inner / 2] = special;
                let a = View::new(&a, rows, inner);
                let used = columns - 3;
                for start in [Start::Zero, Start::Present, Start::Bias(&bias)] {
                    let mut ours = vec![0.25; rows * columns];
                    let mut theirs = ours.clone();
                    multiply(a, &half, used, start, &mut ours, columns);
                    multiply(a, &full, used, start, &mut theirs, columns);
                    assert_eq!(
                        bits(&ours),
                        bits(&theirs),
                        "{rows} × {inner} × {columns}, {special}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_would_change_or_is_small_stays_in_32_bits() {
        let fit = halves(LARGE);
        assert!(PackedWeights::new(View::new(&fit, 256, LARGE / 256)).is_half());
        assert!(!PackedWeights::new(View::new(&fit, 255, LARGE / 256)).is_half());
        let mut packed = PackedWeights::default();
        for other in [
            0.1,
            1.0 + 1.0 / 2048.0,
            128.0,
            -65_504.0,
            1.0 / 33_554_432.0,
            1e-40,
            f32::INFINITY,
            f32::NAN,
        ] {
            let mut values = fit.clone();
            values[LARGE / 2] = other;
            packed.pack(View::new(&values, 256, LARGE / 256));
            assert!(!packed.is_half(), "{other}");
            packed.pack(View::new(&fit, 256, LARGE / 256));
            assert!(packed.is_half());
        }
    }
}
