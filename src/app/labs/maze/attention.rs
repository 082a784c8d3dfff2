//! Attention: which memories a decision reads, by layer and head, over time, and memory by memory.

use eframe::egui::{Button, Label, Ui, WidgetInfo, accesskit::Role, vec2};

use super::{Ctx, View, memories, memory_strip};
use crate::{
    app::{
        panels::{small, take},
        widgets::{control, switch},
    },
    labs::maze::{Command, Head, Key},
    texts,
};

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let between = vec2(2.0, 2.0);
    if ui.available_width() < 520.0 {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing = between;
            layers(ui, ctx);
            matrix_switch(ui, ctx);
        });
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing = between;
            heads(ui, ctx);
        });
    } else {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing = between;
            layers(ui, ctx);
            heads(ui, ctx);
            matrix_switch(ui, ctx);
        });
    }
    what(ui, ctx, view);
    // On a narrow screen, edits have a panel of their own.
    let edits = !ctx.narrow;
    let row = ui.spacing().interact_size.y + ui.spacing().item_spacing.y;
    let rows = match edits {
        true if ui.available_width() < 520.0 => 3.0,
        true => 2.0,
        false => 0.0,
    };
    let height = (ui.available_height() - rows * row).clamp(44.0, 120.0);
    let area = take(ui, height);
    memory_strip::show(ui, ctx, view, area);
    if edits {
        memories::show(ui, ctx, view);
    }
}

fn layers(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let layer = ctx.layer();
    let layers = ctx.layers();
    control(ui, ctx, "layer", |ui, shell| {
        ui.label(small(shell.theme, texts::maze::layer()));
        for number in 1..=layers {
            let here = layer + 1 == number;
            let label = ui.selectable_label(here, number.to_string());
            label.widget_info(|| named(here, texts::maze::LayerName { number }.to_string()));
            let help = texts::maze::LayerHelp { number }.to_string();
            if label.on_hover_text(help).clicked() {
                shell.set("layer", number.to_string());
            }
        }
        ui.add_space(10.0);
    });
}

fn heads(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let heads = ctx.activity.model.map_or(4, |model| model.shape.heads);
    let head = ctx.activity.settings.head().among(heads);
    control(ui, ctx, "head", |ui, shell| {
        ui.label(small(shell.theme, texts::maze::head()));
        let mean = ui.selectable_label(head == Head::Mean, texts::maze::mean());
        if mean.on_hover_text(texts::maze::mean_help()).clicked() {
            shell.set("head", "mean");
        }
        for number in 1..=heads {
            let here = head == Head::One(number - 1);
            let label = ui.selectable_label(here, number.to_string());
            label.widget_info(|| named(here, texts::maze::HeadName { number }.to_string()));
            let help = texts::maze::HeadHelp { number }.to_string();
            if label.on_hover_text(help).clicked() {
                shell.set("head", number.to_string());
            }
        }
        let rollout = ui.selectable_label(head == Head::Rollout, texts::maze::rollout());
        let help = texts::maze::rollout_help();
        if rollout.on_hover_text(help).clicked() {
            shell.set("head", "rollout");
        }
        ui.add_space(10.0);
    });
}

fn matrix_switch(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let on = ctx.activity.settings.is_on(Key::Pattern);
    let help = texts::maze::attention_matrix_help();
    switch(
        ui,
        ctx,
        "pattern",
        texts::maze::attention_matrix(),
        on,
        help,
    );
}

fn named(selected: bool, name: String) -> WidgetInfo {
    WidgetInfo::selected(Role::Button, true, selected, name)
}

/// Attention or attribution, and what is shown in one line.
fn what(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let attribution = ctx.activity.attribution.as_ref();
        let state = attribution.map(|(part, action, result)| (*part, *action, result.is_some()));
        match state {
            Some((part, _, false)) if part < 1.0 => {
                ui.label(small(
                    ctx.theme,
                    texts::maze::Attributing { part: part * 100.0 }.to_string(),
                ));
            }
            _ => {
                let help = texts::maze::attribute_help();
                let possible = ctx.activity.look > 0;
                let clicked = control(ui, ctx, "attribute", |ui, _| {
                    let button = ui.add_enabled(possible, Button::new(texts::maze::attribute()));
                    button.on_hover_text(help).clicked()
                });
                if clicked == Some(true) {
                    view.attention = false;
                    ctx.send(Command::Attribute);
                }
            }
        }
        if let Some((_, _, true)) = state {
            ui.selectable_value(&mut view.attention, true, texts::maze::attention());
            ui.selectable_value(&mut view.attention, false, texts::maze::attribution());
        }
        let query = ctx.place(ctx.activity.query);
        let text = match (ctx.loading(), state) {
            (Some(text), _) => text,
            (None, Some((_, action, true))) if !view.attention => {
                let action = ctx.activity.task.maze.action_name(action);
                texts::maze::WhatAtRestsOn { action, query }.to_string()
            }
            _ => {
                let own = own_share(ctx);
                texts::maze::WhatTheDecision { query, own }.to_string()
            }
        };
        ui.add(Label::new(small(ctx.theme, text)).truncate());
    });
}

/// What the query gives to itself.
fn own_share(ctx: &Ctx<'_>) -> String {
    let Some(insight) = ctx.activity.insight else {
        return String::new();
    };
    let heads = insight.own.len() / ctx.layers().max(1);
    let of_layer = insight
        .own
        .get(ctx.layer() * heads..(ctx.layer() + 1) * heads);
    let share = match (ctx.activity.settings.head().among(heads), of_layer) {
        (Head::Mean, Some(own)) if heads > 0 => own.iter().sum::<f32>() / heads as f32,
        (Head::One(head), Some(own)) if heads > 0 => own[head],
        _ => return String::new(),
    };
    texts::maze::Itself {
        share: share * 100.0,
    }
    .to_string()
}
