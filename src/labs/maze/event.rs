use serde::Serialize;

use crate::core::LabEvent;
use chickadee_engine::worlds::maze::{Kind, Maze};

/// The events of the maze lab.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum MazeEvent {
    /// The agent was rewarded.
    Rewarded {
        /// The state.
        state: usize,
        /// Number of memories by then.
        memories: usize,
        /// The state in words.
        #[serde(skip)]
        place: String,
    },
}

impl LabEvent for MazeEvent {
    const NAMES: &'static [&'static str] = &["rewarded"];

    fn spoken(&self) -> Option<String> {
        let Self::Rewarded {
            place, memories, ..
        } = self;
        Some(format!("Rewarded at {place}, after {memories} memories."))
    }
}

/// A state of a maze in words; rows, columns and layers count from 1.
#[must_use]
pub fn state_in_words(maze: &Maze, state: usize) -> String {
    let (first, second) = maze.position(state);
    match maze.kind() {
        Kind::Grid { .. } => format!("row {}, column {}", first + 1, second + 1),
        Kind::Tree { .. } if first == 0 => "the root".to_owned(),
        Kind::Tree { .. } => format!("layer {}, position {}", first + 1, second + 1),
    }
}
