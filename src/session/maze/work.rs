//! The loop: what is computed, in slices from the most to the least urgent, and how time passes.

use std::rc::Rc;

use super::{
    Decision, Decoded, Head, MAX_MEMORIES, MazeKnob, Memory, Pattern, Second, Session, Source,
    Walker,
    curve::DqnJob,
    insight::{Gaze, Insight, Lens},
    model,
    reader::{Field, Reader},
};
use crate::session::{
    Command, Event,
    processor::{Processor, Progress, gave_up},
};
use chickadee_engine::{
    analysis::{draw, probabilities},
    base::random::{Random, Stream},
    models::transformer::Want,
};

/// Above this speed time does not wait for everything to be shown.
const HURRY: f64 = 50.0;

impl Session {
    /// Moves on: at most `steps` steps of paced time, in slices of a few milliseconds, for as long as `more` says so.
    /// Returns the steps that were taken.
    pub fn advance(&mut self, steps: usize, more: &mut dyn FnMut() -> bool) -> usize {
        let mut left = steps;
        loop {
            let progress = self.slice(&mut left);
            if !progress.goes_on(self.processor.as_deref(), more) {
                return steps - left;
            }
        }
    }

    /// Finishes everything that is under way, without letting time pass but for steps that were asked for.
    pub fn settle(&mut self) {
        let playing = std::mem::replace(&mut self.playing, false);
        self.advance(usize::MAX, &mut || true);
        self.playing = playing;
    }

    /// Lets `steps` steps pass and pauses there, with all else settled.
    pub fn run(&mut self, steps: usize) {
        self.playing = true;
        self.advance(steps, &mut || true);
        self.playing = false;
        self.owed = 0;
        self.settle();
    }

    /// Computes on `processor` from now on, or on the CPU again. Memories stay as they are; what is made of them is found out
    /// anew, and the old policy is shown until then.
    pub fn set_processor(&mut self, processor: Option<Rc<dyn Processor>>) {
        self.processor = processor;
        if let Some(reader) = self.reader.take() {
            // What was changed and not read yet is another version.
            self.version = reader.version() + u64::from(self.stale);
        }
        self.stale = true;
        self.field = None;
        self.gaze = None;
        self.decision = None;
        self.seen = None;
        self.curve.forget_question();
        self.second = None;
        self.pattern = None;
        self.decoded = None;
        if let Some(attribution) = &mut self.attribution {
            attribution.asked = None;
        }
    }

    /// Whether there is a processor, be it that nothing was computed on it yet.
    #[must_use]
    pub fn has_processor(&self) -> bool {
        self.processor.is_some()
    }

    /// Whether the processor can compute the transformer.
    #[must_use]
    pub fn suits_processor(&self) -> bool {
        true
    }

    /// Why the processor was let go, if it was since the last call.
    pub fn take_trouble(&mut self) -> Option<String> {
        self.trouble.take()
    }

    /// Lets the processor go if something went wrong on it; every slice does that.
    pub fn check_processor(&mut self) {
        if let Some(trouble) = self.processor.as_ref().and_then(|p| p.trouble()) {
            self.set_processor(None);
            self.tell(Event::Degraded {
                reason: trouble.clone(),
            });
            self.say(gave_up(&trouble));
            self.trouble = Some(trouble);
        }
    }

    /// One slice of work.
    pub(super) fn slice(&mut self, left: &mut usize) -> Progress {
        self.check_processor();
        if self.reader.is_none() {
            return Progress::of(self.open_reader());
        }
        let hurry = self.speed >= HURRY && self.playing;
        if let Some(worked) = self.read() {
            return Progress::of(worked);
        }
        if !(hurry && *left > 0)
            && let Some(progress) = self.see().some()
        {
            return progress;
        }
        let passed = self.pass_time(left);
        if passed == Progress::Worked {
            return passed;
        }
        if hurry && let Some(progress) = self.see().some() {
            return progress;
        }
        if passed == Progress::Waits {
            return passed;
        }
        self.look_further()
    }

    pub(super) fn open_reader(&mut self) -> bool {
        let kind = self.settings.kind();
        if self.model().is_none()
            && let Some(built_in) = model::built_in(kind)
        {
            match built_in {
                Ok(model) => self.models[kind as usize] = Some(model),
                Err(error) => self.say(error),
            }
        }
        let Some(model) = self.model() else {
            return false;
        };
        self.reader = Some(Reader::new(
            model.transformer.clone(),
            self.processor.as_deref(),
            self.version,
        ));
        true
    }

    /// Encodes memories. `Some` when there was work, or nothing else can be done.
    pub(super) fn read(&mut self) -> Option<bool> {
        let Some(reader) = &mut self.reader else {
            return Some(false);
        };
        self.stale = false;
        let unchanged = reader.follow(&self.run, self.settings.rewards)?;
        self.stale = true;
        self.curve.forget_from(unchanged);
        self.field = None;
        Some(true)
    }

    /// Finds out what the transformer would do everywhere, a slice at a time.
    pub(super) fn see(&mut self) -> Progress {
        let look = self.look();
        let lens = Lens::of(&self.settings, &self.run, self.query());
        let protocol = self.settings.protocol();
        let Some(reader) = &self.reader else {
            return Progress::Idle;
        };
        let tag = (reader.version(), reader.tokens(look));
        let known = self.seen == Some(tag) && self.insight.as_ref().is_some_and(|i| i.look == look);
        if !known {
            // A length that the curve has passed costs nothing.
            let remembered = self.curve.points.iter().find(|point| point.length == look);
            let mut progress = Progress::Worked;
            let made = if let Some(point) = remembered {
                self.field = None;
                Some(point.field())
            } else {
                // Both questions go out together: answers from far take a frame.
                if reader.is_far() {
                    let is_asked = |gaze: &Gaze| gaze.is_of(reader, tag.1, lens.query);
                    if !self.gaze.as_ref().is_some_and(is_asked) {
                        self.gaze = Some(Gaze::new(&self.run, reader, tag.1, lens.query));
                    }
                }
                let mut field = match self.field.take().filter(|f| f.tokens() == tag.1) {
                    Some(field) => field,
                    None => Field::new(&self.run, reader, tag.1),
                };
                progress = field.advance(reader);
                if field.is_done() {
                    Some(field.finish())
                } else {
                    self.field = Some(field);
                    None
                }
            };
            if let Some((logits, hidden)) = made {
                self.curve
                    .offer(protocol, &self.run, look, &logits, &hidden);
                self.insight = Some(Insight::new(logits, hidden, look));
                self.seen = Some(tag);
                self.lens = None;
            }
            return progress;
        }
        // A question for another length, of which nobody wants to know any more.
        self.field = None;
        let Some(insight) = &mut self.insight else {
            return Progress::Idle;
        };
        if self.lens != Some(lens) {
            let asked = self.gaze.take();
            let gaze = asked
                .filter(|gaze| gaze.is_of(reader, tag.1, lens.query))
                .unwrap_or_else(|| Gaze::new(&self.run, reader, tag.1, lens.query));
            let Some(answers) = gaze.take() else {
                self.gaze = Some(gaze);
                return Progress::Waits;
            };
            insight.focus(lens, protocol, &self.run, reader, &answers);
            self.lens = Some(lens);
            return Progress::Worked;
        }
        Progress::of(insight.look_at_next_layer(lens, &self.run.task, &mut self.pictures))
    }

    /// Steps of the maze, or of rest between two commands of a scene.
    pub(super) fn pass_time(&mut self, left: &mut usize) -> Progress {
        if *left == 0 {
            return Progress::Idle;
        }
        if let Some(action) = self.queue.pop_front() {
            self.step(|session| {
                session.run.act(action, Source::Own);
            });
            *left -= 1;
            return Progress::Worked;
        }
        if self.homing > 0 {
            if !self.decides() {
                return Progress::Waits;
            }
            self.homing -= 1;
            self.step(Self::model_step);
            *left -= 1;
            return Progress::Worked;
        }
        if self.owed > 0 {
            if self.settings.walker == Walker::Model && !self.decides() {
                return Progress::Waits;
            }
            self.owed -= 1;
            *left -= 1;
            self.walk_on();
            return Progress::Worked;
        }
        if !self.playing {
            return Progress::Idle;
        }
        if let Some(script) = &mut self.script {
            *left -= 1;
            self.tick += 1;
            self.rested += 1;
            if self.rested < script.wait() {
                return Progress::Worked;
            }
            self.rested = 0;
            match script.next() {
                Some(command) => self.follow_script(command),
                None => {
                    self.script = None;
                    self.playing = false;
                }
            }
            return Progress::Worked;
        }
        if self.is_over() {
            self.playing = false;
            return Progress::Idle;
        }
        if self.settings.walker == Walker::Model && !self.decides() {
            return Progress::Waits;
        }
        *left -= 1;
        self.walk_on();
        Progress::Worked
    }

    /// A scene's command: the scene stays at the controls.
    pub(super) fn follow_script(&mut self, command: Command) {
        let script = self.script.take();
        let speed = self.speed;
        if let Err(error) = self.dispatch(command) {
            self.say(error.to_string());
        }
        self.speed = speed;
        self.script = script;
        self.playing = true;
    }

    /// Whether the walker has nothing more to do.
    pub(super) fn is_over(&self) -> bool {
        self.settings.walker == Walker::Nobody
            || self.run.memories.len() >= self.settings.count(MazeKnob::Longest)
            || self.run.is_full()
    }

    pub(super) fn walk_on(&mut self) {
        match self.settings.walker {
            Walker::Explorer => self.step(|session| session.run.explore()),
            Walker::Model => self.step(Self::model_step),
            Walker::Nobody => {}
        }
    }

    /// Asks the transformer what to do at the agent's state, from all of its memories. Returns whether it has answered; a
    /// run that is full needs no answer.
    fn decides(&mut self) -> bool {
        let Some(reader) = &self.reader else {
            return false;
        };
        if self.run.is_full() {
            return true;
        }
        let at = (self.run.agent, self.run.memories.len(), reader.version());
        if self.decision.as_ref().is_none_or(|d| d.at != at) {
            let query = self.run.task.ask(self.run.agent);
            let question = reader.ask(&query, reader.tokens(usize::MAX), Want::default());
            let logits = None;
            self.decision = Some(Decision {
                at,
                question,
                logits,
            });
        }
        let Some(decision) = &mut self.decision else {
            return false;
        };
        if decision.logits.is_none() {
            decision.logits = decision.question.take().map(|answers| answers.logits);
        }
        decision.logits.is_some()
    }

    /// The transformer acts as it decided.
    pub(super) fn model_step(&mut self) {
        let Some(logits) = self.decision.take().and_then(|decision| decision.logits) else {
            return;
        };
        let temperature = self.settings.get(MazeKnob::Temperature) as f32;
        let policy = probabilities(&logits, temperature);
        let seed = self.settings.get(MazeKnob::Seed) as u64;
        let mut random = Random::new(seed, Stream::Agent, self.run.memories.len() as u64);
        let chances = policy.row(0);
        let drawn = draw(chances.iter().copied(), random.uniform());
        let likeliest = chickadee_engine::base::reduce::argmax(chances).unwrap_or(0);
        self.run.act(drawn.unwrap_or(likeliest), Source::Model);
    }

    /// One step of the maze, and what is told of it.
    pub(super) fn step(&mut self, take: impl FnOnce(&mut Self)) {
        let before = self.run.memories.len();
        if self.run.is_full() {
            self.queue.clear();
            self.homing = 0;
            self.owed = 0;
            self.playing = false;
            self.say(format!(
                "a lab holds {MAX_MEMORIES} memories; reset, or go on from a new task"
            ));
            return;
        }
        // What a scene does was kept when its command came.
        if self.playing && self.script.is_none() {
            self.remember("play");
        }
        take(self);
        self.stale = true;
        self.tick += 1;
        if let Some(memory) = self.run.memories.get(before) {
            let Memory { transition, .. } = *memory;
            if transition.reward > 0.0 {
                self.tell(Event::Rewarded {
                    state: transition.next,
                    memories: before + 1,
                });
            }
        }
    }

    /// What is asked for beside the policy, from the quickest to the slowest.
    pub(super) fn look_further(&mut self) -> Progress {
        let Some(reader) = &self.reader else {
            return Progress::Idle;
        };
        if !reader.is_up_to_date() {
            return Progress::Idle;
        }
        let look = self.look();
        let version = reader.version();
        let query = self.query.unwrap_or(self.run.agent);
        let lens = Lens::of(&self.settings, &self.run, query);
        let experienced = (&self.run, self.settings.rewards);
        let protocol = self.settings.protocol();
        let layers = reader.transformer.shape().layers;
        let layer = self.settings.count(MazeKnob::Layer).clamp(1, layers) - 1;
        let Some(insight) = self.insight.as_ref().filter(|i| i.look == look) else {
            return Progress::Idle;
        };
        if self.settings.head == Head::Rollout || self.settings.pattern {
            let head = self.settings.head;
            let tokens = reader.tokens(look);
            let follows = self
                .pattern
                .as_mut()
                .is_some_and(|p| p.follow((layer, head), reader, tokens, query));
            if !follows {
                self.pattern = Some(Pattern::new(layer, head, reader, tokens, query));
            }
            let (attention, own) = (&insight.attention, &insight.own);
            if let Some(pattern) = &mut self.pattern
                && let Some(progress) = pattern.advance(reader, attention, own).some()
            {
                return progress;
            }
        } else {
            self.pattern = None;
        }
        let readouts = self.model().map(|model| model.readouts.clone());
        if !self.settings.decode {
            self.decoded = None;
        } else if let Some(readouts) = readouts.filter(|r| !r.all.is_empty()) {
            let belongs = |d: &Decoded| d.belongs_to(layer + 1, reader, look);
            if !self.decoded.as_ref().is_some_and(belongs) {
                let hidden = &insight.hidden;
                self.decoded = Some(Decoded::new(&readouts, layer + 1, hidden, reader, look));
                return Progress::Worked;
            }
            if let Some(decoded) = &mut self.decoded
                && let Some(progress) = decoded.advance(&readouts, reader).some()
            {
                return progress;
            }
        }
        if let Some(attribution) = &mut self.attribution {
            if (attribution.version, attribution.look) != (version, look) {
                self.attribution = None;
                return Progress::Worked;
            }
            if let Some(progress) = attribution.advance(reader).some() {
                return progress;
            }
        }
        let curve = self.curve.advance(protocol, lens, experienced, reader);
        if let Some(progress) = curve.some() {
            return progress;
        }
        if !self.settings.compare {
            self.second = None;
        } else if !(self.second.as_ref()).is_some_and(|second| second.belongs_to(&self.run)) {
            let processor = self.processor.as_deref();
            self.second = Second::new(&self.settings, &self.run, reader, processor);
            if self.second.is_none() {
                self.settings.compare = false;
                self.say("a second task needs the same maze: pruned trees differ".to_owned());
            }
            return Progress::Worked;
        } else if let Some(second) = &mut self.second
            && let Some(progress) = second
                .advance(self.settings.rewards, look, (version, &insight.hidden))
                .some()
        {
            return progress;
        }
        if !self.settings.dqn {
            self.dqn = None;
            return Progress::Idle;
        }
        if look == 0 {
            self.dqn = None;
        } else if !(self.dqn.as_ref()).is_some_and(|job| job.is_of(look, version)) {
            self.dqn = Some(DqnJob::new(experienced, protocol, look, version));
        }
        let dqn = self.dqn.as_mut();
        Progress::of(dqn.is_some_and(|job| job.advance(protocol, &self.run)))
    }
}
