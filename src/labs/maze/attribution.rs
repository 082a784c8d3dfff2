//! Integrated gradients of a decision: the memories that it rests on.

use std::collections::VecDeque;

use super::{MazeLab, encoder::ContextEncoder, key::ContextKey};
use crate::session::device::{Pending, Slopes};
use crate::session::{Derived, Progress};
use chickadee_engine::models::transformer::{Attribution, Gradient, TokenGradients};

/// Steps of integrated gradients, as published.
const STEPS: usize = 20;

/// A decision that is to be attributed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Request {
    /// The memories that it was made from.
    pub context: ContextKey,
    /// The state.
    pub query: usize,
    /// The action.
    pub action: usize,
}

impl Request {
    /// Whether the memories are what they were. The device makes no difference: the steps that were taken count.
    pub fn is_of(&self, context: &ContextKey) -> bool {
        ContextKey {
            device: context.device,
            ..self.context
        } == *context
    }
}

/// The attribution of a decision, being computed.
pub(super) struct DecisionAttribution {
    job: Attribution,
    pub request: Request,
    /// The next step, being computed on another device.
    asked: Option<Pending<TokenGradients>>,
    /// The next steps, being computed by other cores.
    aside: VecDeque<Pending<Slopes>>,
}

impl DecisionAttribution {
    /// Asks again for what is out: those who were asked are gone.
    pub fn ask_again(&mut self) {
        self.asked = None;
        self.aside.clear();
    }

    /// Asks other cores for steps, and takes those that have come; `None` where there are none to ask.
    fn advance_aside(&mut self, encoder: &ContextEncoder) -> Option<Progress> {
        let (done, all) = self.job.progress();
        let next = done + self.aside.len();
        if next < all && encoder.has_room(self.aside.len()) {
            let (lesson, about) = self.job.lesson(next);
            self.aside.extend(encoder.slopes_aside(lesson, about));
        }
        let slopes = self.aside.front_mut()?.take();
        let Some((logit, slopes)) = slopes else {
            return Some(Progress::Waits);
        };
        self.aside.pop_front();
        self.job.take_slopes(logit, &slopes);
        Some(Progress::Worked)
    }

    /// One signed number a token, the largest ±1, once all steps are taken.
    pub fn result(&self) -> Option<Vec<f32>> {
        self.job.is_done().then(|| self.job.result())
    }
}

impl Derived<MazeLab> for DecisionAttribution {
    /// The request, and the device.
    type Key = (Request, u64);

    fn key(lab: &MazeLab) -> Option<Self::Key> {
        let context = lab.context_key(lab.look())?;
        let request = lab.requested.filter(|request| request.is_of(&context))?;
        lab.encoder.ready(lab)?;
        Some((request, context.device))
    }

    fn start(lab: &MazeLab, (request, _): &Self::Key) -> Self {
        #[expect(clippy::expect_used, reason = "there is no key without an encoder")]
        let encoder = lab.encoder.get().expect("an encoder");
        let tokens = encoder.tokens(request.context.look);
        Self {
            job: Attribution::new(
                encoder.transformer(),
                encoder.token_values(0..tokens).to_vec(),
                lab.run.task.ask(request.query),
                request.action,
                STEPS,
                Gradient::Published,
            ),
            request: *request,
            asked: None,
            aside: VecDeque::new(),
        }
    }

    /// A step that was out on another device is taken again.
    fn follow(&mut self, _: &MazeLab, from: &Self::Key, to: &Self::Key) -> bool {
        self.ask_again();
        from.0 == to.0
    }

    fn advance(&mut self, lab: &MazeLab) -> Progress {
        if self.job.is_done() {
            return Progress::Idle;
        }
        let Some(encoder) = lab.encoder.ready(lab) else {
            return Progress::Waits;
        };
        if let Some(progress) = self.advance_aside(encoder) {
            return progress;
        }
        if self.asked.is_none() {
            let (lesson, d_logits) = self.job.question();
            self.asked = encoder.token_gradients(lesson, &d_logits);
        }
        match &mut self.asked {
            None => self.job.advance(),
            Some(asked) => {
                let Some(slopes) = asked.take() else {
                    return Progress::Waits;
                };
                let (logits, tokens) = (slopes.logits.values(), slopes.tokens.values());
                self.job.take(logits, tokens);
                self.asked = None;
            }
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        let (done, all) = self.job.progress();
        done as f64 / all.max(1) as f64
    }
}
