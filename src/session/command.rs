use std::{fmt, str::FromStr};

use super::{maze::MazeCommand, processor::Backend, shortened};

/// Everything that changes a running lab. Text form: `verb` or `verb:argument`.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// `fly:20` – to a place.
    Fly(usize),
    /// `move:1,0` – some places to the right and down.
    Move(i64, i64),
    /// `cache` – a seed, here.
    Cache,
    /// `check` – this place for a seed.
    Check,
    /// `set:gain=0.5` – a setting.
    Set(String, String),
    /// `weight:1=0.5` – how much of memory 1 (from 0) the synapses hold.
    Weight(usize, f64),
    /// `remove:1` – a memory leaves the synapses.
    Remove(usize),
    /// `without:1` – history again, as if this seed had never been cached.
    Without(usize),
    /// `replay` – all seeds cached again, with the settings of now.
    Replay,
    /// `play`.
    Play,
    /// `pause`.
    Pause,
    /// `step:5` – so many Euler steps, then pause.
    Step(usize),
    /// `speed:2` – times the normal pace.
    Speed(f64),
    /// `forage:on` – the bird decides by itself.
    Forage(bool),
    /// `reset` – forget everything, keep the settings.
    Reset,
    /// `undo`.
    Undo,
    /// `redo`.
    Redo,
    /// `scene:one-cache`.
    Scene(String),
    /// `backend:gpu` – where models run; for windows and pages, which can open a GPU.
    Backend(Backend),
    /// What only the maze lab does.
    Maze(MazeCommand),
}

/// Why a command was not understood or not carried out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CommandError {
    /// Not a verb.
    #[error(
        "“{0}” is not a command; try fly:20, cache, check, goal:12, set:gain=0.5, play, pause, step, reset, undo or scene:NAME"
    )]
    Unknown(String),
    /// The wrong argument.
    #[error("{verb} expects {expected}, not “{found}”")]
    Argument {
        /// The verb.
        verb: &'static str,
        /// What it wants.
        expected: &'static str,
        /// What it got, shortened.
        found: String,
    },
    /// A place that is not in this world.
    #[error("there is no place {place}; places are 0 to {last}")]
    NoPlace {
        /// What was asked for.
        place: usize,
        /// The last place.
        last: usize,
    },
    /// A memory that does not exist.
    #[error("there is no memory {index}; {count} seeds are cached")]
    NoMemory {
        /// What was asked for, from 0.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// No scene of that name.
    #[error("there is no scene “{0}”; scenes are {names}", names = crate::share::scenes::names())]
    NoScene(String),
    /// What this lab cannot do.
    #[error("the {lab} lab has no “{verb}”")]
    OtherLab {
        /// The lab.
        lab: &'static str,
        /// The verb, shortened.
        verb: String,
    },
    /// The maze lab cannot do this now.
    #[error("{0}")]
    Maze(String),
    /// Only a window or a page chooses a machine while it runs.
    #[error("a backend is chosen by a window, a page, or `chickadee run --backend`")]
    NoBackend,
    /// A setting was refused.
    #[error(transparent)]
    Setting(#[from] super::SettingError),
    /// Not a command at all.
    #[error("a command is text like \"fly:20\" or an object like {{do: \"fly\", to: 20}}, not {0}")]
    NotACommand(String),
}

const PLACE: &str = "a place number, as in fly:20";
const MEMORY: &str = "the number of a memory, from 0";

impl FromStr for Command {
    type Err = CommandError;

    fn from_str(text: &str) -> Result<Self, CommandError> {
        let (verb, argument) = text.trim().split_once(':').unwrap_or((text.trim(), ""));
        let wrong = |verb, expected| CommandError::Argument {
            verb,
            expected,
            found: shortened(argument),
        };
        let index = |verb, expected| argument.trim().parse().map_err(|_| wrong(verb, expected));
        Ok(match verb {
            "fly" => Self::Fly(index("fly", PLACE)?),
            "move" => {
                let parsed = argument
                    .split_once(',')
                    .and_then(|(x, y)| Some((step(x)?, step(y)?)));
                let (right, down) = parsed
                    .ok_or_else(|| wrong("move", "two small whole numbers, as in move:1,0"))?;
                Self::Move(right, down)
            }
            "cache" => Self::Cache,
            "check" => Self::Check,
            "set" => {
                let (key, value) = argument
                    .split_once('=')
                    .ok_or_else(|| wrong("set", "key=value, as in set:gain=0.5"))?;
                Self::Set(key.trim().to_owned(), value.trim().to_owned())
            }
            "weight" => {
                let expected = "memory=weight with a weight of 0 to 3, as in weight:1=0.5";
                let parsed = argument
                    .split_once('=')
                    .and_then(|(k, w)| Some((k.trim().parse().ok()?, w.trim().parse().ok()?)));
                match parsed {
                    Some((k, w)) if (0.0..=3.0).contains(&w) => Self::Weight(k, w),
                    _ => return Err(wrong("weight", expected)),
                }
            }
            "remove" => Self::Remove(index("remove", MEMORY)?),
            "without" => Self::Without(index("without", MEMORY)?),
            "replay" => Self::Replay,
            "play" => Self::Play,
            "pause" => Self::Pause,
            "step" if argument.is_empty() => Self::Step(1),
            "step" => match index("step", STEPS)? {
                steps @ 1..=1_000_000 => Self::Step(steps),
                _ => return Err(wrong("step", STEPS)),
            },
            "speed" => match argument.trim().parse() {
                Ok(speed) if (0.01..=1000.0).contains(&speed) => Self::Speed(speed),
                _ => return Err(wrong("speed", "a factor from 0.01 to 1000")),
            },
            "forage" => match argument {
                "on" => Self::Forage(true),
                "off" => Self::Forage(false),
                _ => return Err(wrong("forage", "on or off")),
            },
            "reset" => Self::Reset,
            "undo" => Self::Undo,
            "redo" => Self::Redo,
            "scene" => Self::Scene(argument.trim().to_owned()),
            "backend" => Self::Backend(
                (argument.trim().parse()).map_err(|_| wrong("backend", "auto, gpu or cpu"))?,
            ),
            _ => match MazeCommand::parse(verb, argument) {
                Ok(Some(command)) => Self::Maze(command),
                Ok(None) => return Err(CommandError::Unknown(shortened(text))),
                Err((verb, expected)) => return Err(wrong(verb, expected)),
            },
        })
    }
}

const STEPS: &str = "a number of steps from 1 to 1000000";

fn step(text: &str) -> Option<i64> {
    text.trim().parse().ok().filter(|s: &i64| s.abs() <= 1000)
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let switch = |on: &bool| if *on { "on" } else { "off" };
        match self {
            Self::Fly(place) => write!(f, "fly:{place}"),
            Self::Move(right, down) => write!(f, "move:{right},{down}"),
            Self::Cache => f.write_str("cache"),
            Self::Check => f.write_str("check"),
            Self::Set(key, value) => write!(f, "set:{key}={value}"),
            Self::Weight(k, w) => write!(f, "weight:{k}={w}"),
            Self::Remove(k) => write!(f, "remove:{k}"),
            Self::Without(k) => write!(f, "without:{k}"),
            Self::Replay => f.write_str("replay"),
            Self::Play => f.write_str("play"),
            Self::Pause => f.write_str("pause"),
            Self::Step(steps) => write!(f, "step:{steps}"),
            Self::Speed(speed) => write!(f, "speed:{speed}"),
            Self::Forage(on) => write!(f, "forage:{}", switch(on)),
            Self::Reset => f.write_str("reset"),
            Self::Undo => f.write_str("undo"),
            Self::Redo => f.write_str("redo"),
            Self::Scene(name) => write!(f, "scene:{name}"),
            Self::Backend(backend) => write!(f, "backend:{}", backend.word()),
            Self::Maze(command) => command.fmt(f),
        }
    }
}

impl Command {
    /// Reads a JSON value: text as above, or an object with `do` and the argument under any of `to`, `value`,
    /// `steps`, `name`, `memory`; `set` and `weight` take `key`/`memory` and `value`.
    ///
    /// # Errors
    /// When it is no command.
    pub fn from_json(json: &serde_json::Value) -> Result<Self, CommandError> {
        use serde_json::Value;
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            Value::Bool(on) => (if *on { "on" } else { "off" }).to_owned(),
            other => other.to_string(),
        };
        match json {
            Value::String(command) => command.parse(),
            Value::Object(fields) => {
                let Some(Value::String(verb)) = fields.get("do") else {
                    return Err(CommandError::NotACommand(
                        "an object without “do”".to_owned(),
                    ));
                };
                let field =
                    |names: &[&str]| names.iter().find_map(|name| fields.get(*name)).map(text);
                let argument = match verb.as_str() {
                    "set" => format!(
                        "{}={}",
                        field(&["key"]).unwrap_or_default(),
                        field(&["value"]).unwrap_or_default()
                    ),
                    "weight" => {
                        format!(
                            "{}={}",
                            field(&["memory"]).unwrap_or_default(),
                            field(&["value"]).unwrap_or_default()
                        )
                    }
                    "move" => format!(
                        "{},{}",
                        field(&["right"]).unwrap_or("0".into()),
                        field(&["down"]).unwrap_or("0".into())
                    ),
                    _ => {
                        field(&["to", "value", "steps", "name", "memory", "on"]).unwrap_or_default()
                    }
                };
                format!("{verb}:{argument}").parse()
            }
            Value::Null => Err(CommandError::NotACommand("nothing".to_owned())),
            Value::Bool(_) => Err(CommandError::NotACommand("true or false".to_owned())),
            Value::Number(_) => Err(CommandError::NotACommand("a number".to_owned())),
            Value::Array(_) => Err(CommandError::NotACommand("a list".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_command_are_the_same_thing() {
        for text in [
            "fly:20",
            "move:-1,0",
            "cache",
            "check",
            "set:gain=0.5",
            "weight:1=0.5",
            "remove:0",
            "without:2",
            "replay",
            "play",
            "pause",
            "step:5",
            "speed:2",
            "forage:on",
            "reset",
            "undo",
            "redo",
            "scene:one-cache",
            "backend:gpu",
        ] {
            assert_eq!(text.parse::<Command>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn nonsense_gets_one_sentence() {
        for text in [
            "",
            "fly",
            "fly:-1",
            "fly:1e3",
            "fly:99999999999999999999",
            "weight:0=NaN",
            "weight:0=-1",
            "step:0",
            "speed:inf",
            "backend:abacus",
            "🐦",
        ] {
            let error = text.parse::<Command>().unwrap_err().to_string();
            assert_eq!(error.lines().count(), 1, "{error}");
        }
    }

    #[test]
    fn objects_are_commands_too() {
        let parse = |text: &str| Command::from_json(&serde_json::from_str(text).unwrap());
        assert_eq!(parse(r#"{"do":"fly","to":20}"#), Ok(Command::Fly(20)));
        assert_eq!(
            parse(r#"{"do":"set","key":"gain","value":0.5}"#),
            Ok(Command::Set("gain".into(), "0.5".into()))
        );
        assert_eq!(
            parse(r#"{"do":"forage","on":true}"#),
            Ok(Command::Forage(true))
        );
        for wrong in [
            "42",
            "null",
            "[]",
            "{}",
            r#"{"do":7}"#,
            r#"{"do":"fly","to":null}"#,
            r#"{"do":"fly","to":{"a":1}}"#,
        ] {
            assert_eq!(
                parse(wrong).unwrap_err().to_string().lines().count(),
                1,
                "{wrong}"
            );
        }
    }
}
