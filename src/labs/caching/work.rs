//! The loop: work in slices from the most to the least urgent, and the passing of time.

use chickadee_engine::{
    analysis::RecallVerdict,
    models::barcode::{Euler, Memory},
};

use super::{Caching, Episode, EpisodeKind, Event, Knob, log::LogEntry};
use crate::{
    session::{FrameOf, Lab, Progress},
    texts,
};

/// Steps that a foraging bird rests between two decisions.
const REST: usize = 40;

type Frame = FrameOf<Caching>;

impl Caching {
    /// One slice of work: the network, the log, the episode, recall, rest, tuning.
    pub(super) fn work(&mut self, left: &mut usize, frame: &mut Frame) -> Progress {
        let state = &mut self.state;
        let progress = state.building.work(&state.run.settings);
        state.bring_network(frame.device.get());
        if let Some(progress) = progress.unless_idle() {
            return progress;
        }
        if let Some(progress) = self.episode_slice(left, frame).unless_idle() {
            return progress;
        }
        if let Some(progress) = self.recall_slice(frame).unless_idle() {
            return progress;
        }
        self.answer(frame);
        // Nothing that happens depends on the tuning of all places: it has the time that is left.
        if self.rest(left, frame) {
            return Progress::Worked;
        }
        self.tuning.work(&self.state)
    }

    /// Begins, moves or ends the episode: that of the next seed of the log, then that of the bird.
    fn episode_slice(&mut self, left: &mut usize, frame: &mut Frame) -> Progress {
        match self.state.next_entry() {
            Some(LogEntry::Cache(place)) if !self.is_caching() => {
                let place = *place;
                return self.begin_seed(place, frame);
            }
            None if !self.is_at_run() => return self.begin_at_bird(frame),
            _ => {}
        }
        let free = self.is_free();
        let parameters = match self.is_caching() {
            true => self.state.stored.settings().parameters(),
            false => self.state.run.settings.parameters(),
        };
        let context = self.state.context(&parameters);
        let (Some(episode), Some(context)) = (&mut self.episode, context) else {
            return Progress::Idle;
        };
        if episode.is_over() {
            if episode.closed {
                return Progress::Idle;
            }
            self.close_episode(frame);
            return Progress::Worked;
        }
        let again = episode.is_catching_up();
        let free = free || again || (self.settling && frame.clock.playing);
        if !free && !frame.clock.may_step(*left) {
            return Progress::Idle;
        }
        let progress = episode.advance(&context);
        if progress == Progress::Worked {
            if free {
                // Steps that were taken before are not counted again.
                frame.clock.tick += u64::from(!again);
            } else {
                frame.clock.step(left);
            }
        }
        progress
    }

    /// Whether a seed is being cached, be it the last of the log or one on the way there.
    pub(super) fn is_caching(&self) -> bool {
        let episode = self.episode.as_ref();
        episode.is_some_and(|episode| episode.kind == EpisodeKind::Cache && !episode.closed)
    }

    /// Whether the episode is that of the run, and not of a seed on the way there.
    pub(super) fn is_at_run(&self) -> bool {
        let episode = self.episode.as_ref();
        episode.is_some_and(|episode| episode.number == self.state.run.episode)
    }

    /// Whether the next seed of the log is the one that the bird is caching; other seeds are in the way.
    pub(super) fn is_last_seed(&self) -> bool {
        let run = &self.state.run;
        run.doing == EpisodeKind::Cache && self.state.stored.entries() + 1 == run.log.len()
    }

    /// Whether the episode goes on without regard to the clock.
    fn is_free(&self) -> bool {
        self.state.run.rushed || (self.is_caching() && !self.is_last_seed())
    }

    fn begin_seed(&mut self, place: usize, frame: &mut Frame) -> Progress {
        let number = match self.is_last_seed() {
            true => self.state.run.episode,
            false => 0,
        };
        self.overflow_told = None;
        self.begin((EpisodeKind::Cache, place, number), frame)
    }

    fn begin_at_bird(&mut self, frame: &mut Frame) -> Progress {
        let run = &mut self.state.run;
        if run.doing == EpisodeKind::Cache {
            // The seed is stored already.
            run.begin(EpisodeKind::Visit, true);
        }
        let which = (run.doing, run.bird, run.episode);
        self.begin(which, frame)
    }

    fn begin(&mut self, which: (EpisodeKind, usize, u64), frame: &mut Frame) -> Progress {
        let state = &self.state;
        let settings = match which.0 {
            EpisodeKind::Cache => state.stored.settings(),
            EpisodeKind::Visit | EpisodeKind::Check => &state.run.settings,
        };
        let parameters = settings.parameters();
        let Some(context) = state.context(&parameters) else {
            return Progress::Idle;
        };
        self.episode = Some(Episode::new(which, which.0.phase(settings), &context));
        frame.clock.rested = 0;
        Progress::Worked
    }

    fn close_episode(&mut self, frame: &mut Frame) {
        let Some(episode) = &mut self.episode else {
            return;
        };
        episode.closed = true;
        let (kind, place, overflow) = (episode.kind, episode.place, episode.overflow());
        if kind != EpisodeKind::Cache {
            if let Some(step) = overflow {
                self.overflowed(frame, step, "", "");
            }
            return;
        }
        if let Some(step) = overflow {
            self.overflowed(frame, step, "", texts::caching::overflowed_seed());
            self.state.run.lose(self.state.stored.entries());
        } else if let (Some(episode), Some(network)) = (&self.episode, self.state.network()) {
            let memory = Memory {
                place,
                weight: 1.0,
                barcode: episode.activity().into(),
                value: network.inputs.rates.row(place).into(),
            };
            self.state.stored.store(memory);
            let index = self.state.stored.memories().len() - 1;
            frame.emit(Event::Cached { place, index });
        }
        self.follow();
    }

    /// Emits an overflow; in words only once as long as the synapses stay as they are.
    fn overflowed(&mut self, frame: &mut Frame, step: usize, during: &str, then: &str) {
        frame.emit(Event::Overflow { step });
        let synapses = Some(self.state.synapses());
        if self.overflow_told == synapses {
            return;
        }
        self.overflow_told = synapses;
        let way_out = match self.state.run.settings.euler() {
            Euler::Reference => texts::caching::way_out_reference(),
            Euler::Safe => texts::caching::way_out_safe(),
        };
        let message = texts::caching::Overflowed {
            step,
            during,
            way_out,
            then,
        };
        frame.message(message.to_string());
    }

    /// One slice of recall at every place.
    fn recall_slice(&mut self, frame: &mut Frame) -> Progress {
        let progress = self.recall.work(&self.state);
        if progress == Progress::Worked
            && let Some(recall) = self.recall.get().filter(|recall| recall.is_done())
            && let Some(step) = recall.overflow
        {
            let raw = recall.curve.seed_raw.iter().flatten();
            let places = raw.filter(|raw| !raw.is_finite()).count();
            let during = texts::caching::OverflowedInRecall { places }.to_string();
            self.overflowed(frame, step, &during, "");
        }
        progress
    }

    /// Whether the bird's check is over and its answer was not emitted yet.
    pub(super) fn is_unanswered(&self) -> bool {
        self.episode.as_ref().is_some_and(|episode| {
            episode.kind == EpisodeKind::Check && episode.closed && !episode.answered
        })
    }

    /// Emits the answer of a check, once the curve that gives its scale is there.
    fn answer(&mut self, frame: &mut Frame) {
        if !self.is_unanswered() || !self.recall.is_settled(&self.state) {
            return;
        }
        if let Some((place, verdict)) = self.verdict() {
            let RecallVerdict {
                seed_ratio,
                peak,
                found,
            } = verdict;
            frame.emit(Event::Recalled {
                place,
                seed_ratio,
                peak,
                found,
            });
        }
        if let Some(episode) = &mut self.episode {
            episode.answered = true;
        }
    }

    /// The answer of the check that the bird is at. It follows from the recall curve and the threshold of now, so that a link
    /// gives the same one.
    pub(super) fn verdict(&self) -> Option<(usize, RecallVerdict)> {
        let episode = self.episode.as_ref()?;
        let recall = self.recall.current(&self.state)?;
        if episode.kind != EpisodeKind::Check || !episode.closed || !recall.is_done() {
            return None;
        }
        let threshold = self.state.run.settings.get(Knob::Threshold);
        let verdict = recall.curve.verdict(episode.place, threshold)?;
        Some((episode.place, verdict))
    }

    /// A step in which the bird only sits; then it may decide something. Returns whether time passed.
    fn rest(&mut self, left: &mut usize, frame: &mut Frame) -> bool {
        if !self.decides(frame) || !frame.clock.may_step(*left) {
            return false;
        }
        frame.clock.step(left);
        if !frame.rest_in_script() {
            frame.clock.rested += 1;
            if frame.clock.rested >= REST {
                frame.clock.rested = 0;
                let decision = self.state.run.decide();
                // A decision fits the world that it was made in.
                let _ = self.apply(decision, frame);
            }
        }
        true
    }
}
