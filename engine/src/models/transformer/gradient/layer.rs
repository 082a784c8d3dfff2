//! One layer in reverse: from the derivative by the residual stream after it to that before it, and to its weights.

use super::super::{
    Affine, Shape, Transformer,
    dropout::{Dropout, Left, Part, Place},
    forward::{PackedLayer, ROW_TILE, Rows, Tape, size},
    shape::LayerLayout,
};
use super::sink::Sink;
use crate::ops::{
    elementwise::{gelu_backward, layer_norm_backward, softmax_backward},
    matmul::{Packed, Start, View, multiply},
};

/// One layer on the way back; `dx` is the derivative by the residual stream, first after, then before the layer.
pub(super) struct LayerBackward<'a, 'g> {
    pub(super) shape: Shape,
    pub(super) index: usize,
    pub(super) dropout: Option<Dropout>,
    pub(super) rows: Rows<'a>,
    pub(super) layout: &'a LayerLayout,
    pub(super) transformer: &'a Transformer,
    pub(super) packed: &'a PackedLayer,
    pub(super) tape: &'a Tape,
    pub(super) dx: &'a mut Vec<f32>,
    pub(super) d_mlp: &'a mut Vec<f32>,
    pub(super) d_ln_out: &'a mut Vec<f32>,
    pub(super) d_attn_out: &'a mut Vec<f32>,
    pub(super) d_query: &'a mut Vec<f32>,
    pub(super) d_key_value: &'a mut Vec<f32>,
    pub(super) d_scores: &'a mut Vec<f32>,
    /// The derivative by what attention or MLP add to the stream, where dropout makes it differ from `dx`.
    pub(super) d_branch: &'a mut Vec<f32>,
    pub(super) left: &'a mut Left,
    pub(super) d_norm: &'a mut [Vec<f32>; 2],
    pub(super) pack: &'a mut Packed,
    pub(super) pack_2: &'a mut Packed,
    pub(super) gradient: &'a mut Sink<'g>,
}

impl LayerBackward<'_, '_> {
    /// Rows that the layer has an output of.
    fn live(&self) -> usize {
        self.rows.visible.len() - self.rows.first_live
    }

    /// Through the MLP.
    pub(super) fn mlp(&mut self) {
        let (d, wide, live) = (self.shape.width, self.shape.mlp_width(), self.live());
        let (ranges, tape) = (self.layout, self.tape);
        let dx = &mut self.dx[self.rows.first_live * d..];
        let d_out = added(self.dropout, (self.index, Part::Mlp), dx, self.d_branch, d);
        self.gradient.add_product(
            View::new(&tape.mlp_act, live, wide),
            View::new(d_out, live, d),
            self.pack,
            &ranges.mlp_out.weight,
            0,
            d,
        );
        self.gradient.add_sums(d_out, &ranges.mlp_out.bias);
        let d_mlp = size(self.d_mlp, live * wide);
        multiply(
            View::new(d_out, live, d),
            &self.packed.mlp_out,
            wide,
            Start::Zero,
            d_mlp,
            wide,
        );
        gelu_backward(&tape.mlp_pre, d_mlp);
        self.gradient.add_product(
            View::new(&tape.ln2_out, live, d),
            View::new(d_mlp, live, wide),
            self.pack,
            &ranges.mlp_in.weight,
            0,
            wide,
        );
        self.gradient.add_sums(d_mlp, &ranges.mlp_in.bias);
        let d_ln_out = size(self.d_ln_out, live * d);
        multiply(
            View::new(d_mlp, live, wide),
            &self.packed.mlp_in,
            d,
            Start::Zero,
            d_ln_out,
            d,
        );
        let [weight, bias] = self.gradient.pair(&ranges.ln_2, self.d_norm);
        layer_norm_backward(
            d_ln_out,
            &tape.ln2_normal,
            &tape.ln2_rstd,
            self.transformer.values(&ranges.ln_2.weight),
            dx,
            weight,
            bias,
        );
    }

    /// Through attention.
    pub(super) fn attention(&mut self) {
        let (d, live, count) = (self.shape.width, self.live(), self.rows.visible.len());
        let (ranges, tape) = (self.layout, self.tape);
        {
            let dx = &self.dx[self.rows.first_live * d..];
            let place = (self.index, Part::Attention);
            let d_out = added(self.dropout, place, dx, self.d_branch, d);
            self.gradient.add_product(
                View::new(&tape.attn_out, live, d),
                View::new(d_out, live, d),
                self.pack,
                &ranges.projection.weight,
                0,
                d,
            );
            self.gradient.add_sums(d_out, &ranges.projection.bias);
            let d_attn_out = size(self.d_attn_out, live * d);
            multiply(
                View::new(d_out, live, d),
                &self.packed.projection,
                d,
                Start::Zero,
                d_attn_out,
                d,
            );
        }
        size(self.d_query, live * d);
        self.d_key_value.clear();
        self.d_key_value.resize(count * 2 * d, 0.0);
        for h in 0..self.shape.heads {
            self.head(h);
        }
        // Through the three affine maps.
        let Affine { weight, bias } = &ranges.attention;
        self.gradient.add_product(
            View::new(&tape.ln1_out[self.rows.first_live * d..], live, d),
            View::new(self.d_query, live, d),
            self.pack,
            weight,
            0,
            3 * d,
        );
        self.gradient.add_product(
            View::new(&tape.ln1_out, count, d),
            View::new(self.d_key_value, count, 2 * d),
            self.pack,
            weight,
            d,
            3 * d,
        );
        let middle = bias.start + d;
        self.gradient.add_sums(self.d_query, &(bias.start..middle));
        self.gradient
            .add_sums(self.d_key_value, &(middle..bias.end));
        let d_ln_out = size(self.d_ln_out, count * d);
        multiply(
            View::new(self.d_key_value, count, 2 * d),
            &self.packed.key_value,
            d,
            Start::Zero,
            d_ln_out,
            d,
        );
        multiply(
            View::new(self.d_query, live, d),
            &self.packed.query,
            d,
            Start::Present,
            &mut d_ln_out[self.rows.first_live * d..],
            d,
        );
        let [weight, bias] = self.gradient.pair(&ranges.ln_1, self.d_norm);
        layer_norm_backward(
            d_ln_out,
            &tape.ln1_normal,
            &tape.ln1_rstd,
            self.transformer.values(&ranges.ln_1.weight),
            self.dx,
            weight,
            bias,
        );
    }

    /// One head: from the derivative by its output to those by query, key and value.
    fn head(&mut self, h: usize) {
        let (d, head) = (self.shape.width, self.shape.head_width());
        let tape = self.tape;
        let tokens = self.rows.context;
        let live = self.live();
        let scale = 1.0 / (head as f32).sqrt();
        let at = h * head;
        let keys = &mut *self.pack;
        let values = &mut *self.pack_2;
        keys.pack(View::strided(&tape.key_value[at..], tokens, head, 2 * d));
        values.pack(View::strided(&tape.key_value[d + at..], tokens, head, 2 * d).transposed());
        let mut tile_pack = Packed::default();
        for first in (0..live).step_by(ROW_TILE) {
            let rows = first..live.min(first + ROW_TILE);
            let visible = &self.rows.visible[self.rows.first_live..][rows.clone()];
            let seen = visible.iter().copied().max().unwrap_or(0);
            let p = &tape.attention[(h * live + rows.start) * tokens..][..rows.len() * tokens];
            let d_attn_out = &self.d_attn_out[rows.start * d + at..];
            let query = &tape.query[rows.start * d + at..];
            let d_scores = size(self.d_scores, rows.len() * seen);
            multiply(
                View::strided(d_attn_out, rows.len(), head, d),
                values,
                seen,
                Start::Zero,
                d_scores,
                seen,
            );
            let own = &tape.self_weight[h * live..][rows.clone()];
            let place = |r| Place {
                layer: self.index,
                part: Part::Head(h),
                row: rows.start + r,
            };
            // What the values were weighted with.
            let (mut weights, mut self_weights) = (p, own);
            if let Some(dropout) = self.dropout {
                (weights, self_weights) = self.left.after(dropout, place, (p, own), visible);
            }
            // Through the soft-max; the token itself apart.
            for (r, row) in rows.clone().enumerate() {
                let all = self.rows.first_live + row;
                let d_out = &d_attn_out[r * d..][..head];
                let key_value = &tape.key_value[all * 2 * d..][..2 * d];
                let (key, value) = (&key_value[at..][..head], &key_value[d + at..][..head]);
                let mut d_self_weight =
                    d_out.iter().zip(value).fold(0.0, |sum, (a, b)| sum + a * b);
                let d_scores = &mut d_scores[r * seen..][..seen];
                if let Some(dropout) = self.dropout {
                    let seen = &mut d_scores[..visible[r]];
                    dropout.apply_to_attention(place(r), seen, &mut d_self_weight);
                }
                let d_score = softmax_backward(
                    &p[r * tokens..][..seen],
                    own[r],
                    d_scores,
                    d_self_weight,
                    scale,
                );
                let query = &query[r * d..][..head];
                let d_key_value = &mut self.d_key_value[all * 2 * d..][..2 * d];
                for i in 0..head {
                    d_key_value[at + i] += d_score * query[i];
                    d_key_value[d + at + i] += self_weights[r] * d_out[i];
                    self.d_query[row * d + at + i] = d_score * key[i];
                }
            }
            let scores = View::new(d_scores, rows.len(), seen);
            multiply(
                scores,
                keys,
                head,
                Start::Present,
                &mut self.d_query[rows.start * d + at..],
                d,
            );
            tile_pack.pack(View::strided(query, rows.len(), head, d));
            multiply(
                scores.transposed(),
                &tile_pack,
                head,
                Start::Present,
                &mut self.d_key_value[at..],
                2 * d,
            );
            tile_pack.pack(View::strided(d_attn_out, rows.len(), head, d));
            let weights = View::strided(weights, rows.len(), seen, tokens);
            multiply(
                weights.transposed(),
                &tile_pack,
                head,
                Start::Present,
                &mut self.d_key_value[d + at..],
                2 * d,
            );
        }
    }
}

/// The derivative by what a part of a layer adds to the stream: that by the stream, or what dropout leaves of it.
fn added<'d>(
    dropout: Option<Dropout>,
    (layer, part): (usize, Part),
    dx: &'d [f32],
    left: &'d mut Vec<f32>,
    width: usize,
) -> &'d [f32] {
    let Some(dropout) = dropout else {
        return dx;
    };
    left.clear();
    left.extend_from_slice(dx);
    dropout.apply_to_rows(layer, part, left, width);
    left
}
