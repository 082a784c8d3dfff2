use super::{Build, Command, Doing, Knob, LogEntry, Session, log};
use crate::share::{
    link::{Link, LinkError},
    scenes::{self, Scene},
};

/// A scene's commands, one after the other, each after a rest.
pub(super) struct Script {
    scene: &'static Scene,
    position: usize,
}

impl Script {
    /// Steps to rest before the next command.
    pub fn wait(&self) -> usize {
        self.scene.script.get(self.position).map_or(1, |(wait, _)| *wait)
    }

    /// The next command; scenes that go round begin again.
    pub fn next(&mut self) -> Option<Command> {
        let (_, text) = self.scene.script.get(self.position)?;
        self.position += 1;
        if self.position == self.scene.script.len() && self.scene.goes_round {
            self.position = 0;
        }
        text.parse().ok()
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
        let mut session = Self { build: None, ..Self::default() };
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
        Ok(Loaded { messages: self.messages.clone() })
    }

    pub(super) fn open_scene(&mut self, name: &str) {
        let Some(scene) = scenes::find(name) else { return };
        self.remember("scene");
        match Link::parse(scene.link) {
            Ok(link) => self.load(&Link { scene: Some(scene), ..link }),
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
        self.messages.clear();
        self.decisions = link.decisions;
        self.forage = link.forage;
        self.playing = link.t.is_none();
        self.owed = 0;
        self.scene = link.scene;
        self.script = link.scene.map(|scene| Script { scene, position: 0 }).filter(|s| !s.scene.script.is_empty());
        let places = self.settings.count(Knob::Places);
        self.bird = 0;
        if !same_network {
            self.rebuild();
        }
        self.synapses_changed();
        for message in &link.messages {
            self.say(message.clone());
        }
        for entry in &link.log {
            match entry {
                LogEntry::Cache(place) if *place >= places => {
                    self.say(format!("there is no place {place} to cache at; places are 0 to {}", places - 1));
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
                self.say(format!("there is no place {place}; places are 0 to {}", places - 1));
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

    /// The link that brings this lab back, without what a page adds around it.
    #[must_use]
    pub fn link(&self) -> String {
        let mut log = self.log.clone();
        if let Some(episode) = self.episode.as_ref().filter(|e| e.kind == Doing::Cache && !e.closed) {
            log::append(&mut log, LogEntry::Cache(episode.place));
        }
        let running = self.episode.as_ref().filter(|e| !e.run().is_over()).map(|e| e.run().step());
        Link {
            settings: self.base.clone(),
            log,
            at: Some(self.bird),
            doing: self.episode.as_ref().map(|e| e.kind),
            t: running,
            forage: self.forage,
            decisions: self.decisions,
            scene: None,
            messages: Vec::new(),
        }
        .to_string()
    }
}
