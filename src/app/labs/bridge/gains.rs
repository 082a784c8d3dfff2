//! How alike keys of neighbouring places are, by the recurrent gain at which they are made.

use eframe::egui::{Align2, Color32, Ui};
use egui_plot::{Line, LineStyle, PlotPoint, PlotPoints, Text, VLine};

use super::Ctx;
use crate::{
    app::{
        panels::{self, small},
        theme::Theme,
    },
    labs::bridge::{APART, Key},
    texts,
};

/// The colour of a distance: from near, as barcodes, to far, as place.
fn colour(theme: &Theme, number: usize) -> Color32 {
    let part = number as f32 / (APART.len() - 1) as f32;
    Theme::blend(theme.barcode, theme.place, part)
}

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let theme = *ctx.theme;
    let points = ctx.bridge.gains().map_or(&[][..], |gains| &gains.points);
    let now = ctx.bridge.settings().get(Key::Gain);
    let apart = APART.iter().enumerate().map(|(number, apart)| {
        let each = points.iter();
        let line = each.filter_map(|point| Some([point.gain, point.alike[number]?]));
        let name = texts::bridge::ApartIs { apart: *apart }.to_string();
        (name, line.collect::<Vec<_>>(), colour(&theme, number))
    });
    let lines: Vec<_> = apart.collect();
    let active = points.iter().map(|point| [point.gain, point.active]);
    let active: Vec<[f64; 2]> = active.collect();
    panels::plot(
        ui,
        &theme,
        "gains",
        (texts::bridge::gain_axis(), 0.2),
        (texts::bridge::correlation_axis(), 0.5),
    )
    .show(ui, move |plot| {
        plot.set_plot_bounds_x(-0.03..=1.23);
        plot.set_plot_bounds_y(-0.2..=1.12);
        let here = VLine::new("r", now);
        plot.vline(here.color(theme.accent).width(1.0));
        let share = texts::bridge::active_share().to_owned();
        let solid = |(name, points, colour)| (name, points, colour, LineStyle::Solid);
        let dashed = (share, active, theme.faint, LineStyle::dashed_loose());
        for (name, points, colour, style) in lines.into_iter().map(solid).chain([dashed]) {
            // Each is named where it begins.
            if let Some([gain, first]) = points.first().filter(|[gain, _]| *gain == 0.0) {
                let at = PlotPoint::new(*gain + 0.01, *first);
                let text = Text::new("name", at, small(&theme, name.clone()).color(colour));
                plot.text(text.anchor(Align2::LEFT_BOTTOM));
            }
            let line = Line::new(name, PlotPoints::from(points));
            plot.line(line.color(colour).style(style).width(2.0));
        }
    });
}
