//! The registry of labs: the one place that knows them all.
//!
//! The labs that come along are one line each in [`labs::ALL`](crate::labs::ALL). A program that brings a lab of its own
//! [`register`]s it before it opens a link; from then on the top bar, the help, the keys, links, scenes, the command line and
//! JavaScript have it.

use std::sync::RwLock;

use super::{AnySession, CommandError, EventInfo, LinkPairs, Scene, Setting, Verb, shortened};
use crate::texts::{self, Text};

/// Everything about a lab that is known without opening it.
#[derive(Debug)]
pub struct LabInfo {
    /// The word in links: `lab=caching`.
    pub name: &'static str,
    /// The name on the screen.
    pub title: Text,
    /// One sentence for the hover text.
    pub hint: Text,
    /// All that can be set.
    pub settings: &'static super::Table,
    /// The commands that only this lab has.
    pub verbs: &'static [Verb],
    /// The types of the events that only this lab has.
    pub events: &'static [EventInfo],
    /// The kinds of files that [`Lab::open_file`](super::Lab::open_file) reads.
    pub files: &'static [FileKind],
    /// Its scenes; the first opens with the lab.
    pub scenes: &'static [Scene],
    /// Steps a second at normal pace.
    pub steps_per_second: f64,
    /// Whether time can be played: without it nothing moves by itself.
    pub moves: bool,
    /// A session as a link says, not yet settled.
    pub open: fn(&LinkPairs) -> Box<dyn AnySession>,
    /// Reads a command of this lab; the text comes back as it is written. `None` for a verb of another lab.
    pub parse: fn(verb: &str, argument: &str) -> Option<Result<String, CommandError>>,
}

/// A kind of file that a lab reads.
#[derive(Clone, Copy, Debug)]
pub struct FileKind {
    /// Its content, in words: “a checkpoint”.
    pub what: Text,
    /// The endings of such names, in lower case and without the dot.
    pub endings: &'static [&'static str],
    /// Endings of files of other programs that are taken in order to say how to convert them.
    pub named: &'static [&'static str],
}

impl FileKind {
    /// Whether a file of this name is of this kind.
    #[must_use]
    pub fn is_of(&self, file: &str) -> bool {
        let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
        let mut known = self.endings.iter().chain(self.named);
        known.any(|known| known.eq_ignore_ascii_case(ending))
    }
}

impl LabInfo {
    /// Whether the lab reads files of this name.
    #[must_use]
    pub fn opens(&self, file: &str) -> bool {
        self.kind_of(file).is_some()
    }

    /// The kind of a file of this name, among those that the lab reads.
    #[must_use]
    pub fn kind_of(&self, file: &str) -> Option<&'static FileKind> {
        self.files.iter().find(|kind| kind.is_of(file))
    }
}

static REGISTERED: RwLock<Vec<&'static LabInfo>> = RwLock::new(Vec::new());

/// Adds a lab to those that come along. A name that is there already is not added again.
pub fn register(lab: &'static LabInfo) {
    let Ok(mut registered) = REGISTERED.write() else {
        return;
    };
    // Looked up under the same lock: two threads may bring the same lab.
    let mut known = crate::labs::ALL.iter().chain(registered.iter());
    if known.all(|known| known.name != lab.name) {
        registered.push(lab);
    }
}

/// All labs, those that come along first.
#[must_use]
pub fn labs() -> Vec<&'static LabInfo> {
    let registered = REGISTERED.read();
    let registered = registered.iter().flat_map(|labs| labs.iter().copied());
    crate::labs::ALL.iter().copied().chain(registered).collect()
}

/// The lab of a link that names none.
#[must_use]
pub fn first() -> &'static LabInfo {
    labs()[0]
}

/// The lab of a name.
#[must_use]
pub fn lab(name: &str) -> Option<&'static LabInfo> {
    labs().into_iter().find(|lab| lab.name == name)
}

/// The names of all labs, for messages.
#[must_use]
pub fn names() -> String {
    let names: Vec<&str> = labs().iter().map(|lab| lab.name).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            let rest = rest.join(", ");
            texts::session::Names { rest, last }.to_string()
        }
        _ => names.join(", "),
    }
}

/// The scenes of all labs, with the lab of each.
#[must_use]
pub fn scenes() -> Vec<(&'static LabInfo, &'static Scene)> {
    let labs = labs().into_iter();
    labs.flat_map(|lab| lab.scenes.iter().map(move |scene| (lab, scene)))
        .collect()
}

/// The scene of a name, and its lab.
#[must_use]
pub fn scene(name: &str) -> Option<(&'static LabInfo, &'static Scene)> {
    scenes().into_iter().find(|(_, scene)| scene.name == name)
}

/// The kinds of files that some lab reads: “a checkpoint (.safetensors) or a maze (.txt, .json)”.
#[must_use]
pub fn file_kinds(between: &str, within: &str) -> String {
    let labs = labs();
    let kinds = labs.iter().flat_map(|lab| lab.files).map(|kind| {
        let endings: Vec<String> = kind.endings.iter().map(|e| format!(".{e}")).collect();
        format!("{} ({})", (kind.what)(), endings.join(within))
    });
    kinds.collect::<Vec<_>>().join(between)
}

/// The sentence on a file that no lab reads.
pub(super) fn no_lab_opens(name: &str) -> String {
    let files = file_kinds(
        texts::shell::between_refused(),
        texts::shell::between_endings(),
    );
    texts::shell::FileUnknown {
        name: &shortened(name),
        files,
    }
    .to_string()
}

/// The sentence on a scene that no lab has; `name` as it was given, shortened.
pub(super) fn no_scene(name: &str) -> String {
    let scenes = scene_names();
    texts::session::NoScene { name, scenes }.to_string()
}

/// The names of the first scenes, for messages: all of them make no sentence.
#[must_use]
pub fn scene_names() -> String {
    const NAMED: usize = 9;
    let names: Vec<&str> = scenes().iter().map(|(_, scene)| scene.name).collect();
    let named = names.iter().take(NAMED).copied().collect::<Vec<_>>();
    let more = if names.len() > NAMED { ", …" } else { "" };
    named.join(", ") + more
}

/// The settings of all labs that have this key.
#[must_use]
pub fn settings(key: &str) -> Vec<(&'static LabInfo, &'static Setting)> {
    let rows = |lab: &'static LabInfo| lab.settings.rows.iter().map(move |row| (lab, row));
    let all = labs().into_iter().flat_map(rows);
    all.filter(|(_, setting)| setting.key == key).collect()
}
