//! The caching lab.

use chickadee::{
    app::{App, Choice},
    labs::caching::{Activity, Caching, SCENES},
    session::Command,
};
use egui_kittest::{Harness, kittest::Queryable as _};

use super::{lab, settle, unnamed};

const SEEDS: &str =
    "lab=caching&units=1000&seed=1&gain=1&search=0&caches=20,35,70&at=35&doing=check";

fn activity<'a>(harness: &'a Harness<'static, App>) -> Activity<'a> {
    let session = harness.state().lab().get::<Caching>().unwrap();
    session.lab().activity()
}

#[test]
fn the_lab_looks_as_it_should() {
    let mut results = egui_kittest::SnapshotResults::new();
    for (name, size, theme) in [
        ("lab-dark", [1280.0, 800.0], Choice::Dark),
        ("lab-light", [1280.0, 800.0], Choice::Light),
        ("lab-projector", [1280.0, 800.0], Choice::Projector),
        ("lab-phone", [390.0, 844.0], Choice::Dark),
    ] {
        let mut harness = lab(SEEDS, size, theme);
        results.add(harness.try_snapshot(name));
    }
    let arena = "world=arena&units=961&seed=1&gain=1&search=0&caches=22,27,74&at=27&doing=check";
    results.add(lab(arena, [1280.0, 800.0], Choice::Dark).try_snapshot("lab-arena"));
}

#[test]
fn buttons_cache_check_and_undo() {
    let mut harness = lab("units=500&seed=1&at=20", [1280.0, 800.0], Choice::Dark);
    harness.get_by_label("Cache a seed (C)").click();
    harness.run_steps(2);
    settle(&mut harness);
    assert_eq!(activity(&harness).memories.len(), 1);
    harness.get_by_label("Check (R)").click();
    harness.run_steps(2);
    settle(&mut harness);
    let verdict = activity(&harness).verdict.unwrap();
    assert!(verdict.0 == 20 && verdict.1.found, "{verdict:?}");
    harness.get_by_label("Undo: cache").click();
    harness.run_steps(2);
    settle(&mut harness);
    assert_eq!(activity(&harness).memories.len(), 0);
}

#[test]
fn the_keyboard_alone_caches_and_recalls() {
    use eframe::egui::Key;
    let mut harness = lab("units=500&seed=1&at=20", [1280.0, 800.0], Choice::Dark);
    for key in [Key::ArrowRight, Key::D, Key::C] {
        harness.key_press(key);
        harness.run_steps(2);
        settle(&mut harness);
    }
    assert_eq!(activity(&harness).memories[0].place, 22);
    harness.key_press(Key::R);
    harness.run_steps(2);
    settle(&mut harness);
    assert!(activity(&harness).verdict.unwrap().1.found);
}

#[test]
fn every_scene_can_be_chosen_and_says_what_to_look_for() {
    let mut harness = lab("units=500&seed=1", [1280.0, 800.0], Choice::Dark);
    for scene in &SCENES {
        harness
            .state_mut()
            .dispatch(Command::Scene(scene.name.to_owned()))
            .unwrap();
        harness.run_steps(3);
        assert!(
            harness.query_by_label((scene.look_for)()).is_some(),
            "{}",
            scene.name
        );
        assert_eq!(activity(&harness).scene.unwrap().name, scene.name);
    }
}

#[test]
fn all_settings_and_help_open_and_every_control_has_a_name() {
    let mut harness = lab(SEEDS, [1280.0, 800.0], Choice::Light);
    harness.get_by_label("More…").click();
    harness.run_steps(3);
    harness.get_by_label("Reference").click();
    harness.run_steps(2);
    settle(&mut harness);
    assert!(harness.state().lab().link().contains("euler=reference"));
    harness.get_by_label("Help").click();
    harness.run_steps(3);
    assert!(
        harness
            .query_by_label_contains("independent re-implementation")
            .is_some()
    );
    assert_eq!(unnamed(&harness), Vec::<String>::new());
}
