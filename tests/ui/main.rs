//! The picture: what is where, found by role and name as a screen reader would, and what it looks like.
//!
//! Snapshots are drawn by a software Vulkan device, so that they are the same on every machine that has one. To accept a
//! change: `UPDATE_SNAPSHOTS=true cargo test --test ui`, and look at the pictures.
#![cfg(all(not(target_arch = "wasm32"), feature = "app"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod bridge;
mod caching;
mod fields;
mod figures;
mod maze;
mod names;
mod overlap;
mod panels;
mod transformer_slots;

use chickadee::{
    app::{App, Choice, Options},
    session::{Workbench, device::Backend},
};
use egui_kittest::{Harness, kittest::NodeT as _};

fn options(theme: Choice) -> Options {
    Options {
        theme,
        motion: false,
        autoplay: false,
        // What it is depends on the machine.
        backend: Backend::Cpu,
        ..Options::default()
    }
}

fn lab(link: &str, size: [f32; 2], theme: Choice) -> Harness<'static, App> {
    let mut session = Workbench::from_link(link).unwrap();
    session.settle();
    let options = options(theme);
    let mut harness = Harness::builder()
        .with_size(size)
        .wgpu()
        .build_eframe(move |cc| App::new(&cc.egui_ctx, session, options));
    harness.run_steps(4);
    harness
}

/// A settled lab without some panels and controls, and with some locked; for what needs no picture.
fn restricted(link: &str, size: [f32; 2], [hide, lock]: [&[&str]; 2]) -> Harness<'static, App> {
    let mut session = Workbench::from_link(link).unwrap();
    session.settle();
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let options = Options {
        hide: owned(hide),
        lock: owned(lock),
        ..options(Choice::Dark)
    };
    let mut harness = Harness::builder()
        .with_size(size)
        .build_eframe(move |cc| App::new(&cc.egui_ctx, session, options));
    harness.run_steps(4);
    harness
}

/// Frames until the lab has nothing left to compute.
fn settle(harness: &mut Harness<'static, App>) {
    for _ in 0..2000 {
        harness.step();
        harness.state_mut().lab_mut().settle();
        if !harness.state().lab().is_busy() {
            harness.run_steps(2);
            return;
        }
    }
    panic!("the lab did not settle");
}

/// Roles of controls that have no name.
fn unnamed(harness: &Harness<'static, App>) -> Vec<String> {
    harness
        .root()
        .children_recursive()
        .filter(|node| node.accesskit_node().label().is_none())
        .map(|node| format!("{:?}", node.accesskit_node().role()))
        .filter(|role| {
            ["Button", "CheckBox", "Slider", "ComboBox", "SpinButton"].contains(&role.as_str())
        })
        .collect()
}
