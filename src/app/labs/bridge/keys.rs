use eframe::egui::{InputState, Key, Modifiers};

use crate::{
    app::{
        keyboard::press,
        views::{KeyBinding, moves},
    },
    labs::bridge::{Bridge, Command, Key as Row, word},
    session::{self, Kind, Workbench},
    texts,
};
use chickadee_engine::models::key_value::Lookup;

/// Keys of the bridge lab.
pub(super) static KEYS: [KeyBinding; 6] = [
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
        keys: || "Q",
        what: texts::bridge::keys_query_do,
        control: "query",
        read: |input, lab, commands| {
            next(input, lab, commands, Key::Q, |bridge| {
                let state = (bridge.queried() + 1) % QUERIES;
                vec![("query", state)]
            });
        },
    },
    KeyBinding {
        keys: || "K",
        what: texts::bridge::keys_head_do,
        control: "head",
        read: |input, lab, commands| {
            next(input, lab, commands, Key::K, |bridge| {
                let head = bridge.head();
                let number = (head.layer * HEADS + head.head + 1) % (LAYERS * HEADS);
                vec![("layer", number / HEADS + 1), ("head", number % HEADS + 1)]
            });
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

/// Sizes of the shipped transformer and its task, those of the settings.
const LAYERS: usize = 3;
const HEADS: usize = 4;
const QUERIES: usize = 25;

/// Sets something of the transformer, where it is shown.
fn next(
    input: &mut InputState,
    lab: &Workbench,
    commands: &mut Vec<session::Command>,
    key: Key,
    of: fn(&Bridge) -> Vec<(&'static str, usize)>,
) {
    let Some(session) = lab.get::<Bridge>() else {
        return;
    };
    if session.lab().shows_transformer() && input.consume_key(Modifiers::NONE, key) {
        let settings = of(session.lab()).into_iter();
        let set =
            |(key, value): (&str, usize)| session::Command::Set(key.to_owned(), value.to_string());
        commands.extend(settings.map(set));
    }
}
