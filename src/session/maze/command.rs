use std::{collections::BTreeSet, fmt, str::FromStr};

use crate::session::shortened;

/// What changes a maze lab, beside what every lab understands. Text form: `verb:argument`.
#[derive(Clone, Debug, PartialEq)]
pub enum MazeCommand {
    /// `act:2` – one step of one's own, by the number of the action.
    Act(usize),
    /// `goto:12` – a walk of one's own, the shortest way to a state.
    GoTo(usize),
    /// `walk:0.5.10` – along neighbouring states, and back the same way: the observed path of a shortcut test.
    Walk(Vec<usize>),
    /// `home` – the transformer acts for as many steps as the shortest way to the goal has, and remembers them.
    Home,
    /// `goal:12` – another state pays from now on.
    Goal(usize),
    /// `place:3` – the agent is put somewhere.
    Place(usize),
    /// `look:120` – as if only the first so many memories were there; `look:end` for all.
    Look(Option<usize>),
    /// `ask:7` – the state whose decision is looked at; `ask:agent` for where the agent is.
    Ask(Option<usize>),
    /// `hide:goal@2`, `delete:3-9`, … – what becomes of memories.
    Edit(Edit, Which),
    /// `shift:17=40` – memory 17 moves to position 40.
    Shift(usize, usize),
    /// `attribute` – which memories does the decision rest on? Integrated gradients.
    Attribute,
    /// `draw:S..|..G` – a maze of one's own, lines separated by `|` or line feeds.
    Draw(String),
}

/// What becomes of memories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// It is as it was.
    Restore,
    /// It never was.
    Delete,
    /// Nothing was paid.
    Unreward,
    /// What was seen is exchanged for noise.
    Corrupt,
    /// The query cannot see it in these blocks (as bits).
    Hide(u8),
}

/// Which memories.
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
    /// The groups that have a name: word, name on the screen.
    pub const NAMED: [(Self, &'static str, &'static str); 5] = [
        (Self::Query, "query", "at the query"),
        (Self::Goal, "goal", "at the goal"),
        (Self::Path, "path", "on the way"),
        (Self::BeforeReward, "before", "before the reward"),
        (Self::All, "all", "all"),
    ];
}

impl FromStr for Which {
    type Err = ();

    /// `goal`, or numbers and ranges: `3-9.17`.
    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some((which, ..)) = Self::NAMED.iter().find(|(_, word, _)| *word == text) {
            return Ok(which.clone());
        }
        let mut numbers = BTreeSet::new();
        for part in text.split('.') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let number = |text: &str| text.parse::<usize>().ok().filter(|n| *n < MOST).ok_or(());
            numbers.extend(number(first)?..=number(last)?);
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

/// Why a command of the maze lab was not understood.
type Wrong = (&'static str, &'static str);

const STATE: &str = "the number of a state, as in goal:12";
const WHICH: &str = "memories by number (3-9.17) or query, goal, path, before, all";

impl MazeCommand {
    /// Reads a command of this lab; `None` when the verb is not one of its own.
    ///
    /// # Errors
    /// The verb and what it expects.
    pub(crate) fn parse(verb: &str, argument: &str) -> Result<Option<Self>, Wrong> {
        let argument = argument.trim();
        let number = |verb, expected| argument.parse().map_err(|_| (verb, expected));
        let which = |verb| argument.parse().map_err(|()| (verb, WHICH));
        Ok(Some(match verb {
            "act" => Self::Act(number("act", "the number of an action, as in act:2")?),
            "goto" => Self::GoTo(number("goto", STATE)?),
            "walk" => {
                let states: Result<Vec<usize>, _> =
                    argument.split('.').map(|s| s.trim().parse()).collect();
                match states {
                    Ok(states) if (2..=512).contains(&states.len()) => Self::Walk(states),
                    _ => {
                        return Err(("walk", "two or more neighbouring states, as in walk:0.1.6"));
                    }
                }
            }
            "home" => Self::Home,
            "goal" => Self::Goal(number("goal", STATE)?),
            "place" => Self::Place(number("place", STATE)?),
            "look" if argument == "end" => Self::Look(None),
            "look" => Self::Look(Some(number("look", "a number of memories, or end")?)),
            "ask" if argument == "agent" => Self::Ask(None),
            "ask" => Self::Ask(Some(number("ask", "the number of a state, or agent")?)),
            "restore" => Self::Edit(Edit::Restore, which("restore")?),
            "delete" => Self::Edit(Edit::Delete, which("delete")?),
            "unreward" => Self::Edit(Edit::Unreward, which("unreward")?),
            "corrupt" => Self::Edit(Edit::Corrupt, which("corrupt")?),
            "hide" => {
                const EXPECTED: &str =
                    "memories and, after @, blocks from 1, as in hide:goal@2 or hide:17@1.2.3";
                let (which, layers) = argument.split_once('@').unwrap_or((argument, "all"));
                let which = which.parse().map_err(|()| ("hide", EXPECTED))?;
                let layers = layer_bits(layers).ok_or(("hide", EXPECTED))?;
                Self::Edit(Edit::Hide(layers), which)
            }
            "shift" => {
                let pair = argument.split_once('=');
                let pair = pair.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
                let (from, to) = pair.ok_or(("shift", "memory=position, as in shift:17=40"))?;
                Self::Shift(from, to)
            }
            "attribute" => Self::Attribute,
            "draw" => Self::Draw(argument.replace('|', "\n")),
            _ => return Ok(None),
        }))
    }
}

/// `1.3` as bits 0 and 2; `all` is every bit.
fn layer_bits(text: &str) -> Option<u8> {
    if text == "all" {
        return Some(u8::MAX);
    }
    text.split('.').try_fold(0, |bits, layer| {
        let layer: u8 = layer.trim().parse().ok()?;
        (1..=8).contains(&layer).then(|| bits | 1 << (layer - 1))
    })
}

/// The reverse of [`layer_bits`].
fn layer_names(bits: u8) -> String {
    if bits == u8::MAX {
        return "all".to_owned();
    }
    let layers = (0..8).filter(|layer| bits >> layer & 1 == 1);
    layers
        .map(|layer| (layer + 1).to_string())
        .collect::<Vec<_>>()
        .join(".")
}

impl fmt::Display for MazeCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
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
            Self::Draw(text) => write!(f, "draw:{}", shortened(&text.replace('\n', "|"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::session::Command;

    #[test]
    fn text_and_command_are_the_same_thing() {
        for text in [
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
            "hide:query@all",
            "shift:17=40",
            "attribute",
            "draw:S..|..G",
        ] {
            assert_eq!(text.parse::<Command>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn nonsense_gets_one_sentence() {
        for text in [
            "act",
            "act:-1",
            "goal:x",
            "walk:1",
            "walk:a.b",
            "hide:goal@0",
            "hide:goal@9",
            "delete:",
            "delete:5-",
            "delete:99999999999",
            "shift:3",
            "look:soon",
        ] {
            let error = text.parse::<Command>().unwrap_err().to_string();
            assert_eq!(error.lines().count(), 1, "{error}");
        }
    }
}
