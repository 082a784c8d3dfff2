//! The verbs and events of the caching lab, for the README, the help and the types for JavaScript: documentation for programmers,
//! in English as comments are.

use crate::session::{EventInfo, Verb};

/// The verbs, for help and objects.
pub const VERBS: &[Verb] = &[
    Verb::new("fly:20", "to a place"),
    Verb::new("move:1,0", "some places to the right and down").fields(&["right", "down"], ","),
    Verb::new("cache", "a seed, here"),
    Verb::new("check", "this place for a seed"),
    Verb::new("weight:1=0.5", "how much of a memory the synapses hold")
        .fields(&["memory", "value"], "="),
    Verb::new("remove:1", "a memory leaves the synapses"),
    Verb::new(
        "without:1",
        "history again, as if this seed had never been cached",
    ),
    Verb::new("replay", "all seeds cached again, with the settings of now"),
    Verb::new("forage:on", "the bird decides by itself"),
];

/// Types of the events that only this lab has.
pub(super) const EVENTS: &[EventInfo] = &[
    EventInfo {
        name: "cached",
        help: "A seed was cached: `place`, and the number of the memory, `index`, from 0.",
    },
    EventInfo {
        name: "recalled",
        help: "A place was checked: `place`, `seed_ratio` (of the largest seed output), `peak` (a place, or null), `found`.",
    },
    EventInfo {
        name: "overflow",
        help: "Activity was no longer finite after `step`.",
    },
];
