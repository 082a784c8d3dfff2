//! The loop: what is computed, in slices from the most to the least urgent, and how time passes.

use super::{
    Decoded, Head, MAX_MEMORIES, MazeKnob, Memory, Pattern, Second, Session, Source, Walker,
    curve::DqnJob,
    insight::{Insight, Lens},
    model,
    reader::{Field, Reader},
};
use crate::{
    analysis::probabilities,
    base::random::{Random, Stream},
    models::transformer::Want,
    session::{Command, Event},
};

/// Above this speed time does not wait for everything to be shown.
const HURRY: f64 = 50.0;

impl Session {
    /// Moves on: at most `steps` steps of paced time, in slices of a few milliseconds, for as long as `more` says so.
    /// Returns the steps that were taken.
    pub fn advance(&mut self, steps: usize, more: &mut dyn FnMut() -> bool) -> usize {
        let mut left = steps;
        loop {
            let worked = self.slice(&mut left);
            if !worked || !more() {
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

    /// One slice of work. Returns whether there was any.
    pub(super) fn slice(&mut self, left: &mut usize) -> bool {
        if self.reader.is_none() {
            return self.open_reader();
        }
        let hurry = self.speed >= HURRY && self.playing;
        if let Some(worked) = self.read() {
            return worked;
        }
        if !(hurry && *left > 0) && self.see() {
            return true;
        }
        if self.pass_time(left) {
            return true;
        }
        if hurry && self.see() {
            return true;
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
        self.reader = Some(Reader::new(model.transformer.clone()));
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

    /// Finds out what the transformer would do everywhere, a slice at a time. Returns whether there was work.
    pub(super) fn see(&mut self) -> bool {
        let look = self.look();
        let lens = Lens::of(&self.settings, &self.run, self.query());
        let protocol = self.settings.protocol();
        let Some(reader) = &self.reader else {
            return false;
        };
        let tag = (reader.version(), reader.tokens(look));
        let known = self.seen == Some(tag) && self.insight.as_ref().is_some_and(|i| i.look == look);
        if !known {
            // A length that the curve has passed costs nothing.
            let remembered = self.curve.points.iter().find(|point| point.length == look);
            let made = if let Some(point) = remembered {
                Some(point.field())
            } else {
                let mut field = match self.field.take().filter(|f| f.tokens() == tag.1) {
                    Some(field) => field,
                    None => Field::new(&self.run, reader, tag.1),
                };
                if field.advance(reader) {
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
            return true;
        }
        let Some(insight) = &mut self.insight else {
            return false;
        };
        if self.lens != Some(lens) {
            insight.focus(lens, protocol, &self.run, reader);
            self.lens = Some(lens);
            return true;
        }
        insight.look_at_next_layer(lens, &self.run.task, &mut self.pictures)
    }

    /// Steps of the maze, or of rest between two commands of a scene. Returns whether time passed.
    pub(super) fn pass_time(&mut self, left: &mut usize) -> bool {
        if *left == 0 {
            return false;
        }
        if let Some(action) = self.queue.pop_front() {
            self.step(|session| {
                session.run.act(action, Source::Own);
            });
            *left -= 1;
            return true;
        }
        if self.homing > 0 {
            self.homing -= 1;
            self.step(Self::model_step);
            *left -= 1;
            return true;
        }
        if self.owed > 0 {
            self.owed -= 1;
            *left -= 1;
            self.walk_on();
            return true;
        }
        if !self.playing {
            return false;
        }
        if let Some(script) = &mut self.script {
            *left -= 1;
            self.tick += 1;
            self.rested += 1;
            if self.rested < script.wait() {
                return true;
            }
            self.rested = 0;
            match script.next() {
                Some(command) => self.follow_script(command),
                None => {
                    self.script = None;
                    self.playing = false;
                }
            }
            return true;
        }
        if self.is_over() {
            self.playing = false;
            return false;
        }
        *left -= 1;
        self.walk_on();
        true
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

    /// The transformer acts at the agent's state, from all of its memories.
    pub(super) fn model_step(&mut self) {
        let Some(reader) = &self.reader else {
            return;
        };
        let query = self.run.task.ask(self.run.agent);
        let logits = reader
            .ask(&query, reader.tokens(usize::MAX), Want::default())
            .logits;
        let temperature = self.settings.get(MazeKnob::Temperature) as f32;
        let policy = probabilities(&logits, temperature);
        let seed = self.settings.get(MazeKnob::Seed) as u64;
        let mut random = Random::new(seed, Stream::Agent, self.run.memories.len() as u64);
        let mut rest = random.uniform();
        let chances = policy.row(0);
        let drawn = chances.iter().position(|chance| {
            rest -= chance;
            rest <= 0.0 && *chance > 0.0
        });
        let likeliest = crate::base::reduce::argmax(chances).unwrap_or(0);
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

    /// What is asked for beside the policy, from the quickest to the slowest. Returns whether there was work.
    pub(super) fn look_further(&mut self) -> bool {
        let Some(reader) = &self.reader else {
            return false;
        };
        if !reader.is_up_to_date() || self.field.is_some() {
            return false;
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
            return false;
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
                && pattern.advance(reader, attention, own)
            {
                return true;
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
                return true;
            }
            if let Some(decoded) = &mut self.decoded
                && decoded.advance(&readouts, reader)
            {
                return true;
            }
        }
        if let Some(attribution) = &mut self.attribution {
            if (attribution.version, attribution.look) != (version, look) {
                self.attribution = None;
                return true;
            }
            if !attribution.job.is_done() {
                attribution.job.advance();
                return true;
            }
        }
        if self.curve.advance(protocol, lens, experienced, reader) {
            return true;
        }
        if !self.settings.compare {
            self.second = None;
        } else if self.second.is_none() {
            self.second = Second::new(&self.settings, &self.run, reader);
            if self.second.is_none() {
                self.settings.compare = false;
                self.say("a second task needs the same maze: pruned trees differ".to_owned());
            }
            return true;
        } else if let Some(second) = &mut self.second
            && second.advance(self.settings.rewards, look, (version, &insight.hidden))
        {
            return true;
        }
        if !self.settings.dqn {
            self.dqn = None;
            return false;
        }
        let same = |job: &DqnJob| (job.look, job.version) == (look, version);
        if look > 0 && !self.dqn.as_ref().is_some_and(same) {
            self.dqn = Some(DqnJob::new(experienced, protocol, look, version));
        }
        self.dqn
            .as_mut()
            .is_some_and(|job| job.advance(protocol, &self.run))
    }
}
