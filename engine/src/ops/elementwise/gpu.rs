//! Layer normalisation on the GPU. (The GELU follows a product in the product's own kernel, the soft-max is part of the
//! attention.)

use crate::gpu::{Buffer, CommandList, Kernel, WeightBuffer, Word};

/// Layer normalisation.
pub const LAYER_NORM: Kernel = Kernel {
    name: "layer normalisation",
    source: concat!(
        include_str!("../../gpu/full.wgsl"),
        include_str!("total.wgsl"),
        include_str!("layer_norm.wgsl")
    ),
    constants: &[("THREADS", 64)],
};

/// Layer normalisation, weight and bias in half precision.
pub const HALF_LAYER_NORM: Kernel = Kernel {
    name: "layer normalisation, half precision",
    source: concat!(
        include_str!("../../gpu/half.wgsl"),
        include_str!("total.wgsl"),
        include_str!("layer_norm.wgsl")
    ),
    constants: &[("THREADS", 64)],
};

/// Back through a layer normalisation.
pub const LAYER_NORM_BACK: Kernel = Kernel {
    name: "back through a layer normalisation",
    source: concat!(
        include_str!("../../gpu/full.wgsl"),
        include_str!("total.wgsl"),
        include_str!("layer_norm_back.wgsl")
    ),
    constants: &[("THREADS", 64)],
};

/// Back through a layer normalisation, weight in half precision.
pub const HALF_LAYER_NORM_BACK: Kernel = Kernel {
    name: "back through a layer normalisation, half precision",
    source: concat!(
        include_str!("../../gpu/half.wgsl"),
        include_str!("total.wgsl"),
        include_str!("layer_norm_back.wgsl")
    ),
    constants: &[("THREADS", 64)],
};

/// Rows without their mean and with length 1.
pub const STANDARD: Kernel = Kernel {
    name: "standardised rows",
    source: concat!(include_str!("total.wgsl"), include_str!("standard.wgsl")),
    constants: &[("THREADS", 64)],
};

/// Offsets of weight and bias of a normalisation in one array.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a> {
    /// The array.
    pub array: WeightBuffer<'a>,
    /// Offset of the weight.
    pub weight: usize,
    /// Offset of the bias.
    pub bias: usize,
}

/// Normalises `rows` rows of `width` values of `x` into `out`.
pub fn layer_norm(
    commands: &mut CommandList,
    x: &Buffer<f32>,
    norm: Norm,
    (rows, width): (usize, usize),
    out: &Buffer<f32>,
) {
    let kernel = match norm.array {
        WeightBuffer::Full(_) => &LAYER_NORM,
        WeightBuffer::Half(_) => &HALF_LAYER_NORM,
    };
    commands.dispatch(
        kernel,
        &[width.word(), norm.weight.word(), norm.bias.word()],
        &[x.raw(), norm.array.raw(), out.raw()],
        [rows, 1, 1],
    );
}

/// Takes the mean out of `rows` rows of `width` values of `x` and makes them 1 long; a row that does not vary becomes zeros.
pub fn standardise(
    commands: &mut CommandList,
    x: &Buffer<f32>,
    (rows, width): (usize, usize),
    out: &Buffer<f32>,
) {
    commands.dispatch(
        &STANDARD,
        &[width.word()],
        &[x.raw(), out.raw()],
        [rows, 1, 1],
    );
}

/// Adds the derivative by the rows of `x` to `dx`, where `dy` is that by the normalised rows.
pub fn layer_norm_back(
    commands: &mut CommandList,
    x: &Buffer<f32>,
    norm: Norm,
    (rows, width): (usize, usize),
    dy: &Buffer<f32>,
    dx: &Buffer<f32>,
) {
    let kernel = match norm.array {
        WeightBuffer::Full(_) => &LAYER_NORM_BACK,
        WeightBuffer::Half(_) => &HALF_LAYER_NORM_BACK,
    };
    commands.dispatch(
        kernel,
        &[width.word(), norm.weight.word()],
        &[x.raw(), norm.array.raw(), dy.raw(), dx.raw()],
        [rows, 1, 1],
    );
}
