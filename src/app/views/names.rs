//! Names of everything that `hide=` and `lock=` reach: panels, windows, settings, buttons.

use std::collections::BTreeSet;

use super::{LabView, Shell, all};
use crate::{
    app::{Options, panels},
    texts,
};

/// A control that can be hidden or locked by its name.
#[derive(Clone, Copy, Debug)]
pub struct Control {
    /// Its name.
    pub name: &'static str,
    /// Names that stand for it, too: of a group of controls, of the panel that it is in.
    pub of: &'static [&'static str],
}

/// A control of a name that belongs to some groups and panels.
pub(crate) const fn control(name: &'static str, of: &'static [&'static str]) -> Control {
    Control { name, of }
}

/// The names that `hide=` and `lock=` know: those of all labs, in alphabetical order. `lock=all` locks everything.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let mut names = BTreeSet::new();
    names.extend(panels::BARS.iter().map(|bar| bar.heading().id));
    names.extend(panels::WINDOWS.iter().map(|window| window.heading().id));
    names.extend(panels::CONTROLS.iter().map(|control| control.name));
    for view in all() {
        let panels = view.panels.iter().chain(view.windows);
        names.extend(panels.map(|panel| panel.heading().id));
        names.extend(view.controls.iter().map(|control| control.name));
        names.extend(view.lab.settings.rows.iter().map(|row| row.key));
    }
    names.into_iter().collect()
}

/// One sentence for each name in the options that nothing has.
pub(crate) fn unknown(options: &Options) -> Vec<String> {
    let known = names();
    let lists = [("hide", &options.hide, ""), ("lock", &options.lock, "all")];
    let mut sentences = Vec::new();
    for (option, list, also) in lists {
        for name in list {
            if !known.contains(&name.as_str()) && (also.is_empty() || name != also) {
                let name: String = name.chars().take(40).collect();
                sentences.push(texts::shell::NameUnknown { option, name }.to_string());
            }
        }
    }
    sentences
}

/// The groups and panels that a control belongs to.
fn groups(view: &LabView, name: &str) -> &'static [&'static str] {
    let all = view.controls.iter().chain(panels::CONTROLS);
    let found = all.into_iter().find(|control| control.name == name);
    found.map_or(&[], |control| control.of)
}

/// Controls that do nothing where nothing moves.
const OF_TIME: [&str; 3] = ["play", "step", "speed"];

impl Shell<'_> {
    /// Whether a panel or a control is shown.
    #[must_use]
    pub fn shows(&self, name: &str) -> bool {
        if !self.view.lab.moves && OF_TIME.contains(&name) {
            return false;
        }
        let groups = groups(self.view, name);
        self.options.shows(name) && groups.iter().all(|group| self.options.shows(group))
    }

    /// Whether a control can be used.
    #[must_use]
    pub fn unlocks(&self, name: &str) -> bool {
        let groups = groups(self.view, name);
        self.options.unlocks(name) && groups.iter().all(|group| self.options.unlocks(group))
    }
}
