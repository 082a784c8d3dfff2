//! The keyboard: everything that the pointer can do to the bird or to the agent. What a lab's keys do is in its view.

use eframe::egui::{Context, Event, FocusDirection, InputState, Key, Memory, Modifiers, Popup};

use super::{shell::Shell, views::KeyBinding};
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
static EVERYWHERE: [KeyBinding; 5] = [
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
    KeyBinding {
        keys: texts::shell::keys_escape,
        what: texts::shell::keys_escape_do,
        control: "",
        // Of the window, not of a lab.
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

/// Keys that a focused control uses itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// No control has the focus.
    Nothing,
    /// Space and Enter, which press it; arrows, too, where they move it.
    Press { arrows: bool },
    /// All: a text is being typed.
    All,
}

impl Taken {
    fn now(ctx: &Context) -> Self {
        if ctx.text_edit_focused() {
            return Self::All;
        }
        let Some(focused) = ctx.memory(Memory::focused) else {
            return Self::Nothing;
        };
        // What can be dragged with the pointer can be moved with the arrows.
        let sense = ctx.viewport(|viewport| {
            let widget = viewport.prev_pass.widgets.get(focused);
            widget.map(|widget| widget.sense)
        });
        Self::Press {
            arrows: sense.is_none_or(|sense| sense.senses_drag()),
        }
    }

    fn takes(self, key: Key) -> bool {
        match self {
            Self::Nothing => false,
            Self::All => true,
            Self::Press { arrows } => {
                matches!(key, Key::Space | Key::Enter | Key::Escape | Key::Tab)
                    || arrows && ARROWS.contains(&key)
            }
        }
    }
}

const ARROWS: [Key; 4] = [
    Key::ArrowUp,
    Key::ArrowDown,
    Key::ArrowLeft,
    Key::ArrowRight,
];

/// Reads the keys of this frame: those of the lab work wherever a control that has the focus does not use them itself.
pub(super) fn read(ctx: &Context, shell: &mut Shell<'_>) {
    let is_taken = ctx.text_edit_focused() || Popup::is_any_open(ctx);
    if !is_taken && ctx.input(|input| input.key_pressed(Key::Escape)) {
        shell.windows.close_last();
    }
    let mut commands = Vec::new();
    let lab = shell.lab;
    let mut read = |keys: &[KeyBinding]| {
        for key in keys.iter().filter(|key| works(shell, key)) {
            ctx.input_mut(|input| (key.read)(input, lab, &mut commands));
        }
    };
    read(&ALWAYS);
    let taken = Taken::now(ctx);
    if taken != Taken::All {
        let theirs = |event: &Event| matches!(event, Event::Key { key, .. } if taken.takes(*key));
        let withheld: Vec<Event> =
            ctx.input_mut(|input| input.events.extract_if(.., |event| theirs(event)).collect());
        let steers = |input: &InputState| ARROWS.iter().any(|key| input.key_pressed(*key));
        if matches!(taken, Taken::Press { arrows: false }) && ctx.input(steers) {
            // egui would move the focus with them.
            ctx.memory_mut(|memory| memory.move_focus(FocusDirection::None));
        }
        read(&EVERYWHERE);
        read(shell.view.keys);
        ctx.input_mut(|input| input.events.extend(withheld));
    }
    shell.commands.append(&mut commands);
}
