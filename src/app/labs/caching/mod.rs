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
    session::{Activity, Command, Event, KNOBS, Lab, Session, Settings},
    share::scenes::SCENES,
};

/// The picture of the caching lab.
pub(crate) static VIEW: LabView = LabView {
    name: "caching",
    title: "Caching",
    hint: "A bird caches seeds: a recurrent network makes a barcode for each",
    about: "A bird caches seeds. At each cache the recurrent network's chaotic dynamics make a barcode, and Hebbian learning \
            binds place and seed to it. Near the cache the barcode comes back, and the network says: a seed is here.",
    free: "Fly by clicking the map or with the arrow keys; C caches a seed, R checks for one.",
    model: "network",
    paper: Paper {
        short: "Fang et al. (2025)",
        reference: "C. Fang, J. Lindsey, L. F. Abbott, D. Aronov, S. N. Chettih, “Barcode activity in a recurrent network \
                    model of the hippocampus enables efficient memory binding”, eLife 103512 (2025).",
        address: "doi.org/10.7554/eLife.103512",
    },
    scenes: &SCENES,
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
    narrow: &NARROW,
    keys: &keys::KEYS,
    controls: CONTROLS,
    settings: || {
        let words = Settings::default().words();
        let words = words.iter().map(|(key, ..)| *key);
        KNOBS.iter().map(|info| info.key).chain(words).collect()
    },
    speak,
    begin: |_, states| states.of::<View>().hovered = None,
    dispatched: |_: &Command, states| states.of::<View>().scrub = None,
    ..LabView::EMPTY
};

static MAP: CachingPanel = CachingPanel {
    heading: Heading {
        id: "map",
        title: "Map",
        hint: "the size of a dot is the seed output there",
    },
    draw: map::show,
};
static POPULATION: CachingPanel = CachingPanel {
    heading: Heading {
        id: "population",
        title: "Population",
        hint: "blue: place code, orange: barcode",
    },
    draw: population::show,
};
static RECALL: CachingPanel = CachingPanel {
    heading: Heading {
        id: "recall",
        title: "Recall",
        hint: "is a seed here, and where is it?",
    },
    draw: recall::show,
};
static SIMILARITY: CachingPanel = CachingPanel {
    heading: Heading {
        id: "similarity",
        title: "Similarity",
        hint: "how alike places look to the network",
    },
    draw: similarity::show,
};
static MEMORIES: CachingPanel = CachingPanel {
    heading: Heading {
        id: "memories",
        title: "Memories",
        hint: "seeds in the synapses",
    },
    draw: memories::show,
};
static SETTINGS: CachingPanel = CachingPanel {
    heading: Heading {
        id: "settings",
        title: "Settings",
        hint: "hover for what they do",
    },
    draw: settings::show,
};
static ALL_SETTINGS: CachingPanel = CachingPanel {
    heading: Heading {
        id: "all-settings",
        title: "All settings",
        hint: "",
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
    session: &'a Session,
    shell: Shell<'a>,
}

impl<'a> Ctx<'a> {
    /// `None` if another lab is open.
    fn new(shell: Shell<'a>) -> Option<Self> {
        let session = shell.lab.caching()?;
        Some(Self {
            activity: session.activity(),
            session,
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

fn speak(_lab: &Lab, event: &Event) -> Option<String> {
    Some(match event {
        Event::Cached { place, .. } => format!("A seed is cached at place {place}."),
        Event::Recalled {
            place,
            seed_ratio,
            peak,
            found,
        } => {
            let whether = if *found {
                "a seed is here"
            } else {
                "no seed here"
            };
            let toward = peak.map_or(String::new(), |p| {
                format!(", memory points to place {p:.0}")
            });
            format!("Place {place}: {whether}, seed output {seed_ratio:.2}{toward}.")
        }
        Event::Overflow { step } => format!("Activity overflowed after step {step}."),
        _ => return None,
    })
}
