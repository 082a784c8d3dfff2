//! Where the panels are: three columns on a wide screen, one panel under the map on a narrow one.

use eframe::egui::{CentralPanel, Frame, Margin, Panel, Rect, Ui, pos2, vec2};

use super::{
    Chrome, View,
    panels::{
        Ctx, Request, Tab, about, arena, knobs, memories, panel, population, recall, similarity,
        small, top,
    },
    widgets::{Icon, icon_button},
};

const GAP: f32 = 6.0;
/// Below this width there is room for one panel under the map.
const NARROW: f32 = 860.0;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let narrow = ui.available_width() < NARROW;
    view.hovered = None;
    let bar = Frame::new()
        .fill(ctx.theme.ground)
        .inner_margin(Margin::symmetric(8, 5));
    if ctx.options.chrome == Chrome::Full {
        Panel::top("top")
            .frame(bar)
            .show_separator_line(false)
            .show(ui, |ui| {
                ui.horizontal_wrapped(|ui| top::show(ui, ctx, view, narrow));
            });
    }
    if ctx.options.chrome != Chrome::None {
        Panel::bottom("bottom")
            .frame(bar)
            .show_separator_line(false)
            .show(ui, |ui| {
                if !narrow {
                    knobs::show(ui, ctx, view);
                }
                sentence(ui, ctx);
            });
    }
    CentralPanel::no_frame()
        .frame(Frame::new().fill(ctx.theme.ground))
        .show(ui, |ui| {
            let rect = ui.max_rect().shrink2(vec2(GAP, 0.0));
            if narrow {
                stacked(ui, ctx, view, rect)
            } else {
                columns(ui, ctx, view, rect)
            }
        });
    knobs::more(ui, ctx, view);
    about::show(ui, ctx, view);
}

/// What to look for, or what has just to be said.
fn sentence(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    ui.horizontal_wrapped(|ui| match ctx.notice {
        Some(notice) => {
            if icon_button(ui, Icon::Close, "Dismiss the message", true).clicked() {
                ctx.requests.push(Request::Dismiss);
            }
            ui.label(eframe::egui::RichText::new(notice).color(ctx.theme.barcode));
        }
        None => {
            let free = "Fly by clicking the map or with the arrow keys; C caches a seed, R checks for one.";
            ui.label(ctx.activity.scene.map_or(free, |scene| scene.look_for));
            if let Some(scene) = ctx.activity.scene {
                ui.label(small(ctx.theme, scene.figure)).on_hover_text("The figure of Fang et al. (2025) that this scene shows");
            }
        }
    });
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
        Some(Tab::Knobs) => ("Knobs", "hover for what they do", knobs::show),
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
    let tabs = Rect::from_min_max(pos2(rect.min.x, rect.min.y + map + GAP), rect.max);
    let row = 28.0 * ctx.theme.scale;
    ui.scope_builder(
        eframe::egui::UiBuilder::new().max_rect(tabs.with_max_y(tabs.min.y + row)),
        |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                for (tab, name) in Tab::ALL {
                    if ui.selectable_label(view.tab == tab, name).clicked() {
                        view.tab = tab;
                    }
                }
            });
        },
    );
    framed(
        ui,
        ctx,
        view,
        tabs.with_min_y(tabs.min.y + row + 2.0),
        Some(view.tab),
    );
}
