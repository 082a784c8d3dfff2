//! How it goes in numbers, what one can do, and which transformer is at work.

use eframe::egui::{RichText, TextStyle, Ui};

use super::Ctx;
use crate::{
    app::{
        panels::small,
        shell::{Request, Shell},
        widgets::{button, control, fresh_seed, label_combo, small_button},
    },
    session::{
        Lab,
        maze::{MazeCommand, MazeKnob, Walker},
    },
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
        let now = ctx.activity.settings.walker;
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
            .map_or("–".to_owned(), |v| format!("{v:.decimals$}"))
    };
    let insight = activity.insight;
    let rewards = ctx.rewards();
    let protocol = activity.settings.protocol();
    let (gap, of) = if ui.available_width() > 420.0 {
        (8.0, " of ")
    } else {
        (2.0, "/")
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        let value = number(insight.map(|i| i.value), 2);
        ui.label(small(theme, "return"));
        let big = RichText::new(value).text_style(TextStyle::Heading).color(theme.policy);
        ui.label(big).on_hover_text(format!(
            "The reward that the transformer would get in {} steps, on average over the places seen so far that are at least {} steps \
             from the goal. 1 is the shortest way to the goal, and staying there. Decisions at a temperature τ of {}.",
            protocol.horizon(),
            protocol.nearest_start(),
            activity.settings.get(MazeKnob::Temperature),
        ));
        ui.add_space(gap);
        let accuracy = number(insight.map(|i| 100.0 * i.accuracy()), 0);
        ui.label(format!("{accuracy} %")).on_hover_text("Share of all places where the likeliest action is optimal");
        ui.label(small(theme, "of places right"));
        ui.add_space(gap);
        ui.label(rewards.to_string());
        ui.label(small(theme, if rewards == 1 { "reward" } else { "rewards" }));
        ui.add_space(gap);
        let text = if activity.look == activity.memories.len() {
            activity.look.to_string()
        } else {
            format!("{}{of}{}", activity.look, activity.memories.len())
        };
        ui.label(text).on_hover_text("Memories in the context: one transition each (state, action, next state, reward)");
        ui.label(small(theme, "memories"));
    });
}

fn buttons(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    // Keys are of no use on a phone.
    let roomy = ui.available_width() > 420.0;
    let name = |long: &'static str, short| if roomy { long } else { short };
    let help = "The transformer acts, for as many steps as the shortest way to the goal has";
    if button(ui, ctx, "home", (name("Go home (H)", "Go home"), help)) {
        ctx.order(MazeCommand::Home);
    }
    let help = "Other senses, another goal and another walk";
    if button(
        ui,
        ctx,
        "new-task",
        (name("New task (N)", "New task"), help),
    ) {
        let seed = fresh_seed(ctx.activity.settings.get(MazeKnob::Seed));
        ctx.set("seed", seed.to_string());
    }
    if button(ui, ctx, "draw", ("Draw…", "A maze of your own")) {
        ctx.toggle_window("maze-editor");
    }
}

fn walker(ui: &mut Ui, shell: &mut Shell<'_>, now: Walker) {
    let name = Walker::ALL.iter().find(|(walker, ..)| *walker == now);
    let name = name.map_or("", |(_, _, name)| name);
    let combo = eframe::egui::ComboBox::from_id_salt("walker")
        .width(84.0)
        .selected_text(name)
        .show_ui(ui, |ui| {
            for (walker, word, name) in Walker::ALL {
                let help = match walker {
                    Walker::Explorer => "The random explorer that gathered experience in the paper",
                    Walker::Model => {
                        "The transformer, from its own memories, which grow with its steps"
                    }
                    Walker::Nobody => "Only your own steps",
                };
                let label = ui.selectable_label(walker == now, name);
                if label.on_hover_text(help).clicked() {
                    shell.set("walker", word);
                }
            }
        });
    label_combo(&combo.response, "Who gathers experience", name);
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
        let shape = model.shape;
        let text = format!(
            "{}{} · {} layers of {} heads · d = {}",
            model.name,
            if model.own { " (yours)" } else { "" },
            shape.layers,
            shape.heads,
            shape.width
        );
        let mut about = format!(
            "The transformer at work; its weights never change. Hash {:016x}. Drop a checkpoint (.safetensors) on the window to use \
             your own.",
            model.hash
        );
        for (key, value) in model.about.iter().take(8) {
            let value: String = value.chars().take(80).collect();
            about += &format!("\n{key}: {value}");
        }
        let help = "Back to the transformer that comes with Chickadee";
        if model.own && small_button(ui, ctx, "model", ("Take it out", help)) {
            ctx.requests.push(Request::Change(close_model));
        }
        #[cfg(target_arch = "wasm32")]
        {
            let help = "A checkpoint (.safetensors) or a maze (.txt, .json) of your own; it is sent nowhere";
            if small_button(ui, ctx, "model", ("Open…", help)) {
                ctx.requests.push(Request::ChooseFile);
            }
        }
        ui.add(eframe::egui::Label::new(small(theme, text)).truncate()).on_hover_text(about);
    });
}

fn close_model(lab: &mut Lab) {
    if let Some(session) = lab.maze_mut() {
        session.close_model();
    }
}
