//! The caching lab: map and memories, population and recall, similarity.

mod keys;
mod map;
mod memories;
mod population;
mod recall;
mod settings;
mod similarity;

use std::ops::{Deref, DerefMut};

use eframe::egui::Ui;

use crate::{
    app::{
        shell::Shell,
        views::{Control, Heading, LabView, Layout, Panel, Paper, Size, States, control},
    },
    labs::caching::{self, Activity, Caching},
    session::Command,
    texts,
};

/// The picture of the caching lab.
pub(crate) static VIEW: LabView = LabView {
    lab: &caching::INFO,
    about: texts::caching::about,
    free: texts::caching::free,
    model: texts::caching::model,
    paper: Paper {
        short: texts::caching::paper_short,
        reference: texts::caching::paper,
        address: "doi.org/10.7554/eLife.103512",
    },
    panels: &[
        &MAP,
        &POPULATION,
        &RECALL,
        &SIMILARITY,
        &MEMORIES,
        &SETTINGS,
    ],
    windows: &[&ALL_SETTINGS],
    below: &["settings"],
    wide: |_| &WIDE,
    narrow: |_| &NARROW,
    keys: &keys::KEYS,
    controls: CONTROLS,
    begin: |_, states| states.of::<View>().hovered = None,
    dispatched: |_: &Command, states| states.of::<View>().scrub = None,
    ..LabView::EMPTY
};

static MAP: CachingPanel = CachingPanel {
    heading: Heading {
        id: "map",
        title: texts::caching::map,
        hint: texts::caching::map_hint,
    },
    draw: map::show,
};
static POPULATION: CachingPanel = CachingPanel {
    heading: Heading {
        id: "population",
        title: texts::caching::population,
        hint: texts::caching::population_hint,
    },
    draw: population::show,
};
static RECALL: CachingPanel = CachingPanel {
    heading: Heading {
        id: "recall",
        title: texts::caching::recall,
        hint: texts::caching::recall_hint,
    },
    draw: recall::show,
};
static SIMILARITY: CachingPanel = CachingPanel {
    heading: Heading {
        id: "similarity",
        title: texts::caching::similarity,
        hint: texts::caching::similarity_hint,
    },
    draw: similarity::show,
};
static MEMORIES: CachingPanel = CachingPanel {
    heading: Heading {
        id: "memories",
        title: texts::caching::memories,
        hint: texts::caching::memories_hint,
    },
    draw: memories::show,
};
static SETTINGS: CachingPanel = CachingPanel {
    heading: Heading {
        id: "settings",
        title: texts::caching::settings,
        hint: texts::caching::settings_hint,
    },
    draw: settings::show,
};
static ALL_SETTINGS: CachingPanel = CachingPanel {
    heading: Heading {
        id: "all-settings",
        title: texts::caching::all_settings,
        hint: texts::nothing,
    },
    draw: settings::all,
};

/// The map is as high as it is wide, with room for its answer and buttons; the memories get the rest.
static WIDE: Layout = Layout::Columns(&[
    (
        Size::part(0.28).between(280.0, 440.0),
        Layout::Rows(&[
            (
                Size::square(92.0).within(0.4, 0.68).centred(),
                Layout::Panel("map"),
            ),
            (Size::REST, Layout::Panel("memories")),
        ]),
    ),
    (
        Size::REST,
        Layout::Rows(&[
            (Size::part(0.57).centred(), Layout::Panel("population")),
            (Size::REST, Layout::Panel("recall")),
        ]),
    ),
    (
        Size::part(0.27).between(250.0, 420.0),
        Layout::Panel("similarity"),
    ),
]);

static NARROW: Layout = Layout::Rows(&[
    (Size::square(92.0).within(0.0, 0.52), Layout::Panel("map")),
    (
        Size::REST,
        Layout::Tabs(&["population", "recall", "similarity", "memories", "settings"]),
    ),
]);

static CONTROLS: &[Control] = &[
    control("actions", &["map"]),
    control("fly", &["actions", "map"]),
    control("cache", &["actions", "map"]),
    control("check", &["actions", "map"]),
    control("forage", &["actions", "map"]),
    control("replay", &["memories"]),
    control("weight", &["memories"]),
    control("compare-barcode", &["memories"]),
    control("remove", &["memories"]),
    control("without", &["memories"]),
    control("scrub", &["population"]),
    control("pin", &["population"]),
    control("fresh-seed", &["settings"]),
    control("all-settings", &["settings"]),
];

/// A panel of this lab.
struct CachingPanel {
    heading: Heading,
    draw: fn(&mut Ui, &mut Ctx<'_>, &mut View),
}

impl Panel for CachingPanel {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn ui(&self, ui: &mut Ui, shell: &mut Shell<'_>, states: &mut States) {
        if let Some(mut ctx) = Ctx::new(shell.again()) {
            (self.draw)(ui, &mut ctx, states.of::<View>());
        }
    }
}

/// What panels of this lab get.
struct Ctx<'a> {
    activity: Activity<'a>,
    lab: &'a Caching,
    shell: Shell<'a>,
}

impl<'a> Ctx<'a> {
    /// `None` if another lab is open.
    fn new(shell: Shell<'a>) -> Option<Self> {
        let lab = shell.lab.get::<Caching>()?.lab();
        Some(Self {
            activity: lab.activity(),
            lab,
            shell,
        })
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

/// What is looked at in this lab.
#[derive(Default)]
struct View {
    /// The place under the pointer, in any panel.
    hovered: Option<usize>,
    /// The step that is looked at; the latest if none.
    scrub: Option<usize>,
    /// A pattern kept to compare with.
    pinned: Option<Pinned>,
}

/// A pattern of activity to compare with.
struct Pinned {
    label: String,
    activity: Vec<f32>,
}
