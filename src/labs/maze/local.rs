//! The CPU as a device: a context here, behind the trait that a GPU implements.

use std::{cell::RefCell, sync::Arc};

use crate::session::device::{DeviceTransformer, Helpers, Pending, PendingValue, Slopes};
use chickadee_engine::models::transformer::{
    Answers, Context, Gradient, Mask, TokenGradients, TrainingExample, Transformer, Want,
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
    helpers: Option<Box<dyn Helpers>>,
}

impl LocalTransformer {
    /// A transformer with an empty context.
    pub fn new(transformer: &Arc<Transformer>) -> Self {
        Self {
            transformer: Arc::clone(transformer),
            context: RefCell::new(Context::new(transformer.shape())),
            helpers: None,
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
        self.transformer.set_masks(&mut context, masks);
        let answers = self.transformer.ask_each(&context, visible, queries, want);
        Box::new(Ready(Some(answers)))
    }

    fn set_helpers(&mut self, helpers: Option<Box<dyn Helpers>>) {
        self.helpers = helpers;
    }

    fn room_aside(&self) -> Option<usize> {
        self.helpers.as_ref()?.room()
    }

    fn ask_aside(
        &self,
        visible: &[usize],
        queries: &[f32],
        want: Want,
        masks: &[Mask],
    ) -> Pending<Answers> {
        match &self.helpers {
            Some(helpers) if helpers.room().is_some() => {
                helpers.ask(&self.context.borrow(), visible, queries, want, masks)
            }
            _ => self.ask(visible, queries, want, masks),
        }
    }

    fn slopes_aside(
        &self,
        lesson: &TrainingExample,
        about: (usize, Gradient),
    ) -> Option<Pending<Slopes>> {
        let helpers = self.helpers.as_ref()?;
        helpers.room()?;
        Some(helpers.slopes(lesson, about))
    }

    /// None: an [`Attribution`](chickadee_engine::models::transformer::Attribution) takes its steps on the CPU by itself.
    fn token_gradients(&self, _: &TrainingExample, _: &[f32]) -> Option<Pending<TokenGradients>> {
        None
    }
}
