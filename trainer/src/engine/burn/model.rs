//! The weights on the device: one tensor for every tensor of the checkpoint, and the gradients back.

use std::ops::Range;

use burn::tensor::{Device, Gradients, Tensor, TensorData};
use chickadee_engine::models::transformer::{self as twin, Layout, Shape};

/// A weight with its bias.
#[derive(Clone, Debug)]
pub struct Affine<const D: usize> {
    /// In × out for a map (the authors' orientation except for embedding and head, which they keep turned); the
    /// factors of a normalisation.
    pub weight: Tensor<D>,
    /// Added to every row.
    pub bias: Tensor<1>,
}

/// One layer.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Normalisation before the attention.
    pub ln_1: Affine<1>,
    /// Query, key and value, d × 3d.
    pub attention: Affine<2>,
    /// Output of the attention, d × d.
    pub projection: Affine<2>,
    /// Normalisation before the MLP.
    pub ln_2: Affine<1>,
    /// Into the MLP, d × 4d.
    pub mlp_in: Affine<2>,
    /// Out of it, 4d × d.
    pub mlp_out: Affine<2>,
}

/// All weights of a transformer on a device.
#[derive(Clone, Debug)]
pub struct Model {
    /// The sizes.
    pub shape: Shape,
    /// The layers.
    pub layers: Vec<Layer>,
    /// The last normalisation.
    pub norm: Affine<1>,
    /// The embedding, d × token.
    pub embed: Affine<2>,
    /// The logits, A × d.
    pub head: Affine<2>,
}

impl Model {
    /// Carries `weights` to `device`. When that device keeps track of gradients, so do the weights.
    #[must_use]
    pub fn upload(shape: Shape, layout: &Layout, weights: &[f32], device: &Device) -> Self {
        let up = Upload { weights, device };
        let (d, inner) = (shape.width, shape.mlp_width());
        let layers = layout
            .layers
            .iter()
            .map(|layer| Layer {
                ln_1: up.affine(&layer.ln_1, [d], d),
                attention: up.affine(&layer.attention, [d, 3 * d], 3 * d),
                projection: up.affine(&layer.projection, [d, d], d),
                ln_2: up.affine(&layer.ln_2, [d], d),
                mlp_in: up.affine(&layer.mlp_in, [d, inner], inner),
                mlp_out: up.affine(&layer.mlp_out, [inner, d], d),
            })
            .collect();
        Self {
            shape,
            layers,
            norm: up.affine(&layout.norm, [d], d),
            embed: up.affine(&layout.embed, [d, shape.token_width()], d),
            head: up.affine(&layout.head, [shape.actions, d], shape.actions),
        }
    }

    /// The gradients of all weights as one vector, laid out as the weights are: in the order in which [`Layout`]
    /// names the tensors.
    #[must_use]
    pub fn gradient(&self, mut from: Gradients) -> Tensor<1> {
        let mut parts = Vec::new();
        for layer in &self.layers {
            take(&layer.ln_1, &mut from, &mut parts);
            take(&layer.attention, &mut from, &mut parts);
            take(&layer.projection, &mut from, &mut parts);
            take(&layer.ln_2, &mut from, &mut parts);
            take(&layer.mlp_in, &mut from, &mut parts);
            take(&layer.mlp_out, &mut from, &mut parts);
        }
        take(&self.norm, &mut from, &mut parts);
        take(&self.embed, &mut from, &mut parts);
        take(&self.head, &mut from, &mut parts);
        Tensor::cat(parts, 0)
    }
}

struct Upload<'a> {
    weights: &'a [f32],
    device: &'a Device,
}

impl Upload<'_> {
    fn affine<const D: usize>(
        &self,
        at: &twin::Affine,
        weight: [usize; D],
        bias: usize,
    ) -> Affine<D> {
        Affine {
            weight: self.tensor(&at.weight, weight),
            bias: self.tensor(&at.bias, [bias]),
        }
    }

    fn tensor<const D: usize>(&self, range: &Range<usize>, shape: [usize; D]) -> Tensor<D> {
        let data = TensorData::new(self.weights[range.clone()].to_vec(), shape);
        let tensor = Tensor::from_data(data, self.device);
        if self.device.is_autodiff() {
            tensor.require_grad()
        } else {
            tensor
        }
    }
}

fn take<const D: usize>(affine: &Affine<D>, from: &mut Gradients, parts: &mut Vec<Tensor<1>>) {
    parts.push(take_one(&affine.weight, from));
    parts.push(take_one(&affine.bias, from));
}

/// A weight that no answer depends on has no entry: its gradient is zero.
fn take_one<const D: usize>(weight: &Tensor<D>, from: &mut Gradients) -> Tensor<1> {
    let length: usize = weight.dims().iter().product();
    match weight.grad_remove(from) {
        Some(gradient) => gradient.reshape([length]),
        None => Tensor::zeros([length], &weight.device().without_autodiff()),
    }
}
