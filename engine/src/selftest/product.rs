//! Dense products.

use super::{Case, ROUNDING, largest_error, normals, worse};
use crate::{
    base::half::{from_half, to_half},
    gpu::{Buffer, Gpu, GpuError, WeightBuffer},
    ops::{
        elementwise::{gelu, gelu_backward},
        matmul::{
            Packed, Start, View,
            gpu::{After, Product, Right, Rows},
            multiply,
        },
    },
};

/// Rows, inner, columns.
const MANY_ROWS: [[usize; 3]; 9] = [
    [63, 1, 64],
    [64, 63, 65],
    [65, 64, 1],
    [257, 65, 63],
    [1757, 257, 65],
    [65, 1757, 257],
    [257, 64, 1757],
    [64, 64, 64],
    [9, 257, 257],
];
const FEW_ROWS: [[usize; 3]; 7] = [
    [1, 1, 1],
    [1, 63, 64],
    [2, 64, 65],
    [1, 65, 63],
    [8, 257, 257],
    [1, 1757, 257],
    [3, 257, 1757],
];

/// An entry is a sum of K products. Each of the K additions rounds a partial sum that is no larger than S = Σ|ab| + |bias|,
/// by half a unit in the last place; the roundings of a sum are as good as independent, so they add up like √K, on
/// both sides. The scale is √K · S; a product that is fused into its sum only takes roundings away.
const TOLERANCE: f64 = 4.0 * ROUNDING;

pub(super) fn quick() -> Vec<Case> {
    vec![
        Case {
            name: "product in tiles",
            sizes: "65×63×65",
            tolerance: TOLERANCE,
            measure: |gpu| {
                Box::pin(products(
                    gpu,
                    &[[65, 63, 65]],
                    Kind {
                        after: After::Add,
                        transposed: true,
                        ..PLAIN
                    },
                ))
            },
        },
        Case {
            name: "product row by row",
            sizes: "3×257×65",
            tolerance: TOLERANCE,
            measure: |gpu| Box::pin(products(gpu, &[[3, 257, 65]], PLAIN)),
        },
        Case {
            name: "product in half precision",
            sizes: "65×63×65, 3×257×65",
            tolerance: TOLERANCE,
            measure: |gpu| {
                let half = Kind {
                    half: true,
                    ..PLAIN
                };
                Box::pin(products(gpu, &[[65, 63, 65], [3, 257, 65]], half))
            },
        },
    ]
}

pub(super) fn cases() -> Vec<Case> {
    let tolerance = TOLERANCE;
    vec![
        Case {
            name: "product in tiles",
            sizes: "63×1×64, 64×63×65, 65×64×1, 257×65×63, 1757×257×65, 65×1757×257, 257×64×1757, 64×64×64, 9×257×257",
            tolerance,
            measure: |gpu| Box::pin(products(gpu, &MANY_ROWS, PLAIN)),
        },
        Case {
            name: "product row by row",
            sizes: "1×1×1, 1×63×64, 2×64×65, 1×65×63, 8×257×257, 1×1757×257, 3×257×1757",
            tolerance,
            measure: |gpu| Box::pin(products(gpu, &FEW_ROWS, PLAIN)),
        },
        Case {
            name: "product with a turned matrix",
            sizes: "as both above",
            tolerance,
            measure: |gpu| {
                Box::pin(both(
                    gpu,
                    Kind {
                        transposed: true,
                        ..PLAIN
                    },
                ))
            },
        },
        Case {
            // What is read is exact, so the same holds.
            name: "product in half precision",
            sizes: "as both above; a seventh of the numbers below 2⁻¹⁴",
            tolerance,
            measure: |gpu| {
                Box::pin(both(
                    gpu,
                    Kind {
                        half: true,
                        ..PLAIN
                    },
                ))
            },
        },
        Case {
            name: "product added to a stream",
            sizes: "as both above",
            tolerance,
            measure: |gpu| {
                Box::pin(both(
                    gpu,
                    Kind {
                        after: After::Add,
                        ..PLAIN
                    },
                ))
            },
        },
        Case {
            // The GELU is no steeper than 1.13, and its exponential may be wrong by some units in the last place.
            name: "product and GELU",
            sizes: "as both above",
            tolerance: 8.0 * ROUNDING,
            measure: |gpu| {
                Box::pin(both(
                    gpu,
                    Kind {
                        after: After::Gelu,
                        ..PLAIN
                    },
                ))
            },
        },
        Case {
            // The derivative of a GELU is no larger than 1.13.
            name: "product, back through a GELU",
            sizes: "as both above; a turned matrix",
            tolerance: 8.0 * ROUNDING,
            measure: |gpu| {
                Box::pin(both(
                    gpu,
                    Kind {
                        after: After::GeluSlope,
                        transposed: true,
                        ..PLAIN
                    },
                ))
            },
        },
    ]
}

/// The variant of a product.
#[derive(Clone, Copy)]
struct Kind {
    after: After,
    /// B is stored transposed.
    transposed: bool,
    /// B and the bias are in half precision.
    half: bool,
}

const PLAIN: Kind = Kind {
    after: After::Store,
    transposed: false,
    half: false,
};

async fn both(gpu: &Gpu, kind: Kind) -> Result<f64, GpuError> {
    let many = products(gpu, &MANY_ROWS, kind).await?;
    Ok(worse(many, products(gpu, &FEW_ROWS, kind).await?))
}

async fn products(gpu: &Gpu, sizes: &[[usize; 3]], kind: Kind) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for &size in sizes {
        error = worse(error, product(gpu, size, kind).await?);
    }
    Ok(error)
}

/// The nearest numbers of half precision. Every seventh is made so small that it is a multiple of 2⁻²⁴.
fn rounded(values: &mut [f32]) {
    for (i, x) in values.iter_mut().enumerate() {
        let small = if i % 7 == 0 { 1e-5 } else { 1.0 };
        *x = from_half(to_half(*x * small));
    }
}

/// All matrices lie somewhere inside larger arrays, as those of the transformer do.
async fn product(
    gpu: &Gpu,
    [rows, inner, columns]: [usize; 3],
    kind: Kind,
) -> Result<f64, GpuError> {
    let Kind {
        after,
        transposed,
        half,
    } = kind;
    let (a_stride, c_stride) = (inner + 3, columns + 1);
    let b_stride = if transposed { inner } else { columns } + 2;
    let a = normals(1, 5 + rows * a_stride);
    // The bias lies behind B.
    let bias = 7 + inner.max(columns) * b_stride;
    let mut b = normals(2, bias + columns);
    if half {
        rounded(&mut b);
    }
    let before = normals(4, rows * c_stride);

    let c = Buffer::from_slice(gpu, "C", &before)?;
    let on_a = Buffer::from_slice(gpu, "A", &a)?;
    let on_b = Buffer::from_slice(gpu, "B", if half { &[] } else { &b })?;
    let halves = WeightBuffer::halves(&b)
        .filter(|_| half)
        .unwrap_or_default();
    let halves = Buffer::from_slice(gpu, "B, in half precision", &halves)?;
    let numbers = if half {
        WeightBuffer::Half(&halves)
    } else {
        WeightBuffer::Full(&on_b)
    };
    let right = Right::new(numbers, b_stride).offset_by(7);
    let mut commands = gpu.commands("product");
    Product {
        rows,
        inner,
        columns,
        a: Rows::new(&on_a, a_stride).offset_by(5),
        b: if transposed {
            right.transposed()
        } else {
            right
        },
        bias: Some(bias),
        c: Rows::new(&c, c_stride),
        after,
    }
    .record(&mut commands);
    let ours = commands.read(&c, 0..c.len());
    commands.submit();

    let multiply_into = |a: &[f32], b: &[f32], bias: &[f32], c: &mut [f32]| {
        let right = Packed::new(if transposed {
            View::strided(b, columns, inner, b_stride).transposed()
        } else {
            View::strided(b, inner, columns, b_stride)
        });
        let left = View::strided(a, rows, inner, a_stride);
        multiply(left, &right, columns, Start::Bias(bias), c, c_stride);
    };
    let mut theirs = before.clone();
    multiply_into(&a[5..], &b[7..], &b[bias..], &mut theirs);
    let mut size = before.iter().map(|x| x.abs()).collect::<Vec<_>>();
    let positive = |values: &[f32]| values.iter().map(|x| x.abs()).collect::<Vec<_>>();
    multiply_into(
        &positive(&a[5..]),
        &positive(&b[7..]),
        &positive(&b[bias..]),
        &mut size,
    );
    for (at, value) in theirs.iter_mut().enumerate() {
        // Between the rows of C nothing must change.
        if at % c_stride == columns {
            continue;
        }
        match after {
            After::Store => {}
            After::Add => {
                *value += before[at];
                size[at] += before[at].abs();
            }
            After::Gelu => gelu(&[*value], std::slice::from_mut(value)),
            After::GeluSlope => gelu_backward(&[before[at]], std::slice::from_mut(value)),
        }
    }
    let root = (inner as f64).sqrt();
    Ok(largest_error(&ours.await?, &theirs, |at| {
        root * f64::from(size[at]) + f64::from(f32::MIN_POSITIVE)
    }))
}
