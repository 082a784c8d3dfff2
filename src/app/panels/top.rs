//! The bar above: labs, scenes, time, sharing.

use eframe::egui::{ComboBox, RichText, TextStyle, Ui};

use super::{Shell, device};
use crate::{
    app::{
        shell::Request,
        theme::Choice,
        views,
        widgets::{Icon, button, control, icon_button, label_combo},
    },
    session::Command,
    texts,
};

const SPEEDS: [(f64, texts::Text); 5] = [
    (0.1, || "× 0.1"),
    (0.25, || "× 0.25"),
    (1.0, || "× 1"),
    (4.0, || "× 4"),
    (1000.0, texts::shell::fastest),
];

pub(super) fn show(ui: &mut Ui, shell: &mut Shell<'_>) {
    ui.horizontal_wrapped(|ui| contents(ui, shell));
}

fn contents(ui: &mut Ui, shell: &mut Shell<'_>) {
    let narrow = shell.narrow;
    if !narrow {
        ui.label(RichText::new(texts::shell::chickadee()).text_style(TextStyle::Heading));
    }
    control(ui, shell, "labs", labs);
    if !narrow {
        ui.separator();
    }
    control(ui, shell, "scene", scene);
    time(ui, shell);
    history(ui, shell);
    let help = texts::shell::reset_help();
    if button(ui, shell, "reset", (texts::shell::reset(), help)) {
        shell.send(Command::Reset);
    }
    if !narrow {
        control(ui, shell, "device", device::badge);
    }
    let text = if narrow {
        texts::shell::copy_link_short()
    } else {
        texts::shell::copy_link()
    };
    let help = texts::shell::copy_link_help();
    if button(ui, shell, "copy-link", (text, help)) {
        let link = shell.options.share_link(&shell.lab.link());
        shell.requests.push(Request::Copy(link));
    }
    control(ui, shell, "theme", theme);
    let help = texts::shell::help_help();
    if button(ui, shell, "help", (texts::shell::help(), help)) {
        shell.toggle_window("help");
    }
}

fn labs(ui: &mut Ui, shell: &mut Shell<'_>) {
    for view in views::all() {
        // A lab is found as it was left, the first time with its first scene.
        let lab = view.lab;
        let Some(way) = shell.lab.way_to(lab) else {
            continue;
        };
        let here = lab.name == shell.view.lab.name;
        let label = ui.selectable_label(here, (lab.title)());
        if label.on_hover_text((lab.hint)()).clicked() && !here {
            shell.requests.push(Request::Open(way.to_owned()));
        }
    }
}

fn scene(ui: &mut Ui, shell: &mut Shell<'_>) {
    let now = shell.lab.scene();
    let title = now.map_or(texts::shell::scene(), |scene| (scene.title)());
    let width = if shell.narrow { 110.0 } else { 150.0 };
    let combo = ComboBox::from_id_salt("scene").width(width);
    let combo = if shell.narrow {
        combo.truncate()
    } else {
        combo
    };
    let combo = combo.selected_text(title).show_ui(ui, |ui| {
        for scene in shell.view.lab.scenes {
            let here = now.is_some_and(|s| s.name == scene.name);
            let label = ui.selectable_label(here, (scene.title)());
            if label.on_hover_text((scene.look_for)()).clicked() {
                shell.send(Command::Scene(scene.name.to_owned()));
            }
        }
    });
    label_combo(&combo.response, texts::shell::scene(), title);
}

fn history(ui: &mut Ui, shell: &mut Shell<'_>) {
    if shell.shows("undo") {
        let what = shell.lab.undoable();
        let name = what.map_or(texts::shell::undo().to_owned(), |what| {
            texts::shell::UndoWhat { what }.to_string()
        });
        let enabled = what.is_some() && shell.unlocks("undo");
        if icon_button(ui, Icon::Undo, &name, enabled).clicked() {
            shell.send(Command::Undo);
        }
    }
    if shell.shows("redo") {
        let enabled = shell.lab.can_redo() && shell.unlocks("redo");
        if icon_button(ui, Icon::Redo, texts::shell::redo(), enabled).clicked() {
            shell.send(Command::Redo);
        }
    }
}

fn time(ui: &mut Ui, shell: &mut Shell<'_>) {
    if shell.shows("play") {
        let (icon, name, command) = if shell.lab.is_playing() {
            (Icon::Pause, texts::shell::pause_space(), Command::Pause)
        } else {
            (Icon::Play, texts::shell::play_space(), Command::Play)
        };
        if icon_button(ui, icon, name, shell.unlocks("play")).clicked() {
            shell.send(command);
        }
    }
    if shell.shows("step") {
        let enabled = shell.unlocks("step");
        if icon_button(ui, Icon::Step, texts::shell::step(), enabled).clicked() {
            shell.send(Command::Step(1));
        }
    }
    control(ui, shell, "speed", speed);
}

fn speed(ui: &mut Ui, shell: &mut Shell<'_>) {
    let now = shell.lab.speed();
    let known = SPEEDS.iter().find(|(speed, _)| *speed == now);
    let text = known.map_or(format!("× {now}"), |(_, text)| text().to_owned());
    let combo = ComboBox::from_id_salt("speed")
        .width(64.0)
        .selected_text(&text)
        .show_ui(ui, |ui| {
            for (speed, text) in SPEEDS {
                if ui.selectable_label(now == speed, text()).clicked() {
                    shell.send(Command::Speed(speed));
                }
            }
        });
    label_combo(&combo.response, texts::shell::speed(), &text);
}

fn theme(ui: &mut Ui, shell: &mut Shell<'_>) {
    let all = [
        (Choice::System, texts::shell::system()),
        (Choice::Light, texts::shell::light()),
        (Choice::Dark, texts::shell::dark()),
        (Choice::Projector, texts::shell::projector()),
    ];
    let now = all
        .iter()
        .find(|(choice, _)| *choice == shell.options.theme)
        .map_or(texts::shell::system(), |(_, text)| text);
    let combo = ComboBox::from_id_salt("theme")
        .width(74.0)
        .selected_text(now)
        .show_ui(ui, |ui| {
            for (choice, text) in all {
                if ui
                    .selectable_label(shell.options.theme == choice, text)
                    .clicked()
                {
                    shell.requests.push(Request::Theme(choice));
                }
            }
        });
    label_combo(&combo.response, texts::shell::theme(), now);
}
