//! The CPU as a device: a context here, behind the trait that a GPU implements.

use std::{cell::RefCell, sync::Arc};

use crate::session::device::{DeviceTransformer, Pending, PendingValue};
use chickadee_engine::models::transformer::{
    Answers, Context, Mask, TokenGradients, TrainingExample, Transformer, Want,
};

/// A value that is there at once.
struct Ready<T>(Option<T>);

impl<T> PendingValue<T> for Ready<T> {
    fn take(&mut self) -> Option<T> {
        self.0.take()
    }
}

/// A transformer and its context on the CPU.
pub(super) struct LocalTransformer {
    transformer: Arc<Transformer>,
    /// Its masks are those of the last question: on the CPU they are kept beside the keys and values.
    context: RefCell<Context>,
}

impl LocalTransformer {
    /// A transformer with an empty context.
    pub fn new(transformer: &Arc<Transformer>) -> Self {
        Self {
            transformer: Arc::clone(transformer),
            context: RefCell::new(Context::new(transformer.shape())),
        }
    }
}

impl DeviceTransformer for LocalTransformer {
    fn truncate(&mut self, length: usize) {
        self.context.get_mut().truncate(length);
    }

    fn append(&mut self, tokens: &[f32]) {
        self.context.get_mut().append(&self.transformer, tokens);
    }

    fn ask(
        &self,
        visible: &[usize],
        queries: &[f32],
        want: Want,
        masks: &[Mask],
    ) -> Pending<Answers> {
        let mut context = self.context.borrow_mut();
        for layer in 0..self.transformer.shape().layers {
            let mask = masks.get(layer).cloned().unwrap_or_default();
            if context.masks()[layer] != mask {
                context.set_mask(&self.transformer, layer, mask);
            }
        }
        let answers = self.transformer.ask_each(&context, visible, queries, want);
        Box::new(Ready(Some(answers)))
    }

    /// None: an [`Attribution`](chickadee_engine::models::transformer::Attribution) takes its steps on the CPU by itself.
    fn token_gradients(&self, _: &TrainingExample, _: &[f32]) -> Option<Pending<TokenGradients>> {
        None
    }
}
