#![doc = include_str!("../README.md")]
//!
//! # Reading order
//! [`base`] (numbers), [`worlds`] and [`models`] (which do not know each other), [`ops`] (the kernels), [`analysis`]
//! (measures of activity), [`eval`] (how well a model does in a world). Nothing here draws, and everything compiles for
//! wasm. The models on a graphics processor are behind the feature `gpu`: the device in `gpu`, kernels beside their CPU
//! twins in [`ops`] and [`models`], and `selftest`, which compares them.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test may stop where it stands")
)]

pub mod analysis;
pub mod base;
pub mod eval;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod models;
pub mod ops;
#[cfg(feature = "gpu")]
pub mod selftest;
pub mod worlds;
