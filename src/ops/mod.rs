//! Numerical operations, one folder each: the CPU twin, and later the WGSL kernel and its dispatch.

pub mod elementwise;
pub mod matmul;
pub mod rows;
