//! A device whose answers come late, and which can be lost: the CPU behind the traits of a GPU.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use super::{MazeLab, local::LocalTransformer};
use crate::{
    session::Session,
    session::device::{Device, DeviceNetwork, DeviceTransformer, Pending, PendingValue},
};
use chickadee_engine::models::{
    barcode::Wiring,
    transformer::{Answers, Mask, TokenGradients, TrainingExample, Transformer, Want},
};

/// The device; its answers are those of the CPU, two looks late.
#[derive(Default)]
struct Late {
    lost: Cell<bool>,
    asked: Rc<Cell<usize>>,
}

struct LateTransformer(LocalTransformer, Rc<Cell<usize>>);

struct LateAnswer<T>(RefCell<Pending<T>>, usize);

impl<T> PendingValue<T> for LateAnswer<T> {
    fn take(&mut self) -> Option<T> {
        self.1 = self.1.saturating_sub(1);
        (self.1 == 0).then(|| self.0.get_mut().take()).flatten()
    }
}

impl DeviceTransformer for LateTransformer {
    fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }
    fn append(&mut self, tokens: &[f32]) {
        self.0.append(tokens);
    }
    fn ask(
        &self,
        visible: &[usize],
        queries: &[f32],
        want: Want,
        masks: &[Mask],
    ) -> Pending<Answers> {
        self.1.set(self.1.get() + 1);
        let now = self.0.ask(visible, queries, want, masks);
        Box::new(LateAnswer(RefCell::new(now), 3))
    }
    fn token_gradients(
        &self,
        lesson: &TrainingExample,
        d_logits: &[f32],
    ) -> Option<Pending<TokenGradients>> {
        self.0.token_gradients(lesson, d_logits)
    }
}

impl Device for Late {
    fn error(&self) -> Option<String> {
        self.lost.get().then(|| "the device was lost".to_owned())
    }
    fn network(&self, _: u64, _: &Wiring) -> Rc<dyn DeviceNetwork> {
        panic!("the maze lab has no barcode network")
    }
    fn transformer(&self, transformer: &Transformer) -> Option<Box<dyn DeviceTransformer>> {
        let local = LocalTransformer::new(&transformer.clone().into());
        Some(Box::new(LateTransformer(local, Rc::clone(&self.asked))))
    }
    fn wait(&self) -> bool {
        true
    }
}

const LINK: &str = "lab=maze&seed=4&t=60&pattern=on&decode=on&compare=on";

fn open() -> Session<MazeLab> {
    let mut session = Session::from_link(LINK).unwrap();
    session.settle();
    session
}

#[test]
fn late_answers_give_the_same_in_the_end() {
    let mut here = open();
    let (late, mut there) = (Rc::new(Late::default()), open());
    there.set_device(Some(late.clone()));
    assert!(there.is_busy() && there.shown_hash().is_none());
    assert!(there.activity().insight.is_some(), "the last policy stays");
    there.settle();
    assert!(late.asked.get() > 0);
    assert_eq!(there.shown_hash(), here.shown_hash());
    for command in [
        "set:walker=model",
        "step:5",
        "home",
        "delete:3-9",
        "hide:goal@2",
        "restore:goal",
        "look:33",
        "ask:4",
        "attribute",
        "set:temp=1",
        "look:end",
        "undo",
        "set:head=rollout",
        "goal:3",
    ] {
        for session in [&mut here, &mut there] {
            session.dispatch(command.parse().unwrap()).unwrap();
            // Some answers are still out when the next command comes.
            if command != "look:33" {
                session.settle();
            } else {
                session.advance(0, &mut || false);
            }
            if command == "ask:4" {
                session.settle();
            }
        }
        assert_eq!(there.shown_hash(), here.shown_hash(), "{command}");
    }
}

#[test]
fn a_lost_device_costs_nothing_but_speed() {
    let here = open();
    let (late, mut there) = (Rc::new(Late::default()), open());
    there.set_device(Some(late.clone()));
    (0..4).for_each(|_| {
        there.advance(0, &mut || false);
    });
    late.lost.set(true);
    there.settle();
    assert!(there.frame().device.get().is_none());
    assert_eq!(there.messages().len(), 1, "{:?}", there.messages());
    assert_eq!(there.shown_hash(), here.shown_hash());
}
