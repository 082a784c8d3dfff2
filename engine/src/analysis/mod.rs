//! Analyses: pure functions from activity to plain data. They know neither sessions nor pictures.
//!
//! Those of the caching bird: which units are active ([`sorted_by_peak`]), how alike two states are ([`pearson`]), what
//! the readouts say at every place ([`RecallCurve`]). Those of the transformer: what its logits are worth
//! ([`returns`]), how its activity mirrors the maze ([`kernel_alignment`], [`Projection`]) and other mazes
//! ([`cross_task_similarity`]), where a decision looks ([`rollout`]), and what can be read from a token
//! ([`LinearReadout`]).

mod alignment;
mod centred;
mod cross_task;
mod gram;
mod linear_readout;
mod policy;
mod population;
mod projection;
mod recall_curve;
mod rollout;
mod similarity;

pub use alignment::kernel_alignment;
pub use centred::Centred;
pub use cross_task::{CrossTaskSimilarity, cross_task_similarity};
pub use linear_readout::{LinearReadout, accuracy, balance, fit, fit_weighted, r_squared};
pub use policy::{draw, expected_return, probabilities, returns};
pub use population::{active_fraction, sorted_by_peak};
pub use projection::Projection;
pub use recall_curve::{RecallCurve, RecallVerdict};
pub use rollout::{head_mean, rollout};
pub use similarity::{Moments, by_distance, pearson, pearson_of};
