use serde::Serialize;

use crate::core::LabEvent;

/// The events that only this lab has.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Event {
    /// The agent was rewarded.
    Rewarded {
        /// The state.
        state: usize,
        /// Number of memories by then.
        memories: usize,
    },
}

impl LabEvent for Event {
    const NAMES: &'static [&'static str] = &["rewarded"];

    fn spoken(&self) -> Option<String> {
        let Self::Rewarded { state, memories } = self;
        Some(format!(
            "Rewarded at state {state}, after {memories} memories."
        ))
    }
}
