use multiversion::multiversion;

use super::exp;

const ROOT_2_OVER_PI: f32 = 0.797_884_6;
const CUBIC: f32 = 0.044_715;

/// GPT-2's GELU, ½x(1 + tanh(√(2/π)(x + 0.044715x³))), written as x · σ(2√(2/π)(x + 0.044715x³)).
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
pub fn gelu(x: &[f32], out: &mut [f32]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = x / (1.0 + exp(-2.0 * ROOT_2_OVER_PI * (x + CUBIC * x * x * x)));
    }
}

/// Backward of [`gelu`]: multiplies `dy` by the derivative at `x`.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
pub fn gelu_backward(x: &[f32], dy: &mut [f32]) {
    for (dy, &x) in dy.iter_mut().zip(x) {
        let s = 1.0 / (1.0 + exp(-2.0 * ROOT_2_OVER_PI * (x + CUBIC * x * x * x)));
        let slope = 2.0 * ROOT_2_OVER_PI * (1.0 + 3.0 * CUBIC * x * x);
        *dy *= s + x * s * (1.0 - s) * slope;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of the published activation.
    #[test]
    fn gelu_is_that_of_gpt_2() {
        let x = [-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0];
        let mut y = [0.0; 7];
        gelu(&x, &mut y);
        let published = [
            -0.003_637, -0.158_808, -0.154_286, 0.0, 0.345_714, 0.841_192, 2.996_363,
        ];
        for (y, published) in y.iter().zip(published) {
            assert!((y - published).abs() < 1e-6, "{y} {published}");
        }
    }
}
