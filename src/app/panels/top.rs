//! The bar above: scenes, time, sharing.

use eframe::egui::{ComboBox, RichText, TextStyle, Ui};

use super::{Request, Shell, machine};
use crate::{
    app::{
        View,
        theme::Choice,
        widgets::{Icon, icon_button},
    },
    session::{Command, Lab},
    share::scenes::{MAZE_SCENES, SCENES, Scene},
    texts,
};

const SPEEDS: [(f64, &str); 5] = [
    (0.1, "× 0.1"),
    (0.25, "× 0.25"),
    (1.0, "× 1"),
    (4.0, "× 4"),
    (1000.0, "fastest"),
];

pub(crate) fn show(ui: &mut Ui, ctx: &mut Shell<'_>, view: &mut View, narrow: bool) {
    if !narrow {
        ui.label(RichText::new("Chickadee").text_style(TextStyle::Heading));
    }
    labs(ui, ctx);
    if !narrow {
        ui.separator();
    }
    scene(ui, ctx, narrow);
    time(ui, ctx);
    if icon_button(
        ui,
        Icon::Undo,
        &ctx.lab
            .undoable()
            .map_or(texts::shell::undo().to_owned(), |what| {
                texts::shell::UndoWhat { what }.to_string()
            }),
        ctx.lab.undoable().is_some(),
    )
    .clicked()
    {
        ctx.send(Command::Undo);
    }
    if icon_button(ui, Icon::Redo, "Redo", ctx.lab.can_redo()).clicked() {
        ctx.send(Command::Redo);
    }
    if ui
        .button("Reset")
        .on_hover_text("Forget all memories, keep the settings")
        .clicked()
    {
        ctx.send(Command::Reset);
    }
    if !narrow {
        machine::badge(ui, ctx);
    }
    if ui
        .button(if narrow { "Link" } else { "Copy link" })
        .on_hover_text("Copy a link that brings exactly this state back")
        .clicked()
    {
        let link = format!("{}#{}", ctx.options.address, ctx.lab.link());
        ui.ctx().copy_text(link.clone());
        ctx.requests.push(Request::Say(format!("Copied {link}")));
    }
    theme(ui, ctx);
    if ui
        .button("Help")
        .on_hover_text("Keys, the papers, what this is")
        .clicked()
    {
        view.about = !view.about;
    }
}

/// The scenes of the lab that is open.
fn scenes(lab: &Lab) -> &'static [Scene] {
    match lab {
        Lab::Caching(_) => &SCENES,
        Lab::Maze(_) => &MAZE_SCENES,
    }
}

fn labs(ui: &mut Ui, ctx: &mut Shell<'_>) {
    let here = ctx.lab.maze().is_some();
    for (maze, name, help, first) in [
        (
            false,
            "Caching",
            "A bird caches seeds: a recurrent network makes a barcode for each",
            SCENES[0].name,
        ),
        (
            true,
            "Maze",
            "An agent in a maze: a transformer plans from its memories alone",
            MAZE_SCENES[0].name,
        ),
    ] {
        let label = ui.selectable_label(here == maze, name).on_hover_text(help);
        if label.clicked() && here != maze {
            ctx.send(Command::Scene(first.to_owned()));
        }
    }
}

fn scene(ui: &mut Ui, ctx: &mut Shell<'_>, narrow: bool) {
    let now = ctx.lab.scene();
    let title = now.map_or("Scene", |scene| (scene.title)());
    let width = if narrow { 110.0 } else { 150.0 };
    let combo = ComboBox::from_id_salt("scene").width(width);
    let combo = if narrow { combo.truncate() } else { combo };
    let combo = combo.selected_text(title).show_ui(ui, |ui| {
        for scene in scenes(ctx.lab) {
            let here = now.is_some_and(|s| s.name == scene.name);
            if ui
                .selectable_label(here, (scene.title)())
                .on_hover_text((scene.look_for)())
                .clicked()
            {
                ctx.send(Command::Scene(scene.name.to_owned()));
            }
        }
    });
    name(&combo.response, "Scene", title);
}

/// Gives a combo box its name.
pub(super) fn name(response: &eframe::egui::Response, name: &str, value: &str) {
    response.widget_info(|| {
        let mut info =
            eframe::egui::WidgetInfo::labeled(eframe::egui::accesskit::Role::ComboBox, true, name);
        info.current_text_value = Some(value.to_owned());
        info
    });
}

fn time(ui: &mut Ui, ctx: &mut Shell<'_>) {
    if ctx.lab.is_playing() {
        if icon_button(ui, Icon::Pause, "Pause (Space)", true).clicked() {
            ctx.send(Command::Pause);
        }
    } else if icon_button(ui, Icon::Play, "Play (Space)", true).clicked() {
        ctx.send(Command::Play);
    }
    if icon_button(ui, Icon::Step, "One step (.)", true).clicked() {
        ctx.send(Command::Step(1));
    }
    let now = ctx.lab.speed();
    let text = SPEEDS
        .iter()
        .find(|(speed, _)| *speed == now)
        .map_or(format!("× {now}"), |(_, text)| (*text).to_owned());
    let combo = ComboBox::from_id_salt("speed")
        .width(64.0)
        .selected_text(&text)
        .show_ui(ui, |ui| {
            for (speed, text) in SPEEDS {
                if ui.selectable_label(now == speed, text).clicked() {
                    ctx.send(Command::Speed(speed));
                }
            }
        });
    name(&combo.response, "Speed", &text);
}

fn theme(ui: &mut Ui, ctx: &mut Shell<'_>) {
    let all = [
        (Choice::System, "System"),
        (Choice::Light, "Light"),
        (Choice::Dark, "Dark"),
        (Choice::Projector, "Projector"),
    ];
    let now = all
        .iter()
        .find(|(choice, _)| *choice == ctx.options.theme)
        .map_or("System", |(_, text)| text);
    let combo = ComboBox::from_id_salt("theme")
        .width(74.0)
        .selected_text(now)
        .show_ui(ui, |ui| {
            for (choice, text) in all {
                if ui
                    .selectable_label(ctx.options.theme == choice, text)
                    .clicked()
                {
                    ctx.requests.push(Request::Theme(choice));
                }
            }
        });
    name(&combo.response, "Theme", now);
}
