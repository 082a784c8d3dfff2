//! A toy lab, from outside: a tally, and the sum of all numbers up to it. This file is all that a lab costs.

use chickadee::{app::views::*, app::widgets::*, session::*};
use eframe::egui::Ui;
use serde_json::{Value, json};

/// The run: settings, and the tally.
type Run = (Values, u64);

static SETTINGS: Table = Table {
    lab: "tally",
    rows: &[
        Setting::number(("by", "", || "By"), (1.0, 1.0, 9.0), Effect::Live, || ""),
        Setting::switch(("squares", || "Squares"), false, Effect::View, || ""),
    ],
    default: |values, row| values.table().rows[row].default(),
    fit: |_| None,
};

const THREE: Scene = Scene {
    name: "three",
    title: || "Three",
    look_for: || "Three strokes.",
    figure: || "",
    link: "lab=tally&n=3",
    script: &[],
    loops: true,
};

pub static TALLY: LabInfo = LabInfo {
    name: "tally",
    title: || "Tally",
    hint: || "Counts strokes",
    settings: &SETTINGS,
    verbs: &[Verb::new("stroke", "adds to the tally")],
    events: &[EventInfo {
        name: "stroke",
        help: "The tally is `to`.",
    }],
    files: &[],
    scenes: &[
        THREE,
        Scene {
            name: "up",
            link: "lab=tally",
            script: &[(2, "stroke")],
            ..THREE
        },
    ],
    steps_per_second: 1000.0,
    moves: true,
    open: open::<Tally>,
    parse: parse::<Tally>,
};

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(tag = "type", rename = "stroke")]
pub struct Stroke {
    to: u64,
}

impl LabEvent for Stroke {
    fn spoken(&self) -> Option<String> {
        Some(self.to.to_string())
    }
}

/// The next number, and the sum of those before or of their squares.
struct Sum(u64, u64);

impl Derived<Run> for Sum {
    type Key = (u64, bool);
    fn key((values, n): &Run) -> Option<Self::Key> {
        Some((*n, values.is_on(1)))
    }
    fn start(_: &Run, _: &Self::Key) -> Self {
        Self(1, 0)
    }
    fn advance(&mut self, (values, n): &Run) -> Progress {
        let Self(next, sum) = *self;
        if next <= *n {
            *self = Self(next + 1, sum + next.pow(1 + values.count(1) as u32));
        }
        Progress::of(next <= *n)
    }
    fn fraction(&self) -> f64 {
        1.0
    }
}

pub struct Tally {
    run: Run,
    sum: Slot<Run, Sum>,
}

impl Lab for Tally {
    type Command = &'static str;
    type Snapshot = Run;
    type Event = Stroke;
    type Report = Value;
    fn info() -> &'static LabInfo {
        &TALLY
    }
    fn parse(verb: &str, _: &str) -> Option<Result<&'static str, CommandError>> {
        (verb == "stroke").then_some(Ok("stroke"))
    }
    fn new() -> Self {
        let (run, sum) = ((Values::new(&SETTINGS), 0), Slot::default());
        Self { run, sum }
    }
    fn load(&mut self, link: &LinkPairs, frame: &mut FrameOf<Self>) {
        self.run = Self::new().run;
        let (values, n) = &mut self.run;
        let mut read = |text: &str| text.parse().map(|found| *n = found).is_ok();
        for text in values.read_link(link, |key, text| key == "n" && read(text)) {
            frame.message(text);
        }
    }
    fn link(&self, _: &FrameOf<Self>) -> String {
        format!("lab=tally{}&n={}", self.run.0.link(), self.run.1)
    }
    fn values(&self) -> &Values {
        &self.run.0
    }
    fn apply(&mut self, _: &'static str, frame: &mut FrameOf<Self>) -> Result<(), CommandError> {
        frame.remember("stroke", || self.snapshot());
        self.run.1 += self.run.0.get(0) as u64;
        frame.emit(Stroke { to: self.run.1 });
        Ok(())
    }
    fn set(&mut self, key: &str, to: &str, frame: &mut FrameOf<Self>) -> Result<(), CommandError> {
        let before = self.snapshot();
        if let Some(note) = self.run.0.set_text(key, to)? {
            frame.message(note.to_string());
        }
        frame.remember_once(&format!("set {key}"), || before);
        Ok(())
    }
    fn reset(&mut self, _: &mut FrameOf<Self>) {
        self.run.1 = 0;
    }
    fn snapshot(&self) -> Run {
        self.run.clone()
    }
    fn restore(&mut self, run: Run, _: &mut FrameOf<Self>) {
        self.run = run;
    }
    fn slice(&mut self, left: &mut usize, frame: &mut FrameOf<Self>) -> Progress {
        let progress = self.sum.work(&self.run);
        if progress != Progress::Idle || !frame.clock.may_step(*left) {
            return progress;
        }
        frame.clock.step(left);
        frame.rest_in_script();
        Progress::Worked
    }
    fn is_busy(&self, frame: &FrameOf<Self>) -> bool {
        frame.clock.pending > 0 || !self.sum.is_settled(&self.run)
    }
    fn report(&self, frame: &FrameOf<Self>) -> Value {
        let sum = self.sum.ready(&self.run).map(|sum| sum.1);
        json!({"lab": "tally", "n": self.run.1, "sum": sum, "link": self.link(frame)})
    }
    fn state_hash(&self) -> u64 {
        self.run.1
    }
}

struct Strokes;

impl Panel for Strokes {
    fn heading(&self) -> &Heading {
        &Heading {
            id: "strokes",
            title: || "Strokes",
            hint: || "",
        }
    }
    fn ui(&self, ui: &mut Ui, shell: &mut Shell<'_>, _: &mut States) {
        let report = shell.lab().report();
        ui.label(format!("{} strokes, {}", report["n"], report["sum"]));
        for (name, command) in [("stroke", "stroke"), ("by", "set:by=4")] {
            if button(ui, shell, name, (name, "")) {
                shell.send(command.parse::<Command>().unwrap());
            }
        }
        let squares = shell.lab().values().get(1);
        setting(ui, shell, &SETTINGS.rows[1], squares);
    }
}

pub static VIEW: LabView = LabView {
    lab: &TALLY,
    panels: &[&Strokes],
    wide: |_| &Layout::Panel("strokes"),
    narrow: |_| &Layout::Panel("strokes"),
    controls: &[Control {
        name: "stroke",
        of: &["strokes"],
    }],
    ..LabView::EMPTY
};
