use crate::texts;
use eframe::egui::Ui;

use super::{Shell, States};

/// What a panel is called.
#[derive(Clone, Copy, Debug)]
pub struct Heading {
    /// The name in layouts, `hide=` and `lock=`.
    pub id: &'static str,
    /// The title: the field's term.
    pub title: texts::Text,
    /// A few words that say how to read it.
    pub hint: texts::Text,
}

/// One view of a lab: drawn from read-only data, it asks for changes by commands.
pub trait Panel: Sync {
    /// What it is called.
    fn heading(&self) -> &Heading;

    /// Whether there is something to show: a panel of an analysis that is switched off leaves its room to the others.
    fn is_shown(&self, _shell: &Shell<'_>) -> bool {
        true
    }

    /// Draws it into the room that `ui` has. What is looked at, in whatever way, is kept in `states`.
    fn ui(&self, ui: &mut Ui, shell: &mut Shell<'_>, states: &mut States);
}
