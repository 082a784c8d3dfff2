//! Layer normalisation on the GPU. (The GELU follows a product in the product's own kernel, the soft-max is part of the
//! attention.)

use crate::gpu::{
    Buffer, Chunk, CommandList, FULL, HALF, Kernel, ONE_LANE, REDUCE, WeightBuffer, chunk,
    parameters,
};

/// The GELU and its derivative.
pub(crate) const GELU: Chunk = chunk!("gelu.wgsl");

const THREADS: &[(&str, usize)] = &[("THREADS", 64)];
const MOMENTS: Chunk = chunk!("moments.wgsl");
const NORM: Chunk = chunk!("layer_norm.wgsl");
const NORM_BACKWARD: Chunk = chunk!("layer_norm_backward.wgsl");
const STANDARDISE: Chunk = chunk!("standardise.wgsl");

parameters! {
    /// A layer normalisation, or the way back through one.
    pub struct NormParameters {
        /// Length of a row.
        width: usize,
        /// Where the weight begins.
        weight_offset: usize,
        /// Where the bias begins.
        bias_offset: usize,
    }
}

parameters! {
    /// A standardisation.
    pub struct StandardParameters {
        /// Length of a row.
        width: usize,
    }
}

/// Layer normalisation.
pub const LAYER_NORM: Kernel<NormParameters> = Kernel::new(
    "layer normalisation",
    THREADS,
    &[ONE_LANE, REDUCE, MOMENTS, FULL, NORM],
);

/// Layer normalisation, weight and bias in half precision.
pub const HALF_LAYER_NORM: Kernel<NormParameters> = Kernel::new(
    "layer normalisation, half precision",
    THREADS,
    &[ONE_LANE, REDUCE, MOMENTS, HALF, NORM],
);

/// Back through a layer normalisation.
pub const LAYER_NORM_BACK: Kernel<NormParameters> = Kernel::new(
    "back through a layer normalisation",
    THREADS,
    &[ONE_LANE, REDUCE, MOMENTS, FULL, NORM_BACKWARD],
);

/// Back through a layer normalisation, weight in half precision.
pub const HALF_LAYER_NORM_BACK: Kernel<NormParameters> = Kernel::new(
    "back through a layer normalisation, half precision",
    THREADS,
    &[ONE_LANE, REDUCE, MOMENTS, HALF, NORM_BACKWARD],
);

/// Rows without their mean and with length 1.
pub const STANDARD: Kernel<StandardParameters> = Kernel::new(
    "standardised rows",
    THREADS,
    &[ONE_LANE, REDUCE, MOMENTS, STANDARDISE],
);

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

impl Norm<'_> {
    fn parameters(&self, width: usize) -> NormParameters {
        NormParameters {
            width,
            weight_offset: self.weight,
            bias_offset: self.bias,
        }
    }
}

/// Normalises `rows` rows of `width` values of `x` into `out`.
pub fn layer_norm(
    commands: &mut CommandList,
    x: &Buffer<f32>,
    norm: Norm,
    (rows, width): (usize, usize),
    out: &Buffer<f32>,
) {
    commands.dispatch(
        norm.array.kernel(&LAYER_NORM, &HALF_LAYER_NORM),
        &norm.parameters(width),
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
        &StandardParameters { width },
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
    commands.dispatch(
        norm.array.kernel(&LAYER_NORM_BACK, &HALF_LAYER_NORM_BACK),
        &norm.parameters(width),
        &[x.raw(), norm.array.raw(), dy.raw(), dx.raw()],
        [rows, 1, 1],
    );
}
