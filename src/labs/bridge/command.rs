use std::fmt;

use super::run::Run;
use crate::{
    session::{self, CommandError, shortened},
    texts,
};

/// The commands that only this lab has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `fly:35` – asks about another place.
    Fly(usize),
    /// `move:1,0` – so many places to the right and down.
    Move(i64, i64),
    /// `cache` – stores an event at the place, in both memories.
    Cache,
    /// `remove:1` – takes a memory out of both, or puts it back.
    Remove(usize),
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fly(place) => write!(f, "fly:{place}"),
            Self::Move(right, down) => write!(f, "move:{right},{down}"),
            Self::Cache => f.write_str("cache"),
            Self::Remove(slot) => write!(f, "remove:{slot}"),
        }
    }
}

impl From<Command> for session::Command {
    fn from(command: Command) -> Self {
        Self::Lab(command.to_string())
    }
}

impl Command {
    /// Reads a verb and its argument; `None` for a verb of another lab.
    ///
    /// # Errors
    /// When the argument is not what the verb expects.
    #[must_use]
    pub fn parse(verb: &str, argument: &str) -> Option<Result<Self, CommandError>> {
        let argument = argument.trim();
        let found = |verb, expected: fn() -> &'static str, read: Option<Self>| {
            let wrong = || CommandError::Argument {
                verb,
                expected: expected(),
                found: shortened(argument),
            };
            Some(read.ok_or_else(wrong))
        };
        let number = || argument.parse().ok();
        match verb {
            "fly" => found("fly", texts::bridge::a_place, number().map(Self::Fly)),
            "move" => found("move", texts::bridge::two_steps, steps(argument)),
            "cache" => Some(Ok(Self::Cache)),
            "remove" => found(
                "remove",
                texts::bridge::a_memory,
                number().map(Self::Remove),
            ),
            _ => None,
        }
    }

    /// Checks a command against the run.
    ///
    /// # Errors
    /// When it names a place or a memory that is not there.
    pub(super) fn check(self, run: &Run) -> Result<(), CommandError> {
        let places = run.settings.places();
        let refused = match self {
            Self::Fly(place) if place >= places => {
                let last = places - 1;
                texts::bridge::NoPlace { place, last }.to_string()
            }
            Self::Remove(slot) if slot >= run.slots.len() => {
                let count = run.slots.len();
                texts::bridge::NoMemory { slot, count }.to_string()
            }
            Self::Cache if run.slots.len() >= super::MAX_SLOTS => {
                let most = super::MAX_SLOTS;
                texts::bridge::Full { most }.to_string()
            }
            _ => return Ok(()),
        };
        Err(CommandError::Refused(refused))
    }
}

fn steps(text: &str) -> Option<Command> {
    let (right, down) = text.split_once(',').unwrap_or((text, "0"));
    let step = |text: &str| text.trim().parse().ok().filter(|n: &i64| n.abs() <= 1000);
    Some(Command::Move(step(right)?, step(down)?))
}
