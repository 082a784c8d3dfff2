//! The maze lab's session: an agent gathers experience in a maze, and a transformer with frozen weights makes sense of it.
//!
//! ```text
//! dispatch(Command) ─► Run (task, memories, log) ─► Reader (keys and values, from the first change on)
//!                                                      └─► Insight (policy, attention, representation at `look`)
//!                                                             └─► Curve, Second, Pattern, Attribution …
//! ```
//!
//! One step of time is one transition. Whatever the lab shows follows from the memories, and is computed in slices from
//! the most to the least urgent: first all memories are encoded, then the policy at every state is found, then what
//! needs more. Time passes only when the policy is known, so that a slow machine shows the same as a fast one.
//!
//! *Settings + log* is the saved run. The transformer's own steps are kept as actions, so that a link needs no weights to
//! be read.

mod command;
mod curve;
mod history;
mod insight;
mod link;
mod model;
mod pattern;
mod reader;
mod report;
mod run;
mod second;
mod settings;

use std::collections::VecDeque;

pub use command::{Edit, MazeCommand, Which};
pub use curve::CurvePoint;
pub use insight::Insight;
pub use model::ModelInfo;
pub use pattern::Pattern;
pub use report::Report;
pub use run::{MAX_MEMORIES, Memory, Source};
pub use second::Second;
pub use settings::{Head, MAZE_KNOBS, MazeKnob, MazeKnobInfo, Settings, Walker};

use self::{
    curve::{Curve, DQN_EPOCHS, DqnJob},
    history::History,
    insight::Lens,
    model::Model,
    reader::{Field, Reader},
    run::Run,
};
use super::{Clamped, Command, CommandError, Event, TraceEntry, script::Script};
use crate::{
    analysis::{Projection, probabilities},
    base::random::{Random, Stream},
    eval::Kind,
    models::transformer::{Attribution, Gradient, Want},
    share::scenes::Scene,
    worlds::maze::{Kind as Shape, Task},
};

/// A maze lab that runs.
pub struct Session {
    settings: Settings,
    run: Run,
    /// The transformers that were read, one a kind of maze, and the user's own.
    models: [Option<Model>; 2],
    own_model: Option<Model>,
    /// Fraction of the weights that has come, while they come.
    loading: f64,
    reader: Option<Reader>,
    field: Option<Field>,
    insight: Option<Insight>,
    /// What the insight was made from: version and tokens; and how it was looked at.
    seen: Option<(u64, usize)>,
    lens: Option<Lens>,
    pictures: Vec<Projection>,
    curve: Curve,
    second: Option<Second>,
    pattern: Option<Pattern>,
    attribution: Option<AttributionJob>,
    dqn: Option<DqnJob>,
    /// The context length that is looked at; all of it if none.
    look: Option<usize>,
    /// The state that is asked about; the agent's if none.
    query: Option<usize>,
    /// Steps that the transformer still takes on its way home.
    homing: usize,
    /// Actions of the user's own that are still to be taken.
    queue: VecDeque<usize>,
    playing: bool,
    speed: f64,
    owed: usize,
    rested: usize,
    script: Option<Script>,
    scene: Option<&'static Scene>,
    history: History,
    tick: u64,
    trace: Vec<TraceEntry>,
    events: Vec<Event>,
    messages: Vec<String>,
}

struct AttributionJob {
    job: Attribution,
    version: u64,
    look: usize,
    query: usize,
    action: usize,
}

/// Entries kept of the trace and of the messages.
const KEPT: usize = 10_000;
/// Above this speed time does not wait for everything to be shown.
const HURRY: f64 = 50.0;
/// Steps of integrated gradients, as published.
const ATTRIBUTION_STEPS: usize = 20;

/// The latest state, read-only.
pub struct Activity<'a> {
    /// All settings.
    pub settings: &'a Settings,
    /// Maze, senses and goal.
    pub task: &'a Task,
    /// The transformer, once it is there.
    pub model: Option<&'a ModelInfo>,
    /// Fraction of the weights that has come, while they come.
    pub loading: Option<f64>,
    /// Where the agent is.
    pub agent: usize,
    /// The memories, in order.
    pub memories: &'a [Memory],
    /// Context length that is looked at.
    pub look: usize,
    /// The state that is asked about.
    pub query: usize,
    /// Whether that follows the agent.
    pub query_follows: bool,
    /// What the transformer makes of the memories; the latest that is known, which may be some steps old.
    pub insight: Option<&'a Insight>,
    /// How well it goes by context length, as far as computed.
    pub curve: &'a [CurvePoint],
    /// The second task, when one is compared with.
    pub second: Option<&'a Second>,
    /// The whole pattern of attention, or rollout, when it is asked for.
    pub pattern: Option<&'a Pattern>,
    /// Position of every token of the context among the memories.
    pub tokens: &'a [usize],
    /// Integrated gradients: fraction done, the action, and one signed number a memory (0 on deleted ones) once done.
    pub attribution: Option<(f64, usize, Option<Vec<f32>>)>,
    /// The deep Q-network: fraction of its epochs, and its return.
    pub dqn: Option<(f64, f64)>,
    /// Whether the user drew the maze.
    pub own_maze: bool,
    /// The scene, if one was opened.
    pub scene: Option<&'static Scene>,
}

impl Default for Session {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl Session {
    /// A lab with an agent at the start and no memories.
    ///
    /// # Panics
    /// Never: the default task exists.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let mut message = None;
        let run = Run::new(&settings, None).unwrap_or_else(|error| {
            message = Some(error);
            default_run()
        });
        let mut session = Self {
            settings,
            run,
            models: [None, None],
            own_model: None,
            loading: 0.0,
            reader: None,
            field: None,
            insight: None,
            seen: None,
            lens: None,
            pictures: Vec::new(),
            curve: Curve::default(),
            second: None,
            pattern: None,
            attribution: None,
            dqn: None,
            look: None,
            query: None,
            homing: 0,
            queue: VecDeque::new(),
            playing: true,
            speed: 1.0,
            owed: 0,
            rested: 0,
            script: None,
            scene: None,
            history: History::default(),
            tick: 0,
            trace: Vec::new(),
            events: Vec::new(),
            messages: Vec::new(),
        };
        if let Some(message) = message {
            session.say(message);
        }
        session
    }

    /// Asks for a change, which happens at once; what follows from it is computed in [`advance`](Self::advance).
    ///
    /// # Errors
    /// When the command cannot be carried out; the lab is as it was.
    pub fn dispatch(&mut self, command: Command) -> Result<(), CommandError> {
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
            command => {
                return Err(CommandError::OtherLab {
                    lab: "maze",
                    verb: super::shortened(&command.to_string()),
                });
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, command: MazeCommand) -> Result<(), CommandError> {
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
                self.queue = way(&self.run.task, self.run.agent, state).into();
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
                self.settings.walker = Walker::Model;
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
                });
            }
            MazeCommand::Draw(text) => {
                let run = Run::new(&self.settings, Some(text.as_str().into()))
                    .map_err(CommandError::Maze)?;
                let kind = match run.task.maze.kind() {
                    Shape::Grid { .. } => Kind::Gridworld,
                    Shape::Tree { .. } => Kind::Tree,
                };
                self.remember("draw");
                self.set_kind(kind);
                self.run = run;
                self.begin_again();
            }
        }
        Ok(())
    }

    /// Whoever acts has the controls.
    fn take_over(&mut self) {
        if self.queue.is_empty() {
            self.remember("step");
        }
        self.playing = false;
        self.owed = 0;
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

    fn set(&mut self, key: &str, value: &str) -> Result<(), CommandError> {
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

    fn set_kind(&mut self, kind: Kind) {
        let word = match kind {
            Kind::Gridworld => "gridworld",
            Kind::Tree => "tree",
        };
        let _ = self.settings.set_text("task", word);
    }

    /// Drops what was computed for the task before.
    fn begin_again(&mut self) {
        self.reader = None;
        self.field = None;
        self.insight = None;
        self.seen = None;
        self.lens = None;
        self.pictures.clear();
        self.curve = Curve::default();
        self.second = None;
        self.pattern = None;
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

    fn reset(&mut self) {
        self.remember("reset");
        if let Ok(run) = Run::new(&self.settings, self.run.own.clone()) {
            self.run = run;
        }
        self.look = None;
        self.query = None;
        self.begin_again();
        self.tell(Event::Cleared);
    }

    /// The transformer for this kind of maze.
    fn model(&self) -> Option<&Model> {
        let kind = self.settings.kind();
        self.own_model
            .as_ref()
            .filter(|model| model.kind() == kind)
            .or(self.models[kind as usize].as_ref())
    }

    /// The checkpoint that somebody has to bring, if one is needed: the name of a file without its ending.
    #[must_use]
    pub fn wanted(&self) -> Option<&'static str> {
        (self.model().is_none()).then(|| model::file(self.settings.kind()))
    }

    /// How much of a wanted checkpoint has come, 0 … 1.
    pub fn set_loading(&mut self, fraction: f64) {
        self.loading = fraction;
    }

    /// Brings a wanted checkpoint.
    ///
    /// # Errors
    /// When it cannot be used: one sentence.
    pub fn provide(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let model = Model::read(name, bytes, false)?;
        let kind = model.kind();
        self.models[kind as usize] = Some(model);
        self.loading = 0.0;
        self.reader = None;
        Ok(())
    }

    /// Works with the user's own checkpoint from now on. The maze changes if it was made for another kind.
    ///
    /// # Errors
    /// When it cannot be used: one sentence; the lab is as it was.
    pub fn open_model(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let model = Model::read(&super::shortened(name), bytes, true)?;
        let kind = model.kind();
        if kind != self.settings.kind() {
            let mut settings = Settings::of(kind);
            let seed = self.settings.get(MazeKnob::Seed).to_string();
            let _ = settings.set_text("seed", &seed);
            let run = Run::new(&settings, None)?;
            self.remember("model");
            self.settings = settings;
            self.run = run;
        }
        let text = format!("{} is at work; nothing was sent anywhere", model.info.name);
        self.own_model = Some(model);
        self.begin_again();
        self.say(text);
        Ok(())
    }

    /// Goes back to the checkpoint that comes with Chickadee.
    pub fn close_model(&mut self) {
        if self.own_model.take().is_some() {
            self.begin_again();
        }
    }

    /// Context length that is looked at.
    fn look(&self) -> usize {
        let all = self.run.memories.len();
        self.look.map_or(all, |look| look.min(all))
    }

    /// The state that is asked about.
    fn query(&self) -> usize {
        self.query.unwrap_or(self.run.agent)
    }

    /// Whether the policy is that of the memories as they are.
    fn is_seen(&self) -> bool {
        let Some(reader) = &self.reader else {
            return false;
        };
        reader.is_up_to_date()
            && self.seen == Some((reader.version(), reader.tokens(self.look())))
            && self.insight.as_ref().is_some_and(|i| i.look == self.look())
            && self.lens == Some(Lens::of(&self.settings, &self.run, self.query()))
    }

    /// Moves on: at most `steps` steps of paced time, in slices of a few milliseconds, for as long as `more` says so.
    /// Returns the steps that were taken.
    pub fn advance(&mut self, steps: usize, more: &mut dyn FnMut() -> bool) -> usize {
        let mut left = steps;
        loop {
            let worked = self.slice(&mut left);
            if !worked || !more() {
                return steps - left;
            }
        }
    }

    /// Finishes everything that is under way, without letting time pass but for steps that were asked for.
    pub fn settle(&mut self) {
        let playing = std::mem::replace(&mut self.playing, false);
        self.advance(usize::MAX, &mut || true);
        self.playing = playing;
    }

    /// Lets `steps` steps pass and pauses there, with all else settled.
    pub fn run(&mut self, steps: usize) {
        self.playing = true;
        self.advance(steps, &mut || true);
        self.playing = false;
        self.owed = 0;
        self.settle();
    }

    /// One slice of work. Returns whether there was any.
    fn slice(&mut self, left: &mut usize) -> bool {
        if self.reader.is_none() {
            return self.open_reader();
        }
        let hurry = self.speed >= HURRY && self.playing;
        if let Some(worked) = self.read() {
            return worked;
        }
        if !(hurry && *left > 0) && self.see() {
            return true;
        }
        if self.pass_time(left) {
            return true;
        }
        if hurry && self.see() {
            return true;
        }
        self.look_further()
    }

    fn open_reader(&mut self) -> bool {
        let kind = self.settings.kind();
        if self.model().is_none()
            && let Some(built_in) = model::built_in(kind)
        {
            match built_in {
                Ok(model) => self.models[kind as usize] = Some(model),
                Err(error) => self.say(error),
            }
        }
        let Some(model) = self.model() else {
            return false;
        };
        self.reader = Some(Reader::new(model.transformer.clone()));
        true
    }

    /// Encodes memories. `Some` when there was work, or nothing else can be done.
    fn read(&mut self) -> Option<bool> {
        let Some(reader) = &mut self.reader else {
            return Some(false);
        };
        let unchanged = reader.follow(&self.run, self.settings.rewards)?;
        self.curve.forget_from(unchanged);
        self.field = None;
        Some(true)
    }

    /// Finds out what the transformer would do everywhere, a slice at a time. Returns whether there was work.
    fn see(&mut self) -> bool {
        let look = self.look();
        let lens = Lens::of(&self.settings, &self.run, self.query());
        let protocol = self.settings.protocol();
        let Some(reader) = &self.reader else {
            return false;
        };
        let tag = (reader.version(), reader.tokens(look));
        let known = self.seen == Some(tag) && self.insight.as_ref().is_some_and(|i| i.look == look);
        if !known {
            // A length that the curve has passed costs nothing.
            let remembered = self.curve.points.iter().find(|point| point.length == look);
            let made = if let Some(point) = remembered {
                Some(point.field())
            } else {
                let mut field = match self.field.take().filter(|f| f.tokens() == tag.1) {
                    Some(field) => field,
                    None => Field::new(&self.run, reader, tag.1),
                };
                if field.advance(reader) {
                    Some(field.finish())
                } else {
                    self.field = Some(field);
                    None
                }
            };
            if let Some((logits, hidden)) = made {
                self.curve
                    .offer(protocol, &self.run, look, &logits, &hidden);
                self.insight = Some(Insight::new(logits, hidden, look));
                self.seen = Some(tag);
                self.lens = None;
            }
            return true;
        }
        let Some(insight) = &mut self.insight else {
            return false;
        };
        if self.lens != Some(lens) {
            insight.focus(lens, protocol, &self.run, reader);
            self.lens = Some(lens);
            return true;
        }
        insight.look_at_next_layer(lens, &self.run.task, &mut self.pictures)
    }

    /// Steps of the maze, or of rest between two commands of a scene. Returns whether time passed.
    fn pass_time(&mut self, left: &mut usize) -> bool {
        if *left == 0 {
            return false;
        }
        if let Some(action) = self.queue.pop_front() {
            self.step(|session| {
                session.run.act(action, Source::Own);
            });
            *left -= 1;
            return true;
        }
        if self.homing > 0 {
            self.homing -= 1;
            self.step(Self::model_step);
            *left -= 1;
            return true;
        }
        if self.owed > 0 {
            self.owed -= 1;
            *left -= 1;
            self.walk_on();
            return true;
        }
        if !self.playing {
            return false;
        }
        if let Some(script) = &mut self.script {
            *left -= 1;
            self.tick += 1;
            self.rested += 1;
            if self.rested < script.wait() {
                return true;
            }
            self.rested = 0;
            match script.next() {
                Some(command) => self.follow_script(command),
                None => {
                    self.script = None;
                    self.playing = false;
                }
            }
            return true;
        }
        if self.is_over() {
            self.playing = false;
            return false;
        }
        *left -= 1;
        self.walk_on();
        true
    }

    /// A scene's command: the scene stays at the controls.
    fn follow_script(&mut self, command: Command) {
        let script = self.script.take();
        let speed = self.speed;
        if let Err(error) = self.dispatch(command) {
            self.say(error.to_string());
        }
        self.speed = speed;
        self.script = script;
        self.playing = true;
    }

    /// Whether the walker has nothing more to do.
    fn is_over(&self) -> bool {
        self.settings.walker == Walker::Nobody
            || self.run.memories.len() >= self.settings.count(MazeKnob::Longest)
            || self.run.is_full()
    }

    fn walk_on(&mut self) {
        match self.settings.walker {
            Walker::Explorer => self.step(|session| session.run.explore()),
            Walker::Model => self.step(Self::model_step),
            Walker::Nobody => {}
        }
    }

    /// The transformer acts at the agent's state, from all of its memories.
    fn model_step(&mut self) {
        let Some(reader) = &self.reader else {
            return;
        };
        let query = self.run.task.ask(self.run.agent);
        let logits = reader
            .ask(&query, reader.tokens(usize::MAX), Want::default())
            .logits;
        let temperature = self.settings.get(MazeKnob::Temperature) as f32;
        let policy = probabilities(&logits, temperature);
        let seed = self.settings.get(MazeKnob::Seed) as u64;
        let mut random = Random::new(seed, Stream::Agent, self.run.memories.len() as u64);
        let mut rest = random.uniform();
        let chances = policy.row(0);
        let drawn = chances.iter().position(|chance| {
            rest -= chance;
            rest <= 0.0 && *chance > 0.0
        });
        let likeliest = crate::base::reduce::argmax(chances).unwrap_or(0);
        self.run.act(drawn.unwrap_or(likeliest), Source::Model);
    }

    /// One step of the maze, and what is told of it.
    fn step(&mut self, take: impl FnOnce(&mut Self)) {
        let before = self.run.memories.len();
        if self.run.is_full() {
            self.queue.clear();
            self.homing = 0;
            self.owed = 0;
            self.playing = false;
            self.say(format!(
                "a lab holds {MAX_MEMORIES} memories; reset, or go on from a new task"
            ));
            return;
        }
        if self.playing || self.owed > 0 {
            self.remember("step");
        }
        take(self);
        self.tick += 1;
        if let Some(memory) = self.run.memories.get(before) {
            let Memory { transition, .. } = *memory;
            if transition.reward > 0.0 {
                self.tell(Event::Rewarded {
                    state: transition.next,
                    memories: before + 1,
                });
            }
        }
    }

    /// What is asked for beside the policy, from the quickest to the slowest. Returns whether there was work.
    fn look_further(&mut self) -> bool {
        let Some(reader) = &self.reader else {
            return false;
        };
        if !reader.is_up_to_date() || self.field.is_some() {
            return false;
        }
        let look = self.look();
        let version = reader.version();
        let query = self.query.unwrap_or(self.run.agent);
        let lens = Lens::of(&self.settings, &self.run, query);
        let protocol = self.settings.protocol();
        let layers = reader.transformer.shape().layers;
        let layer = self.settings.count(MazeKnob::Layer).clamp(1, layers) - 1;
        let Some(insight) = self.insight.as_ref().filter(|i| i.look == look) else {
            return false;
        };
        if self.settings.head == Head::Rollout || self.settings.pattern {
            let head = self.settings.head;
            let tokens = reader.tokens(look);
            let own = |p: &Pattern| p.belongs_to(layer, head, reader, tokens, query);
            if !self.pattern.as_ref().is_some_and(own) {
                self.pattern = Some(Pattern::new(layer, head, reader, tokens, query));
            }
            let (attention, own) = (&insight.attention, &insight.own);
            if let Some(pattern) = &mut self.pattern
                && pattern.advance(reader, attention, own)
            {
                return true;
            }
        } else {
            self.pattern = None;
        }
        if let Some(attribution) = &mut self.attribution {
            if (attribution.version, attribution.look) != (version, look) {
                self.attribution = None;
                return true;
            }
            if !attribution.job.is_done() {
                attribution.job.advance();
                return true;
            }
        }
        if self.curve.advance(protocol, lens, &self.run, reader) {
            return true;
        }
        if !self.settings.compare {
            self.second = None;
        } else if self.second.is_none() {
            self.second = Second::new(&self.settings, &self.run, reader);
            if self.second.is_none() {
                self.settings.compare = false;
                self.say("a second task needs the same maze: pruned trees differ".to_owned());
            }
            return true;
        } else if let Some(second) = &mut self.second
            && second.advance(self.settings.rewards, look, (version, &insight.hidden))
        {
            return true;
        }
        if !self.settings.dqn {
            self.dqn = None;
            return false;
        }
        let same = |job: &DqnJob| (job.look, job.version) == (look, version);
        if look > 0 && !self.dqn.as_ref().is_some_and(same) {
            self.dqn = Some(DqnJob::new(&self.run, protocol, look, version));
        }
        self.dqn
            .as_mut()
            .is_some_and(|job| job.advance(protocol, &self.run))
    }

    fn tell(&mut self, event: Event) {
        if self.trace.len() < KEPT {
            self.trace.push(TraceEntry {
                tick: self.tick,
                event: event.clone(),
            });
        }
        if self.events.len() < KEPT {
            self.events.push(event);
        }
    }

    pub(crate) fn say(&mut self, text: String) {
        if self.messages.len() < KEPT {
            self.messages.push(text.clone());
        }
        self.tell(Event::Message { text });
    }

    /// Says something to whoever watches.
    pub fn note(&mut self, text: String) {
        self.say(text);
    }

    /// Takes the controls from walker and scene: nothing happens until somebody does something.
    pub fn hold(&mut self) {
        self.script = None;
        self.playing = false;
    }

    /// The latest state.
    #[must_use]
    pub fn activity(&self) -> Activity<'_> {
        let reader = self.reader.as_ref();
        Activity {
            settings: &self.settings,
            task: &self.run.task,
            model: self.model().map(|model| &*model.info),
            loading: self.wanted().map(|_| self.loading),
            agent: self.run.agent,
            memories: &self.run.memories,
            look: self.look(),
            query: self.query(),
            query_follows: self.query.is_none(),
            insight: self
                .insight
                .as_ref()
                .filter(|i| !i.policy.values().is_empty()),
            curve: &self.curve.points,
            second: self.second.as_ref(),
            pattern: self.pattern.as_ref(),
            tokens: reader.map_or(&[], Reader::positions),
            attribution: self.attribution.as_ref().map(|a| self.attributed(a)),
            dqn: self
                .dqn
                .as_ref()
                .map(|job| (job.epochs as f64 / DQN_EPOCHS as f64, job.value)),
            own_maze: self.run.own.is_some(),
            scene: self.scene,
        }
    }

    /// Attribution as panels want it: one number a memory.
    fn attributed(&self, of: &AttributionJob) -> (f64, usize, Option<Vec<f32>>) {
        let current = of.query == self.query() && of.look == self.look();
        let positions = self.reader.as_ref().map_or(&[][..], Reader::positions);
        let result = (of.job.is_done() && current).then(|| {
            let mut all = vec![0.0; self.look()];
            for (&position, value) in positions.iter().zip(of.job.result()) {
                if let Some(slot) = all.get_mut(position) {
                    *slot = value;
                }
            }
            all
        });
        (of.job.progress(), of.action, result)
    }

    /// What happened since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// All that happened, in order.
    #[must_use]
    pub fn trace(&self) -> &[TraceEntry] {
        &self.trace
    }

    /// What was clamped, ignored or refused since the link was read.
    #[must_use]
    pub fn messages(&self) -> &[String] {
        &self.messages
    }

    /// Whether time passes.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// Times the normal pace.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Whether a scene's script is at the controls.
    #[must_use]
    pub fn is_scripted(&self) -> bool {
        self.script.is_some()
    }

    /// Steps since the lab began.
    #[must_use]
    pub fn tick(&self) -> u64 {
        self.tick
    }

    /// Whether something is still being computed, or a step that was asked for is still to be taken.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.wanted().is_some()
            || !self.queue.is_empty()
            || self.homing > 0
            || self.owed > 0
            || !self.is_seen()
            || self.is_looking_further()
    }

    fn is_looking_further(&self) -> bool {
        let Some(reader) = &self.reader else {
            return true;
        };
        let (look, version) = (self.look(), reader.version());
        let layers = reader.transformer.shape().layers;
        let known = |i: &Insight| i.alignment.len() == layers && i.points.len() == layers;
        let pattern = self.settings.pattern || self.settings.head == Head::Rollout;
        !self.insight.as_ref().is_some_and(known)
            || (pattern && !self.pattern.as_ref().is_some_and(Pattern::is_done))
            || (self.attribution.as_ref()).is_some_and(|a| !a.job.is_done())
            || !self.curve.is_done(self.settings.protocol(), &self.run)
            || (self.settings.compare
                && !(self.second.as_ref()).is_some_and(|s| s.is_done(version, look, layers)))
            || (self.settings.dqn
                && look > 0
                && !(self.dqn.as_ref())
                    .is_some_and(|job| job.epochs >= DQN_EPOCHS && job.look == look))
    }

    /// Whether the next frame will differ from this one.
    #[must_use]
    pub fn is_live(&self) -> bool {
        let waits = self.wanted().is_some() && self.reader.is_none();
        (!waits && self.is_busy()) || (self.playing && (self.script.is_some() || !self.is_over()))
    }
}

/// The default task, which exists.
fn default_run() -> Run {
    #[expect(clippy::expect_used, reason = "a 5 × 5 grid with default senses")]
    Run::new(&Settings::default(), None).expect("the default task exists")
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

#[cfg(test)]
mod tests;
