//! The product on the GPU: tiles for many rows, row by row for few, and what follows it in the same dispatch.

use crate::{
    gpu::{Buffer, Chunk, CommandList, FULL, HALF, Kernel, WeightBuffer, chunk, parameters},
    ops::elementwise::gpu::GELU,
};

/// Rows and columns of a tile.
const TILE: usize = 64;
/// Columns of a workgroup of a kernel for few rows.
const COLUMNS: usize = 32;
/// Up to so many rows a tile would be mostly empty.
const FEW_ROWS: usize = 8;

/// Sums of a product with few rows. Kernels of other folders take it, too.
pub(crate) const IN_ROWS: Chunk =
    chunk!("product_rows.wgsl", &[("COLUMNS", COLUMNS), ("PARTS", 8)]);

/// Sums of a product with many rows. Kernels of other folders take it, too.
pub(crate) const IN_TILES: Chunk = chunk!("product_tiles.wgsl", &[("TILE", TILE), ("DEPTH", 16)]);

/// Of a kernel with [`IN_ROWS`] and one with [`IN_TILES`] the one that is faster for a result of `rows` × `columns`, and its
/// workgroups.
pub(crate) fn share_out<'k, P>(
    few: &'k Kernel<P>,
    many: &'k Kernel<P>,
    rows: usize,
    columns: usize,
) -> (&'k Kernel<P>, [usize; 3]) {
    if rows <= FEW_ROWS {
        (few, [columns.div_ceil(COLUMNS), rows, 1])
    } else {
        (many, [columns.div_ceil(TILE), rows.div_ceil(TILE), 1])
    }
}

parameters! {
    /// Sizes and places of a product.
    pub struct ProductParameters {
        /// Rows of A and C.
        rows: usize,
        /// Columns of A, rows of B.
        inner: usize,
        /// Columns of B and C.
        columns: usize,
        /// Row *i* of A begins at `a_offset + i * a_stride`.
        a_offset: usize,
        /// From one row of A to the next.
        a_stride: usize,
        /// Where B begins.
        b_offset: usize,
        /// From one row of B to the next.
        b_stride: usize,
        /// From one entry of a row of B to the next: 1, or that of a transpose.
        b_step: usize,
        /// Where the bias begins, in the array of B.
        bias_offset: usize,
        /// Where C begins.
        c_offset: usize,
        /// From one row of C to the next.
        c_stride: usize,
        /// True where there is a bias.
        has_bias: bool,
        /// An [`After`].
        after: u32,
    }
}

/// Operands and last step of a product.
const PRODUCT: Chunk = chunk!(
    "product.wgsl",
    &[
        ("GELU", After::Gelu as usize),
        ("ADD", After::Add as usize),
        ("GELU_SLOPE", After::GeluSlope as usize),
    ]
);

/// For many rows.
pub const TILES: Kernel<ProductParameters> =
    Kernel::new("product in tiles", &[], &[FULL, GELU, PRODUCT, IN_TILES]);

/// For many rows, B in half precision.
pub const HALF_TILES: Kernel<ProductParameters> = Kernel::new(
    "product in tiles, half precision",
    &[],
    &[HALF, GELU, PRODUCT, IN_TILES],
);

/// For few rows.
pub const ROW: Kernel<ProductParameters> =
    Kernel::new("product row by row", &[], &[FULL, GELU, PRODUCT, IN_ROWS]);

/// For few rows, B in half precision.
pub const HALF_ROW: Kernel<ProductParameters> = Kernel::new(
    "product row by row, half precision",
    &[],
    &[HALF, GELU, PRODUCT, IN_ROWS],
);

/// A matrix inside an array: row *i* begins at `offset + i * stride`.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The array.
    pub array: &'a Buffer<f32>,
    /// Element at which row 0 begins.
    pub offset: usize,
    /// From one row to the next.
    pub stride: usize,
}

impl<'a> Rows<'a> {
    /// Rows that lie `stride` apart, from the beginning of `array` on.
    #[must_use]
    pub fn new(array: &'a Buffer<f32>, stride: usize) -> Self {
        Self {
            array,
            offset: 0,
            stride,
        }
    }

    /// The same rows, beginning `offset` elements later.
    #[must_use]
    pub fn offset_by(self, offset: usize) -> Self {
        Self {
            offset: self.offset + offset,
            ..self
        }
    }
}

/// A matrix that is multiplied with: as [`Rows`], perhaps in half precision, perhaps transposed.
#[derive(Clone, Copy, Debug)]
pub struct Right<'a> {
    array: WeightBuffer<'a>,
    offset: usize,
    /// From one row to the next.
    stride: usize,
    /// From one entry of a row to the next.
    step: usize,
}

impl<'a> Right<'a> {
    /// Rows that lie `stride` apart, from the beginning of `array` on.
    #[must_use]
    pub fn new(array: impl Into<WeightBuffer<'a>>, stride: usize) -> Self {
        Self {
            array: array.into(),
            offset: 0,
            stride,
            step: 1,
        }
    }

    /// The same matrix, beginning `offset` elements later.
    #[must_use]
    pub fn offset_by(self, offset: usize) -> Self {
        Self {
            offset: self.offset + offset,
            ..self
        }
    }

    /// The transpose.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self {
            stride: self.step,
            step: self.stride,
            ..self
        }
    }
}

/// The operation on an entry of the product once the bias is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// It is stored.
    Store,
    /// Its GELU is stored.
    Gelu,
    /// It is added to what is there: a residual stream.
    Add,
    /// It is multiplied by the derivative of the GELU at what is there: the way back through a GELU.
    GeluSlope,
}

/// C = after(bias + A · B).
#[derive(Clone, Copy, Debug)]
pub struct Product<'a> {
    /// Rows of A and C.
    pub rows: usize,
    /// Columns of A, rows of B.
    pub inner: usize,
    /// Columns of B and C.
    pub columns: usize,
    /// The left-hand side.
    pub a: Rows<'a>,
    /// The right-hand side.
    pub b: Right<'a>,
    /// One value a column, from this place on in the array of B.
    pub bias: Option<usize>,
    /// The result; no other array of the product.
    pub c: Rows<'a>,
    /// The last step.
    pub after: After,
}

impl Product<'_> {
    /// Records the product.
    pub fn record(&self, commands: &mut CommandList) {
        let parameters = ProductParameters {
            rows: self.rows,
            inner: self.inner,
            columns: self.columns,
            a_offset: self.a.offset,
            a_stride: self.a.stride,
            b_offset: self.b.offset,
            b_stride: self.b.stride,
            b_step: self.b.step,
            bias_offset: self.bias.unwrap_or(0),
            c_offset: self.c.offset,
            c_stride: self.c.stride,
            has_bias: self.bias.is_some(),
            after: self.after as u32,
        };
        let arrays = [self.a.array.raw(), self.b.array.raw(), self.c.array.raw()];
        let few = self.b.array.kernel(&ROW, &HALF_ROW);
        let many = self.b.array.kernel(&TILES, &HALF_TILES);
        let (kernel, grid) = share_out(few, many, self.rows, self.columns);
        commands.dispatch(kernel, &parameters, &arrays, grid);
    }
}
