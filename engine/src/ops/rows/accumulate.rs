use multiversion::multiversion;

use crate::base::Matrix;

/// The non-zero entries of one activity vector, by rising index.
#[derive(Clone, Debug, Default)]
pub struct Active {
    index: Vec<u32>,
    value: Vec<f32>,
}

impl Active {
    /// Reads the entries above zero, and those that are not a number, so that an overflow cannot hide.
    pub fn read(&mut self, activity: &[f32]) {
        self.index.clear();
        self.value.clear();
        for (i, &a) in activity.iter().enumerate() {
            if a != 0.0 {
                self.index.push(i as u32);
                self.value.push(a);
            }
        }
    }

    /// Number of active entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// True when no unit is active.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }
}

/// One state: `y += a · M` over all columns. Natively the columns are shared among all cores.
///
/// `y` has one entry per column of `matrix`.
pub fn accumulate(matrix: &Matrix, active: &Active, y: &mut [f32]) {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use rayon::prelude::*;
        // Below this much work a second core costs more than it gives.
        if active.len() * y.len() > 1 << 18 {
            let columns = y
                .len()
                .div_ceil(rayon::current_num_threads())
                .next_multiple_of(64);
            y.par_chunks_mut(columns)
                .enumerate()
                .for_each(|(chunk, y)| {
                    rows(matrix, active, 0..active.len(), chunk * columns, y);
                });
            return;
        }
    }
    rows(matrix, active, 0..active.len(), 0, y);
}

/// Many states: `Y[s] += a[s] · M`; `y` holds the states one after the other.
///
/// Works through M in blocks that stay in the cache while all states use them.
pub fn accumulate_batch(matrix: &Matrix, active: &[Active], y: &mut [f32]) {
    let columns = matrix.columns();
    #[cfg(not(target_arch = "wasm32"))]
    {
        use rayon::prelude::*;
        let share = active.len().div_ceil(rayon::current_num_threads()).max(1);
        y.par_chunks_mut(share * columns)
            .zip(active.par_chunks(share))
            .for_each(|(y, active)| blocks(matrix, active, y));
    }
    #[cfg(target_arch = "wasm32")]
    blocks(matrix, active, y);
    debug_assert_eq!(y.len(), active.len() * columns);
}

/// 128 rows × 2048 columns of f32 are 1 MiB; measured best of nine shapes from 64 to 1024 rows (BENCHMARKS.md).
const BLOCK_ROWS: usize = 128;
const BLOCK_COLUMNS: usize = 2048;

fn blocks(matrix: &Matrix, active: &[Active], y: &mut [f32]) {
    let columns = matrix.columns();
    if let [only] = active {
        rows(matrix, only, 0..only.len(), 0, y);
        return;
    }
    let mut begin = vec![0; active.len()];
    let mut end = vec![0; active.len()];
    for first_row in (0..matrix.rows()).step_by(BLOCK_ROWS) {
        for ((begin, end), active) in begin.iter_mut().zip(&mut end).zip(active) {
            *begin = *end;
            *end +=
                active.index[*begin..].partition_point(|&i| (i as usize) < first_row + BLOCK_ROWS);
        }
        for first_column in (0..columns).step_by(BLOCK_COLUMNS) {
            let last_column = (first_column + BLOCK_COLUMNS).min(columns);
            for (s, active) in active.iter().enumerate() {
                let y = &mut y[s * columns + first_column..s * columns + last_column];
                rows(matrix, active, begin[s]..end[s], first_column, y);
            }
        }
    }
}

/// `y += a · M` for some of the active rows and the columns from `first_column` on.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn rows(
    matrix: &Matrix,
    active: &Active,
    which: std::ops::Range<usize>,
    first_column: usize,
    y: &mut [f32],
) {
    let length = y.len();
    let columns = matrix.columns();
    let values = matrix.values();
    let row = |i: u32| &values[i as usize * columns + first_column..][..length];
    let index = &active.index[which.clone()];
    let value = &active.value[which];

    let mut done = 0;
    while index.len() - done >= 8 {
        add::<8>(y, row, &index[done..], &value[done..]);
        done += 8;
    }
    if index.len() - done >= 4 {
        add::<4>(y, row, &index[done..], &value[done..]);
        done += 4;
    }
    if index.len() - done >= 2 {
        add::<2>(y, row, &index[done..], &value[done..]);
        done += 2;
    }
    if index.len() > done {
        add::<1>(y, row, &index[done..], &value[done..]);
    }
}

/// Adds K rows at once: y is read and written once for so many.
#[inline(always)]
fn add<'a, const K: usize>(
    y: &mut [f32],
    row: impl Fn(u32) -> &'a [f32],
    index: &[u32],
    value: &[f32],
) {
    let length = y.len();
    let rows: [&[f32]; K] = std::array::from_fn(|k| &row(index[k])[..length]);
    let a: [f32; K] = std::array::from_fn(|k| value[k]);
    for j in 0..length {
        let mut sum = y[j];
        for k in 0..K {
            sum += a[k] * rows[k][j];
        }
        y[j] = sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::{Random, Stream};

    fn problem(n: usize, states: usize) -> (Matrix, Vec<f32>) {
        let mut matrix = Matrix::zeros(n, n);
        for i in 0..n {
            Random::new(5, Stream::Recurrent, i as u64).fill_normal(matrix.row_mut(i));
        }
        let mut activity = vec![0.0; n * states];
        Random::new(5, Stream::Bird, 0).fill_normal(&mut activity);
        activity
            .iter_mut()
            .for_each(|a| *a = if *a > 1.0 { *a } else { 0.0 });
        (matrix, activity)
    }

    fn read(activity: &[f32], n: usize) -> Vec<Active> {
        activity
            .chunks(n)
            .map(|a| {
                let mut active = Active::default();
                active.read(a);
                active
            })
            .collect()
    }

    /// The kernel keeps each sum's order, so it equals the plain loop in every bit.
    #[test]
    fn equals_the_plain_loop_bit_by_bit_at_awkward_sizes() {
        for n in [1, 63, 64, 65, 257, 1757] {
            let states = 3;
            let (matrix, activity) = problem(n, states);
            let active = read(&activity, n);
            let mut batch = vec![0.5; n * states];
            accumulate_batch(&matrix, &active, &mut batch);
            for s in 0..states {
                let mut plain = vec![0.5_f32; n];
                for i in 0..n {
                    let a = activity[s * n + i];
                    if a != 0.0 {
                        for (sum, m) in plain.iter_mut().zip(matrix.row(i)) {
                            *sum += a * m;
                        }
                    }
                }
                let mut single = vec![0.5; n];
                accumulate(&matrix, &active[s], &mut single);
                assert!(plain == single, "single state, n = {n}");
                assert!(plain == batch[s * n..][..n], "batch, n = {n}");
            }
        }
    }

    #[test]
    fn what_is_not_a_number_stays_visible() {
        let matrix = Matrix::from_values(2, 2, vec![1.0; 4]);
        let mut active = Active::default();
        active.read(&[0.0, f32::NAN]);
        let mut y = vec![0.0; 2];
        accumulate(&matrix, &active, &mut y);
        assert!(y.iter().all(|y| y.is_nan()));
    }
}
