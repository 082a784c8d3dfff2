//! Commands: how they change the run. All that is derived follows by itself.

use super::{Beside, Command, Edit, MazeLab, Settings, key::ContextKey, run::Run};
use crate::{
    session::{CommandError, FrameOf, Lab},
    texts,
};
use chickadee_engine::worlds::maze::{
    Family, Maze,
    actions::{grid, tree},
};

impl MazeLab {
    pub(super) fn carry_out(
        &mut self,
        command: Command,
        frame: &mut FrameOf<Self>,
    ) -> Result<(), CommandError> {
        let states = self.run.task.maze.states();
        let wrong = |text: String| Err(CommandError::Refused(text));
        let no_state = |state: usize| {
            let last = states - 1;
            texts::maze::NoState { state, last }.to_string()
        };
        match command {
            Command::Move(right, down) => {
                self.take_over(frame);
                if let Some(action) = action_towards(&self.run.task.maze, right, down) {
                    self.queue = [action].into();
                }
            }
            Command::Act(action) => {
                let actions = self.run.task.maze.actions();
                if action >= actions {
                    let last = actions - 1;
                    return wrong(texts::maze::NoAction { action, last }.to_string());
                }
                self.take_over(frame);
                self.queue = [action].into();
            }
            Command::GoTo(state)
            | Command::Goal(state)
            | Command::Place(state)
            | Command::Ask(Some(state))
                if state >= states =>
            {
                return wrong(no_state(state));
            }
            Command::GoTo(state) => {
                self.take_over(frame);
                self.queue = self
                    .run
                    .task
                    .maze
                    .shortest_path(self.run.agent, state)
                    .collect();
            }
            Command::Walk(path) => {
                let maze = &self.run.task.maze;
                if let Some(&state) = path.iter().find(|&&state| state >= states) {
                    return wrong(no_state(state));
                }
                let apart = |pair: &&[usize]| {
                    !(0..maze.actions()).any(|action| maze.step(pair[0], action) == pair[1])
                };
                if let Some(pair) = path.windows(2).find(apart) {
                    let (from, to) = (pair[0], pair[1]);
                    return wrong(texts::maze::NoStep { from, to }.to_string());
                }
                frame.remember(texts::maze::undo_walk(), || self.snapshot());
                self.take_over(frame);
                self.run.walk(&path);
                frame.clock.tick += 2 * (path.len() as u64 - 1);
            }
            Command::Home => {
                frame.remember(texts::maze::undo_home(), || self.snapshot());
                self.look = None;
                let task = &self.run.task;
                let distance = task.maze.distance(self.run.agent, task.goal);
                let there_is_a_way = distance != u32::MAX;
                self.homing = if there_is_a_way { distance as usize } else { 0 };
                frame.clock.playing = false;
            }
            Command::Goal(state) => {
                frame.remember(texts::maze::undo_goal(), || self.snapshot());
                self.run.move_goal(state);
            }
            Command::Place(state) => {
                frame.remember(texts::maze::undo_place(), || self.snapshot());
                self.queue.clear();
                self.homing = 0;
                self.run.place(state);
            }
            Command::Look(length) => {
                frame.remember_once(texts::maze::undo_look(), || self.snapshot());
                self.look = length.map(|length| length.min(self.run.memories.len()));
                self.requested = self.requested();
                if self.look.is_some() {
                    frame.clock.playing = false;
                }
            }
            Command::Ask(state) => {
                self.query = state;
                self.requested = self.requested();
            }
            Command::Edit(edit, which) => {
                let positions = self.run.resolve(&which, self.query(), self.look());
                if positions.is_empty() {
                    return wrong(texts::maze::no_such_memories().to_owned());
                }
                let label = match edit {
                    Edit::Restore => texts::maze::undo_restore(),
                    Edit::Delete => texts::maze::undo_delete(),
                    Edit::Unreward => texts::maze::undo_unreward(),
                    Edit::Corrupt => texts::maze::undo_corrupt(),
                    Edit::Hide(_) => texts::maze::undo_hide(),
                };
                frame.remember(label, || self.snapshot());
                self.run.edit(edit, &positions);
            }
            Command::Shift(from, to) => {
                let count = self.run.memories.len();
                if from >= count {
                    return wrong(texts::maze::NoMemory { index: from, count }.to_string());
                }
                frame.remember(texts::maze::undo_shift(), || self.snapshot());
                self.run.shift(from, to);
            }
            Command::Attribute => self.request_attribution()?,
            Command::Draw(text) => {
                let run = Run::new(&self.settings, Some(text.as_str().into()))
                    .map_err(CommandError::Refused)?;
                frame.remember(texts::maze::undo_draw(), || self.snapshot());
                self.run = run;
                self.fit_own_maze();
                self.halt(frame);
            }
        }
        Ok(())
    }

    fn request_attribution(&mut self) -> Result<(), CommandError> {
        let wrong = |text: &str| CommandError::Refused(text.to_owned());
        if self.model().is_none() {
            return Err(wrong(texts::maze::no_transformer_yet()));
        }
        if self.output_now().is_none() {
            return Err(wrong(texts::maze::nothing_decided()));
        }
        self.requested = Some(self.request().map_err(wrong)?);
        Ok(())
    }

    /// Takes the controls for the user.
    fn take_over(&mut self, frame: &mut FrameOf<Self>) {
        if self.queue.is_empty() {
            frame.remember(texts::maze::undo_step(), || self.snapshot());
        }
        frame.clock.pause();
        self.homing = 0;
        self.look = None;
    }

    pub(super) fn change(
        &mut self,
        key: &str,
        value: &str,
        frame: &mut FrameOf<Self>,
    ) -> Result<(), CommandError> {
        let mut next = self.settings.clone();
        let note = next.set_text(key, value)?;
        if next == self.settings {
            // A value that was moved back to where it is.
            if let Some(note) = note {
                frame.message(note.to_string());
            }
            return Ok(());
        }
        let kind = next.kind() != self.settings.kind();
        if kind && self.models.own_kind().is_some_and(|own| own != next.kind()) {
            return Err(CommandError::Refused(
                texts::maze::made_for_the_other().to_owned(),
            ));
        }
        let label = texts::session::UndoSet { key }.to_string();
        if Settings::begins_again(key) {
            // The user's own maze stays when only senses and walk change.
            let own = self.run.own.clone().filter(|_| !kind && key != "size");
            let run = Run::new(&next, own).map_err(CommandError::Refused)?;
            frame.remember_once(&label, || self.snapshot());
            self.run = run;
            self.settings = next;
            self.halt(frame);
            frame.clock.playing = true;
        } else {
            frame.remember_once(&label, || self.snapshot());
            // A choice among those that come along is a choice against the user's own.
            if key == super::Key::Weights.setting().key {
                self.put_model_away();
            }
            self.settings = next;
            self.forget_others();
        }
        if let Some(note) = note {
            frame.message(note.to_string());
        }
        Ok(())
    }

    /// Takes kind and size from the user's own maze: horizon and starts of the protocol follow from them.
    pub(super) fn fit_own_maze(&mut self) {
        if self.run.own.is_none() {
            return;
        }
        let topology = self.run.task.maze.topology();
        let (family, size) = (topology.family(), topology.size());
        // Both are words and numbers that settings know; a size beyond the range is moved into it.
        let _ = self.settings.set_text("task", family.name());
        let _ = self.settings.set_text("size", &size.to_string());
    }

    /// Forgets what was derived from another task or other weights. It would be dropped by the next slices of work; until then, or
    /// for as long as weights are awaited, it would be shown beside memories that it does not belong to.
    pub(super) fn forget_others(&mut self) {
        let (task, weights) = (self.run.mark(0), self.model().map(|model| model.info.hash));
        let is_other = |key: &ContextKey| key.task != task || Some(key.model) != weights;
        if self
            .output
            .shown(|(context, _)| is_other(context))
            .is_some()
        {
            self.encoder.forget();
            self.output.forget();
            self.decision.forget();
            self.beside = Beside::default();
        }
    }

    /// Ends all ways that were begun: the run is another.
    pub(super) fn halt(&mut self, frame: &mut FrameOf<Self>) {
        self.queue.clear();
        self.homing = 0;
        self.requested = None;
        frame.clock.pending = 0;
        frame.clock.rested = 0;
        self.forget_others();
        let states = self.run.task.maze.states();
        self.query = self.query.filter(|&state| state < states);
        self.look = self.look.map(|look| look.min(self.run.memories.len()));
    }
}

/// The action of an arrow key; in trees the way up leads back to the root.
fn action_towards(maze: &Maze, right: i64, down: i64) -> Option<usize> {
    let family = maze.family();
    match (family, right.signum(), down.signum()) {
        (Family::Gridworld, 0, -1) => Some(grid::UP),
        (Family::Gridworld, 1, 0) => Some(grid::RIGHT),
        (Family::Gridworld, 0, 1) => Some(grid::DOWN),
        (Family::Gridworld, -1, 0) => Some(grid::LEFT),
        (Family::Tree, 0, -1) => Some(tree::BACK),
        (Family::Tree, -1, 0) => Some(tree::LEFT),
        (Family::Tree, 1, 0) => Some(tree::RIGHT),
        (Family::Tree, 0, 1) => Some(family.stay()),
        _ => None,
    }
}
