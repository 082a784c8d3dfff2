//! The maze lab: the maze on the left, what the transformer makes of it on the right, the context below.

use eframe::egui::{Panel, Rect, Ui, pos2, vec2};

use super::{GAP, NARROW, above, bar, between, sentence, tabs};
use crate::app::{
    Chrome, View,
    panels::{
        about,
        maze::{self, Ctx, Tab, edit, knobs, looks, map, picture, scrubber, well},
        panel,
    },
};

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let narrow = ui.available_width() < NARROW;
    above(ui, ctx, view, narrow);
    if ctx.options.chrome != Chrome::None {
        Panel::bottom("bottom")
            .frame(bar(ctx))
            .show_separator_line(false)
            .show(ui, |ui| {
                if !narrow {
                    scrubber::show(ui, ctx, &view.maze);
                    knobs::show(ui, ctx, view);
                }
                let free = "Walk by clicking the maze or with the arrow keys; H lets the transformer go home.";
                sentence(ui, ctx, free, "Fang & Rajan (2025)");
            });
    }
    let theme = ctx.theme;
    between(ui, theme, |ui, rect| {
        if narrow {
            stacked(ui, ctx, view, rect);
        } else {
            columns(ui, ctx, view, rect);
        }
    });
    knobs::more(ui, ctx, view);
    maze::draw_box(ui, ctx, &mut view.maze);
    about::show(ui, ctx, view);
    if view.maze.has_moved() {
        ui.ctx().request_repaint();
    }
}

type Draw = fn(&mut Ui, &mut Ctx<'_>, &mut View);

fn framed(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View, rect: Rect, tab: Option<Tab>) {
    let (title, hint, draw): (&str, &str, Draw) = match tab {
        None => (
            "Maze",
            "green: what it would do; pink: memories it reads",
            map::show,
        ),
        Some(Tab::Looks) => (
            "Where it looks",
            "the brighter a memory, the more is read of it",
            looks::show,
        ),
        Some(Tab::Map) => (
            "The map it forms",
            "places as it represents them",
            picture::show,
        ),
        Some(Tab::Well) => ("How well", "1: the shortest way", well::show),
        Some(Tab::Memories) => ("Memories", "select, then edit", edit::panel),
        Some(Tab::Knobs) => ("Knobs", "hover for what they do", knobs::drawer),
    };
    let theme = *ctx.theme;
    panel(ui, &theme, rect, title, hint, |ui| draw(ui, ctx, view));
}

fn columns(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View, rect: Rect) {
    let x = rect.min.x + (rect.width() * 0.42).clamp(340.0, 720.0);
    let (left, right) = rect.split_left_right_at_x(x);
    framed(ui, ctx, view, left, None);
    let right = right.with_min_x(right.min.x + GAP);
    let share = if ctx.activity.settings.pattern {
        0.46
    } else {
        0.4
    };
    let y = right.min.y + (right.height() * share).max(190.0);
    framed(
        ui,
        ctx,
        view,
        right.with_max_y(y - GAP / 2.0),
        Some(Tab::Looks),
    );
    let lower = right.with_min_y(y + GAP / 2.0);
    let (map, well) = lower.split_left_right_at_x(lower.min.x + lower.width() * 0.58);
    framed(ui, ctx, view, map, Some(Tab::Map));
    let well = well.with_min_x(well.min.x + GAP);
    framed(ui, ctx, view, well, Some(Tab::Well));
}

fn stacked(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View, rect: Rect) {
    let map = (rect.width() + 110.0).min(rect.height() * 0.6);
    framed(ui, ctx, view, rect.with_max_y(rect.min.y + map), None);
    let strip = scrubber::height(ctx.theme.scale);
    let y = rect.min.y + map + GAP;
    let scrub = Rect::from_min_max(pos2(rect.min.x, y), pos2(rect.max.x, y + strip));
    ui.scope_builder(eframe::egui::UiBuilder::new().max_rect(scrub), |ui| {
        scrubber::show(ui, ctx, &view.maze);
    });
    let rest = rect.with_min_y(y + strip + vec2(0.0, GAP).y);
    let rest = tabs(ui, rest, ctx.theme.scale, &Tab::ALL, &mut view.maze.tab);
    framed(ui, ctx, view, rest, Some(view.maze.tab));
}
