//! Analyses: pure functions from activity to plain data. They know neither sessions nor pictures.

mod population;
mod readout;
mod similarity;

pub use population::{active_fraction, sorted_by_peak};
pub use readout::{RecallCurve, Verdict};
pub use similarity::{Moments, by_distance, pearson, pearson_of};
