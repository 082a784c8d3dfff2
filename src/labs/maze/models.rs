//! The transformers that were read, and how they get here.

use std::sync::Arc;

use super::{
    Key, MazeLab, Run, Settings,
    model::{self, Model},
};
use crate::core::{FrameOf, Lab, shortened};
use chickadee_engine::{eval::Kind, models::transformer::Transformer};

/// The transformers that were read: one a kind of maze, and the user's own.
#[derive(Default)]
pub(super) struct Models {
    built_in: [Option<Model>; 2],
    own: Option<Model>,
    /// Number of models that were read.
    read: u64,
    /// Fraction of the weights that has come, while they come.
    pub loading: f64,
    /// Whether a wanted checkpoint could not be had.
    pub is_given_up: bool,
}

impl Models {
    /// The model for a kind of maze.
    pub fn get(&self, kind: Kind) -> Option<&Model> {
        let own = self.own.as_ref().filter(|model| model.kind() == kind);
        own.or(self.built_in[kind as usize].as_ref())
    }

    /// The transformer for a kind of maze.
    pub fn transformer(&self, kind: Kind) -> Option<Arc<Transformer>> {
        self.get(kind).map(|model| Arc::clone(&model.transformer))
    }

    /// The user's own model.
    pub fn own(&self) -> Option<&Model> {
        self.own.as_ref()
    }

    fn number(&mut self, model: Model) -> Model {
        self.read += 1;
        Model {
            number: self.read,
            ..model
        }
    }

    /// Reads the checkpoint that comes with Chickadee, where it is part of the program.
    ///
    /// # Errors
    /// When it cannot be used: one sentence.
    fn open_built_in(&mut self, kind: Kind) -> Result<(), String> {
        if let Some(built_in) = model::built_in(kind) {
            let model = self.number(built_in?);
            self.built_in[kind as usize] = Some(model);
        }
        Ok(())
    }
}

impl MazeLab {
    /// The model for this kind of maze.
    pub(super) fn model(&self) -> Option<&Model> {
        self.models.get(self.settings.kind())
    }

    /// Makes sure that there is a model. Returns whether one was read.
    pub(super) fn bring_model(&mut self, frame: &mut FrameOf<Self>) -> bool {
        let kind = self.settings.kind();
        if let Err(error) = self.models.open_built_in(kind) {
            frame.message(error);
        }
        self.models.get(kind).is_some()
    }

    /// The transformer at work, once it is there: to measure with it how long it takes.
    #[must_use]
    pub fn transformer(&self) -> Option<Arc<Transformer>> {
        self.models.transformer(self.settings.kind())
    }

    /// The checkpoint that is to be brought, if one is needed: the name of a file without its ending.
    #[must_use]
    pub fn wanted(&self) -> Option<&'static str> {
        (self.model().is_none()).then(|| model::file(self.settings.kind()))
    }

    /// The fraction of a wanted checkpoint that has come, 0 … 1.
    pub fn set_loading(&mut self, fraction: f64) {
        self.models.loading = fraction;
    }

    /// A wanted checkpoint cannot be had: the lab shows the maze without a transformer.
    pub fn go_without(&mut self, reason: String, frame: &mut FrameOf<Self>) {
        self.models.is_given_up = true;
        frame.message(reason);
    }

    /// Brings a wanted checkpoint.
    ///
    /// # Errors
    /// When it cannot be used: one sentence.
    pub fn provide(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let model = self.models.number(Model::read(name, bytes, false)?);
        let kind = model.kind();
        self.models.built_in[kind as usize] = Some(model);
        self.models.loading = 0.0;
        self.models.is_given_up = false;
        Ok(())
    }

    /// Works with the user's own checkpoint from now on. The maze changes if it was made for another kind.
    ///
    /// # Errors
    /// When it cannot be used: one sentence; the lab is as it was.
    pub fn open_model(
        &mut self,
        name: &str,
        bytes: &[u8],
        frame: &mut FrameOf<Self>,
    ) -> Result<(), String> {
        let model = Model::read(&shortened(name), bytes, true)?;
        let kind = model.kind();
        if kind != self.settings.kind() {
            let mut settings = Settings::of(kind);
            let seed = self.settings.text(Key::Seed);
            let _ = settings.set_text("seed", &seed);
            let run = Run::new(&settings, None)?;
            frame.remember("model", || self.snapshot());
            self.settings = settings;
            self.run = run;
        }
        let text = format!("{} is at work; nothing was sent anywhere", model.info.name);
        self.models.own = Some(self.models.number(model));
        self.begin(frame);
        frame.message(text);
        Ok(())
    }

    /// Goes back to the checkpoint that comes with Chickadee.
    pub fn close_model(&mut self, frame: &mut FrameOf<Self>) {
        if self.models.own.take().is_some() {
            self.begin(frame);
        }
    }
}
