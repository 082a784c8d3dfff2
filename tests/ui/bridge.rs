//! The bridge lab.

use chickadee::{
    app::{App, Choice},
    labs::bridge::{Bridge, Key as Setting, SCENES},
    session::Command,
};
use eframe::egui::{Event, Modifiers, PointerButton, vec2};
use egui_kittest::{Harness, kittest::Queryable as _};

use super::{lab, settle, unnamed};

const THREE: &str = "lab=bridge&lookup=network&search=0.4&capacity=on&caches=20,35,70&at=39";
const ARENA: &str = "lab=bridge&units=961&world=arena&lookup=network&caches=22,27,74&at=27";
const NEAR: &str =
    "lab=bridge&units=961&world=arena&lookup=network&study=near&caches=22,27,74&at=27";
const RANDOM: &str = "lab=bridge&units=500&lookup=barcode&keys=random&correlation=0.8&study=keys&caches=20,35,70&at=39";
const MAP: &str = "lab=bridge&units=500&lookup=network&search=0.4&study=map&caches=20,35,70&at=39";
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
        ("bridge-arena", NEAR, DESKTOP, Choice::Light),
        ("bridge-keys", RANDOM, DESKTOP, Choice::Dark),
        ("bridge-map", MAP, DESKTOP, Choice::Dark),
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
fn a_click_on_the_map_goes_to_its_gain_and_search() {
    let mut harness = lab(MAP, DESKTOP, Choice::Dark);
    let name = "Precision by gain and search strength; now gain 1.00, search strength 0.40";
    let area = harness.get_by_label(name).rect();
    let cell = area.size() / vec2(13.0, 11.0);
    // The sixth column from the left, the fourth row from below.
    let at = area.left_bottom() + vec2(5.5 * cell.x, -3.5 * cell.y);
    for press in [true, false] {
        harness.event(Event::PointerMoved(at));
        harness.event(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed: press,
            modifiers: Modifiers::NONE,
        });
        harness.run_steps(2);
    }
    let settings = bridge(&harness).settings();
    let found = [Setting::Gain, Setting::Search].map(|key| settings.get(key));
    assert_eq!(found, [0.5, 0.6]);
}

#[test]
fn every_control_of_the_bridge_has_a_name() {
    for link in [THREE, ARENA, NEAR, RANDOM, MAP] {
        for size in [DESKTOP, PHONE] {
            let harness = lab(link, size, Choice::Light);
            assert_eq!(unnamed(&harness), Vec::<String>::new(), "{link} {size:?}");
        }
    }
}
