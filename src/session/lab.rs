use std::{any::Any, fmt, rc::Rc};

use serde::Serialize;

use super::{
    Clock, CommandError, DeviceSlot, DeviceWork, Event, EventLog, FileKind, History, LabEvent,
    LabInfo, LinkPairs, Progress, Scene, Script, Values, Workload,
    summary::{Summary, scalars},
};
use crate::{session::device::Device, texts};

/// A lab: a world that meets a model. A [`Session`](super::Session) gives it time, undo, events, a device, scenes and links.
///
/// A lab keeps a *run* (settings, log, where the animal or agent is), which commands change at once, and what is
/// [`Derived`](super::Derived) from it, which is computed in [`slice`](Self::slice)s.
pub trait Lab: Sized + 'static {
    /// The commands that only this lab has.
    type Command: fmt::Display;
    /// The state that undo brings back: the run, and what one looks at.
    type Snapshot: Clone;
    /// The events that only this lab has.
    type Event: LabEvent + fmt::Debug + PartialEq;
    /// The state in numbers.
    type Report: Serialize;

    /// Everything about the lab that is known without opening it.
    fn info() -> &'static LabInfo;

    /// Reads a command of this lab; `None` for a verb of another.
    ///
    /// # Errors
    /// When the argument is not what the verb expects.
    fn parse(verb: &str, argument: &str) -> Option<Result<Self::Command, CommandError>>;

    /// The lab of a link that says nothing.
    fn new() -> Self;

    /// Becomes the lab of a link. Settings that are refused and entries that do not fit are messages.
    fn load(&mut self, pairs: &LinkPairs, frame: &mut FrameOf<Self>);

    /// The link that brings this lab back. Work under way counts as done.
    fn link(&self, frame: &FrameOf<Self>) -> String;

    /// The settings.
    fn values(&self) -> &Values;

    /// Carries a command out, at once; whatever follows from it is computed in slices.
    ///
    /// # Errors
    /// When it cannot be carried out; the lab is as it was.
    fn apply(
        &mut self,
        command: Self::Command,
        frame: &mut FrameOf<Self>,
    ) -> Result<(), CommandError>;

    /// Changes a setting.
    ///
    /// # Errors
    /// When it is refused; the lab is as it was.
    fn set(
        &mut self,
        key: &str,
        value: &str,
        frame: &mut FrameOf<Self>,
    ) -> Result<(), CommandError>;

    /// Forgets all memories and keeps the settings.
    fn reset(&mut self, frame: &mut FrameOf<Self>);

    /// Somebody starts time, stops it, or asks for single steps; the clock is set after this.
    fn on_transport(&mut self, _transport: Transport, _frame: &mut FrameOf<Self>) {}

    /// Stops what acts by itself, as on a page without autoplay: nothing happens until something is asked for.
    fn release_control(&mut self, frame: &mut FrameOf<Self>) {
        frame.clock.playing = false;
    }

    /// Whether what would happen by itself waits for time to be started.
    fn waits(&self) -> bool {
        false
    }

    /// The state that undo brings back.
    fn snapshot(&self) -> Self::Snapshot;

    /// Brings a state back.
    fn restore(&mut self, snapshot: Self::Snapshot, frame: &mut FrameOf<Self>);

    /// One slice of some milliseconds: the most urgent work, or a paced step if there are `left`.
    fn slice(&mut self, left: &mut usize, frame: &mut FrameOf<Self>) -> Progress;

    /// Another device computes from now on; work that was out on the last one begins again.
    fn device_changed(&mut self, _device: Option<Rc<dyn Device>>) {}

    /// What is in no link and is to be kept while another lab is open: results that took long, files of the user's own.
    fn leave(&mut self) -> Option<Box<dyn Any>> {
        None
    }

    /// Takes what an earlier session of this lab has [left](Self::leave).
    fn come_back(&mut self, _left: Box<dyn Any>, _frame: &mut FrameOf<Self>) {}

    /// Whether a device beside the CPU can compute the lab as it is set.
    fn suits_device(&self) -> bool {
        true
    }

    /// The size of what a device beside the CPU would compute, to be measured on both; `None` while the lab has no model.
    fn workload(&self) -> Option<Workload> {
        None
    }

    /// The work of that size.
    fn device_work(&self) -> Option<DeviceWork> {
        None
    }

    /// The file that has to be brought before the lab can go on, in the folder of models: a page fetches it.
    fn wanted_file(&self) -> Option<&'static str> {
        None
    }

    /// Takes what has come of the wanted file.
    ///
    /// # Errors
    /// When the file cannot be used: one sentence. The lab then [goes without](Received::Failed).
    fn receive(
        &mut self,
        _received: Received<'_>,
        _frame: &mut FrameOf<Self>,
    ) -> Result<(), String> {
        Ok(())
    }

    /// Takes a file of the user's own, of one of the [kinds](LabInfo::files) that the lab reads.
    ///
    /// # Errors
    /// When it cannot be used: one sentence; the lab is as it was.
    fn open_file(
        &mut self,
        _kind: &'static FileKind,
        (name, _bytes): (&str, &[u8]),
        _frame: &mut FrameOf<Self>,
    ) -> Result<(), String> {
        Err(texts::shell::FileNotHere { name }.to_string())
    }

    /// Whether something is still being computed, or a step that was asked for is still to be taken.
    fn is_busy(&self, frame: &FrameOf<Self>) -> bool;

    /// Whether the next frame will differ from this one.
    fn is_live(&self, frame: &FrameOf<Self>) -> bool {
        self.is_busy(frame) || (frame.clock.playing && frame.script.is_some())
    }

    /// Whether what is under way goes at its pace.
    fn is_paced(&self, frame: &FrameOf<Self>) -> bool {
        frame.clock.playing
    }

    /// Finishes everything under way, without letting time pass but for steps that were asked for.
    fn settle(session: &mut super::Session<Self>) {
        let playing = std::mem::replace(&mut session.frame.clock.playing, false);
        session.advance(session.frame.clock.pending, &mut || true);
        session.frame.clock.playing = playing;
    }

    /// The state in numbers.
    fn report(&self, frame: &FrameOf<Self>) -> Self::Report;

    /// The state as a table for people, a line each.
    fn summary(&self, frame: &FrameOf<Self>) -> String {
        let mut table = Summary::default();
        for (name, value) in scalars(&self.report(frame)) {
            table.row(&name, value);
        }
        table.finish()
    }

    /// The names of the tables that [`csv`](Self::csv) makes; the first is the one that is meant where none is named. Every lab has a
    /// table of events beside these.
    #[must_use]
    fn tables() -> &'static [&'static str] {
        &["values"]
    }

    /// One of the [tables](Self::tables) as [CSV](super::csv).
    fn csv(&self, _table: &str, frame: &FrameOf<Self>) -> String {
        let rows = scalars(&self.report(frame)).into_iter();
        let rows = rows.map(|(name, value)| format!("{name},{}\n", super::csv::cell(value)));
        std::iter::once("name,value\n".to_owned())
            .chain(rows)
            .collect()
    }

    /// Equal exactly when the state is (CPU path).
    fn state_hash(&self) -> u64;

    /// Equal exactly when everything shown is (CPU path); `None` while any of it is being computed.
    fn shown_hash(&self, frame: &FrameOf<Self>) -> Option<u64> {
        (!self.is_busy(frame)).then(|| self.state_hash())
    }
}

/// What has come of a file that a lab [wants](Lab::wanted_file).
#[derive(Clone, Copy, Debug)]
pub enum Received<'a> {
    /// A fraction of it, 0 … 1.
    Fraction(f64),
    /// All of it.
    All(&'a [u8]),
    /// Nothing, and why: the lab goes on without it.
    Failed(&'a str),
}

/// A change of time that somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Time passes.
    Play,
    /// Time stands still.
    Pause,
    /// So many steps, then pause.
    Step(usize),
}

/// All that a lab shares with every other: clock, events, undo, device, scene.
pub struct Frame<S, E> {
    /// Time, in steps.
    pub clock: Clock,
    /// The script of the scene, while it is at the controls.
    pub script: Option<Script>,
    /// The scene that was opened.
    pub scene: Option<&'static Scene>,
    /// The device beside the CPU.
    pub device: DeviceSlot,
    pub(super) events: EventLog<E>,
    pub(super) history: History<S>,
    /// A command of the scene, to be carried out after this slice.
    pub(super) due: Option<super::Command>,
}

/// The frame of a lab.
pub type FrameOf<L> = Frame<<L as Lab>::Snapshot, <L as Lab>::Event>;

impl<S, E> Default for Frame<S, E> {
    fn default() -> Self {
        Self {
            clock: Clock::default(),
            script: None,
            scene: None,
            device: DeviceSlot::default(),
            events: EventLog::default(),
            history: History::default(),
            due: None,
        }
    }
}

impl<S, E: Clone> Frame<S, E> {
    /// Something happened.
    pub fn emit(&mut self, event: E) {
        self.events.emit(self.clock.tick, Event::Lab(event));
    }

    /// Something to read.
    pub fn message(&mut self, text: String) {
        self.events.message(self.clock.tick, text);
    }

    /// Takes a message back that is no longer true.
    pub fn take_back(&mut self, text: &str) {
        self.events.take_back(text);
    }

    /// All memories were forgotten.
    pub fn cleared(&mut self) {
        self.events.emit(self.clock.tick, Event::Cleared);
    }

    /// Messages since the last link was read.
    #[must_use]
    pub fn messages(&self) -> &[String] {
        self.events.messages()
    }

    /// Keeps the present state before a change.
    pub fn remember(&mut self, label: &str, state: impl FnOnce() -> S) {
        self.history.remember(label, false, state);
    }

    /// Keeps the present state before a change, unless the change before has the same name: a knob that is dragged is one change.
    pub fn remember_once(&mut self, label: &str, state: impl FnOnce() -> S) {
        self.history.remember(label, true, state);
    }

    /// A step of rest in a scene; once it has rested long enough, the script's next command is carried out after this slice. A
    /// script that is over lets go. Returns whether there was a script.
    pub fn rest_in_script(&mut self) -> bool {
        let Some(script) = &mut self.script else {
            return false;
        };
        self.clock.rested += 1;
        if self.clock.rested >= script.wait() {
            self.clock.rested = 0;
            self.due = script.next_command();
            if self.due.is_none() {
                self.script = None;
            }
        }
        true
    }
}
