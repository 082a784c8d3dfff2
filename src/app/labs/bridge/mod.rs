//! The bridge lab: the world on the left, five ways to read its memories in the middle, the table and experiments on the right.

mod capacity;
mod curves;
mod experiment;
mod gains;
mod keys;
mod lookups;
mod map;
mod near;
mod numbers;
mod settings;
mod similarity;
mod transformer;
mod world;

use std::ops::{Deref, DerefMut};

use eframe::egui::{Color32, Ui};

use crate::{
    app::{
        shell::Shell,
        theme::Theme,
        views::{Control, Heading, LabView, Layout, Panel, Paper, Size, States, control},
    },
    labs::bridge::{self, Bridge},
    texts,
};
use chickadee_engine::models::key_value::Lookup;

/// The picture of the bridge lab.
pub(crate) static VIEW: LabView = LabView {
    lab: &bridge::INFO,
    about: texts::bridge::about,
    free: texts::bridge::free,
    model: texts::bridge::model,
    paper: Paper {
        short: texts::bridge::paper_short,
        reference: texts::bridge::paper,
        address: "arxiv.org/abs/2501.02950",
    },
    panels: &[
        &WORLD,
        &SIMILARITY,
        &LOOKUPS,
        &CURVES,
        &NUMBERS,
        &EXPERIMENT,
        &TRANSFORMER,
        &SETTINGS,
    ],
    windows: &[&ALL_SETTINGS],
    below: &["settings"],
    wide: |shell| {
        if has_transformer(shell) {
            &WIDE_WITH_TRANSFORMER
        } else {
            &WIDE
        }
    },
    narrow: |shell| {
        if has_transformer(shell) {
            &NARROW_WITH_TRANSFORMER
        } else {
            &NARROW
        }
    },
    keys: &keys::KEYS,
    controls: CONTROLS,
    begin: |_, states| *states.of::<View>() = View::default(),
    ..LabView::EMPTY
};

const fn panel(
    (id, title): (&'static str, texts::Text),
    hint: texts::Text,
    draw: fn(&mut Ui, &mut Ctx<'_>, &mut View),
) -> BridgePanel {
    BridgePanel {
        heading: Heading { id, title, hint },
        draw,
    }
}

static WORLD: BridgePanel = panel(
    ("world", texts::bridge::world),
    texts::bridge::world_hint,
    world::show,
);
static LOOKUPS: BridgePanel = panel(
    ("lookups", texts::bridge::lookups),
    texts::bridge::lookups_hint,
    lookups::show,
);
static CURVES: BridgePanel = panel(
    ("curves", texts::bridge::curves),
    texts::bridge::curves_hint,
    curves::show,
);
static NUMBERS: BridgePanel = panel(
    ("numbers", texts::bridge::numbers),
    texts::bridge::numbers_hint,
    numbers::show,
);
static SIMILARITY: BridgePanel = panel(
    ("similarity", texts::bridge::similarity),
    texts::bridge::similarity_hint,
    similarity::show,
);
static EXPERIMENT: BridgePanel = panel(
    ("experiment", texts::bridge::experiment),
    texts::bridge::experiment_hint,
    experiment::show,
);
static TRANSFORMER: BridgePanel = panel(
    ("transformer-slots", texts::bridge::transformer_slots),
    texts::bridge::transformer_slots_hint,
    transformer::show,
);
static SETTINGS: BridgePanel = panel(
    ("settings", texts::bridge::settings),
    texts::bridge::settings_hint,
    settings::show,
);
static ALL_SETTINGS: BridgePanel = panel(
    ("all-settings", texts::bridge::all_settings),
    texts::nothing,
    settings::all,
);

/// The ring is as high as it is wide; lists are as high as their rows; curves and experiments get the rest.
static WIDE: Layout = Layout::Columns(&[
    (
        Size::part(0.26).between(250.0, 400.0),
        Layout::Rows(&[
            (
                Size::square(70.0).within(0.3, 0.6).centred(),
                Layout::Panel("world"),
            ),
            (Size::REST, Layout::Panel("similarity")),
        ]),
    ),
    (
        Size::REST,
        Layout::Rows(&[
            (LISTS, Layout::Panel("lookups")),
            (Size::REST, Layout::Panel("curves")),
        ]),
    ),
    (
        Size::part(0.34).between(300.0, 520.0),
        Layout::Rows(&[
            (LISTS, Layout::Panel("numbers")),
            (Size::REST, Layout::Panel("experiment")),
        ]),
    ),
]);

/// The transformer has room for its slots; the same questions to the five ways stay beside it.
static WIDE_WITH_TRANSFORMER: Layout = Layout::Columns(&[
    (
        Size::part(0.34).between(300.0, 460.0),
        Layout::Rows(&[
            (Size::part(0.5).centred(), Layout::Panel("world")),
            (Size::REST, Layout::Panel("lookups")),
        ]),
    ),
    (Size::REST, Layout::Panel("transformer-slots")),
]);
/// Five rows, with what stands above and below them.
const LISTS: Size = Size::points(222.0).within(0.0, 0.5);

static NARROW: Layout = Layout::Rows(&[
    (Size::square(70.0).within(0.0, 0.45), Layout::Panel("world")),
    (
        Size::REST,
        Layout::Tabs(&[
            "lookups",
            "curves",
            "numbers",
            "similarity",
            "experiment",
            "transformer-slots",
            "settings",
        ]),
    ),
]);

/// The slots take the height of the screen.
static NARROW_WITH_TRANSFORMER: Layout = Layout::Tabs(&[
    "transformer-slots",
    "world",
    "lookups",
    "curves",
    "numbers",
    "similarity",
    "experiment",
    "settings",
]);

/// Whether the transformer has joined in.
fn has_transformer(shell: &Shell<'_>) -> bool {
    let session = shell.lab.get::<Bridge>();
    session.is_some_and(|session| session.lab().shows_transformer())
}

static CONTROLS: &[Control] = &[
    control("fly", &["world"]),
    control("cache", &["world"]),
    control("remove", &["world"]),
    control("fresh-seed", &["settings"]),
    control("all-settings", &["settings"]),
];

/// A panel of this lab.
struct BridgePanel {
    heading: Heading,
    draw: fn(&mut Ui, &mut Ctx<'_>, &mut View),
}

impl Panel for BridgePanel {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn ui(&self, ui: &mut Ui, shell: &mut Shell<'_>, states: &mut States) {
        if let Some(mut ctx) = Ctx::new(shell.again()) {
            (self.draw)(ui, &mut ctx, states.of::<View>());
        }
    }
}

/// What is under the pointer: a place, in any panel.
#[derive(Default)]
struct View {
    hovered: Option<usize>,
    /// The same slot of the transformer in all its pictures.
    slot: Option<usize>,
}

/// What panels of this lab get.
struct Ctx<'a> {
    bridge: &'a Bridge,
    shell: Shell<'a>,
}

impl<'a> Ctx<'a> {
    /// `None` if another lab is open.
    fn new(shell: Shell<'a>) -> Option<Self> {
        let bridge = shell.lab.get::<Bridge>()?.lab();
        Some(Self { bridge, shell })
    }

    /// Fraction computed, in words, while the places are being computed.
    fn computing(&self) -> Option<String> {
        let done = self.bridge.matches().is_some_and(bridge::Matches::is_done);
        let part = match self.bridge.building() {
            Some(part) => 10.0 * part,
            None => 10.0 + 90.0 * self.bridge.fraction(),
        };
        let part = format_args!("{part:.0}").to_string();
        (!done).then(|| texts::bridge::Computing { part }.to_string())
    }
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

/// The colour of a memory, the same in every panel.
fn slot_colour(theme: &Theme, slot: usize) -> Color32 {
    let colours = [
        theme.seed,
        theme.place,
        theme.policy,
        theme.barcode,
        theme.attention,
        theme.reward,
        theme.accent,
    ];
    colours[slot % colours.len()]
}

/// The colour of a way to read.
fn lookup_colour(theme: &Theme, lookup: Lookup) -> Color32 {
    match lookup {
        Lookup::LinearContent => theme.place,
        Lookup::SoftmaxContent => Theme::blend(theme.place, theme.text, 0.45),
        Lookup::LinearBarcode => theme.barcode,
        Lookup::SoftmaxBarcode => Theme::blend(theme.barcode, theme.text, 0.45),
        Lookup::Recurrent => theme.seed,
    }
}

/// The name of a way to read, and its hover text.
fn lookup_text(lookup: Lookup) -> (&'static str, &'static str) {
    match bridge::Key::Lookup.setting().kind {
        crate::session::Kind::Choice { options, .. } => {
            let option = options[lookup as usize];
            ((option.label)(), (option.help)())
        }
        _ => ("", ""),
    }
}
