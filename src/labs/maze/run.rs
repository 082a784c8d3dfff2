//! The run: a task, and what was experienced in it. Commands change it at once; all else is derived from it.

use std::{collections::BTreeSet, fmt, str::FromStr, sync::Arc};

use super::{
    Edit, Key, Settings, Which,
    command::{ALL_LAYERS, layer_bits, layer_names},
};
use crate::{session::shortened, texts};
use chickadee_engine::{
    base::{
        StateHash,
        random::{Random, Stream},
    },
    worlds::maze::{
        CustomMaze, Explorer, Family, Maze, PUBLISHED_CORRELATION, Protocol, Task, Transition,
        goals, start_state,
    },
};

/// Largest number of memories in a lab.
pub const MAX_MEMORIES: usize = 1600;

/// The most memories that the entries of a link touch together: hundreds of edits of all.
pub(super) const MOST_TOUCHED: usize = 400 * MAX_MEMORIES;

/// Source of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The roll-in policy's.
    Explorer,
    /// The transformer's own.
    Model,
    /// The user's.
    User,
}

/// A memory: one transition, and its edits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Memory {
    /// The experience.
    pub transition: Transition,
    /// The source of the step.
    pub source: Source,
    /// Its number in the order of experience, from 0.
    pub number: usize,
    /// Deleted, as if it had never been.
    pub deleted: bool,
    /// Without its reward.
    pub unrewarded: bool,
    /// With noise in place of the sensory codes.
    pub corrupted: bool,
    /// Layers in which the query cannot see it, as bits.
    pub hidden: u64,
}

impl Memory {
    /// The reward that it holds after its edits.
    #[must_use]
    pub fn reward(&self) -> f32 {
        if self.deleted || self.unrewarded {
            0.0
        } else {
            self.transition.reward
        }
    }

    /// Whether the query cannot see it in any layer.
    #[must_use]
    pub fn is_hidden_everywhere(&self) -> bool {
        self.hidden == ALL_LAYERS
    }

    /// [`hidden`](Self::hidden) for hashes: eight bits, and the layers beyond the eighth where they say more than these.
    /// All layers are 255, as in the links and hashes of the first versions.
    pub(super) fn hidden_code(&self) -> (u64, Option<u64>) {
        match self.hidden {
            ALL_LAYERS => (255, None),
            few @ 0..255 => (few, None),
            many => (many & 255, Some(many >> 8)),
        }
    }

    /// Whether it is as it was experienced.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.deleted && !self.unrewarded && !self.corrupted && self.hidden == 0
    }
}

/// An entry of the log of all that shaped the memories: with the settings, the log is the saved run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    /// `r40`: so many steps of the explorer.
    Explore(usize),
    /// `w012`, `m012`: steps of the user or of the transformer, by their actions.
    Act(Source, Vec<u8>),
    /// `g12`: another goal.
    Goal(usize),
    /// `s3`: the agent was put somewhere.
    Place(usize),
    /// `d3-9`, `u…`, `c…`, `o…`, `h3-9@1`: an edit of memories by position.
    Edit(Edit, Which),
    /// `v17=40`: a memory moved.
    Shift(usize, usize),
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Explore(steps) => write!(f, "r{steps}"),
            Self::Act(source, actions) => {
                f.write_str(if *source == Source::Model { "m" } else { "w" })?;
                actions.iter().try_for_each(|action| write!(f, "{action}"))
            }
            Self::Goal(state) => write!(f, "g{state}"),
            Self::Place(state) => write!(f, "s{state}"),
            Self::Edit(edit, which) => match edit {
                Edit::Restore => write!(f, "o{which}"),
                Edit::Delete => write!(f, "d{which}"),
                Edit::Unreward => write!(f, "u{which}"),
                Edit::Corrupt => write!(f, "c{which}"),
                // Bits, as ever; all layers are 255, and so those from 1 to 8 have to be said one by one.
                Edit::Hide(ALL_LAYERS) => write!(f, "h{which}@255"),
                Edit::Hide(255) => write!(f, "h{which}@{}", layer_names(255)),
                Edit::Hide(layers) => write!(f, "h{which}@{layers}"),
            },
            Self::Shift(from, to) => write!(f, "v{from}={to}"),
        }
    }
}

impl FromStr for Entry {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let verb = *text.as_bytes().first().ok_or(())?;
        let rest = text.get(1..).ok_or(())?;
        let number = |text: &str| text.parse::<usize>().map_err(|_| ());
        let actions = |source| {
            let digits = rest.bytes().map(|b| match b {
                b'0'..=b'4' => Ok(b - b'0'),
                _ => Err(()),
            });
            digits
                .collect::<Result<Vec<u8>, ()>>()
                .map(|actions| Self::Act(source, actions))
        };
        Ok(match verb {
            b'r' => Self::Explore(number(rest)?.min(MAX_MEMORIES)),
            b'w' => actions(Source::User)?,
            b'm' => actions(Source::Model)?,
            b'g' => Self::Goal(number(rest)?),
            b's' => Self::Place(number(rest)?),
            b'o' => Self::Edit(Edit::Restore, rest.parse()?),
            b'd' => Self::Edit(Edit::Delete, rest.parse()?),
            b'u' => Self::Edit(Edit::Unreward, rest.parse()?),
            b'c' => Self::Edit(Edit::Corrupt, rest.parse()?),
            b'h' => {
                let (which, layers) = rest.split_once('@').ok_or(())?;
                let layers = match layers {
                    "255" => ALL_LAYERS,
                    _ if layers.contains('.') => layer_bits(layers).ok_or(())?,
                    _ => layers.parse().map_err(|_| ())?,
                };
                Self::Edit(Edit::Hide(layers), which.parse()?)
            }
            b'v' => {
                let (from, to) = rest.split_once('=').ok_or(())?;
                Self::Shift(number(from)?, number(to)?)
            }
            _ => return Err(()),
        })
    }
}

/// Adds an entry; steps of the same walker join.
fn append(log: &mut Vec<Entry>, entry: Entry) {
    match (log.last_mut(), &entry) {
        (Some(Entry::Explore(before)), Entry::Explore(steps)) => *before += steps,
        (Some(Entry::Act(who, before)), Entry::Act(source, actions)) if who == source => {
            before.extend(actions);
        }
        (Some(Entry::Goal(_)), Entry::Goal(_)) | (Some(Entry::Place(_)), Entry::Place(_)) => {
            log.pop();
            log.push(entry);
        }
        _ => log.push(entry),
    }
}

/// A task that is being experienced: the state that undo brings back.
///
/// Every prefix of the memories has a [mark](Self::mark): equal marks mean equal tasks, memories and edits. The keys of derived
/// values hold marks, so that a value is found again wherever its memories are the same: after undo, and at another length.
#[derive(Clone)]
pub(super) struct Run {
    pub task: Task,
    pub agent: usize,
    pub memories: Vec<Memory>,
    /// The mark of the task, and those of the memories up to each.
    marks: Vec<u64>,
    pub log: Vec<Entry>,
    /// The text of the user's own maze.
    pub own: Option<Arc<str>>,
    explorer: Explorer,
    random: Random,
    /// Whether the explorer's last step is the agent's last step.
    exploring: bool,
}

impl Run {
    /// The task of the settings, without any experience.
    ///
    /// # Errors
    /// When the maze cannot be made: one sentence.
    pub fn new(settings: &Settings, own: Option<Arc<str>>) -> Result<Self, String> {
        let seed = settings.get(Key::Seed) as u64;
        let (task, start) = match &own {
            Some(text) => own_task(text, settings, seed)?,
            None => (task(settings, seed)?, None),
        };
        let mut random = Random::new(seed, Stream::Explore, 0);
        // A tree's root costs no number, and so the walk is that of `explore`.
        let agent = start.unwrap_or_else(|| start_state(&task.maze, &mut random));
        Ok(Self {
            marks: vec![mark_of(&task)],
            task,
            agent,
            memories: Vec::new(),
            log: Vec::new(),
            own,
            explorer: Explorer::new(),
            random,
            exploring: true,
        })
    }

    /// A hash of the task and its first `look` memories with their edits.
    pub fn mark(&self, look: usize) -> u64 {
        self.marks[look.min(self.memories.len())]
    }

    /// Marks the memories that have no mark: a change takes the marks from its first memory on away.
    fn mark_all(&mut self) {
        for index in self.marks.len() - 1..self.memories.len() {
            let memory = &self.memories[index];
            let Transition {
                state,
                action,
                next,
                reward,
            } = memory.transition;
            let (hidden, beyond) = memory.hidden_code();
            let mut hash = StateHash::default();
            hash.integer(self.marks[index])
                .integer((state as u64) << 32 | next as u64)
                .integer(action as u64)
                .number(f64::from(reward))
                .integer(memory.number as u64)
                .integer(
                    hidden
                        | u64::from(memory.deleted) << 8
                        | u64::from(memory.unrewarded) << 9
                        | u64::from(memory.corrupted) << 10,
                );
            if let Some(beyond) = beyond {
                hash.integer(beyond);
            }
            self.marks.push(hash.finish());
        }
    }

    /// Whether no further memory fits.
    pub fn is_full(&self) -> bool {
        self.memories.len() >= MAX_MEMORIES
    }

    fn remember(&mut self, action: usize, source: Source) {
        let state = self.agent;
        let next = self.task.maze.step(state, action);
        let number = self.memories.iter().map(|m| m.number + 1).max();
        self.memories.push(Memory {
            transition: Transition {
                state,
                action,
                next,
                reward: self.task.reward(next),
            },
            source,
            number: number.unwrap_or(0),
            deleted: false,
            unrewarded: false,
            corrupted: false,
            hidden: 0,
        });
        self.mark_all();
        self.agent = next;
    }

    /// One step of the explorer.
    pub fn explore(&mut self) {
        if self.is_full() {
            return;
        }
        if !std::mem::replace(&mut self.exploring, true) {
            self.explorer = Explorer::new();
        }
        let from = self.agent;
        let maze = Arc::clone(&self.task.maze);
        let action = self.explorer.choose(&maze, from, &mut self.random);
        self.remember(action, Source::Explorer);
        self.explorer.observe(action, self.agent != from, from);
        append(&mut self.log, Entry::Explore(1));
    }

    /// One step of the user or of the transformer.
    pub fn act(&mut self, action: usize, source: Source) {
        if self.is_full() || action >= self.task.maze.actions() {
            return;
        }
        self.exploring = false;
        self.remember(action, source);
        append(&mut self.log, Entry::Act(source, vec![action as u8]));
    }

    /// Rewards another state from now on.
    pub fn move_goal(&mut self, state: usize) {
        self.task.goal = state;
        append(&mut self.log, Entry::Goal(state));
    }

    /// Puts the agent at a state.
    pub fn place(&mut self, state: usize) {
        self.agent = state;
        self.exploring = false;
        append(&mut self.log, Entry::Place(state));
    }

    /// Along neighbouring states and back.
    pub fn walk(&mut self, states: &[usize]) {
        self.place(states[0]);
        let back = states.iter().rev().skip(1);
        for &next in states.iter().skip(1).chain(back) {
            let maze = &self.task.maze;
            let action = maze.action_between(self.agent, next);
            self.act(action.unwrap_or(maze.stay()), Source::User);
        }
    }

    /// Positions of the selected memories, among the first `look`.
    pub fn resolve(&self, which: &Which, query: usize, look: usize) -> BTreeSet<usize> {
        let maze = &self.task.maze;
        let among = &self.memories[..look.min(self.memories.len())];
        let touching = |states: &[usize]| {
            let mut wanted = vec![false; maze.states()];
            states.iter().for_each(|&state| wanted[state] = true);
            let touches = |m: &Memory| wanted[m.transition.state] || wanted[m.transition.next];
            (0..among.len()).filter(|&i| touches(&among[i])).collect()
        };
        match which {
            Which::These(numbers) => numbers.range(..self.memories.len()).copied().collect(),
            Which::All => (0..among.len()).collect(),
            Which::Query => touching(&[query]),
            Which::Goal => touching(&[self.task.goal]),
            Which::Path => {
                let way: Vec<usize> = maze.shortest_path_states(query, self.task.goal).collect();
                touching(&way)
            }
            Which::BeforeReward => {
                let first = among.iter().position(|m| m.transition.reward > 0.0);
                (0..first.unwrap_or(among.len())).collect()
            }
        }
    }

    /// Edits the memories at some positions.
    pub fn edit(&mut self, edit: Edit, positions: &BTreeSet<usize>) {
        self.edit_unmarked(edit, positions);
        self.mark_all();
    }

    fn edit_unmarked(&mut self, edit: Edit, positions: &BTreeSet<usize>) {
        let mut first = None;
        for &position in positions {
            let Some(memory) = self.memories.get_mut(position) else {
                continue;
            };
            let before = *memory;
            match edit {
                Edit::Restore => {
                    (memory.deleted, memory.unrewarded, memory.corrupted) = (false, false, false);
                    memory.hidden = 0;
                }
                Edit::Delete => memory.deleted = true,
                Edit::Unreward => memory.unrewarded = true,
                Edit::Corrupt => memory.corrupted = true,
                Edit::Hide(layers) => memory.hidden |= layers,
            }
            if *memory != before {
                first = first.or(Some(position));
            }
        }
        // What changes nothing is nothing to tell: a link has no room for it over and over.
        let Some(first) = first else {
            return;
        };
        self.marks.truncate(first + 1);
        append(
            &mut self.log,
            Entry::Edit(edit, Which::These(positions.clone())),
        );
    }

    /// Moves a memory to another position.
    pub fn shift(&mut self, from: usize, to: usize) {
        self.shift_unmarked(from, to);
        self.mark_all();
    }

    fn shift_unmarked(&mut self, from: usize, to: usize) {
        if from >= self.memories.len() || from == to {
            return;
        }
        let to = to.min(self.memories.len() - 1);
        let memory = self.memories.remove(from);
        self.memories.insert(to, memory);
        self.marks.truncate(from.min(to) + 1);
        append(&mut self.log, Entry::Shift(from, to));
    }

    /// Replays a log; entries that do not fit become messages. Returns the number of memories that its entries touched, which bounds
    /// the time that a link takes: the log ends where that exceeds [`MOST_TOUCHED`].
    pub fn replay(&mut self, log: &[Entry], messages: &mut Vec<String>) -> usize {
        let mut touched = 0;
        let states = self.task.maze.states();
        let no_state = |state: usize| {
            let last = states - 1;
            texts::maze::NoState { state, last }.to_string()
        };
        for entry in log {
            if let Some(why) = self.misfit(entry) {
                let entry = shortened(&entry.to_string());
                messages.push(texts::maze::LogEntryIdle { entry, why }.to_string());
            }
            if touched >= MOST_TOUCHED {
                let entry = shortened(&entry.to_string());
                messages.push(texts::session::LogTooLong { entry }.to_string());
                break;
            }
            match entry {
                Entry::Explore(steps) => (0..*steps).for_each(|_| self.explore()),
                Entry::Act(source, actions) => {
                    for &action in actions {
                        self.act(usize::from(action), *source);
                    }
                }
                Entry::Goal(state) if *state >= states => messages.push(no_state(*state)),
                Entry::Goal(state) => self.move_goal(*state),
                Entry::Place(state) if *state >= states => messages.push(no_state(*state)),
                Entry::Place(state) => self.place(*state),
                Entry::Edit(edit, which) => {
                    let positions = self.resolve(which, self.agent, self.memories.len());
                    touched += positions.len();
                    self.edit_unmarked(*edit, &positions);
                }
                Entry::Shift(from, to) => {
                    touched += from.abs_diff(*to).min(self.memories.len());
                    self.shift_unmarked(*from, *to);
                }
            }
        }
        // Once and not after each entry: a link has room for thousands.
        self.mark_all();
        touched
    }

    /// A sentence about an entry of a log that cannot be carried out, or not to its end, if there is one; states have their own.
    fn misfit(&self, entry: &Entry) -> Option<String> {
        let count = self.memories.len();
        let room = MAX_MEMORIES.saturating_sub(count);
        let full = || {
            let most = MAX_MEMORIES;
            texts::maze::Full { most }.to_string()
        };
        let actions = self.task.maze.actions();
        match entry {
            Entry::Explore(steps) => (*steps > room).then(full),
            Entry::Act(_, taken) => {
                if let Some(&action) = taken.iter().find(|&&a| usize::from(a) >= actions) {
                    let last = actions - 1;
                    return Some(texts::maze::NoAction { action, last }.to_string());
                }
                (taken.len() > room).then(full)
            }
            Entry::Edit(_, which) => {
                let none = self.resolve(which, self.agent, count).is_empty();
                none.then(|| texts::maze::no_such_memories().to_owned())
            }
            Entry::Shift(index, _) => {
                (*index >= count).then(|| texts::maze::NoMemory { index, count }.to_string())
            }
            Entry::Goal(_) | Entry::Place(_) => None,
        }
    }

    /// The token that the transformer reads of a memory, after its edits.
    pub fn token(&self, memory: &Memory, rewards: bool) -> Vec<f32> {
        let mut transition = memory.transition;
        if memory.unrewarded || !rewards {
            transition.reward = 0.0;
        }
        let mut token = self.task.observe(&[transition]);
        if memory.corrupted {
            let codes = &self.task.codes;
            let (width, actions) = (codes.columns(), self.task.maze.actions());
            let mut random = Random::new(0, Stream::Query, memory.number as u64);
            for begin in [0, width + actions] {
                let noise = &mut token[begin..begin + width];
                random.fill_normal(noise);
                let length = chickadee_engine::base::reduce::dot(noise, noise);
                let scale = 1.0 / libm::sqrt(length.max(1e-12));
                noise.iter_mut().for_each(|v| *v *= scale as f32);
            }
        }
        token
    }
}

/// A hash of all that the transformer can know of a task, and of its maze; the goal is in the memories alone.
fn mark_of(task: &Task) -> u64 {
    let mut hash = StateHash::default();
    let maze = &task.maze;
    hash.integer(maze.actions() as u64)
        .array(task.codes.values());
    for state in 0..maze.states() {
        let (first, second) = maze.position(state);
        hash.integer((first as u64) << 32 | second as u64);
        for action in 0..maze.actions() {
            hash.integer(maze.step(state, action) as u64);
        }
    }
    hash.finish()
}

/// The task of a seed: the authors' own at their sizes.
pub(super) fn task(settings: &Settings, seed: u64) -> Result<Task, String> {
    let protocol = settings.protocol();
    let correlation = settings.get(Key::Correlation);
    let branching = settings.get(Key::Branching);
    let complete = protocol.maze().map_err(|e| e.to_string())?;
    let held_out = goals(&complete).held_out;
    let goal = held_out[(seed % held_out.len() as u64) as usize];
    let published =
        protocol == Protocol::published(protocol.family) && correlation == PUBLISHED_CORRELATION;
    let number = seed as u32;
    let made = match protocol.family {
        Family::Gridworld if published => Task::published_grid(number, goal),
        Family::Tree if published && branching >= 1.0 => {
            Task::published_tree(number, 1.0, Some(goal))
        }
        Family::Tree if published => Task::published_tree(number, branching, None),
        _ => {
            let mut random = Random::new(seed, Stream::Task, 0);
            let maze = if protocol.family == Family::Tree && branching < 1.0 {
                let flip = || 1.0 - f64::from(random.uniform());
                Maze::pruned_tree(protocol.size, branching, flip).map_err(|e| e.to_string())?
            } else {
                complete
            };
            let goal = if goal < maze.states() && maze.leaves().contains(&goal) {
                goal
            } else {
                let leaves = maze.leaves();
                *leaves.first().ok_or_else(texts::maze::no_leaf)?
            };
            Ok(Task::with_random(
                Arc::new(maze),
                correlation,
                goal,
                &mut random,
            ))
        }
    };
    made.map_err(|error| texts::maze::NotMade { error }.to_string())
}

fn own_task(text: &str, settings: &Settings, seed: u64) -> Result<(Task, Option<usize>), String> {
    let own = CustomMaze::parse(text).map_err(|e| e.to_string())?;
    let mut random = Random::new(seed, Stream::Task, 0);
    let correlation = settings.get(Key::Correlation);
    let task = Task::with_random(Arc::new(own.maze), correlation, own.goal, &mut random);
    Ok((task, Some(own.start)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chickadee_engine::worlds::maze::explore;

    #[test]
    fn entries_read_what_they_write() {
        for text in [
            "r40",
            "w0123",
            "m444",
            "g12",
            "s3",
            "d3-9.17",
            "u1",
            "c2",
            "o0",
            "h3@255",
            "h3@256",
            "h3@1.2.3.4.5.6.7.8",
            "v17=40",
        ] {
            assert_eq!(text.parse::<Entry>().unwrap().to_string(), text);
        }
        for text in ["", "x1", "r", "w5", "d", "h3", "h3@1.65", "é", "v1"] {
            assert!(text.parse::<Entry>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_walk_is_the_explorers() {
        for kind in [Family::Gridworld, Family::Tree] {
            let settings = Settings::of(kind);
            let mut run = Run::new(&settings, None).unwrap();
            let mut random = Random::new(7, Stream::Explore, 0);
            let start = start_state(&run.task.maze, &mut random);
            let expected = explore(&run.task, start, 100, &mut random);
            (0..100).for_each(|_| run.explore());
            let walked: Vec<Transition> = run.memories.iter().map(|m| m.transition).collect();
            assert_eq!(walked, expected);
            assert_eq!(run.log, [Entry::Explore(100)]);
        }
    }

    #[test]
    fn a_log_brings_the_same_memories_back() {
        let settings = Settings::default();
        let mut run = Run::new(&settings, None).unwrap();
        (0..30).for_each(|_| run.explore());
        run.act(1, Source::User);
        run.move_goal(3);
        (0..5).for_each(|_| run.explore());
        run.edit(Edit::Hide(2), &[3, 4, 5].into());
        run.shift(2, 10);
        run.walk(&[0, 1, 6]);
        let mut again = Run::new(&settings, None).unwrap();
        let log: Vec<Entry> = run
            .log
            .iter()
            .map(|e| e.to_string().parse().unwrap())
            .collect();
        again.replay(&log, &mut Vec::new());
        assert_eq!(again.memories, run.memories);
        assert_eq!((again.agent, again.log), (run.agent, run.log));
    }

    /// However a link says it, and however often, its log touches no more memories than it may.
    #[test]
    fn a_log_is_replayed_in_bounded_work() {
        let all: BTreeSet<usize> = (0..MAX_MEMORIES).collect();
        let ends = Entry::Shift(0, MAX_MEMORIES - 1);
        for entry in [
            Entry::Edit(Edit::Hide(2), Which::All),
            Entry::Edit(Edit::Delete, Which::Path),
            Entry::Edit(Edit::Delete, Which::These(all)),
            ends,
        ] {
            let mut log = vec![Entry::Explore(MAX_MEMORIES)];
            log.resize(8000, entry.clone());
            let mut run = Run::new(&Settings::default(), None).unwrap();
            let mut messages = Vec::new();
            let touched = run.replay(&log, &mut messages);
            assert!(touched > 0 && touched < MOST_TOUCHED + MAX_MEMORIES);
            let ended = touched >= MOST_TOUCHED;
            assert_eq!(messages.len(), usize::from(ended), "{entry:?}");
            assert!(ended || matches!(entry, Entry::Edit(_, Which::Path)));
        }
    }

    #[test]
    fn groups_are_the_memories_they_say() {
        let mut run = Run::new(&Settings::default(), None).unwrap();
        run.move_goal(2);
        run.walk(&[0, 1, 2]);
        let numbers = |which| run.resolve(&which, 0, 4).into_iter().collect::<Vec<_>>();
        assert_eq!(numbers(Which::Goal), [1, 2]);
        assert_eq!(numbers(Which::Query), [0, 3]);
        assert_eq!(numbers(Which::BeforeReward), [0]);
        assert_eq!(numbers(Which::Path), [0, 1, 2, 3]);
        assert_eq!(numbers(Which::These([1, 9].into())), [1]);
    }

    #[test]
    fn marks_are_equal_where_tasks_memories_and_edits_are() {
        let settings = Settings::default();
        let mut run = Run::new(&settings, None).unwrap();
        (0..20).for_each(|_| run.explore());
        let before = run.clone();
        let marks = |run: &Run| -> Vec<u64> { (0..=20).map(|look| run.mark(look)).collect() };
        assert_eq!(
            marks(&run).iter().collect::<BTreeSet<_>>().len(),
            21,
            "all differ"
        );
        for edit in [
            Edit::Delete,
            Edit::Unreward,
            Edit::Corrupt,
            Edit::Hide(2),
            Edit::Hide(4),
        ] {
            let last = run.mark(20);
            run.edit(edit, &[7, 30].into());
            assert_eq!(run.mark(7), before.mark(7));
            assert_ne!(run.mark(20), last, "{edit:?}");
        }
        run.edit(Edit::Restore, &[7].into());
        assert_eq!(marks(&run), marks(&before));
        run.shift(15, 4);
        assert_eq!(run.mark(4), before.mark(4));
        assert_ne!(run.mark(5), before.mark(5));
        run.shift(4, 15);
        assert_eq!(marks(&run), marks(&before));
        let mut other = settings.clone();
        other.set_text("seed", "8").unwrap();
        assert_ne!(Run::new(&other, None).unwrap().mark(0), before.mark(0));
    }
}
