use std::sync::Arc;

use chickadee_engine::{
    base::{Matrix, StateHash},
    models::transformer::{Context, Head, Transformer},
    worlds::maze::{Task, Transition},
};

use super::Bridge;
use crate::{
    labs::{bridge::Key, maze::Explored},
    session::{Derived, Progress},
};

/// Everything that keys and values depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlotContextKey {
    /// Hash of the weights.
    model: u64,
    task: u64,
    memories: usize,
}

impl SlotContextKey {
    /// The seed of the task.
    pub fn task(&self) -> u64 {
        self.task
    }
}

/// A task, a walk through it, and the keys and values that the transformer makes of its memories.
pub struct SlotContext {
    explored: Result<Explored, String>,
    pub(super) transformer: Arc<Transformer>,
    pub(super) cache: Context,
    tokens: Vec<f32>,
}

/// Tokens encoded in one slice.
const SLICE: usize = 32;

impl SlotContext {
    /// The task; `None` where it cannot be made.
    #[must_use]
    pub fn task(&self) -> Option<&Task> {
        self.explored.as_ref().ok().map(Explored::task)
    }

    /// The memories, in order.
    #[must_use]
    pub fn memories(&self) -> Vec<Transition> {
        let explored = self.explored.as_ref();
        explored.map_or_else(|_| Vec::new(), |explored| explored.memories().collect())
    }

    /// Keys of a head, memories × head width.
    #[must_use]
    pub fn keys(&self, head: Head) -> Matrix {
        self.cache.keys(head)
    }

    /// Values of a head, memories × head width.
    #[must_use]
    pub fn values(&self, head: Head) -> Matrix {
        self.cache.values(head)
    }

    pub(super) fn explored(&self) -> Option<&Explored> {
        self.explored.as_ref().ok()
    }

    pub(super) fn hash(&self, head: Head, hash: &mut StateHash) {
        hash.array(self.keys(head).values())
            .array(self.values(head).values());
    }
}

impl Derived<Bridge> for SlotContext {
    type Key = SlotContextKey;

    fn key(lab: &Bridge) -> Option<SlotContextKey> {
        Some(SlotContextKey {
            model: lab.transformer_model()?.info.hash,
            task: lab.run.settings.get(Key::Task) as u64,
            memories: lab.run.settings.count(Key::Memories),
        })
    }

    fn start(lab: &Bridge, key: &SlotContextKey) -> Self {
        #[expect(clippy::expect_used, reason = "there is no key without a model")]
        let model = lab.transformer_model().expect("a model");
        let explored = Explored::new(key.task, key.memories);
        let tokens = explored.as_ref().map(Explored::tokens);
        Self {
            tokens: tokens.unwrap_or_default(),
            explored,
            cache: Context::new(model.transformer.shape()),
            transformer: Arc::clone(&model.transformer),
        }
    }

    /// A memory does not know those behind it: more or fewer of the same walk keep what is there.
    fn follow(&mut self, _: &Bridge, from: &SlotContextKey, to: &SlotContextKey) -> bool {
        let same = (from.model, from.task) == (to.model, to.task);
        if same {
            self.explored = Explored::new(to.task, to.memories);
            let tokens = self.explored.as_ref().map(Explored::tokens);
            self.tokens = tokens.unwrap_or_default();
            self.cache.truncate(to.memories);
        }
        same
    }

    fn advance(&mut self, _: &Bridge) -> Progress {
        let width = self.transformer.shape().token_width();
        let (begin, all) = (self.cache.len(), self.tokens.len() / width);
        let end = all.min(begin + SLICE);
        if end <= begin {
            return Progress::Idle;
        }
        let tokens = &self.tokens[begin * width..end * width];
        self.cache.append(&self.transformer, tokens);
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        let width = self.transformer.shape().token_width();
        let all = (self.tokens.len() / width).max(1);
        self.cache.len() as f64 / all as f64
    }
}
