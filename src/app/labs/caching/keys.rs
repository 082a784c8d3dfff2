use eframe::egui::Key;

use crate::{
    app::{
        keyboard::press,
        views::{KeyBinding, moves},
    },
    session::Command,
};

/// Keys of the caching lab.
pub(super) static KEYS: [KeyBinding; 4] = [
    KeyBinding {
        keys: "← → ↑ ↓ or A D W S",
        what: "fly to the next place",
        control: "fly",
        read: moves,
    },
    KeyBinding {
        keys: "C",
        what: "cache a seed here",
        control: "cache",
        read: |input, _, commands| press(input, Key::C, Command::Cache, commands),
    },
    KeyBinding {
        keys: "R",
        what: "check this place for a seed",
        control: "check",
        read: |input, _, commands| press(input, Key::R, Command::Check, commands),
    },
    KeyBinding {
        keys: "F",
        what: "forage: the bird decides by itself",
        control: "forage",
        read: |input, lab, commands| {
            let on = lab.caching().is_some_and(|session| session.is_foraging());
            press(input, Key::F, Command::Forage(!on), commands);
        },
    },
];
