//! The keys that the barcode lookups compare, and how alike those of two places are.

use eframe::egui::Ui;
use egui_plot::{Line, PlotPoints};

use super::{Ctx, View, settings};
use crate::{
    app::{
        panels::{self, small},
        widgets::choice,
    },
    labs::bridge::Key,
    session::Kind,
    texts,
};
use chickadee_engine::base::Matrix;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    let theme = *ctx.theme;
    let random = ctx.bridge.settings().has_random_keys();
    if let Kind::Choice { options, .. } = Key::Keys.setting().kind {
        ui.horizontal_wrapped(|ui| {
            choice(ui, ctx, "keys", options, usize::from(random));
        });
    }
    if random {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            ui.spacing_mut().slider_width = 40.0;
            for key in [Key::KeySize, Key::Sparsity, Key::Correlation] {
                settings::row(ui, ctx, key);
            }
        });
    }
    let Some(similarity) = ctx.bridge.similarity() else {
        let text = ctx.computing().unwrap_or_default();
        ui.label(small(&theme, text));
        return;
    };
    let neighbours = similarity.keys.get(1).map_or(0.0, |(_, alike)| *alike);
    let text = texts::bridge::KeysAre {
        size: ctx.bridge.keys_of_places().map_or(0, Matrix::columns),
        active: format!("{:.0}", 100.0 * similarity.active),
        neighbours: format!("{neighbours:.2}"),
    };
    ui.label(small(&theme, text.to_string()));
    let line = |points: &[(f64, f64)]| -> Vec<[f64; 2]> {
        points
            .iter()
            .map(|(apart, alike)| [*apart, *alike])
            .collect()
    };
    let (content, keys) = (line(&similarity.content), line(&similarity.keys));
    let most = content.last().map_or(1.0, |[distance, _]| *distance);
    panels::plot(
        ui,
        &theme,
        "similarity",
        (
            texts::bridge::distance_axis(),
            if most > 20.0 { 10.0 } else { 2.0 },
        ),
        (texts::bridge::correlation_axis(), 0.5),
    )
    .show(ui, move |plot| {
        plot.set_plot_bounds_x(0.0..=most);
        plot.set_plot_bounds_y(-1.0..=1.05);
        let line = Line::new(
            texts::bridge::content_of_places(),
            PlotPoints::from(content),
        );
        plot.line(line.color(theme.place).width(1.5));
        let line = Line::new(texts::bridge::these_keys(), PlotPoints::from(keys));
        plot.line(line.color(theme.barcode).width(2.5));
    });
}
