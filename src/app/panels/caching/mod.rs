//! Panels of the caching lab.

pub(crate) mod arena;
pub(crate) mod knobs;
pub(crate) mod memories;
pub(crate) mod population;
pub(crate) mod recall;
pub(crate) mod similarity;

use std::ops::{Deref, DerefMut};

use super::{Shell, axis, plot, small, square, take, within};
use crate::session::{Activity, Session};

/// What panels of this lab get.
pub(crate) struct Ctx<'a> {
    pub activity: Activity<'a>,
    pub session: &'a Session,
    pub shell: Shell<'a>,
}

impl<'a> Deref for Ctx<'a> {
    type Target = Shell<'a>;

    fn deref(&self) -> &Self::Target {
        &self.shell
    }
}

impl DerefMut for Ctx<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.shell
    }
}

/// What is looked at in this lab.
#[derive(Default)]
pub(crate) struct View {
    /// The place under the pointer, in whatever panel.
    pub hovered: Option<usize>,
    /// The step that is looked at; the latest if none.
    pub scrub: Option<usize>,
    /// A pattern kept to compare with.
    pub pinned: Option<Pinned>,
    /// The panel shown on a narrow screen.
    pub tab: Tab,
}

/// A pattern of activity to compare with.
pub(crate) struct Pinned {
    pub label: String,
    pub activity: Vec<f32>,
}

/// The panels of a narrow screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    #[default]
    Population,
    Recall,
    Similarity,
    Memories,
    Knobs,
}

impl Tab {
    pub(crate) const ALL: [(Self, &'static str); 5] = [
        (Self::Population, "Population"),
        (Self::Recall, "Recall"),
        (Self::Similarity, "Similarity"),
        (Self::Memories, "Memories"),
        (Self::Knobs, "Knobs"),
    ];
}
