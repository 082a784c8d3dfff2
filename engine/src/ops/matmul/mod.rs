//! Dense matrix product **C = A · B**, the work horse of the transformer.
//!
//! B is packed once into panels of [`LANES`] columns and then used for many rows of A: weights are packed when
//! they are loaded, keys and values as they are cached. Every entry of C is summed over the inner index in
//! rising order, product and sum rounded separately. Tiles, panels, vectors and threads only share out the
//! entries of C, never this sum, so that AVX-512, AVX2 and WebAssembly give the same bits, and one row gives the
//! same bits as that row among many: a query answered alone equals the query in a batch.
//!
//! Weights of a page lie in 16 bits where that changes none of them ([`PackedWeights`]), which halves what a decision reads: decoding
//! is exact, and so are the sums.
//!
//! On the GPU (`gpu`) B stays as it is, row after row, and sums have whatever order is fast there: the results are
//! those of the CPU within a tolerance that `selftest` states.

#[cfg(feature = "gpu")]
pub mod gpu;
mod half;
mod packed;
mod product;
mod weights;

pub use packed::{AsRight, LANES, Packed, Right};
pub use product::{Start, View, multiply};
pub use weights::PackedWeights;
