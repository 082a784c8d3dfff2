use std::ops::Range;

use multiversion::multiversion;

/// Columns of a panel: two AVX2 registers, one of AVX-512, four of WebAssembly.
pub const LANES: usize = 16;

/// Rows of a tile: with two AVX2 registers a row, twelve of the sixteen registers hold sums.
const TILE: usize = 6;

/// Panels that one row takes at once: natively a panel is a vector or two, and every sum waits for the one before. Four
/// vectors, as on the web, do not wait.
const ABREAST: usize = if cfg!(target_arch = "wasm32") { 1 } else { 4 };

/// A matrix seen through two strides: element (i, j) is `values[i * row_stride + j * column_stride]`.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> View<'a> {
    /// `rows` × `columns` values, row after row.
    #[must_use]
    pub fn new(values: &'a [f32], rows: usize, columns: usize) -> Self {
        Self::strided(values, rows, columns, columns)
    }

    /// Rows that lie `row_stride` apart.
    #[must_use]
    pub fn strided(values: &'a [f32], rows: usize, columns: usize, row_stride: usize) -> Self {
        Self {
            values,
            rows,
            columns,
            row_stride,
            column_stride: 1,
        }
    }

    /// The transposed matrix, without moving anything.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    fn at(&self, row: usize, column: usize) -> f32 {
        self.values[row * self.row_stride + column * self.column_stride]
    }
}

/// The right-hand side of a product, in panels of [`LANES`] columns; it can grow by rows or by columns.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    inner: usize,
    columns: usize,
    /// One vector a panel, `inner` × [`LANES`]; columns past the end are zero.
    panels: Vec<Vec<f32>>,
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
            panel.resize(matrix.rows * LANES, 0.0);
            if matrix.column_stride == 1 {
                for (row, out) in panel.chunks_exact_mut(LANES).enumerate() {
                    let from = &matrix.values[row * matrix.row_stride + first..][..columns];
                    out[..columns].copy_from_slice(from);
                }
            } else {
                for column in 0..columns {
                    let from = &matrix.values[(first + column) * matrix.column_stride..];
                    for (row, out) in panel.chunks_exact_mut(LANES).enumerate() {
                        out[column] = from[row * matrix.row_stride];
                    }
                }
            }
        }
    }

    /// Adds a row below; `row` has one value a column.
    pub fn push_row(&mut self, row: &[f32]) {
        debug_assert_eq!(row.len(), self.columns);
        for (panel, row) in self.panels.iter_mut().zip(row.chunks(LANES)) {
            panel.extend_from_slice(row);
            panel.resize((self.inner + 1) * LANES, 0.0);
        }
        self.inner += 1;
    }

    /// Adds a column at the right; `column` has one value a row.
    pub fn push_column(&mut self, column: &[f32]) {
        debug_assert_eq!(column.len(), self.inner);
        let lane = self.columns % LANES;
        if lane == 0 {
            self.panels.push(vec![0.0; self.inner * LANES]);
        }
        if let Some(panel) = self.panels.last_mut() {
            for (out, &value) in panel.chunks_exact_mut(LANES).zip(column) {
                out[lane] = value;
            }
        }
        self.columns += 1;
    }

    /// Forgets the rows from `rows` on.
    pub fn truncate_rows(&mut self, rows: usize) {
        self.inner = self.inner.min(rows);
        for panel in &mut self.panels {
            panel.truncate(self.inner * LANES);
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
            for out in panel.chunks_exact_mut(LANES) {
                out[lanes..].fill(0.0);
            }
        }
    }

    /// Row `row` of B.
    pub fn row(&self, row: usize) -> impl Iterator<Item = f32> + '_ {
        let lanes = self
            .panels
            .iter()
            .flat_map(move |panel| &panel[row * LANES..][..LANES]);
        lanes.take(self.columns).copied()
    }

    /// Column `column` of B.
    pub fn column(&self, column: usize) -> impl Iterator<Item = f32> + '_ {
        let panel = &self.panels[column / LANES];
        let rows = panel.chunks_exact(LANES).take(self.inner);
        rows.map(move |row| row[column % LANES])
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

/// The initial values of the sums.
#[derive(Clone, Copy, Debug)]
pub enum Start<'a> {
    /// From zero: C = A · B.
    Zero,
    /// From what is there: C += A · B.
    Present,
    /// From a row vector: C = bias + A · B.
    Bias(&'a [f32]),
}

/// C (+)= A · B, where only the first `columns` columns of B are used, and as many rows of B as A has columns.
///
/// Row *i* of C begins at `c[i * stride]`.
///
/// # Panics
/// When A has more columns than B has rows, or `c` is too short.
pub fn multiply(a: View, b: &Packed, columns: usize, start: Start, c: &mut [f32], stride: usize) {
    assert!(
        a.columns <= b.inner && columns <= b.columns,
        "the product of {} × {} with {} × {} (of {columns} columns) is not defined",
        a.rows,
        a.columns,
        b.inner,
        b.columns
    );
    product(a, &b.panels, columns, start, c, stride);
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn product(
    a: View,
    panels: &[Vec<f32>],
    columns: usize,
    start: Start,
    c: &mut [f32],
    stride: usize,
) {
    let mut left = Vec::with_capacity(TILE * a.columns);
    let mut row = 0;
    while row < a.rows {
        let c = &mut c[row * stride..];
        match a.rows - row {
            1 => strip::<1>(a, row, &mut left, panels, columns, start, c, stride),
            2 => strip::<2>(a, row, &mut left, panels, columns, start, c, stride),
            3 => strip::<3>(a, row, &mut left, panels, columns, start, c, stride),
            4 => strip::<4>(a, row, &mut left, panels, columns, start, c, stride),
            5 => strip::<5>(a, row, &mut left, panels, columns, start, c, stride),
            _ => strip::<TILE>(a, row, &mut left, panels, columns, start, c, stride),
        }
        row += TILE;
    }
}

/// M rows of C.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "the inside of one kernel")]
fn strip<const M: usize>(
    a: View,
    row: usize,
    left: &mut Vec<f32>,
    panels: &[Vec<f32>],
    columns: usize,
    start: Start,
    c: &mut [f32],
    stride: usize,
) {
    if M == 1 && a.column_stride == 1 {
        let left = &a.values[row * a.row_stride..][..a.columns];
        return line(left, panels, columns, start, c);
    }
    // The M rows of A, interleaved, so that the tile walks through them with a step of one.
    left.clear();
    left.resize(M * a.columns, 0.0);
    if a.column_stride == 1 {
        let rows: [&[f32]; M] =
            std::array::from_fn(|m| &a.values[(row + m) * a.row_stride..][..a.columns]);
        for (k, left) in left.chunks_exact_mut(M).enumerate() {
            for m in 0..M {
                left[m] = rows[m][k];
            }
        }
    } else if a.row_stride == 1 {
        for (k, left) in left.chunks_exact_mut(M).enumerate() {
            left.copy_from_slice(&a.values[row + k * a.column_stride..][..M]);
        }
    } else {
        for (k, left) in left.chunks_exact_mut(M).enumerate() {
            for (m, left) in left.iter_mut().enumerate() {
                *left = a.at(row + m, k);
            }
        }
    }
    for (p, panel) in panels[..columns.div_ceil(LANES)].iter().enumerate() {
        let range = p * LANES..columns.min((p + 1) * LANES);
        tile::<M>(left, panel, range, start, c, stride);
    }
}

/// One row of a tile.
type Row = [f32; LANES];

/// Initial values of the sums of some columns of a row of C; as many as there are, then zeros.
#[inline(always)]
fn begin(start: Start, c: &[f32], range: Range<usize>) -> Row {
    let mut row = [0.0; LANES];
    let there = match start {
        Start::Present => &c[range],
        Start::Bias(bias) => &bias[range],
        Start::Zero => return row,
    };
    if let Ok(whole) = <&Row>::try_from(there) {
        return *whole;
    }
    row[..there.len()].copy_from_slice(there);
    row
}

/// Stores the sums of some columns.
#[inline(always)]
fn store(sum: &Row, to: &mut [f32]) {
    match <&mut Row>::try_from(&mut *to) {
        Ok(whole) => *whole = *sum,
        Err(_) => to.copy_from_slice(&sum[..to.len()]),
    }
}

#[inline(always)]
fn add(sum: &mut Row, a: f32, b: &Row) {
    for l in 0..LANES {
        sum[l] += a * b[l];
    }
}

/// One row of C.
#[inline(always)]
fn line(left: &[f32], panels: &[Vec<f32>], columns: usize, start: Start, c: &mut [f32]) {
    let panels = &panels[..columns.div_ceil(LANES)];
    let mut first = 0;
    for group in panels.chunks(ABREAST) {
        if group.len() == ABREAST {
            abreast::<ABREAST>(left, group, first, columns, start, c);
            first += ABREAST * LANES;
            continue;
        }
        for panel in group {
            abreast::<1>(left, std::slice::from_ref(panel), first, columns, start, c);
            first += LANES;
        }
    }
}

/// One row × P panels, up to four.
#[inline(always)]
fn abreast<const P: usize>(
    left: &[f32],
    panels: &[Vec<f32>],
    first: usize,
    columns: usize,
    start: Start,
    c: &mut [f32],
) {
    let range = |p: usize| (first + p * LANES).min(columns)..(first + (p + 1) * LANES).min(columns);
    let panel = |p: usize| &panels[p.min(P - 1)].as_chunks::<LANES>().0[..left.len()];
    let (b0, b1, b2, b3) = (panel(0), panel(1), panel(2), panel(3));
    let mut s0 = begin(start, c, range(0));
    let (mut s1, mut s2, mut s3) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    if P > 1 {
        s1 = begin(start, c, range(1));
    }
    if P > 2 {
        s2 = begin(start, c, range(2));
    }
    if P > 3 {
        s3 = begin(start, c, range(3));
    }
    for (k, &a) in left.iter().enumerate() {
        add(&mut s0, a, &b0[k]);
        if P > 1 {
            add(&mut s1, a, &b1[k]);
        }
        if P > 2 {
            add(&mut s2, a, &b2[k]);
        }
        if P > 3 {
            add(&mut s3, a, &b3[k]);
        }
    }
    for (p, sum) in [s0, s1, s2, s3].iter().take(P).enumerate() {
        store(sum, &mut c[range(p)]);
    }
}

/// M rows × one panel.
///
/// The rows are written out one by one: as an array of rows, LLVM keeps them in memory in some builds, which costs a
/// factor of nine.
#[inline(always)]
fn tile<const M: usize>(
    left: &[f32],
    panel: &[f32],
    range: Range<usize>,
    start: Start,
    c: &mut [f32],
    stride: usize,
) {
    let mut s0 = begin(start, c, range.clone());
    let (mut s1, mut s2, mut s3) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    let (mut s4, mut s5) = ([0.0; LANES], [0.0; LANES]);
    if M > 1 {
        s1 = begin(start, &c[stride..], range.clone());
    }
    if M > 2 {
        s2 = begin(start, &c[2 * stride..], range.clone());
    }
    if M > 3 {
        s3 = begin(start, &c[3 * stride..], range.clone());
    }
    if M > 4 {
        s4 = begin(start, &c[4 * stride..], range.clone());
    }
    if M > 5 {
        s5 = begin(start, &c[5 * stride..], range.clone());
    }
    let (left, _) = left.as_chunks::<M>();
    let (panel, _) = panel.as_chunks::<LANES>();
    for (a, b) in left.iter().zip(panel) {
        // Known when compiled: rows past M cost nothing.
        let a = |m: usize| a[if m < M { m } else { 0 }];
        add(&mut s0, a(0), b);
        if M > 1 {
            add(&mut s1, a(1), b);
        }
        if M > 2 {
            add(&mut s2, a(2), b);
        }
        if M > 3 {
            add(&mut s3, a(3), b);
        }
        if M > 4 {
            add(&mut s4, a(4), b);
        }
        if M > 5 {
            add(&mut s5, a(5), b);
        }
    }
    for (m, sum) in [s0, s1, s2, s3, s4, s5].iter().take(M).enumerate() {
        store(sum, &mut c[m * stride..][range.clone()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(count: usize, seed: u32) -> Vec<f32> {
        (0..count)
            .map(|i| {
                ((i as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) >> 16) as f32 / 32_768.0
                    - 1.0
            })
            .collect()
    }

    fn plain(a: View, b: View, start: f32) -> Vec<f32> {
        let mut c = Vec::new();
        for i in 0..a.rows {
            for j in 0..b.columns {
                c.push((0..a.columns).fold(start, |sum, k| sum + a.at(i, k) * b.at(k, j)));
            }
        }
        c
    }

    #[test]
    fn every_size_equals_the_plain_sum_to_the_bit() {
        for (m, k, n) in [
            (1, 1, 1),
            (1, 9, 75),
            (1, 33, 128),
            (5, 7, 3),
            (6, 16, 16),
            (7, 33, 17),
            (25, 128, 40),
            (13, 64, 65),
        ] {
            let (a, b) = (values(m * k, 1), values(k * n, 2));
            let (left, right) = (View::new(&a, m, k), View::new(&b, k, n));
            let mut c = vec![9.0; m * n];
            multiply(left, &Packed::new(right), n, Start::Zero, &mut c, n);
            assert_eq!(c, plain(left, right, 0.0), "{m} × {k} × {n}");

            // The same matrices, stored the other way round.
            let transposed = |x: View| -> Vec<f32> {
                (0..x.columns)
                    .flat_map(|j| (0..x.rows).map(move |i| x.at(i, j)))
                    .collect()
            };
            let (at, bt) = (transposed(left), transposed(right));
            let (left_t, right_t) = (
                View::new(&at, k, m).transposed(),
                View::new(&bt, n, k).transposed(),
            );
            let mut d = vec![2.0; m * n];
            multiply(left_t, &Packed::new(right_t), n, Start::Present, &mut d, n);
            assert_eq!(d, plain(left, right, 2.0), "{m} × {k} × {n}, transposed");
        }
    }

    #[test]
    fn grown_and_cut_equals_packed() {
        let (k, n) = (20, 37);
        let b = values(k * n, 3);
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
