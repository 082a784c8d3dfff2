use std::{any::Any, rc::Rc};

use super::{
    Command, CommandError, DeviceWork, FileKind, Lab, LabEvent, LabInfo, LinkPairs, LoadReport,
    Received, Scene, Session, Values, Workload, events::Event,
};
use crate::session::device::Device;

/// A session of any lab: what the window, the page, the command line and JavaScript drive.
pub trait AnySession: Any {
    /// The lab.
    fn info(&self) -> &'static LabInfo;
    /// Makes this the session of a link of the same lab.
    fn open_pairs(&mut self, pairs: &LinkPairs, label: &str) -> LoadReport;
    /// What is in no link and is to be kept while another lab is open.
    fn leave(&mut self) -> Box<dyn Any>;
    /// Takes what an earlier session of this lab has left; `another` names the change for undo where it is not its link that was opened.
    fn come_back(&mut self, left: Box<dyn Any>, another: Option<&str>);
    /// Asks for a change.
    ///
    /// # Errors
    /// When the command cannot be carried out; the session is as it was.
    fn dispatch(&mut self, command: Command) -> Result<(), CommandError>;
    /// Moves on; see [`Session::advance`].
    fn advance(&mut self, steps: usize, more: &mut dyn FnMut() -> bool) -> usize;
    /// Finishes everything under way, without letting time pass but for steps that were asked for.
    fn settle(&mut self);
    /// Lets `steps` steps pass and pauses there, with all else settled.
    fn run(&mut self, steps: usize);
    /// Takes the controls from the scene.
    fn release_control(&mut self);
    /// Computes on `device` from now on, or on the CPU again.
    fn set_device(&mut self, device: Option<Rc<dyn Device>>);
    /// Whether it computes on a device beside the CPU; its workers are no other device.
    fn has_device(&self) -> bool;
    /// Whether workers compute something at this moment, for it or for another session that has the same ones.
    fn has_others_at_work(&self) -> bool;
    /// The device that it computes on beside the thread that it is asked on: a GPU, or workers.
    fn device(&self) -> Option<Rc<dyn Device>>;
    /// Whether a device beside the CPU can compute the lab as it is set.
    fn suits_device(&self) -> bool;
    /// Gives the device up if something went wrong on it.
    fn check_device(&mut self);
    /// The reason why the device was given up, once.
    fn take_device_error(&mut self) -> Option<String>;
    /// Something to read.
    fn message(&mut self, text: String);
    /// Events since the last call.
    fn take_events(&mut self) -> Vec<ToldEvent>;
    /// Messages since the last link was read.
    fn messages(&self) -> &[String];
    /// The settings.
    fn values(&self) -> &Values;
    /// The size of what a device would compute.
    fn workload(&self) -> Option<Workload>;
    /// What a device would compute.
    fn device_work(&self) -> Option<DeviceWork>;
    /// The file that has to be brought before the lab can go on.
    fn wanted_file(&self) -> Option<&'static str>;
    /// Takes what has come of that file.
    ///
    /// # Errors
    /// When it cannot be used: one sentence.
    fn receive(&mut self, received: Received<'_>) -> Result<(), String>;
    /// Takes a file of the user's own, its name and its bytes, as one of the kinds that the lab reads.
    ///
    /// # Errors
    /// When it cannot be used: one sentence; the session is as it was.
    fn open_file(&mut self, kind: &'static FileKind, file: (&str, &[u8])) -> Result<(), String>;
    /// The state as a table for people.
    fn summary(&self) -> String;
    /// The state in numbers.
    fn report(&self) -> serde_json::Value;
    /// A table as CSV, by its name; the lab's first where that is empty.
    ///
    /// # Errors
    /// When the lab has no such table: one sentence.
    fn csv(&self, table: &str) -> Result<String, String>;
    /// Equal exactly when the state is (CPU path).
    fn state_hash(&self) -> u64;
    /// Equal exactly when everything shown is (CPU path); `None` while any of it is being computed.
    fn shown_hash(&self) -> Option<u64>;
    /// The link that brings this session back.
    fn link(&self) -> String;
    /// The scene, if one was opened.
    fn scene(&self) -> Option<&'static Scene>;
    /// The change that undo would take back.
    fn undoable(&self) -> Option<&str>;
    /// Whether there is something to redo.
    fn can_redo(&self) -> bool;
    /// Whether time passes.
    fn is_playing(&self) -> bool;
    /// Whether what is under way goes at its pace; a step that was asked for is taken at once.
    fn is_paced(&self) -> bool;
    /// Whether a scene's script is at the controls.
    fn is_scripted(&self) -> bool;
    /// Times the normal pace.
    fn speed(&self) -> f64;
    /// Steps since the link was read.
    fn tick(&self) -> u64;
    /// Whether something is still being computed.
    fn is_busy(&self) -> bool;
    /// Whether the next frame will differ from this one.
    fn is_live(&self) -> bool;
    /// The session, to be asked for its lab.
    fn as_any(&self) -> &dyn Any;
    /// The session, to be asked for its lab and changed.
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

/// An event as the outside hears of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ToldEvent {
    /// The event with its `type`, as JavaScript gets it.
    pub json: serde_json::Value,
    /// A sentence for a screen reader, if it deserves one.
    pub spoken: Option<String>,
    /// The text of a message, which is also shown.
    pub message: Option<String>,
}

impl<E: LabEvent> From<Event<E>> for ToldEvent {
    fn from(event: Event<E>) -> Self {
        Self {
            json: serde_json::to_value(&event).unwrap_or_default(),
            spoken: event.spoken(),
            message: match event {
                Event::Message { text } => Some(text),
                _ => None,
            },
        }
    }
}

impl<L: Lab> AnySession for Session<L> {
    fn info(&self) -> &'static LabInfo {
        L::info()
    }
    fn open_pairs(&mut self, pairs: &LinkPairs, label: &str) -> LoadReport {
        self.open_pairs(pairs, label)
    }
    fn leave(&mut self) -> Box<dyn Any> {
        self.leave()
    }
    fn come_back(&mut self, left: Box<dyn Any>, another: Option<&str>) {
        self.come_back(left, another);
    }
    fn dispatch(&mut self, command: Command) -> Result<(), CommandError> {
        self.dispatch(command)
    }
    fn advance(&mut self, steps: usize, more: &mut dyn FnMut() -> bool) -> usize {
        self.advance(steps, more)
    }
    fn settle(&mut self) {
        self.settle();
    }
    fn run(&mut self, steps: usize) {
        self.run(steps);
    }
    fn release_control(&mut self) {
        self.release_control();
    }
    fn set_device(&mut self, device: Option<Rc<dyn Device>>) {
        self.set_device(device);
    }
    fn has_device(&self) -> bool {
        let device = self.frame.device.get();
        device.is_some_and(|device| !device.is_exact())
    }
    fn has_others_at_work(&self) -> bool {
        let device = self.frame.device.get();
        device.is_some_and(|device| device.is_at_work())
    }
    fn device(&self) -> Option<Rc<dyn Device>> {
        self.frame.device.get().cloned()
    }
    fn suits_device(&self) -> bool {
        self.lab.suits_device()
    }
    fn check_device(&mut self) {
        self.check_device();
    }
    fn take_device_error(&mut self) -> Option<String> {
        self.frame.device.take_error()
    }
    fn message(&mut self, text: String) {
        self.frame.message(text);
    }
    fn take_events(&mut self) -> Vec<ToldEvent> {
        self.take_events().into_iter().map(Into::into).collect()
    }
    fn messages(&self) -> &[String] {
        self.messages()
    }
    fn values(&self) -> &Values {
        self.lab.values()
    }
    fn workload(&self) -> Option<Workload> {
        self.lab.workload()
    }
    fn device_work(&self) -> Option<DeviceWork> {
        self.lab.device_work()
    }
    fn wanted_file(&self) -> Option<&'static str> {
        self.lab.wanted_file()
    }
    fn receive(&mut self, received: Received<'_>) -> Result<(), String> {
        self.lab.receive(received, &mut self.frame)
    }
    fn open_file(&mut self, kind: &'static FileKind, file: (&str, &[u8])) -> Result<(), String> {
        self.lab.open_file(kind, file, &mut self.frame)
    }
    fn summary(&self) -> String {
        self.lab.summary(&self.frame)
    }
    fn report(&self) -> serde_json::Value {
        serde_json::to_value(self.report()).unwrap_or_default()
    }
    fn csv(&self, table: &str) -> Result<String, String> {
        self.csv(table)
    }
    fn state_hash(&self) -> u64 {
        self.state_hash()
    }
    fn shown_hash(&self) -> Option<u64> {
        self.shown_hash()
    }
    fn link(&self) -> String {
        self.link()
    }
    fn scene(&self) -> Option<&'static Scene> {
        self.frame.scene
    }
    fn undoable(&self) -> Option<&str> {
        self.undoable()
    }
    fn can_redo(&self) -> bool {
        self.can_redo()
    }
    fn is_playing(&self) -> bool {
        self.frame.clock.playing && !self.lab.waits()
    }
    fn is_paced(&self) -> bool {
        self.lab.is_paced(&self.frame)
    }
    fn is_scripted(&self) -> bool {
        self.frame.script.is_some()
    }
    fn speed(&self) -> f64 {
        self.frame.clock.speed
    }
    fn tick(&self) -> u64 {
        self.frame.clock.tick
    }
    fn is_busy(&self) -> bool {
        self.is_busy()
    }
    fn is_live(&self) -> bool {
        self.is_live()
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
