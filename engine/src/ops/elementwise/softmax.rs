use multiversion::multiversion;

use super::{
    exp,
    sums::{LANES, lanes, lanes2},
};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_sums_to_one_and_padding_changes_nothing() {
        let scores: Vec<f32> = (0..21).map(|i| (i * 7 % 11) as f32).collect();
        let mut a = scores[..13].to_vec();
        let own = softmax(&mut a, 13, 2.0, 0.3);
        assert!((lanes(&a, |x| x) + own - 1.0).abs() < 1e-6);
        let mut b = scores;
        assert_eq!(softmax(&mut b, 13, 2.0, 0.3), own);
        assert_eq!(a, b[..13]);
        assert!(b[13..].iter().all(|&x| x == 0.0));
    }
}
