//! The verbs and events of the lab, for the README, the help and the types for JavaScript.

use crate::session::{EventInfo, Verb};

/// The commands that only this lab has.
pub const VERBS: &[Verb] = &[
    Verb::new("recompute", "the figure is computed here, piece by piece"),
    Verb::new("stop", "computing ends; what is there stays"),
];

/// The types of the events that only this lab has.
pub const EVENTS: &[EventInfo] = &[EventInfo {
    name: "recomputed",
    help: "What was asked for of a `figure` is there, with so many `seeds` and `units`: of so many published `values` that there is one of ours beside, how many `agree`.",
}];
