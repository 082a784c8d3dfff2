use chickadee_engine::worlds::caching::{Decision, Forager, Situation};

use super::{
    Command, EpisodeKind, Knob, MAX_MEMORIES, Settings,
    command::Refusal,
    link::Link,
    log::{self, LogEntry},
};
use crate::{
    session::{Effect, Note, Scene, SettingError},
    texts,
};

/// Seeds that a foraging bird caches before it only looks for them.
const SEEDS: usize = 3;

/// Settings, log, and the bird: all that commands change. They do so at once; the network, the memories and everything that is
/// shown follow from the run.
///
/// The log begins with a cached seed or is empty: settings that are changed before that are those that it starts from.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The settings that the log starts from.
    pub base: Settings,
    /// The settings of now.
    pub settings: Settings,
    /// Changes of the stored memories, in order.
    pub log: Vec<LogEntry>,
    /// The place where the bird is.
    pub bird: usize,
    /// The bird's activity there. A seed being cached is the last entry of the log.
    pub doing: EpisodeKind,
    /// Whether that goes on without regard to the clock.
    pub rushed: bool,
    /// Whether the seed that was being cached overflowed and is in no log.
    pub lost: bool,
    /// Counts the episodes that were begun, so that the same one can begin again.
    pub episode: u64,
    /// Whether the bird decides by itself.
    pub forage: bool,
    /// Decisions so far.
    pub decisions: u64,
    /// Whether the bird has done nothing at its place since it came.
    pub just_flew: bool,
    /// The scene, if one was opened.
    pub scene: Option<&'static Scene>,
}

impl Run {
    /// A bird at place 0 that looks around, and no seeds.
    pub fn new() -> Self {
        Self {
            rushed: true,
            ..Self::default()
        }
    }

    /// The run of a link, and the problems with it, one sentence each.
    pub fn from_link(link: &Link) -> (Self, Vec<String>) {
        let mut run = Self {
            base: link.settings.clone(),
            settings: link.settings.clone(),
            forage: link.forage,
            decisions: link.decisions,
            ..Self::default()
        };
        let mut messages = Vec::new();
        let places = run.places();
        let end = places - 1;
        let cached = |entry: &LogEntry| match entry {
            LogEntry::Cache(place) => Some(*place),
            _ => None,
        };
        let cached: Vec<usize> = link.log.iter().filter_map(cached).collect();
        for place in cached.iter().filter(|place| **place >= places) {
            messages.push(texts::caching::NoPlaceToCache { place, last: end }.to_string());
        }
        let last = cached.into_iter().rfind(|place| *place < places);
        let at = link.at.filter(|place| *place < places).or(last);
        if let Some(place) = link.at.filter(|place| *place >= places) {
            messages.push(Refusal::NoPlace { place, last: end }.to_string());
        }
        for entry in &link.log {
            match entry {
                LogEntry::Cache(place) if *place >= places => {}
                LogEntry::Cache(place) => {
                    run.fly(*place);
                    run.cache();
                }
                LogEntry::Set(key, value) => match run.set(key, value) {
                    Ok(note) => messages.extend(note.map(|note| note.to_string())),
                    Err(error) => messages.push(error.to_string()),
                },
                LogEntry::Weight(index, weight) => run.weight(*index, *weight),
                LogEntry::Remove(index) => run.remove(*index),
            }
        }
        let at = at.unwrap_or(0);
        // A link that ends with caching ends there; otherwise the bird looks around, or checks.
        if link.doing != Some(EpisodeKind::Cache) || last != Some(at) {
            run.fly(at);
            if link.doing == Some(EpisodeKind::Check) {
                run.check();
            }
        }
        (run, messages)
    }

    /// The link that brings the run back, `t` Euler steps into the episode, or with the episode at its end.
    pub fn link(&self, t: Option<usize>) -> Link {
        let doing = if self.lost {
            // A seed that overflowed was not stored: there is nothing that a link could end with.
            EpisodeKind::Visit
        } else {
            self.doing
        };
        Link {
            settings: self.base.clone(),
            log: self.log.clone(),
            at: Some(self.bird),
            doing: Some(doing),
            t,
            forage: self.forage,
            decisions: self.decisions,
            messages: Vec::new(),
        }
    }

    /// S.
    pub fn places(&self) -> usize {
        self.settings.count(Knob::Places)
    }

    /// The places of the cached seeds, in their order.
    pub fn seeds(&self) -> Vec<usize> {
        log::seeds(&self.log)
    }

    /// Whether there is no room for another seed.
    pub fn is_full(&self) -> bool {
        self.seeds().len() >= MAX_MEMORIES
    }

    /// Whether a command can be carried out.
    pub fn check_command(&self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Fly(place) if *place >= self.places() => Err(Refusal::NoPlace {
                place: *place,
                last: self.places() - 1,
            }),
            Command::Weight(index, _) | Command::Remove(index) | Command::Without(index) => {
                let count = self.seeds().len();
                let refusal = Refusal::NoMemory {
                    index: *index,
                    count,
                };
                if *index < count { Ok(()) } else { Err(refusal) }
            }
            _ => Ok(()),
        }
    }

    /// Carries a command out.
    pub fn apply(&mut self, command: Command) {
        match command {
            Command::Fly(place) => self.fly(place),
            Command::Move(right, down) => {
                let geometry = self.settings.geometry();
                self.fly(geometry.neighbour(self.places(), self.bird, right, down));
            }
            Command::Cache => self.cache(),
            Command::Check => self.check(),
            Command::Weight(index, weight) => self.weight(index, weight),
            Command::Remove(index) => self.remove(index),
            Command::Without(index) => self.replay(Some(index)),
            Command::Replay => self.replay(None),
            Command::Forage(on) => self.forage = on,
        }
    }

    /// Begins an episode where the bird is.
    pub fn begin(&mut self, doing: EpisodeKind, rushed: bool) {
        (self.doing, self.rushed, self.lost) = (doing, rushed, false);
        self.episode += 1;
    }

    fn fly(&mut self, place: usize) {
        self.bird = place.min(self.places() - 1);
        self.begin(EpisodeKind::Visit, false);
        self.just_flew = true;
    }

    fn cache(&mut self) {
        if !self.is_full() {
            self.push(LogEntry::Cache(self.bird));
            self.begin(EpisodeKind::Cache, false);
            self.just_flew = false;
        }
    }

    fn check(&mut self) {
        self.begin(EpisodeKind::Check, false);
        self.just_flew = false;
    }

    fn weight(&mut self, index: usize, weight: f64) {
        if self.push(LogEntry::Weight(index, weight)) {
            self.begin(EpisodeKind::Visit, true);
        }
    }

    fn remove(&mut self, index: usize) {
        if self.push(LogEntry::Remove(index)) {
            self.begin(EpisodeKind::Visit, true);
        }
    }

    /// Adds an entry to the log, if there is the memory that it is about. Returns whether there was.
    fn push(&mut self, entry: LogEntry) -> bool {
        match entry {
            LogEntry::Set(key, value) if self.log.is_empty() => {
                // Refusals were found when it was set.
                let _ = self.base.set_text(&key, &value);
            }
            LogEntry::Weight(index, _) | LogEntry::Remove(index) if index >= self.seeds().len() => {
                return false;
            }
            entry => log::append(&mut self.log, entry),
        }
        true
    }

    /// Forgets all seeds, but neither the settings nor the bird.
    pub fn reset(&mut self) {
        self.log.clear();
        self.base = self.settings.clone();
        self.decisions = 0;
        self.begin(EpisodeKind::Visit, true);
    }

    /// Caches all seeds again with the settings of now, in their order, but for one.
    fn replay(&mut self, without: Option<usize>) {
        let places = self.places();
        let seeds = self.seeds().into_iter().enumerate();
        let again = seeds.filter(|(index, place)| Some(*index) != without && *place < places);
        self.log = again.map(|(_, place)| LogEntry::Cache(place)).collect();
        self.base = self.settings.clone();
        self.fly(self.bird);
    }

    /// The settings with another value, and a note where it had to be moved.
    ///
    /// # Errors
    /// When it is refused.
    pub fn with(&self, key: &str, value: &str) -> Result<(Settings, Option<Note>), SettingError> {
        let mut settings = self.settings.clone();
        let note = settings.set_text(key, value)?;
        Ok((settings, note))
    }

    /// Changes a setting.
    ///
    /// # Errors
    /// When it is refused; the run is as it was.
    pub fn set(&mut self, key: &str, value: &str) -> Result<Option<Note>, SettingError> {
        let (settings, note) = self.with(key, value)?;
        if settings == self.settings {
            return Ok(note);
        }
        self.settings = settings;
        let is = |knob: Knob| key == knob.setting().key;
        match self.settings.values().table().effect(key) {
            Some(Effect::View) => {
                let _ = self.base.set_text(key, value);
                if is(Knob::Gain) {
                    self.begin(EpisodeKind::Visit, true);
                } else if is(Knob::Search) && self.doing == EpisodeKind::Check {
                    self.begin(EpisodeKind::Check, true);
                }
            }
            Some(Effect::Live) => {
                self.push(LogEntry::Set(key.to_owned(), value.to_owned()));
                self.begin(EpisodeKind::Visit, true);
            }
            Some(Effect::Rebuild) | None => self.replay(None),
        }
        Ok(note)
    }

    /// The seed of entry `entry` overflowed while it was being cached: the log goes on without it.
    pub fn lose(&mut self, entry: usize) {
        let is_last = entry + 1 == self.log.len();
        self.lost = is_last && self.doing == EpisodeKind::Cache;
        let mut log = std::mem::take(&mut self.log);
        log.remove(entry);
        for entry in log {
            self.push(entry);
        }
    }

    /// The next decision of a foraging bird: a function of the random seed, the number of decisions, and what the bird sees.
    pub fn decide(&mut self) -> Command {
        let forager = Forager::new(self.settings.get(Knob::Seed) as u64);
        let cached = self.seeds();
        let situation = Situation {
            geometry: self.settings.geometry(),
            places: self.places(),
            at: self.bird,
            cached: &cached,
            limit: SEEDS,
            just_flew: self.just_flew,
        };
        let decision = forager.decide(self.decisions, &situation);
        self.decisions += 1;
        match decision {
            Decision::Fly(place) => Command::Fly(place),
            Decision::Cache => Command::Cache,
            Decision::Check => Command::Check,
        }
    }
}
