use std::{any::Any, collections::BTreeMap, rc::Rc};

use chickadee_engine::base::StateHash;
use chickadee_figures::Recomputation;

use super::{
    Aside, Command, Figures, FiguresEvent, Report, SCENES, TABLE,
    interface::{EVENTS, VERBS},
    run::Run,
};
use crate::{
    session::{
        self, CommandError, FrameOf, Lab, LabInfo, LinkPairs, Progress, Values, device::Device,
        shortened,
    },
    texts,
};

/// The lab, for the registry.
pub static INFO: LabInfo = LabInfo {
    name: "figures",
    title: texts::figures::figures,
    hint: texts::figures::hint,
    settings: &TABLE,
    verbs: VERBS,
    events: EVENTS,
    files: &[],
    scenes: &SCENES,
    steps_per_second: 60.0,
    moves: false,
    open: session::open::<Figures>,
    parse: session::parse::<Figures>,
};

/// The key of a link that says how much is asked for, and its word for everything.
const RUN: &str = "run";
const WHOLE: &str = "on";

impl Lab for Figures {
    type Command = Command;
    type Snapshot = Run;
    type Event = FiguresEvent;
    type Report = Report;

    fn info() -> &'static LabInfo {
        &INFO
    }

    fn parse(verb: &str, _: &str) -> Option<Result<Command, CommandError>> {
        Command::parse(verb)
    }

    fn new() -> Self {
        let run = Run::new();
        let recomputation = Recomputation::new(run.figure(), run.settings());
        let mut lab = Self {
            run: run.clone(),
            kept: BTreeMap::new(),
            work: None,
            aside: Aside::default(),
            recomputation,
            lines: Vec::new(),
            drawing: None,
            fresh: 0,
            drawn: 0,
            told: true,
        };
        lab.become_run(run);
        lab
    }

    fn load(&mut self, pairs: &LinkPairs, frame: &mut FrameOf<Self>) {
        let mut run = Run::new();
        let (mut asked, mut wrong) = (0, None);
        let own = |key: &str, value: &str| {
            if key != RUN {
                return false;
            }
            match value.trim() {
                WHOLE => asked = usize::MAX,
                "off" => asked = 0,
                text => match text.parse() {
                    Ok(pieces) => asked = pieces,
                    Err(_) => wrong = Some(shortened(text)),
                },
            }
            true
        };
        let messages = run.values.read_link(pairs, own);
        run.ask(asked);
        let wrong = wrong.map(|value| texts::figures::WrongRun { value }.to_string());
        for message in messages.into_iter().chain(wrong) {
            frame.message(message);
        }
        self.become_run(run);
        frame.clock.playing = false;
    }

    fn link(&self, _: &FrameOf<Self>) -> String {
        let id = self.run.figure().id;
        let changed = self.run.values.link();
        // Which figure is the first may change: it is always said, and first.
        let rest = changed.replacen(&format!("&figure={id}"), "", 1);
        let run = match self.run.asked() {
            0 => String::new(),
            _ if self.run.is_whole() => format!("&{RUN}={WHOLE}"),
            pieces => format!("&{RUN}={pieces}"),
        };
        format!("lab=figures&figure={id}{rest}{run}")
    }

    fn values(&self) -> &Values {
        &self.run.values
    }

    fn apply(&mut self, command: Command, frame: &mut FrameOf<Self>) -> Result<(), CommandError> {
        let (label, pieces) = match command {
            Command::Recompute => (texts::figures::undo_recompute(), usize::MAX),
            Command::Stop => (texts::figures::undo_stop(), self.done()),
        };
        let mut run = self.run.clone();
        run.ask(pieces);
        if run != self.run {
            frame.remember(label, || self.run.clone());
            self.become_run(run);
        }
        Ok(())
    }

    fn set(
        &mut self,
        key: &str,
        value: &str,
        frame: &mut FrameOf<Self>,
    ) -> Result<(), CommandError> {
        let mut run = self.run.clone();
        if let Some(note) = run.values.set_text(key, value)? {
            frame.message(note.to_string());
        }
        if run == self.run {
            return Ok(());
        }
        let label = texts::figures::UndoSet { key }.to_string();
        frame.remember_once(&label, || self.run.clone());
        // What is there is shown; nothing more is computed before it is asked for.
        run.ask(self.kept.get(&run.protocol()).map_or(0, Vec::len));
        self.become_run(run);
        Ok(())
    }

    fn reset(&mut self, _: &mut FrameOf<Self>) {
        let mut run = self.run.clone();
        run.ask(0);
        self.become_run(run);
    }

    fn snapshot(&self) -> Run {
        self.run.clone()
    }

    fn restore(&mut self, run: Run, _: &mut FrameOf<Self>) {
        self.become_run(run);
    }

    fn slice(&mut self, left: &mut usize, frame: &mut FrameOf<Self>) -> Progress {
        // Other cores are kept at work first; here a line is drawn before the next piece.
        let device = frame.device.get().map(Rc::as_ref);
        let waits = self.compute_aside(device);
        if self.draw_line() {
            return Progress::Worked;
        }
        if waits {
            return Progress::Waits;
        }
        if self.is_running() {
            self.compute_here();
            return Progress::Worked;
        }
        if !std::mem::replace(&mut self.told, true) {
            let (settings, verdicts) = (self.settings(), self.verdicts());
            frame.emit(FiguresEvent::Recomputed {
                figure: self.figure().id,
                seeds: settings.seeds,
                units: settings.units,
                agree: verdicts.agree(),
                values: verdicts.compared(),
            });
        }
        // Time has nothing to do here but to pass.
        if frame.clock.may_step(*left) && frame.clock.pending > 0 {
            frame.clock.step(left);
            return Progress::Worked;
        }
        Progress::Idle
    }

    fn leave(&mut self) -> Option<Box<dyn Any>> {
        Some(Box::new(std::mem::take(&mut self.kept)))
    }

    fn come_back(&mut self, left: Box<dyn Any>, _: &mut FrameOf<Self>) {
        if let Ok(kept) = left.downcast() {
            self.kept = *kept;
            // Whoever asked for them is told as ever when all are there.
            let told = self.told;
            self.become_run(self.run.clone());
            self.told = told;
        }
    }

    fn device_changed(&mut self, _: Option<Rc<dyn Device>>) {
        // Nobody answers what the last one was asked.
        self.aside.out.clear();
    }

    fn suits_device(&self) -> bool {
        false
    }

    fn is_busy(&self, frame: &FrameOf<Self>) -> bool {
        self.is_running() || self.fresh < self.lines.len() || frame.clock.pending > 0
    }

    fn report(&self, frame: &FrameOf<Self>) -> Report {
        self.report_of(frame)
    }

    fn tables() -> &'static [&'static str] {
        &Self::TABLES
    }

    fn csv(&self, table: &str, frame: &FrameOf<Self>) -> String {
        self.table(table, frame)
    }

    fn state_hash(&self) -> u64 {
        let settings = self.settings();
        let mut hash = StateHash::default();
        hash.text(self.figure().id)
            .integer(settings.seeds as u64)
            .integer(settings.units as u64)
            .integer(u64::from(settings.as_published))
            .integer(self.run.asked() as u64);
        for piece in 0..self.done() {
            for sample in self.recomputation.piece(piece).unwrap_or_default() {
                hash.integer(sample.series as u64)
                    .number(sample.x)
                    .number(sample.value);
            }
        }
        hash.finish()
    }
}
