use multiversion::multiversion;

/// Interleaved parts of a sum.
pub const LANES: usize = 8;

#[inline(always)]
pub(super) fn lanes(values: &[f32], f: impl Fn(f32) -> f32) -> f32 {
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
pub(super) fn lanes2(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) -> f32 {
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
