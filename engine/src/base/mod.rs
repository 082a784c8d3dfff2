//! Foundations: seeded random numbers, row-major matrices, sums in fixed order and the state hash.
//!
//! Everything here gives the same bits on every target. That is what lets a link replay a run in another
//! browser and print the same [state hash](hash::StateHash): elementary functions come from `libm` instead of
//! the platform, sums have a fixed order, and random numbers are a function of (seed, stream, position) and
//! not of the order in which they are asked for.

pub mod covariance;
pub mod half;
pub mod hash;
pub mod matrix;
pub mod parallel;
pub mod random;
pub mod reduce;
mod transition;

pub use hash::StateHash;
pub use matrix::Matrix;
pub use transition::Transition;
