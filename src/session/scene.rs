//! Scenes: named states of a lab that show one thing each, by themselves.

use super::Command;
use crate::texts::Text;

/// A lab with a name, a point and a script.
#[derive(Debug)]
pub struct Scene {
    /// The word in links; unique among all labs.
    pub name: &'static str,
    /// The name on the screen.
    pub title: Text,
    /// One sentence that says what to look for.
    pub look_for: Text,
    /// The figure of the lab's paper that it belongs to.
    pub figure: Text,
    /// The link that it begins with.
    pub link: &'static str,
    /// Commands by themselves, each after so many steps of rest.
    pub script: &'static [(usize, &'static str)],
    /// Whether the script begins again after its end.
    pub loops: bool,
}

/// A scene's commands, one after the other, each after a rest.
pub struct Script {
    scene: &'static Scene,
    position: usize,
}

impl Script {
    /// The script of a scene that has one.
    #[must_use]
    pub fn of(scene: &'static Scene) -> Option<Self> {
        (!scene.script.is_empty()).then_some(Self { scene, position: 0 })
    }

    /// Steps to rest before the next command.
    #[must_use]
    pub fn wait(&self) -> usize {
        let next = self.scene.script.get(self.position);
        next.map_or(1, |(wait, _)| *wait)
    }

    /// The next command; scenes that loop begin again.
    pub fn next_command(&mut self) -> Option<Command> {
        let (_, text) = self.scene.script.get(self.position)?;
        self.position += 1;
        if self.position == self.scene.script.len() && self.scene.loops {
            self.position = 0;
        }
        text.parse().ok()
    }
}
