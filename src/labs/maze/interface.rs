//! The verbs and events of the maze lab, for the README, the help and the types for JavaScript: documentation for programmers,
//! in English as comments are.

use crate::session::{EventInfo, Verb};

/// The verbs that the maze lab has beside those of every lab.
pub const VERBS: &[Verb] = &[
    Verb::new(
        "move:1,0",
        "a step to the right and down, as an arrow key takes it",
    )
    .fields(&["right", "down"], ","),
    Verb::new("act:2", "a step by the number of its action"),
    Verb::new("goto:12", "the shortest way to a state"),
    Verb::new(
        "walk:0.5.10",
        "along neighbouring states, and back the same way",
    ),
    Verb::new(
        "home",
        "the transformer acts for as many steps as the goal is away",
    ),
    Verb::new("goal:12", "another state is rewarded from now on"),
    Verb::new("place:3", "the agent is put at a state"),
    Verb::new(
        "look:120",
        "only the first so many memories count; look:end for all",
    ),
    Verb::new(
        "ask:7",
        "the state whose decision is looked at; ask:agent for the agent's",
    ),
    Verb::new("restore:all", "memories are as they were"),
    Verb::new(
        "delete:3-9",
        "memories are deleted: by number, or query, goal, path, before, all",
    ),
    Verb::new("unreward:goal", "memories lose their rewards"),
    Verb::new(
        "corrupt:17",
        "the codes in memories are exchanged for noise",
    ),
    Verb::new(
        "hide:goal@2",
        "the query cannot read memories in some layers",
    ),
    Verb::new("shift:17=40", "a memory moves to another position").fields(&["memory", "to"], "="),
    Verb::new("attribute", "integrated gradients of the decision"),
    Verb::new("draw:S..|..G", "a maze of one's own, lines separated by |"),
];

/// Types of the events that only this lab has.
pub(super) const EVENTS: &[EventInfo] = &[EventInfo {
    name: "rewarded",
    help: "The agent was rewarded: `state`, and how many `memories` there were by then.",
}];
