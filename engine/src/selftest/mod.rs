//! The GPU against the CPU, operation by operation, on awkward sizes.
//!
//! A graphics driver is the one part of this program that we can neither ship nor read. So before its numbers are
//! trusted they are compared, on the machine itself, with those of the CPU twin: `chickadee selftest` does it in
//! full ([`cases`]), and the tests of this repository are the same list. Before a session begins to use a GPU
//! it runs the short list ([`quick`]).
//!
//! Equal bits are not to be had. A GPU sums in another order, fuses products with sums, and has exponentials of its
//! own. Every [`Case`] therefore states a *scale*, so that errors of small and large problems mean the same, and a
//! *tolerance* in that scale; the reason stands with the case.

mod attention;
mod barcode;
mod elementwise;
mod gradient;
mod product;
mod readout;
mod transformer;

pub use transformer::{TOLERANCE as TRANSFORMER_TOLERANCE, trained};

use std::pin::Pin;

use serde::Serialize;

use crate::{
    base::random::{Random, Stream},
    gpu::{Gpu, GpuError, Program},
    models::barcode::gpu as barcode_gpu,
    ops,
};

/// Sizes at which kernels go wrong: one, around a workgroup, a little more than some, and a prime one.
pub const AWKWARD: [usize; 6] = [1, 63, 64, 65, 257, 1757];

/// One operation to compare.
pub struct Case {
    /// Its name.
    pub name: &'static str,
    /// The sizes that are tried, in words.
    pub sizes: &'static str,
    /// The largest error that counts as equal.
    pub tolerance: f64,
    /// Finds the largest error.
    pub measure: for<'g> fn(&'g Gpu) -> Measuring<'g>,
}

/// A comparison that is going on.
pub type Measuring<'g> = Pin<Box<dyn Future<Output = Result<f64, GpuError>> + 'g>>;

/// The comparison of one operation.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The operation.
    pub name: &'static str,
    /// The sizes that were tried.
    pub sizes: &'static str,
    /// The largest difference between GPU and CPU, in the scale of the operation; none when the GPU gave up.
    pub max_error: Option<f64>,
    /// The largest that counts as equal.
    pub tolerance: f64,
    /// True when the error is within the tolerance.
    pub ok: bool,
    /// The error with which the GPU gave up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Case {
    /// Compares.
    pub async fn run(&self, gpu: &Gpu) -> Outcome {
        let measured = (self.measure)(gpu).await;
        // What went wrong elsewhere on the device counts here, too.
        let measured = gpu.error().map_or(measured, Err);
        let (max_error, error) = match measured {
            Ok(error) => (Some(error), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Outcome {
            name: self.name,
            sizes: self.sizes,
            max_error,
            tolerance: self.tolerance,
            // Not a number is no number within the tolerance.
            ok: max_error.is_some_and(|error| error <= self.tolerance),
            error,
        }
    }
}

/// The comparisons of all operations.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The adapter.
    pub adapter: String,
    /// True when all operations are within their tolerances.
    pub ok: bool,
    /// One by one.
    pub operations: Vec<Outcome>,
}

impl Report {
    /// The result in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let all = self.operations.len();
        let differ: Vec<&str> = self
            .operations
            .iter()
            .filter(|o| !o.ok)
            .map(|o| o.name)
            .collect();
        match differ.as_slice() {
            [] => format!("all {all} operations agree"),
            names => format!(
                "{} of {all} operations differ: {}",
                names.len(),
                names.join(", ")
            ),
        }
    }
}

/// Compares operations one by one; `each` is told as they are through.
pub async fn examine(gpu: &Gpu, cases: Vec<Case>, each: impl Fn(&Outcome)) -> Report {
    let mut operations = Vec::new();
    for case in cases {
        let outcome = case.run(gpu).await;
        each(&outcome);
        operations.push(outcome);
    }
    Report {
        adapter: gpu.describe(),
        ok: operations.iter().all(|outcome| outcome.ok),
        operations,
    }
}

/// All cases that need no checkpoint, simple operations first; [`trained`] is for those that do.
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut cases = product::cases();
    cases.extend(elementwise::cases());
    cases.extend(attention::cases());
    cases.extend(transformer::cases());
    cases.extend(gradient::cases());
    cases.extend(barcode::cases());
    cases.extend(readout::cases());
    cases
}

/// A short list for a program that is about to use the GPU: every kernel at least once at one awkward size, and both
/// models small. A graphics card needs some hundredths of a second for it, and the time to compile the kernels, which
/// they are then.
#[must_use]
pub fn quick() -> Vec<Case> {
    let mut cases = product::quick();
    cases.extend(elementwise::quick());
    cases.extend(attention::quick());
    cases.extend(transformer::quick());
    cases.extend(gradient::quick());
    cases.extend(barcode::quick());
    cases.extend(readout::quick());
    cases
}

/// The programs of all kernels.
#[must_use]
pub fn kernels() -> Vec<&'static Program> {
    use ops::{
        attention::gpu::{FOUR_ROWS, ONE_ROW, backward},
        elementwise::gpu::{
            HALF_LAYER_NORM, HALF_LAYER_NORM_BACK, LAYER_NORM, LAYER_NORM_BACK, STANDARD,
        },
        matmul::gpu::{HALF_ROW, HALF_TILES, ROW, TILES},
        random::gpu::NORMALS,
    };
    vec![
        TILES.program(),
        HALF_TILES.program(),
        ROW.program(),
        HALF_ROW.program(),
        LAYER_NORM.program(),
        HALF_LAYER_NORM.program(),
        LAYER_NORM_BACK.program(),
        HALF_LAYER_NORM_BACK.program(),
        STANDARD.program(),
        ONE_ROW.program(),
        FOUR_ROWS.program(),
        backward::QUERIES.program(),
        backward::KEYS.program(),
        NORMALS.program(),
        barcode_gpu::SUMS.program(),
        barcode_gpu::FEW.program(),
        barcode_gpu::MANY.program(),
    ]
}

/// Unit roundoff of `f32`: one rounding errs by at most this fraction.
const ROUNDING: f64 = f32::EPSILON as f64 / 2.0;

/// Normal numbers, different ones for every `position`.
fn normals(position: u64, length: usize) -> Vec<f32> {
    let mut values = vec![0.0; length];
    Random::new(7, Stream::Initial, position).fill_normal(&mut values);
    values
}

/// The largest of |a − b| / scale, where the scale is one for every pair. NaN, on either side, is the largest of all.
fn largest_error(a: &[f32], b: &[f32], scale: impl Fn(usize) -> f64) -> f64 {
    if a.len() != b.len() {
        return f64::NAN;
    }
    let errors = a.iter().zip(b).enumerate();
    let errors = errors.map(|(i, (&a, &b))| (f64::from(a) - f64::from(b)).abs() / scale(i));
    errors.fold(0.0, worse)
}

/// The larger error; NaN if one of them is.
fn worse(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else {
        a.max(b)
    }
}
