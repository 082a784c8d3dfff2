use serde::Serialize;

use crate::{session::LabEvent, texts};
use chickadee_engine::worlds::maze::{Maze, Topology};

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
    fn spoken(&self) -> Option<String> {
        let Self::Rewarded {
            place, memories, ..
        } = self;
        Some(texts::maze::RewardedAtAfterMemories { place, memories }.to_string())
    }
}

/// A state of a maze in words; rows, columns and layers count from 1.
#[must_use]
pub fn state_in_words(maze: &Maze, state: usize) -> String {
    let (first, second) = maze.position(state);
    match maze.topology() {
        Topology::Grid { .. } => texts::maze::RowColumn {
            row: first + 1,
            column: second + 1,
        }
        .to_string(),
        Topology::Tree { .. } if first == 0 => texts::maze::the_root().to_owned(),
        Topology::Tree { .. } => texts::maze::LayerPosition {
            layer: first + 1,
            position: second + 1,
        }
        .to_string(),
    }
}
