use eframe::egui::Key;

use crate::{
    app::{
        keyboard::press,
        views::{KeyBinding, moves},
    },
    labs::bridge::{Bridge, Command, Key as Row, word},
    session, texts,
};
use chickadee_engine::models::key_value::Lookup;

/// Keys of the bridge lab.
pub(super) static KEYS: [KeyBinding; 3] = [
    KeyBinding {
        keys: texts::bridge::keys_move,
        what: texts::bridge::keys_move_do,
        control: "fly",
        read: moves,
    },
    KeyBinding {
        keys: || "C",
        what: texts::bridge::keys_cache_do,
        control: "cache",
        read: |input, _, commands| press(input, Key::C, Command::Cache, commands),
    },
    KeyBinding {
        keys: || "L",
        what: texts::bridge::keys_lookup_do,
        control: "lookup",
        read: |input, lab, commands| {
            let Some(session) = lab.get::<Bridge>() else {
                return;
            };
            let now = session.lab().settings().count(Row::Lookup);
            let next = Lookup::ALL[(now + 1) % Lookup::ALL.len()];
            let command = session::Command::Set("lookup".to_owned(), word(next).to_owned());
            press(input, Key::L, command, commands);
        },
    },
];
