//! Numerical operations, one folder each: the CPU twin, and behind the feature `gpu` the WGSL kernel and its dispatch.

#[cfg(feature = "gpu")]
pub mod attention;
pub mod elementwise;
pub mod matmul;
#[cfg(feature = "gpu")]
pub mod normals;
pub mod rows;
