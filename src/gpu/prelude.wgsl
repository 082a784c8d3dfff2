// Begins every kernel; constants from Rust and the kernel itself follow.

// Beyond these e^x is no number of f32 any more.
const LARGEST_EXPONENT = 88.0;

// GPT-2's GELU, ½x(1 + tanh(√(2/π)(x + 0.044715x³))), written as x · σ(2√(2/π)(x + 0.044715x³)).
// Twin: ops/elementwise/cpu.rs, gelu.
fn gelu(x: f32) -> f32 {
    let slope = -2.0 * 0.7978846 * (x + 0.044715 * x * x * x);
    return x / (1.0 + exp(min(slope, LARGEST_EXPONENT)));
}
