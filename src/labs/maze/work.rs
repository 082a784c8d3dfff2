//! The loop: work in slices from the most to the least urgent, and the passing of time.

use super::{Beside, Event, Key, MAX_MEMORIES, MazeLab, Memory, Source, Walker, curve};
use crate::core::{FrameOf, Lab, Progress, work_in};
use chickadee_engine::{
    analysis::probabilities,
    base::{
        random::{Random, Stream},
        reduce::argmax,
    },
};

type Frame = FrameOf<MazeLab>;

/// Speed above which time does not wait for everything to be shown.
const HURRY: f64 = 50.0;

impl MazeLab {
    /// One slice of work: the context, the output, a step, what is asked for beside.
    pub(super) fn work(&mut self, left: &mut usize, frame: &mut Frame) -> Progress {
        if self.model().is_none() {
            return Progress::of(self.bring_model(frame));
        }
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

    /// The output of the transformer, which may be a point of the curve.
    fn see(&mut self) -> Progress {
        let progress = work_in(self, |lab| &mut lab.output);
        if progress == Progress::Worked {
            curve::offer(self);
        }
        progress
    }

    /// Steps of the maze, or of rest between two commands of a scene.
    fn pass_time(&mut self, left: &mut usize, frame: &mut Frame) -> Progress {
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
            *left -= 1;
            self.homing -= 1;
            self.step(frame, Self::model_step);
            return Progress::Worked;
        }
        let is_asked_for = frame.clock.pending > 0;
        if !is_asked_for {
            if !frame.clock.playing {
                return Progress::Idle;
            }
            if frame.script.is_some() {
                frame.clock.step(left);
                frame.rest_in_script();
                // A scene that is over pauses.
                frame.clock.playing = frame.script.is_some();
                return Progress::Worked;
            }
            if self.is_over() {
                frame.clock.playing = false;
                return Progress::Idle;
            }
        }
        if self.settings.walker() == Walker::Model && !self.decides() {
            return Progress::Waits;
        }
        *left -= 1;
        frame.clock.pending -= usize::from(is_asked_for);
        match self.settings.walker() {
            Walker::Explorer => self.step(frame, |lab| lab.run.explore()),
            Walker::Model => self.step(frame, Self::model_step),
            Walker::User => {}
        }
        Progress::Worked
    }

    /// Asks the transformer for its action at the agent's state, from all of its memories. Returns whether it has answered; a run
    /// that is full needs no answer.
    fn decides(&mut self) -> bool {
        if self.run.is_full() {
            return true;
        }
        work_in(self, |lab| &mut lab.decision);
        let decision = self.decision.current(self);
        decision.is_some_and(|decision| decision.logits().is_some())
    }

    /// A step of the transformer's, by its decision.
    fn model_step(&mut self) {
        let decision = self.decision.current(self);
        let Some(logits) = decision.and_then(|decision| decision.logits()) else {
            return;
        };
        let temperature = self.settings.get(Key::Temperature) as f32;
        let policy = probabilities(logits, temperature);
        let seed = self.settings.get(Key::Seed) as u64;
        let mut random = Random::new(seed, Stream::Agent, self.run.memories.len() as u64);
        let mut rest = random.uniform();
        let chances = policy.row(0);
        let drawn = chances.iter().position(|chance| {
            rest -= chance;
            rest <= 0.0 && *chance > 0.0
        });
        let likeliest = argmax(chances).unwrap_or(0);
        self.run.act(drawn.unwrap_or(likeliest), Source::Model);
    }

    /// One step of the maze, and what is told of it.
    fn step(&mut self, frame: &mut Frame, take: impl FnOnce(&mut Self)) {
        let before = self.run.memories.len();
        if self.run.is_full() {
            self.queue.clear();
            self.homing = 0;
            frame.clock.pause();
            frame.message(format!(
                "a lab holds {MAX_MEMORIES} memories; reset, or go on from a new task"
            ));
            return;
        }
        // The changes of a scene were kept when its command came.
        if frame.clock.playing && frame.script.is_none() {
            frame.remember_once("play", || self.snapshot());
        }
        take(self);
        frame.clock.tick += 1;
        if let Some(memory) = self.run.memories.get(before) {
            let Memory { transition, .. } = *memory;
            if transition.reward > 0.0 {
                frame.emit(Event::Rewarded {
                    state: transition.next,
                    memories: before + 1,
                });
            }
        }
    }

    /// What is asked for beside the output.
    fn look_further(&mut self, frame: &mut Frame) -> Progress {
        // The decision of other memories is not asked about any more.
        let context = self.context_key(self.look());
        let requested = self.requested.take();
        self.requested = requested.filter(|it| context.is_some_and(|now| it.is_of(&now)));
        let progress = Beside::work(self, |lab| &mut lab.beside);
        let comparison = self.beside.comparison.get();
        if comparison.is_some_and(|comparison| !comparison.is_possible()) {
            self.settings.switch(Key::Compare, false);
            frame.message("a second task needs the same maze: pruned trees differ".to_owned());
            return Progress::Worked;
        }
        progress
    }
}
