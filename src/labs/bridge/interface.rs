//! The verbs of the lab, for the README, the help and the types for JavaScript.

use crate::session::Verb;

/// The commands that only this lab has.
pub const VERBS: &[Verb] = &[
    Verb::new("fly:35", "another place is asked about"),
    Verb::new("move:1,0", "so many places to the right and down").fields(&["right", "down"], ","),
    Verb::new("cache", "an event is stored at the place, in both memories"),
    Verb::new(
        "remove:1",
        "the memory of a number, from 0, is taken out of both, or put back",
    ),
];
