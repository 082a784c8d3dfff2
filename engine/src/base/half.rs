//! Half precision, IEEE binary16: what checkpoints store weights in.

/// The value of a half-precision number (1 bit of sign, 5 of exponent, 10 of mantissa); exact.
#[must_use]
pub fn from_half(half: u16) -> f32 {
    let exponent = u32::from(half >> 10) & 0x1f;
    let mantissa = u32::from(half & 0x3ff);
    let size = match exponent {
        // Subnormal: multiples of 2⁻²⁴.
        0 => mantissa as f32 / 16_777_216.0,
        0x1f => f32::from_bits(0x7f80_0000 | mantissa << 13),
        // The exponents are biased by 15 and by 127.
        _ => f32::from_bits((exponent + 112) << 23 | mantissa << 13),
    };
    if half >> 15 == 0 { size } else { -size }
}

/// The nearest half-precision number, of two equally near the even one; infinity beyond 65504.
#[must_use]
pub fn to_half(x: f32) -> u16 {
    let sign = (x.to_bits() >> 16) as u16 & 0x8000;
    let size = x.to_bits() & 0x7fff_ffff;
    let half = if size > 0x7f80_0000 {
        0x7e00 // NaN
    } else if size >= 0x4780_0000 {
        0x7c00 // 2¹⁶ and more
    } else if size < 0x3880_0000 {
        // Below 2⁻¹⁴, multiples of 2⁻²⁴; the product is exact. A result of 2¹⁰ is the smallest normal number.
        (f32::from_bits(size) * 16_777_216.0).round_ties_even() as u16
    } else {
        // 13 bits go: add just under half of their weight, and the rest if the result would be odd. A carry runs
        // into the exponent as it should.
        let rounded = size + 0xfff + (size >> 13 & 1);
        ((rounded >> 13) - (112 << 10)) as u16
    };
    sign | half
}
