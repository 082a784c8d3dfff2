//! The verbs and events of every lab, for the README, the help and the types for JavaScript: documentation for programmers,
//! in English as comments are.

use super::{EventInfo, Verb};

/// The verbs of every lab.
pub const VERBS: &[Verb] = &[
    Verb::new("set:gain=0.5", "a setting").fields(&["key", "value"], "="),
    Verb::new("play", "time passes"),
    Verb::new("pause", "time stands still"),
    Verb::new("step:5", "so many steps, then pause"),
    Verb::new("speed:2", "times the normal pace"),
    Verb::new("reset", "all memories are forgotten, settings stay"),
    Verb::new("undo", "the last change is taken back"),
    Verb::new("redo", "the last undo is taken back"),
    Verb::new("scene:one-cache", "a scene by name"),
    Verb::new("backend:gpu", "auto, gpu or cpu; in a window or a page"),
];

/// Types of the events that every lab has.
pub const EVENTS: &[EventInfo] = &[
    EventInfo {
        name: "cleared",
        help: "All memories were forgotten.",
    },
    EventInfo {
        name: "undone",
        help: "A change was taken back: `change`, as the button for it says.",
    },
    EventInfo {
        name: "redone",
        help: "A change that had been taken back was made again: `change`.",
    },
    EventInfo {
        name: "degraded",
        help: "The lab goes on with the CPU: `reason`.",
    },
    EventInfo {
        name: "message",
        help: "Something to read, `text`: what was clamped, ignored or refused.",
    },
];
