//! The caching lab on a device beside the CPU, here one that computes on the CPU and answers late: the same memories and readouts,
//! and a device that fails in the middle costs nothing.

use std::{cell::Cell, rc::Rc};

use chickadee::session::{
    AnySession, DeviceWork, Event,
    device::{Device, DeviceNetwork, DeviceRun, DeviceTransformer},
};
use chickadee_engine::{
    base::Matrix,
    models::{
        barcode::{Memory, Parameters, Phase, Run, Wiring},
        transformer::Transformer,
    },
};

use super::Session;

/// A device that fails after so many answers.
struct LateDevice {
    answers: Rc<Cell<usize>>,
}

struct Network {
    wiring: Wiring,
    answers: Rc<Cell<usize>>,
}

/// Everything is computed at once, and comes with the third question.
struct Late {
    values: Vec<f32>,
    asked: usize,
    answers: Rc<Cell<usize>>,
}

impl Device for LateDevice {
    fn error(&self) -> Option<String> {
        (self.answers.get() == 0).then(|| "the device is gone".to_owned())
    }
    fn network(&self, _: u64, wiring: &Wiring) -> Rc<dyn DeviceNetwork> {
        Rc::new(Network {
            wiring: wiring.clone(),
            answers: self.answers.clone(),
        })
    }
    fn transformer(&self, _: &Transformer) -> Option<Box<dyn DeviceTransformer>> {
        None
    }
    fn wait(&self) -> bool {
        true
    }
}

impl DeviceNetwork for Network {
    fn run(
        &self,
        phase: Phase,
        places: &[usize],
        drive: &Matrix,
        parameters: &Parameters,
        memories: &[Memory],
        steps: bool,
    ) -> Box<dyn DeviceRun> {
        let mut run = Run::new(phase, places.to_vec(), self.wiring.units());
        let mut values = Vec::new();
        while !run.is_over() {
            run.advance(&self.wiring, parameters, memories, drive);
            if steps || run.is_over() {
                values.extend_from_slice(run.activity().values());
            }
        }
        Box::new(Late {
            values,
            asked: 0,
            answers: self.answers.clone(),
        })
    }
}

impl DeviceRun for Late {
    fn take(&mut self) -> Vec<f32> {
        self.asked += 1;
        if self.asked < 3 || self.answers.get() == 0 {
            return Vec::new();
        }
        self.answers.set(self.answers.get() - 1);
        std::mem::take(&mut self.values)
    }
}

const LINK: &str = "lab=caching&units=300&places=40&seed=2&gain=1&search=0.3&log=c8;c25;w0=0.7;c12&at=25&doing=check";
const COMMANDS: [&str; 5] = ["fly:30", "cache", "undo", "set:eta=45", "check"];

/// The lab of the link and after each command, on a device that gives so many answers.
fn live(answers: Option<usize>) -> Session {
    let mut session = Session::from_link(LINK).unwrap();
    if let Some(answers) = answers {
        session.set_device(Some(Rc::new(LateDevice {
            answers: Rc::new(Cell::new(answers)),
        })));
    }
    session.settle();
    for command in COMMANDS {
        session.dispatch(command.parse().unwrap()).unwrap();
        session.settle();
    }
    session
}

fn assert_alike(there: &Session, here: &Session, what: &str) {
    let (there, here) = (there.lab().activity(), here.lab().activity());
    assert_eq!(there.memories, here.memories, "{what}");
    let episode = |of: Option<&chickadee::labs::caching::Episode>| {
        of.map(|episode| (episode.kind, episode.step(), episode.activity().to_vec()))
    };
    assert_eq!(episode(there.episode), episode(here.episode), "{what}");
    let (a, b) = (there.recall.unwrap(), here.recall.unwrap());
    assert!(
        a.is_done() && a.curve.seed_raw == b.curve.seed_raw,
        "{what}"
    );
    assert_eq!(a.curve.peak, b.curve.peak, "{what}");
    assert!(
        there.tuning.unwrap().activity == here.tuning.unwrap().activity,
        "{what}"
    );
    assert_eq!(there.verdict, here.verdict, "{what}");
    assert!(there.verdict.is_some(), "{what}");
}

#[test]
fn a_device_gives_the_same_memories_and_readouts() {
    let (here, mut there) = (live(None), live(Some(1000)));
    assert!(there.frame().device.get().is_some());
    assert_alike(&there, &here, "on a device");
    assert_eq!(there.link(), here.link());
    assert_eq!(there.messages(), &[] as &[String]);
    // Predictive weights are the CPU's alone.
    let work = AnySession::device_work(&there);
    assert!(
        matches!(
            work,
            Some(DeviceWork::Network {
                on_device: Some(_),
                ..
            })
        ),
        "the weights are there"
    );
    there.dispatch("set:skew=1".parse().unwrap()).unwrap();
    assert!(!AnySession::suits_device(&there));
    there.settle();
    assert!(!there.is_busy());
}

#[test]
fn a_device_that_fails_costs_nothing() {
    let here = live(None);
    for answers in 0..24 {
        let mut there = live(Some(answers));
        let what = format!("after {answers} answers");
        assert_alike(&there, &here, &what);
        assert_eq!(there.link(), here.link(), "{what}");
        if there.frame().device.get().is_none() {
            assert_eq!(there.messages().len(), 1, "{what}");
            let events = there.take_events();
            let degraded = |event: &&Event<_>| matches!(event, Event::Degraded { .. });
            assert_eq!(events.iter().filter(degraded).count(), 1, "{what}");
        }
    }
    assert!(live(Some(3)).frame().device.get().is_none(), "it did fail");
}
