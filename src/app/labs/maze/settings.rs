//! The settings: the few that matter in view, the rest under More.

use eframe::egui::{Grid, ScrollArea, Ui};

use super::{Ctx, View};
use crate::{
    app::{
        panels::small,
        widgets::{self, scroll, setting},
    },
    labs::maze::Key,
    session::Kind,
    texts,
};
use chickadee_engine::worlds::maze::Family;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    if ctx.narrow {
        drawer(ui, ctx);
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        ui.spacing_mut().slider_width = 78.0 * ctx.theme.scale;
        choice(ui, ctx, Key::Task);
        for which in in_view(ctx) {
            number(ui, ctx, *which);
        }
        seed(ui, ctx);
        switches(ui, ctx);
        widgets::more_button(ui, ctx);
    });
}

fn seed(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let now = ctx.activity.settings.get(Key::Seed);
    let fresh = texts::maze::new_seed_another_task();
    widgets::seed(ui, ctx, Key::Seed.setting(), now, fresh);
}

/// The same on a narrow screen: two beside each other.
fn drawer(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    scroll(ui, ScrollArea::vertical().auto_shrink(false), |ui| {
        choice(ui, ctx, Key::Task);
        Grid::new("drawer")
            .num_columns(2)
            .spacing([14.0, 6.0])
            .show(ui, |ui| {
                ui.spacing_mut().slider_width = 90.0;
                for (index, which) in in_view(ctx).iter().enumerate() {
                    number(ui, ctx, *which);
                    if index % 2 == 1 {
                        ui.end_row();
                    }
                }
                seed(ui, ctx);
                ui.end_row();
                switches(ui, ctx);
                widgets::more_button(ui, ctx);
            });
    });
}

/// Numbers in view, beside task and seed.
fn in_view(ctx: &Ctx<'_>) -> &'static [Key] {
    match ctx.activity.settings.kind() {
        Family::Gridworld => &[
            Key::Temperature,
            Key::Size,
            Key::Correlation,
            Key::Longest,
            Key::Gamma,
        ],
        Family::Tree => &[
            Key::Temperature,
            Key::Size,
            Key::Correlation,
            Key::Branching,
            Key::Longest,
        ],
    }
}

/// A choice: its name above the options, as numbers have it.
fn choice(ui: &mut Ui, ctx: &mut Ctx<'_>, key: Key) {
    let row = key.setting();
    let Kind::Choice { options, .. } = row.kind else {
        return;
    };
    if !ctx.shows(row.key) {
        return;
    }
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.label(small(ctx.theme, (row.label)()))
            .on_hover_text((row.help)());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let now = ctx.activity.settings.count(key);
            widgets::choice(ui, ctx, row.key, options, now);
        });
    });
}

fn switches(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for key in [Key::Rewards, Key::Compare] {
            let now = ctx.activity.settings.get(key);
            setting(ui, ctx, key.setting(), now);
        }
    });
}

/// A number, with a slider over what makes sense in the maze as it is.
fn number(ui: &mut Ui, ctx: &mut Ctx<'_>, key: Key) {
    let row = key.setting();
    let Kind::Number { slider, .. } = row.kind else {
        return;
    };
    let settings = ctx.activity.settings;
    let useful = match key {
        Key::Size => None,
        Key::Layer => Some(1.0..=ctx.layers() as f64),
        Key::Longest if settings.kind() == Family::Gridworld => Some(10.0..=400.0),
        _ => Some(slider.0..=slider.1),
    };
    let now = settings.get(key);
    let shown = Some(key)
        .filter(|key| *key == Key::Size && ctx.activity.own_maze)
        .and_then(|_| ctx.activity.task.maze.topology().rectangle())
        .map(|(width, height)| texts::maze::Rectangle { width, height }.to_string());
    widgets::number(ui, ctx, row, (now, shown), useful);
}

/// The box with everything else.
pub(super) fn all(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    let height = ui.ctx().content_rect().height() - 120.0;
    let shown = in_view(ctx);
    scroll(ui, ScrollArea::vertical().max_height(height), |ui| {
        Grid::new("knobs")
            .num_columns(1)
            .spacing([18.0, 8.0])
            .show(ui, |ui| {
                for key in Key::NUMBERS {
                    let tree_only =
                        key == Key::Branching && ctx.activity.settings.kind() == Family::Gridworld;
                    let elsewhere = key == Key::Seed;
                    if shown.contains(&key) || tree_only || elsewhere {
                        continue;
                    }
                    number(ui, ctx, key);
                    ui.end_row();
                }
                choice(ui, ctx, Key::Weights);
                ui.end_row();
            });
    });
}
