//! The caching lab: a bird that caches seeds, and the barcode network that remembers where.
//!
//! A chickadee visits places, caches seeds and finds them again. Its hippocampus is a recurrent network with fixed random weights
//! (Fang et al. 2025): at low gain activity codes the place, at full gain it becomes a *barcode*, a pattern of this visit alone.
//! Caching stores barcode and place input as a pair, by a Hebbian rule; at the place, and near it, recall brings both back.
//!
//! ```text
//! Command ─► Run {settings, log, bird} ─┬─► network (world and fixed weights)
//!            changed at once            ├─► memories: each cached seed of the log, settled and stored
//!                                       ├─► episode: the network settling where the bird is
//!                                       └─► recall and tuning at every place ─► Activity, Event
//! ```
//!
//! Commands change the `Run` at once, and it alone is in links and in undo. Everything else follows from it, in slices.
//! The memories are those of the longest part of the log that was carried out before; seeds beyond it are cached one after the
//! other. The last one, if the bird is still at it, is shown at its pace; all others are computed as fast as possible.
//!
//! Time passes in *steps*. One step is one Euler step of the episode, or, when the bird rests, one step of resting. What an
//! episode computes never depends on how steps are cut into frames.
//!
//! Read in this order: `table` and `settings`, `command`, `log` and `run` (the saved run), `memories`, `network`, `episode`,
//! `recall` and `tuning` (what follows from it), `work` (the loop).

mod command;
mod episode;
mod event;
mod interface;
mod link;
mod log;
mod memories;
mod network;
mod recall;
mod report;
mod run;
mod scenes;
mod settings;
mod state;
mod summary;
mod sweep;
mod table;
mod tuning;
mod work;

use std::{rc::Rc, sync::Arc};

use chickadee_engine::{analysis::RecallVerdict, models::barcode::Memory};

pub use command::Command;
pub use episode::{Episode, EpisodeKind};
pub use event::Event;
pub use network::Network;
pub use recall::Recall;
pub use report::{CacheReport, Report, VerdictReport};
pub use scenes::SCENES;
pub use settings::Settings;
pub use table::{DEFAULT_SEED, Knob, MAX_UNITS, TABLE};
pub use tuning::Tuning;

use self::{
    link::Link,
    log::LogEntry,
    memories::StoredMemories,
    run::Run,
    state::{State, SynapsesKey},
};
use crate::{
    session::{
        self, CommandError, Derived, DeviceWork, Effect, FrameOf, Lab, LabInfo, LinkPairs,
        Progress, Scene, Session, Slot, Transport, Values, Workload, device::Device,
    },
    texts,
};

/// The most seeds that are cached: far beyond the network's capacity, and the most that a link may ask for.
pub const MAX_MEMORIES: usize = 64;

/// The lab, for the registry.
pub static INFO: LabInfo = LabInfo {
    name: "caching",
    title: texts::caching::caching,
    hint: texts::caching::hint,
    settings: &TABLE,
    verbs: interface::VERBS,
    events: interface::EVENTS,
    files: &[],
    scenes: &SCENES,
    // A seed is cached in under two seconds.
    steps_per_second: 60.0,
    moves: true,
    open: session::open::<Caching>,
    parse: session::parse::<Caching>,
};

/// The caching lab.
pub struct Caching {
    state: State,
    /// The memories of the history before it was replayed differently, to compare with.
    before: Arc<[Memory]>,
    episode: Option<Episode>,
    recall: Slot<State, Recall>,
    tuning: Slot<State, Tuning>,
    /// The synapses whose overflow was told in words.
    overflow_told: Option<SynapsesKey>,
    /// Whether everything is being finished without regard to the clock.
    settling: bool,
    /// Whether a foraging bird waits until time is started: what is asked for happens, nothing else does.
    held: bool,
}

/// A run to come back to, with the memories that were computed for it.
#[derive(Clone)]
pub struct Snapshot {
    run: Run,
    stored: StoredMemories,
    before: Arc<[Memory]>,
}

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
    /// The place of the bird.
    pub bird: usize,
    /// The stored seeds.
    pub memories: &'a [Memory],
    /// The stored seeds of the history before it was replayed differently.
    pub before: &'a [Memory],
    /// Recall at every place.
    pub recall: Option<&'a Recall>,
    /// Activity of every place at the present gain.
    pub tuning: Option<&'a Tuning>,
    /// The answer of the check that the bird is at, once it is known, and its place.
    pub verdict: Option<(usize, RecallVerdict)>,
    /// The scene, if one was opened.
    pub scene: Option<&'static Scene>,
}

impl Caching {
    /// The latest state.
    #[must_use]
    pub fn activity(&self) -> Activity<'_> {
        let network = self.state.network();
        let building = self.state.building.get();
        let fraction = || building.map_or(0.0, Derived::<Settings>::fraction);
        Activity {
            settings: &self.state.run.settings,
            network,
            building: network.is_none().then(fraction),
            episode: self.episode.as_ref(),
            bird: self.state.run.bird,
            memories: self.state.stored.memories(),
            before: &self.before,
            recall: self.recall.current(&self.state),
            tuning: self.tuning.current(&self.state),
            verdict: self.verdict(),
            scene: self.state.run.scene,
        }
    }

    /// Whether the bird decides by itself.
    #[must_use]
    pub fn is_foraging(&self) -> bool {
        self.state.run.forage
    }

    /// Whether something decides now: the bird, or the scene.
    fn decides(&self, frame: &FrameOf<Self>) -> bool {
        (self.state.run.forage && !self.held) || frame.script.is_some()
    }

    /// Lets memories and episode follow the run; what takes time is done in slices.
    fn follow(&mut self) {
        let changed = self.state.stored.follow(&self.state.run);
        let caches = |entry: &LogEntry, episode: &Episode| *entry == LogEntry::Cache(episode.place);
        let goes_on = |episode: &Episode| {
            let next = self.state.next_entry();
            !changed && next.is_some_and(|entry| caches(entry, episode))
        };
        let caching = self.is_caching();
        let void = caching && !self.episode.as_ref().is_some_and(goes_on);
        if void || self.state.network().is_none() {
            self.episode = None;
        } else if caching
            && self.is_last_seed()
            && let Some(episode) = &mut self.episode
        {
            episode.number = self.state.run.episode;
        }
    }

    /// A seed that is being cached, or a check, is finished at once when something else is asked for.
    fn finish_episode(&mut self) {
        let over = |episode: &Episode| episode.closed && self.is_at_run();
        let over = self.episode.as_ref().is_some_and(over);
        let run = &mut self.state.run;
        run.rushed |= run.doing != EpisodeKind::Visit && !over;
    }
}

impl Lab for Caching {
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
            state: State::new(Run::new()),
            before: Arc::new([]),
            episode: None,
            recall: Slot::default(),
            tuning: Slot::default(),
            overflow_told: None,
            settling: false,
            held: false,
        }
    }

    fn load(&mut self, pairs: &LinkPairs, frame: &mut FrameOf<Self>) {
        let link = Link::read_pairs(pairs);
        let (run, messages) = Run::from_link(&link);
        for message in link.messages.into_iter().chain(messages) {
            frame.message(message);
        }
        let episode = self.state.run.episode + run.episode;
        self.state.run = Run {
            episode,
            scene: frame.scene,
            ..run
        };
        self.state.stored.clear();
        self.before = Arc::new([]);
        self.episode = None;
        self.overflow_told = None;
        frame.clock.playing = link.t.is_none();
        frame.clock.pending = link.t.unwrap_or(0);
        self.follow();
    }

    fn link(&self, frame: &FrameOf<Self>) -> String {
        let clock = &frame.clock;
        let t = match &self.episode {
            _ if self.state.run.rushed => None,
            Some(episode) if self.is_at_run() => (!episode.is_over()).then(|| episode.step()),
            _ => (!clock.playing).then_some(clock.pending),
        };
        self.state.run.link(t).to_string()
    }

    fn values(&self) -> &Values {
        self.state.run.settings.values()
    }

    fn apply(&mut self, command: Command, frame: &mut FrameOf<Self>) -> Result<(), CommandError> {
        self.state.run.check_command(&command)?;
        self.finish_episode();
        match command {
            Command::Cache if self.state.run.is_full() => {
                let most = MAX_MEMORIES;
                frame.message(texts::caching::Full { most }.to_string());
                return Ok(());
            }
            Command::Cache => frame.remember(texts::caching::undo_cache(), || self.snapshot()),
            Command::Weight(index, _) => {
                let label = texts::caching::UndoWeight { index }.to_string();
                frame.remember_once(&label, || self.snapshot());
            }
            Command::Remove(_) => frame.remember(texts::caching::undo_remove(), || self.snapshot()),
            Command::Without(_) | Command::Replay => {
                frame.remember(texts::caching::undo_replay(), || self.snapshot());
                self.before = self.state.stored.memories().clone();
            }
            Command::Forage(_) => {
                frame.clock.rested = 0;
                self.held = false;
            }
            Command::Fly(_) | Command::Move(..) | Command::Check => {}
        }
        self.state.run.apply(command);
        self.follow();
        Ok(())
    }

    fn set(
        &mut self,
        key: &str,
        value: &str,
        frame: &mut FrameOf<Self>,
    ) -> Result<(), CommandError> {
        let (settings, note) = self.state.run.with(key, value)?;
        if let Some(note) = note {
            frame.message(note.to_string());
        }
        if settings == self.state.run.settings {
            return Ok(());
        }
        self.finish_episode();
        let label = texts::session::UndoSet { key }.to_string();
        frame.remember_once(&label, || self.snapshot());
        if TABLE.effect(key) == Some(Effect::Rebuild) {
            self.before = self.state.stored.memories().clone();
        }
        self.state.run.set(key, value)?;
        self.follow();
        Ok(())
    }

    fn reset(&mut self, _: &mut FrameOf<Self>) {
        self.state.run.reset();
        self.before = Arc::new([]);
        self.follow();
    }

    /// Time goes on: it takes the bird through what it is asked for.
    fn release_control(&mut self, _: &mut FrameOf<Self>) {
        self.held = true;
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            run: self.state.run.clone(),
            stored: self.state.stored.clone(),
            before: self.before.clone(),
        }
    }

    fn restore(&mut self, snapshot: Snapshot, frame: &mut FrameOf<Self>) {
        let Snapshot {
            run,
            stored,
            before,
        } = snapshot;
        let now = &self.state.run;
        let mut run = Run {
            episode: now.episode,
            forage: now.forage,
            decisions: now.decisions,
            just_flew: now.just_flew,
            ..run
        };
        self.state.stored.take_from(stored, &run);
        // A seed that was being cached is cached at its pace; otherwise the bird looks around.
        let unstored = self.state.stored.shared_with(&run) < run.log.len();
        let caching = run.doing == EpisodeKind::Cache && !run.lost && !run.rushed;
        match caching && unstored {
            true => run.begin(EpisodeKind::Cache, false),
            false => run.begin(EpisodeKind::Visit, true),
        }
        self.before = before;
        self.overflow_told = None;
        frame.scene = run.scene;
        self.state.run = run;
        self.follow();
    }

    fn slice(&mut self, left: &mut usize, frame: &mut FrameOf<Self>) -> Progress {
        self.work(left, frame)
    }

    fn device_changed(&mut self, _: Option<Rc<dyn Device>>) {
        self.state.leave_device();
        if let Some(recall) = self.recall.get_mut() {
            recall.restart_on_device();
        }
        if let Some(tuning) = self.tuning.get_mut() {
            tuning.restart_on_device();
        }
        if let Some(episode) = &mut self.episode {
            episode.restart_on_cpu();
        }
    }

    fn suits_device(&self) -> bool {
        // Weights towards units ahead are the CPU's alone.
        self.state.run.settings.get(Knob::Skew) == 0.0
    }

    fn workload(&self) -> Option<Workload> {
        let network = self.state.network()?;
        Some(Workload::network(&network.wiring, network.inputs.places()))
    }

    fn device_work(&self) -> Option<DeviceWork> {
        let network = self.state.network()?;
        let settings = &self.state.run.settings;
        Some(DeviceWork::Network {
            seed: settings.get(Knob::Seed) as u64,
            wiring: Arc::clone(&network.wiring),
            drive: Arc::clone(&network.drive),
            parameters: settings.parameters(),
            on_device: self.state.device_network(),
        })
    }

    fn is_busy(&self, frame: &FrameOf<Self>) -> bool {
        let clock = &frame.clock;
        let moves = |episode: &Episode| {
            clock.playing
                || clock.pending > 0
                || self.state.run.rushed
                || !self.is_at_run()
                || episode.is_catching_up()
        };
        let settling = match &self.episode {
            None => true,
            Some(episode) if self.state.next_entry().is_none() => {
                !self.is_at_run() || (!episode.closed && moves(episode))
            }
            Some(episode) => episode.closed || moves(episode),
        };
        !self.state.building.is_settled(&self.state.run.settings)
            || settling
            || !self.recall.is_settled(&self.state)
            || !self.tuning.is_settled(&self.state)
            || self.is_unanswered()
    }

    fn is_live(&self, frame: &FrameOf<Self>) -> bool {
        self.is_busy(frame) || (frame.clock.playing && self.decides(frame))
    }

    fn on_transport(&mut self, _transport: Transport, _frame: &mut FrameOf<Self>) {
        self.held = false;
    }

    fn waits(&self) -> bool {
        self.held && self.state.run.forage
    }

    fn settle(session: &mut Session<Self>) {
        let (lab, frame) = session.parts_mut();
        lab.settling = true;
        let steps = frame.clock.pending;
        session.advance(steps, &mut || true);
        session.parts_mut().0.settling = false;
    }

    fn report(&self, frame: &FrameOf<Self>) -> Report {
        self.numbers(frame)
    }

    fn summary(&self, frame: &FrameOf<Self>) -> String {
        self.numbers(frame).summary()
    }

    fn tables() -> &'static [&'static str] {
        &Self::TABLES
    }

    fn csv(&self, table: &str, frame: &FrameOf<Self>) -> String {
        self.table(table, frame)
    }

    fn state_hash(&self) -> u64 {
        self.hash_of_state()
    }

    fn shown_hash(&self, frame: &FrameOf<Self>) -> Option<u64> {
        self.hash_of_shown(frame)
    }
}
