//! Integrated gradients of a decision: the memories that it rests on.

use std::collections::VecDeque;

use super::{MazeLab, encoder::ContextEncoder, key::ContextKey};
use crate::{
    session::{
        Derived, Progress,
        device::{Pending, Slopes},
    },
    texts,
};
use chickadee_engine::models::transformer::{Attribution, Gradient, TokenGradients};

/// Steps of integrated gradients, as published.
const STEPS: usize = 20;

/// What a decision that is to be attributed is about, the state and the memories: the request ends where another decision is asked about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Request {
    /// The state.
    query: usize,
    /// Number of memories.
    look: usize,
    /// [Mark](super::run::Run::mark) of these memories.
    mark: u64,
}

impl MazeLab {
    /// A request about the decision that is asked about.
    ///
    /// # Errors
    /// When there are no memories, or the query cannot see all of them: the gradient is that of a query that sees all.
    pub(super) fn request(&self) -> Result<Request, &'static str> {
        let look = self.look();
        let mut kept = self.run.memories[..look]
            .iter()
            .filter(|m| !m.deleted)
            .peekable();
        if kept.peek().is_none() {
            return Err(texts::maze::nothing_to_attribute());
        }
        if kept.any(|memory| memory.hidden != 0) {
            return Err(texts::maze::hidden_from_attribution());
        }
        Ok(self.asked_about())
    }

    /// What the decision that is asked about is about.
    fn asked_about(&self) -> Request {
        let (query, look) = (self.query(), self.look());
        let mark = self.run.mark(look);
        Request { query, look, mark }
    }

    /// The request, while it is about the decision that is asked about.
    pub(super) fn requested(&self) -> Option<Request> {
        // Equal marks are equal edits: what was refused then is refused now, without another look at all memories in every frame.
        self.requested
            .filter(|request| *request == self.asked_about())
    }
}

/// A decision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AttributedDecision {
    /// What it was made from.
    pub context: ContextKey,
    /// The state.
    pub query: usize,
    /// The likeliest action.
    pub action: usize,
}

impl AttributedDecision {
    /// Whether it is the same on whatever device: the steps that were taken count.
    fn is_same(&self, other: &Self) -> bool {
        let mut on_its_device = *self;
        on_its_device.context.device = other.context.device;
        on_its_device == *other
    }
}

/// The attribution of a decision, being computed.
pub(super) struct DecisionAttribution {
    job: Attribution,
    pub decision: AttributedDecision,
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
    type Key = AttributedDecision;

    fn key(lab: &MazeLab) -> Option<Self::Key> {
        let query = lab.requested()?.query;
        let context = lab.context_key(lab.look())?;
        lab.encoder.ready(lab)?;
        // Of these memories, from whatever point of view.
        let output = lab.output.shown(|(of, _)| *of == context)?;
        let action = output.best(query);
        Some(AttributedDecision {
            context,
            query,
            action,
        })
    }

    fn start(lab: &MazeLab, decision: &Self::Key) -> Self {
        #[expect(clippy::expect_used, reason = "there is no key without an encoder")]
        let encoder = lab.encoder.get().expect("an encoder");
        let tokens = encoder.tokens(decision.context.look);
        Self {
            job: Attribution::new(
                encoder.transformer(),
                encoder.token_values(0..tokens).to_vec(),
                lab.run.task.ask(decision.query),
                decision.action,
                STEPS,
                Gradient::Published,
            ),
            decision: *decision,
            asked: None,
            aside: VecDeque::new(),
        }
    }

    /// A step that was out on another device is taken again.
    fn follow(&mut self, _: &MazeLab, from: &Self::Key, to: &Self::Key) -> bool {
        self.ask_again();
        from.is_same(to)
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
