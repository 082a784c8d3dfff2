//! The bridge lab.

use chickadee::{
    app::{App, Choice},
    labs::bridge::{Bridge, SCENES},
    session::Command,
};
use egui_kittest::{Harness, kittest::Queryable as _};

use super::{lab, settle, unnamed};

const THREE: &str = "lab=bridge&lookup=network&search=0.4&capacity=on&caches=20,35,70&at=39";
const ARENA: &str = "lab=bridge&units=961&world=arena&lookup=network&caches=22,27,74&at=27";
const DESKTOP: [f32; 2] = [1280.0, 800.0];
const PHONE: [f32; 2] = [390.0, 844.0];

fn bridge<'a>(harness: &'a Harness<'static, App>) -> &'a Bridge {
    harness.state().lab().get::<Bridge>().unwrap().lab()
}

#[test]
fn the_bridge_looks_as_it_should() {
    let mut results = egui_kittest::SnapshotResults::new();
    for (name, link, size, theme) in [
        ("bridge", THREE, DESKTOP, Choice::Dark),
        ("bridge-arena", ARENA, DESKTOP, Choice::Light),
        ("bridge-phone", THREE, PHONE, Choice::Dark),
        ("bridge-projector", THREE, DESKTOP, Choice::Projector),
    ] {
        results.add(lab(link, size, theme).try_snapshot(name));
    }
}

#[test]
fn every_scene_of_the_bridge_can_be_chosen() {
    let mut harness = lab(THREE, DESKTOP, Choice::Dark);
    for scene in &SCENES {
        let command = Command::Scene(scene.name.to_owned());
        harness.state_mut().dispatch(command).unwrap();
        harness.run_steps(3);
        let says = harness.query_by_label((scene.look_for)()).is_some();
        assert!(says, "{}", scene.name);
    }
}

#[test]
fn the_keyboard_alone_moves_stores_and_chooses() {
    use eframe::egui::Key;
    let mut harness = lab(
        "lab=bridge&units=300&caches=20&at=20",
        DESKTOP,
        Choice::Dark,
    );
    for key in [Key::ArrowRight, Key::D, Key::C, Key::L] {
        harness.key_press(key);
        harness.run_steps(2);
        settle(&mut harness);
    }
    let bridge = bridge(&harness);
    assert_eq!((bridge.at(), bridge.slots()[1].place), (22, 22));
    assert_eq!(
        bridge.settings().lookup(),
        chickadee_engine::models::key_value::Lookup::SoftmaxContent
    );
}

#[test]
fn every_control_of_the_bridge_has_a_name() {
    for link in [THREE, ARENA] {
        for size in [DESKTOP, PHONE] {
            let harness = lab(link, size, Choice::Light);
            assert_eq!(unnamed(&harness), Vec::<String>::new(), "{link} {size:?}");
        }
    }
}
