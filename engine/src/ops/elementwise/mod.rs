//! Operations on single rows: layer normalisation, soft-max, the GELU of GPT-2, and their derivatives.
//!
//! All are written in additions, products, quotients and square roots of `f32` alone, which every target rounds
//! alike: the exponential is a polynomial of our own. Sums run in [`LANES`] interleaved parts that are joined in
//! one fixed order, so the same row gives the same bits whatever the vector width. Sums over a row that was
//! padded with zeros equal those over the row itself.

mod exp;
mod gelu;
#[cfg(feature = "gpu")]
pub mod gpu;
mod layer_norm;
mod softmax;
mod sums;

pub use exp::exp;
pub use gelu::{gelu, gelu_backward};
pub use layer_norm::{layer_norm, layer_norm_backward};
pub use softmax::{softmax, softmax_backward};
pub use sums::{LANES, add_column_sums, add_rows};
