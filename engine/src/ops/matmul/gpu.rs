//! The product on the GPU: tiles for many rows, row by row for few, and what follows it in the same dispatch.

use crate::gpu::{Buffer, CommandList, Kernel, WeightBuffer, Word};

/// Rows and columns of a tile.
const TILE: usize = 64;
/// Columns of a workgroup of the kernel for few rows.
const COLUMNS: usize = 32;
/// Up to so many rows a tile would be mostly empty.
const FEW_ROWS: usize = 8;
const GELU: usize = 1;
const ADD: usize = 2;
const GELU_SLOPE: usize = 3;

/// For many rows.
pub const TILES: Kernel = tiles(
    "product in tiles",
    concat!(
        include_str!("../../gpu/full.wgsl"),
        include_str!("tiles.wgsl")
    ),
);

/// For many rows, B in half precision.
pub const HALF_TILES: Kernel = tiles(
    "product in tiles, half precision",
    concat!(
        include_str!("../../gpu/half.wgsl"),
        include_str!("tiles.wgsl")
    ),
);

/// For few rows.
pub const ROW: Kernel = row(
    "product row by row",
    concat!(
        include_str!("../../gpu/full.wgsl"),
        include_str!("row.wgsl")
    ),
);

/// For few rows, B in half precision.
pub const HALF_ROW: Kernel = row(
    "product row by row, half precision",
    concat!(
        include_str!("../../gpu/half.wgsl"),
        include_str!("row.wgsl")
    ),
);

const fn tiles(name: &'static str, source: &'static str) -> Kernel {
    Kernel {
        name,
        source,
        constants: &[
            ("TILE", TILE),
            ("DEPTH", 16),
            ("GELU", GELU),
            ("ADD", ADD),
            ("GELU_SLOPE", GELU_SLOPE),
        ],
    }
}

const fn row(name: &'static str, source: &'static str) -> Kernel {
    Kernel {
        name,
        source,
        constants: &[
            ("COLUMNS", COLUMNS),
            ("PARTS", 8),
            ("GELU", GELU),
            ("ADD", ADD),
            ("GELU_SLOPE", GELU_SLOPE),
        ],
    }
}

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
    /// In the order of `Parameters` in both kernels.
    fn words(&self) -> [u32; 13] {
        let after = match self.after {
            After::Store => 0,
            After::Gelu => GELU,
            After::Add => ADD,
            After::GeluSlope => GELU_SLOPE,
        };
        [
            self.rows.word(),
            self.inner.word(),
            self.columns.word(),
            self.a.offset.word(),
            self.a.stride.word(),
            self.b.offset.word(),
            self.b.stride.word(),
            self.b.step.word(),
            self.bias.unwrap_or(0).word(),
            self.c.offset.word(),
            self.c.stride.word(),
            self.bias.is_some().word(),
            after.word(),
        ]
    }

    /// Records the product.
    pub fn record(&self, commands: &mut CommandList) {
        let arrays = [self.a.array.raw(), self.b.array.raw(), self.c.array.raw()];
        let (few, many) = match self.b.array {
            WeightBuffer::Full(_) => (&ROW, &TILES),
            WeightBuffer::Half(_) => (&HALF_ROW, &HALF_TILES),
        };
        let (kernel, grid) = if self.rows <= FEW_ROWS {
            (few, [self.columns.div_ceil(COLUMNS), self.rows, 1])
        } else {
            let tiles = [self.columns.div_ceil(TILE), self.rows.div_ceil(TILE), 1];
            (many, tiles)
        };
        commands.dispatch(kernel, &self.words(), &arrays, grid);
    }
}
