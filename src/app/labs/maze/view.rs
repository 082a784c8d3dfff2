use crate::{labs::maze::Which, texts};

/// What is looked at in this lab.
#[derive(Default)]
pub(super) struct View {
    /// What a click on the map does.
    pub mode: Mode,
    /// The state and the memory under the pointer, in whatever panel, as of the last frame.
    pub state: Option<usize>,
    pub memory: Option<usize>,
    /// The same, found in this frame.
    pub pointed_state: Option<usize>,
    pub pointed_memory: Option<usize>,
    /// First and last of the memories that are selected.
    pub selected: Option<(usize, usize)>,
    /// A group with a name (as numbered in [`Which::NAMED`]) that edits are for; else the selection.
    pub group: Option<usize>,
    /// Where the selected memory would move to, counted from 1.
    pub shift_to: usize,
    /// Whether attention is drawn although a decision is attributed.
    pub attention: bool,
    /// Whether the senses are drawn in the cells.
    pub senses: bool,
    /// A path that is being drawn.
    pub path: Vec<usize>,
    /// The maze of one's own that is being written, as text.
    pub drawing: String,
    /// Dots on their way: pictures of the first task, then of the second.
    pub dots: [Vec<Vec<[f32; 2]>>; 2],
}

/// What a click on the map does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Walk,
    Ask,
    Goal,
    Start,
    Path,
}

impl Mode {
    pub(super) const ALL: [(Self, texts::Text, texts::Text); 5] = [
        (Self::Walk, texts::maze::walk, texts::maze::walk_help),
        (Self::Ask, texts::maze::ask, texts::maze::ask_help),
        (Self::Goal, texts::maze::goal, texts::maze::goal_help),
        (Self::Start, texts::maze::start, texts::maze::start_help),
        (Self::Path, texts::maze::path, texts::maze::path_help),
    ];
}

impl View {
    /// A frame begins: what was pointed at is shown by all panels.
    pub(super) fn begin(&mut self, memories: usize, states: usize) {
        self.state = self.pointed_state.take().filter(|s| *s < states);
        self.memory = self.pointed_memory.take().filter(|m| *m < memories);
        self.selected = self.selected.filter(|(_, last)| *last < memories);
        self.path.retain(|state| *state < states);
    }

    /// Whether something else is pointed at than was drawn.
    pub(super) fn has_moved(&self) -> bool {
        (self.state, self.memory) != (self.pointed_state, self.pointed_memory)
    }

    /// Another lab, or a lab without memories.
    pub(super) fn forget(&mut self) {
        self.selected = None;
        self.group = None;
        self.attention = false;
        self.path.clear();
        self.mode = Mode::default();
    }

    /// The memories that an edit is for.
    pub(super) fn chosen(&self) -> Option<Which> {
        match self.group {
            Some(group) => Some(Which::NAMED[group].0.clone()),
            None => {
                let (first, last) = self.selected?;
                Some(Which::These((first..=last).collect()))
            }
        }
    }
}
