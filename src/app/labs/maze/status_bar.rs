//! How it goes in numbers, what one can do, and which transformer is at work.

use eframe::egui::{RichText, TextStyle, Ui};

use super::{Ctx, linear_readouts};
use crate::{
    app::{
        panels::small,
        shell::{Request, Shell},
        widgets::{button, control, fresh_seed, label_combo, small_button},
    },
    labs::maze::{Command, Key, MazeLab, Walker},
    session::Workbench,
    texts,
};

/// Height that is needed.
pub(super) fn height(ui: &Ui) -> f32 {
    let big = TextStyle::Heading.resolve(ui.style()).size * 1.5;
    big + ui.spacing().interact_size.y + 1.5 * ui.spacing().item_spacing.y
}

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    results(ui, ctx);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        buttons(ui, ctx);
        let now = ctx.activity.settings.walker();
        control(ui, ctx, "walker", |ui, shell| walker(ui, shell, now));
    });
    model(ui, ctx);
}

fn results(ui: &mut Ui, ctx: &Ctx<'_>) {
    let theme = ctx.theme;
    let activity = &ctx.activity;
    let number = |value: Option<f64>, decimals: usize| {
        value
            .filter(|v| v.is_finite())
            // The sum of no returns is -0, which is shown as 0.
            .map_or("–".to_owned(), |v| format!("{:.decimals$}", v + 0.0))
    };
    let insight = activity.insight;
    let rewards = ctx.rewards();
    let protocol = activity.settings.protocol();
    let roomy = ui.available_width() > 420.0;
    let gap = if roomy { 8.0 } else { 2.0 };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        let value = number(insight.map(|i| i.value), 2);
        ui.label(small(theme, texts::maze::return_of()));
        let big = RichText::new(value)
            .text_style(TextStyle::Heading)
            .color(theme.policy);
        ui.label(big).on_hover_text(
            texts::maze::ReturnHelp {
                horizon: protocol.horizon(),
                nearest: protocol.nearest_start(),
                temperature: activity.settings.get(Key::Temperature),
            }
            .to_string(),
        );
        ui.add_space(gap);
        let accuracy = number(insight.map(|i| 100.0 * i.accuracy()), 0);
        ui.label(format!("{accuracy} %"))
            .on_hover_text(texts::maze::places_right_help());
        ui.label(small(theme, texts::maze::of_places_right()));
        ui.add_space(gap);
        ui.label(rewards.to_string());
        ui.label(small(
            theme,
            texts::maze::RewardsUnit { count: rewards }.to_string(),
        ));
        ui.add_space(gap);
        let (look, count) = (activity.look, activity.memories.len());
        let text = match (look == count, roomy) {
            (true, _) => look.to_string(),
            (false, true) => texts::maze::LookOf { look, count }.to_string(),
            (false, false) => format!("{look}/{count}"),
        };
        ui.label(text).on_hover_text(texts::maze::memories_help());
        ui.label(small(theme, texts::maze::memories_unit()));
    });
}

fn buttons(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    // Keys are of no use on a phone.
    let roomy = ui.available_width() > 420.0;
    let name = |long: &'static str, short| if roomy { long } else { short };
    let help = texts::maze::go_home_help();
    if button(
        ui,
        ctx,
        "home",
        (
            name(texts::maze::go_home(), texts::maze::go_home_short()),
            help,
        ),
    ) {
        ctx.send(Command::Home);
    }
    let help = texts::maze::new_task_help();
    if button(
        ui,
        ctx,
        "new-task",
        (
            name(texts::maze::new_task(), texts::maze::new_task_short()),
            help,
        ),
    ) {
        let seed = fresh_seed(ctx.activity.settings.get(Key::Seed));
        ctx.set("seed", seed.to_string());
    }
    if button(
        ui,
        ctx,
        "draw",
        (texts::maze::draw(), texts::maze::draw_help()),
    ) {
        ctx.toggle_window("maze-editor");
    }
}

fn walker(ui: &mut Ui, shell: &mut Shell<'_>, now: Walker) {
    let chosen = Walker::ALL.iter().find(|(walker, _)| *walker == now);
    let name = chosen.map_or("", |(_, option)| (option.label)());
    let combo = eframe::egui::ComboBox::from_id_salt("walker")
        .width(84.0)
        .selected_text(name)
        .show_ui(ui, |ui| {
            for (walker, option) in Walker::ALL {
                let label = ui.selectable_label(walker == now, (option.label)());
                if label.on_hover_text((option.help)()).clicked() {
                    shell.set("walker", option.word);
                }
            }
        });
    label_combo(&combo.response, texts::maze::who_gathers_experience(), name);
}

fn model(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let theme = ctx.theme;
    let Some(model) = ctx.activity.model else {
        let text = ctx.loading().unwrap_or_default();
        ui.label(small(theme, text));
        return;
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        if ui.available_width() > 440.0 {
            linear_readouts::show(ui, ctx);
        }
        let shape = model.shape;
        let name = if model.own {
            texts::maze::ModelYours { name: &model.name }.to_string()
        } else {
            model.name.clone()
        };
        let text = texts::maze::ModelIs {
            name,
            layers: shape.layers,
            heads: shape.heads,
            width: shape.width,
        }
        .to_string();
        let mut about = texts::maze::ModelHelp {
            hash: format_args!("{:016x}", model.hash),
        }
        .to_string();
        for (key, value) in model.about.iter().take(8) {
            let value: String = value.chars().take(80).collect();
            about += &format!("\n{key}: {value}");
        }
        let help = texts::maze::take_it_out_help();
        if model.own && small_button(ui, ctx, "model", (texts::maze::take_it_out(), help)) {
            ctx.requests.push(Request::Change(close_model));
        }
        #[cfg(target_arch = "wasm32")]
        {
            let help = texts::maze::open_help();
            if small_button(ui, ctx, "model", (texts::maze::open(), help)) {
                ctx.requests.push(Request::ChooseFile);
            }
        }
        ui.add(eframe::egui::Label::new(small(theme, text)).truncate())
            .on_hover_text(about);
    });
}

fn close_model(lab: &mut Workbench) {
    if let Some(session) = lab.get_mut::<MazeLab>() {
        let (maze, frame) = session.parts_mut();
        maze.close_model(frame);
    }
}
