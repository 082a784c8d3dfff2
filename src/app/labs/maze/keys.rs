use eframe::egui::{InputState, Key, Modifiers};

use crate::{
    app::{
        keyboard::press,
        views::{KeyBinding, moves},
        widgets::fresh_seed,
    },
    labs::maze::{self, Command, MazeLab},
    session::{self, Workbench},
    texts,
};

/// Keys of the maze lab.
pub(super) static KEYS: [KeyBinding; 7] = [
    KeyBinding {
        keys: texts::maze::keys_move,
        what: texts::maze::keys_move_do,
        control: "walk",
        read: moves,
    },
    KeyBinding {
        keys: texts::maze::keys_stay,
        what: texts::maze::keys_stay_do,
        control: "walk",
        read: stay,
    },
    KeyBinding {
        keys: || "H",
        what: texts::maze::keys_home_do,
        control: "home",
        read: |input, _, commands| {
            press(input, Key::H, Command::Home, commands);
        },
    },
    KeyBinding {
        keys: || "[ ]",
        what: texts::maze::keys_look_do,
        control: "look",
        read: look,
    },
    KeyBinding {
        keys: || "1 2 3 …",
        what: texts::maze::keys_layer_do,
        control: "layer",
        read: layer,
    },
    KeyBinding {
        keys: || "T",
        what: texts::maze::keys_greedy_do,
        control: "temp",
        read: temperature,
    },
    KeyBinding {
        keys: || "N",
        what: texts::maze::keys_new_task_do,
        control: "new-task",
        read: |input, lab, commands| {
            let Some(session) = lab.get::<MazeLab>() else {
                return;
            };
            if input.consume_key(Modifiers::NONE, Key::N) {
                let seed = session.activity().settings.get(maze::Key::Seed);
                commands.push(set("seed", fresh_seed(seed)));
            }
        },
    },
];

fn set(key: &str, value: f64) -> session::Command {
    session::Command::Set(key.to_owned(), value.to_string())
}

fn stay(input: &mut InputState, lab: &Workbench, commands: &mut Vec<session::Command>) {
    let Some(session) = lab.get::<MazeLab>() else {
        return;
    };
    let stay = session.activity().task.maze.stay();
    for key in [Key::E, Key::Num0] {
        press(input, key, Command::Act(stay), commands);
    }
}

fn temperature(input: &mut InputState, lab: &Workbench, commands: &mut Vec<session::Command>) {
    let Some(session) = lab.get::<MazeLab>() else {
        return;
    };
    let settings = session.activity().settings;
    let usual = settings.values().default(maze::Key::Temperature as usize);
    let temperature = match settings.get(maze::Key::Temperature) {
        now if now > 0.0 => 0.0,
        // Where greedy is the usual, the other one is 1.
        _ if usual > 0.0 => usual,
        _ => 1.0,
    };
    press(input, Key::T, set("temp", temperature), commands);
}

fn layer(input: &mut InputState, lab: &Workbench, commands: &mut Vec<session::Command>) {
    let Some(session) = lab.get::<MazeLab>() else {
        return;
    };
    let model = session.activity().model;
    let layers = model.map_or(3, |model| model.shape.layers);
    let digits = [
        Key::Num1,
        Key::Num2,
        Key::Num3,
        Key::Num4,
        Key::Num5,
        Key::Num6,
        Key::Num7,
        Key::Num8,
    ];
    for (key, layer) in digits.into_iter().zip(1..=layers) {
        press(input, key, set("layer", layer as f64), commands);
    }
}

fn look(input: &mut InputState, lab: &Workbench, commands: &mut Vec<session::Command>) {
    let Some(session) = lab.get::<MazeLab>() else {
        return;
    };
    let activity = session.activity();
    // With Shift, some keyboards say braces.
    let mut by = 0;
    for (key, step) in [
        (Key::OpenBracket, -1),
        (Key::CloseBracket, 1),
        (Key::OpenCurlyBracket, -10),
        (Key::CloseCurlyBracket, 10),
    ] {
        if input.consume_key(Modifiers::SHIFT, key) {
            by += if step % 10 == 0 { step } else { 10 * step };
        } else if input.consume_key(Modifiers::NONE, key) {
            by += step;
        }
    }
    if by != 0 {
        let look = activity.look.saturating_add_signed(by);
        let look = (look < activity.memories.len()).then_some(look);
        commands.push(Command::Look(look).into());
    }
}
