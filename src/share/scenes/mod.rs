//! Scenes: named labs that show one thing each, by themselves.

mod caching;
mod maze;

pub use caching::SCENES;
pub use maze::MAZE_SCENES;

use super::link::LabName;
use crate::texts::Text;

/// A lab with a name, a point and a script.
#[derive(Debug)]
pub struct Scene {
    /// The word in links.
    pub name: &'static str,
    /// The name on the screen.
    pub title: Text,
    /// One sentence that says what to look for.
    pub look_for: Text,
    /// The figure of the lab's paper that it belongs to.
    pub figure: Text,
    /// Where it begins.
    pub link: &'static str,
    /// Commands by themselves, each after so many steps of rest.
    pub script: &'static [(usize, &'static str)],
    /// Whether the script begins again after its end.
    pub goes_round: bool,
}

impl Scene {
    /// The lab that it is a scene of.
    pub(crate) fn lab(&self) -> LabName {
        if self.link.starts_with("lab=maze") {
            LabName::Maze
        } else {
            LabName::Caching
        }
    }
}

/// The scenes of all labs.
pub fn all() -> impl Iterator<Item = &'static Scene> {
    SCENES.iter().chain(&MAZE_SCENES)
}

/// The scene of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Scene> {
    all().find(|scene| scene.name == name)
}

/// All names, for messages.
#[must_use]
pub fn names() -> String {
    all().map(|scene| scene.name).collect::<Vec<_>>().join(", ")
}
