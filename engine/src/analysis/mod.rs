//! Analyses: pure functions from activity to plain data. They know neither sessions nor pictures.
//!
//! Those of the caching bird: which units are active ([`sorted_by_peak`]), how alike two states are ([`pearson`]), what the
//! readouts say at every place ([`RecallCurve`]). Those of the transformer: what its logits are worth ([`returns`]), how
//! its activity mirrors the maze ([`kernel_alignment`], [`Projection`]) and other mazes ([`across`]), where a decision
//! looks ([`rollout`]), and what can be read from a token ([`Readout`]).

mod across;
mod alignment;
mod decode;
mod gram;
mod policy;
mod population;
mod projection;
mod readout;
mod rollout;
mod similarity;

pub use across::{Across, across};
pub use alignment::kernel_alignment;
pub use decode::{Readout, accuracy, balance, fit, fit_weighted, r_squared};
pub use policy::{expected_return, probabilities, returns};
pub use population::{active_fraction, sorted_by_peak};
pub use projection::Projection;
pub use readout::{RecallCurve, Verdict};
pub use rollout::{head_mean, rollout};
pub use similarity::{Moments, by_distance, pearson, pearson_of};
