//! Commands: what they change, and what is dropped with it.

use super::{AttributionJob, Edit, MazeCommand, Run, Session, Settings, curve::Curve};
use crate::session::{Clamped, Command, CommandError, Event, shortened};
use chickadee_engine::{
    models::transformer::{Attribution, Gradient},
    worlds::maze::{
        Family,
        actions::{grid, tree},
    },
};

/// Steps of integrated gradients, as published.
const ATTRIBUTION_STEPS: usize = 20;

impl Session {
    /// Asks for a change, which happens at once; what follows from it is computed in [`advance`](Self::advance).
    ///
    /// # Errors
    /// When the command cannot be carried out; the lab is as it was.
    pub fn dispatch(&mut self, command: Command) -> Result<(), CommandError> {
        let done = self.perform(command);
        self.stale = true;
        done
    }

    fn perform(&mut self, command: Command) -> Result<(), CommandError> {
        match command {
            Command::Play => {
                self.playing = true;
                self.look = None;
            }
            Command::Pause => {
                self.playing = false;
                self.owed = 0;
                self.homing = 0;
            }
            Command::Step(steps) => {
                self.remember("step");
                self.playing = false;
                self.look = None;
                self.owed = self.owed.saturating_add(steps);
            }
            Command::Speed(speed) => self.speed = speed,
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::Reset => self.reset(),
            Command::Set(key, value) => {
                self.script = None;
                self.set(&key, &value)?;
            }
            Command::Move(right, down) => {
                self.script = None;
                self.take_over();
                if let Some(action) = self.action_towards(right, down) {
                    self.queue.clear();
                    self.queue.push_back(action);
                }
            }
            Command::Maze(command) => {
                self.script = None;
                self.carry_out(command)?;
            }
            Command::Backend(_) => return Err(CommandError::NoBackend),
            command => {
                return Err(CommandError::OtherLab {
                    lab: "maze",
                    verb: shortened(&command.to_string()),
                });
            }
        }
        Ok(())
    }

    pub(super) fn carry_out(&mut self, command: MazeCommand) -> Result<(), CommandError> {
        let states = self.run.task.maze.states();
        let wrong = |text: String| Err(CommandError::Maze(text));
        let no_state =
            |state: usize| format!("there is no state {state}; states are 0 to {}", states - 1);
        match command {
            MazeCommand::Act(action) => {
                let actions = self.run.task.maze.actions();
                if action >= actions {
                    let last = actions - 1;
                    return wrong(format!(
                        "there is no action {action}; actions are 0 to {last}"
                    ));
                }
                self.take_over();
                self.queue.clear();
                self.queue.push_back(action);
            }
            MazeCommand::GoTo(state)
            | MazeCommand::Goal(state)
            | MazeCommand::Place(state)
            | MazeCommand::Ask(Some(state))
                if state >= states =>
            {
                return wrong(no_state(state));
            }
            MazeCommand::GoTo(state) => {
                self.take_over();
                self.queue = self
                    .run
                    .task
                    .maze
                    .shortest_path(self.run.agent, state)
                    .collect();
            }
            MazeCommand::Walk(path) => {
                let maze = &self.run.task.maze;
                if let Some(&state) = path.iter().find(|&&state| state >= states) {
                    return wrong(no_state(state));
                }
                let apart = |pair: &&[usize]| {
                    !(0..maze.actions()).any(|action| maze.step(pair[0], action) == pair[1])
                };
                if let Some(pair) = path.windows(2).find(apart) {
                    let (a, b) = (pair[0], pair[1]);
                    return wrong(format!("there is no step from state {a} to state {b}"));
                }
                self.remember("walk");
                self.take_over();
                self.run.walk(&path);
                self.tick += 2 * (path.len() as u64 - 1);
            }
            MazeCommand::Home => {
                self.remember("home");
                self.look = None;
                let distance = self
                    .run
                    .task
                    .maze
                    .distance(self.run.agent, self.run.task.goal);
                self.homing = if distance == u32::MAX {
                    0
                } else {
                    distance as usize
                };
                self.playing = false;
            }
            MazeCommand::Goal(state) => {
                self.remember("goal");
                self.run.move_goal(state);
            }
            MazeCommand::Place(state) => {
                self.remember("place");
                self.queue.clear();
                self.homing = 0;
                self.run.place(state);
            }
            MazeCommand::Look(length) => {
                self.remember("look");
                self.look = length.map(|length| length.min(self.run.memories.len()));
                if self.look.is_some() {
                    self.playing = false;
                }
            }
            MazeCommand::Ask(state) => self.query = state,
            MazeCommand::Edit(edit, which) => {
                let positions = self.run.resolve(&which, self.query(), self.look());
                if positions.is_empty() {
                    return wrong("there are no such memories".to_owned());
                }
                self.remember(match edit {
                    Edit::Restore => "restore",
                    Edit::Delete => "delete",
                    Edit::Unreward => "take the reward",
                    Edit::Corrupt => "corrupt",
                    Edit::Hide(_) => "hide",
                });
                self.run.edit(edit, &positions);
            }
            MazeCommand::Shift(from, to) => {
                let count = self.run.memories.len();
                if from >= count {
                    return wrong(format!("there is no memory {from}; there are {count}"));
                }
                self.remember("shift");
                self.run.shift(from, to);
            }
            MazeCommand::Attribute => {
                let Some(insight) = self.insight.as_ref().filter(|_| self.is_seen()) else {
                    return wrong("nothing was decided yet".to_owned());
                };
                let Some(reader) = &self.reader else {
                    return wrong("the transformer is not there yet".to_owned());
                };
                let query = self.query();
                let action = insight.best(query);
                let tokens = reader.tokens(self.look());
                if tokens == 0 {
                    return wrong("there are no memories that a decision could rest on".to_owned());
                }
                let job = Attribution::new(
                    &reader.transformer,
                    reader.token_values(0..tokens),
                    self.run.task.ask(query),
                    action,
                    ATTRIBUTION_STEPS,
                    Gradient::Published,
                );
                self.attribution = Some(AttributionJob {
                    job,
                    version: reader.version(),
                    look: self.look(),
                    query,
                    action,
                    asked: None,
                });
            }
            MazeCommand::Draw(text) => {
                let run = Run::new(&self.settings, Some(text.as_str().into()))
                    .map_err(CommandError::Maze)?;
                self.remember("draw");
                self.run = run;
                self.fit_own_maze();
                self.begin_again();
            }
        }
        Ok(())
    }

    /// Whoever acts has the controls.
    pub(super) fn take_over(&mut self) {
        if self.queue.is_empty() {
            self.remember("step");
        }
        self.playing = false;
        self.owed = 0;
        self.homing = 0;
        self.look = None;
    }

    /// The action of an arrow key.
    pub(super) fn action_towards(&self, right: i64, down: i64) -> Option<usize> {
        let family = self.run.task.maze.family();
        match (family, right.signum(), down.signum()) {
            (Family::Gridworld, 0, -1) => Some(grid::UP),
            (Family::Gridworld, 1, 0) => Some(grid::RIGHT),
            (Family::Gridworld, 0, 1) => Some(grid::DOWN),
            (Family::Gridworld, -1, 0) => Some(grid::LEFT),
            // The way up leads back to the root.
            (Family::Tree, 0, -1) => Some(tree::BACK),
            (Family::Tree, -1, 0) => Some(tree::LEFT),
            (Family::Tree, 1, 0) => Some(tree::RIGHT),
            (Family::Tree, 0, 1) => Some(family.stay()),
            _ => None,
        }
    }

    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), CommandError> {
        let mut next = self.settings.clone();
        let note = next.set_text(key, value)?;
        if next == self.settings {
            return Ok(());
        }
        let kind = next.kind() != self.settings.kind();
        if kind
            && self
                .own_model
                .as_ref()
                .is_some_and(|m| m.kind() != next.kind())
        {
            return Err(CommandError::Maze(
                "your model was made for the other kind of maze; take it out first".to_owned(),
            ));
        }
        if Settings::begins_again(key) {
            // One's own maze stays when only senses and walk change.
            let own = self.run.own.clone().filter(|_| !kind && key != "size");
            let run = Run::new(&next, own).map_err(CommandError::Maze)?;
            self.remember(&format!("set {key}"));
            self.settings = next;
            self.run = run;
            self.begin_again();
            self.playing = true;
        } else {
            self.remember(&format!("set {key}"));
            self.settings = next;
            if key == "second" {
                self.second = None;
            }
        }
        if let Some(Clamped(note)) = note {
            self.say(note);
        }
        Ok(())
    }

    /// One's own maze says what kind it is and how large: horizon and starts of the protocol follow from that.
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

    /// Drops what was computed for the task before.
    pub(super) fn begin_again(&mut self) {
        self.reader = None;
        self.stale = true;
        self.field = None;
        self.gaze = None;
        self.decision = None;
        self.insight = None;
        self.seen = None;
        self.lens = None;
        self.pictures.clear();
        self.curve = Curve::default();
        self.second = None;
        self.pattern = None;
        self.decoded = None;
        self.attribution = None;
        self.dqn = None;
        self.queue.clear();
        self.homing = 0;
        self.owed = 0;
        self.rested = 0;
        let states = self.run.task.maze.states();
        self.query = self.query.filter(|&state| state < states);
        self.look = self.look.map(|look| look.min(self.run.memories.len()));
    }

    pub(super) fn reset(&mut self) {
        self.remember("reset");
        if let Ok(run) = Run::new(&self.settings, self.run.own.clone()) {
            self.run = run;
        }
        self.look = None;
        self.query = None;
        self.begin_again();
        self.tell(Event::Cleared);
    }
}
