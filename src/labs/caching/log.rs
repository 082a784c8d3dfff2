use std::{fmt, str::FromStr};

/// A change of the stored memories. With the settings before it, the log of all of them is the saved run.
#[derive(Clone, Debug, PartialEq)]
pub enum LogEntry {
    /// A seed was cached at a place.
    Cache(usize),
    /// A setting was changed that later memories, or the running network, depend on.
    Set(String, String),
    /// A memory was re-weighted.
    Weight(usize, f64),
    /// A memory was removed.
    Remove(usize),
}

impl fmt::Display for LogEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cache(place) => write!(f, "c{place}"),
            Self::Set(key, value) => write!(f, "s{key}={value}"),
            Self::Weight(k, w) => write!(f, "w{k}={w}"),
            Self::Remove(k) => write!(f, "x{k}"),
        }
    }
}

impl FromStr for LogEntry {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let rest = text.get(1..).ok_or(())?;
        let pair = || rest.split_once('=').ok_or(());
        let number = |text: &str| text.parse().map_err(|_| ());
        match text.as_bytes()[0] {
            b'c' => Ok(Self::Cache(number(rest)?)),
            b's' => pair().map(|(key, value)| Self::Set(key.to_owned(), value.to_owned())),
            b'w' => {
                let (k, w) = pair()?;
                let w: f64 = w.parse().map_err(|_| ())?;
                if (0.0..=3.0).contains(&w) {
                    Ok(Self::Weight(number(k)?, w))
                } else {
                    Err(())
                }
            }
            b'x' => Ok(Self::Remove(number(rest)?)),
            _ => Err(()),
        }
    }
}

/// Adds an entry; a setting or a weight that is changed again replaces the change before.
pub fn append(log: &mut Vec<LogEntry>, entry: LogEntry) {
    let same = match (log.last(), &entry) {
        (Some(LogEntry::Set(before, _)), LogEntry::Set(key, _)) => before == key,
        (Some(LogEntry::Weight(before, _)), LogEntry::Weight(k, _)) => before == k,
        _ => false,
    };
    if same {
        log.pop();
    }
    log.push(entry);
}

/// The places of the seeds that a log leaves stored, in their order.
pub fn seeds(log: &[LogEntry]) -> Vec<usize> {
    let mut seeds = Vec::new();
    for entry in log {
        match entry {
            LogEntry::Cache(place) => seeds.push(*place),
            LogEntry::Remove(index) if *index < seeds.len() => {
                seeds.remove(*index);
            }
            LogEntry::Set(..) | LogEntry::Weight(..) | LogEntry::Remove(_) => {}
        }
    }
    seeds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_read_what_they_write() {
        for text in ["c20", "seta=50", "w1=0.5", "x0"] {
            assert_eq!(text.parse::<LogEntry>().unwrap().to_string(), text);
        }
        for text in ["", "q1", "c-1", "cé", "w1", "w1=9", "é"] {
            assert!(text.parse::<LogEntry>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_log_says_which_seeds_are_left() {
        let log: Vec<LogEntry> = ["c20", "c5", "seta=50", "x0", "c7", "w1=0", "x9"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        assert_eq!(seeds(&log), [5, 7]);
    }
}
