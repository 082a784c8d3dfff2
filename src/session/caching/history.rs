use std::collections::VecDeque;

use super::{Command, LogEntry, Session, Settings};
use crate::share::scenes::Scene;
use chickadee_engine::models::barcode::Memory;

/// What undo brings back. Barcodes are shared and not copied.
#[derive(Clone)]
struct Snapshot {
    label: String,
    settings: Settings,
    base: Settings,
    log: Vec<LogEntry>,
    memories: Vec<Memory>,
    before: Vec<Memory>,
    bird: usize,
    scene: Option<&'static Scene>,
    /// What was still to be done, so that redo finishes it.
    queue: VecDeque<Command>,
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
            base: self.base.clone(),
            log: self.log.clone(),
            memories: self.memories.clone(),
            before: self.before.clone(),
            bird: self.bird,
            scene: self.scene,
            queue: VecDeque::new(),
        }
    }

    /// The present state with what is under way: what undo leaves and redo comes back to.
    fn present(&self, label: &str) -> Snapshot {
        let mut queue = self.queue.clone();
        if self.is_caching() {
            queue.push_front(Command::Cache);
        }
        Snapshot {
            queue,
            ..self.snapshot(label)
        }
    }

    /// Keeps the present state for undo. A knob that is dragged is one change.
    pub(super) fn remember(&mut self, label: &str) {
        if self.quiet > 0 {
            return;
        }
        self.history.future.clear();
        let dragged = label.starts_with("set ") || label.starts_with("weight ");
        if dragged
            && self
                .history
                .past
                .last()
                .is_some_and(|last| last.label == label)
        {
            return;
        }
        if self.history.past.len() >= LONGEST {
            self.history.past.remove(0);
        }
        let snapshot = self.snapshot(label);
        self.history.past.push(snapshot);
    }

    /// What undo would take back: “cache”, “set gain”.
    #[must_use]
    pub fn undoable(&self) -> Option<&str> {
        self.history
            .past
            .last()
            .map(|snapshot| snapshot.label.as_str())
    }

    /// Whether there is something to redo.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.history.future.is_empty()
    }

    pub(super) fn undo(&mut self) {
        if let Some(snapshot) = self.history.past.pop() {
            let now = self.present(&snapshot.label);
            self.history.future.push(now);
            self.restore(snapshot);
        }
    }

    pub(super) fn redo(&mut self) {
        if let Some(snapshot) = self.history.future.pop() {
            let now = self.present(&snapshot.label);
            self.history.past.push(now);
            self.restore(snapshot);
        }
    }

    fn restore(&mut self, snapshot: Snapshot) {
        let Snapshot {
            label: _,
            settings,
            base,
            log,
            memories,
            before,
            bird,
            scene,
            queue,
        } = snapshot;
        let same_network = settings.builds_like(&self.settings);
        (self.settings, self.base, self.log, self.memories) = (settings, base, log, memories);
        (self.before, self.bird, self.scene) = (before, bird, scene);
        self.quiet = queue.len();
        self.queue = queue;
        self.script = None;
        if same_network {
            self.code_places()
        } else {
            self.rebuild()
        }
        self.synapses_changed();
    }
}
