//! The settings: the few that matter in view, the rest under More.

use eframe::egui::{Grid, ScrollArea, Ui};

use super::{Ctx, View};
use crate::{
    app::{
        panels::small,
        widgets::{self, Dial, switch},
    },
    session::maze::{MAZE_KNOBS, MazeKnob},
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
        task(ui, ctx);
        for which in in_view(ctx) {
            knob(ui, ctx, *which);
        }
        seed(ui, ctx);
        switches(ui, ctx);
        widgets::more_button(ui, ctx);
    });
}

fn seed(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let info = MazeKnob::Seed.info();
    let now = ctx.activity.settings.get(MazeKnob::Seed);
    let fresh = texts::maze::new_seed_another_task();
    widgets::seed(ui, ctx, (now, info.min..=info.max), (info.help, fresh));
}

/// The same on a narrow screen: two beside each other.
fn drawer(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        task(ui, ctx);
        Grid::new("drawer")
            .num_columns(2)
            .spacing([14.0, 6.0])
            .show(ui, |ui| {
                ui.spacing_mut().slider_width = 90.0;
                for (index, which) in in_view(ctx).iter().enumerate() {
                    knob(ui, ctx, *which);
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
fn in_view(ctx: &Ctx<'_>) -> &'static [MazeKnob] {
    match ctx.activity.settings.kind() {
        Family::Gridworld => &[
            MazeKnob::Temperature,
            MazeKnob::Size,
            MazeKnob::Correlation,
            MazeKnob::Longest,
            MazeKnob::Gamma,
        ],
        Family::Tree => &[
            MazeKnob::Temperature,
            MazeKnob::Size,
            MazeKnob::Correlation,
            MazeKnob::Branching,
            MazeKnob::Longest,
        ],
    }
}

fn task(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    if !ctx.shows("task") {
        return;
    }
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.label(small(ctx.theme, texts::maze::task()));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let now = ctx.activity.settings.kind();
            let grid = texts::maze::gridworld_help();
            let tree = texts::maze::tree_help();
            let options = [
                (
                    Family::Gridworld,
                    "gridworld",
                    texts::maze::gridworld(),
                    grid,
                ),
                (Family::Tree, "tree", texts::maze::tree(), tree),
            ];
            widgets::choice(ui, ctx, "task", now, &options);
        });
    });
}

fn switches(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let (rewards, compare) = (ctx.activity.settings.rewards, ctx.activity.settings.compare);
        switch(
            ui,
            ctx,
            "rewards",
            texts::maze::rewards(),
            rewards,
            texts::maze::rewards_help(),
        );
        switch(
            ui,
            ctx,
            "compare",
            texts::maze::second_task(),
            compare,
            texts::maze::second_task_help(),
        );
    });
}

/// A knob of this lab.
fn knob(ui: &mut Ui, ctx: &mut Ctx<'_>, knob: MazeKnob) {
    let info = knob.info();
    let useful = match knob {
        MazeKnob::Size => None,
        MazeKnob::Second | MazeKnob::Seed => Some(0.0..=100.0),
        MazeKnob::Layer => Some(1.0..=ctx.layers() as f64),
        MazeKnob::Longest if ctx.activity.settings.kind() == Family::Gridworld => {
            Some(10.0..=400.0)
        }
        _ => Some(info.min..=info.max),
    };
    let dial = Dial {
        key: info.key,
        label: info.label,
        symbol: info.symbol,
        help: info.help,
        whole: info.whole,
        value: ctx.activity.settings.get(knob),
        range: info.min..=info.max,
        useful,
    };
    widgets::knob(ui, ctx, &dial);
}

/// The box with everything else.
pub(super) fn all(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    let height = ui.ctx().content_rect().height() - 120.0;
    let shown = in_view(ctx);
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        Grid::new("knobs")
            .num_columns(1)
            .spacing([18.0, 8.0])
            .show(ui, |ui| {
                for info in &MAZE_KNOBS {
                    let tree_only = info.knob == MazeKnob::Branching
                        && ctx.activity.settings.kind() == Family::Gridworld;
                    let elsewhere = info.knob == MazeKnob::Seed;
                    if shown.contains(&info.knob) || tree_only || elsewhere {
                        continue;
                    }
                    knob(ui, ctx, info.knob);
                    ui.end_row();
                }
            });
    });
}
