// GPT-2's GELU and its derivative. Twin: gelu.rs.

// Beyond these e^x is no number of f32 any more.
const LARGEST_EXPONENT = 88.0;

// 2√(2/π) and the cubic term.
const SLOPE = 2.0 * 0.7978846;
const CUBIC = 0.044715;

// σ(2√(2/π)(x + 0.044715x³)).
fn gate(x: f32) -> f32 {
    return 1.0 / (1.0 + exp(min(-SLOPE * (x + CUBIC * x * x * x), LARGEST_EXPONENT)));
}

// ½x(1 + tanh(√(2/π)(x + 0.044715x³))), written as x · σ(2√(2/π)(x + 0.044715x³)).
fn gelu(x: f32) -> f32 {
    return x * gate(x);
}

fn gelu_slope(x: f32) -> f32 {
    let s = gate(x);
    return s + x * s * (1.0 - s) * SLOPE * (1.0 + 3.0 * CUBIC * x * x);
}

