//! What a lab looks like, as one value: a [`LabView`].
//!
//! A lab's picture is looked up by the lab's name. Its value lists the panels, says where they stand (a small tree of names
//! and sizes), which keys there are, which controls can be hidden or locked, and what Help says. The top bar, the
//! tabs of a narrow screen, the keyboard, Help and `hide=`/`lock=` read from that value and know no lab.
//!
//! [`all`] lists the views that come with Chickadee, and those that a program or a test has brought with [`register`].

mod keys;
mod names;
mod panel;
mod states;
mod tree;

use std::sync::{PoisonError, RwLock};

use eframe::egui::Context;

pub use keys::KeyBinding;
pub(crate) use keys::moves;
pub use names::{Control, names};
pub(crate) use names::{control, unknown};
pub use panel::{Heading, Panel};
pub use states::States;
pub(crate) use tree::rooms;
pub use tree::{Layout, Size};

use super::labs;
pub use super::shell::Shell;
use crate::{
    session::{Command, LabInfo, Table, Workbench, registry},
    texts,
};

/// The picture of one lab.
pub struct LabView {
    /// The lab.
    pub lab: &'static LabInfo,
    /// What Help says of it.
    pub about: texts::Text,
    /// What is said when there is no scene: how to begin.
    pub free: texts::Text,
    /// What the lab computes, as in “the network runs on the CPU”.
    pub model: texts::Text,
    /// The paper that the lab shows.
    pub paper: Paper,
    /// Its panels: each has a name that layouts, `hide=` and `lock=` use.
    pub panels: &'static [&'static dyn Panel],
    /// Panels that float when their button has opened them.
    pub windows: &'static [&'static dyn Panel],
    /// Panels below the others on a wide screen, without a box.
    pub below: &'static [&'static str],
    /// Where panels stand on a wide screen.
    pub wide: fn(&Shell<'_>) -> &'static Layout,
    /// Where panels stand on a narrow screen.
    pub narrow: fn(&Shell<'_>) -> &'static Layout,
    /// Keys of this lab.
    pub keys: &'static [KeyBinding],
    /// Controls that can be hidden or locked beside panels and settings.
    pub controls: &'static [Control],
    /// A frame begins.
    pub begin: fn(&Workbench, &mut States),
    /// A frame was drawn.
    pub end: fn(&Context, &mut States),
    /// A command is about to be carried out.
    pub dispatched: fn(&Command, &mut States),
}

/// A paper, as it is cited.
#[derive(Clone, Copy, Debug)]
pub struct Paper {
    /// Authors and year.
    pub short: texts::Text,
    /// The reference in full.
    pub reference: texts::Text,
    /// The digital address as text, without `https://`.
    pub address: &'static str,
}

impl LabView {
    /// A view with nothing in it, to be filled: `LabView { lab: &INFO, panels: &[…], ..LabView::EMPTY }`.
    pub const EMPTY: Self = Self {
        lab: &NO_LAB,
        about: texts::nothing,
        free: texts::nothing,
        model: texts::shell::model,
        paper: Paper {
            short: texts::nothing,
            reference: texts::nothing,
            address: "",
        },
        panels: &[],
        windows: &[],
        below: &[],
        wide: |_| &Layout::Tabs(&[]),
        narrow: |_| &Layout::Tabs(&[]),
        keys: &[],
        controls: &[],
        begin: |_, _| {},
        end: |_, _| {},
        dispatched: |_, _| {},
    };

    /// The panel of a name.
    #[must_use]
    pub fn panel(&self, id: &str) -> Option<&'static dyn Panel> {
        let all = self.panels.iter().chain(self.windows);
        all.copied().find(|panel| panel.heading().id == id)
    }
}

/// The views that come with Chickadee.
static BUILT_IN: [&LabView; 4] = [
    &labs::caching::VIEW,
    &labs::maze::VIEW,
    &labs::bridge::VIEW,
    &labs::figures::VIEW,
];
/// The views that were brought.
static BROUGHT: RwLock<Vec<&'static LabView>> = RwLock::new(Vec::new());
/// The lab of a view that is not filled.
static NO_LAB: LabInfo = LabInfo {
    name: "",
    title: texts::nothing,
    hint: texts::nothing,
    settings: &Table {
        lab: "",
        rows: &[],
        default: |_, _| 0.0,
        fit: |_| None,
    },
    verbs: &[],
    events: &[],
    files: &[],
    scenes: &[],
    steps_per_second: 0.0,
    moves: false,
    open: |pairs| (registry::first().open)(pairs),
    parse: |_, _| None,
};
/// The picture of a lab that has none.
static NONE: LabView = LabView::EMPTY;

/// The views of all labs.
#[must_use]
pub fn all() -> Vec<&'static LabView> {
    let brought = BROUGHT.read().unwrap_or_else(PoisonError::into_inner);
    BUILT_IN.iter().chain(brought.iter()).copied().collect()
}

/// Adds the view of a lab that does not come with Chickadee. A name that is taken already stays with its first view.
pub fn register(view: &'static LabView) {
    let mut brought = BROUGHT.write().unwrap_or_else(PoisonError::into_inner);
    // Looked up under the same lock: two threads may bring the same view.
    let mut known = BUILT_IN.iter().chain(brought.iter());
    if known.all(|known| known.lab.name != view.lab.name) {
        brought.push(view);
    }
}

/// The view of the lab that is open; an empty one if it has none.
#[must_use]
pub fn of(lab: &Workbench) -> &'static LabView {
    let name = lab.info().name;
    let found = all().into_iter().find(|view| view.lab.name == name);
    found.unwrap_or(&NONE)
}
