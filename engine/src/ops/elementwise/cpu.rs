use multiversion::multiversion;

/// Interleaved parts of a sum.
pub const LANES: usize = 8;

/// e^x within 2 units in the last place; 0 below −87.3, finite above 88.
///
/// x = n·ln 2 + r with |r| ≤ ½ ln 2, e^r by a polynomial of degree 6 (Cody & Waite's reduction in two parts).
#[inline(always)]
#[must_use]
pub fn exp(x: f32) -> f32 {
    const TO_INTEGER: f32 = 12_582_912.0; // 1.5 · 2²³: adding it leaves the rounded integer in the low bits
    let below = x < -87.3;
    let x = if x < -87.3 { -87.3 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + TO_INTEGER;
    let n = shifted - TO_INTEGER;
    let r = x - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let y = p * (r * r) + r + 1.0;
    let scale = f32::from_bits(shifted.to_bits().wrapping_add(127) << 23);
    if below { 0.0 } else { y * scale }
}

#[inline(always)]
fn lanes(values: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut sum = [0.0_f32; LANES];
    let mut chunks = values.chunks_exact(LANES);
    for chunk in &mut chunks {
        for l in 0..LANES {
            sum[l] += f(chunk[l]);
        }
    }
    for (sum, &value) in sum.iter_mut().zip(chunks.remainder()) {
        *sum += f(value);
    }
    join(sum)
}

#[inline(always)]
fn lanes2(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) -> f32 {
    let mut sum = [0.0_f32; LANES];
    let whole = a.len() / LANES * LANES;
    for (a, b) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for l in 0..LANES {
            sum[l] += f(a[l], b[l]);
        }
    }
    for (sum, (&a, &b)) in sum.iter_mut().zip(a[whole..].iter().zip(&b[whole..])) {
        *sum += f(a, b);
    }
    join(sum)
}

#[inline(always)]
fn join(sum: [f32; LANES]) -> f32 {
    ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]))
}

/// Sum of a row.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
#[must_use]
pub fn total(values: &[f32]) -> f32 {
    lanes(values, |x| x)
}

/// Layer normalisation of `x` (rows of `weight.len()` values) into `normal` (before weight and bias) and `out`;
/// `scale` receives 1/√(variance + ε) of every row. ε = 10⁻⁵.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
pub fn layer_norm(
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    normal: &mut [f32],
    scale: &mut [f32],
    out: &mut [f32],
) {
    let width = weight.len();
    let rows = x
        .chunks_exact(width)
        .zip(normal.chunks_exact_mut(width))
        .zip(out.chunks_exact_mut(width))
        .zip(scale);
    for (((x, normal), out), scale) in rows {
        let mean = lanes(x, |x| x) / width as f32;
        let variance = lanes(x, |x| (x - mean) * (x - mean)) / width as f32;
        let s = 1.0 / (variance + 1e-5).sqrt();
        *scale = s;
        for i in 0..width {
            normal[i] = (x[i] - mean) * s;
            out[i] = normal[i] * weight[i] + bias[i];
        }
    }
}

/// Backward of [`layer_norm`]: adds the derivative by x to `dx`, and by weight and bias to theirs.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
pub fn layer_norm_backward(
    dy: &[f32],
    normal: &[f32],
    scale: &[f32],
    weight: &[f32],
    dx: &mut [f32],
    dweight: &mut [f32],
    dbias: &mut [f32],
) {
    let width = weight.len();
    let rows = dy
        .chunks_exact(width)
        .zip(normal.chunks_exact(width))
        .zip(dx.chunks_exact_mut(width))
        .zip(scale);
    let mut g = vec![0.0; width];
    for (((dy, normal), dx), &scale) in rows {
        for i in 0..width {
            g[i] = dy[i] * weight[i];
            dweight[i] += dy[i] * normal[i];
            dbias[i] += dy[i];
        }
        let mean = lanes(&g, |x| x) / width as f32;
        let along = lanes2(&g, normal, |a, b| a * b) / width as f32;
        for i in 0..width {
            dx[i] += scale * (g[i] - mean - normal[i] * along);
        }
    }
}

/// Soft-max over the first `visible` entries of `scores` and one more score, the token's own, after scaling all;
/// entries from `visible` on become 0. Returns the probability of the token itself.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
pub fn softmax(scores: &mut [f32], visible: usize, own: f32, scale: f32) -> f32 {
    let (seen, unseen) = scores.split_at_mut(visible);
    unseen.fill(0.0);
    let mut high = [own * scale; LANES];
    let mut chunks = seen.chunks_exact(LANES);
    for chunk in &mut chunks {
        for l in 0..LANES {
            let x = chunk[l] * scale;
            high[l] = if x > high[l] { x } else { high[l] };
        }
    }
    for &x in chunks.remainder() {
        let x = x * scale;
        high[0] = if x > high[0] { x } else { high[0] };
    }
    let high = high
        .iter()
        .fold(own * scale, |a, &b| if b > a { b } else { a });
    for x in seen.iter_mut() {
        *x = exp(*x * scale - high);
    }
    let own = exp(own * scale - high);
    let inverse = 1.0 / (lanes(seen, |x| x) + own);
    for x in seen.iter_mut() {
        *x *= inverse;
    }
    own * inverse
}

/// Backward of [`softmax`]: turns `dp` (derivative by the probabilities) into the derivative by the unscaled scores;
/// returns that of the token's own score.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
pub fn softmax_backward(p: &[f32], own: f32, dp: &mut [f32], down: f32, scale: f32) -> f32 {
    let along = lanes2(p, dp, |a, b| a * b) + own * down;
    for (dp, &p) in dp.iter_mut().zip(p) {
        *dp = p * (*dp - along) * scale;
    }
    own * (down - along) * scale
}

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

/// `to += from`, value by value.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
pub fn add_rows(to: &mut [f32], from: &[f32]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

/// Adds every row of `rows` to `sum`.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
pub fn add_column_sums(rows: &[f32], sum: &mut [f32]) {
    for row in rows.chunks_exact(sum.len()) {
        for (sum, &x) in sum.iter_mut().zip(row) {
            *sum += x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close_everywhere() {
        for i in -8_700..=8_800 {
            let x = i as f32 * 0.01;
            let exact = libm::exp(f64::from(x));
            let error = (f64::from(exp(x)) - exact).abs() / exact;
            assert!(error < 3e-7, "exp({x}) is off by {error:e}");
        }
        assert_eq!(exp(-1e9), 0.0);
        assert!(exp(1e9).is_finite());
        assert!(exp(f32::NAN).is_nan());
    }

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

    #[test]
    fn softmax_sums_to_one_and_padding_changes_nothing() {
        let scores: Vec<f32> = (0..21).map(|i| (i * 7 % 11) as f32).collect();
        let mut a = scores[..13].to_vec();
        let own = softmax(&mut a, 13, 2.0, 0.3);
        assert!((total(&a) + own - 1.0).abs() < 1e-6);
        let mut b = scores;
        assert_eq!(softmax(&mut b, 13, 2.0, 0.3), own);
        assert_eq!(a, b[..13]);
        assert!(b[13..].iter().all(|&x| x == 0.0));
    }
}
