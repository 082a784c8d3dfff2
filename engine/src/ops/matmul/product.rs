use std::ops::Range;

use multiversion::multiversion;

use super::{
    half::{decode, scaled},
    packed::{AsRight, FullRow, LANES, PanelRow, Panels, Row},
};

/// Rows of a tile: with two AVX2 registers a row, twelve of the sixteen registers hold sums.
const TILE: usize = 6;

/// On the web a row of a tile is four registers and 24 sums would not fit: two rows and panel after panel answer a field of 25 states
/// 1.2 times as fast or more. Natively that is slower.
const BY_PANEL: bool = cfg!(target_arch = "wasm32");

/// Rows of a tile where panels are outside.
const BLOCK_TILE: usize = 2;

/// Rows that go through a panel before the next one: interleaved they stay in the second cache, beside the panel.
const BLOCK: usize = 48;

/// Panels that one row takes at once: natively a panel is a vector or two, and every sum waits for the one before. On the web
/// eight vectors do not wait.
const ABREAST: usize = if cfg!(target_arch = "wasm32") { 2 } else { 4 };

/// The same where they are decoded as they are read, which leaves sums time: on the web a second panel costs a seventh.
const HALF_ABREAST: usize = if cfg!(target_arch = "wasm32") { 1 } else { 4 };

/// Rows that are too few for a panel to be decoded for them: each decodes it for itself.
const FEW: usize = 4;

/// A matrix seen through two strides: element (i, j) is `values[i * row_stride + j * column_stride]`.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub(super) values: &'a [f32],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
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
pub fn multiply(
    a: View,
    b: &impl AsRight,
    columns: usize,
    start: Start,
    c: &mut [f32],
    stride: usize,
) {
    let b = b.as_right();
    assert!(
        a.columns <= b.inner && columns <= b.columns,
        "the product of {} × {} with {} × {} (of {columns} columns) is not defined",
        a.rows,
        a.columns,
        b.inner,
        b.columns
    );
    match b.panels {
        Panels::Full(panels) if !BY_PANEL => strips(a, panels, columns, start, c, stride),
        panels => blocks(a, panels, columns, start, c, stride),
    }
}

/// Some rows of A after the other, each time through all panels.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn strips(
    a: View,
    panels: &[Vec<FullRow>],
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
    panels: &[Vec<FullRow>],
    columns: usize,
    start: Start,
    c: &mut [f32],
    stride: usize,
) {
    if M == 1 && a.column_stride == 1 {
        let left = &a.values[row * a.row_stride..][..a.columns];
        return line::<ABREAST, _>(left, panels, columns, start, c);
    }
    left.resize(M * a.columns, 0.0);
    interleave::<M>(a, row, left);
    for (p, panel) in panels[..columns.div_ceil(LANES)].iter().enumerate() {
        let range = p * LANES..columns.min((p + 1) * LANES);
        tile::<M>(left, &panel[..a.columns], range, start, c, stride);
    }
}

/// Panel after panel, each time through a block of rows of A: a panel is decoded once for all of them.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn blocks(a: View, panels: Panels, columns: usize, start: Start, c: &mut [f32], stride: usize) {
    let row = |row: usize| &a.values[row * a.row_stride..][..a.columns];
    match panels {
        Panels::Full(panels) if a.rows == 1 && a.column_stride == 1 => {
            return line::<ABREAST, _>(row(0), panels, columns, start, c);
        }
        Panels::Half(panels) if a.rows <= FEW && a.column_stride == 1 => {
            // What overflows on the way is multiplied by decoded numbers, below.
            let rows: Option<Vec<_>> = (0..a.rows).map(|r| scaled(row(r))).collect();
            if let Some(rows) = rows {
                for (r, left) in rows.iter().enumerate() {
                    let c = &mut c[r * stride..];
                    line::<HALF_ABREAST, _>(left, panels, columns, start, c);
                }
                return;
            }
        }
        _ => {}
    }
    let (mut left, mut decoded) = (Vec::new(), Vec::new());
    for first in (0..a.rows).step_by(BLOCK) {
        let rows = first..a.rows.min(first + BLOCK);
        left.resize(rows.len() * a.columns, 0.0);
        for row in rows.clone().step_by(BLOCK_TILE) {
            let left = &mut left[(row - first) * a.columns..];
            match rows.end - row {
                1 => interleave::<1>(a, row, left),
                _ => interleave::<BLOCK_TILE>(a, row, left),
            }
        }
        for p in 0..columns.div_ceil(LANES) {
            let panel = match panels {
                Panels::Full(panels) => &panels[p][..a.columns],
                Panels::Half(panels) => {
                    decode(&panels[p][..a.columns], &mut decoded);
                    &decoded[..]
                }
            };
            let range = p * LANES..columns.min((p + 1) * LANES);
            for row in rows.clone().step_by(BLOCK_TILE) {
                let (left, range) = (&left[(row - first) * a.columns..], range.clone());
                let c = &mut c[row * stride..];
                match rows.end - row {
                    1 => tile::<1>(left, panel, range, start, c, stride),
                    _ => tile::<BLOCK_TILE>(left, panel, range, start, c, stride),
                }
            }
        }
    }
}

/// M rows of A, interleaved, so that the tile walks through them with a step of one.
#[inline(always)]
fn interleave<const M: usize>(a: View, row: usize, left: &mut [f32]) {
    let left = left[..M * a.columns].chunks_exact_mut(M).enumerate();
    if a.column_stride == 1 {
        let rows: [&[f32]; M] =
            std::array::from_fn(|m| &a.values[(row + m) * a.row_stride..][..a.columns]);
        for (k, left) in left {
            for m in 0..M {
                left[m] = rows[m][k];
            }
        }
    } else if a.row_stride == 1 {
        for (k, left) in left {
            left.copy_from_slice(&a.values[row + k * a.column_stride..][..M]);
        }
    } else {
        for (k, left) in left {
            for (m, left) in left.iter_mut().enumerate() {
                *left = a.at(row + m, k);
            }
        }
    }
}

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
fn line<const ABREAST: usize, R: PanelRow>(
    left: &[f32],
    panels: &[Vec<R>],
    columns: usize,
    start: Start,
    c: &mut [f32],
) {
    let panels = &panels[..columns.div_ceil(LANES)];
    let mut first = 0;
    for group in panels.chunks(ABREAST) {
        if group.len() == ABREAST {
            abreast::<ABREAST, R>(left, group, first, columns, start, c);
            first += ABREAST * LANES;
            continue;
        }
        for panel in group {
            abreast::<1, R>(left, std::slice::from_ref(panel), first, columns, start, c);
            first += LANES;
        }
    }
}

/// One row × P panels, up to four.
#[inline(always)]
fn abreast<const P: usize, R: PanelRow>(
    left: &[f32],
    panels: &[Vec<R>],
    first: usize,
    columns: usize,
    start: Start,
    c: &mut [f32],
) {
    let range = |p: usize| (first + p * LANES).min(columns)..(first + (p + 1) * LANES).min(columns);
    let panel = |p: usize| &panels[p.min(P - 1)][..left.len()];
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
        add(&mut s0, a, &b0[k].read());
        if P > 1 {
            add(&mut s1, a, &b1[k].read());
        }
        if P > 2 {
            add(&mut s2, a, &b2[k].read());
        }
        if P > 3 {
            add(&mut s3, a, &b3[k].read());
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
    panel: &[FullRow],
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
    let left = left.as_chunks::<M>().0;
    for (a, b) in left.iter().zip(panel) {
        // Known when compiled: rows past M cost nothing.
        let a = |m: usize| a[if m < M { m } else { 0 }];
        add(&mut s0, a(0), &b.0);
        if M > 1 {
            add(&mut s1, a(1), &b.0);
        }
        if M > 2 {
            add(&mut s2, a(2), &b.0);
        }
        if M > 3 {
            add(&mut s3, a(3), &b.0);
        }
        if M > 4 {
            add(&mut s4, a(4), &b.0);
        }
        if M > 5 {
            add(&mut s5, a(5), &b.0);
        }
    }
    for (m, sum) in [s0, s1, s2, s3, s4, s5].iter().take(M).enumerate() {
        store(sum, &mut c[m * stride..][range.clone()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::matmul::Packed;

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
}
