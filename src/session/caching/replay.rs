use super::{
    Build, Command, Doing, Effect, Knob, LogEntry, MAX_MEMORIES, Script, Session, Settings,
    episode::Episode, log,
};
use crate::share::{
    link::{Link, LinkError},
    scenes,
};

/// What a link must say, carried on through the commands that wait.
struct Future {
    now: Settings,
    base: Settings,
    log: Vec<LogEntry>,
    seeds: Vec<usize>,
    at: usize,
    doing: Doing,
    forage: bool,
}

impl Future {
    fn cache(&mut self) {
        self.seeds.push(self.at);
        log::append(&mut self.log, LogEntry::Cache(self.at));
        self.doing = Doing::Cache;
    }

    /// All seeds again under the settings of then.
    fn replay(&mut self) {
        let places = self.now.count(Knob::Places);
        self.at = self.at.min(places - 1);
        self.seeds.retain(|&place| place < places);
        self.base = self.now.clone();
        self.log = self.seeds.iter().copied().map(LogEntry::Cache).collect();
        self.doing = Doing::Visit;
    }

    fn apply(&mut self, command: &Command) {
        let places = self.now.count(Knob::Places);
        match command {
            Command::Fly(place) => (self.at, self.doing) = ((*place).min(places - 1), Doing::Visit),
            Command::Move(right, down) => {
                self.at = self
                    .now
                    .geometry()
                    .neighbour(places, self.at, *right, *down);
                self.doing = Doing::Visit;
            }
            Command::Cache if self.seeds.len() < MAX_MEMORIES => self.cache(),
            Command::Check => self.doing = Doing::Check,
            Command::Set(key, value) => {
                let before = self.now.clone();
                if self.now.set_text(key, value).is_err() || self.now == before {
                    return;
                }
                match Settings::effect_of(key) {
                    Effect::Rebuild => self.replay(),
                    Effect::Live if !self.log.is_empty() => {
                        log::append(&mut self.log, LogEntry::Set(key.clone(), value.clone()));
                        self.doing = Doing::Visit;
                    }
                    effect => {
                        let _ = self.base.set_text(key, value);
                        if effect == Effect::Live || key == Knob::Gain.info().key {
                            self.doing = Doing::Visit;
                        }
                    }
                }
            }
            Command::Weight(index, weight) if *index < self.seeds.len() => {
                log::append(&mut self.log, LogEntry::Weight(*index, *weight));
                self.doing = Doing::Visit;
            }
            Command::Remove(index) if *index < self.seeds.len() => {
                self.seeds.remove(*index);
                log::append(&mut self.log, LogEntry::Remove(*index));
                self.doing = Doing::Visit;
            }
            Command::Without(index) => {
                if *index < self.seeds.len() {
                    self.seeds.remove(*index);
                }
                self.replay();
            }
            Command::Replay => self.replay(),
            Command::Forage(on) => self.forage = *on,
            _ => {}
        }
    }
}

/// What came of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// What was clamped or ignored, one sentence each.
    pub messages: Vec<String>,
}

impl Session {
    /// A lab as a link says, not yet settled.
    ///
    /// # Errors
    /// When the link cannot be read at all.
    pub fn from_link(text: &str) -> Result<Self, LinkError> {
        let mut session = Self {
            build: None,
            ..Self::default()
        };
        session.load(&Link::parse(text)?);
        Ok(session)
    }

    /// Makes this the lab of a link. The state before can be brought back by undo.
    ///
    /// # Errors
    /// When the link cannot be read at all; the lab is as it was.
    pub fn open_link(&mut self, text: &str) -> Result<Loaded, LinkError> {
        let link = Link::parse(text)?;
        self.remember("open link");
        self.load(&link);
        Ok(Loaded {
            messages: self.messages().to_vec(),
        })
    }

    pub(super) fn open_scene(&mut self, name: &str) {
        let Some(scene) = scenes::find(name) else {
            return;
        };
        self.remember("scene");
        match Link::parse(scene.link) {
            Ok(link) => self.load(&Link {
                scene: Some(scene),
                ..link
            }),
            Err(error) => self.say(error.to_string()),
        }
    }

    fn load(&mut self, link: &Link) {
        let settings = link.settings.clone();
        let same_network = self.network.is_some() && settings.builds_like(&self.settings);
        self.settings = settings;
        self.base = self.settings.clone();
        self.log.clear();
        self.memories.clear();
        self.before.clear();
        self.queue.clear();
        self.quiet = 0;
        self.diary.forget_messages();
        self.decisions = link.decisions;
        self.forage = link.forage;
        self.playing = link.t.is_none();
        self.owed = 0;
        self.scene = link.scene;
        self.script = link.scene.and_then(Script::of);
        let places = self.settings.count(Knob::Places);
        self.bird = 0;
        if same_network {
            self.code_places()
        } else {
            self.rebuild()
        }
        self.synapses_changed();
        for message in &link.messages {
            self.say(message.clone());
        }
        for entry in &link.log {
            match entry {
                LogEntry::Cache(place) if *place >= places => {
                    self.say(format!(
                        "there is no place {place} to cache at; places are 0 to {}",
                        places - 1
                    ));
                }
                LogEntry::Cache(place) => {
                    self.enqueue(Command::Fly(*place));
                    self.enqueue(Command::Cache);
                }
                LogEntry::Set(key, value) => self.enqueue(Command::Set(key.clone(), value.clone())),
                LogEntry::Weight(index, weight) => self.enqueue(Command::Weight(*index, *weight)),
                LogEntry::Remove(index) => self.enqueue(Command::Remove(*index)),
            }
        }
        let last = link.log.iter().rev().find_map(|entry| match entry {
            LogEntry::Cache(place) if *place < places => Some(*place),
            _ => None,
        });
        let at = match link.at {
            Some(place) if place >= places => {
                self.say(format!(
                    "there is no place {place}; places are 0 to {}",
                    places - 1
                ));
                last.unwrap_or(0)
            }
            at => at.or(last).unwrap_or(0),
        };
        // A link that ends with caching ends there; otherwise the bird looks around, or checks.
        let ends_with_cache = link.doing == Some(Doing::Cache) && last == Some(at);
        if !ends_with_cache {
            self.enqueue(Command::Fly(at));
            if link.doing == Some(Doing::Check) {
                self.enqueue(Command::Check);
            }
        }
        if let Some(t) = link.t {
            self.owed = t;
        }
        self.quiet = self.queue.len();
    }

    pub(super) fn reset(&mut self) {
        self.remember("reset");
        self.queue.clear();
        self.quiet = 0;
        self.script = None;
        self.log.clear();
        self.memories.clear();
        self.before.clear();
        self.base = self.settings.clone();
        self.decisions = 0;
        self.synapses_changed();
        self.tell(super::Event::Cleared);
    }

    /// Place mode depends on a parameter that does not rebuild the network.
    pub(super) fn code_places(&mut self) {
        let parameters = self.settings.parameters();
        if let Some(network) = &mut self.network {
            network.code_places(&parameters);
        }
    }

    pub(super) fn rebuild(&mut self) {
        self.network = None;
        self.episode = None;
        self.recall = None;
        self.tuning = None;
        self.build = Some(Build::new(&self.settings));
    }

    /// Caches all seeds again in the network of now, in their order, but for one.
    pub(super) fn replay(&mut self, without: Option<usize>) {
        let bird = self.bird;
        let places = self.settings.count(Knob::Places);
        self.before = std::mem::take(&mut self.memories);
        self.log.clear();
        self.base = self.settings.clone();
        // In front of what already waits, and in this order.
        let again: Vec<usize> = self.before.iter().map(|memory| memory.place).collect();
        self.synapses_changed();
        self.queue.push_front(Command::Fly(bird));
        let waiting = self.queue.len();
        for (index, place) in again.into_iter().enumerate().rev() {
            if Some(index) != without && place < places {
                self.queue.push_front(Command::Cache);
                self.queue.push_front(Command::Fly(place));
            }
        }
        self.quiet += self.queue.len() - waiting + 1;
    }

    /// The link that brings this lab back, without what a page adds around it. What is still to be done counts as
    /// done.
    #[must_use]
    pub fn link(&self) -> String {
        let mut future = Future {
            now: self.settings.clone(),
            base: self.base.clone(),
            log: self.log.clone(),
            seeds: self.memories.iter().map(|memory| memory.place).collect(),
            at: self.bird,
            doing: self.episode.as_ref().map_or(Doing::Visit, |e| {
                // A seed that overflowed was not stored: there is nothing that a link could end with.
                let lost = e.kind == Doing::Cache && e.overflow().is_some();
                if lost { Doing::Visit } else { e.kind }
            }),
            forage: self.forage,
        };
        if self.is_caching() {
            future.cache();
        }
        for command in &self.queue {
            future.apply(command);
        }
        let running = self
            .episode
            .as_ref()
            .filter(|e| !e.is_over())
            .map(Episode::step);
        let later = self.network.is_none() || !self.queue.is_empty();
        Link {
            settings: future.base,
            log: future.log,
            at: Some(future.at),
            doing: Some(future.doing),
            t: if later {
                (!self.playing).then_some(self.owed)
            } else {
                running
            },
            forage: future.forage,
            decisions: self.decisions,
            scene: None,
            messages: Vec::new(),
        }
        .to_string()
    }
}
