//! Memories that are read as themselves, by the number of memories.

use eframe::egui::Ui;
use egui_plot::{Line, PlotPoints};

use super::{Ctx, lookup_colour, lookup_text};
use crate::{
    app::{panels, widgets::button},
    labs::bridge::{Key, MOST},
    texts,
};
use chickadee_engine::models::key_value::Lookup;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let theme = *ctx.theme;
    let Some(capacity) = ctx.bridge.capacity() else {
        let help = texts::bridge::set_capacity_help();
        let off = !ctx.bridge.settings().is_on(Key::Capacity);
        if off && button(ui, ctx, "capacity", (texts::bridge::capacity_off(), help)) {
            ctx.set("capacity", "on");
        }
        return;
    };
    let chosen = ctx.bridge.settings().lookup();
    let lines = Lookup::ALL.map(|lookup| {
        let points = capacity.points.iter();
        let points = points.map(|p| [p.memories as f64, p.score.right[lookup as usize]]);
        (lookup, points.collect::<Vec<_>>())
    });
    panels::plot(
        ui,
        &theme,
        texts::bridge::capacity_title(),
        (texts::bridge::memories_axis(), 5.0),
        (texts::bridge::right_axis(), 0.5),
    )
    .show(ui, move |plot| {
        plot.set_plot_bounds_x(0.5..=MOST as f64 + 0.5);
        plot.set_plot_bounds_y(-0.04..=1.08);
        for (lookup, points) in lines {
            let line = Line::new(lookup_text(lookup).0, PlotPoints::from(points));
            let width = if lookup == chosen { 2.5 } else { 1.5 };
            plot.line(line.color(lookup_colour(&theme, lookup)).width(width));
        }
    });
}
