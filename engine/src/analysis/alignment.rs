//! Kernel alignment of activity with the maze (the paper's Figs. 3c, 3d, 3g, 3h).

use super::gram::Gram;
use crate::base::Matrix;

/// Alignment of the linear kernel of `x` (states × d) with the maze's kernel γ^distance, both centred: 1 where they are
/// proportional, 0 where they have nothing in common or one of them does not vary.
///
/// ⟨K₁, K₂⟩ / (‖K₁‖ ‖K₂‖) in Frobenius' sense; distances are in steps, `u32::MAX` where there is no way. The paper takes
/// γ = 0.8 in gridworlds and 0.6 in trees. Costs states² × d.
#[must_use]
pub fn kernel_alignment(x: &Matrix, distance: &dyn Fn(usize, usize) -> u32, gamma: f64) -> f64 {
    let n = x.rows();
    // Centring the rows of x centres its kernel; a factor makes no difference.
    let mut gram = Gram::default();
    gram.compute(x);
    let represented: Vec<f64> = gram.values.iter().map(|&v| f64::from(v)).collect();
    // A way through n states has fewer than n steps.
    let mut powers = vec![1.0; n];
    for i in 1..n {
        powers[i] = powers[i - 1] * gamma;
    }
    let mut maze: Vec<f64> = (0..n * n)
        .map(|i| {
            let steps = distance(i / n, i % n) as usize;
            powers.get(steps).copied().unwrap_or(0.0)
        })
        .collect();
    centre(&mut maze, n);
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b);
    let norms = (product(&represented, &represented) * product(&maze, &maze)).sqrt();
    if norms > 0.0 {
        product(&represented, &maze) / norms
    } else {
        0.0
    }
}

/// Makes the rows and columns of a symmetric n × n kernel sum to zero.
fn centre(kernel: &mut [f64], n: usize) {
    if n == 0 {
        return;
    }
    let means: Vec<f64> = kernel
        .chunks_exact(n)
        .map(|row| row.iter().sum::<f64>() / n as f64)
        .collect();
    let mean = means.iter().sum::<f64>() / n as f64;
    for (row, of_row) in kernel.chunks_exact_mut(n).zip(&means) {
        for (value, of_column) in row.iter_mut().zip(&means) {
            *value += mean - of_row - of_column;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worlds::maze::Task;

    fn of(task: &Task, gamma: f64) -> f64 {
        kernel_alignment(&task.codes, &|a, b| task.maze.distance(a, b), gamma)
    }

    /// Values computed with the authors' code for the sensory codes themselves.
    #[test]
    fn sensory_codes_align_as_published() {
        let grid = of(&Task::published_grid(0, 0).unwrap(), 0.8);
        assert!((grid - 0.70112).abs() < 1e-5, "{grid}");
        let tree = of(&Task::published_tree(0, 1.0, None).unwrap(), 0.6);
        assert!((tree - 0.33218).abs() < 1e-5, "{tree}");
    }

    #[test]
    fn a_kernel_is_aligned_with_itself_and_nothing_with_nothing() {
        // One-hot states a step apart: both kernels are a multiple of the identity plus a constant.
        let mut x = Matrix::zeros(6, 6);
        for i in 0..6 {
            x.row_mut(i)[i] = 3.0;
        }
        let apart = |a: usize, b: usize| u32::from(a != b);
        assert!((kernel_alignment(&x, &apart, 0.7) - 1.0).abs() < 1e-12);
        let alone = |a: usize, b: usize| if a == b { 0 } else { u32::MAX };
        assert!((kernel_alignment(&x, &alone, 0.7) - 1.0).abs() < 1e-12);
        assert_eq!(kernel_alignment(&Matrix::zeros(6, 4), &apart, 0.7), 0.0);
        assert_eq!(kernel_alignment(&Matrix::zeros(0, 4), &apart, 0.7), 0.0);
    }
}
