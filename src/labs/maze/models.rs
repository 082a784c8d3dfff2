//! Checkpoints on their way to the lab: those that a page fetches, and the user's own.

use std::sync::Arc;

use super::{Key, MazeLab, Run, Settings, link::missing_model, model::Model, shipped::Shipped};
use crate::{
    session::{FrameOf, Lab, Received, Session, shortened},
    texts,
};
use chickadee_engine::models::transformer::Transformer;

impl MazeLab {
    /// The transformer at work, once it is there: to measure what it takes.
    #[must_use]
    pub fn transformer(&self) -> Option<Arc<Transformer>> {
        self.models.transformer(self.settings.checkpoint())
    }

    /// The checkpoint that has to be brought, if one is needed.
    #[must_use]
    pub fn wanted(&self) -> Option<&'static Shipped> {
        self.models.wanted(self.settings.checkpoint())
    }

    /// Takes what has come of the wanted checkpoint.
    pub(super) fn receive_wanted(
        &mut self,
        received: Received<'_>,
        frame: &mut FrameOf<Self>,
    ) -> Result<(), String> {
        let chosen = self.settings.checkpoint();
        self.models.take(chosen, received, |why| frame.message(why))
    }

    /// Goes back to the checkpoint that comes with Chickadee.
    pub fn close_model(&mut self, frame: &mut FrameOf<Self>) {
        frame.remember(texts::maze::undo_model(), || self.snapshot());
        self.put_model_away();
    }

    pub(super) fn put_model_away(&mut self) {
        self.models.put_own(None);
        self.expected_model = None;
        self.forget_others();
    }

    /// Works again with the user's own checkpoint from before another lab was opened, if that is the one that the link names.
    pub(super) fn come_back_to(&mut self, model: Model, frame: &mut FrameOf<Self>) {
        let hash = model.info.hash;
        if self.expected_model == Some(hash) {
            self.expected_model = None;
            frame.take_back(&missing_model(hash));
            self.models.put_own(Some(model));
        }
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
        let model = Model::read(&shortened(name), bytes, None)?;
        let kind = model.kind();
        let before = self.snapshot();
        let follows = kind != self.settings.kind();
        if follows {
            let mut settings = Settings::of(kind);
            // It was a seed before.
            let _ = settings.set_text("seed", &self.settings.text(Key::Seed));
            let run = Run::new(&settings, None)?;
            self.settings = settings;
            self.run = run;
            self.halt(frame);
        }
        frame.remember(texts::maze::undo_model(), || before);
        let name = &model.info.name;
        frame.message(texts::maze::AtWork { name }.to_string());
        if follows {
            frame.message(texts::maze::MazeFollows { name }.to_string());
        }
        if let Some(heads) = model.info.assumed_heads {
            frame.message(texts::maze::HeadsAssumed { name, heads }.to_string());
        }
        let hash = model.info.hash;
        self.models.put_own(Some(model));
        self.forget_others();
        let expected = self.expected_model.take();
        if let Some(wanted) = expected {
            frame.take_back(&missing_model(wanted));
        }
        if let Some(wanted) = expected.filter(|wanted| *wanted != hash) {
            let (wanted, hash) = (format!("{wanted:016x}"), format!("{hash:016x}"));
            frame.message(texts::maze::AnotherModel { wanted, hash }.to_string());
        }
        Ok(())
    }
}

impl Session<MazeLab> {
    /// Works with the user's own checkpoint from now on; see [`MazeLab::open_model`].
    ///
    /// # Errors
    /// When it cannot be used: one sentence; the lab is as it was.
    pub fn open_model(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let (lab, frame) = self.parts_mut();
        lab.open_model(name, bytes, frame)
    }
}
