//! The caching lab: map and memories, population and recall, similarity.

use eframe::egui::{Panel, Rect, Ui, pos2, vec2};

use super::{GAP, NARROW, above, bar, between, sentence, tabs};
use crate::app::{
    Chrome, View,
    panels::{
        about,
        caching::{Ctx, Tab, arena, knobs, memories, population, recall, similarity},
        panel,
    },
};

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let narrow = ui.available_width() < NARROW;
    view.caching.hovered = None;
    above(ui, ctx, view, narrow);
    if ctx.options.chrome != Chrome::None {
        Panel::bottom("bottom")
            .frame(bar(ctx))
            .show_separator_line(false)
            .show(ui, |ui| {
                if !narrow {
                    knobs::show(ui, ctx, view);
                }
                let free = "Fly by clicking the map or with the arrow keys; C caches a seed, R checks for one.";
                sentence(ui, ctx, free, "Fang et al. (2025)");
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
    about::show(ui, ctx, view);
}

type Draw = fn(&mut Ui, &mut Ctx<'_>, &mut View);

fn framed(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View, rect: Rect, tab: Option<Tab>) {
    let (title, hint, draw): (&str, &str, Draw) = match tab {
        None => (
            "Map",
            "the size of a dot is the seed output there",
            arena::show,
        ),
        Some(Tab::Population) => (
            "Population",
            "blue: place code, orange: barcode",
            population::show,
        ),
        Some(Tab::Recall) => ("Recall", "is a seed here, and where is it?", recall::show),
        Some(Tab::Similarity) => (
            "Similarity",
            "how alike places look to the network",
            similarity::show,
        ),
        Some(Tab::Memories) => ("Memories", "seeds in the synapses", memories::show),
        Some(Tab::Knobs) => ("Knobs", "hover for what they do", knobs::drawer),
    };
    let theme = *ctx.theme;
    panel(ui, &theme, rect, title, hint, |ui| draw(ui, ctx, view));
}

fn columns(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View, rect: Rect) {
    let left = (rect.width() * 0.28).clamp(280.0, 440.0);
    let right = (rect.width() * 0.27).clamp(250.0, 420.0);
    let (map, rest) = rect.split_left_right_at_x(rect.min.x + left);
    let (middle, side) = rest.split_left_right_at_x(rest.max.x - right);
    let middle = Rect::from_min_max(middle.min + vec2(GAP, 0.0), middle.max - vec2(GAP, 0.0));
    // The map is as high as it is wide, with room for its answer and buttons; the memories get the rest.
    let map_share = ((left + 92.0 * ctx.theme.scale) / rect.height()).clamp(0.4, 0.68);
    for (column, share, [upper, lower]) in [
        (map, map_share, [None, Some(Tab::Memories)]),
        (middle, 0.57, [Some(Tab::Population), Some(Tab::Recall)]),
    ] {
        let y = column.min.y + column.height() * share;
        framed(ui, ctx, view, column.with_max_y(y - GAP / 2.0), upper);
        framed(ui, ctx, view, column.with_min_y(y + GAP / 2.0), lower);
    }
    framed(ui, ctx, view, side, Some(Tab::Similarity));
}

fn stacked(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View, rect: Rect) {
    let map = (rect.width() + 92.0).min(rect.height() * 0.52);
    framed(ui, ctx, view, rect.with_max_y(rect.min.y + map), None);
    let rest = Rect::from_min_max(pos2(rect.min.x, rect.min.y + map + GAP), rect.max);
    let rest = tabs(ui, rest, ctx.theme.scale, &Tab::ALL, &mut view.caching.tab);
    framed(ui, ctx, view, rest, Some(view.caching.tab));
}
