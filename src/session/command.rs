//! Commands: everything that changes a running session, as text, as JSON and as values.

use std::{fmt, str::FromStr};

pub use super::interface::VERBS as COMMON;
use super::{SettingError, registry, text::shortened};
use crate::{session::device::Backend, texts};

/// Everything that changes a running session. Text form: `verb` or `verb:argument`.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// `set:gain=0.5` – a setting.
    Set(String, String),
    /// `play`.
    Play,
    /// `pause`.
    Pause,
    /// `step:5` – so many steps, then pause.
    Step(usize),
    /// `speed:2` – times the normal pace.
    Speed(f64),
    /// `reset` – forget everything, keep the settings.
    Reset,
    /// `undo`.
    Undo,
    /// `redo`.
    Redo,
    /// `scene:one-cache`.
    Scene(String),
    /// `backend:gpu` – the device that models run on; for windows and pages, which can open a GPU.
    Backend(Backend),
    /// A verb that only some labs have, as text that one of them has read: `fly:20`.
    Lab(String),
}

/// A verb, for the README, the help and the types for JavaScript.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// The verb with an argument as an example: `fly:20`.
    pub example: &'static str,
    /// Its effect, in a few words.
    pub help: &'static str,
    /// The fields of the object form that make up the argument, and what joins them: `{do: "weight", memory: 1, value: 0.5}` is
    /// `weight:1=0.5`. Where it is empty, any one of the usual fields is the argument.
    pub fields: &'static [&'static str],
    /// What joins the fields.
    pub joined_by: &'static str,
}

impl Verb {
    /// A verb with one argument or none.
    #[must_use]
    pub const fn new(example: &'static str, help: &'static str) -> Self {
        Self {
            example,
            help,
            fields: &[],
            joined_by: "",
        }
    }

    /// The same with an argument of several fields.
    #[must_use]
    pub const fn fields(
        mut self,
        fields: &'static [&'static str],
        joined_by: &'static str,
    ) -> Self {
        self.fields = fields;
        self.joined_by = joined_by;
        self
    }

    /// The verb itself.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.example
            .split_once(':')
            .map_or(self.example, |(verb, _)| verb)
    }
}

/// Why a command was not understood or not carried out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CommandError {
    /// Not a verb.
    #[error("{}", texts::session::UnknownCommand { found: &.0 })]
    Unknown(String),
    /// The wrong argument.
    #[error("{}", texts::session::WrongArgument { verb, expected, found })]
    Argument {
        /// The verb.
        verb: &'static str,
        /// What it wants.
        expected: &'static str,
        /// What it got, shortened.
        found: String,
    },
    /// No scene of that name.
    #[error("{}", registry::no_scene(.0))]
    NoScene(String),
    /// A verb of another lab.
    #[error("{}", texts::session::VerbOfAnotherLab { lab, verb })]
    OtherLab {
        /// The lab.
        lab: &'static str,
        /// The verb, shortened.
        verb: String,
    },
    /// What this lab cannot do now, in one sentence.
    #[error("{0}")]
    Refused(String),
    /// Only a window or a page chooses a device while it runs.
    #[error("{}", texts::session::no_backend_here())]
    NoBackend,
    /// A setting was refused.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// Not a command at all.
    #[error("{}", texts::session::NotACommand { found: &.0 })]
    NotACommand(&'static str),
}

impl FromStr for Command {
    type Err = CommandError;

    fn from_str(text: &str) -> Result<Self, CommandError> {
        let (verb, argument) = split(text);
        let wrong = |verb, expected| CommandError::Argument {
            verb,
            expected,
            found: shortened(argument),
        };
        Ok(match verb {
            "set" => {
                let pair = argument.split_once('=');
                let (key, value) =
                    pair.ok_or_else(|| wrong("set", texts::session::expects_setting()))?;
                Self::Set(key.trim().to_owned(), value.trim().to_owned())
            }
            "play" => Self::Play,
            "pause" => Self::Pause,
            "step" if argument.is_empty() => Self::Step(1),
            "step" => match argument.trim().parse() {
                Ok(steps @ 1..=1_000_000) => Self::Step(steps),
                _ => return Err(wrong("step", texts::session::expects_steps())),
            },
            "speed" => match argument.trim().parse() {
                Ok(speed) if (0.01..=1000.0).contains(&speed) => Self::Speed(speed),
                _ => return Err(wrong("speed", texts::session::expects_speed())),
            },
            "reset" => Self::Reset,
            "undo" => Self::Undo,
            "redo" => Self::Redo,
            "scene" => Self::Scene(argument.trim().to_owned()),
            "backend" => {
                let expected = texts::session::expects_backend();
                let backend = argument.trim().parse();
                Self::Backend(backend.map_err(|_| wrong("backend", expected))?)
            }
            _ => {
                let labs = registry::labs().into_iter();
                let mut read = labs.filter_map(|lab| (lab.parse)(verb, argument));
                let found = read.next();
                Self::Lab(found.ok_or_else(|| CommandError::Unknown(shortened(text)))??)
            }
        })
    }
}

/// Verb and argument of a command's text.
#[must_use]
pub fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(':').unwrap_or((text, ""))
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(key, value) => write!(f, "set:{key}={value}"),
            Self::Play => f.write_str("play"),
            Self::Pause => f.write_str("pause"),
            Self::Step(steps) => write!(f, "step:{steps}"),
            Self::Speed(speed) => write!(f, "speed:{speed}"),
            Self::Reset => f.write_str("reset"),
            Self::Undo => f.write_str("undo"),
            Self::Redo => f.write_str("redo"),
            Self::Scene(name) => write!(f, "scene:{name}"),
            Self::Backend(backend) => write!(f, "backend:{}", backend.word()),
            Self::Lab(text) => f.write_str(text),
        }
    }
}

impl Command {
    /// Reads a JSON value: text as above, or an object with `do` and the argument under any of `to`, `value`, `steps`, `name`,
    /// `memory`, `on`; verbs of several fields take each under its name.
    ///
    /// # Errors
    /// When it is no command.
    pub fn from_json(json: &serde_json::Value) -> Result<Self, CommandError> {
        use serde_json::Value;
        let not = |found| Err(CommandError::NotACommand(found));
        match json {
            Value::String(command) => command.parse(),
            Value::Object(fields) => {
                let Some(Value::String(verb)) = fields.get("do") else {
                    return not(texts::session::object_without_do());
                };
                let field = |name: &&str| fields.get(*name).map(plain);
                let labs = registry::labs();
                let own = labs.iter().flat_map(|lab| lab.verbs);
                let known = COMMON.iter().chain(own).find(|known| known.name() == verb);
                let parts: Vec<String> = match known {
                    Some(known) if !known.fields.is_empty() => {
                        let parts = known.fields.iter();
                        parts.map(|name| field(name).unwrap_or_default()).collect()
                    }
                    _ => {
                        let usual = ["to", "value", "steps", "name", "memory", "on"];
                        usual.iter().find_map(field).into_iter().collect()
                    }
                };
                let between = known.map_or("", |known| known.joined_by);
                format!("{verb}:{}", parts.join(between)).parse()
            }
            Value::Null => not(texts::session::nothing_found()),
            Value::Bool(_) => not(texts::session::switch_found()),
            Value::Number(_) => not(texts::session::number_found()),
            Value::Array(_) => not(texts::session::list_found()),
        }
    }
}

/// A JSON value as the argument of a verb.
fn plain(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(on) => (if *on { "on" } else { "off" }).to_owned(),
        other => other.to_string(),
    }
}
