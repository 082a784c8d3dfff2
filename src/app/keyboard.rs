//! The keyboard: everything that the pointer can do to the bird or to the agent. What a lab's keys do is in its view.

use eframe::egui::{Context, InputState, Key, Modifiers};

use super::{
    shell::{Shell, keyboard_is_taken},
    views::KeyBinding,
};
use crate::{
    session::{Command, Workbench},
    texts,
};

/// Keys of every lab that work even when a control has the focus: the one with more modifiers first.
static ALWAYS: [KeyBinding; 2] = [
    KeyBinding {
        keys: texts::shell::keys_redo,
        what: || "redo",
        control: "redo",
        read: |input, _, commands| {
            if input.consume_key(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z)
                || input.consume_key(Modifiers::COMMAND, Key::Y)
            {
                commands.push(Command::Redo);
            }
        },
    },
    KeyBinding {
        keys: texts::shell::keys_undo,
        what: || "undo",
        control: "undo",
        read: |input, _, commands| {
            if input.consume_key(Modifiers::COMMAND, Key::Z) {
                commands.push(Command::Undo);
            }
        },
    },
];

/// Keys of every lab.
static EVERYWHERE: [KeyBinding; 4] = [
    KeyBinding {
        keys: texts::shell::keys_space,
        what: texts::shell::keys_play_do,
        control: "play",
        read: |input, lab, commands| {
            let playing = lab.is_playing();
            let command = if playing {
                Command::Pause
            } else {
                Command::Play
            };
            press(input, Key::Space, command, commands);
        },
    },
    KeyBinding {
        keys: || ".",
        what: texts::shell::keys_step_do,
        control: "step",
        read: |input, _, commands| press(input, Key::Period, Command::Step(1), commands),
    },
    KeyBinding {
        keys: texts::shell::keys_home,
        what: texts::shell::keys_reset_do,
        control: "reset",
        read: |input, _, commands| press(input, Key::Home, Command::Reset, commands),
    },
    KeyBinding {
        keys: texts::shell::keys_tab,
        what: texts::shell::keys_tab_do,
        control: "",
        // egui's own.
        read: |_: &mut InputState, _: &Workbench, _: &mut Vec<Command>| {},
    },
];

/// One key for one command.
pub(crate) fn press(
    input: &mut InputState,
    key: Key,
    command: impl Into<Command>,
    commands: &mut Vec<Command>,
) {
    if input.consume_key(Modifiers::NONE, key) {
        commands.push(command.into());
    }
}

/// The keys that work now, those of the lab first: without those of controls that are hidden or locked.
pub(super) fn table(shell: &Shell<'_>) -> Vec<KeyBinding> {
    let all = shell.view.keys.iter().chain(&EVERYWHERE).chain(&ALWAYS);
    all.filter(|key| works(shell, key)).copied().collect()
}

fn works(shell: &Shell<'_>, key: &KeyBinding) -> bool {
    key.control.is_empty() || (shell.shows(key.control) && shell.unlocks(key.control))
}

/// Reads the keys of this frame. Keys belong to a control that is focused.
pub(super) fn read(ctx: &Context, shell: &mut Shell<'_>) {
    let mut commands = Vec::new();
    let lab = shell.lab;
    let mut read = |keys: &[KeyBinding]| {
        for key in keys.iter().filter(|key| works(shell, key)) {
            ctx.input_mut(|input| (key.read)(input, lab, &mut commands));
        }
    };
    read(&ALWAYS);
    if !keyboard_is_taken(ctx) {
        read(&EVERYWHERE);
        read(shell.view.keys);
    }
    shell.commands.append(&mut commands);
}
