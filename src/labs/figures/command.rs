use std::fmt;

use crate::session::{self, CommandError};

/// The commands that only this lab has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `recompute` – all pieces that are not there yet.
    Recompute,
    /// `stop` – keeps what is there.
    Stop,
}

impl Command {
    /// Reads a verb; `None` for a verb of another lab.
    #[must_use]
    pub fn parse(verb: &str) -> Option<Result<Self, CommandError>> {
        match verb {
            "recompute" => Some(Ok(Self::Recompute)),
            "stop" => Some(Ok(Self::Stop)),
            _ => None,
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Recompute => "recompute",
            Self::Stop => "stop",
        })
    }
}

impl From<Command> for session::Command {
    fn from(command: Command) -> Self {
        Self::Lab(command.to_string())
    }
}
