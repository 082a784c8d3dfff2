use super::{View, half::HalfRow};

/// Columns of a panel: two AVX2 registers, one of AVX-512, four of WebAssembly.
pub const LANES: usize = 16;

/// Numbers of one row of a panel.
pub(super) type Row = [f32; LANES];

/// One row of a panel, on one line of the cache.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub(super) struct FullRow(pub(super) Row);

/// A row of a panel as it is stored.
pub(super) trait PanelRow {
    /// Its numbers, times 2⁻¹⁰² where they are stored in half precision.
    fn read(&self) -> Row;
}

impl PanelRow for FullRow {
    #[inline(always)]
    fn read(&self) -> Row {
        self.0
    }
}

/// The right-hand side of a product, in panels of [`LANES`] columns; it can grow by rows or by columns.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    pub(super) inner: usize,
    pub(super) columns: usize,
    /// One vector a panel, `inner` rows; columns past the end are zero.
    pub(super) panels: Vec<Vec<FullRow>>,
}

impl Packed {
    /// An empty matrix with 0 rows and `columns` columns, to be grown with [`Packed::push_row`].
    #[must_use]
    pub fn empty_rows(columns: usize) -> Self {
        Self {
            inner: 0,
            columns,
            panels: vec![Vec::new(); columns.div_ceil(LANES)],
        }
    }

    /// An empty matrix with `inner` rows and 0 columns, to be grown with [`Packed::push_column`].
    #[must_use]
    pub fn empty_columns(inner: usize) -> Self {
        Self {
            inner,
            columns: 0,
            panels: Vec::new(),
        }
    }

    /// Packs a matrix.
    #[must_use]
    pub fn new(matrix: View) -> Self {
        let mut packed = Self::default();
        packed.pack(matrix);
        packed
    }

    /// Packs another matrix into the memory of this one.
    pub fn pack(&mut self, matrix: View) {
        self.inner = matrix.rows;
        self.columns = matrix.columns;
        self.panels
            .resize_with(matrix.columns.div_ceil(LANES), Vec::new);
        for (p, panel) in self.panels.iter_mut().enumerate() {
            let first = p * LANES;
            let columns = (matrix.columns - first).min(LANES);
            panel.clear();
            panel.resize(matrix.rows, FullRow([0.0; LANES]));
            if matrix.column_stride == 1 {
                for (row, out) in panel.iter_mut().enumerate() {
                    let from = &matrix.values[row * matrix.row_stride + first..][..columns];
                    out.0[..columns].copy_from_slice(from);
                }
            } else {
                for column in 0..columns {
                    let from = &matrix.values[(first + column) * matrix.column_stride..];
                    for (row, out) in panel.iter_mut().enumerate() {
                        out.0[column] = from[row * matrix.row_stride];
                    }
                }
            }
        }
    }

    /// Adds a row below; `row` has one value a column.
    pub fn push_row(&mut self, row: &[f32]) {
        debug_assert_eq!(row.len(), self.columns);
        for (panel, row) in self.panels.iter_mut().zip(row.chunks(LANES)) {
            let mut lanes = [0.0; LANES];
            lanes[..row.len()].copy_from_slice(row);
            panel.push(FullRow(lanes));
        }
        self.inner += 1;
    }

    /// Adds a column at the right; `column` has one value a row.
    pub fn push_column(&mut self, column: &[f32]) {
        debug_assert_eq!(column.len(), self.inner);
        let lane = self.columns % LANES;
        if lane == 0 {
            self.panels.push(vec![FullRow([0.0; LANES]); self.inner]);
        }
        if let Some(panel) = self.panels.last_mut() {
            for (out, &value) in panel.iter_mut().zip(column) {
                out.0[lane] = value;
            }
        }
        self.columns += 1;
    }

    /// Forgets the rows from `rows` on.
    pub fn truncate_rows(&mut self, rows: usize) {
        self.inner = self.inner.min(rows);
        for panel in &mut self.panels {
            panel.truncate(self.inner);
        }
    }

    /// Forgets the columns from `columns` on.
    pub fn truncate_columns(&mut self, columns: usize) {
        self.columns = self.columns.min(columns);
        self.panels.truncate(self.columns.div_ceil(LANES));
        let lanes = self.columns % LANES;
        if lanes > 0
            && let Some(panel) = self.panels.last_mut()
        {
            for out in panel {
                out.0[lanes..].fill(0.0);
            }
        }
    }

    /// Row `row` of B.
    pub fn row(&self, row: usize) -> impl Iterator<Item = f32> + '_ {
        let lanes = self.panels.iter().flat_map(move |panel| &panel[row].0);
        lanes.take(self.columns).copied()
    }

    /// Column `column` of B.
    pub fn column(&self, column: usize) -> impl Iterator<Item = f32> + '_ {
        let panel = &self.panels[column / LANES];
        panel.iter().map(move |row| row.0[column % LANES])
    }

    /// Inner dimension: the rows of B.
    #[must_use]
    pub fn inner(&self) -> usize {
        self.inner
    }

    /// Columns of B.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }
}

/// The right-hand side of a product, as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct Right<'a> {
    pub(super) inner: usize,
    pub(super) columns: usize,
    pub(super) panels: Panels<'a>,
}

/// One vector a panel.
#[derive(Clone, Copy, Debug)]
pub(super) enum Panels<'a> {
    Full(&'a [Vec<FullRow>]),
    Half(&'a [Vec<HalfRow>]),
}

/// What can stand at the right of a product.
pub trait AsRight {
    /// Its panels.
    fn as_right(&self) -> Right<'_>;
}

impl AsRight for Packed {
    fn as_right(&self) -> Right<'_> {
        Right {
            inner: self.inner,
            columns: self.columns,
            panels: Panels::Full(&self.panels),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grown_and_cut_equals_packed() {
        let (k, n) = (20, 37);
        let b: Vec<f32> = (0..k * n).map(|i| (i * 7 % 11) as f32 - 5.0).collect();
        let whole = Packed::new(View::new(&b, k, n));
        let mut by_rows = Packed::empty_rows(n);
        let mut by_columns = Packed::empty_columns(k);
        for row in b.chunks(n) {
            by_rows.push_row(row);
        }
        by_rows.push_row(&b[..n]);
        by_rows.truncate_rows(k);
        for j in (0..n).chain([3]) {
            by_columns.push_column(&(0..k).map(|i| b[i * n + j]).collect::<Vec<_>>());
        }
        by_columns.truncate_columns(n);
        assert_eq!(whole.panels, by_rows.panels);
        assert_eq!(whole.panels, by_columns.panels);
    }
}
