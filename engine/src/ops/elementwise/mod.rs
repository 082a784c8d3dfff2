//! Operations on single rows: layer normalisation, soft-max, the GELU of GPT-2, and their derivatives.
//!
//! All are written in additions, products, quotients and square roots of `f32` alone, which every target rounds
//! alike: the exponential is a polynomial of our own. Sums run in [`LANES`] interleaved parts that are joined in
//! one fixed order, so the same row gives the same bits whatever the vector width. Sums over a row that was
//! padded with zeros equal those over the row itself.

mod cpu;
#[cfg(feature = "gpu")]
pub mod gpu;

pub use cpu::{
    LANES, add_column_sums, add_rows, exp, gelu, gelu_backward, layer_norm, layer_norm_backward,
    softmax, softmax_backward, total,
};
