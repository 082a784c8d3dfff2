use super::{Buffer, Chunk, Kernel, chunk};
use crate::base::half::{from_half, to_half};

/// How a kernel reads weights of 32 bits.
pub(crate) const FULL: Chunk = chunk!("full.wgsl");

/// How a kernel reads weights of 16 bits.
pub(crate) const HALF: Chunk = chunk!("half.wgsl");

/// An array of numbers that kernels only read, of 32 bits each, or of 16 where that loses nothing: half the memory, and half
/// the time for what is read once and does little else. Arithmetic is in 32 bits either way.
///
/// A kernel that reads such an array exists twice, with `full.wgsl` or `half.wgsl` among the same chunks; it is at binding 2.
#[derive(Clone, Copy, Debug)]
pub enum WeightBuffer<'a> {
    /// As they are.
    Full(&'a Buffer<f32>),
    /// IEEE binary16, two a word, the first in the lower half. Infinity and NaN are not read as such.
    Half(&'a Buffer<u32>),
}

impl<'a> WeightBuffer<'a> {
    /// The words of an array in half precision, or none if that would change a number.
    #[must_use]
    pub fn halves(values: &[f32]) -> Option<Vec<u32>> {
        let half = |x: f32| {
            let half = to_half(x);
            let same = from_half(half).to_bits() == x.to_bits();
            (x.is_finite() && same).then_some(u32::from(half))
        };
        let word = |pair: &[f32]| {
            let second = pair.get(1).copied().unwrap_or(0.0);
            Some(half(pair[0])? | half(second)? << 16)
        };
        values.chunks(2).map(word).collect()
    }

    /// The one of a pair of kernels that reads it.
    pub(crate) fn kernel<P>(self, full: &'a Kernel<P>, half: &'a Kernel<P>) -> &'a Kernel<P> {
        match self {
            Self::Full(_) => full,
            Self::Half(_) => half,
        }
    }

    /// The wgpu buffer.
    #[must_use]
    pub fn raw(self) -> &'a wgpu::Buffer {
        match self {
            Self::Full(buffer) => buffer.raw(),
            Self::Half(buffer) => buffer.raw(),
        }
    }
}

impl<'a> From<&'a Buffer<f32>> for WeightBuffer<'a> {
    fn from(buffer: &'a Buffer<f32>) -> Self {
        Self::Full(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::WeightBuffer;

    #[test]
    fn halves_are_made_where_nothing_is_lost() {
        assert_eq!(
            WeightBuffer::halves(&[1.0, -2.0, 0.5]),
            Some(vec![0xc000_3c00, 0x3800])
        );
        // Below 2⁻¹⁴, the smallest of all, and the zero with a sign.
        let small = [3.0 / 16_777_216.0, -1.0 / 16_777_216.0, -0.0];
        assert_eq!(
            WeightBuffer::halves(&small),
            Some(vec![0x8001_0003, 0x8000])
        );
        for lost in [0.1, 1e-9, 65_536.0, f32::NAN, f32::INFINITY] {
            assert_eq!(WeightBuffer::halves(&[1.0, lost]), None);
        }
        assert_eq!(WeightBuffer::halves(&[]), Some(Vec::new()));
    }
}
