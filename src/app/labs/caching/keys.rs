use eframe::egui::Key;

use crate::{
    app::{
        keyboard::press,
        views::{KeyBinding, moves},
    },
    labs::caching::{Caching, Command},
    texts,
};

/// Keys of the caching lab.
pub(super) static KEYS: [KeyBinding; 4] = [
    KeyBinding {
        keys: texts::caching::keys_move,
        what: texts::caching::keys_move_do,
        control: "fly",
        read: moves,
    },
    KeyBinding {
        keys: || "C",
        what: texts::caching::keys_cache_do,
        control: "cache",
        read: |input, _, commands| press(input, Key::C, Command::Cache, commands),
    },
    KeyBinding {
        keys: || "R",
        what: texts::caching::keys_check_do,
        control: "check",
        read: |input, _, commands| press(input, Key::R, Command::Check, commands),
    },
    KeyBinding {
        keys: || "F",
        what: texts::caching::keys_forage_do,
        control: "forage",
        read: |input, lab, commands| {
            let on = lab.get::<Caching>().is_some_and(|s| s.lab().is_foraging());
            press(input, Key::F, Command::Forage(!on), commands);
        },
    },
];
