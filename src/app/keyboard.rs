//! The keyboard: everything that the pointer can do to the bird or to the agent.

use eframe::egui::{Context, InputState, Key, Modifiers};

use super::widgets::fresh_seed;
use crate::session::{
    Command, Lab, Session,
    maze::{self, MazeCommand, MazeKnob},
};

type Keys = &'static [(&'static str, &'static str)];

/// Keys and what they do in every lab, for the help.
pub(super) const KEYS: Keys = &[
    ("Space", "play or pause"),
    (".", "one step"),
    ("Ctrl+Z, Ctrl+Shift+Z", "undo, redo"),
    ("Home", "forget everything"),
    ("Tab", "to the next control"),
];

/// Those of the caching lab.
pub(super) const CACHING_KEYS: Keys = &[
    ("← → ↑ ↓ or A D W S", "fly to the next place"),
    ("C", "cache a seed here"),
    ("R", "check this place for a seed"),
    ("F", "forage: the bird decides by itself"),
];

/// Those of the maze lab.
pub(super) const MAZE_KEYS: Keys = &[
    (
        "← → ↑ ↓ or A D W S",
        "a step; in a tree ↑ leads back to the root",
    ),
    ("E or 0", "stay where you are"),
    ("H", "let the transformer go home"),
    ("[ ]", "one memory less or more; ten with Shift"),
    ("1 2 3 …", "the layer that is looked at"),
    ("T", "greedy decisions or the usual temperature"),
    ("N", "a new task"),
];

/// Reads the keys of this frame. Keys belong to a control that is focused.
pub(super) fn read(ctx: &Context, lab: &Lab, commands: &mut Vec<Command>) {
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
        let playing = if lab.is_playing() {
            Command::Pause
        } else {
            Command::Play
        };
        press(
            input,
            commands,
            [
                (Key::Space, playing),
                (Key::Period, Command::Step(1)),
                (Key::Home, Command::Reset),
            ],
        );
        match lab {
            Lab::Caching(session) => caching(input, session, commands),
            Lab::Maze(session) => maze(input, session, commands),
        }
    });
}

fn press(
    input: &mut InputState,
    commands: &mut Vec<Command>,
    actions: impl IntoIterator<Item = (Key, Command)>,
) {
    for (key, command) in actions {
        if input.consume_key(Modifiers::NONE, key) {
            commands.push(command);
        }
    }
}

fn caching(input: &mut InputState, session: &Session, commands: &mut Vec<Command>) {
    let actions = [
        (Key::C, Command::Cache),
        (Key::R, Command::Check),
        (Key::F, Command::Forage(!session.is_foraging())),
    ];
    press(input, commands, actions);
}

fn maze(input: &mut InputState, session: &maze::Session, commands: &mut Vec<Command>) {
    let activity = session.activity();
    let set = |key: &str, value: f64| Command::Set(key.to_owned(), value.to_string());
    let settings = activity.settings;
    let stay = || Command::Maze(MazeCommand::Act(activity.task.maze.stay()));
    let usual = MazeKnob::Temperature.default_in(settings.kind());
    let temperature = match settings.get(MazeKnob::Temperature) {
        now if now > 0.0 => 0.0,
        // Where greedy is the usual, the other one is 1.
        _ if usual > 0.0 => usual,
        _ => 1.0,
    };
    let seed = settings.get(MazeKnob::Seed);
    press(
        input,
        commands,
        [
            (Key::E, stay()),
            (Key::Num0, stay()),
            (Key::H, Command::Maze(MazeCommand::Home)),
            (Key::T, set("temp", temperature)),
        ],
    );
    if input.consume_key(Modifiers::NONE, Key::N) {
        commands.push(set("seed", fresh_seed(seed)));
    }
    let layers = activity.model.map_or(3, |model| model.shape.layers);
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
        if input.consume_key(Modifiers::NONE, key) {
            commands.push(set("layer", layer as f64));
        }
    }
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
        let all = activity.memories.len();
        let look = (look < all).then_some(look);
        commands.push(Command::Maze(MazeCommand::Look(look)));
    }
}
