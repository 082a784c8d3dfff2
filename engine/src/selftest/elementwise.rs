//! Layer normalisation.

use super::{AWKWARD, Case, ROUNDING, largest_error, normals, worse};
use crate::{
    base::half::{from_half, to_half},
    gpu::{Buffer, Gpu, GpuError, WeightBuffer},
    ops::elementwise::{
        gpu::{Norm, layer_norm as on_gpu},
        layer_norm,
    },
};

/// The mean rounds like the values do, and the difference from it is then stretched by 1/deviation: the scale is
/// (largest |x| / deviation) · |weight| + |bias|. Sums of W terms in parts add roundings like log W and not like √W,
/// a root and a quotient add some units in the last place.
const TOLERANCE: f64 = 16.0 * ROUNDING;

pub(super) fn quick() -> Vec<Case> {
    vec![Case {
        name: "layer normalisation",
        sizes: "width 257; in both precisions",
        tolerance: TOLERANCE,
        measure: |gpu| {
            Box::pin(async move {
                let full = norm(gpu, 3, 257, false).await?;
                Ok(worse(full, norm(gpu, 3, 257, true).await?))
            })
        },
    }]
}

pub(super) fn cases() -> Vec<Case> {
    vec![Case {
        name: "layer normalisation",
        sizes: "widths 1, 63, 64, 65, 257, 1757; in both precisions",
        tolerance: TOLERANCE,
        measure: |gpu| Box::pin(norms(gpu)),
    }]
}

async fn norms(gpu: &Gpu) -> Result<f64, GpuError> {
    let mut error = 0.0;
    for width in AWKWARD {
        error = worse(error, norm(gpu, 37, width, false).await?);
        error = worse(error, norm(gpu, 37, width, true).await?);
    }
    Ok(error)
}

async fn norm(gpu: &Gpu, rows: usize, width: usize, half: bool) -> Result<f64, GpuError> {
    let mut x = normals(1, rows * width);
    x.iter_mut().for_each(|x| *x = *x * 3.0 + 2.0);
    let mut affine = normals(2, 3 + 2 * width);
    if half {
        affine.iter_mut().for_each(|x| *x = from_half(to_half(*x)));
    }
    let halves = WeightBuffer::halves(&affine)
        .filter(|_| half)
        .unwrap_or_default();
    let halves = Buffer::from_slice(gpu, "weight and bias, in half precision", &halves)?;
    let on_x = Buffer::from_slice(gpu, "x", &x)?;
    let on_affine = Buffer::from_slice(gpu, "weight and bias", &affine)?;
    let out = Buffer::zeros(gpu, "normalised", rows * width)?;
    let mut commands = gpu.commands("layer normalisation");
    let norm = Norm {
        array: if half {
            WeightBuffer::Half(&halves)
        } else {
            WeightBuffer::Full(&on_affine)
        },
        weight: 3,
        bias: 3 + width,
    };
    on_gpu(&mut commands, &on_x, norm, (rows, width), &out);
    let ours = commands.read(&out, 0..out.len());
    commands.submit();

    let (weight, bias) = affine[3..].split_at(width);
    let mut theirs = vec![0.0; rows * width];
    let mut scale = vec![0.0; rows];
    let mut normal = vec![0.0; rows * width];
    layer_norm(&x, weight, bias, &mut normal, &mut scale, &mut theirs);
    let largest = x.iter().fold(0.0_f32, |m, x| m.max(x.abs()));
    Ok(largest_error(&ours.await?, &theirs, |at| {
        let (row, column) = (at / width, at % width);
        f64::from(largest * scale[row] * weight[column].abs() + bias[column].abs())
    }))
}
