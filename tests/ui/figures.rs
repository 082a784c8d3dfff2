//! The lab of figures.

use chickadee::{
    app::{App, Choice},
    labs::figures::Figures,
};
use eframe::egui::Key;
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};

use super::{lab, restricted, unnamed};

const SMALL: &str = "lab=figures&figure=4e&seeds=1&units=200";
const HALF: &str = "lab=figures&figure=4e&seeds=3&units=200&run=14";
const DESKTOP: [f32; 2] = [1280.0, 800.0];
const PHONE: [f32; 2] = [390.0, 844.0];

fn figures<'a>(harness: &'a Harness<'static, App>) -> &'a Figures {
    harness.state().lab().get::<Figures>().unwrap().lab()
}

#[test]
fn figures_look_as_they_should() {
    let mut results = egui_kittest::SnapshotResults::new();
    for (name, size, theme) in [
        ("figures", DESKTOP, Choice::Dark),
        ("figures-light", DESKTOP, Choice::Light),
        ("figures-phone", PHONE, Choice::Dark),
    ] {
        results.add(lab(HALF, size, theme).try_snapshot(name));
    }
}

#[test]
fn a_figure_is_recomputed_stopped_and_gone_on_with_by_its_buttons() {
    let mut page = restricted(SMALL, DESKTOP, [&[], &[]]);
    assert!(page.query_by_label("Stop (X)").is_none());
    let begins = |text: &str| page.query_by_label_contains(text).is_some();
    assert!(
        begins("0 of 7 pieces; about"),
        "the time is told beforehand"
    );
    page.get_by_label("Recompute here (R)").click();
    page.run_steps(3);
    assert!(figures(&page).is_running());
    while figures(&page).done() < 2 {
        page.step();
    }
    page.get_by_label("Stop (X)").click();
    page.run_steps(2);
    let done = figures(&page).done();
    assert!((2..7).contains(&done) && !figures(&page).is_running());
    assert!(page.query_by_label_contains("for the rest").is_some());
    page.get_by_label("Go on (R)").click();
    page.run_steps(2);
    while page.state().lab().is_busy() {
        page.step();
    }
    page.run_steps(2);
    assert!(page.query_by_label("All 7 pieces are there").is_some());
    let spoken = page.state_mut().take_spoken().unwrap_or_default();
    assert!(spoken.contains("published values agree"), "{spoken}");
    // The verdicts stand in the table.
    let verdicts = figures(&page).verdicts();
    assert!(verdicts.outside > 0, "a toy is not the paper's network");
    assert!(page.query_all_by_label("outside").count() >= verdicts.outside.min(5));
    page.get_by_label("Undo: recompute").click();
    page.run_steps(3);
    assert_eq!(figures(&page).done(), done);
}

#[test]
fn the_keyboard_alone_chooses_computes_and_stops() {
    let mut page = restricted(SMALL, DESKTOP, [&[], &[]]);
    for (key, id) in [
        (Key::ArrowDown, "4-shuffle"),
        (Key::ArrowUp, "4e"),
        (Key::J, "4-shuffle"),
        (Key::K, "4e"),
    ] {
        page.key_press(key);
        page.run_steps(2);
        assert_eq!(figures(&page).figure().id, id);
    }
    page.key_press(Key::R);
    page.run_steps(2);
    assert!(figures(&page).is_running());
    page.key_press(Key::X);
    page.run_steps(2);
    assert!(!figures(&page).is_running());
}

#[test]
fn a_figure_opens_its_lab_and_is_chosen_in_the_list() {
    let mut page = restricted("lab=figures&figure=4c", DESKTOP, [&[], &[]]);
    let other = chickadee_figures::figure("4e").unwrap();
    let row = format!("{}: {}", other.name, other.title);
    page.get_all_by_label(&row).next().unwrap().click();
    page.run_steps(2);
    assert_eq!(figures(&page).figure().id, "4e");
    page.get_by_label("Open the lab").click();
    page.run_steps(3);
    assert!(page.state().lab().link().starts_with("lab=caching"));
}

#[test]
fn everything_has_a_name_and_can_be_hidden_or_locked() {
    assert_eq!(
        unnamed(&restricted(HALF, DESKTOP, [&[], &[]])),
        Vec::<String>::new()
    );
    assert_eq!(
        unnamed(&restricted(HALF, PHONE, [&[], &[]])),
        Vec::<String>::new()
    );
    for (name, label) in [
        ("recompute", "Go on (R)"),
        ("open-lab", "Open the lab"),
        ("save-csv", "Save CSV"),
        ("save-svg", "Save SVG"),
        ("save-png", "Save PNG"),
    ] {
        let locked = restricted(HALF, DESKTOP, [&[], &[name]]);
        assert!(
            locked.get_by_label(label).accesskit_node().is_disabled(),
            "{name}"
        );
        let hidden = restricted(HALF, DESKTOP, [&[name], &[]]);
        assert!(hidden.query_by_label(label).is_none(), "{name}");
    }
}
