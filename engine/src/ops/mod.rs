//! Numerical operations, one folder each: on the CPU in Rust, and behind the feature `gpu` in WGSL, with the dispatch in
//! `gpu.rs`. Files of one name are twins: `gelu.rs` and `gelu.wgsl` are the same in both languages. Where the GPU computes
//! it in several ways, what they have in common has the name and they carry it as theirs: `product.wgsl`, and
//! `product_rows.wgsl` and `product_tiles.wgsl`.

#[cfg(feature = "gpu")]
pub mod attention;
pub mod elementwise;
pub mod matmul;
#[cfg(feature = "gpu")]
pub mod random;
pub mod rows;
