//! Numerical operations, one folder each: the CPU twin, and later the WGSL kernel and its dispatch.

pub mod rows;
