//! The commands of the caching lab, as text and as values.

use std::{fmt, str::FromStr};

use crate::{
    session::{self, CommandError, shortened},
    texts,
};

/// Everything that changes this lab alone. Text form: `verb` or `verb:argument`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// `fly:20` – to a place.
    Fly(usize),
    /// `move:1,0` – some places to the right and down.
    Move(i64, i64),
    /// `cache` – a seed, here.
    Cache,
    /// `check` – this place for a seed.
    Check,
    /// `weight:1=0.5` – how much of memory 1 (from 0) the synapses hold.
    Weight(usize, f64),
    /// `remove:1` – a memory leaves the synapses.
    Remove(usize),
    /// `without:1` – history again, as if this seed had never been cached.
    Without(usize),
    /// `replay` – all seeds cached again, with the settings of now.
    Replay,
    /// `forage:on` – the bird decides by itself.
    Forage(bool),
}

/// Why a command that can be read cannot be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A place that is not in this world.
    #[error("{}", texts::caching::NoPlace { place, last })]
    NoPlace {
        /// The place that was asked for.
        place: usize,
        /// The last place.
        last: usize,
    },
    /// A memory that does not exist.
    #[error("{}", texts::caching::NoMemory { index, count })]
    NoMemory {
        /// The memory that was asked for, from 0.
        index: usize,
        /// Number of memories.
        count: usize,
    },
}

impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}

impl Command {
    /// Reads a verb and its argument; `None` for a verb of another lab.
    ///
    /// # Errors
    /// When the argument is not what the verb expects.
    #[must_use]
    pub fn parse(verb: &str, argument: &str) -> Option<Result<Self, CommandError>> {
        let found = |verb, expected, read: Option<Self>| {
            let wrong = || CommandError::Argument {
                verb,
                expected,
                found: shortened(argument),
            };
            Some(read.ok_or_else(wrong))
        };
        let argument = argument.trim();
        let number = || argument.parse().ok();
        let memory = texts::caching::expects_memory;
        match verb {
            "fly" => found(
                "fly",
                texts::caching::expects_place(),
                number().map(Self::Fly),
            ),
            "move" => found("move", texts::session::expects_move(), steps(argument)),
            "cache" => Some(Ok(Self::Cache)),
            "check" => Some(Ok(Self::Check)),
            "weight" => found("weight", texts::caching::expects_weight(), weight(argument)),
            "remove" => found("remove", memory(), number().map(Self::Remove)),
            "without" => found("without", memory(), number().map(Self::Without)),
            "replay" => Some(Ok(Self::Replay)),
            "forage" => {
                let read = match argument {
                    "on" => Some(true),
                    "off" => Some(false),
                    _ => None,
                };
                found(
                    "forage",
                    texts::shell::expects_switch(),
                    read.map(Self::Forage),
                )
            }
            _ => None,
        }
    }
}

/// Two numbers of places; one that is missing is 0.
fn steps(text: &str) -> Option<Command> {
    let step = |text: &str| match text.trim() {
        "" => Some(0),
        text => text.parse().ok().filter(|step: &i64| step.abs() <= 1000),
    };
    let (right, down) = text.split_once(',')?;
    Some(Command::Move(step(right)?, step(down)?))
}

fn weight(text: &str) -> Option<Command> {
    let (memory, weight) = text.split_once('=')?;
    let weight = weight.trim().parse().ok();
    let weight = weight.filter(|weight| (0.0..=3.0).contains(weight))?;
    Some(Command::Weight(memory.trim().parse().ok()?, weight))
}

impl FromStr for Command {
    type Err = CommandError;

    fn from_str(text: &str) -> Result<Self, CommandError> {
        let (verb, argument) = session::command::split(text);
        let unknown = || CommandError::Unknown(shortened(text));
        Self::parse(verb, argument).ok_or_else(unknown)?
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fly(place) => write!(f, "fly:{place}"),
            Self::Move(right, down) => write!(f, "move:{right},{down}"),
            Self::Cache => f.write_str("cache"),
            Self::Check => f.write_str("check"),
            Self::Weight(memory, weight) => write!(f, "weight:{memory}={weight}"),
            Self::Remove(memory) => write!(f, "remove:{memory}"),
            Self::Without(memory) => write!(f, "without:{memory}"),
            Self::Replay => f.write_str("replay"),
            Self::Forage(on) => write!(f, "forage:{}", if *on { "on" } else { "off" }),
        }
    }
}

impl From<Command> for session::Command {
    fn from(command: Command) -> Self {
        Self::Lab(command.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::interface::VERBS, *};

    #[test]
    fn text_and_command_are_the_same_thing() {
        for text in [
            "fly:20",
            "move:-1,0",
            "cache",
            "check",
            "weight:1=0.5",
            "remove:0",
            "without:2",
            "replay",
            "forage:on",
        ] {
            let command: session::Command = text.parse().unwrap();
            assert_eq!(command.to_string(), text);
            assert_eq!(command, text.parse::<Command>().unwrap().into());
            let (verb, _) = session::command::split(text);
            assert!(VERBS.iter().any(|known| known.name() == verb), "{verb}");
        }
    }

    #[test]
    fn nonsense_gets_one_sentence() {
        for text in [
            "fly",
            "fly:-1",
            "fly:1e3",
            "fly:99999999999999999999",
            "move:1",
            "move:1001,0",
            "weight:0=NaN",
            "weight:0=-1",
            "forage:maybe",
            "🐦",
        ] {
            let error = text.parse::<session::Command>().unwrap_err().to_string();
            assert_eq!(error.lines().count(), 1, "{error}");
        }
    }

    #[test]
    fn objects_are_commands_too() {
        let parse = |text: &str| session::Command::from_json(&serde_json::from_str(text).unwrap());
        for (text, command) in [
            (r#"{"do":"fly","to":20}"#, Command::Fly(20)),
            (r#"{"do":"forage","on":true}"#, Command::Forage(true)),
            (r#"{"do":"move","right":2}"#, Command::Move(2, 0)),
            (r#"{"do":"move","down":-1}"#, Command::Move(0, -1)),
            (
                r#"{"do":"weight","memory":1,"value":0.5}"#,
                Command::Weight(1, 0.5),
            ),
            (r#"{"do":"without","memory":2}"#, Command::Without(2)),
        ] {
            assert_eq!(parse(text), Ok(command.into()), "{text}");
        }
        for wrong in [
            r#"{"do":"fly","to":null}"#,
            r#"{"do":"fly","to":{"a":1}}"#,
            r#"{"do":"weight","memory":1}"#,
        ] {
            let error = parse(wrong).unwrap_err().to_string();
            assert_eq!(error.lines().count(), 1, "{wrong}");
        }
    }
}
