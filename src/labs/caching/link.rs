//! Links of the caching lab, as the `key=value` pairs that [`LinkPairs`] reads:
//!
//! `lab=caching&seed=42&units=1000&gain=1&caches=3,17,58&at=20&t=60`
//!
//! * every [setting](super::Settings) by its key; one that is not named has its default;
//! * `caches`: places, in the order in which seeds were cached; or, where more happened, `log`: entries separated by `;` – `c20`
//!   cached at place 20, `seta=50` a setting changed, `w1=0.5` a memory re-weighted, `x0` one removed;
//! * `at`: the place of the bird; `doing`: `visit`, `cache` or `check`; `t`: Euler steps of that, and then pause;
//! * `forage=on` and `decisions`: the bird decides by itself, and how often it has;
//! * `scene`: a scene by name; other keys then change it.

use std::fmt;

use super::{EpisodeKind, Knob, MAX_MEMORIES, Settings, log::LogEntry};
use crate::{
    session::{LinkPairs, shortened},
    texts,
};

const MAX_STEPS: usize = 1_000_000;

/// The content of a link.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// The settings that the log starts from.
    pub settings: Settings,
    /// Changes of the stored memories, in order.
    pub log: Vec<LogEntry>,
    /// The place of the bird.
    pub at: Option<usize>,
    /// The bird's activity there.
    pub doing: Option<EpisodeKind>,
    /// Euler steps of that, and then pause.
    pub t: Option<usize>,
    /// Whether the bird decides by itself.
    pub forage: bool,
    /// Decisions so far.
    pub decisions: u64,
    /// Clamped and ignored values, one sentence each.
    pub messages: Vec<String>,
}

impl Link {
    /// Reads the pairs of a link.
    pub fn read_pairs(pairs: &LinkPairs) -> Self {
        let mut link = Self::default();
        // The world first: other settings have defaults that depend on it, and override them.
        let world = Knob::World.setting().key;
        let (first, rest): (Vec<_>, Vec<_>) = pairs.pairs.iter().partition(|(key, _)| key == world);
        for (key, value) in first.into_iter().chain(rest) {
            link.read(key, value);
        }
        link
    }

    fn read(&mut self, key: &str, value: &str) {
        let number = |most: usize| value.parse::<usize>().ok().filter(|n| *n <= most);
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
            "caches" => self.read_caches(value),
            "log" => self.read_log(value),
            "at" => match number(usize::MAX) {
                Some(place) => self.at = Some(place),
                None => refuse(texts::caching::expects_place_number()),
            },
            "t" => match number(MAX_STEPS) {
                Some(t) => self.t = Some(t),
                None => refuse(texts::caching::expects_steps()),
            },
            "decisions" => match number(MAX_STEPS) {
                Some(count) => self.decisions = count as u64,
                None => refuse(texts::caching::expects_decisions()),
            },
            "forage" => match value {
                "on" | "1" => self.forage = true,
                "off" | "0" => self.forage = false,
                _ => refuse(texts::shell::expects_switch()),
            },
            "doing" => match EpisodeKind::of_word(value) {
                Some(doing) => self.doing = Some(doing),
                None => refuse(texts::caching::expects_doing()),
            },
            _ => match self.settings.set_text(key, value) {
                Ok(note) => self.messages.extend(note.map(|note| note.to_string())),
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
                let count = bad.len() - 1;
                texts::caching::AndMore { count }.to_string()
            } else {
                String::new()
            };
            self.messages
                .push(texts::caching::NotPlaces { first, more }.to_string());
        }
        self.bound_log();
    }

    fn read_log(&mut self, value: &str) {
        for part in value.split(';').filter(|part| !part.is_empty()) {
            match part.parse() {
                Ok(entry) => self.log.push(entry),
                Err(()) => {
                    let entry = shortened(part);
                    self.messages
                        .push(texts::session::LogEnds { entry }.to_string());
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
            let most = MAX_MEMORIES;
            self.messages
                .push(texts::caching::OnlyTheFirst { most }.to_string());
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("lab=caching")?;
        let values = self.settings.values();
        let rows = values.table().rows;
        let (numbers, words): (Vec<usize>, Vec<usize>) =
            (0..rows.len()).partition(|row| rows[*row].is_number());
        // Seed and size are always said: their defaults may differ from machine to machine.
        let always = [Knob::Units, Knob::Seed, Knob::Search, Knob::Gain].map(|knob| knob as usize);
        for row in words.into_iter().chain(numbers) {
            if always.contains(&row) || !values.is_default(row) {
                write!(f, "&{}={}", rows[row].key, values.text(row))?;
            }
        }
        let caches: Option<Vec<String>> = self
            .log
            .iter()
            .map(|entry| match entry {
                LogEntry::Cache(place) => Some(place.to_string()),
                _ => None,
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
        if let Some(doing) = self.doing.filter(|doing| *doing != EpisodeKind::Visit) {
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
    use crate::session::LinkError;

    fn parse(text: &str) -> Result<Link, LinkError> {
        LinkPairs::parse(text).map(|pairs| Link::read_pairs(&pairs))
    }

    #[test]
    fn what_is_written_is_read() {
        for text in [
            "lab=caching&units=2000&seed=42&gain=1&search=0&caches=3,17,58&at=20&t=60",
            "lab=caching&world=arena&units=1936&seed=1&gain=0.25&search=1.5&at=7",
            "lab=caching&euler=reference&barcodes=off&units=500&seed=1&gain=1&search=0&log=c20;seta=50;w0=0.5;x0&at=3&doing=check",
            "lab=caching&units=500&seed=1&gain=1&search=0&at=3&forage=on&decisions=12",
        ] {
            let link = parse(text).unwrap();
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
            let link = parse(text).unwrap();
            assert_eq!(link.messages.len(), messages, "{text}: {:?}", link.messages);
            assert!(link.messages.iter().all(|m| m.lines().count() == 1));
        }
        assert!(matches!(parse("lab=nosuch"), Err(LinkError::UnknownLab(_))));
        assert!(matches!(parse("hello"), Err(LinkError::NotALink(_))));
        assert!(matches!(parse("seed=%ff%fe"), Err(LinkError::Damaged(_))));
        assert!(matches!(
            parse(&"a=1&".repeat(300_000)),
            Err(LinkError::TooLong(_))
        ));
    }

    #[test]
    fn a_thousand_seeds_are_too_many() {
        let caches: Vec<String> = (0..1000).map(|i| (i % 100).to_string()).collect();
        let link = parse(&format!("caches={}", caches.join(","))).unwrap();
        assert_eq!((link.log.len(), link.messages.len()), (MAX_MEMORIES, 1));
    }
}
