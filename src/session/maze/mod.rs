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
mod decoded;
mod dispatch;
mod history;
mod insight;
mod link;
mod model;
mod models;
mod pattern;
mod reader;
mod report;
mod run;
mod second;
mod settings;
mod shown;
mod work;

use std::{collections::VecDeque, rc::Rc};

pub use command::{Edit, MazeCommand, Which};
pub use curve::CurvePoint;
pub use decoded::{Decoded, Reading};
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
    insight::{Gaze, Lens},
    model::Model,
    reader::{Field, Question, Reader},
    run::Run,
};
use super::{
    Event, TraceEntry,
    diary::Diary,
    processor::{Later, Processor, Progress},
    script::Script,
};
use crate::share::scenes::Scene;
use chickadee_engine::{
    analysis::Projection,
    base::Matrix,
    models::transformer::{Attribution, TokenGradients},
    worlds::maze::Task,
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
    /// Whether a wanted checkpoint could not be had.
    without_model: bool,
    /// The machine that the transformer runs on, if not the CPU.
    processor: Option<Rc<dyn Processor>>,
    /// Why that was given up, for whoever asks.
    trouble: Option<String>,
    reader: Option<Reader>,
    /// Where the reader's versions go on when it is replaced: what was computed from the memories stays valid.
    version: u64,
    /// Whether the reader has still to look whether memories have changed.
    stale: bool,
    field: Option<Field>,
    /// Where the state that is asked about looks, being asked.
    gaze: Option<Gaze>,
    /// What the transformer does next, being asked.
    decision: Option<Decision>,
    insight: Option<Insight>,
    /// What the insight was made from: version and tokens; and how it was looked at.
    seen: Option<(u64, usize)>,
    lens: Option<Lens>,
    pictures: Vec<Projection>,
    curve: Curve,
    second: Option<Second>,
    pattern: Option<Pattern>,
    decoded: Option<Decoded>,
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
    diary: Diary,
}

/// What the transformer does at a state, from memories of some number and version.
struct Decision {
    at: (usize, usize, u64),
    question: Question,
    logits: Option<Matrix>,
}

struct AttributionJob {
    job: Attribution,
    version: u64,
    look: usize,
    query: usize,
    action: usize,
    /// The next step, being computed on another machine.
    asked: Option<Box<dyn Later<TokenGradients>>>,
}

impl AttributionJob {
    /// One step more: here, or where `reader` computes.
    fn advance(&mut self, reader: &Reader) -> Progress {
        if self.job.is_done() {
            return Progress::Idle;
        }
        if self.asked.is_none() {
            let (lesson, d_logits) = self.job.question();
            self.asked = reader.slopes(lesson, &d_logits);
        }
        match &mut self.asked {
            None => self.job.advance(),
            Some(asked) => {
                let Some(slopes) = asked.take() else {
                    return Progress::Waits;
                };
                self.job
                    .take(slopes.logits.values(), slopes.tokens.values());
                self.asked = None;
            }
        }
        Progress::Worked
    }
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
    /// What linear readouts read, when it is asked for.
    pub decoded: Option<&'a Decoded>,
    /// Whether the transformer came with readouts.
    pub readouts: bool,
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
            without_model: false,
            processor: None,
            trouble: None,
            reader: None,
            version: 0,
            stale: true,
            field: None,
            gaze: None,
            decision: None,
            insight: None,
            seen: None,
            lens: None,
            pictures: Vec::new(),
            curve: Curve::default(),
            second: None,
            pattern: None,
            decoded: None,
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
            diary: Diary::default(),
        };
        if let Some(message) = message {
            session.say(message);
        }
        session
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
        !self.stale
            && reader.is_up_to_date()
            && self.seen == Some((reader.version(), reader.tokens(self.look())))
            && self.insight.as_ref().is_some_and(|i| i.look == self.look())
            && self.lens == Some(Lens::of(&self.settings, &self.run, self.query()))
    }

    fn tell(&mut self, event: Event) {
        self.diary.tell(self.tick, event);
    }

    pub(crate) fn say(&mut self, text: String) {
        self.diary.say(self.tick, text);
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
            decoded: self.decoded.as_ref(),
            readouts: self.model().is_some_and(|m| !m.readouts.all.is_empty()),
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

    /// How far the readouts of the states are off, in words: “goal ± 9°, place ± 0.4 cells”.
    #[must_use]
    pub fn readout_errors(&self) -> Option<String> {
        let decoded = self.decoded.as_ref()?;
        let parts = [
            decoded::angle_error(decoded, &self.run).map(|e| format!("goal ± {e:.0}°")),
            decoded::place_error(decoded, &self.run).map(|e| format!("place ± {e:.1} cells")),
            decoded::path_accuracy(decoded, &self.run)
                .map(|part| format!("{:.0} % right", 100.0 * part)),
        ];
        let text: Vec<String> = parts.into_iter().flatten().collect();
        (!text.is_empty()).then(|| text.join(", "))
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
        let (done, all) = of.job.progress();
        (done as f64 / all.max(1) as f64, of.action, result)
    }

    /// What happened since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        self.diary.take_events()
    }

    /// All that happened, in order.
    #[must_use]
    pub fn trace(&self) -> &[TraceEntry] {
        self.diary.trace()
    }

    /// What was clamped, ignored or refused since the link was read.
    #[must_use]
    pub fn messages(&self) -> &[String] {
        self.diary.messages()
    }

    /// Whether time passes.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// Whether somebody walks: who gathers experience, the transformer on its way home, or the user to a place.
    #[must_use]
    pub fn is_walking(&self) -> bool {
        self.playing || self.homing > 0 || !self.queue.is_empty()
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
        if self.without_model && self.wanted().is_some() {
            return false;
        }
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
            || (self.settings.decode
                && self.model().is_some_and(|m| !m.readouts.all.is_empty())
                && !self.decoded.as_ref().is_some_and(Decoded::is_done))
            || (self.attribution.as_ref()).is_some_and(|a| !a.job.is_done())
            || !self.curve.is_done(self.settings.protocol(), &self.run)
            || (self.settings.compare
                && !(self.second.as_ref())
                    .is_some_and(|s| s.belongs_to(&self.run) && s.is_done(version, look, layers)))
            || (self.settings.dqn
                && look > 0
                && !(self.dqn.as_ref())
                    .is_some_and(|job| job.is_of(look, version) && job.is_done(&self.run)))
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

#[cfg(test)]
mod tests;
