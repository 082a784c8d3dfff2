use std::{any::Any, rc::Rc};

use super::{
    Command, MazeEvent, MazeLab, Report, SCENES, Settings, Snapshot, TABLE, interface, run::Run,
};
use crate::{
    session::{
        self, CommandError, DeviceWork, FileKind, FrameOf, Lab, LabInfo, LinkPairs, Progress,
        Received, Session, Slot, Transport, Values, Workload, device::Device,
    },
    texts,
};
use chickadee_engine::worlds::maze::CustomMaze;

/// The maze lab, as the registry has it.
pub static INFO: LabInfo = LabInfo {
    name: "maze",
    title: texts::maze::maze,
    hint: texts::maze::hint,
    settings: &TABLE,
    verbs: interface::VERBS,
    events: interface::EVENTS,
    files: &[
        FileKind {
            what: texts::maze::a_checkpoint,
            endings: &["safetensors"],
            named: &[
                "ckpt", "pt", "pth", "bin", "pkl", "pickle", "gguf", "h5", "npz",
            ],
        },
        FileKind {
            what: texts::maze::a_maze,
            endings: &["txt", "json"],
            named: &[],
        },
    ],
    scenes: &SCENES,
    steps_per_second: 20.0,
    moves: true,
    open: session::open::<MazeLab>,
    parse: session::parse::<MazeLab>,
};

impl Lab for MazeLab {
    type Command = Command;
    type Snapshot = Snapshot;
    type Event = MazeEvent;
    type Report = Report;

    fn info() -> &'static LabInfo {
        &INFO
    }

    fn parse(verb: &str, argument: &str) -> Option<Result<Command, CommandError>> {
        Command::parse(verb, argument)
    }

    fn new() -> Self {
        let settings = Settings::default();
        #[expect(clippy::expect_used, reason = "a 5 × 5 grid with default senses")]
        let run = Run::new(&settings, None).expect("the default task exists");
        Self {
            settings,
            run,
            look: None,
            query: None,
            scene: None,
            requested: None,
            homing: 0,
            queue: std::collections::VecDeque::new(),
            models: super::Models::default(),
            expected_model: None,
            told: None,
            device: None,
            devices: 0,
            encoder: Slot::default(),
            output: Slot::default(),
            decision: Slot::default(),
            beside: super::Beside::default(),
        }
    }

    fn load(&mut self, pairs: &LinkPairs, frame: &mut FrameOf<Self>) {
        self.scene = pairs.scene;
        self.read_link(pairs, frame);
    }

    fn link(&self, _: &FrameOf<Self>) -> String {
        self.write_link()
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
        self.halt(frame);
    }

    fn on_transport(&mut self, transport: Transport, frame: &mut FrameOf<Self>) {
        match transport {
            Transport::Play => self.look = None,
            Transport::Pause => self.homing = 0,
            Transport::Step(_) => {
                frame.remember(texts::maze::undo_step(), || self.snapshot());
                self.look = None;
            }
        }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            settings: self.settings.clone(),
            run: Rc::new(self.run.clone()),
            look: self.look,
            query: self.query,
            scene: self.scene,
            own: self.models.own().cloned(),
            expected_model: self.expected_model,
        }
    }

    fn restore(&mut self, snapshot: Snapshot, frame: &mut FrameOf<Self>) {
        self.settings = snapshot.settings;
        self.run = Rc::unwrap_or_clone(snapshot.run);
        (self.look, self.query) = (snapshot.look, snapshot.query);
        self.models.put_own(snapshot.own);
        self.expected_model = snapshot.expected_model;
        self.scene = snapshot.scene;
        frame.scene = snapshot.scene;
        frame.clock.playing = false;
        self.halt(frame);
    }

    fn slice(&mut self, left: &mut usize, frame: &mut FrameOf<Self>) -> Progress {
        self.work(left, frame)
    }

    fn device_changed(&mut self, device: Option<Rc<dyn Device>>) {
        // What an exact device has computed, the CPU goes on with, and the other way round.
        let is_other = |device: &Option<Rc<dyn Device>>| {
            device.as_ref().is_some_and(|device| !device.is_exact())
        };
        self.devices += u64::from(is_other(&device) || is_other(&self.device));
        self.device = device;
        let device = self.device.as_deref();
        let super::Beside {
            pattern,
            attribution,
            curve,
            comparison,
            dqn,
            ..
        } = &mut self.beside;
        if let Some(encoder) = self.encoder.get_mut() {
            encoder.use_helpers(device);
        }
        if let Some(pattern) = pattern.get_mut() {
            pattern.ask_again();
        }
        if let Some(attribution) = attribution.get_mut() {
            attribution.ask_again();
        }
        if let Some(curve) = curve.get_mut() {
            curve.ask_again();
        }
        if let Some(comparison) = comparison.get_mut() {
            comparison.use_helpers(device);
        }
        if let Some(dqn) = dqn.get_mut() {
            dqn.ask_again();
        }
    }

    fn workload(&self) -> Option<Workload> {
        Some(Workload::transformer(
            &*self.transformer()?,
            self.run.memories.len(),
            self.run.task.maze.states(),
        ))
    }

    fn device_work(&self) -> Option<DeviceWork> {
        Some(DeviceWork::Transformer {
            transformer: self.transformer()?,
            queries: self.run.task.ask_everywhere(),
        })
    }

    fn wanted_file(&self) -> Option<&'static str> {
        let wanted = self.wanted()?;
        (!self.models.is_unavailable(wanted)).then_some(wanted.name)
    }

    fn receive(&mut self, received: Received<'_>, frame: &mut FrameOf<Self>) -> Result<(), String> {
        self.receive_wanted(received, frame)
    }

    fn open_file(
        &mut self,
        kind: &'static FileKind,
        (name, bytes): (&str, &[u8]),
        frame: &mut FrameOf<Self>,
    ) -> Result<(), String> {
        if std::ptr::eq(kind, &INFO.files[0]) {
            return self.open_model(name, bytes, frame);
        }
        let text = CustomMaze::text(bytes).map_err(|error| format!("{name}: {error}"))?;
        self.apply(Command::Draw(text), frame)
            .map_err(|error| format!("{name}: {error}"))?;
        frame.script = None;
        Ok(())
    }

    fn leave(&mut self) -> Option<Box<dyn Any>> {
        Some(Box::new(self.models.take_own()?))
    }

    fn come_back(&mut self, left: Box<dyn Any>, frame: &mut FrameOf<Self>) {
        if let Ok(model) = left.downcast() {
            self.come_back_to(*model, frame);
        }
    }

    fn is_busy(&self, frame: &FrameOf<Self>) -> bool {
        self.is_computing(frame)
    }

    fn is_live(&self, frame: &FrameOf<Self>) -> bool {
        // A page brings it; what is part of the program is read by the next slice of work.
        let waits = self.wanted().is_some_and(|wanted| wanted.bytes().is_none());
        let moves = frame.script.is_some() || !self.is_over();
        (!waits && self.is_computing(frame)) || (frame.clock.playing && moves)
    }

    /// Also on the user's way to a state, and on the transformer's way home.
    fn is_paced(&self, frame: &FrameOf<Self>) -> bool {
        frame.clock.playing || self.homing > 0 || !self.queue.is_empty()
    }

    /// Ways that were begun are steps that were asked for.
    fn settle(session: &mut Session<Self>) {
        let clock = &mut session.parts_mut().1.clock;
        let playing = std::mem::replace(&mut clock.playing, false);
        session.advance(usize::MAX, &mut || true);
        session.parts_mut().1.clock.playing = playing;
    }

    fn report(&self, frame: &FrameOf<Self>) -> Report {
        self.report_of(frame)
    }

    fn summary(&self, frame: &FrameOf<Self>) -> String {
        self.report_of(frame).summary()
    }

    fn tables() -> &'static [&'static str] {
        &Self::TABLES
    }

    fn csv(&self, table: &str, frame: &FrameOf<Self>) -> String {
        self.write_csv(table, frame)
    }

    fn state_hash(&self) -> u64 {
        self.hash_state()
    }

    fn shown_hash(&self, frame: &FrameOf<Self>) -> Option<u64> {
        self.hash_shown(frame)
    }
}
