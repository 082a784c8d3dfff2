//! The lab of figures: all of them on the left, the one that is looked at in the middle, its values on the right.

mod diagram;
mod figure;
mod keys;
mod list;
mod settings;
mod thumbnail;
mod time;
mod values;

use std::collections::BTreeMap;

use eframe::egui::{Color32, Ui};

use self::{thumbnail::Thumbnail, time::Timing};
use crate::{
    app::{
        paint::sequential,
        shell::Shell,
        theme::Theme,
        views::{Control, Heading, LabView, Layout, Panel, Paper, Size, States, control},
    },
    labs::figures::{self, Figures},
    texts,
};

/// The picture of the lab of figures.
pub(crate) static VIEW: LabView = LabView {
    lab: &figures::INFO,
    about: texts::figures::about,
    free: texts::figures::free,
    model: texts::figures::model,
    paper: Paper {
        short: texts::caching::paper_short,
        // It is cited once, by the lab that it is of.
        reference: texts::nothing,
        address: "",
    },
    panels: &[&LIST, &PLOTS, &VALUES, &SETTINGS],
    below: &["settings"],
    wide: |_| &WIDE,
    narrow: |_| &NARROW,
    keys: &keys::KEYS,
    controls: CONTROLS,
    ..LabView::EMPTY
};

static WIDE: Layout = Layout::Columns(&[
    (
        Size::part(0.22).between(230.0, 330.0),
        Layout::Panel("figure-list"),
    ),
    (Size::REST, Layout::Panel("figure-plots")),
    (
        Size::part(0.26).between(270.0, 400.0),
        Layout::Panel("figure-values"),
    ),
]);

static NARROW: Layout = Layout::Tabs(&["figure-plots", "figure-list", "figure-values", "settings"]);

static CONTROLS: &[Control] = &[
    control("recompute", &["figure-plots"]),
    control("stop", &["figure-plots"]),
    control("open-lab", &["figure-plots"]),
    control("save-csv", &["figure-plots"]),
    control("save-svg", &["figure-plots"]),
    control("save-png", &["figure-plots"]),
];

static LIST: FiguresPanel = FiguresPanel {
    heading: Heading {
        id: "figure-list",
        title: texts::figures::list,
        hint: texts::figures::list_hint,
    },
    draw: list::show,
};
static PLOTS: FiguresPanel = FiguresPanel {
    heading: Heading {
        id: "figure-plots",
        title: texts::figures::plots,
        hint: texts::figures::plots_hint,
    },
    draw: figure::show,
};
static VALUES: FiguresPanel = FiguresPanel {
    heading: Heading {
        id: "figure-values",
        title: texts::figures::values,
        hint: texts::figures::values_hint,
    },
    draw: values::show,
};
static SETTINGS: FiguresPanel = FiguresPanel {
    heading: Heading {
        id: "settings",
        title: texts::figures::settings,
        hint: texts::figures::settings_hint,
    },
    draw: settings::show,
};

/// A panel of this lab.
struct FiguresPanel {
    heading: Heading,
    draw: fn(&mut Ui, &mut Shell<'_>, &Figures, &mut View),
}

impl Panel for FiguresPanel {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn ui(&self, ui: &mut Ui, shell: &mut Shell<'_>, states: &mut States) {
        let lab = shell.lab;
        if let Some(session) = lab.get::<Figures>() {
            (self.draw)(ui, shell, session.lab(), states.of::<View>());
        }
    }
}

/// What is measured and kept for drawing.
#[derive(Default)]
struct View {
    timing: Timing,
    thumbnails: BTreeMap<&'static str, Thumbnail>,
}

/// The colour of a line of several: up to four are told apart by colour, more have an order.
fn line_colour(theme: &Theme, index: usize, count: usize) -> Color32 {
    let distinct = [theme.place, theme.barcode, theme.policy, theme.attention];
    match distinct.get(index) {
        Some(colour) if count <= distinct.len() => *colour,
        _ => {
            let part = index as f32 / count.saturating_sub(1).max(1) as f32;
            // Neither what is darkest on dark ground nor what is brightest on light.
            sequential(if theme.dark {
                0.3 + 0.7 * part
            } else {
                0.85 * part
            })
        }
    }
}
