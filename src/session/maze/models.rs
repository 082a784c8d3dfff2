//! Which transformer is at work, and how it gets here.

use std::sync::Arc;

use super::{
    MazeKnob, Run, Session, Settings,
    model::{self, Model},
};
use crate::session::shortened;
use chickadee_engine::models::transformer::Transformer;

impl Session {
    /// The transformer for this kind of maze.
    pub(super) fn model(&self) -> Option<&Model> {
        let kind = self.settings.kind();
        self.own_model
            .as_ref()
            .filter(|model| model.kind() == kind)
            .or(self.models[kind as usize].as_ref())
    }

    /// The transformer at work, once it is there: to measure what it takes.
    #[must_use]
    pub fn transformer(&self) -> Option<Arc<Transformer>> {
        self.model().map(|model| Arc::clone(&model.transformer))
    }

    /// The checkpoint that somebody has to bring, if one is needed: the name of a file without its ending.
    #[must_use]
    pub fn wanted(&self) -> Option<&'static str> {
        (self.model().is_none()).then(|| model::file(self.settings.kind()))
    }

    /// How much of a wanted checkpoint has come, 0 … 1.
    pub fn set_loading(&mut self, fraction: f64) {
        self.loading = fraction;
    }

    /// Tells that a wanted checkpoint cannot be had; the lab then shows the maze without a transformer.
    pub fn go_without(&mut self, why: String) {
        self.without_model = true;
        self.say(why);
    }

    /// Brings a wanted checkpoint.
    ///
    /// # Errors
    /// When it cannot be used: one sentence.
    pub fn provide(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let model = Model::read(name, bytes, false)?;
        let kind = model.kind();
        self.models[kind as usize] = Some(model);
        self.loading = 0.0;
        self.without_model = false;
        self.reader = None;
        Ok(())
    }

    /// Works with the user's own checkpoint from now on. The maze changes if it was made for another kind.
    ///
    /// # Errors
    /// When it cannot be used: one sentence; the lab is as it was.
    pub fn open_model(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let model = Model::read(&shortened(name), bytes, true)?;
        let kind = model.kind();
        if kind != self.settings.kind() {
            let mut settings = Settings::of(kind);
            let seed = self.settings.get(MazeKnob::Seed).to_string();
            let _ = settings.set_text("seed", &seed);
            let run = Run::new(&settings, None)?;
            self.remember("model");
            self.settings = settings;
            self.run = run;
        }
        let text = format!("{} is at work; nothing was sent anywhere", model.info.name);
        self.own_model = Some(model);
        self.begin_again();
        self.say(text);
        Ok(())
    }

    /// Goes back to the checkpoint that comes with Chickadee.
    pub fn close_model(&mut self) {
        if self.own_model.take().is_some() {
            self.begin_again();
        }
    }
}
