//! The loop: what is computed, in slices from the most to the least urgent, and how time passes.

use std::rc::Rc;

use super::{
    Doing, Knob, REST, RecallJob, SEEDS, Session, TuningJob, jobs::Context, network::Build,
};
use crate::session::{
    Command, Event,
    processor::{FarNetwork, Processor, Progress, gave_up},
};
use chickadee_engine::{
    analysis::RecallVerdict,
    worlds::caching::{Decision, Forager, Situation},
};

impl Session {
    /// Moves on: at most `steps` steps of paced time, in slices of a few milliseconds, for as long as `more` says
    /// so. Everything that is not paced (weights, queued commands, jobs) goes on meanwhile. Returns the steps that
    /// were taken.
    pub fn advance(&mut self, steps: usize, more: &mut dyn FnMut() -> bool) -> usize {
        let mut left = steps;
        loop {
            let progress = self.slice(&mut left);
            if !progress.goes_on(self.processor.as_deref(), more) {
                return steps - left;
            }
        }
    }

    /// Finishes everything that is under way, without letting time pass. While paused, the episode stays where it is,
    /// but for the steps that were asked for.
    pub fn settle(&mut self) {
        self.settling = true;
        self.advance(self.owed, &mut || true);
        self.settling = false;
    }

    /// Lets `steps` steps pass and pauses there, with all else settled.
    pub fn run(&mut self, steps: usize) {
        self.playing = true;
        self.advance(steps, &mut || true);
        self.playing = false;
        self.owed = 0;
        self.settle();
    }

    /// Computes on `processor` from now on, or on the CPU again. Memories stay as they are, and so does what is known.
    pub fn set_processor(&mut self, processor: Option<Rc<dyn Processor>>) {
        self.processor = processor;
        self.far = None;
        if let Some(recall) = &mut self.recall {
            recall.move_house();
        }
        if let Some(tuning) = &mut self.tuning {
            tuning.move_house();
        }
        if let Some(episode) = &mut self.episode {
            episode.come_back();
        }
    }

    /// Whether there is a processor, be it that nothing was computed on it yet.
    #[must_use]
    pub fn has_processor(&self) -> bool {
        self.processor.is_some()
    }

    /// The network on the processor, if it is there: to measure with it what it takes.
    #[must_use]
    pub fn far_network(&self) -> Option<Rc<dyn FarNetwork>> {
        self.far.clone()
    }

    /// Whether the processor can compute the network: weights towards units ahead are the CPU's alone.
    #[must_use]
    pub fn suits_processor(&self) -> bool {
        self.settings.get(Knob::Skew) == 0.0
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

    /// Brings the network to the processor, if it is not there yet.
    fn bring_network(&mut self) {
        if let (Some(processor), Some(network), None) = (&self.processor, &self.network, &self.far)
        {
            let seed = self.settings.get(Knob::Seed) as u64;
            self.far = Some(processor.network(seed, &network.wiring));
        }
    }

    /// One slice of work.
    fn slice(&mut self, left: &mut usize) -> Progress {
        if let Some(build) = &mut self.build {
            if build.advance() {
                self.network = self.build.take().map(Build::finish);
                self.far = None;
            }
            return Progress::Worked;
        }
        self.check_processor();
        self.bring_network();
        let Some(network) = &self.network else {
            return Progress::Idle;
        };

        // A command waits for a seed to be stored; a visit makes way at once.
        let waiting = !self.queue.is_empty();
        if let Some(episode) = &mut self.episode
            && !episode.is_over()
            && (episode.kind != Doing::Visit || !waiting)
        {
            let again = episode.is_catching_up();
            let free = again || episode.rushed || waiting || (self.settling && self.playing);
            let paced = *left > 0 && (self.playing || self.owed > 0);
            if free || paced {
                let progress = episode.advance(&Context {
                    network,
                    parameters: &self.settings.parameters(),
                    memories: &self.memories,
                    far: self.far.as_deref(),
                });
                if progress == Progress::Waits {
                    return progress;
                }
                // Steps that were taken before are not counted again.
                self.tick += u64::from(!again);
                if !free {
                    *left -= 1;
                    self.owed = self.owed.saturating_sub(usize::from(!self.playing));
                }
                return Progress::Worked;
            }
        } else if self
            .episode
            .as_ref()
            .is_some_and(|e| e.is_over() && !e.closed)
        {
            self.close_episode();
            return Progress::Worked;
        } else if let Some(command) = self.queue.pop_front() {
            self.apply(command);
            self.quiet = self.quiet.saturating_sub(1);
            return Progress::Worked;
        } else if self.episode.is_none() {
            self.begin(Doing::Visit, true);
            return Progress::Worked;
        }
        if let Some(progress) = self.recall_slice().some() {
            return progress;
        }
        self.answer();
        // Nothing that happens depends on the tuning of all places: it has the time that is left.
        if self.rest(left) {
            return Progress::Worked;
        }
        self.tuning_slice()
    }

    /// One slice of recall at every place.
    fn recall_slice(&mut self) -> Progress {
        let Some(network) = &self.network else {
            return Progress::Idle;
        };
        let parameters = self.settings.parameters();
        let context = Context {
            network,
            parameters: &parameters,
            memories: &self.memories,
            far: self.far.as_deref(),
        };
        let search = self.settings.get(Knob::Search);
        let recall = self
            .recall
            .get_or_insert_with(|| RecallJob::new(&context, search, self.bird));
        if recall.is_done() {
            return Progress::Idle;
        }
        let progress = recall.advance(&context);
        if let Some(step) = recall.overflow.filter(|_| recall.is_done()) {
            let places = recall
                .curve
                .seed_raw
                .iter()
                .flatten()
                .filter(|raw| !raw.is_finite())
                .count();
            self.overflowed(step, &format!(" during recall at {places} places"), "");
        }
        progress
    }

    /// One slice of the tuning of every place.
    fn tuning_slice(&mut self) -> Progress {
        let Some(network) = &self.network else {
            return Progress::Idle;
        };
        let parameters = self.settings.parameters();
        let context = Context {
            network,
            parameters: &parameters,
            memories: &self.memories,
            far: self.far.as_deref(),
        };
        let gain = self.settings.get(Knob::Gain);
        let job = self
            .tuning
            .get_or_insert_with(|| TuningJob::new(&context, gain, self.bird));
        if job.is_done() {
            return Progress::Idle;
        }
        job.advance(&context)
    }

    /// Tells the answer of a check, once the curve that gives its scale is there.
    fn answer(&mut self) {
        let known = self.recall.as_ref().is_some_and(RecallJob::is_done);
        if !known || self.unanswered.take().is_none() {
            return;
        }
        if let Some((place, verdict)) = self.verdict() {
            let RecallVerdict {
                seed_ratio,
                peak,
                found,
            } = verdict;
            self.tell(Event::Recalled {
                place,
                seed_ratio,
                peak,
                found,
            });
        }
    }

    /// The answer of the check that the bird is at. It follows from the recall curve and the threshold of now, so that a
    /// link gives the same one.
    pub(super) fn verdict(&self) -> Option<(usize, RecallVerdict)> {
        let episode = self.episode.as_ref()?;
        let checked = episode.kind == Doing::Check && episode.closed;
        let recall = self
            .recall
            .as_ref()
            .filter(|job| checked && job.is_done())?;
        let threshold = self.settings.get(Knob::Threshold);
        let verdict = recall.curve.verdict(episode.place, threshold)?;
        Some((episode.place, verdict))
    }

    /// A step in which the bird only sits; then it may decide something. Returns whether time passed.
    fn rest(&mut self, left: &mut usize) -> bool {
        let may = self.playing || self.owed > 0;
        if *left == 0 || !may || !(self.forage || self.script.is_some()) {
            return false;
        }
        *left -= 1;
        self.owed = self.owed.saturating_sub(usize::from(!self.playing));
        self.tick += 1;
        self.rested += 1;
        if let Some(script) = &mut self.script {
            if self.rested >= script.wait() {
                self.rested = 0;
                if let Some(command) = script.next() {
                    self.enqueue(command);
                } else {
                    self.script = None;
                }
            }
        } else if self.rested >= REST {
            self.rested = 0;
            self.decide();
        }
        true
    }

    fn decide(&mut self) {
        let forager = Forager::new(self.settings.get(Knob::Seed) as u64);
        let cached: Vec<usize> = self.memories.iter().map(|memory| memory.place).collect();
        let situation = Situation {
            geometry: self.settings.geometry(),
            places: self.settings.count(Knob::Places),
            at: self.bird,
            cached: &cached,
            limit: SEEDS,
            just_flew: self.just_flew,
        };
        let decision = forager.decide(self.decisions, &situation);
        self.decisions += 1;
        self.enqueue(match decision {
            Decision::Fly(place) => Command::Fly(place),
            Decision::Cache => Command::Cache,
            Decision::Check => Command::Check,
        });
    }
}
