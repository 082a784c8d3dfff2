use serde::Serialize;

use crate::{session::LabEvent, texts};
use chickadee_engine::worlds::maze::{Maze, Topology, Transition};

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

/// A memory in words: its number from 1, where, what was done, what came of it.
#[must_use]
pub fn memory_in_words(maze: &Maze, position: usize, transition: &Transition) -> String {
    let mut text = texts::maze::MemoryIs {
        position: position + 1,
        place: state_in_words(maze, transition.state),
        action: maze.action_name(transition.action),
    }
    .to_string();
    if transition.next == transition.state {
        text += texts::maze::no_move();
    } else {
        text += &texts::maze::MemoryTo {
            place: state_in_words(maze, transition.next),
        }
        .to_string();
    }
    if transition.reward > 0.0 {
        text += texts::maze::rewarded();
    }
    text
}
