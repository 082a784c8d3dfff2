//! Numbers from bytes.

use safetensors::Dtype;

use crate::base::half::from_half;

/// Numbers from their bytes, lowest byte first.
pub(super) fn decode(bytes: &[u8], dtype: Dtype, out: &mut [f32]) {
    match dtype {
        Dtype::F32 => {
            for (x, &b) in out.iter_mut().zip(bytes.as_chunks().0) {
                *x = f32::from_le_bytes(b);
            }
        }
        Dtype::F16 => {
            for (x, &b) in out.iter_mut().zip(bytes.as_chunks().0) {
                *x = from_half(u16::from_le_bytes(b));
            }
        }
        Dtype::F64 => {
            for (x, &b) in out.iter_mut().zip(bytes.as_chunks().0) {
                *x = f64::from_le_bytes(b) as f32;
            }
        }
        // BF16, the upper half of an F32. Plan::new has refused the rest.
        _ => {
            for (x, &b) in out.iter_mut().zip(bytes.as_chunks().0) {
                *x = f32::from_bits(u32::from(u16::from_le_bytes(b)) << 16);
            }
        }
    }
}
