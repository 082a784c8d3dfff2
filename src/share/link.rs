//! Links: a lab as `key=value` pairs. Which lab is said by `lab`; the keys of the maze lab are those of its
//! [settings](crate::session::maze::Settings) and of its session's link. Those of the caching lab:
//!
//! `lab=caching&seed=42&units=1000&gain=1&caches=3,17,58&at=20&t=60`
//!
//! * every [setting](crate::session::Settings) by its key; what is not named has its default;
//! * `caches`: places, in the order in which seeds were cached; or, where more happened, `log`: entries separated by
//!   `;` – `c20` cached at place 20, `seta=50` a setting changed, `w1=0.5` a memory re-weighted, `x0` one removed;
//! * `at`: where the bird is; `doing`: `visit`, `cache` or `check`; `t`: Euler steps of that, and then pause;
//! * `forage=on` and `decisions`: the bird decides by itself, and how often it has;
//! * `scene`: a scene by name; other keys then change it.
//!
//! A link is text from a stranger: keys that nobody knows are reported and ignored, numbers out of range are moved
//! and reported, and nothing in it can make the program fail.

use std::fmt;

use super::scenes::{self, Scene};
use crate::session::{Clamped, Doing, KNOBS, Knob, LogEntry, MAX_MEMORIES, Settings, shortened};

/// The longest link that is read, in bytes. A full log is a fraction of it.
pub const LONGEST: usize = 64 * 1024;

/// What a link says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Link {
    pub settings: Settings,
    pub log: Vec<LogEntry>,
    pub at: Option<usize>,
    pub doing: Option<Doing>,
    pub t: Option<usize>,
    pub forage: bool,
    pub decisions: u64,
    pub scene: Option<&'static Scene>,
    /// What was clamped or ignored.
    pub messages: Vec<String>,
}

/// Why a link cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// More text than any lab needs.
    #[error("the link is {0} bytes long; links of up to {LONGEST} bytes are read")]
    TooLong(usize),
    /// A lab that does not exist.
    #[error("there is no lab “{0}”; the labs are caching and maze")]
    UnknownLab(String),
    /// No key=value pair in it.
    #[error("“{0}” is neither a scene ({names}) nor a link (lab=caching&seed=42&caches=20,35)", names = scenes::names())]
    NotALink(String),
    /// A damaged percent code.
    #[error("the link is damaged near “{0}”: copy it again")]
    Damaged(String),
}

const MAX_STEPS: usize = 1_000_000;

/// Which lab a link is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LabName {
    /// The caching lab.
    Caching,
    /// The maze lab.
    Maze,
}

/// The `key=value` pairs of a link, those of its scene before its own.
#[derive(Clone, Debug)]
pub(crate) struct LinkPairs {
    pub lab: LabName,
    pub pairs: Vec<(String, String)>,
    pub scene: Option<&'static Scene>,
    /// What was ignored.
    pub messages: Vec<String>,
}

impl LinkPairs {
    /// Reads a link, with or without what comes before `#` or `?`, or the name of a scene.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        if text.len() > LONGEST {
            return Err(LinkError::TooLong(text.len()));
        }
        let text = text.trim();
        let pairs = text.rsplit_once('#').map_or(text, |(_, pairs)| pairs);
        let pairs = pairs.trim_start_matches('?');
        if let Some(scene) = scenes::find(pairs) {
            return Ok(Self {
                scene: Some(scene),
                ..Self::parse(scene.link)?
            });
        }
        if !pairs.is_empty() && !pairs.contains('=') {
            return Err(LinkError::NotALink(shortened(pairs)));
        }
        let own: Vec<(String, String)> = form_urlencoded::parse(pairs.as_bytes())
            .into_owned()
            .collect();
        if let Some((key, value)) = own
            .iter()
            .find(|(k, v)| k.contains('\u{fffd}') || v.contains('\u{fffd}'))
        {
            return Err(LinkError::Damaged(shortened(&format!("{key}={value}"))));
        }
        let value_of = |wanted: &str| {
            own.iter()
                .find(|(key, _)| key == wanted)
                .map(|(_, value)| value.as_str())
        };
        let mut link = Self {
            lab: LabName::Caching,
            pairs: Vec::new(),
            scene: None,
            messages: Vec::new(),
        };
        if let Some(name) = value_of("scene") {
            match scenes::find(name) {
                Some(scene) => {
                    link = Self {
                        scene: Some(scene),
                        ..Self::parse(scene.link)?
                    }
                }
                None => link.messages.push(format!(
                    "there is no scene “{}”; scenes are {}",
                    shortened(name),
                    scenes::names()
                )),
            }
        }
        match value_of("lab") {
            Some("caching") => link.lab = LabName::Caching,
            Some("maze") => link.lab = LabName::Maze,
            Some(lab) => return Err(LinkError::UnknownLab(shortened(lab))),
            None => {}
        }
        link.pairs.extend(own);
        Ok(link)
    }
}

impl Link {
    /// Reads a link of the caching lab, or the name of one of its scenes.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let pairs = LinkPairs::parse(text)?;
        let mut link = Self {
            scene: pairs.scene,
            messages: pairs.messages,
            ..Self::default()
        };
        // The world first: other settings have defaults that depend on it, and override them.
        let world_first = |(key, _): &&(String, String)| key == "world";
        for (key, value) in pairs
            .pairs
            .iter()
            .filter(world_first)
            .chain(pairs.pairs.iter().filter(|p| !world_first(p)))
        {
            link.read(key, value);
        }
        Ok(link)
    }

    fn read(&mut self, key: &str, value: &str) {
        let number = |most: usize| value.parse::<usize>().ok().filter(|n| *n <= most);
        let mut refuse = |expected: &str| {
            self.messages.push(format!(
                "{key}={} was ignored; it should be {expected}",
                shortened(value)
            ));
        };
        match key {
            "lab" | "v" | "scene" => {}
            "caches" => self.read_caches(value),
            "log" => self.read_log(value),
            "at" => match number(usize::MAX) {
                Some(place) => self.at = Some(place),
                None => refuse("a place number"),
            },
            "t" => match number(MAX_STEPS) {
                Some(t) => self.t = Some(t),
                None => refuse("a number of steps up to 1000000"),
            },
            "decisions" => match number(MAX_STEPS) {
                Some(count) => self.decisions = count as u64,
                None => refuse("a number up to 1000000"),
            },
            "forage" => match value {
                "on" | "1" => self.forage = true,
                "off" | "0" => self.forage = false,
                _ => refuse("on or off"),
            },
            "doing" => match [Doing::Visit, Doing::Cache, Doing::Check]
                .into_iter()
                .find(|d| d.word() == value)
            {
                Some(doing) => self.doing = Some(doing),
                None => refuse("visit, cache or check"),
            },
            _ => match self.settings.set_text(key, value) {
                Ok(None) => {}
                Ok(Some(Clamped(note))) => self.messages.push(note),
                Err(error) => self.messages.push(error.to_string()),
            },
        }
    }

    fn read_caches(&mut self, value: &str) {
        let mut bad = Vec::new();
        for part in value.split(',').filter(|part| !part.trim().is_empty()) {
            match part.trim().parse() {
                Ok(place) => self.log.push(LogEntry::Cache(place)),
                Err(_) => bad.push(shortened(part)),
            }
        }
        if let Some(first) = bad.first() {
            let more = if bad.len() > 1 {
                format!(" and {} more", bad.len() - 1)
            } else {
                String::new()
            };
            self.messages.push(format!(
                "caches: “{first}”{more} is not a place number and was ignored"
            ));
        }
        self.bound_log();
    }

    fn read_log(&mut self, value: &str) {
        for part in value.split(';').filter(|part| !part.is_empty()) {
            match part.parse() {
                Ok(entry) => self.log.push(entry),
                Err(()) => {
                    self.messages.push(format!(
                        "log: “{}” was not understood; the log ends before it",
                        shortened(part)
                    ));
                    break;
                }
            }
        }
        self.bound_log();
    }

    fn bound_log(&mut self) {
        let last = self
            .log
            .iter()
            .enumerate()
            .filter(|(_, e)| matches!(e, LogEntry::Cache(_)))
            .nth(MAX_MEMORIES);
        if let Some((end, _)) = last {
            self.log.truncate(end);
            self.messages
                .push(format!("only the first {MAX_MEMORIES} seeds are cached"));
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("lab=caching")?;
        for (key, value, default) in self.settings.words() {
            if value != default {
                write!(f, "&{key}={value}")?;
            }
        }
        for info in &KNOBS {
            let value = self.settings.get(info.knob);
            let default = info.knob.default_in(self.settings.geometry());
            // Seed and size are always said: their defaults may differ from machine to machine.
            if value != default
                || matches!(
                    info.knob,
                    Knob::Units | Knob::Seed | Knob::Search | Knob::Gain
                )
            {
                write!(f, "&{}={value}", info.key)?;
            }
        }
        let caches: Option<Vec<String>> = self
            .log
            .iter()
            .map(|entry| {
                if let LogEntry::Cache(place) = entry {
                    Some(place.to_string())
                } else {
                    None
                }
            })
            .collect();
        match caches {
            Some(caches) if caches.is_empty() => {}
            Some(caches) => write!(f, "&caches={}", caches.join(","))?,
            None => {
                let log: Vec<String> = self.log.iter().map(ToString::to_string).collect();
                write!(f, "&log={}", log.join(";"))?;
            }
        }
        if let Some(at) = self.at {
            write!(f, "&at={at}")?;
        }
        if let Some(doing) = self.doing.filter(|doing| *doing != Doing::Visit) {
            write!(f, "&doing={}", doing.word())?;
        }
        if self.forage {
            write!(f, "&forage=on&decisions={}", self.decisions)?;
        }
        if let Some(t) = self.t {
            write!(f, "&t={t}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for text in [
            "lab=caching&units=2000&seed=42&gain=1&search=0&caches=3,17,58&at=20&t=60",
            "lab=caching&world=arena&units=1936&seed=1&gain=0.25&search=1.5&at=7",
            "lab=caching&euler=reference&barcodes=off&units=500&seed=1&gain=1&search=0&log=c20;seta=50;w0=0.5;x0&at=3&doing=check",
            "lab=caching&units=500&seed=1&gain=1&search=0&at=3&forage=on&decisions=12",
        ] {
            let link = Link::parse(text).unwrap();
            assert_eq!(link.messages, Vec::<String>::new(), "{text}");
            assert_eq!(link.to_string(), text);
        }
    }

    #[test]
    fn strangers_get_one_sentence_each() {
        for (text, messages) in [
            ("lab=caching&units=0", 1),
            ("units=-1", 1),
            ("units=1000000000", 1),
            ("units=NaN", 1),
            ("colour=red", 1),
            ("caches=1,x,y,2", 1),
            ("log=c1;zzz;c2", 1),
            ("at=-3&t=1e9&forage=maybe&doing=nothing", 4),
            ("https://example.org/lab/?x=1#seed=7", 0),
        ] {
            let link = Link::parse(text).unwrap();
            assert_eq!(link.messages.len(), messages, "{text}: {:?}", link.messages);
            assert!(link.messages.iter().all(|m| m.lines().count() == 1));
        }
        assert!(matches!(
            Link::parse("lab=nosuch"),
            Err(LinkError::UnknownLab(_))
        ));
        assert!(matches!(Link::parse("hello"), Err(LinkError::NotALink(_))));
        assert!(matches!(
            Link::parse("seed=%ff%fe"),
            Err(LinkError::Damaged(_))
        ));
        assert!(matches!(
            Link::parse(&"a=1&".repeat(300_000)),
            Err(LinkError::TooLong(_))
        ));
    }

    #[test]
    fn a_thousand_seeds_are_too_many() {
        let caches: Vec<String> = (0..1000).map(|i| (i % 100).to_string()).collect();
        let link = Link::parse(&format!("caches={}", caches.join(","))).unwrap();
        assert_eq!((link.log.len(), link.messages.len()), (MAX_MEMORIES, 1));
    }
}
