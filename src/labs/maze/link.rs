//! Links of the maze lab: settings, the user's own maze, and the log.

use super::{
    Key, MAX_MEMORIES, MazeLab, Settings, Which,
    run::{Entry, MOST_TOUCHED, Run},
    shipped::Shipped,
};
use crate::{
    session::{FrameOf, LinkPairs, shortened},
    texts,
};

/// The contents of a link.
#[derive(Clone, Debug, Default)]
struct Link {
    settings: Settings,
    own: Option<String>,
    log: Vec<Entry>,
    t: Option<usize>,
    goal: Option<usize>,
    start: Option<usize>,
    look: Option<usize>,
    ask: Option<usize>,
    attribute: bool,
    model: Option<u64>,
    messages: Vec<String>,
}

impl Link {
    fn read(pairs: &LinkPairs) -> Self {
        let mut link = Self::default();
        // The kind first: the defaults depend on it.
        let first = |(key, _): &&(String, String)| key == "task";
        let pairs = &pairs.pairs;
        let rest = pairs.iter().filter(|pair| !first(pair));
        for (key, value) in pairs.iter().filter(first).chain(rest) {
            link.read_pair(key, value);
        }
        link
    }

    fn read_pair(&mut self, key: &str, value: &str) {
        let number = || value.parse::<usize>().ok();
        let mut refuse = |expected: &str| {
            let value = shortened(value);
            let ignored = texts::shell::OptionIgnored {
                key,
                value,
                expected,
            };
            self.messages.push(ignored.to_string());
        };
        match key {
            "lab" | "v" | "scene" => {}
            "t" => match number().filter(|n| *n <= MAX_MEMORIES) {
                Some(t) => self.t = Some(t),
                None => {
                    let most = MAX_MEMORIES;
                    refuse(&texts::maze::ExpectsMemoriesUpTo { most }.to_string());
                }
            },
            "goal" | "start" | "ask" => match number() {
                Some(state) if key == "goal" => self.goal = Some(state),
                Some(state) if key == "start" => self.start = Some(state),
                Some(state) => self.ask = Some(state),
                None => refuse(texts::maze::expects_state_number()),
            },
            "attribute" => match value {
                "on" | "off" => self.attribute = value == "on",
                _ => refuse(texts::session::expects_switch()),
            },
            "look" => match number() {
                Some(look) => self.look = Some(look),
                None => refuse(texts::maze::expects_memories()),
            },
            "model" => match u64::from_str_radix(value, 16) {
                Ok(hash) => self.model = Some(hash),
                Err(_) => refuse(texts::maze::expects_hash()),
            },
            "maze" => self.own = Some(value.replace('|', "\n")),
            "log" => self.read_log(value),
            _ => match self.settings.set_text(key, value) {
                Ok(None) => {}
                Ok(Some(note)) => self.messages.push(note.to_string()),
                Err(error) => self.messages.push(error.to_string()),
            },
        }
    }

    fn read_log(&mut self, value: &str) {
        let mut named = 0;
        for part in value.split(';').filter(|part| !part.is_empty()) {
            let entry = part.parse();
            if let Ok(Entry::Edit(_, Which::These(numbers))) = &entry {
                named += numbers.len();
            }
            match entry {
                Ok(entry) if named <= MOST_TOUCHED => self.log.push(entry),
                _ => {
                    let entry = shortened(part);
                    self.messages
                        .push(texts::session::LogEnds { entry }.to_string());
                    break;
                }
            }
        }
    }
}

/// The sentence on a transformer of the user's own that a link was made with and that is not here.
pub(super) fn missing_model(hash: u64) -> String {
    let hash = format!("{hash:016x}");
    texts::maze::MissingModel { hash }.to_string()
}

impl MazeLab {
    /// The hash of the user's own transformer, if that is at work.
    fn own_model(&self) -> Option<u64> {
        self.models.own_hash(self.settings.checkpoint())
    }

    /// Becomes the lab of a link, with a scene's script if there is one.
    pub(super) fn read_link(&mut self, pairs: &LinkPairs, frame: &mut FrameOf<Self>) {
        let mut link = Link::read(pairs);
        let own = link.own.as_deref().map(Into::into);
        let run = Run::new(&link.settings, own).or_else(|error| {
            link.messages.push(error);
            Run::new(&link.settings, None)
        });
        let run = run.or_else(|error| {
            link.messages.push(error);
            link.settings = Settings::of(link.settings.kind());
            Run::new(&link.settings, None)
        });
        self.settings = link.settings.clone();
        if let Ok(run) = run {
            self.run = run;
        }
        self.fit_own_maze();
        let places = [link.goal.map(Entry::Goal), link.start.map(Entry::Place)];
        let mut log: Vec<Entry> = places.into_iter().flatten().collect();
        log.extend(link.log.iter().cloned());
        if let Some(t) = link.t.filter(|_| link.log.is_empty()) {
            log.push(Entry::Explore(t));
        }
        self.run.replay(&log, &mut link.messages);
        let states = self.run.task.maze.states();
        self.look = link.look.map(|look| look.min(self.run.memories.len()));
        self.query = link.ask.filter(|&state| state < states);
        if let Some(state) = link.ask.filter(|&state| state >= states) {
            let last = states - 1;
            link.messages
                .push(texts::maze::NoState { state, last }.to_string());
        }
        // Some open a copy of a checkpoint that comes along; others lack the copy, not the checkpoint.
        if let Some(shipped) = link
            .model
            .and_then(|hash| Shipped::with_hash(self.settings.kind(), hash))
        {
            self.settings.choose(shipped);
            link.model = None;
        }
        self.told = None;
        self.expected_model = link.model.filter(|hash| self.own_model() != Some(*hash));
        if let Some(hash) = self.expected_model {
            link.messages.push(missing_model(hash));
        }
        let clock = &mut frame.clock;
        clock.playing = frame.script.is_some() || (link.t.is_none() && link.log.is_empty());
        clock.speed = 1.0;
        clock.tick = self.run.memories.len() as u64;
        self.halt(frame);
        match link.attribute.then(|| self.request()) {
            Some(Err(why)) => link.messages.push(why.to_owned()),
            request => self.requested = request.and_then(Result::ok),
        }
        for message in link.messages {
            frame.message(message);
        }
    }

    /// The link that brings this lab back, without what a page adds around it.
    pub(super) fn write_link(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        out.append_pair("lab", "maze");
        out.append_pair("task", self.settings.kind().name());
        let words = Key::WORDS.into_iter().chain([Key::Weights]);
        for key in Key::NUMBERS.into_iter().chain(words) {
            if key == Key::Seed || !self.settings.is_default(key) {
                out.append_pair(key.setting().key, &self.settings.text(key));
            }
        }
        if let Some(own) = &self.run.own {
            let lines: Vec<&str> = own
                .lines()
                .map(str::trim)
                .filter(|l| !l.is_empty())
                .collect();
            out.append_pair("maze", &lines.join("|"));
        }
        let mut log = &self.run.log[..];
        if let [Entry::Goal(state), rest @ ..] = log {
            out.append_pair("goal", &state.to_string());
            log = rest;
        }
        if let [Entry::Place(state), rest @ ..] = log {
            out.append_pair("start", &state.to_string());
            log = rest;
        }
        match log {
            [] => {
                out.append_pair("t", "0");
            }
            [Entry::Explore(steps)] => {
                out.append_pair("t", &steps.to_string());
            }
            log => {
                let log: Vec<String> = log.iter().map(ToString::to_string).collect();
                out.append_pair("log", &log.join(";"));
            }
        }
        if let Some(look) = self.look {
            out.append_pair("look", &look.to_string());
        }
        if let Some(query) = self.query {
            out.append_pair("ask", &query.to_string());
        }
        if self.requested().is_some() {
            out.append_pair("attribute", "on");
        }
        if let Some(hash) = self.own_model().or(self.expected_model) {
            out.append_pair("model", &format!("{hash:016x}"));
        }
        // What is safe in a fragment stays readable.
        out.finish()
            .replace("%3B", ";")
            .replace("%3D", "=")
            .replace("%7C", "|")
            .replace("%2C", ",")
            .replace("%3A", ":")
    }
}
