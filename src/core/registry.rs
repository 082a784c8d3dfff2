//! The registry of labs: the one place that knows them all.
//!
//! The labs that come along are one line each in [`labs::ALL`](crate::labs::ALL). A program that brings a lab of its own
//! [`register`]s it before it opens a link; from then on the top bar, the help, the keys, links, scenes, the command line and
//! JavaScript have it.

use std::sync::RwLock;

use super::{AnySession, CommandError, LinkPairs, Scene, Setting, Verb};

/// Everything about a lab that is known without opening it.
#[derive(Debug)]
pub struct LabInfo {
    /// The word in links: `lab=caching`.
    pub name: &'static str,
    /// The name on the screen.
    pub title: &'static str,
    /// One sentence for the hover text.
    pub about: &'static str,
    /// The paper that its scenes show figures of.
    pub paper: &'static str,
    /// All that can be set.
    pub settings: &'static super::Table,
    /// The commands that only this lab has.
    pub verbs: &'static [Verb],
    /// The types of the events that only this lab has.
    pub events: &'static [&'static str],
    /// Its scenes; the first opens with the lab.
    pub scenes: &'static [Scene],
    /// Steps a second at normal pace.
    pub steps_per_second: f64,
    /// A session as a link says, not yet settled.
    pub open: fn(&LinkPairs) -> Box<dyn AnySession>,
    /// Reads a command of this lab; the text comes back as it is written. `None` for a verb of another lab.
    pub parse: fn(verb: &str, argument: &str) -> Option<Result<String, CommandError>>,
}

static REGISTERED: RwLock<Vec<&'static LabInfo>> = RwLock::new(Vec::new());

/// Adds a lab to those that come along. A name that is there already is not added again.
pub fn register(lab: &'static LabInfo) {
    if self::lab(lab.name).is_none()
        && let Ok(mut registered) = REGISTERED.write()
    {
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
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
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

/// The names of all scenes, for messages.
#[must_use]
pub fn scene_names() -> String {
    let names: Vec<&str> = scenes().iter().map(|(_, scene)| scene.name).collect();
    names.join(", ")
}

/// The settings of all labs that have this key.
#[must_use]
pub fn settings(key: &str) -> Vec<(&'static LabInfo, &'static Setting)> {
    let rows = |lab: &'static LabInfo| lab.settings.rows.iter().map(move |row| (lab, row));
    let all = labs().into_iter().flat_map(rows);
    all.filter(|(_, setting)| setting.key == key).collect()
}
