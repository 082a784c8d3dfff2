use std::sync::Arc;

use super::{Session, Settings, run::Run};
use crate::share::scenes::Scene;

/// What undo brings back.
#[derive(Clone)]
struct Snapshot {
    label: String,
    settings: Settings,
    run: Arc<Run>,
    look: Option<usize>,
    query: Option<usize>,
    scene: Option<&'static Scene>,
}

/// States to go back and forward to.
#[derive(Default)]
pub(super) struct History {
    past: Vec<Snapshot>,
    future: Vec<Snapshot>,
}

const LONGEST: usize = 200;

impl Session {
    fn snapshot(&self, label: &str) -> Snapshot {
        Snapshot {
            label: label.to_owned(),
            settings: self.settings.clone(),
            run: Arc::new(self.run.clone()),
            look: self.look,
            query: self.query,
            scene: self.scene,
        }
    }

    /// Keeps the present state for undo. A walk that plays, a scrubber and a knob that are dragged, are one change each.
    pub(super) fn remember(&mut self, label: &str) {
        self.history.future.clear();
        let joins = label.starts_with("set ") || label == "play" || label == "look";
        let last = self.history.past.last();
        if joins && last.is_some_and(|last| last.label == label) {
            return;
        }
        if self.history.past.len() >= LONGEST {
            self.history.past.remove(0);
        }
        let snapshot = self.snapshot(label);
        self.history.past.push(snapshot);
    }

    /// What undo would take back.
    #[must_use]
    pub fn undoable(&self) -> Option<&str> {
        self.history.past.last().map(|s| s.label.as_str())
    }

    /// Whether there is something to redo.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.history.future.is_empty()
    }

    pub(super) fn undo(&mut self) {
        if let Some(snapshot) = self.history.past.pop() {
            let now = self.snapshot(&snapshot.label);
            self.history.future.push(now);
            self.restore(snapshot);
        }
    }

    pub(super) fn redo(&mut self) {
        if let Some(snapshot) = self.history.future.pop() {
            let now = self.snapshot(&snapshot.label);
            self.history.past.push(now);
            self.restore(snapshot);
        }
    }

    fn restore(&mut self, snapshot: Snapshot) {
        self.settings = snapshot.settings;
        self.run = Arc::unwrap_or_clone(snapshot.run);
        (self.look, self.query, self.scene) = (snapshot.look, snapshot.query, snapshot.scene);
        self.script = None;
        self.playing = false;
        self.owed = 0;
        self.begin_again();
    }
}
