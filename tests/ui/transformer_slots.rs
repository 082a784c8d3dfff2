//! The transformer's slots in the bridge lab.

use chickadee::{
    app::{App, Choice},
    labs::bridge::Bridge,
    session::Command,
};
use egui_kittest::{Harness, kittest::Queryable as _};

use super::{lab, restricted, settle, unnamed};

const SCENE: &str = "lab=bridge&scene=transformers-slots";
const DESKTOP: [f32; 2] = [1280.0, 800.0];
const PHONE: [f32; 2] = [390.0, 844.0];

fn bridge<'a>(harness: &'a Harness<'static, App>) -> &'a Bridge {
    harness.state().lab().get::<Bridge>().unwrap().lab()
}

/// On a phone the panel is the first tab.
fn on_a_phone() -> Harness<'static, App> {
    lab(SCENE, PHONE, Choice::Dark)
}

#[test]
fn the_slots_look_as_they_should() {
    let mut results = egui_kittest::SnapshotResults::new();
    results.add(lab(SCENE, DESKTOP, Choice::Dark).try_snapshot("bridge-transformer"));
    results.add(on_a_phone().try_snapshot("bridge-transformer-phone"));
}

#[test]
fn the_keyboard_alone_asks_about_other_states_and_heads() {
    use eframe::egui::Key;
    let mut harness = lab(SCENE, DESKTOP, Choice::Dark);
    for key in [Key::Q, Key::K] {
        harness.key_press(key);
        harness.run_steps(2);
        settle(&mut harness);
    }
    assert_eq!(bridge(&harness).queried(), 13);
    let head = bridge(&harness).head();
    assert_eq!((head.layer, head.head), (0, 2));
    // Without the transformer they do nothing.
    let off = Command::Set("transformer".to_owned(), "off".to_owned());
    harness.state_mut().dispatch(off).unwrap();
    harness.run_steps(2);
    harness.key_press(Key::Q);
    harness.run_steps(2);
    assert_eq!(bridge(&harness).queried(), 13);
}

#[test]
fn a_click_on_the_grid_asks_about_a_state_unless_it_is_locked() {
    let grid = |harness: &Harness<'static, App>| {
        harness.get_by_label_contains("Gridworld of task 13").rect()
    };
    for (lock, query) in [(&[][..], 0), (&["query"][..], 12)] {
        let mut harness = restricted(SCENE, DESKTOP, [&[], lock]);
        let corner = grid(&harness).left_top() + eframe::egui::vec2(8.0, 8.0);
        harness.hover_at(corner);
        harness.run_steps(2);
        harness.drag_at(corner);
        harness.run_steps(1);
        harness.drop_at(corner);
        harness.run_steps(3);
        assert_eq!(bridge(&harness).queried(), query, "{lock:?}");
    }
    let harness = restricted(SCENE, DESKTOP, [&["transformer-slots"], &[]]);
    assert!(
        harness
            .query_by_label_contains("Gridworld of task")
            .is_none()
    );
}

#[test]
fn every_control_and_picture_of_the_slots_has_a_name() {
    for harness in [lab(SCENE, DESKTOP, Choice::Light), on_a_phone()] {
        assert_eq!(unnamed(&harness), Vec::<String>::new());
        for keys in ["Learned keys", "Barcode keys", "Content keys"] {
            let weights = format!("{keys}: weights of 40 memories");
            assert!(
                harness.query_by_label_contains(&weights).is_some(),
                "{keys}"
            );
        }
    }
}
