//! Commands: what they change at once.

use super::{Command, Edit, MazeLab, Run, Settings, attribution::Request};
use crate::core::{CommandError, FrameOf, Lab};
use chickadee_engine::{
    eval::Kind,
    worlds::maze::{Kind as Shape, Task},
};

type Frame = FrameOf<MazeLab>;

fn refused(text: impl Into<String>) -> CommandError {
    CommandError::Refused(text.into())
}

impl MazeLab {
    pub(super) fn carry_out(
        &mut self,
        command: Command,
        frame: &mut Frame,
    ) -> Result<(), CommandError> {
        match command {
            Command::Move(right, down) => {
                self.take_over(frame);
                if let Some(action) = self.action_towards(right, down) {
                    self.queue = [action].into();
                }
            }
            Command::Act(action) => {
                let actions = self.run.task.maze.actions();
                if action >= actions {
                    let last = actions - 1;
                    return Err(refused(format!(
                        "there is no action {action}; actions are 0 to {last}"
                    )));
                }
                self.take_over(frame);
                self.queue = [action].into();
            }
            Command::GoTo(state) => {
                self.check_state(state)?;
                self.take_over(frame);
                self.queue = way(&self.run.task, self.run.agent, state).into();
            }
            Command::Walk(path) => {
                self.check_path(&path)?;
                frame.remember("walk", || self.snapshot());
                self.stop(frame);
                self.run.walk(&path);
                frame.clock.tick += 2 * (path.len() as u64 - 1);
            }
            Command::Home => {
                frame.remember("home", || self.snapshot());
                self.look = None;
                let task = &self.run.task;
                let distance = task.maze.distance(self.run.agent, task.goal);
                self.homing = match distance {
                    u32::MAX => 0,
                    distance => distance as usize,
                };
                frame.clock.playing = false;
            }
            Command::Goal(state) => {
                self.check_state(state)?;
                frame.remember("goal", || self.snapshot());
                self.run.move_goal(state);
            }
            Command::Place(state) => {
                self.check_state(state)?;
                frame.remember("place", || self.snapshot());
                self.queue.clear();
                self.homing = 0;
                self.run.place(state);
            }
            Command::Look(length) => {
                frame.remember_once("look", || self.snapshot());
                self.look = length.map(|length| length.min(self.run.memories.len()));
                frame.clock.playing &= self.look.is_none();
            }
            Command::Ask(state) => {
                state.map_or(Ok(()), |state| self.check_state(state))?;
                self.query = state;
            }
            Command::Edit(edit, which) => {
                let positions = self.run.resolve(&which, self.query(), self.look());
                if positions.is_empty() {
                    return Err(refused("there are no such memories"));
                }
                frame.remember(name_of(edit), || self.snapshot());
                self.run.edit(edit, &positions);
            }
            Command::Shift(from, to) => {
                let count = self.run.memories.len();
                if from >= count {
                    return Err(refused(format!(
                        "there is no memory {from}; there are {count}"
                    )));
                }
                frame.remember("shift", || self.snapshot());
                self.run.shift(from, to);
            }
            Command::Attribute => self.requested = Some(self.request()?),
            Command::Draw(text) => {
                let run = Run::new(&self.settings, Some(text.as_str().into())).map_err(refused)?;
                frame.remember("draw", || self.snapshot());
                self.run = run;
                self.fit_own_maze();
                self.begin(frame);
            }
        }
        Ok(())
    }

    fn check_state(&self, state: usize) -> Result<(), CommandError> {
        let states = self.run.task.maze.states();
        let last = states - 1;
        let error = || refused(format!("there is no state {state}; states are 0 to {last}"));
        (state < states).then_some(()).ok_or_else(error)
    }

    /// Whether states lie side by side.
    fn check_path(&self, path: &[usize]) -> Result<(), CommandError> {
        path.iter().try_for_each(|&state| self.check_state(state))?;
        let maze = &self.run.task.maze;
        let is_apart = |pair: &&[usize]| {
            !(0..maze.actions()).any(|action| maze.step(pair[0], action) == pair[1])
        };
        match path.windows(2).find(is_apart) {
            Some(pair) => Err(refused(format!(
                "there is no step from state {} to state {}",
                pair[0], pair[1]
            ))),
            None => Ok(()),
        }
    }

    /// The decision of now, to be attributed.
    fn request(&self) -> Result<Request, CommandError> {
        let query = self.query();
        let seen = self.seen().zip(self.context_key(self.look()));
        let (output, context) = seen.ok_or_else(|| refused("nothing was decided yet"))?;
        let encoder = self.encoder.get();
        if encoder.is_none_or(|encoder| encoder.tokens(context.look) == 0) {
            return Err(refused(
                "there are no memories that a decision could rest on",
            ));
        }
        Ok(Request {
            context,
            query,
            action: output.best(query),
        })
    }

    /// Steps of the user's end those of others; a way that is begun is one change.
    fn take_over(&mut self, frame: &mut Frame) {
        if self.queue.is_empty() {
            frame.remember("step", || self.snapshot());
        }
        self.stop(frame);
    }

    /// Ends what others do.
    fn stop(&mut self, frame: &mut Frame) {
        frame.clock.pause();
        self.homing = 0;
        self.look = None;
    }

    /// The action of an arrow key.
    fn action_towards(&self, right: i64, down: i64) -> Option<usize> {
        match self.run.task.maze.kind() {
            Shape::Grid { .. } => match (right.signum(), down.signum()) {
                (0, -1) => Some(0),
                (1, 0) => Some(1),
                (0, 1) => Some(2),
                (-1, 0) => Some(3),
                _ => None,
            },
            // The way up leads back to the root.
            Shape::Tree { .. } => match (right.signum(), down.signum()) {
                (0, -1) => Some(0),
                (-1, 0) => Some(1),
                (1, 0) => Some(2),
                (0, 1) => Some(3),
                _ => None,
            },
        }
    }

    pub(super) fn change(
        &mut self,
        key: &str,
        value: &str,
        frame: &mut Frame,
    ) -> Result<(), CommandError> {
        let mut next = self.settings.clone();
        let note = next.set_text(key, value)?;
        if next == self.settings {
            return Ok(());
        }
        let is_other_kind = next.kind() != self.settings.kind();
        let own = self.models.own();
        if is_other_kind && own.is_some_and(|model| model.kind() != next.kind()) {
            return Err(refused(
                "your model was made for the other kind of maze; take it out first",
            ));
        }
        let label = format!("set {key}");
        if Settings::begins_again(key) {
            // One's own maze stays when only senses and walk change.
            let own = self.run.own.clone();
            let own = own.filter(|_| !is_other_kind && key != "size");
            let run = Run::new(&next, own).map_err(refused)?;
            frame.remember_once(&label, || self.snapshot());
            self.settings = next;
            self.run = run;
            self.begin(frame);
            frame.clock.playing = true;
        } else {
            frame.remember_once(&label, || self.snapshot());
            self.settings = next;
        }
        if let Some(note) = note {
            frame.message(note.to_string());
        }
        Ok(())
    }

    /// Kind and size of one's own maze, from which horizon and starts of the protocol follow.
    pub(super) fn fit_own_maze(&mut self) {
        if self.run.own.is_none() {
            return;
        }
        let (kind, size) = match self.run.task.maze.kind() {
            Shape::Grid { width, height } => (Kind::Gridworld, width.max(height)),
            Shape::Tree { layers } => (Kind::Tree, layers),
        };
        // Both are words and numbers that settings know; a size beyond the range is moved into it.
        let _ = self.settings.set_text("task", kind.name());
        let _ = self.settings.set_text("size", &size.to_string());
    }
}

/// The name of an edit, for undo.
fn name_of(edit: Edit) -> &'static str {
    match edit {
        Edit::Restore => "restore",
        Edit::Delete => "delete",
        Edit::Unreward => "take the reward",
        Edit::Corrupt => "corrupt",
        Edit::Hide(_) => "hide",
    }
}

/// Actions of the shortest way from one state to another; in a grid the moves that lie in front first.
fn way(task: &Task, from: usize, to: usize) -> Vec<usize> {
    let maze = &task.maze;
    let mut state = from;
    let mut actions = Vec::new();
    while state != to && actions.len() <= maze.states() {
        let action = maze.optimal(to, state).trailing_zeros() as usize;
        if action >= maze.stay() {
            break;
        }
        actions.push(action);
        state = maze.step(state, action);
    }
    actions
}
