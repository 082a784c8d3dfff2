//! The workers of a pool as [`Helpers`]: they answer from contexts that the CPU has encoded.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use chickadee_engine::{
    base::Matrix,
    models::transformer::{
        Answers, Context, Gradient, Mask, Shape, TrainingExample, Transformer, Want,
    },
};

use super::{
    pool::Shared,
    portable::PartShape,
    question::{Outcome, Question},
    record::Task,
};
use crate::session::{
    device::{self, Slopes},
    portable::Part,
};

/// Weights that are told in one piece: a frame has time for a copy.
const PIECE: usize = 1 << 18;

/// A model that workers have, or hear.
pub(super) struct Model {
    pub number: u32,
    pub hash: u64,
    transformer: Arc<Transformer>,
    /// Number of weights that each worker was told.
    told: RefCell<Vec<usize>>,
}

impl Model {
    pub fn new(number: u32, hash: u64, transformer: &Arc<Transformer>, workers: usize) -> Self {
        Self {
            number,
            hash,
            transformer: Arc::clone(transformer),
            told: RefCell::new(vec![0; workers]),
        }
    }

    /// Bytes that a worker needs for it: the weights, and the same packed for products.
    pub fn bytes(&self) -> usize {
        8 * self.total()
    }

    fn total(&self) -> usize {
        self.transformer.weights().values.len()
    }

    /// Whether a worker has all of it.
    pub fn is_told(&self, worker: usize) -> bool {
        self.told.borrow()[worker] == self.total()
    }

    /// The next piece for the first of so many workers that lacks one.
    pub fn next_piece(&self, among: usize) -> Option<(usize, Question)> {
        let worker = (0..among).find(|&worker| !self.is_told(worker))?;
        let offset = self.told.borrow()[worker];
        let end = (offset + PIECE).min(self.total());
        self.told.borrow_mut()[worker] = end;
        let piece = Question::Weights {
            model: self.number,
            shape: self.transformer.shape(),
            offset,
            values: self.transformer.weights().values[offset..end].to_vec(),
        };
        Some((worker, piece))
    }
}

/// What an answer has to look like.
#[derive(Clone, Copy)]
pub(super) enum Expected {
    Answers {
        shape: Shape,
        queries: usize,
        /// The most tokens that a query sees.
        tokens: usize,
        want: Want,
    },
    /// So many numbers.
    Slopes(usize),
    /// So many more parts of portable work, which takes so many bytes.
    Parts {
        left: usize,
        shape: PartShape,
        bytes: usize,
    },
}

impl Expected {
    /// What is expected behind an answer; `None` if that was the last.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Parts { left, shape, bytes } if left > 1 => Some(Self::Parts {
                left: left - 1,
                shape,
                bytes,
            }),
            _ => None,
        }
    }

    /// Whether an answer does.
    pub fn is_met_by(self, outcome: &Outcome) -> bool {
        let is = |matrix: &Matrix, rows: usize, columns: usize| {
            (matrix.rows(), matrix.columns()) == (rows, columns)
        };
        let all = |matrices: &[Matrix], count: usize, rows: usize, columns: usize| {
            matrices.len() == count && matrices.iter().all(|matrix| is(matrix, rows, columns))
        };
        match (self, outcome) {
            (
                Self::Answers {
                    shape,
                    queries,
                    tokens,
                    want,
                },
                Outcome::Answers(answers),
            ) => {
                let hidden = usize::from(want.hidden) * (shape.layers + 1);
                let attention = usize::from(want.attention) * shape.layers * shape.heads;
                is(&answers.logits, queries, shape.actions)
                    && all(&answers.hidden, hidden, queries, shape.width)
                    && all(&answers.attention, attention, queries, tokens + 1)
            }
            (Self::Slopes(count), Outcome::Slopes((_, slopes))) => slopes.len() == count,
            (Self::Parts { shape, .. }, Outcome::Part(part)) => shape.is_that_of(part),
            _ => false,
        }
    }
}

/// The workers, for one context.
pub(super) struct Helpers {
    shared: Rc<Shared>,
    model: Rc<Model>,
    context: u32,
    /// The tokens that each worker has.
    told: RefCell<Vec<Vec<f32>>>,
}

impl Helpers {
    pub fn new(shared: Rc<Shared>, model: Rc<Model>, context: u32, workers: usize) -> Self {
        Self {
            shared,
            model,
            context,
            told: RefCell::new(vec![Vec::new(); workers]),
        }
    }

    /// Tells a worker what it does not have of the first `length` tokens of a context.
    fn tell(&self, worker: usize, context: &Context, length: usize) {
        let told = &mut self.told.borrow_mut()[worker];
        let width = self.model.transformer.shape().token_width();
        let pairs = told.iter().zip(context.tokens());
        let same = pairs.take_while(|(a, b)| a.to_bits() == b.to_bits());
        let kept = same.count() / width;
        // What is behind them makes no difference.
        if kept >= length && !told.is_empty() {
            return;
        }
        let kept = kept.min(length);
        let tokens = context.tokens()[kept * width..length * width].to_vec();
        told.truncate(kept * width);
        told.extend_from_slice(&tokens);
        let extend = Question::Extend {
            context: self.context,
            model: self.model.number,
            kept,
            tokens,
            keys_values: context.keys_values(kept..length),
        };
        self.shared.send(worker, &Task::Question(Box::new(extend)));
    }

    /// Sends a question, and waits for its answer.
    fn wait_for(&self, worker: usize, job: u32, question: Question) -> Running {
        let task = Task::Question(Box::new(question));
        self.shared.send(worker, &task);
        Running::new(&self.shared, job)
    }
}

impl device::Helpers for Helpers {
    fn room(&self) -> Option<usize> {
        self.shared.hear();
        self.shared.room(&self.model)
    }

    fn ask(
        &self,
        context: &Context,
        visible: &[usize],
        queries: &[f32],
        want: Want,
        masks: &[Mask],
    ) -> device::Pending<Answers> {
        let tokens = visible.iter().copied().max().unwrap_or(0);
        let expected = Expected::Answers {
            shape: self.model.transformer.shape(),
            queries: visible.len(),
            tokens,
            want,
        };
        let (worker, job) = self.shared.begin_question(&self.model, expected);
        self.tell(worker, context, tokens);
        let question = Question::Ask {
            job,
            context: self.context,
            visible: visible.to_vec(),
            queries: queries.to_vec(),
            want,
            masks: masks.to_vec(),
        };
        Box::new(self.wait_for(worker, job, question))
    }

    fn slopes(
        &self,
        lesson: &TrainingExample,
        (action, gradient): (usize, Gradient),
    ) -> device::Pending<Slopes> {
        let expected = Expected::Slopes(lesson.context.len());
        let (worker, job) = self.shared.begin_question(&self.model, expected);
        let question = Question::Slopes {
            job,
            model: self.model.number,
            lesson: lesson.clone(),
            action,
            gradient,
        };
        Box::new(self.wait_for(worker, job, question))
    }
}

impl Drop for Helpers {
    fn drop(&mut self) {
        // The pool holds one more.
        let forget = if Rc::strong_count(&self.model) <= 2 {
            self.shared.forget_model(&self.model);
            Question::ForgetModel(self.model.number)
        } else {
            Question::ForgetContext(self.context)
        };
        for worker in 0..self.told.borrow().len() {
            let task = Task::Question(Box::new(forget.clone()));
            self.shared.send(worker, &task);
        }
    }
}

/// An answer that is on its way.
pub(super) struct Running {
    shared: Rc<Shared>,
    job: u32,
}

impl Running {
    pub fn new(shared: &Rc<Shared>, job: u32) -> Self {
        let shared = Rc::clone(shared);
        Self { shared, job }
    }
}

impl device::PendingValue<Part> for Running {
    fn take(&mut self) -> Option<Part> {
        match self.shared.take_outcome(self.job)? {
            Outcome::Part(part) => Some(part),
            _ => None,
        }
    }
}

impl device::PendingValue<Answers> for Running {
    fn take(&mut self) -> Option<Answers> {
        match self.shared.take_outcome(self.job)? {
            Outcome::Answers(answers) => Some(answers),
            _ => None,
        }
    }
}

impl device::PendingValue<Slopes> for Running {
    fn take(&mut self) -> Option<Slopes> {
        match self.shared.take_outcome(self.job)? {
            Outcome::Slopes(slopes) => Some(slopes),
            _ => None,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.forget_question(self.job);
    }
}
