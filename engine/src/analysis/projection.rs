//! A moving picture of activity: principal components that keep their bearings.
//!
//! The states of a maze are points in d dimensions; the picture shows the two directions in which they differ most.
//! With n points these follow from the n × n Gram matrix G of the centred rows: if G u = θ u, the points' coordinate
//! along that direction is √θ u. The leading vectors are found by subspace iteration, U ← orthonormalised G U, which
//! begins with those of the last picture and is soon done when little has changed.
//!
//! The sign of a component is arbitrary, and two of about the same variance turn freely. So each picture is turned, or
//! mirrored, to lie as close to the last one as it can (the orthogonal Procrustes problem, in the plane a matter of two
//! square roots): points move, and never flip.

use super::gram::Gram;
use crate::base::Matrix;

/// Vectors that are iterated: two to show, and two more that make these converge sooner.
const BLOCK: usize = 4;
/// Largest relative residual ‖G u − θ u‖ / θ₁ of the vectors that are shown.
const TOLERANCE: f64 = 1e-4;
/// Most iterations of a picture; where variances are about equal, what is left of the error cannot be seen.
const MOST: usize = 60;

/// One vector a row: n × [`BLOCK`].
type Basis = Vec<[f64; BLOCK]>;

/// The last picture, and what the next one is made from.
#[derive(Clone, Debug, Default)]
pub struct Projection {
    basis: Basis,
    points: Vec<[f64; 2]>,
    explained: f64,
    gram: Gram,
}

impl Projection {
    /// The points of the last picture, one a row; the largest |coordinate| is 1, unless all are 0.
    #[must_use]
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// Share of the variance that the last picture shows, 0 … 1.
    #[must_use]
    pub fn explained(&self) -> f64 {
        self.explained
    }

    /// Projects the rows of `x` (n × d). Where the number of rows is another than before, the picture begins anew; rows that
    /// are all alike, or not finite, lie at the origin.
    ///
    /// Costs n² d for the Gram matrix and 4 n² an iteration. The bits depend on the pictures before, not on the machine.
    pub fn update(&mut self, x: &Matrix) {
        let n = x.rows();
        if self.basis.len() != n {
            self.basis = beginning(n);
            self.points.clear();
        }
        self.gram.compute(x);
        let trace = (0..n).fold(0.0, |sum, i| sum + f64::from(self.gram.values[i * n + i]));
        if !trace.is_finite() || trace <= 0.0 {
            self.points = vec![[0.0; 2]; n];
            self.explained = 0.0;
            return;
        }
        let values = self.iterate();
        let [first, second] = [values[0].max(0.0), values[1].max(0.0)];
        self.explained = ((first + second) / trace).min(1.0);
        let (along, across) = (first.sqrt(), second.sqrt());
        let scores: Vec<[f64; 2]> = self
            .basis
            .iter()
            .map(|u| [along * u[0], across * u[1]])
            .collect();
        self.points = scaled(&aligned(&scores, &self.points));
    }

    /// Turns the basis into the leading vectors of the Gram matrix; returns their values, largest first.
    fn iterate(&mut self) -> [f64; BLOCK] {
        let n = self.basis.len();
        let mut image = vec![[0.0; BLOCK]; n];
        let mut values = [0.0; BLOCK];
        for _ in 0..MOST {
            for (row, image) in self.gram.values.chunks_exact(n).zip(&mut image) {
                let mut sum = [0.0; BLOCK];
                for (&weight, u) in row.iter().zip(&self.basis) {
                    for (sum, u) in sum.iter_mut().zip(u) {
                        *sum += f64::from(weight) * u;
                    }
                }
                *image = sum;
            }
            // Rayleigh and Ritz: within the span of the basis, the vectors on which G only stretches.
            let mut small = [[0.0; BLOCK]; BLOCK];
            for (u, image) in self.basis.iter().zip(&image) {
                for (row, u) in small.iter_mut().zip(u) {
                    for (sum, image) in row.iter_mut().zip(image) {
                        *sum += u * image;
                    }
                }
            }
            let turn;
            (values, turn) = eigen(small);
            turned(&mut self.basis, &turn);
            turned(&mut image, &turn);
            let mut residual = 0.0;
            for (u, image) in self.basis.iter().zip(&image) {
                for k in 0..2 {
                    let rest = image[k] - values[k] * u[k];
                    residual += rest * rest;
                }
            }
            if residual.sqrt() <= TOLERANCE * values[0] {
                break;
            }
            std::mem::swap(&mut self.basis, &mut image);
            orthonormalise(&mut self.basis);
        }
        values
    }
}

/// A basis to begin with: arbitrary, but always the same.
fn beginning(n: usize) -> Basis {
    let mut state = 1_u32;
    let mut number = || {
        // Numerical Recipes' linear congruential generator.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24) - 0.5
    };
    let mut basis: Basis = (0..n).map(|_| std::array::from_fn(|_| number())).collect();
    orthonormalise(&mut basis);
    basis
}

/// Gram and Schmidt, modified; a vector that depends on those before it becomes 0.
fn orthonormalise(basis: &mut Basis) {
    for k in 0..BLOCK {
        let before = length(basis, k);
        // Twice is enough (Kahan and Parlett).
        for _ in 0..2 {
            for j in 0..k {
                let along = basis.iter().fold(0.0, |sum, u| sum + u[j] * u[k]);
                for u in basis.iter_mut() {
                    u[k] -= along * u[j];
                }
            }
        }
        let after = length(basis, k);
        let scale = if after > 1e-10 * before {
            1.0 / after
        } else {
            0.0
        };
        for u in basis.iter_mut() {
            u[k] *= scale;
        }
    }
}

fn length(basis: &Basis, k: usize) -> f64 {
    basis.iter().fold(0.0, |sum, u| sum + u[k] * u[k]).sqrt()
}

/// Every row times a matrix whose columns are vectors.
fn turned(basis: &mut Basis, turn: &[[f64; BLOCK]; BLOCK]) {
    for u in basis {
        *u = std::array::from_fn(|k| (0..BLOCK).fold(0.0, |sum, j| sum + u[j] * turn[j][k]));
    }
}

/// Values and vectors (as columns) of a small symmetric matrix, largest value first, by Jacobi's rotations.
fn eigen(mut a: [[f64; BLOCK]; BLOCK]) -> ([f64; BLOCK], [[f64; BLOCK]; BLOCK]) {
    let mut v = [[0.0; BLOCK]; BLOCK];
    for (i, row) in v.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    for _ in 0..12 {
        for p in 0..BLOCK {
            for q in p + 1..BLOCK {
                if a[p][q].abs() <= 1e-18 * (a[p][p].abs() + a[q][q].abs()) {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for row in &mut a {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
                let (upper, lower) = a.split_at_mut(q);
                for (x, y) in upper[p].iter_mut().zip(&mut lower[0]) {
                    (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                }
                for row in &mut v {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
            }
        }
    }
    let mut order: [usize; BLOCK] = std::array::from_fn(|k| k);
    order.sort_by(|&i, &j| a[j][j].total_cmp(&a[i][i]));
    let values = order.map(|k| a[k][k]);
    (values, v.map(|row| order.map(|k| row[k])))
}

/// The points turned, and perhaps mirrored, to lie as near to `former` as possible; as they are without any.
///
/// With M = Σ p fᵀ, a rotation by φ gains (M₀₀ + M₁₁) cos φ + (M₀₁ − M₁₀) sin φ, and a reflection the same with the second
/// row of M negated: the larger of the two greatest gains wins.
fn aligned(points: &[[f64; 2]], former: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut m = [[0.0; 2]; 2];
    for (p, f) in points.iter().zip(former) {
        for (row, p) in m.iter_mut().zip(p) {
            for (sum, f) in row.iter_mut().zip(f) {
                *sum += p * f;
            }
        }
    }
    let of = |mirror: f64| {
        let (c, s) = (m[0][0] + mirror * m[1][1], m[0][1] - mirror * m[1][0]);
        ((c * c + s * s).sqrt(), c, s, mirror)
    };
    let (turn, mirrored) = (of(1.0), of(-1.0));
    let (gain, c, s, mirror) = if mirrored.0 > turn.0 { mirrored } else { turn };
    if gain <= 0.0 || !gain.is_finite() {
        return points.to_vec();
    }
    let (c, s) = (c / gain, s / gain);
    points
        .iter()
        .map(|&[x, y]| {
            let y = mirror * y;
            [c * x - s * y, s * x + c * y]
        })
        .collect()
}

fn scaled(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let most = points
        .iter()
        .flatten()
        .fold(0.0_f64, |most, x| most.max(x.abs()));
    let scale = if most > 0.0 { 1.0 / most } else { 0.0 };
    points.iter().map(|p| p.map(|x| x * scale)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::{Random, Stream};

    fn random(n: usize, d: usize, position: u64) -> Matrix {
        let mut x = Matrix::zeros(n, d);
        Random::new(6, Stream::Initial, position).fill_normal(x.values_mut());
        x
    }

    /// Points of a known plane in 40 dimensions, turned within it by `angle`, with noise of `noise`.
    fn plane(plan: &[[f64; 2]], angle: f64, noise: f32) -> Matrix {
        let mut x = random(plan.len(), 40, 1);
        let (s, c) = libm::sincos(angle);
        for (i, &[a, b]) in plan.iter().enumerate() {
            let (a, b) = ((c * a - s * b) as f32, (s * a + c * b) as f32);
            for (k, value) in x.row_mut(i).iter_mut().enumerate() {
                // Two orthogonal axes of the same length.
                let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
                *value = noise * *value + a + sign * b + 5.0;
            }
        }
        x
    }

    fn lattice() -> Vec<[f64; 2]> {
        (0..25)
            .map(|i| [f64::from(i / 5) - 2.0, f64::from(i % 5) - 2.0])
            .collect()
    }

    /// The components of a covariance matrix found by plain, long power iteration in d dimensions.
    fn components(x: &Matrix) -> (Vec<[f64; 2]>, f64) {
        let (n, d) = (x.rows(), x.columns());
        let mean: Vec<f64> = (0..d)
            .map(|k| (0..n).map(|i| f64::from(x.row(i)[k])).sum::<f64>() / n as f64)
            .collect();
        let rows: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                x.row(i)
                    .iter()
                    .zip(&mean)
                    .map(|(&v, m)| f64::from(v) - m)
                    .collect()
            })
            .collect();
        let total: f64 = rows.iter().flatten().map(|v| v * v).sum();
        let mut points = vec![[0.0; 2]; n];
        let (mut found, mut shown) = (Vec::<Vec<f64>>::new(), 0.0);
        for k in 0..2 {
            let mut w: Vec<f64> = (0..d).map(|i| 1.0 + (i * (k + 3) % 7) as f64).collect();
            for _ in 0..5000 {
                let mut next = vec![0.0; d];
                for row in &rows {
                    let along: f64 = row.iter().zip(&w).map(|(a, b)| a * b).sum();
                    next.iter_mut().zip(row).for_each(|(n, r)| *n += along * r);
                }
                for other in &found {
                    let along: f64 = other.iter().zip(&next).map(|(a, b)| a * b).sum();
                    next.iter_mut()
                        .zip(other)
                        .for_each(|(n, o)| *n -= along * o);
                }
                let norm = next.iter().map(|v| v * v).sum::<f64>().sqrt();
                w = next.iter().map(|v| v / norm).collect();
            }
            for (point, row) in points.iter_mut().zip(&rows) {
                point[k] = row.iter().zip(&w).map(|(a, b)| a * b).sum();
                shown += point[k] * point[k];
            }
            found.push(w);
        }
        (points, shown / total)
    }

    #[test]
    fn it_shows_the_two_principal_components() {
        let mut x = random(30, 12, 3);
        for i in 0..30 {
            let row = x.row_mut(i);
            row[4] *= 3.0;
            row[9] *= 2.0;
        }
        let (points, explained) = components(&x);
        let mut projection = Projection::default();
        projection.update(&x);
        assert!((projection.explained() - explained).abs() < 1e-5);
        let expected = scaled(&aligned(&points, projection.points()));
        for (p, e) in projection.points().iter().zip(&expected) {
            assert!(
                (p[0] - e[0]).abs() < 2e-3 && (p[1] - e[1]).abs() < 2e-3,
                "{p:?} {e:?}"
            );
        }
        let most = projection
            .points()
            .iter()
            .flatten()
            .fold(0.0_f64, |m, x| m.max(x.abs()));
        assert!((most - 1.0).abs() < 1e-12);
    }

    /// A lattice has two equal components, which plain PCA would turn at will; here it follows, also through a half
    /// turn and with its directions in 40 dimensions mirrored.
    #[test]
    fn points_move_and_never_flip() {
        let mut projection = Projection::default();
        projection.update(&plane(&lattice(), 0.0, 0.01));
        let first = projection.points().to_vec();
        assert!(projection.explained() > 0.99);
        for step in 0..40 {
            let before = projection.points().to_vec();
            let mut x = plane(&lattice(), 0.16 * f64::from(step), 0.01);
            if step % 2 == 1 {
                for value in x.values_mut() {
                    *value = -*value;
                }
            }
            projection.update(&x);
            for (p, q) in projection.points().iter().zip(&before) {
                assert!(
                    (p[0] - q[0]).abs() < 0.05 && (p[1] - q[1]).abs() < 0.05,
                    "{p:?} {q:?}"
                );
            }
        }
        for (p, q) in projection.points().iter().zip(&first) {
            assert!((p[0] - q[0]).abs() < 0.1 && (p[1] - q[1]).abs() < 0.1);
        }
    }

    #[test]
    fn rotations_and_reflections_are_undone() {
        let points: Vec<[f64; 2]> = (0..9)
            .map(|i| [f64::from(i % 4), f64::from(i * i % 5)])
            .collect();
        let (s, c) = libm::sincos(2.1);
        for mirror in [1.0, -1.0] {
            let moved: Vec<[f64; 2]> = points
                .iter()
                .map(|&[x, y]| [c * x - s * y, mirror * (s * x + c * y)])
                .collect();
            for (p, q) in aligned(&moved, &points).iter().zip(&points) {
                assert!((p[0] - q[0]).abs() < 1e-12 && (p[1] - q[1]).abs() < 1e-12);
            }
        }
    }

    /// Run by hand: cargo test --lib analysis::projection -- --ignored --nocapture
    #[test]
    #[ignore = "a measurement"]
    #[expect(clippy::disallowed_methods, reason = "a test is native")]
    fn timing() {
        for (n, d) in [(25, 128), (127, 128), (127, 512), (255, 512)] {
            let mut x = random(n, d, 0);
            for i in 0..n {
                for (k, value) in x.row_mut(i).iter_mut().enumerate() {
                    *value /= 1.0 + k as f32 / 4.0;
                }
            }
            let other = random(n, d, 1);
            let mut projection = Projection::default();
            let watch = std::time::Instant::now();
            projection.update(&x);
            let cold = watch.elapsed();
            let watch = std::time::Instant::now();
            for _ in 0..50 {
                for (value, other) in x.values_mut().iter_mut().zip(other.values()) {
                    *value += 0.002 * other;
                }
                projection.update(&x);
            }
            println!("{n} × {d}: cold {cold:?}, warm {:?}", watch.elapsed() / 50);
        }
    }

    #[test]
    fn odd_inputs_lie_at_the_origin() {
        let mut projection = Projection::default();
        projection.update(&Matrix::zeros(0, 4));
        assert!(projection.points().is_empty());
        projection.update(&Matrix::zeros(5, 4));
        assert_eq!(projection.points(), [[0.0; 2]; 5]);
        projection.update(&Matrix::from_values(2, 1, vec![f32::NAN, 1.0]));
        assert_eq!(
            (projection.points(), projection.explained()),
            (&[[0.0; 2]; 2][..], 0.0)
        );
        // Two points differ in one direction alone.
        projection.update(&Matrix::from_values(2, 1, vec![1e30, -1e30]));
        assert!((projection.explained() - 1.0).abs() < 1e-6);
        let points = projection.points();
        assert!((points[0][0] + points[1][0]).abs() < 1e-6 && points[0][0].abs() > 0.9);
        projection.update(&Matrix::zeros(3, 0));
        assert_eq!(projection.points(), [[0.0; 2]; 3]);
    }
}
