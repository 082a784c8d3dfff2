//! The maze lab.

use chickadee::{
    app::{App, Choice},
    labs::maze::{Activity, MazeLab, SCENES},
    session::Command,
};
use egui_kittest::{Harness, kittest::Queryable as _};

use super::{lab, settle, unnamed};

const GRID: &str = "lab=maze&task=gridworld&seed=50&t=120&ask=4";
const MATRIX: &str = "lab=maze&task=gridworld&seed=50&t=120&ask=4&pattern=on&decode=on";
const TREE: &str = "lab=maze&task=tree&seed=3&t=400&ask=0";
const DESKTOP: [f32; 2] = [1280.0, 800.0];

fn activity<'a>(harness: &'a Harness<'static, App>) -> Activity<'a> {
    let session = harness.state().lab().get::<MazeLab>().unwrap();
    session.activity()
}

#[test]
fn the_maze_looks_as_it_should() {
    let mut results = egui_kittest::SnapshotResults::new();
    for (name, link, size, theme) in [
        ("maze-grid", GRID, DESKTOP, Choice::Dark),
        ("maze-tree", TREE, DESKTOP, Choice::Light),
        ("maze-phone", GRID, [390.0, 844.0], Choice::Dark),
        ("maze-sideways", GRID, [844.0, 390.0], Choice::Dark),
        ("maze-matrix", MATRIX, DESKTOP, Choice::Dark),
    ] {
        results.add(lab(link, size, theme).try_snapshot(name));
    }
}

#[test]
fn every_scene_of_the_maze_can_be_chosen() {
    let mut harness = lab(GRID, DESKTOP, Choice::Dark);
    for scene in &SCENES {
        let command = Command::Scene(scene.name.to_owned());
        harness.state_mut().dispatch(command).unwrap();
        harness.run_steps(3);
        let says = harness.query_by_label((scene.look_for)()).is_some();
        assert!(says, "{}", scene.name);
        assert_eq!(activity(&harness).scene.unwrap().name, scene.name);
    }
    // The scene of the other lab opens that lab, and back.
    for name in ["one-cache", "shortcut"] {
        let command = Command::Scene(name.to_owned());
        harness.state_mut().dispatch(command).unwrap();
        harness.run_steps(3);
    }
    assert_eq!(activity(&harness).scene.unwrap().name, "shortcut");
}

#[test]
fn the_keyboard_alone_walks_and_scrubs() {
    use eframe::egui::Key;
    let mut harness = lab("lab=maze&seed=7&t=20", DESKTOP, Choice::Dark);
    for (key, memories, look) in [
        (Key::ArrowUp, 21, 21),
        (Key::D, 22, 22),
        (Key::OpenBracket, 22, 21),
        (Key::OpenBracket, 22, 20),
        (Key::CloseBracket, 22, 21),
    ] {
        harness.key_press(key);
        harness.run_steps(2);
        settle(&mut harness);
        let activity = activity(&harness);
        let found = (activity.memories.len(), activity.look);
        assert_eq!(found, (memories, look), "{key:?}");
    }
}

#[test]
fn every_control_of_the_maze_has_a_name() {
    for link in [GRID, TREE] {
        for size in [DESKTOP, [390.0, 844.0]] {
            let harness = lab(link, size, Choice::Light);
            assert_eq!(unnamed(&harness), Vec::<String>::new(), "{link} {size:?}");
        }
    }
}
