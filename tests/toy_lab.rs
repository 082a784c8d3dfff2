//! A toy lab, from outside: a counter. What a lab costs, and proof that nothing but the registry knows the labs.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{fmt, rc::Rc};

use chickadee::session::device::Device;
use chickadee::session::{
    Command, CommandError, Derived, Effect, Event, FrameOf, Lab, LabEvent, LabInfo, LinkPairs,
    Progress, Scene, Session, Setting, Slot, Table, Values, Verb, Workbench, registry,
};
use serde::Serialize;

static SETTINGS: Table = Table {
    lab: "counter",
    rows: &[
        Setting::number(
            ("by", "Δ", "Step"),
            (1.0, 1.0, 9.0),
            Effect::Rebuild,
            "Counted at a time.",
        )
        .whole(),
        Setting::switch(("squares", "Squares"), false, Effect::View, "Adds squares."),
    ],
    default: |values, row| values.table().rows[row].default(),
    fit: |_| None,
};

static COUNTER: LabInfo = LabInfo {
    name: "counter",
    title: "Counter",
    about: "Counts.",
    paper: "No paper",
    settings: &SETTINGS,
    verbs: &[Verb::new("count:3", "counts so often")],
    events: Counted::NAMES,
    scenes: &[
        Scene {
            name: "three",
            title: "Three",
            look_for: "Three.",
            figure: "1",
            link: "lab=counter&n=3",
            script: &[],
            loops: false,
        },
        Scene {
            name: "up",
            title: "Up",
            look_for: "Up.",
            figure: "2",
            link: "lab=counter",
            script: &[(2, "count:2")],
            loops: true,
        },
    ],
    steps_per_second: 10.0,
    open: |pairs| Box::new(Session::<Counter>::from_pairs(pairs)),
    parse: |verb, argument| {
        Counter::parse(verb, argument).map(|read| read.map(|command| command.to_string()))
    },
};

/// The run: settings and a number.
#[derive(Clone, PartialEq)]
struct Run {
    values: Values,
    count: u64,
}

#[derive(Default)]
struct Counter {
    run: Option<Run>,
    sum: Slot<Run, Sum>,
}

struct Count(u64);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "count:{}", self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Counted {
    Counted { to: u64 },
}

impl LabEvent for Counted {
    const NAMES: &'static [&'static str] = &["counted"];

    fn spoken(&self) -> Option<String> {
        let Self::Counted { to } = self;
        Some(format!("{to}"))
    }
}

/// The sum of all numbers up to the count, or of their squares: one number a slice.
struct Sum {
    next: u64,
    sum: u64,
}

impl Derived<Run> for Sum {
    type Key = (u64, bool);

    fn key(run: &Run) -> Option<Self::Key> {
        Some((run.count, run.values.is_on(1)))
    }

    fn start(_: &Run, _: &Self::Key) -> Self {
        Self { next: 1, sum: 0 }
    }

    fn advance(&mut self, run: &Run) -> Progress {
        if self.next > run.count {
            return Progress::Idle;
        }
        let power = if run.values.is_on(1) { 2 } else { 1 };
        self.sum += self.next.pow(power);
        self.next += 1;
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        1.0
    }
}

impl Counter {
    fn run(&self) -> &Run {
        self.run.as_ref().unwrap()
    }

    fn run_mut(&mut self) -> &mut Run {
        self.run.as_mut().unwrap()
    }
}

impl Lab for Counter {
    type Command = Count;
    type Snapshot = Run;
    type Event = Counted;
    type Report = serde_json::Value;

    fn info() -> &'static LabInfo {
        &COUNTER
    }
    fn parse(verb: &str, argument: &str) -> Option<Result<Count, CommandError>> {
        let read = || argument.parse().map(Count);
        let refused = |_| CommandError::Refused("count expects a number".to_owned());
        (verb == "count").then(|| read().map_err(refused))
    }
    fn new() -> Self {
        let values = Values::new(&SETTINGS);
        Self {
            run: Some(Run { values, count: 0 }),
            ..Self::default()
        }
    }
    fn load(&mut self, pairs: &LinkPairs, frame: &mut FrameOf<Self>) {
        *self = Self::new();
        for (key, value) in &pairs.pairs {
            match key.as_str() {
                "lab" | "scene" => {}
                "n" => self.run_mut().count = value.parse().unwrap_or(0),
                _ => match self.run_mut().values.set_text(key, value) {
                    Ok(note) => note
                        .into_iter()
                        .for_each(|note| frame.message(note.to_string())),
                    Err(error) => frame.message(error.to_string()),
                },
            }
        }
    }
    fn link(&self, _: &FrameOf<Self>) -> String {
        let Run { values, count } = self.run();
        format!(
            "lab=counter&by={}&squares={}&n={count}",
            values.text(0),
            values.text(1)
        )
    }
    fn values(&self) -> &Values {
        &self.run().values
    }
    fn apply(
        &mut self,
        Count(times): Count,
        frame: &mut FrameOf<Self>,
    ) -> Result<(), CommandError> {
        frame.remember("count", || self.snapshot());
        let by = self.run().values.get(0) as u64;
        self.run_mut().count += times * by;
        frame.emit(Counted::Counted {
            to: self.run().count,
        });
        Ok(())
    }
    fn set(
        &mut self,
        key: &str,
        value: &str,
        frame: &mut FrameOf<Self>,
    ) -> Result<(), CommandError> {
        let before = self.snapshot();
        self.run_mut().values.set_text(key, value)?;
        frame.remember_once(&format!("set {key}"), || before);
        Ok(())
    }
    fn reset(&mut self, _: &mut FrameOf<Self>) {
        self.run_mut().count = 0;
    }
    fn snapshot(&self) -> Run {
        self.run().clone()
    }
    fn restore(&mut self, snapshot: Run, _: &mut FrameOf<Self>) {
        self.run = Some(snapshot);
    }
    fn slice(&mut self, left: &mut usize, frame: &mut FrameOf<Self>) -> Progress {
        let run = self.run.clone().unwrap();
        if let Some(progress) = self.sum.work(&run).unless_idle() {
            return progress;
        }
        if frame.clock.may_step(*left) && (frame.script.is_some() || frame.clock.pending > 0) {
            frame.clock.step(left);
            frame.rest_in_script();
            return Progress::Worked;
        }
        Progress::Idle
    }
    fn device_changed(&mut self, _: Option<Rc<dyn Device>>) {}
    fn is_busy(&self, _: &FrameOf<Self>) -> bool {
        !self.sum.is_settled(self.run())
    }
    fn report(&self, frame: &FrameOf<Self>) -> serde_json::Value {
        let sum = self.sum.current(self.run()).map(|sum| sum.sum);
        serde_json::json!({"lab": "counter", "n": self.run().count, "sum": sum, "link": self.link(frame), "messages": frame.messages()})
    }
    fn csv(&self, _: &FrameOf<Self>) -> String {
        format!("n\n{}\n", self.run().count)
    }
    fn state_hash(&self) -> u64 {
        self.run().count
    }
    fn shown_hash(&self, frame: &FrameOf<Self>) -> Option<u64> {
        (!self.is_busy(frame)).then(|| self.sum.get().map_or(0, |sum| sum.sum))
    }
}

fn open(link: &str) -> Workbench {
    registry::register(&COUNTER);
    let mut bench = Workbench::from_link(link).unwrap();
    bench.settle();
    bench
}

#[test]
fn commands_undo_links_and_replay_come_from_the_session() {
    let mut bench = open("lab=counter&by=3&squares=maybe&colour=red");
    assert_eq!(bench.messages().len(), 2, "{:?}", bench.messages());
    bench.dispatch("count:2".parse().unwrap()).unwrap();
    bench.settle();
    assert_eq!((bench.state_hash(), bench.shown_hash()), (6, Some(21)));
    assert_eq!(
        bench.take_events().last().unwrap().json,
        serde_json::json!({"type": "counted", "to": 6})
    );
    bench.dispatch("set:squares=on".parse().unwrap()).unwrap();
    assert_eq!(
        bench.shown_hash(),
        None,
        "what was derived is computed again"
    );
    bench.settle();
    assert_eq!(bench.shown_hash(), Some(91));
    assert_eq!(open(&bench.link()).shown_hash(), Some(91));
    for (command, hash) in [
        ("undo", 6),
        ("undo", 0),
        ("redo", 6),
        ("reset", 0),
        ("undo", 6),
    ] {
        bench.dispatch(command.parse().unwrap()).unwrap();
        bench.settle();
        assert_eq!(bench.state_hash(), hash, "{command}");
    }
    assert!("count:x".parse::<Command>().is_err());
    let event: Event<Counted> = Event::Lab(Counted::Counted { to: 1 });
    assert_eq!(event.spoken().as_deref(), Some("1"));
}

#[test]
fn scenes_play_by_themselves() {
    assert_eq!(open("three").report()["sum"], 6);
    let mut bench = open("up");
    bench.run(5);
    assert_eq!((bench.state_hash(), bench.tick()), (4, 5));
    assert!(bench.is_scripted());
}
