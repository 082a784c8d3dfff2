//! The policy field: the transformer asked at every state.

use super::{MazeLab, encoder::ContextEncoder, key::ContextKey, run::Run};
use crate::session::device::Pending;
use crate::session::{Derived, Progress};
use chickadee_engine::{
    base::Matrix,
    models::transformer::{Answers, Want},
};

/// Logits and hidden states of all states, being computed.
pub(super) struct PolicyField {
    queries: Vec<f32>,
    width: usize,
    tokens: usize,
    done: usize,
    states: usize,
    /// The states that are being asked about: the end of their range.
    asked: Option<(usize, Pending<Answers>)>,
    /// Whether other cores may answer.
    aside: bool,
    logits: Vec<f32>,
    hidden: Vec<Vec<f32>>,
}

/// States that are asked about in one slice, at most: a whole tree of seven layers. After few tokens many at once cost half as much each.
const STATES: usize = 128;
/// States times tokens of a slice on the CPU, at most: some three milliseconds in a page.
const STATES_TOKENS: usize = STATES * 100;

/// States that are asked about in one slice.
fn at_once(encoder: &ContextEncoder, tokens: usize) -> usize {
    match encoder.is_remote() {
        true => STATES,
        false => (STATES_TOKENS / tokens.max(1)).clamp(16, STATES),
    }
}

impl PolicyField {
    /// The field of the first `look` memories.
    pub fn new(run: &Run, encoder: &ContextEncoder, look: usize) -> Self {
        let shape = encoder.transformer().shape();
        Self {
            queries: run.task.ask_everywhere(),
            width: shape.token_width(),
            tokens: encoder.tokens(look),
            done: 0,
            states: run.task.maze.states(),
            asked: None,
            aside: false,
            logits: Vec::new(),
            hidden: vec![Vec::new(); shape.layers + 1],
        }
    }

    /// The same field, which other cores may find: nobody waits for it.
    pub fn aside(self) -> Self {
        Self {
            aside: true,
            ..self
        }
    }

    /// Asks again for what is out: those who were asked are gone.
    pub fn ask_again(&mut self) {
        self.asked = None;
    }

    /// Asks about some states more, and takes the answers that have come.
    pub fn advance(&mut self, encoder: &ContextEncoder) -> Progress {
        if self.is_done() {
            return Progress::Idle;
        }
        let (end, answers) = self.asked.get_or_insert_with(|| {
            let end = (self.done + at_once(encoder, self.tokens)).min(self.states);
            let queries = &self.queries[self.done * self.width..end * self.width];
            let want = Want {
                hidden: true,
                attention: false,
            };
            let answers = if self.aside {
                encoder.ask_aside(queries, self.tokens, want)
            } else {
                encoder.ask(queries, self.tokens, want)
            };
            (end, answers)
        });
        let Some(answers) = answers.take() else {
            return Progress::Waits;
        };
        self.logits.extend_from_slice(answers.logits.values());
        for (to, from) in self.hidden.iter_mut().zip(&answers.hidden) {
            to.extend_from_slice(from.values());
        }
        self.done = *end;
        self.asked = None;
        Progress::Worked
    }

    /// Whether all states were asked about.
    pub fn is_done(&self) -> bool {
        self.done == self.states
    }

    /// Fraction of the states, 0 … 1.
    pub fn fraction(&self) -> f64 {
        self.done as f64 / self.states.max(1) as f64
    }

    /// Logits, states × actions; hidden states, layers + 1 of states × d.
    pub fn finish(self) -> (Matrix, Vec<Matrix>) {
        let matrix = |values: Vec<f32>| {
            let columns = values.len() / self.states;
            Matrix::from_values(self.states, columns, values)
        };
        let hidden = self.hidden.into_iter().map(matrix).collect();
        (matrix(self.logits), hidden)
    }
}

/// Attention of one state on the context, being asked for.
pub(super) struct QueryAttention {
    /// The state.
    pub query: usize,
    answers: Pending<Answers>,
}

impl QueryAttention {
    /// Asks one state about the first `look` memories.
    pub fn new(run: &Run, encoder: &ContextEncoder, look: usize, query: usize) -> Self {
        let want = Want {
            hidden: false,
            attention: true,
        };
        Self {
            query,
            answers: encoder.ask(&run.task.ask(query), encoder.tokens(look), want),
        }
    }

    /// The answer, once it is there: a row a layer and head, on the tokens and last on the query itself.
    pub fn take(&mut self) -> Option<Vec<Matrix>> {
        self.answers.take().map(|answers| answers.attention)
    }
}

/// The transformer's decision at the agent's state, from all memories.
pub(super) struct Decision {
    answers: Pending<Answers>,
    logits: Option<Matrix>,
}

impl Decision {
    /// Logits, 1 × actions, once they are there.
    pub fn logits(&self) -> Option<&Matrix> {
        self.logits.as_ref()
    }
}

impl Derived<MazeLab> for Decision {
    /// All memories, and where the agent is.
    type Key = (ContextKey, usize);

    fn key(lab: &MazeLab) -> Option<Self::Key> {
        lab.encoder.ready(lab)?;
        Some((lab.context_key(usize::MAX)?, lab.run.agent))
    }

    fn start(lab: &MazeLab, _: &Self::Key) -> Self {
        #[expect(clippy::expect_used, reason = "there is no key without an encoder")]
        let encoder = lab.encoder.get().expect("an encoder");
        let tokens = encoder.tokens(usize::MAX);
        let query = lab.run.task.ask(lab.run.agent);
        Self {
            answers: encoder.ask(&query, tokens, Want::default()),
            logits: None,
        }
    }

    fn advance(&mut self, _: &MazeLab) -> Progress {
        if self.logits.is_some() {
            return Progress::Idle;
        }
        self.logits = self.answers.take().map(|answers| answers.logits);
        match self.logits {
            Some(_) => Progress::Worked,
            None => Progress::Waits,
        }
    }

    fn fraction(&self) -> f64 {
        f64::from(u8::from(self.logits.is_some()))
    }
}
