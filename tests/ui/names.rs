//! `hide=` and `lock=`: every panel and control by its name, and a sentence for a name that nothing has.

use chickadee::{
    app::{
        App,
        views::{self, Heading, LabView, Layout, Panel, Shell, States},
    },
    labs::caching,
    session::LabInfo,
};
use eframe::egui::Ui;
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};

use super::restricted;

const SIZE: [f32; 2] = [1280.0, 800.0];
const CACHING: &str = "units=500&seed=1&caches=20&at=20&doing=check";
const MAZE: &str = "lab=maze&seed=50&t=30";
/// Labs, names, and what a screen reader calls the control.
const CONTROLS: &[(&str, &str, &str)] = &[
    (CACHING, "labs", "Maze"),
    (CACHING, "scene", "Scene"),
    (CACHING, "play", "Pause (Space)"),
    (CACHING, "step", "One step (.)"),
    (CACHING, "speed", "Speed"),
    (CACHING, "undo", "Undo"),
    (CACHING, "redo", "Redo"),
    (CACHING, "reset", "Reset"),
    (CACHING, "device", "Runs on"),
    (CACHING, "copy-link", "Copy link"),
    (CACHING, "theme", "Theme"),
    (CACHING, "help", "Help"),
    (CACHING, "cache", "Cache a seed (C)"),
    (CACHING, "check", "Check (R)"),
    (CACHING, "forage", "Forage (F)"),
    (CACHING, "actions", "Cache a seed (C)"),
    (CACHING, "search", "Precise"),
    (CACHING, "gain", "Recurrent gain r"),
    (CACHING, "units", "Units N"),
    (CACHING, "seed", "Seed"),
    (CACHING, "barcodes", "Barcodes"),
    (CACHING, "placefields", "Place fields"),
    (CACHING, "fresh-seed", "New seed: another bird"),
    (CACHING, "all-settings", "More…"),
    (CACHING, "replay", "Cache all again"),
    (CACHING, "compare-barcode", "Compare"),
    (CACHING, "remove", "Remove"),
    (CACHING, "without", "Without it"),
    (CACHING, "pin", "Pin"),
    (MAZE, "modes", "Ask"),
    (MAZE, "state-number", "Walk to state"),
    (MAZE, "sensory-codes", "Sensory codes"),
    (MAZE, "decode", "Linear readouts"),
    (MAZE, "home", "Go home (H)"),
    (MAZE, "new-task", "New task (N)"),
    (MAZE, "draw", "Draw…"),
    (MAZE, "actions", "Go home (H)"),
    (MAZE, "walker", "Who gathers experience"),
    (MAZE, "layer", "Layer 1"),
    (MAZE, "head", "Head 1"),
    (MAZE, "pattern", "Attention matrix"),
    (MAZE, "attribute", "Attribute"),
    (MAZE, "select", "Memory that is selected, of 30"),
    (
        MAZE,
        "look",
        "Context: memories that the transformer is given, of 30",
    ),
    (MAZE, "edit", "Which memories"),
    (MAZE, "hide", "Hide"),
    (MAZE, "hide-all", "Hide in all"),
    (MAZE, "delete", "Delete"),
    (MAZE, "unreward", "Take reward"),
    (MAZE, "corrupt", "Corrupt"),
    (MAZE, "restore", "Restore"),
    (MAZE, "dqn", "Deep Q-net"),
    (MAZE, "task", "Gridworld"),
    (MAZE, "temp", "Temperature τ"),
    (MAZE, "rewards", "Rewards"),
    (MAZE, "compare", "Second task"),
];

/// Controls of a label: whether each can be used.
fn found(harness: &Harness<'static, App>, label: &str) -> Vec<bool> {
    let controls = ["Button", "CheckBox", "Slider", "ComboBox", "SpinButton"];
    let all = harness.root().children_recursive();
    let named = all.filter(|node| {
        let node = node.accesskit_node();
        let role = format!("{:?}", node.role());
        node.label().as_deref() == Some(label) && controls.contains(&role.as_str())
    });
    named
        .map(|node| !node.accesskit_node().is_disabled())
        .collect()
}

#[test]
fn every_control_can_be_hidden_by_name() {
    for link in [CACHING, MAZE] {
        let plain = restricted(link, SIZE, [&[], &[]]);
        for (_, name, label) in CONTROLS.iter().filter(|(lab, ..)| *lab == link) {
            assert!(!found(&plain, label).is_empty(), "{name}: no “{label}”");
            let harness = restricted(link, SIZE, [&[name], &[]]);
            assert_eq!(found(&harness, label), Vec::<bool>::new(), "hide={name}");
            // And nothing else: what stands for the lab is still there.
            assert!(harness.query_by_label("Chickadee").is_some(), "hide={name}");
        }
    }
}

#[test]
fn every_control_can_be_locked_by_name() {
    for link in [CACHING, MAZE] {
        let everything = restricted(link, SIZE, [&[], &["all"]]);
        for (_, name, label) in CONTROLS.iter().filter(|(lab, ..)| *lab == link) {
            for harness in [&restricted(link, SIZE, [&[], &[name]]), &everything] {
                let found = found(harness, label);
                assert!(!found.is_empty(), "lock={name} hides “{label}”");
                assert!(found.iter().all(|usable| !usable), "lock={name}: {found:?}");
            }
        }
    }
}

#[test]
fn every_control_of_the_tables_above_has_a_name_in_the_list() {
    let names = views::names();
    for (_, name, _) in CONTROLS {
        assert!(names.contains(name), "{name}");
    }
    for view in views::all() {
        for panel in view.panels.iter().chain(view.windows) {
            let id = panel.heading().id;
            assert!(names.contains(&id), "{id}");
        }
        for control in view.controls {
            for group in control.of {
                assert!(names.contains(group), "{} is of {group}", control.name);
            }
        }
    }
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn a_locked_panel_is_still_and_a_hidden_one_is_gone() {
    let panel = ["Cache a seed (C)", "Check (R)", "Forage (F)"];
    let locked = restricted(CACHING, SIZE, [&[], &["map"]]);
    let hidden = restricted(CACHING, SIZE, [&["map"], &[]]);
    for label in panel {
        assert_eq!(found(&locked, label), [false], "{label}");
        assert_eq!(found(&hidden, label), Vec::<bool>::new(), "{label}");
    }
    assert_eq!(found(&locked, "Pin"), [true]);
}

#[test]
fn names_that_nothing_has_are_reported() {
    let lists: [&[&str]; 2] = [&["memories", "memoirs"], &["all", "gain", "gian"]];
    let harness = restricted(CACHING, SIZE, lists);
    let expected = [
        "hide=memoirs was ignored; there is no panel, setting or button of that name",
        "lock=gian was ignored; there is no panel, setting or button of that name",
    ];
    assert_eq!(harness.state().lab().messages(), expected);
    assert!(harness.query_by_label(expected[1]).is_some());
}

struct Pebbles;

impl Panel for Pebbles {
    fn heading(&self) -> &Heading {
        &Heading {
            id: "pebbles",
            title: || "Pebbles",
            hint: || "",
        }
    }

    fn ui(&self, ui: &mut Ui, _shell: &mut Shell<'_>, states: &mut States) {
        let seen = states.of::<usize>();
        *seen += 1;
        ui.label(format!("{seen}"));
    }
}

static PEBBLES_LAB: LabInfo = LabInfo {
    name: "pebbles",
    title: || "Pebbles",
    hint: || "A lab that a test brings",
    scenes: &[],
    ..caching::INFO
};

static PEBBLES: LabView = LabView {
    lab: &PEBBLES_LAB,
    panels: &[&Pebbles],
    narrow: |_| &Layout::Panel("pebbles"),
    wide: |_| &Layout::Panel("pebbles"),
    ..LabView::EMPTY
};

#[test]
fn a_view_that_is_brought_is_found_and_its_names_are_known() {
    views::register(&PEBBLES);
    views::register(&PEBBLES);
    let all = views::all();
    let brought = all.iter().filter(|view| view.lab.name == "pebbles");
    assert_eq!(brought.count(), 1);
    let panel = all.iter().find_map(|view| view.panel("pebbles"));
    assert_eq!(
        panel.map(|panel| (panel.heading().title)()),
        Some("Pebbles")
    );
    assert!(views::names().contains(&"pebbles"));
    let harness = restricted(CACHING, SIZE, [&[], &["pebbles"]]);
    assert_eq!(harness.state().lab().messages(), Vec::<String>::new());
    // Without a scene to open its lab, it has no button.
    assert!(found(&harness, "Pebbles").is_empty());
}
