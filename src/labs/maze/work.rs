//! The loop: slices from the most to the least urgent work, and how time passes.

use super::{
    Beside, Head, Key, MAX_MEMORIES, MazeEvent, MazeLab, Memory, Source, Walker, curve,
    event::state_in_words,
};
use crate::{
    session::{FrameOf, Lab, Progress, work_in},
    texts,
};
use chickadee_engine::{
    analysis::{draw, probabilities},
    base::{
        random::{Random, Stream},
        reduce::argmax,
    },
};

/// Speed from which time does not wait for everything to be shown.
const HURRY: f64 = 50.0;

impl MazeLab {
    /// One slice of work.
    pub(super) fn work(&mut self, left: &mut usize, frame: &mut FrameOf<Self>) -> Progress {
        if let Err(error) = self.models.find(self.settings.checkpoint()) {
            frame.message(error);
        }
        if self.model().is_none() {
            return Progress::Idle;
        }
        self.tell_what_is_shown_instead(frame);
        if let Some(progress) = work_in(self, |lab| &mut lab.encoder).unless_idle() {
            return progress;
        }
        let hurry = frame.clock.speed >= HURRY && frame.clock.playing;
        if !(hurry && *left > 0)
            && let Some(progress) = self.see().unless_idle()
        {
            return progress;
        }
        let passed = self.pass_time(left, frame);
        if passed == Progress::Worked {
            return passed;
        }
        if hurry && let Some(progress) = self.see().unless_idle() {
            return progress;
        }
        if passed == Progress::Waits {
            return passed;
        }
        self.look_further(frame)
    }

    /// Says, once a choice, where the transformer has fewer layers or heads than those that are to be looked at. A link is kept as it is: it may be
    /// of a transformer of the user's own, which is still to come.
    fn tell_what_is_shown_instead(&mut self, frame: &mut FrameOf<Self>) {
        let Some(model) = self.model() else { return };
        let info = &model.info;
        let (layer, head) = (self.settings.count(Key::Layer), self.settings.head());
        let shown = (info.hash, layer, head);
        if self.expected_model.is_some() || self.told == Some(shown) {
            return;
        }
        let (name, layers, heads) = (&*info.name, info.shape.layers, info.shape.heads);
        let mut sentences = Vec::new();
        if layer > layers {
            sentences.push(
                texts::maze::LayerInstead {
                    name,
                    layers,
                    layer,
                }
                .to_string(),
            );
        }
        if let Head::One(head) = head
            && head >= heads
        {
            let head = head + 1;
            sentences.push(texts::maze::HeadInstead { name, heads, head }.to_string());
        }
        self.told = Some(shown);
        for sentence in sentences {
            frame.message(sentence);
        }
    }

    /// Finds the output of the transformer, a slice at a time.
    fn see(&mut self) -> Progress {
        let progress = work_in(self, |lab| &mut lab.output);
        if progress == Progress::Worked {
            curve::offer(self);
        }
        progress
    }

    /// Finds all else, and turns off what the maze does not allow.
    fn look_further(&mut self, frame: &mut FrameOf<Self>) -> Progress {
        self.requested = self.requested();
        let progress = Beside::work(self, |lab| &mut lab.beside);
        let comparison = self.beside.comparison.get();
        if comparison.is_some_and(|comparison| !comparison.is_possible()) {
            self.beside.comparison.forget();
            self.settings.switch(Key::Compare, false);
            frame.message(texts::maze::trees_differ().to_owned());
            return Progress::Worked;
        }
        progress
    }

    /// Whether something is still being computed, or a step that was asked for is still to be taken.
    pub(super) fn is_computing(&self, frame: &FrameOf<Self>) -> bool {
        if let Some(wanted) = self.wanted() {
            return !self.models.is_unavailable(wanted);
        }
        !self.queue.is_empty()
            || self.homing > 0
            || frame.clock.pending > 0
            || !self.encoder.is_settled(self)
            || !self.output.is_settled(self)
            || !self.beside.is_settled(self)
    }

    /// Steps of the maze, or of rest between two commands of a scene.
    fn pass_time(&mut self, left: &mut usize, frame: &mut FrameOf<Self>) -> Progress {
        if *left == 0 {
            return Progress::Idle;
        }
        if let Some(action) = self.queue.pop_front() {
            *left -= 1;
            self.step(frame, |lab| lab.run.act(action, Source::User));
            return Progress::Worked;
        }
        if self.homing > 0 {
            if !self.decides() {
                return Progress::Waits;
            }
            self.homing -= 1;
            *left -= 1;
            self.step(frame, Self::model_step);
            return Progress::Worked;
        }
        let scripted = frame.clock.pending == 0 && frame.clock.playing && frame.script.is_some();
        if scripted {
            frame.clock.step(left);
            frame.rest_in_script();
            // A script that is over leaves the maze as it is.
            frame.clock.playing = frame.script.is_some();
            return Progress::Worked;
        }
        if frame.clock.pending == 0 {
            if !frame.clock.playing {
                return Progress::Idle;
            }
            if self.is_over() {
                frame.clock.playing = false;
                return Progress::Idle;
            }
        }
        if self.settings.walker() == Walker::Model && !self.decides() {
            return Progress::Waits;
        }
        frame.clock.pending = frame.clock.pending.saturating_sub(1);
        *left -= 1;
        match self.settings.walker() {
            Walker::Explorer => self.step(frame, |lab| lab.run.explore()),
            Walker::Model => self.step(frame, Self::model_step),
            Walker::User => {}
        }
        Progress::Worked
    }

    /// Whether the walker has nothing more to do.
    pub(super) fn is_over(&self) -> bool {
        self.settings.walker() == Walker::User
            || self.run.memories.len() >= self.settings.count(Key::Longest)
            || self.run.is_full()
    }

    /// Asks the transformer for a decision at the agent's state, from all memories. Returns whether it has answered; a run that
    /// is full needs no answer.
    fn decides(&mut self) -> bool {
        if self.run.is_full() {
            return true;
        }
        work_in(self, |lab| &mut lab.decision);
        let decision = self.decision.current(self);
        decision.is_some_and(|decision| decision.logits().is_some())
    }

    /// The transformer acts as it decided.
    fn model_step(&mut self) {
        let decision = self.decision.current(self);
        let Some(logits) = decision.and_then(|decision| decision.logits()) else {
            return;
        };
        let temperature = self.settings.get(Key::Temperature) as f32;
        let policy = probabilities(logits, temperature);
        let seed = self.settings.get(Key::Seed) as u64;
        let mut random = Random::new(seed, Stream::Agent, self.run.memories.len() as u64);
        let chances = policy.row(0);
        let drawn = draw(chances.iter().copied(), random.uniform());
        let likeliest = argmax(chances).unwrap_or(0);
        self.run.act(drawn.unwrap_or(likeliest), Source::Model);
    }

    /// One step of the maze, and its event.
    fn step(&mut self, frame: &mut FrameOf<Self>, take: impl FnOnce(&mut Self)) {
        let before = self.run.memories.len();
        if self.run.is_full() {
            self.queue.clear();
            self.homing = 0;
            frame.clock.pause();
            let most = MAX_MEMORIES;
            frame.message(texts::maze::Full { most }.to_string());
            return;
        }
        // The state before a scene's steps was kept when its command came.
        if frame.clock.playing && frame.script.is_none() {
            frame.remember_once(texts::maze::undo_play(), || self.snapshot());
        }
        take(self);
        frame.clock.tick += 1;
        if let Some(Memory { transition, .. }) = self.run.memories.get(before)
            && transition.reward > 0.0
        {
            frame.emit(MazeEvent::Rewarded {
                state: transition.next,
                memories: before + 1,
                place: state_in_words(&self.run.task.maze, transition.next),
            });
        }
    }
}
