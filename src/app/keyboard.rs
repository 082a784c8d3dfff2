//! The keyboard: everything that the pointer can do to the bird.

use eframe::egui::{Context, Key, Modifiers};

use crate::session::{Command, Session};

/// Keys and what they do, for the help.
pub(super) const KEYS: [(&str, &str); 9] = [
    ("← → ↑ ↓ or A D W S", "fly to the next place"),
    ("C", "cache a seed here"),
    ("R", "check this place for a seed"),
    ("Space", "play or pause"),
    (".", "one step"),
    ("F", "forage: the bird decides by itself"),
    ("Ctrl+Z, Ctrl+Shift+Z", "undo, redo"),
    ("Home", "forget everything"),
    ("Tab", "to the next control"),
];

/// Reads the keys of this frame. Keys belong to a control that is focused.
pub(super) fn read(ctx: &Context, session: &Session, commands: &mut Vec<Command>) {
    let undo = ctx.input_mut(|i| {
        if i.consume_key(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z)
            || i.consume_key(Modifiers::COMMAND, Key::Y)
        {
            Some(Command::Redo)
        } else if i.consume_key(Modifiers::COMMAND, Key::Z) {
            Some(Command::Undo)
        } else {
            None
        }
    });
    commands.extend(undo);
    if ctx.memory(|memory| memory.focused().is_some()) || ctx.egui_wants_keyboard_input() {
        return;
    }
    ctx.input_mut(|input| {
        let moves = [
            ([Key::ArrowRight, Key::D], (1, 0)),
            ([Key::ArrowLeft, Key::A], (-1, 0)),
            ([Key::ArrowDown, Key::S], (0, 1)),
            ([Key::ArrowUp, Key::W], (0, -1)),
        ];
        for (keys, (right, down)) in moves {
            if keys
                .into_iter()
                .any(|key| input.consume_key(Modifiers::NONE, key))
            {
                commands.push(Command::Move(right, down));
            }
        }
        let playing = if session.is_playing() {
            Command::Pause
        } else {
            Command::Play
        };
        let actions = [
            (Key::C, Command::Cache),
            (Key::R, Command::Check),
            (Key::Space, playing),
            (Key::Period, Command::Step(1)),
            (Key::F, Command::Forage(!session.is_foraging())),
            (Key::Home, Command::Reset),
        ];
        for (key, command) in actions {
            if input.consume_key(Modifiers::NONE, key) {
                commands.push(command);
            }
        }
    });
}
