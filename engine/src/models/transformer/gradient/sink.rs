//! Where the gradients of weights go.

use std::ops::Range;

use super::super::{Affine, forward::size};
use crate::ops::{
    elementwise::add_column_sums,
    matmul::{Packed, Start, View, multiply},
};

/// Destination of the gradients of weights, laid out as the weights; none when only those of tokens are wanted.
pub(super) struct Sink<'g>(pub(super) Option<&'g mut [f32]>);

impl Sink<'_> {
    /// `part += leftᵀ · right` for two matrices with the same rows; the product begins `at` values into the part, and
    /// its rows lie `stride` apart.
    pub(super) fn add_product(
        &mut self,
        left: View,
        right: View,
        pack: &mut Packed,
        part: &Range<usize>,
        at: usize,
        stride: usize,
    ) {
        let Some(gradient) = &mut self.0 else {
            return;
        };
        pack.pack(right);
        multiply(
            left.transposed(),
            pack,
            pack.columns(),
            Start::Present,
            &mut gradient[part.clone()][at..],
            stride,
        );
    }

    /// Adds all rows to a part of the length of a row.
    pub(super) fn add_sums(&mut self, rows: &[f32], part: &Range<usize>) {
        if let Some(gradient) = &mut self.0 {
            add_column_sums(rows, &mut gradient[part.clone()]);
        }
    }

    /// Weight and bias of a normalisation, which lie in this order; `unused` where they are not wanted.
    pub(super) fn pair<'a>(
        &'a mut self,
        part: &Affine,
        unused: &'a mut [Vec<f32>; 2],
    ) -> [&'a mut [f32]; 2] {
        if let Some(gradient) = &mut self.0 {
            let (head, tail) = gradient.split_at_mut(part.bias.start);
            return [&mut head[part.weight.clone()], &mut tail[..part.bias.len()]];
        }
        unused
            .each_mut()
            .map(|buffer| size(buffer, part.weight.len()))
    }
}
