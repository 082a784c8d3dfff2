use multiversion::multiversion;

use super::sums::{lanes, lanes2};

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
