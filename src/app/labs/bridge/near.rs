//! How each way of reading tells two memories apart, by their distance.

use eframe::egui::{Ui, UiBuilder};
use egui_plot::{Line, PlotPoints};

use super::{Ctx, lookup_colour, lookup_text};
use crate::{
    app::panels::{self, small, take},
    labs::bridge::{FARTHEST, NearPoint, Score},
    texts,
};
use chickadee_engine::models::key_value::Lookup;

/// A number of a score, a lookup each.
type Part = fn(&Score) -> &[f64; 5];

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    ui.label(small(ctx.theme, texts::bridge::near_note()));
    let points = ctx.bridge.near().map_or(&[][..], |near| &near.points);
    let room = take(ui, ui.available_height());
    let (first, second) = if room.width() > 1.6 * room.height() {
        room.split_left_right_at_fraction(0.5)
    } else {
        room.split_top_bottom_at_fraction(0.55)
    };
    let farthest = points.first().map_or(FARTHEST, |point| point.distance);
    let errors = points.iter().flat_map(|point| point.score.error);
    let most = errors.fold(2.0, f64::max);
    let marks = if most > 8.0 { 10.0 } else { 1.0 };
    let (ambiguity, error): (Part, Part) = (|score| &score.ambiguity, |score| &score.error);
    for (room, name, part, top, step) in [
        (first, texts::bridge::ambiguity_axis(), ambiguity, 1.0, 0.5),
        (second, texts::bridge::error_axis(), error, most, marks),
    ] {
        ui.scope_builder(UiBuilder::new().max_rect(room), |ui| {
            plot(
                ui,
                ctx,
                (name, step),
                (points, part, [farthest as f64, top]),
            );
        });
    }
}

fn plot(
    ui: &mut Ui,
    ctx: &Ctx<'_>,
    (name, step): (&'static str, f64),
    (points, part, [farthest, top]): (&[NearPoint], Part, [f64; 2]),
) {
    let theme = *ctx.theme;
    let chosen = ctx.bridge.settings().lookup();
    let mut lines = Lookup::ALL.map(|lookup| {
        let points = points.iter();
        let points = points.map(|p| [p.distance as f64, part(&p.score)[lookup as usize]]);
        (lookup, points.collect::<Vec<_>>())
    });
    // The chosen one lies on top.
    lines.sort_by_key(|(lookup, _)| *lookup == chosen);
    let marks = if farthest > 12.0 { 4.0 } else { 1.0 };
    let x = (texts::bridge::distance_axis(), marks);
    panels::plot(ui, &theme, name, x, (name, step)).show(ui, move |plot| {
        plot.set_plot_bounds_x(0.5..=farthest + 0.5);
        plot.set_plot_bounds_y(-0.04 * top..=1.06 * top);
        for (lookup, points) in lines {
            let line = Line::new(lookup_text(lookup).0, PlotPoints::from(points));
            let width = if lookup == chosen { 2.5 } else { 1.5 };
            plot.line(line.color(lookup_colour(&theme, lookup)).width(width));
        }
    });
}
