use std::{any::Any, collections::BTreeSet, rc::Rc};

use serde_json::Value;

use super::{
    AnySession, Command, CommandError, Event, Frame, Lab, LinkError, LinkPairs, LoadReport, Script,
    Timed, Transport, command, csv, history::History, lab::FrameOf, registry, text::shortened,
};
use crate::{
    session::device::{Device, gave_up},
    texts,
};

/// The table that every lab has.
const EVENTS: &str = "events";

/// A lab that runs: the one loop that moves a world and a model, the same for every lab.
///
/// A session knows no clock of the wall. It counts steps, so that *seed + settings + log* is the saved run.
pub struct Session<L: Lab> {
    pub(super) lab: L,
    pub(super) frame: FrameOf<L>,
}

/// What is left of a session when another lab is opened.
struct KeptSession<S> {
    /// States to go back and forward to.
    history: History<S>,
    /// The state in which it was left.
    state: S,
    /// What the lab [keeps](Lab::leave).
    kept: Option<Box<dyn Any>>,
}

impl<L: Lab> Default for Session<L> {
    fn default() -> Self {
        Self {
            lab: L::new(),
            frame: Frame::default(),
        }
    }
}

impl<L: Lab> Session<L> {
    /// A session as a link or the name of a scene says, not yet settled.
    ///
    /// # Errors
    /// When the link cannot be read at all, or is of another lab.
    pub fn from_link(text: &str) -> Result<Self, LinkError> {
        let pairs = LinkPairs::parse(text)?;
        if pairs.lab.name == L::info().name {
            Ok(Self::from_pairs(&pairs))
        } else {
            Err(LinkError::UnknownLab(pairs.lab.name.to_owned()))
        }
    }

    /// A session as the pairs of a link say, not yet settled.
    #[must_use]
    pub fn from_pairs(pairs: &LinkPairs) -> Self {
        let mut session = Self::default();
        session.load(pairs);
        session
    }

    /// Makes this the session of a link. The state before can be brought back by undo.
    pub fn open_pairs(&mut self, pairs: &LinkPairs, label: &str) -> LoadReport {
        self.frame.remember(label, || self.lab.snapshot());
        self.load(pairs);
        LoadReport {
            messages: self.messages().to_vec(),
        }
    }

    fn load(&mut self, pairs: &LinkPairs) {
        let frame = &mut self.frame;
        frame.events.begin_link();
        frame.scene = pairs.scene;
        frame.script = pairs.scene.and_then(Script::of);
        frame.clock.tick = 0;
        frame.clock.pending = 0;
        frame.clock.rested = 0;
        for message in &pairs.messages {
            frame.message(message.clone());
        }
        self.lab.load(pairs, frame);
        frame.events.end_link(frame.clock.tick);
    }

    /// The lab: its activity, settings and readouts.
    #[must_use]
    pub fn lab(&self) -> &L {
        &self.lab
    }

    /// The lab and what it shares with others, for what is no command: a model that was brought, say.
    pub fn parts_mut(&mut self) -> (&mut L, &mut FrameOf<L>) {
        (&mut self.lab, &mut self.frame)
    }

    /// Clock, scene and device.
    #[must_use]
    pub fn frame(&self) -> &FrameOf<L> {
        &self.frame
    }

    /// Asks for a change. Errors are found here, before anything changes.
    ///
    /// # Errors
    /// When the command cannot be carried out; the session is as it was.
    pub fn dispatch(&mut self, command: Command) -> Result<(), CommandError> {
        let (lab, frame) = (&mut self.lab, &mut self.frame);
        match command {
            Command::Play => {
                lab.on_transport(Transport::Play, frame);
                frame.clock.playing = true;
            }
            Command::Pause => {
                lab.on_transport(Transport::Pause, frame);
                frame.clock.pause();
            }
            Command::Step(steps) => {
                lab.on_transport(Transport::Step(steps), frame);
                frame.clock.playing = false;
                frame.clock.pending = frame.clock.pending.saturating_add(steps);
            }
            Command::Speed(speed) => frame.clock.speed = speed,
            Command::Undo => {
                let change = frame.history.undoable().map(str::to_owned);
                let before = frame.history.undo(|| lab.snapshot());
                self.bring_back(before, change.map(|change| Event::Undone { change }));
            }
            Command::Redo => {
                let change = frame.history.redoable().map(str::to_owned);
                let after = frame.history.redo(|| lab.snapshot());
                self.bring_back(after, change.map(|change| Event::Redone { change }));
            }
            Command::Reset => {
                frame.remember(texts::session::undo_reset(), || lab.snapshot());
                frame.script = None;
                lab.reset(frame);
                frame.cleared();
            }
            Command::Scene(name) => {
                let found = registry::scene(&name).filter(|(lab, _)| lab.name == L::info().name);
                let (_, scene) = found.ok_or_else(|| CommandError::NoScene(shortened(&name)))?;
                let pairs = LinkPairs::parse(scene.name)
                    .map_err(|error| CommandError::Refused(error.to_string()))?;
                self.open_pairs(&pairs, texts::session::undo_scene());
            }
            Command::Backend(_) => return Err(CommandError::NoBackend),
            // Commands of the user take the controls from a scene.
            Command::Set(key, value) => {
                lab.set(&key, &value, frame)?;
                frame.script = None;
            }
            Command::Lab(text) => {
                let (verb, argument) = command::split(&text);
                let other = || CommandError::OtherLab {
                    lab: L::info().name,
                    verb: shortened(&text),
                };
                let command = L::parse(verb, argument).ok_or_else(other)??;
                lab.apply(command, frame)?;
                frame.script = None;
            }
        }
        Ok(())
    }

    /// Carries out a scene's command: the scene stays at the controls, at its pace.
    fn follow_script(&mut self, command: Command) {
        let (script, clock) = (self.frame.script.take(), self.frame.clock);
        if let Err(error) = self.dispatch(command) {
            self.frame.message(error.to_string());
        }
        self.frame.script = script;
        self.frame.clock.speed = clock.speed;
        self.frame.clock.playing = clock.playing;
    }

    fn bring_back(&mut self, snapshot: Option<L::Snapshot>, told: Option<Event<L::Event>>) {
        if let Some(snapshot) = snapshot {
            self.frame.script = None;
            self.lab.restore(snapshot, &mut self.frame);
        }
        if let Some(event) = told {
            self.frame.events.emit(self.frame.clock.tick, event);
        }
    }

    /// What is in no link and is to be kept while another lab is open.
    pub(super) fn leave(&mut self) -> Box<dyn Any> {
        Box::new(KeptSession::<L::Snapshot> {
            history: std::mem::take(&mut self.frame.history),
            state: self.lab.snapshot(),
            kept: self.lab.leave(),
        })
    }

    /// Takes what an earlier session of this lab has left. Where another link leads back, undo leads to the state of before.
    pub(super) fn come_back(&mut self, left: Box<dyn Any>, another: Option<&str>) {
        let Ok(left) = left.downcast::<KeptSession<L::Snapshot>>() else {
            return;
        };
        let KeptSession {
            history,
            state,
            kept,
        } = *left;
        self.frame.history = history;
        if let Some(label) = another {
            self.frame.remember(label, || state);
        }
        if let Some(kept) = kept {
            self.lab.come_back(kept, &mut self.frame);
        }
    }

    /// Moves on: at most `steps` paced steps, in slices of a few milliseconds, for as long as `more` says so. Returns the steps
    /// that were taken.
    pub fn advance(&mut self, steps: usize, more: &mut dyn FnMut() -> bool) -> usize {
        let mut left = steps;
        loop {
            self.check_device();
            let progress = self.lab.slice(&mut left, &mut self.frame);
            if let Some(command) = self.frame.due.take() {
                self.follow_script(command);
            }
            if !self.frame.device.goes_on(progress, more) {
                return steps - left;
            }
        }
    }

    /// Finishes everything under way, without letting time pass but for steps that were asked for.
    pub fn settle(&mut self) {
        L::settle(self);
    }

    /// Lets `steps` steps pass and pauses there, with all else settled.
    pub fn run(&mut self, steps: usize) {
        self.frame.clock.playing = true;
        self.advance(steps, &mut || true);
        self.frame.clock.pause();
        self.settle();
    }

    /// Computes on `device` from now on, or on the CPU again. The run goes on.
    pub fn set_device(&mut self, device: Option<Rc<dyn Device>>) {
        self.frame.device.set(device.clone());
        self.lab.device_changed(device);
    }

    /// Gives the device up if something went wrong on it; every slice does that.
    pub fn check_device(&mut self) {
        if let Some((reason, was_exact)) = self.frame.device.give_up_if_failed() {
            self.lab.device_changed(None);
            let event = Event::Degraded {
                reason: reason.clone(),
            };
            self.frame.events.emit(self.frame.clock.tick, event);
            self.frame.message(gave_up(&reason, was_exact));
        }
    }

    /// Takes the controls from the scene: nothing happens until something is asked for.
    pub fn release_control(&mut self) {
        self.frame.script = None;
        self.lab.release_control(&mut self.frame);
    }

    /// The link that brings this session back, without what a page adds around it.
    #[must_use]
    pub fn link(&self) -> String {
        self.lab.link(&self.frame)
    }

    /// The state in numbers.
    #[must_use]
    pub fn report(&self) -> L::Report {
        self.lab.report(&self.frame)
    }

    /// A table as [CSV](super::csv), by its name: one of the [lab's](Lab::tables), the first of these where the name is empty, or
    /// `events`, all that happened so far, by step.
    ///
    /// # Errors
    /// When the lab has no such table: one sentence.
    pub fn csv(&self, table: &str) -> Result<String, String> {
        let own = L::tables();
        if table == EVENTS {
            return Ok(self.table_of_events());
        }
        let first = if table.is_empty() { own.first() } else { None };
        match first.or_else(|| own.iter().find(|name| **name == table)) {
            Some(name) => Ok(self.lab.csv(name, &self.frame)),
            None => {
                let (lab, name) = (L::info().name, shortened(table));
                let tables = [own, &[EVENTS]].concat().join(", ");
                Err(texts::session::NoTable { lab, name, tables }.to_string())
            }
        }
    }

    /// What happened, an event a row.
    fn table_of_events(&self) -> String {
        let events = self.trace().iter();
        let events: Vec<Value> = events
            .map(|event| serde_json::to_value(event).unwrap_or_default())
            .collect();
        let fields = events.iter().filter_map(Value::as_object);
        let fields: BTreeSet<&str> = fields
            .flat_map(|event| event.keys().map(|k| &**k))
            .collect();
        let others = fields.into_iter().filter(|f| !["tick", "type"].contains(f));
        let others: Vec<&str> = others.collect();
        let columns = ["step", "event"].into_iter().chain(others.iter().copied());
        let link = self.link();
        let source = csv::MadeFrom {
            lab: L::info().name,
            state_hash: self.state_hash(),
            link: &link,
        };
        let mut table = csv::Csv::new(columns, &source);
        for event in &events {
            let names = ["tick", "type"].into_iter().chain(others.iter().copied());
            table.row(names.map(|name| csv::json(event.get(name))));
        }
        table.finish()
    }

    /// Equal exactly when the state is (CPU path).
    #[must_use]
    pub fn state_hash(&self) -> u64 {
        self.lab.state_hash()
    }

    /// Equal exactly when everything shown is (CPU path); `None` while any of it is being computed.
    #[must_use]
    pub fn shown_hash(&self) -> Option<u64> {
        self.lab.shown_hash(&self.frame)
    }

    /// Events since the last call.
    pub fn take_events(&mut self) -> Vec<Event<L::Event>> {
        self.frame.events.take()
    }

    /// All events since the last link was read, in order.
    #[must_use]
    pub fn trace(&self) -> &[Timed<Event<L::Event>>] {
        self.frame.events.trace()
    }

    /// Messages since the last link was read: what was clamped, ignored or refused.
    #[must_use]
    pub fn messages(&self) -> &[String] {
        self.frame.messages()
    }

    /// The change that undo would take back: “cache”, “set gain”.
    #[must_use]
    pub fn undoable(&self) -> Option<&str> {
        self.frame.history.undoable()
    }

    /// Whether there is something to redo.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.frame.history.redoable().is_some()
    }

    /// Whether something is still being computed, or a step that was asked for is still to be taken.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.lab.is_busy(&self.frame)
    }

    /// Whether the next frame will differ from this one.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.lab.is_live(&self.frame)
    }
}

/// A session of a lab as a link says, for the [registry](super::LabInfo::open).
#[must_use]
pub fn open<L: Lab>(pairs: &LinkPairs) -> Box<dyn AnySession> {
    Box::new(Session::<L>::from_pairs(pairs))
}

/// Reads a command of a lab, for the [registry](super::LabInfo::parse); the text comes back as it is written.
#[must_use]
pub fn parse<L: Lab>(verb: &str, argument: &str) -> Option<Result<String, CommandError>> {
    let command = L::parse(verb, argument)?;
    Some(command.map(|command| command.to_string()))
}
