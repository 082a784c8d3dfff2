//! The maze lab: the maze on the left, what the transformer makes of it on the right, the context below.

mod alignment;
mod attention;
mod attention_matrix;
mod context;
mod ctx;
mod edges;
mod geometry;
mod keys;
mod linear_readouts;
mod marks;
mod maze_editor;
mod maze_view;
mod memories;
mod memory_strip;
mod paint;
mod representation;
mod returns;
mod settings;
mod state_tooltip;
mod status_bar;
mod view;

use eframe::egui::Ui;

use crate::{
    app::{
        shell::Shell,
        views::{Control, Heading, LabView, Layout, Panel, Paper, Size, States, control},
    },
    labs::maze::{self, Key, MazeLab, Settings},
    session::Command,
    texts,
};
use ctx::Ctx;
use view::{Mode, View};

/// The picture of the maze lab.
pub(crate) static VIEW: LabView = LabView {
    lab: &maze::INFO,
    about: texts::maze::about,
    free: texts::maze::free,
    model: texts::maze::model,
    paper: Paper {
        short: texts::maze::paper_short,
        reference: texts::maze::paper,
        address: "arxiv.org/abs/2506.19686",
    },
    panels: &[
        &MAZE,
        &ATTENTION,
        &ATTENTION_MATRIX,
        &REPRESENTATION,
        &RETURN,
        &MEMORIES,
        &CONTEXT,
        &SETTINGS,
    ],
    windows: &[&ALL_SETTINGS, &MAZE_EDITOR],
    below: &["context", "settings"],
    wide: |shell| {
        let session = shell.lab.get::<MazeLab>();
        let matrix = session.is_some_and(|session| shows_matrix(session.activity().settings));
        if matrix { &WIDE_WITH_MATRIX } else { &WIDE }
    },
    narrow: |_| &NARROW,
    keys: &keys::KEYS,
    controls: CONTROLS,
    begin: |lab, states| {
        if let Some(session) = lab.get::<MazeLab>() {
            let activity = session.activity();
            let (memories, states_of_maze) = (activity.memories.len(), activity.task.maze.states());
            states.of::<View>().begin(memories, states_of_maze);
        }
    },
    end: |ctx, states| {
        if states.of::<View>().has_moved() {
            ctx.request_repaint();
        }
    },
    dispatched: |command, states| {
        if matches!(command, Command::Scene(_) | Command::Reset) {
            states.of::<View>().forget();
        }
    },
};

const fn panel(
    (id, title): (&'static str, texts::Text),
    hint: texts::Text,
    draw: fn(&mut Ui, &mut Ctx<'_>, &mut View),
) -> MazePanel {
    MazePanel {
        heading: Heading { id, title, hint },
        draw,
        is_shown: |_| true,
    }
}

static MAZE: MazePanel = panel(
    ("maze", texts::maze::maze),
    texts::maze::maze_hint,
    maze_view::show,
);
static ATTENTION: MazePanel = panel(
    ("attention", texts::maze::attention),
    texts::maze::attention_hint,
    attention::show,
);
static ATTENTION_MATRIX: MazePanel = MazePanel {
    is_shown: shows_matrix,
    ..panel(
        ("attention-matrix", texts::maze::attention_matrix),
        texts::maze::attention_matrix_hint,
        attention_matrix::show,
    )
};
static REPRESENTATION: MazePanel = panel(
    ("representation", texts::maze::representation),
    texts::maze::representation_hint,
    representation::show,
);
static RETURN: MazePanel = panel(
    ("return", texts::maze::return_title),
    texts::maze::return_hint,
    returns::show,
);
static MEMORIES: MazePanel = panel(
    ("memories", texts::maze::memories),
    texts::maze::memories_hint,
    memories::panel,
);
static CONTEXT: MazePanel = panel(
    ("context", texts::maze::context),
    texts::maze::context_hint,
    context::show,
);
static SETTINGS: MazePanel = panel(
    ("settings", texts::maze::settings),
    texts::maze::settings_hint,
    settings::show,
);
static ALL_SETTINGS: MazePanel = panel(
    ("all-settings", texts::maze::all_settings),
    texts::nothing,
    settings::all,
);
static MAZE_EDITOR: MazePanel = panel(
    ("maze-editor", texts::maze::draw_a_maze),
    texts::nothing,
    maze_editor::show,
);

static BELOW_ATTENTION: [(Size, Layout); 2] = [
    (Size::part(0.58), Layout::Panel("representation")),
    (Size::REST, Layout::Panel("return")),
];
static WIDE: Layout = Layout::Columns(&[
    (
        Size::part(0.42).between(340.0, 720.0),
        Layout::Panel("maze"),
    ),
    (
        Size::REST,
        Layout::Rows(&[
            (
                Size::part(0.4).between(190.0, f32::INFINITY).centred(),
                Layout::Panel("attention"),
            ),
            (Size::REST, Layout::Columns(&BELOW_ATTENTION)),
        ]),
    ),
]);
/// With the attention matrix beside attention, both somewhat higher.
static WIDE_WITH_MATRIX: Layout = Layout::Columns(&[
    (
        Size::part(0.42).between(340.0, 720.0),
        Layout::Panel("maze"),
    ),
    (
        Size::REST,
        Layout::Rows(&[
            (
                Size::part(0.46).between(190.0, f32::INFINITY).centred(),
                Layout::Columns(&[
                    (Size::REST, Layout::Panel("attention")),
                    (
                        Size::square(-26.0).within(0.2, 0.4),
                        Layout::Panel("attention-matrix"),
                    ),
                ]),
            ),
            (Size::REST, Layout::Columns(&BELOW_ATTENTION)),
        ]),
    ),
]);

static NARROW: Layout = Layout::Rows(&[
    (Size::square(110.0).within(0.0, 0.6), Layout::Panel("maze")),
    (Size::points(context::HEIGHT), Layout::Bare("context")),
    (
        Size::REST,
        Layout::Tabs(&[
            "attention",
            "attention-matrix",
            "representation",
            "return",
            "memories",
            "settings",
        ]),
    ),
]);

static CONTROLS: &[Control] = &[
    control("actions", &["maze"]),
    control("walk", &["actions", "maze"]),
    control("home", &["actions", "maze"]),
    control("new-task", &["actions", "maze"]),
    control("draw", &["actions", "maze"]),
    control("modes", &["actions", "maze"]),
    control("state-number", &["actions", "maze"]),
    control("at-agent", &["maze"]),
    control("sensory-codes", &["maze"]),
    control("decode", &["maze"]),
    control("walker", &["maze"]),
    control("model", &["maze"]),
    control("look", &["actions", "context"]),
    control("layer", &["attention"]),
    control("head", &["attention"]),
    control("pattern", &["attention"]),
    control("attribute", &["attention"]),
    control("select", &[]),
    control("edit", &[]),
    control("hide", &["edit"]),
    control("hide-all", &["edit"]),
    control("delete", &["edit"]),
    control("unreward", &["edit"]),
    control("corrupt", &["edit"]),
    control("restore", &["edit"]),
    control("shift", &["edit"]),
    control("dqn", &["return"]),
    control("fresh-seed", &["settings"]),
    control("all-settings", &["settings"]),
];

/// The condition of the panel of the attention matrix.
fn shows_matrix(settings: &Settings) -> bool {
    settings.is_on(Key::Pattern)
}

/// A panel of this lab.
struct MazePanel {
    heading: Heading,
    draw: fn(&mut Ui, &mut Ctx<'_>, &mut View),
    is_shown: fn(&Settings) -> bool,
}

impl Panel for MazePanel {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn is_shown(&self, shell: &Shell<'_>) -> bool {
        let session = shell.lab.get::<MazeLab>();
        session.is_some_and(|session| (self.is_shown)(session.activity().settings))
    }

    fn ui(&self, ui: &mut Ui, shell: &mut Shell<'_>, states: &mut States) {
        let view = states.of::<View>();
        if let Some(mut ctx) = Ctx::new(shell.again(), view) {
            (self.draw)(ui, &mut ctx, view);
        }
    }
}
