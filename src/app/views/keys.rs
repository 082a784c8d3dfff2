use eframe::egui::{InputState, Key, Modifiers};

use crate::{
    session::{Command, Workbench},
    texts,
};

/// Keys, and what they do: the keyboard and the table in Help both read this.
#[derive(Clone, Copy)]
pub struct KeyBinding {
    /// The keys, as Help shows them.
    pub keys: texts::Text,
    /// What they do, a few words.
    pub what: texts::Text,
    /// The control that does the same: when that is hidden or locked, so are the keys.
    pub control: &'static str,
    /// Takes the keys of this frame, and adds what they ask for.
    pub read: fn(&mut InputState, &Workbench, &mut Vec<Command>),
}

/// Arrows and A D W S: a move to the right and down.
pub(crate) fn moves(input: &mut InputState, _lab: &Workbench, commands: &mut Vec<Command>) {
    for (keys, (right, down)) in [
        ([Key::ArrowRight, Key::D], (1, 0)),
        ([Key::ArrowLeft, Key::A], (-1, 0)),
        ([Key::ArrowDown, Key::S], (0, 1)),
        ([Key::ArrowUp, Key::W], (0, -1)),
    ] {
        if keys
            .into_iter()
            .any(|key| input.consume_key(Modifiers::NONE, key))
        {
            commands.push(Command::Lab(format!("move:{right},{down}")));
        }
    }
}
