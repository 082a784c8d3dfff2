//! The caching lab's session.
//!
//! ```text
//! dispatch(Command) ─► queue ─► Episode (the network settles where the bird is) ─► memories, Trace, Event
//!                                  └─► jobs (recall and tuning at every place) ─► Activity
//! ```
//!
//! Time passes in *steps*. One step is one Euler step of the episode, or, when the bird rests, one step of
//! resting. What an episode computes never depends on how steps are cut into frames: a command that comes while
//! a seed is being cached lets the caching finish first.

mod episode;
mod history;
mod jobs;
mod knob;
mod log;
mod network;
mod replay;
mod report;
mod settings;
mod work;

use std::{collections::VecDeque, rc::Rc};

pub use episode::{Doing, Episode};
pub use jobs::{RecallJob, TuningJob};
pub use knob::{DEFAULT_SEED, Effect, KNOBS, Knob, KnobInfo, MAX_UNITS};
pub(crate) use log::LogEntry;
pub use network::Network;
pub use replay::Loaded;
pub use report::{CacheReport, Report};
pub(crate) use settings::shortened;
pub use settings::{Clamped, SettingError, Settings};

use self::{history::History, jobs::Context, network::Build};
use super::{
    Command, CommandError, Event, TraceEntry,
    diary::Diary,
    processor::{FarNetwork, Processor},
    script::Script,
};
use crate::share::scenes::Scene;
use chickadee_engine::{
    analysis::RecallVerdict,
    models::barcode::{Euler, Memory, Phase},
};

/// A caching lab that runs.
pub struct Session {
    settings: Settings,
    /// The settings that the log starts from.
    base: Settings,
    log: Vec<LogEntry>,
    build: Option<Build>,
    network: Option<Network>,
    /// The machine that the network runs on, if not the CPU.
    processor: Option<Rc<dyn Processor>>,
    /// The network there.
    far: Option<Rc<dyn FarNetwork>>,
    /// Why the processor was given up, for whoever asks.
    trouble: Option<String>,
    memories: Vec<Memory>,
    /// The memories of the history that was replayed differently, to compare with.
    before: Vec<Memory>,
    bird: usize,
    episode: Option<Episode>,
    /// Commands that wait for the network or for the seed being cached.
    queue: VecDeque<Command>,
    /// How many of them come from a link or a replay and are not steps of undo.
    quiet: usize,
    /// Whether everything is being finished without regard to the clock.
    settling: bool,
    recall: Option<RecallJob>,
    tuning: Option<TuningJob>,
    /// A check whose answer needs the recall curve.
    unanswered: Option<usize>,
    /// Whether the overflow of the synapses as they are was told in words.
    overflow_told: bool,
    playing: bool,
    speed: f64,
    /// Steps to take although paused.
    owed: usize,
    forage: bool,
    decisions: u64,
    just_flew: bool,
    /// Steps that the bird has rested.
    rested: usize,
    script: Option<Script>,
    scene: Option<&'static Scene>,
    history: History,
    tick: u64,
    diary: Diary,
}

/// Steps that a foraging bird rests between two decisions.
const REST: usize = 40;
/// Seeds that a foraging bird caches before it only looks for them.
const SEEDS: usize = 3;
/// The most seeds a lab holds: far beyond the network's capacity, and what a link may ask for.
pub const MAX_MEMORIES: usize = 64;

/// The latest state, read-only.
pub struct Activity<'a> {
    /// All settings.
    pub settings: &'a Settings,
    /// World and weights, once they are made.
    pub network: Option<&'a Network>,
    /// Fraction of the weights that are made, while they are being made.
    pub building: Option<f64>,
    /// The network settling where the bird is.
    pub episode: Option<&'a Episode>,
    /// Where the bird is.
    pub bird: usize,
    /// The stored seeds.
    pub memories: &'a [Memory],
    /// The stored seeds of the history before it was replayed differently.
    pub before: &'a [Memory],
    /// Recall at every place.
    pub recall: Option<&'a RecallJob>,
    /// Activity of every place at the present gain.
    pub tuning: Option<&'a TuningJob>,
    /// The answer of the check that the bird is at, once it is known: where, and what.
    pub verdict: Option<(usize, RecallVerdict)>,
    /// The scene, if one was opened.
    pub scene: Option<&'static Scene>,
}

impl Default for Session {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl Session {
    /// A lab with a bird at place 0 and no seeds.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            base: settings.clone(),
            build: Some(Build::new(&settings)),
            settings,
            log: Vec::new(),
            network: None,
            processor: None,
            far: None,
            trouble: None,
            memories: Vec::new(),
            before: Vec::new(),
            bird: 0,
            episode: None,
            queue: VecDeque::new(),
            quiet: 0,
            settling: false,
            recall: None,
            tuning: None,
            unanswered: None,
            overflow_told: false,
            playing: true,
            speed: 1.0,
            owed: 0,
            forage: false,
            decisions: 0,
            just_flew: false,
            rested: 0,
            script: None,
            scene: None,
            history: History::default(),
            tick: 0,
            diary: Diary::default(),
        }
    }

    /// Asks for a change. Errors are found here, before anything changes; the rest happens in
    /// [`advance`](Self::advance).
    ///
    /// # Errors
    /// When the command cannot be carried out; the lab is as it was.
    pub fn dispatch(&mut self, command: Command) -> Result<(), CommandError> {
        let places = self.settings.count(Knob::Places);
        match &command {
            Command::Fly(place) if *place >= places => {
                return Err(CommandError::NoPlace {
                    place: *place,
                    last: places - 1,
                });
            }
            Command::Weight(index, _) | Command::Remove(index) | Command::Without(index) => {
                let queued = self
                    .queue
                    .iter()
                    .filter(|c| matches!(c, Command::Cache))
                    .count();
                let caching = usize::from(self.is_caching());
                let count = self.memories.len() + queued + caching;
                if *index >= count {
                    return Err(CommandError::NoMemory {
                        index: *index,
                        count,
                    });
                }
            }
            Command::Scene(name) if crate::share::scenes::find(name).is_none() => {
                return Err(CommandError::NoScene(shortened(name)));
            }
            Command::Backend(_) => return Err(CommandError::NoBackend),
            // Tried on a copy: a refusal must leave no trace.
            Command::Set(key, value) => {
                if let Some(Clamped(note)) = self.settings.clone().set_text(key, value)? {
                    self.say(note);
                }
            }
            Command::Maze(command) => {
                return Err(CommandError::OtherLab {
                    lab: "caching",
                    verb: shortened(&command.to_string()),
                });
            }
            _ => {}
        }
        match command {
            Command::Play => self.playing = true,
            Command::Pause => {
                self.playing = false;
                self.owed = 0;
            }
            Command::Step(steps) => {
                self.playing = false;
                self.owed = self.owed.saturating_add(steps);
            }
            Command::Speed(speed) => self.speed = speed,
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::Reset => self.reset(),
            Command::Scene(name) => self.open_scene(&name),
            command => {
                // Whoever takes the controls has them.
                self.script = None;
                self.enqueue(command);
            }
        }
        Ok(())
    }

    fn enqueue(&mut self, command: Command) {
        self.queue.push_back(command);
    }

    fn apply(&mut self, command: Command) {
        match command {
            Command::Fly(place) => {
                self.bird = place.min(self.settings.count(Knob::Places) - 1);
                self.begin(Doing::Visit, false);
                self.just_flew = true;
            }
            Command::Move(right, down) => {
                let places = self.settings.count(Knob::Places);
                self.bird = self
                    .settings
                    .geometry()
                    .neighbour(places, self.bird, right, down);
                self.begin(Doing::Visit, false);
                self.just_flew = true;
            }
            Command::Cache if self.memories.len() >= MAX_MEMORIES => {
                self.say(format!(
                    "no more than {MAX_MEMORIES} seeds can be cached; remove one first"
                ));
            }
            Command::Cache => {
                self.remember("cache");
                self.overflow_told = false;
                self.begin(Doing::Cache, false);
                self.just_flew = false;
            }
            Command::Check => {
                self.begin(Doing::Check, false);
                self.just_flew = false;
            }
            Command::Set(key, value) => self.set(&key, &value),
            Command::Weight(index, weight) => {
                self.remember(&format!("weight {index}"));
                if let Some(memory) = self.memories.get_mut(index) {
                    memory.weight = weight;
                    log::append(&mut self.log, LogEntry::Weight(index, weight));
                    self.synapses_changed();
                }
            }
            Command::Remove(index) => {
                self.remember("remove");
                if index < self.memories.len() {
                    self.memories.remove(index);
                    log::append(&mut self.log, LogEntry::Remove(index));
                    self.synapses_changed();
                }
            }
            Command::Without(index) => {
                self.remember("replay");
                self.replay(Some(index));
            }
            Command::Replay => {
                self.remember("replay");
                self.replay(None);
            }
            Command::Forage(on) => {
                self.forage = on;
                self.rested = 0;
            }
            Command::Play
            | Command::Pause
            | Command::Step(_)
            | Command::Speed(_)
            | Command::Undo
            | Command::Redo
            | Command::Reset
            | Command::Scene(_)
            | Command::Backend(_)
            | Command::Maze(_) => unreachable!("never queued: see dispatch"),
        }
    }

    fn set(&mut self, key: &str, value: &str) {
        let mut next = self.settings.clone();
        // Refusals were told in `dispatch`; what is wrong in an old log is told here.
        match next.set_text(key, value) {
            Err(error) => {
                self.say(error.to_string());
                return;
            }
            Ok(Some(Clamped(note))) if self.quiet > 0 => self.say(note),
            Ok(_) => {}
        }
        if next == self.settings {
            return;
        }
        self.remember(&format!("set {key}"));
        match Settings::effect_of(key) {
            Effect::View => {
                let _ = self.base.set_text(key, value);
                self.settings = next;
            }
            Effect::Live => {
                if self.log.is_empty() {
                    let _ = self.base.set_text(key, value);
                } else {
                    log::append(
                        &mut self.log,
                        LogEntry::Set(key.to_owned(), value.to_owned()),
                    );
                }
                self.settings = next;
            }
            Effect::Rebuild => {
                let same_network = next.builds_like(&self.settings);
                self.settings = next;
                self.bird = self.bird.min(self.settings.count(Knob::Places) - 1);
                if !same_network {
                    self.rebuild();
                }
                self.replay(None);
                return;
            }
        }
        match Knob::of_key(key) {
            Some(Knob::Narrow | Knob::Wide | Knob::Threshold) => {}
            Some(Knob::Search) => {
                self.recall = None;
                if self.doing() == Some(Doing::Check) {
                    self.begin(Doing::Check, true);
                }
            }
            Some(Knob::Gain) => {
                self.tuning = None;
                self.begin(Doing::Visit, true);
            }
            Some(Knob::Divisive) => {
                self.code_places();
                self.synapses_changed();
            }
            _ => self.synapses_changed(),
        }
    }

    /// Drops what was computed from the synapses as they were, and looks again where the bird is.
    fn synapses_changed(&mut self) {
        self.recall = None;
        self.tuning = None;
        self.unanswered = None;
        self.overflow_told = false;
        self.begin(Doing::Visit, true);
    }

    /// Tells an overflow; in words only once as long as the synapses stay as they are.
    fn overflowed(&mut self, step: usize, during: &str, then: &str) {
        self.tell(Event::Overflow { step });
        if !self.overflow_told {
            self.overflow_told = true;
            let way_out = match self.settings.euler() {
                Euler::Reference => {
                    "the reference Euler step cannot hold a seed cached inside another's basin; undo, or set euler=safe"
                }
                Euler::Safe => {
                    "seeds cached again and again in one basin strengthen each other without bound, and so do extreme \
                     settings; undo, or remove a seed"
                }
            };
            self.say(format!(
                "activity overflowed after step {step}{during}: {way_out}{then}"
            ));
        }
    }

    fn begin(&mut self, doing: Doing, rushed: bool) {
        let Some(network) = &self.network else {
            self.episode = None;
            return;
        };
        let parameters = self.settings.parameters();
        let phase = match doing {
            Doing::Visit => Phase::visit(&parameters, self.settings.get(Knob::Gain)),
            Doing::Cache => Phase::cache(&parameters),
            Doing::Check => Phase::recall(&parameters, self.settings.get(Knob::Search)),
        };
        let mut episode = Episode::new(
            doing,
            self.bird,
            phase,
            &Context {
                network,
                parameters: &parameters,
                memories: &self.memories,
                far: self.far.as_deref(),
            },
        );
        episode.rushed = rushed;
        self.rested = 0;
        self.unanswered = None;
        self.episode = Some(episode);
    }

    fn close_episode(&mut self) {
        let Some(episode) = &mut self.episode else {
            return;
        };
        episode.closed = true;
        let (kind, place) = (episode.kind, episode.place);
        if let Some(step) = episode.overflow() {
            if kind == Doing::Cache {
                self.overflowed(step, "", "; the seed was not stored");
                return;
            }
            self.overflowed(step, "", "");
        }
        match kind {
            Doing::Visit => {}
            Doing::Check => self.unanswered = Some(place),
            Doing::Cache => {
                let (Some(episode), Some(network)) = (&self.episode, &self.network) else {
                    return;
                };
                self.memories.push(Memory {
                    place,
                    weight: 1.0,
                    barcode: episode.activity().into(),
                    value: network.inputs.rates.row(place).into(),
                });
                log::append(&mut self.log, LogEntry::Cache(place));
                self.recall = None;
                self.tuning = None;
                self.tell(Event::Cached {
                    place,
                    index: self.memories.len() - 1,
                });
            }
        }
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

    /// Takes the controls from script and bird: nothing happens until somebody does something.
    pub fn hold(&mut self) {
        self.script = None;
        self.forage = false;
    }

    /// The latest state.
    #[must_use]
    pub fn activity(&self) -> Activity<'_> {
        Activity {
            settings: &self.settings,
            network: self.network.as_ref(),
            building: self.build.as_ref().map(Build::fraction),
            episode: self.episode.as_ref(),
            bird: self.bird,
            memories: &self.memories,
            before: &self.before,
            recall: self.recall.as_ref(),
            tuning: self.tuning.as_ref(),
            verdict: self.verdict(),
            scene: self.scene,
        }
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

    /// Times the normal pace.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Whether the bird decides by itself.
    #[must_use]
    pub fn is_foraging(&self) -> bool {
        self.forage
    }

    /// Whether a scene's script is at the controls.
    #[must_use]
    pub fn is_scripted(&self) -> bool {
        self.script.is_some()
    }

    /// Euler steps and steps of rest since the lab began.
    #[must_use]
    pub fn tick(&self) -> u64 {
        self.tick
    }

    fn doing(&self) -> Option<Doing> {
        self.episode.as_ref().map(|episode| episode.kind)
    }

    fn is_caching(&self) -> bool {
        self.episode
            .as_ref()
            .is_some_and(|e| e.kind == Doing::Cache && !e.closed)
    }

    /// Whether commands, the network or a job are still at work. Time that merely passes does not count.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        let settling = self.episode.as_ref().is_none_or(|e| {
            !e.closed && (self.playing || e.rushed || e.is_catching_up() || self.owed > 0)
        });
        let jobs = !self.recall.as_ref().is_some_and(RecallJob::is_done)
            || !self.tuning.as_ref().is_some_and(TuningJob::is_done);
        self.build.is_some()
            || !self.queue.is_empty()
            || settling
            || jobs
            || self.unanswered.is_some()
    }

    /// Whether the next frame will differ from this one.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.is_busy() || (self.playing && (self.forage || self.script.is_some()))
    }
}
