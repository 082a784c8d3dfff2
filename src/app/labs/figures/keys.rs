use eframe::egui::Key;

use crate::{
    app::{keyboard::press, views::KeyBinding},
    labs::figures::{Command, Figures, Key as Row},
    session::{self, Kind, Workbench},
    texts,
};

/// Keys of the lab of figures.
pub(super) static KEYS: [KeyBinding; 4] = [
    KeyBinding {
        keys: || "R",
        what: texts::figures::keys_recompute_do,
        control: "recompute",
        read: |input, _, commands| press(input, Key::R, Command::Recompute, commands),
    },
    KeyBinding {
        keys: || "X",
        what: texts::figures::keys_stop_do,
        control: "stop",
        read: |input, _, commands| press(input, Key::X, Command::Stop, commands),
    },
    KeyBinding {
        keys: || "↓ J",
        what: texts::figures::keys_next_do,
        control: "figure",
        read: |input, lab, commands| {
            for key in [Key::ArrowDown, Key::J] {
                if let Some(command) = other(lab, 1) {
                    press(input, key, command, commands);
                }
            }
        },
    },
    KeyBinding {
        keys: || "↑ K",
        what: texts::figures::keys_last_do,
        control: "figure",
        read: |input, lab, commands| {
            for key in [Key::ArrowUp, Key::K] {
                if let Some(command) = other(lab, -1) {
                    press(input, key, command, commands);
                }
            }
        },
    },
];

/// Looks at the figure so many further on.
fn other(lab: &Workbench, by: isize) -> Option<session::Command> {
    let Kind::Choice { options, .. } = Row::Figure.setting().kind else {
        return None;
    };
    let now = lab.get::<Figures>()?.lab().figure().id;
    let now = options.iter().position(|option| option.word == now)?;
    let next = options.get(now.checked_add_signed(by)?)?;
    let (key, word) = (Row::Figure.setting().key, next.word);
    Some(session::Command::Set(key.to_owned(), word.to_owned()))
}
