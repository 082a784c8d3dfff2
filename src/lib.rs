//! Chickadee: an interactive simulator of memory models.
//!
//! ```text
//! Command ─► Session ── world, model ─► Activity, Event ─► analysis ─► panel ─► Command …
//! ```
//!
//! Worlds, models and analyses are in `chickadee-engine`; here they are used. Read the modules in this order:
//! [`session`] (what every lab has: time, undo, links, settings), [`labs`] (where world and model meet), [`texts`] (every
//! sentence), `built_in` (the checkpoints that come along).
//! The picture is in `app`, behind the feature of that name; everything else builds without it. Behind the feature `gpu`
//! are `devices`, which chooses between the CPU and a GPU, and `selftest`, which compares the two.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test may stop where it stands")
)]

pub use chickadee_texts as texts;

#[cfg(feature = "app")]
pub mod app;
#[cfg(not(target_arch = "wasm32"))]
pub mod built_in;
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
#[cfg(feature = "gpu")]
pub mod devices;
pub mod figures;
pub mod labs;
#[cfg(feature = "gpu")]
pub mod selftest;
pub mod session;
