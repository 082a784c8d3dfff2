use super::Command;
use crate::share::scenes::Scene;

/// A scene's commands, one after the other, each after a rest.
pub(super) struct Script {
    scene: &'static Scene,
    position: usize,
}

impl Script {
    /// The script of a scene that has one.
    pub fn of(scene: &'static Scene) -> Option<Self> {
        (!scene.script.is_empty()).then_some(Self { scene, position: 0 })
    }

    /// Steps to rest before the next command.
    pub fn wait(&self) -> usize {
        self.scene
            .script
            .get(self.position)
            .map_or(1, |(wait, _)| *wait)
    }

    /// The next command; scenes that go round begin again.
    pub fn next(&mut self) -> Option<Command> {
        let (_, text) = self.scene.script.get(self.position)?;
        self.position += 1;
        if self.position == self.scene.script.len() && self.scene.goes_round {
            self.position = 0;
        }
        text.parse().ok()
    }
}
