//! The maze lab: an agent gathers experience in a maze, and a transformer with frozen weights acts on it.
//!
//! The transformer's weights never change. All that it knows of a maze is in its context: memories of single steps (state,
//! action, next state, reward), from which it plans (Fang and Rajan 2025).
//!
//! ```text
//! Command ─► Run {task, memories, log} ─► encoder (the memories as context: keys and values)
//!            changed at once                 └─► output (policy, attention, representation at `look`)
//!                                                  └─► attention matrix, readouts, attribution,
//!                                                      return curve, comparison task, Q-network ─► Activity, Event
//! ```
//!
//! One step of time is one transition. Commands change the [`Run`](run::Run) at once, and with the settings its log is the saved
//! run; the transformer's own steps are kept as actions, so that a link needs no weights to be read. Everything else follows from
//! the memories and is computed in slices, from the most to the least urgent. Time passes only when the policy is known, so that
//! a slow computer shows the same as a fast one.
//!
//! Read in this order: `settings`, `command`, `run` (the saved run), `key` (what derived values depend on), `encoder`, `field`,
//! `output` (the transformer's side), the rest of what follows, `apply` (commands), `work` (the loop).

mod apply;
mod attribution;
mod command;
mod comparison;
mod curve;
mod dqn;
mod encoder;
mod event;
mod field;
mod key;
mod link;
mod local;
mod model;
mod models;
mod output;
mod pattern;
mod readout;
mod report;
mod run;
mod scenes;
mod settings;
mod shown;
mod work;

use std::{collections::VecDeque, rc::Rc, sync::Arc};

use chickadee_engine::worlds::maze::Task;

pub use command::{Command, Edit, Which};
pub use comparison::ComparisonTask;
pub use curve::CurvePoint;
pub use event::Event;
pub use model::ModelInfo;
pub use output::ModelOutput;
pub use pattern::Pattern;
pub use readout::{LinearReadout, Values as ReadoutValues};
pub use report::Report;
pub use run::{MAX_MEMORIES, Memory, Source};
pub use scenes::SCENES;
pub use settings::{Head, Key, Settings, TABLE, Walker};

use self::{
    attribution::{DecisionAttribution, Request},
    curve::Curve,
    dqn::ValueLearner,
    encoder::ContextEncoder,
    field::Decision,
    models::Models,
    run::Run,
};
use crate::{
    core::{
        CommandError, Derived, FrameOf, Lab, LabEvent, LabInfo, LinkPairs, Progress, Scene,
        Session, Slot, Transport, Values, slots,
    },
    session::processor::Processor,
};

/// The lab, for the registry.
pub static INFO: LabInfo = LabInfo {
    name: "maze",
    title: "Maze",
    about: "An agent in a maze: a transformer plans from its memories alone",
    paper: "Fang and Rajan 2025",
    settings: &TABLE,
    verbs: command::VERBS,
    events: Event::NAMES,
    scenes: &SCENES,
    steps_per_second: 20.0,
    open: |pairs| Box::new(Session::<MazeLab>::from_pairs(pairs)),
    parse: |verb, argument| {
        let command = Command::parse(verb, argument)?;
        Some(command.map(|command| command.to_string()))
    },
};

/// The maze lab.
pub struct MazeLab {
    settings: Settings,
    run: Run,
    models: Models,
    /// The device that the transformer runs on, if not the CPU, and the number of devices that there were before.
    device: Option<Rc<dyn Processor>>,
    devices: u64,
    /// The context length that is looked at; all of it if none.
    look: Option<usize>,
    /// The state that is asked about; the agent's if none.
    query: Option<usize>,
    /// Steps that the transformer still takes on its way home.
    homing: usize,
    /// Actions of the user's that are still to be taken.
    queue: VecDeque<usize>,
    /// The decision that is to be attributed.
    requested: Option<Request>,
    scene: Option<&'static Scene>,
    encoder: Slot<Self, ContextEncoder>,
    output: Slot<Self, ModelOutput>,
    decision: Slot<Self, Decision>,
    beside: Beside,
}

slots! {
    /// What is asked for beside the output, from the quickest to the slowest.
    struct Beside of MazeLab {
        /// The matrix of attention.
        pattern: Pattern,
        /// Linear readouts.
        readout: LinearReadout,
        /// Integrated gradients.
        attribution: DecisionAttribution,
        /// The return curve.
        curve: Curve,
        /// The comparison task.
        comparison: ComparisonTask,
        /// The deep Q-network.
        dqn: ValueLearner,
    }
}

/// The state that undo brings back.
#[derive(Clone)]
pub struct Snapshot {
    settings: Settings,
    run: Arc<Run>,
    look: Option<usize>,
    query: Option<usize>,
    scene: Option<&'static Scene>,
}

/// Integrated gradients of a decision.
#[derive(Clone, Debug)]
pub struct Attributed {
    /// Fraction computed, 0 … 1.
    pub fraction: f64,
    /// The action.
    pub action: usize,
    /// One signed number a memory, 0 on deleted ones; once all are known, and while its state is the one asked about.
    pub memories: Option<Vec<f32>>,
}

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
    /// The state of the agent.
    pub agent: usize,
    /// The memories, in order.
    pub memories: &'a [Memory],
    /// Context length that is looked at.
    pub look: usize,
    /// The state that is asked about.
    pub query: usize,
    /// Whether that follows the agent.
    pub query_follows: bool,
    /// The transformer's output; the latest that is known, which may be some steps old.
    pub output: Option<&'a ModelOutput>,
    /// Returns by context length, as far as computed.
    pub curve: &'a [CurvePoint],
    /// The comparison task, when there is one.
    pub comparison: Option<&'a ComparisonTask>,
    /// The matrix of attention, or rollout, when it is asked for.
    pub pattern: Option<&'a Pattern>,
    /// Linear readouts, when they are asked for.
    pub readout: Option<&'a LinearReadout>,
    /// Whether the transformer came with readouts.
    pub has_readouts: bool,
    /// Position of every token of the context among the memories.
    pub tokens: &'a [usize],
    /// Integrated gradients, when they were asked for.
    pub attribution: Option<Attributed>,
    /// The deep Q-network: fraction of its epochs, and its return.
    pub dqn: Option<(f64, f64)>,
    /// Whether the user drew the maze.
    pub own_maze: bool,
    /// The scene, if one was opened.
    pub scene: Option<&'static Scene>,
}

impl MazeLab {
    /// Context length that is looked at.
    fn look(&self) -> usize {
        let all = self.run.memories.len();
        self.look.map_or(all, |look| look.min(all))
    }

    /// The state that is asked about.
    fn query(&self) -> usize {
        self.query.unwrap_or(self.run.agent)
    }

    /// The layer that is looked at, from 0; `None` while there is no model.
    fn layer(&self) -> Option<usize> {
        let layers = self.model()?.info.shape.layers;
        Some(self.settings.count(Key::Layer).clamp(1, layers) - 1)
    }

    /// The output, if policy and attention are those of the memories as they are.
    fn seen(&self) -> Option<&ModelOutput> {
        self.encoder.ready(self)?;
        let output = self.output.current(self)?;
        output.is_seen_from(&self.view_key()).then_some(output)
    }

    /// The latest state.
    #[must_use]
    pub fn activity(&self) -> Activity<'_> {
        let beside = &self.beside;
        Activity {
            settings: &self.settings,
            task: &self.run.task,
            model: self.model().map(|model| &*model.info),
            loading: self.wanted().map(|_| self.models.loading),
            agent: self.run.agent,
            memories: &self.run.memories,
            look: self.look(),
            query: self.query(),
            query_follows: self.query.is_none(),
            output: self.output.shown(),
            curve: beside.curve.get().map_or(&[], |curve| &curve.points),
            comparison: beside.comparison.get(),
            pattern: beside.pattern.get(),
            readout: beside.readout.get(),
            has_readouts: self.model().is_some_and(|m| !m.readouts.all.is_empty()),
            tokens: self.encoder.get().map_or(&[], ContextEncoder::positions),
            attribution: beside.attribution.get().map(|of| self.attributed(of)),
            dqn: beside.dqn.get().map(|dqn| (dqn.fraction(), dqn.value)),
            own_maze: self.run.own.is_some(),
            scene: self.scene,
        }
    }

    /// Errors of the readouts of the states, in words: “goal ± 9°, place ± 0.4 cells”.
    #[must_use]
    pub fn readout_errors(&self) -> Option<String> {
        let readout = self.beside.readout.get()?;
        let run = &self.run;
        let parts = [
            readout.angle_error(run).map(|e| format!("goal ± {e:.0}°")),
            readout
                .place_error(run)
                .map(|e| format!("place ± {e:.1} cells")),
            readout
                .path_accuracy(run)
                .map(|part| format!("{:.0} % right", 100.0 * part)),
        ];
        let text: Vec<String> = parts.into_iter().flatten().collect();
        (!text.is_empty()).then(|| text.join(", "))
    }

    /// Attribution as panels want it: one number a memory.
    fn attributed(&self, of: &DecisionAttribution) -> Attributed {
        let request = of.request;
        let is_asked = request.query == self.query() && request.context.look == self.look();
        let positions = self
            .encoder
            .get()
            .map_or(&[][..], ContextEncoder::positions);
        let memories = of.result().filter(|_| is_asked).map(|result| {
            let mut all = vec![0.0; request.context.look];
            for (&position, value) in positions.iter().zip(result) {
                if let Some(slot) = all.get_mut(position) {
                    *slot = value;
                }
            }
            all
        });
        Attributed {
            fraction: of.fraction(),
            action: request.action,
            memories,
        }
    }

    /// Nothing is under way in a task that has just begun.
    fn begin(&mut self, frame: &mut FrameOf<Self>) {
        self.requested = None;
        self.queue.clear();
        self.homing = 0;
        frame.clock.pending = 0;
        frame.clock.rested = 0;
        let states = self.run.task.maze.states();
        self.query = self.query.filter(|&state| state < states);
        self.look = self.look.map(|look| look.min(self.run.memories.len()));
    }

    /// Whether the walker has nothing more to do.
    fn is_over(&self) -> bool {
        self.settings.walker() == Walker::User
            || self.run.memories.len() >= self.settings.count(Key::Longest)
            || self.run.is_full()
    }
}

/// The default run, a 5 × 5 grid with default senses.
fn default_run() -> Run {
    #[expect(clippy::expect_used, reason = "a 5 × 5 grid with default senses")]
    Run::new(&Settings::default(), None).expect("the default task exists")
}

impl Lab for MazeLab {
    type Command = Command;
    type Snapshot = Snapshot;
    type Event = Event;
    type Report = Report;

    fn info() -> &'static LabInfo {
        &INFO
    }

    fn parse(verb: &str, argument: &str) -> Option<Result<Command, CommandError>> {
        Command::parse(verb, argument)
    }

    fn new() -> Self {
        Self {
            settings: Settings::default(),
            run: default_run(),
            models: Models::default(),
            device: None,
            devices: 0,
            look: None,
            query: None,
            homing: 0,
            queue: VecDeque::new(),
            requested: None,
            scene: None,
            encoder: Slot::default(),
            output: Slot::default(),
            decision: Slot::default(),
            beside: Beside::default(),
        }
    }

    fn load(&mut self, pairs: &LinkPairs, frame: &mut FrameOf<Self>) {
        self.open_link(pairs, frame);
    }

    fn link(&self, _: &FrameOf<Self>) -> String {
        self.written_link()
    }

    fn values(&self) -> &Values {
        self.settings.values()
    }

    fn apply(&mut self, command: Command, frame: &mut FrameOf<Self>) -> Result<(), CommandError> {
        self.carry_out(command, frame)
    }

    fn set(
        &mut self,
        key: &str,
        value: &str,
        frame: &mut FrameOf<Self>,
    ) -> Result<(), CommandError> {
        self.change(key, value, frame)
    }

    fn reset(&mut self, frame: &mut FrameOf<Self>) {
        if let Ok(run) = Run::new(&self.settings, self.run.own.clone()) {
            self.run = run;
        }
        self.look = None;
        self.query = None;
        self.begin(frame);
    }

    fn on_transport(&mut self, transport: Transport, frame: &mut FrameOf<Self>) {
        match transport {
            Transport::Play => self.look = None,
            Transport::Pause => self.homing = 0,
            Transport::Step(_) => {
                frame.remember("step", || self.snapshot());
                self.look = None;
            }
        }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            settings: self.settings.clone(),
            run: Arc::new(self.run.clone()),
            look: self.look,
            query: self.query,
            scene: self.scene,
        }
    }

    fn restore(&mut self, snapshot: Snapshot, frame: &mut FrameOf<Self>) {
        self.settings = snapshot.settings;
        self.run = Arc::unwrap_or_clone(snapshot.run);
        (self.look, self.query, self.scene) = (snapshot.look, snapshot.query, snapshot.scene);
        frame.scene = self.scene;
        frame.clock.pause();
        self.begin(frame);
    }

    fn slice(&mut self, left: &mut usize, frame: &mut FrameOf<Self>) -> Progress {
        self.work(left, frame)
    }

    fn device_changed(&mut self, device: Option<Rc<dyn Processor>>) {
        self.device = device;
        self.devices += 1;
    }

    fn is_busy(&self, frame: &FrameOf<Self>) -> bool {
        if self.wanted().is_some() {
            return !self.models.is_given_up;
        }
        !self.queue.is_empty()
            || self.homing > 0
            || frame.clock.pending > 0
            || !self.encoder.is_settled(self)
            || !self.output.is_settled(self)
            || !self.beside.is_settled(self)
    }

    fn is_live(&self, frame: &FrameOf<Self>) -> bool {
        let goes_on = frame.script.is_some() || !self.is_over();
        (self.wanted().is_none() && self.is_busy(frame)) || (frame.clock.playing && goes_on)
    }

    fn is_paced(&self, frame: &FrameOf<Self>) -> bool {
        frame.clock.playing || self.homing > 0 || !self.queue.is_empty()
    }

    /// The ways of the user and of the transformer are walked to their ends.
    fn settle(session: &mut Session<Self>) {
        let playing = std::mem::replace(&mut session.parts_mut().1.clock.playing, false);
        session.advance(usize::MAX, &mut || true);
        session.parts_mut().1.clock.playing = playing;
    }

    fn report(&self, frame: &FrameOf<Self>) -> Report {
        self.numbers(frame)
    }

    fn csv(&self, frame: &FrameOf<Self>) -> String {
        self.table(frame)
    }

    fn state_hash(&self) -> u64 {
        self.hash_of_state()
    }

    fn shown_hash(&self, frame: &FrameOf<Self>) -> Option<u64> {
        self.hash_of_shown(frame)
    }
}

#[cfg(test)]
mod tests;
