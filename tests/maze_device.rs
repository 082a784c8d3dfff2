//! The maze lab on a device beside the CPU, here one that computes on the CPU and answers late: the same policy, representations and
//! readouts, and a device that fails in the middle costs nothing.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{cell::Cell, rc::Rc, sync::Arc};

use chickadee::{
    core::{Event, Session},
    labs::maze::MazeLab,
    session::processor::{FarNetwork, FarTransformer, Later, Processor},
};
use chickadee_engine::{
    base::Matrix,
    models::{
        barcode::Wiring,
        transformer::{
            Answers, Backward, Context, Lesson, Mask, Slopes, Transformer, Want, Workspace,
        },
    },
};

/// Fails after so many answers.
struct Device {
    transformer: Arc<Transformer>,
    answers: Rc<Cell<usize>>,
}

struct Remote {
    transformer: Arc<Transformer>,
    tokens: Vec<f32>,
    answers: Rc<Cell<usize>>,
}

/// Everything is computed at once, and comes when it is asked for the third time.
struct Late<T> {
    value: Option<T>,
    asked: usize,
    answers: Rc<Cell<usize>>,
}

impl Processor for Device {
    fn trouble(&self) -> Option<String> {
        (self.answers.get() == 0).then(|| "the device is gone".to_owned())
    }
    fn network(&self, _: u64, _: &Wiring) -> Rc<dyn FarNetwork> {
        panic!("the maze lab has no barcode network")
    }
    fn transformer(&self, _: &Transformer) -> Box<dyn FarTransformer> {
        Box::new(Remote {
            transformer: Arc::clone(&self.transformer),
            tokens: Vec::new(),
            answers: Rc::clone(&self.answers),
        })
    }
    fn wait(&self) -> bool {
        true
    }
}

impl Remote {
    fn late<T: 'static>(&self, value: T) -> Box<dyn Later<T>> {
        Box::new(Late {
            value: Some(value),
            asked: 0,
            answers: Rc::clone(&self.answers),
        })
    }

    fn asked(&self, tokens: &[f32], visible: &[usize], queries: &[f32], want: Want) -> Answers {
        self.asked_behind(tokens, visible, queries, want, &[])
    }

    fn asked_behind(
        &self,
        tokens: &[f32],
        visible: &[usize],
        queries: &[f32],
        want: Want,
        masks: &[Mask],
    ) -> Answers {
        let transformer = &self.transformer;
        let mut context = Context::new(transformer.shape());
        context.append(transformer, tokens);
        for (layer, mask) in masks.iter().enumerate() {
            context.set_mask(transformer, layer, mask.clone());
        }
        transformer.ask_each(&context, visible, queries, want)
    }
}

impl FarTransformer for Remote {
    fn truncate(&mut self, length: usize) {
        let width = self.transformer.shape().token();
        self.tokens.truncate(length * width);
    }
    fn append(&mut self, tokens: &[f32]) {
        self.tokens.extend_from_slice(tokens);
    }
    fn ask(
        &self,
        visible: &[usize],
        queries: &[f32],
        want: Want,
        masks: &[Mask],
    ) -> Box<dyn Later<Answers>> {
        self.late(self.asked_behind(&self.tokens, visible, queries, want, masks))
    }
    fn slopes(&self, lesson: &Lesson, d_logits: &[f32]) -> Option<Box<dyn Later<Slopes>>> {
        let (visible, queries) = (&lesson.visible, &lesson.queries);
        let answers = self.asked(&lesson.context, visible, queries, Want::default());
        let backward = Backward::new(&self.transformer);
        let mut work = Workspace::default();
        backward.forward(lesson, &mut work);
        let slopes = backward.tokens_of(lesson, d_logits, &mut work).to_vec();
        let width = self.transformer.shape().token();
        Some(self.late(Slopes {
            logits: answers.logits,
            tokens: Matrix::from_values(slopes.len() / width, width, slopes),
        }))
    }
}

impl<T> Later<T> for Late<T> {
    fn take(&mut self) -> Option<T> {
        self.asked += 1;
        if self.asked < 3 || self.answers.get() == 0 {
            return None;
        }
        self.answers.set(self.answers.get() - 1);
        self.value.take()
    }
}

const LINK: &str = "lab=maze&size=4&seed=4&t=40&pattern=on&decode=on&compare=on&layer=3";
const COMMANDS: [&str; 9] = [
    "hide:goal@2",
    "delete:5-9",
    "home",
    "undo",
    "set:walker=model",
    "step:3",
    "look:30",
    "ask:7",
    "attribute",
];

/// The lab of the link and after each command, on a device that gives so many answers.
fn live(answers: Option<usize>) -> Session<MazeLab> {
    let mut session = Session::<MazeLab>::from_link(LINK).unwrap();
    if let Some(answers) = answers {
        session.settle();
        session.set_device(Some(Rc::new(Device {
            transformer: session.lab().transformer().unwrap(),
            answers: Rc::new(Cell::new(answers)),
        })));
        assert!(session.is_busy(), "everything is computed there anew");
        assert!(
            session.lab().activity().output.is_some(),
            "the last policy is shown until then"
        );
    }
    session.settle();
    for command in COMMANDS {
        session.dispatch(command.parse().unwrap()).unwrap();
        session.settle();
    }
    session
}

/// Everything but attribution, which here begins with logits of another path, is the same bit for bit.
fn assert_alike(there: &Session<MazeLab>, here: &Session<MazeLab>, what: &str) {
    assert!(!there.is_busy(), "{what}");
    assert_eq!(there.link(), here.link(), "{what}");
    assert_eq!(there.state_hash(), here.state_hash(), "{what}");
    let (a, b) = (there.lab().activity(), here.lab().activity());
    let matrix = |pattern: &chickadee::labs::maze::Pattern| pattern.matrix().unwrap().clone();
    assert!(
        a.pattern.map(matrix) == b.pattern.map(matrix),
        "attention: {what}"
    );
    let [there, here] = [there.report(), here.report()];
    assert_eq!(there.second, here.second, "{what}");
    assert_eq!(there.alignment, here.alignment, "{what}");
    assert_eq!(there.policy, here.policy, "{what}");
    let returns = |report: &chickadee::labs::maze::Report| -> Vec<_> {
        let points = report.curve.iter();
        points.map(|p| (p.length, p.value, p.q_table)).collect()
    };
    assert_eq!(returns(&there), returns(&here), "{what}");
    let (there, here) = (there.attribution.unwrap(), here.attribution.unwrap());
    assert_eq!(there.len(), 30);
    for (a, b) in there.iter().zip(&here) {
        assert!((a - b).abs() < 1e-3, "{a} and {b}: {what}");
    }
}

#[test]
fn a_device_gives_the_same_policy_and_readouts() {
    let (here, there) = (live(None), live(Some(100_000)));
    assert!(there.frame().device.get().is_some());
    assert_alike(&there, &here, "on a device");
    assert_eq!(there.messages(), &[] as &[String]);
}

#[test]
fn a_device_that_fails_costs_nothing() {
    let here = live(None);
    for answers in [1, 2, 3, 5, 8, 13, 21, 34, 55] {
        let mut there = live(Some(answers));
        let what = format!("after {answers} answers");
        assert!(there.frame().device.get().is_none(), "{what}");
        assert_alike(&there, &here, &what);
        assert_eq!(there.messages().len(), 1, "{what}");
        let degraded = |event: &Event<_>| matches!(event, Event::Degraded { .. });
        assert!(there.take_events().iter().any(degraded), "{what}");
    }
}
