//! Sparse row product: **y += a · M** for a mostly silent row vector **a**.
//!
//! The activity of a rectified network has few non-zero entries (10 % in the barcode state), so the product of
//! an activity vector with the N × N recurrent weights is a weighted sum of few rows of M. Stored row by row,
//! only those rows are read: a tenth of the memory traffic of the dense product.
//!
//! Each yⱼ is accumulated one row after the other in rising row order, without fused multiply-add. Blocks,
//! vectors and threads only split the columns or the states, never this sum, so every way of computing it gives
//! the same bits: one state or a hundred, AVX-512 or WebAssembly.

mod accumulate;

pub use accumulate::{Active, accumulate, accumulate_batch};
