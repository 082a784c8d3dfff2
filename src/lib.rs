//! Chickadee: an interactive simulator of memory models.
//!
//! ```text
//! Command ─► Session ── world, model ─► Activity, Event ─► analysis ─► panel ─► Command …
//! ```
//!
//! Read the modules in this order: [`base`] (numbers), [`worlds`] and [`models`] (which do not know each other),
//! [`ops`] (the kernels), [`session`] (where they meet), [`analysis`], [`share`] (links and scenes). The picture
//! is in `app`, behind the feature of that name; everything else builds without it. The models on a graphics
//! processor are behind the feature `gpu`: the device in `gpu`, kernels beside their CPU twins in [`ops`] and [`models`], and
//! `selftest`, which compares them, and `tiers`, which chooses between the two machines.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test may stop where it stands")
)]

pub mod analysis;
#[cfg(feature = "app")]
pub mod app;
pub mod base;
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
pub mod eval;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod models;
pub mod ops;
#[cfg(feature = "gpu")]
pub mod selftest;
pub mod session;
pub mod share;
#[cfg(feature = "gpu")]
pub mod tiers;
pub mod worlds;
