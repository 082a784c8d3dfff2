//! Panels as values: each can be shown alone, and says to a screen reader what it is.

use chickadee::{
    app::{App, views},
    labs::caching::Caching,
};
use eframe::egui::{Key, TextureId, accesskit::Role};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};

use super::{restricted, unnamed};

const WIDE: [f32; 2] = [1280.0, 800.0];
const PHONE: [f32; 2] = [390.0, 844.0];

/// A lab that shows all that it can.
pub(super) fn link(lab: &str) -> &'static str {
    match lab {
        "caching" => "units=500&seed=1&caches=20,35&at=35&doing=check",
        "maze" => "lab=maze&seed=50&t=30&pattern=on&compare=on",
        "bridge" => "lab=bridge&units=200&capacity=on&caches=20,35&at=35",
        "figures" => "lab=figures&figure=4e&seeds=1&units=200&run=2",
        _ => panic!("a link for {lab}"),
    }
}

/// Titles of the panels that are there, as a screen reader finds them, and how much is in each.
fn groups(harness: &Harness<'static, App>) -> Vec<(String, usize)> {
    let all = harness.root().children_recursive();
    let groups = all.filter(|node| node.accesskit_node().role() == Role::Group);
    groups
        .filter_map(|node| {
            let title = node.accesskit_node().label()?;
            Some((title, node.children_recursive().count()))
        })
        .collect()
}

#[test]
fn every_panel_can_be_shown_alone_and_has_its_title() {
    let all = views::all();
    for view in all.iter().filter(|view| !view.lab.scenes.is_empty()) {
        let link = link(view.lab.name);
        assert!(!view.panels.is_empty(), "{}", view.lab.name);
        for panel in view.panels {
            let heading = panel.heading();
            let others = view.panels.iter().map(|other| other.heading().id);
            let mut hide: Vec<&str> = others.filter(|id| *id != heading.id).collect();
            hide.extend(["top", "sentence"]);
            let mut places = 0;
            for size in [WIDE, PHONE] {
                let harness = restricted(link, size, [&hide, &[]]);
                let groups = groups(&harness);
                // Where it is not in the layout of this width, nothing is.
                if let [(title, contents)] = &groups[..] {
                    assert_eq!(title, (heading.title)());
                    assert!(*contents > 0, "{} is empty", heading.id);
                    places += 1;
                } else {
                    assert!(groups.is_empty(), "{}: {groups:?}", heading.id);
                }
                assert_eq!(unnamed(&harness), Vec::<String>::new(), "{}", heading.id);
            }
            assert!(places > 0, "{} is in no layout", heading.id);
        }
    }
}

#[test]
fn floating_panels_open_and_have_their_titles() {
    for (lab, button, title) in [
        ("caching", "More…", "All settings"),
        ("caching", "Help", "Help and about"),
        ("maze", "More…", "All settings"),
        ("maze", "Draw…", "Draw a maze"),
    ] {
        let mut harness = restricted(link(lab), WIDE, [&[], &[]]);
        let is_open = |harness: &Harness<'static, App>| {
            groups(harness).iter().any(|(found, _)| found == title)
        };
        assert!(!is_open(&harness), "{title}");
        harness.get_by_label(button).click();
        harness.run_steps(3);
        assert!(is_open(&harness), "{title}");
        assert_eq!(unnamed(&harness), Vec::<String>::new(), "{title}");
        harness.key_press(Key::Escape);
        harness.run_steps(3);
        assert!(!is_open(&harness), "{title}");
    }
}

/// Where nothing moves there is no time to play.
#[test]
fn labs_that_stand_still_have_no_time() {
    for (lab, moves) in [
        ("caching", true),
        ("maze", true),
        ("bridge", false),
        ("figures", false),
    ] {
        let harness = restricted(link(lab), WIDE, [&[], &[]]);
        assert_eq!(
            harness.query_by_label("One step (.)").is_some(),
            moves,
            "{lab}"
        );
        assert_eq!(harness.query_by_label("Speed").is_some(), moves, "{lab}");
    }
}

#[test]
fn a_hidden_panel_leaves_its_room_to_the_others() {
    let width = |hide: &[&str]| {
        let harness = restricted(link("caching"), WIDE, [hide, &[]]);
        let label = "Correlation between the activity at every two places";
        harness.get_by_label(label).rect().width()
    };
    let alone = width(&["map", "memories", "population", "recall"]);
    assert!(alone > 1.5 * width(&[]), "{alone}");
}

#[test]
fn every_barcode_is_drawn_also_the_ninth() {
    let places: Vec<String> = (0..9).map(|i| (11 * i).to_string()).collect();
    let link = format!("units=500&seed=1&caches={}", places.join(","));
    let hide = [
        "top",
        "sentence",
        "map",
        "population",
        "recall",
        "similarity",
        "settings",
    ];
    let harness = restricted(&link, [1280.0, 1400.0], [&hide, &[]]);
    harness.get_by_label("Barcode of memory 9");
    let shapes = &harness.output().shapes;
    let images = shapes
        .iter()
        .filter(|clipped| clipped.shape.texture_id() != TextureId::default());
    assert_eq!(images.count(), 9);
}

#[test]
fn the_tabs_of_a_narrow_screen_choose_a_panel() {
    let mut harness = restricted(link("maze"), PHONE, [&[], &[]]);
    for title in ["Representation", "Attention matrix", "Return", "Settings"] {
        let is_there = |harness: &Harness<'static, App>| {
            groups(harness).iter().any(|(found, _)| found == title)
        };
        assert!(!is_there(&harness), "{title}");
        harness.get_by_role_and_label(Role::Button, title).click();
        harness.run_steps(3);
        assert!(is_there(&harness), "{title}");
    }
}

#[test]
fn keys_of_locked_and_hidden_controls_do_nothing() {
    let cached = |hide: &[&str], lock: &[&str]| {
        let mut harness = restricted("units=500&seed=1&at=20", WIDE, [hide, lock]);
        harness.key_press(Key::C);
        harness.run_steps(2);
        super::settle(&mut harness);
        let lab = harness.state().lab().get::<Caching>().unwrap();
        lab.lab().activity().memories.len()
    };
    assert_eq!(cached(&[], &[]), 1);
    assert_eq!(cached(&[], &["check"]), 1);
    for name in ["cache", "actions", "map"] {
        assert_eq!(cached(&[], &[name]), 0, "lock={name}");
        assert_eq!(cached(&[name], &[]), 0, "hide={name}");
    }
    assert_eq!(cached(&[], &["all"]), 0);
}
