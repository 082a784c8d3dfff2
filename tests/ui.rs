//! The picture: what is where, found by role and name as a screen reader would, and what it looks like.
//!
//! Snapshots are drawn by a software Vulkan device, so that they are the same on every machine that has one. To accept a
//! change: `UPDATE_SNAPSHOTS=true cargo test --test ui`, and look at the pictures.
#![cfg(all(not(target_arch = "wasm32"), feature = "app"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use chickadee::{
    app::{App, Choice, Options},
    session::{Command, Session},
};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};

const SEEDS: &str =
    "lab=caching&units=1000&seed=1&gain=1&search=0&caches=20,35,70&at=35&doing=check";

fn lab(link: &str, size: [f32; 2], theme: Choice) -> Harness<'static, App> {
    let mut session = Session::from_link(link).unwrap();
    session.settle();
    let options = Options {
        theme,
        motion: false,
        autoplay: false,
        ..Options::default()
    };
    let mut harness = Harness::builder()
        .with_size(size)
        .wgpu()
        .build_eframe(move |cc| App::new(&cc.egui_ctx, session, options));
    harness.run_steps(4);
    harness
}

/// Frames until the lab has nothing left to compute.
fn settle(harness: &mut Harness<'static, App>) {
    for _ in 0..2000 {
        harness.step();
        harness.state_mut().session_mut().settle();
        if !harness.state().session().is_busy() {
            harness.run_steps(2);
            return;
        }
    }
    panic!("the lab did not settle");
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
    assert_eq!(harness.state().session().activity().memories.len(), 1);
    harness.get_by_label("Check (R)").click();
    harness.run_steps(2);
    settle(&mut harness);
    let verdict = harness.state().session().activity().verdict.unwrap();
    assert!(verdict.0 == 20 && verdict.1.found, "{verdict:?}");
    harness.get_by_label("Undo: cache").click();
    harness.run_steps(2);
    settle(&mut harness);
    assert_eq!(harness.state().session().activity().memories.len(), 0);
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
    assert_eq!(harness.state().session().activity().memories[0].place, 22);
    harness.key_press(Key::R);
    harness.run_steps(2);
    settle(&mut harness);
    assert!(
        harness
            .state()
            .session()
            .activity()
            .verdict
            .unwrap()
            .1
            .found
    );
}

#[test]
fn every_scene_can_be_chosen_and_says_what_to_look_for() {
    let mut harness = lab("units=500&seed=1", [1280.0, 800.0], Choice::Dark);
    for scene in &chickadee::share::scenes::SCENES {
        harness
            .state_mut()
            .dispatch(Command::Scene(scene.name.to_owned()))
            .unwrap();
        harness.run_steps(3);
        assert!(
            harness.query_by_label(scene.look_for).is_some(),
            "{}",
            scene.name
        );
        assert_eq!(
            harness.state().session().activity().scene.unwrap().name,
            scene.name
        );
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
    assert!(harness.state().session().link().contains("euler=reference"));
    harness.get_by_label("Help").click();
    harness.run_steps(3);
    assert!(
        harness
            .query_by_label_contains("independent re-implementation")
            .is_some()
    );
    let unnamed: Vec<String> = harness
        .root()
        .children_recursive()
        .filter(|node| node.accesskit_node().label().is_none())
        .map(|node| format!("{:?}", node.accesskit_node().role()))
        .filter(|role| {
            ["Button", "CheckBox", "Slider", "ComboBox", "SpinButton"].contains(&role.as_str())
        })
        .collect();
    assert_eq!(unnamed, Vec::<String>::new());
}
