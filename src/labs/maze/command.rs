//! Commands of the maze lab: its verbs, as values and as text.

use std::{collections::BTreeSet, fmt, str::FromStr};

use super::{MAX_MEMORIES, interface::VERBS};
use crate::{
    session::{self, CommandError, Verb, shortened},
    texts::{self, Text},
};

/// A command of the maze lab. Text form: `verb:argument`.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// `move:1,0` – a step to the right and down; in trees up leads back to the root.
    Move(i64, i64),
    /// `act:2` – one step of the user's, by the number of the action.
    Act(usize),
    /// `goto:12` – a walk of the user's, the shortest way to a state.
    GoTo(usize),
    /// `walk:0.5.10` – along neighbouring states, and back the same way: the observed path of a shortcut test.
    Walk(Vec<usize>),
    /// `home` – the transformer acts for as many steps as the shortest way to the goal has, and remembers them.
    Home,
    /// `goal:12` – another state is rewarded from now on.
    Goal(usize),
    /// `place:3` – the agent is put at a state.
    Place(usize),
    /// `look:120` – as if only the first so many memories were there; `look:end` for all.
    Look(Option<usize>),
    /// `ask:7` – the state whose decision is looked at; `ask:agent` for where the agent is.
    Ask(Option<usize>),
    /// `hide:goal@2`, `delete:3-9`, … – an edit of memories.
    Edit(Edit, Which),
    /// `shift:17=40` – memory 17 moves to position 40.
    Shift(usize, usize),
    /// `attribute` – integrated gradients of the decision, by memory.
    Attribute,
    /// `draw:S..|..G` – a maze of the user's own, lines separated by `|` or line feeds.
    Draw(String),
}

/// An edit of memories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Back to what was experienced.
    Restore,
    /// Deletion: as if it had never been.
    Delete,
    /// Loss of the reward.
    Unreward,
    /// Noise in place of the sensory codes.
    Corrupt,
    /// Invisibility to the query in these layers (as bits).
    Hide(u64),
}

/// A selection of memories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// By their numbers, from 0.
    These(BTreeSet<usize>),
    /// All.
    All,
    /// Those that begin or end at the state asked about.
    Query,
    /// Those that begin or end at the goal.
    Goal,
    /// Those that begin or end on the shortest way from the state asked about to the goal.
    Path,
    /// Those before the first reward.
    BeforeReward,
}

impl Which {
    /// The selections that have a name: word, name on the screen.
    pub const NAMED: [(Self, &'static str, Text); 5] = [
        (Self::Query, "query", texts::maze::at_the_query),
        (Self::Goal, "goal", texts::maze::at_the_goal),
        (Self::Path, "path", texts::maze::on_the_way),
        (Self::BeforeReward, "before", texts::maze::before_the_reward),
        (Self::All, "all", texts::maze::all),
    ];
}

impl FromStr for Which {
    type Err = ();

    /// `goal`, or numbers and ranges: `3-9.17`.
    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some((which, ..)) = Self::NAMED.iter().find(|(_, word, _)| *word == text) {
            return Ok(which.clone());
        }
        let number = |text: &str| text.parse::<usize>().ok().filter(|n| *n < MOST).ok_or(());
        let mut ranges = Vec::new();
        for part in text.split('.') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            // A link is read in bounded time, however often it names what no lab holds.
            let (first, last) = (number(first)?, number(last)?);
            ranges.push((first, last.min(first.max(MAX_MEMORIES))));
        }
        ranges.sort_unstable();
        let mut numbers = BTreeSet::new();
        let mut next = 0;
        for (first, last) in ranges {
            numbers.extend(first.max(next)..=last);
            next = next.max(last + 1);
        }
        if numbers.is_empty() {
            return Err(());
        }
        Ok(Self::These(numbers))
    }
}

/// More memories than any lab holds.
const MOST: usize = 100_000;

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::These(numbers) = self else {
            let name = Self::NAMED.iter().find(|(which, ..)| which == self);
            return f.write_str(name.map_or("", |(_, word, _)| word));
        };
        let mut rest = numbers.iter().copied().peekable();
        let mut first = true;
        while let Some(begin) = rest.next() {
            let mut end = begin;
            while rest.next_if_eq(&(end + 1)).is_some() {
                end += 1;
            }
            if !std::mem::take(&mut first) {
                f.write_str(".")?;
            }
            write!(f, "{begin}")?;
            if end > begin {
                write!(f, "-{end}")?;
            }
        }
        Ok(())
    }
}

impl Command {
    /// Reads a command of this lab; `None` when the verb is not one of its own.
    ///
    /// # Errors
    /// When the argument is not what the verb expects.
    pub fn parse(verb: &str, argument: &str) -> Option<Result<Self, CommandError>> {
        let verb = VERBS.iter().map(Verb::name).find(|name| *name == verb)?;
        let argument = argument.trim();
        let wrong = |expected| CommandError::Argument {
            verb,
            expected,
            found: shortened(argument),
        };
        Self::read(verb, argument).map_err(wrong).transpose()
    }

    /// Reads the argument of a verb; the error says what was expected.
    fn read(verb: &str, argument: &str) -> Result<Option<Self>, &'static str> {
        let number = |expected: Text| argument.parse().map_err(|_| expected());
        let state = || number(texts::maze::expects_state);
        let which = || {
            let read = argument.parse();
            read.map_err(|()| texts::maze::expects_which())
        };
        Ok(Some(match verb {
            "move" => {
                let pair = argument.split_once(',');
                let pair = pair.and_then(|(right, down)| Some((way(right)?, way(down)?)));
                let (right, down) = pair.ok_or_else(texts::session::expects_move)?;
                Self::Move(right, down)
            }
            "act" => Self::Act(number(texts::maze::expects_action)?),
            "goto" => Self::GoTo(state()?),
            "walk" => {
                let states: Result<Vec<usize>, _> =
                    argument.split('.').map(|s| s.trim().parse()).collect();
                match states {
                    Ok(states) if (2..=512).contains(&states.len()) => Self::Walk(states),
                    _ => return Err(texts::maze::expects_walk()),
                }
            }
            "home" => Self::Home,
            "goal" => Self::Goal(state()?),
            "place" => Self::Place(state()?),
            "look" if argument == "end" => Self::Look(None),
            "look" => Self::Look(Some(number(texts::maze::expects_memories_or_end)?)),
            "ask" if argument == "agent" => Self::Ask(None),
            "ask" => Self::Ask(Some(number(texts::maze::expects_state_or_agent)?)),
            "restore" => Self::Edit(Edit::Restore, which()?),
            "delete" => Self::Edit(Edit::Delete, which()?),
            "unreward" => Self::Edit(Edit::Unreward, which()?),
            "corrupt" => Self::Edit(Edit::Corrupt, which()?),
            "hide" => {
                let (which, layers) = argument.split_once('@').unwrap_or((argument, "all"));
                let expected = texts::maze::expects_hide();
                let which = which.parse().map_err(|()| expected)?;
                Self::Edit(Edit::Hide(layer_bits(layers).ok_or(expected)?), which)
            }
            "shift" => {
                let pair = argument.split_once('=');
                let pair = pair.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
                let (from, to) = pair.ok_or_else(texts::maze::expects_shift)?;
                Self::Shift(from, to)
            }
            "attribute" => Self::Attribute,
            "draw" => Self::Draw(argument.replace('|', "\n")),
            _ => return Ok(None),
        }))
    }
}

/// Places in one direction of `move`; nothing is 0, as in an object that names the other direction alone.
fn way(text: &str) -> Option<i64> {
    match text.trim() {
        "" => Some(0),
        text => text.parse().ok().filter(|way: &i64| way.abs() <= 1000),
    }
}

impl From<Command> for session::Command {
    fn from(command: Command) -> Self {
        Self::Lab(command.to_string())
    }
}

/// The bits of all layers.
pub(super) const ALL_LAYERS: u64 = u64::MAX;

/// `1.3` as bits 0 and 2; `all` is every bit.
pub(super) fn layer_bits(text: &str) -> Option<u64> {
    if text == "all" {
        return Some(ALL_LAYERS);
    }
    text.split('.').try_fold(0, |bits, layer| {
        let layer: u32 = layer.trim().parse().ok()?;
        (1..=u64::BITS)
            .contains(&layer)
            .then(|| bits | 1 << (layer - 1))
    })
}

/// The reverse of [`layer_bits`].
pub(super) fn layer_names(bits: u64) -> String {
    if bits == ALL_LAYERS {
        return "all".to_owned();
    }
    let layers = (0..u64::BITS).filter(|layer| bits >> layer & 1 == 1);
    layers
        .map(|layer| (layer + 1).to_string())
        .collect::<Vec<_>>()
        .join(".")
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Move(right, down) => write!(f, "move:{right},{down}"),
            Self::Act(action) => write!(f, "act:{action}"),
            Self::GoTo(state) => write!(f, "goto:{state}"),
            Self::Walk(states) => {
                let states: Vec<String> = states.iter().map(ToString::to_string).collect();
                write!(f, "walk:{}", states.join("."))
            }
            Self::Home => f.write_str("home"),
            Self::Goal(state) => write!(f, "goal:{state}"),
            Self::Place(state) => write!(f, "place:{state}"),
            Self::Look(None) => f.write_str("look:end"),
            Self::Look(Some(length)) => write!(f, "look:{length}"),
            Self::Ask(None) => f.write_str("ask:agent"),
            Self::Ask(Some(state)) => write!(f, "ask:{state}"),
            Self::Edit(edit, which) => match edit {
                Edit::Restore => write!(f, "restore:{which}"),
                Edit::Delete => write!(f, "delete:{which}"),
                Edit::Unreward => write!(f, "unreward:{which}"),
                Edit::Corrupt => write!(f, "corrupt:{which}"),
                Edit::Hide(layers) => write!(f, "hide:{which}@{}", layer_names(*layers)),
            },
            Self::Shift(from, to) => write!(f, "shift:{from}={to}"),
            Self::Attribute => f.write_str("attribute"),
            Self::Draw(text) => write!(f, "draw:{}", text.replace('\n', "|")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A selection names a memory once, however often the text does, and none that no lab holds: that bounds what a link can ask for.
    #[test]
    fn a_selection_is_read_in_bounded_time() {
        let text = vec!["0-99999"; 8_000].join(".");
        let Ok(Which::These(numbers)) = text.parse() else {
            panic!("is a selection");
        };
        assert_eq!(numbers.len(), MAX_MEMORIES + 1);
        let again: Which = "7-9.3.8-12.3".parse().unwrap();
        assert_eq!(again, "3.7-12".parse().unwrap());
        assert_eq!(again.to_string(), "3.7-12");
    }

    /// An example of every verb, and of every form of its argument.
    const EXAMPLES: [&str; 24] = [
        "move:-1,0",
        "act:2",
        "goto:12",
        "walk:0.1.6",
        "home",
        "goal:12",
        "place:3",
        "look:120",
        "look:end",
        "ask:7",
        "ask:agent",
        "restore:all",
        "delete:3-9.17",
        "unreward:goal",
        "corrupt:before",
        "hide:path@1.3",
        "hide:path@9.12.64",
        "hide:path@1.2.3.4.5.6.7.8",
        "hide:query@all",
        "shift:17=40",
        "attribute",
        "draw:S..|..G",
        "draw:S.....................|......................G",
        "delete:0",
    ];

    #[test]
    fn text_and_command_are_the_same_thing() {
        for text in EXAMPLES {
            assert_eq!(text.parse::<session::Command>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn every_verb_is_read() {
        for verb in VERBS {
            let (name, argument) = session::command::split(verb.example);
            let read = Command::parse(name, argument).unwrap().unwrap();
            assert!(read.to_string().starts_with(name), "{read}");
        }
        assert!(Command::parse("fly", "20").is_none());
    }

    #[test]
    fn objects_are_commands_too() {
        for (json, text) in [
            (r#"{"do":"goal","to":12}"#, "goal:12"),
            (r#"{"do":"move","right":1}"#, "move:1,0"),
            (r#"{"do":"move","right":1,"down":-1}"#, "move:1,-1"),
            (r#"{"do":"shift","memory":17,"to":40}"#, "shift:17=40"),
            (r#"{"do":"home"}"#, "home"),
        ] {
            let json = serde_json::from_str(json).unwrap();
            assert_eq!(
                session::Command::from_json(&json).unwrap().to_string(),
                text
            );
        }
    }

    #[test]
    fn nonsense_gets_one_sentence() {
        for text in [
            "act",
            "act:-1",
            "move:1",
            "move:1,x",
            "goal:x",
            "walk:1",
            "walk:a.b",
            "hide:goal@0",
            "hide:goal@65",
            "hide:goal@1.",
            "delete:",
            "delete:5-",
            "delete:99999999999",
            "shift:3",
            "look:soon",
        ] {
            let error = text.parse::<session::Command>().unwrap_err().to_string();
            assert_eq!(error.lines().count(), 1, "{error}");
        }
    }
}
