//! Attention rollout: the tokens that a query reads from, through all layers.
//!
//! A layer mixes what attention fetched with what was in the stream already. Abnar & Zuidema (2020), *Quantifying attention
//! flow in transformers*, count both halves alike: ½ (A + I) is what a layer passes on, and the product over layers is
//! what arrives. (The authors of the transformer multiply A + I in the other order and do not normalise.)

use crate::base::Matrix;

/// The mean of the attention matrices of all heads of a layer; they have one shape.
#[must_use]
pub fn head_mean(heads: &[Matrix]) -> Matrix {
    let Some(first) = heads.first() else {
        return Matrix::default();
    };
    let mut mean = first.clone();
    for head in &heads[1..] {
        for (mean, value) in mean.values_mut().iter_mut().zip(head.values()) {
            *mean += value;
        }
    }
    let scale = 1.0 / heads.len() as f32;
    for mean in mean.values_mut() {
        *mean *= scale;
    }
    mean
}

/// The share of every token in what the last token, the query, has after all layers.
///
/// `layers` holds a square matrix a layer, first layer first: tokens × tokens, heads averaged, rows sum to one. The
/// shares sum to one too. Only one row of the product is formed: tokens² a layer.
#[must_use]
pub fn rollout(layers: &[Matrix]) -> Vec<f32> {
    let tokens = layers.first().map_or(0, Matrix::rows);
    let mut share = vec![0.0_f32; tokens];
    if let Some(query) = share.last_mut() {
        *query = 1.0;
    }
    for attention in layers.iter().rev() {
        let mut before: Vec<f32> = share.iter().map(|share| 0.5 * share).collect();
        for (token, &share) in share.iter().enumerate() {
            if share != 0.0 {
                for (before, weight) in before.iter_mut().zip(attention.row(token)) {
                    *before += 0.5 * share * weight;
                }
            }
        }
        share = before;
    }
    share
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::{Random, Stream};

    /// Causal attention with arbitrary weights.
    fn attention(tokens: usize, position: u64) -> Matrix {
        let mut random = Random::new(1, Stream::Initial, position);
        let mut matrix = Matrix::zeros(tokens, tokens);
        for row in 0..tokens {
            let values = &mut matrix.row_mut(row)[..=row];
            values.fill_with(|| random.uniform());
            let total: f32 = values.iter().sum();
            for value in values {
                *value /= total;
            }
        }
        matrix
    }

    #[test]
    fn it_is_the_last_row_of_the_product() {
        let layers: Vec<Matrix> = (0..3).map(|i| attention(7, i)).collect();
        let mut product = Matrix::zeros(7, 7);
        for i in 0..7 {
            product.row_mut(i)[i] = 1.0;
        }
        for layer in &layers {
            let mut next = Matrix::zeros(7, 7);
            for i in 0..7 {
                for j in 0..7 {
                    let half = |k: usize| 0.5 * (layer.row(i)[k] + f32::from(u8::from(i == k)));
                    next.row_mut(i)[j] = (0..7).map(|k| half(k) * product.row(k)[j]).sum();
                }
            }
            product = next;
        }
        let shares = rollout(&layers);
        for (share, expected) in shares.iter().zip(product.row(6)) {
            assert!((share - expected).abs() < 1e-6);
        }
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }

    /// The query reads token 1 in the second layer, which read token 0 in the first.
    #[test]
    fn order_matters() {
        let first = Matrix::from_values(3, 3, vec![1., 0., 0., 1., 0., 0., 0., 0., 1.]);
        let second = Matrix::from_values(3, 3, vec![1., 0., 0., 0., 1., 0., 0., 1., 0.]);
        assert_eq!(rollout(&[first.clone(), second.clone()]), [0.25, 0.25, 0.5]);
        assert_eq!(rollout(&[second, first]), [0.0, 0.5, 0.5]);
        assert_eq!(rollout(&[]), [0.0_f32; 0]);
    }

    #[test]
    fn heads_are_averaged() {
        let one = Matrix::from_values(1, 2, vec![1.0, 0.0]);
        let two = Matrix::from_values(1, 2, vec![0.5, 0.5]);
        assert_eq!(head_mean(&[one, two]).values(), [0.75, 0.25]);
        assert_eq!(head_mean(&[]), Matrix::default());
    }
}
