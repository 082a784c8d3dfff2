// Weights of 16 bits, two a word, the first in the lower half. Its like: full.wgsl. CPU twin: base/half.rs, from_half.

@group(0) @binding(2) var<storage, read> weights: array<u32>;

// Put together from its bits, since WGSL lets a GPU take half-precision numbers below 2⁻¹⁴ for zero.
fn weight_at(i: u32) -> f32 {
    let bits = (weights[i / 2u] >> (16u * (i & 1u))) & 0xffffu;
    let sign = (bits & 0x8000u) << 16u;
    let rest = (bits & 0x7fffu) << 13u;
    // The exponents are biased by 15 and by 127.
    if rest >= 0x00800000u {
        return bitcast<f32>(sign | (rest + 0x38000000u));
    }
    // A multiple m of 2⁻²⁴ is what 2⁻¹⁴ (1 + m/1024) is more than 2⁻¹⁴.
    let size = bitcast<f32>(rest + 0x38800000u) - 0.00006103515625;
    return select(size, -size, sign != 0u);
}

