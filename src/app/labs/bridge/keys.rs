use eframe::egui::Key;

use crate::{
    app::{
        keyboard::press,
        views::{KeyBinding, moves},
    },
    labs::bridge::{Bridge, Command, Key as Row, word},
    session::{self, Kind},
    texts,
};
use chickadee_engine::models::key_value::Lookup;

/// Keys of the bridge lab.
pub(super) static KEYS: [KeyBinding; 4] = [
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
    KeyBinding {
        keys: || "E",
        what: texts::bridge::keys_study_do,
        control: "study",
        read: |input, lab, commands| {
            let Some(session) = lab.get::<Bridge>() else {
                return;
            };
            let Kind::Choice { options, .. } = Row::Study.setting().kind else {
                return;
            };
            let next = (session.lab().settings().count(Row::Study) + 1) % options.len();
            let word = options[next].word.to_owned();
            let command = session::Command::Set("study".to_owned(), word);
            press(input, Key::E, command, commands);
        },
    },
];
