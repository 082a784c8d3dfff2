//! How much the representation has of a map: kernel alignment as the context grows.

use eframe::egui::Ui;
use egui_plot::{HLine, Line, LineStyle, PlotPoint, PlotPoints, Text, VLine};

use super::Ctx;
use crate::{
    app::panels::{plot, small},
    labs::maze::Key,
    texts,
};
use chickadee_engine::worlds::maze::Family;

pub(super) fn show(ui: &mut Ui, ctx: &Ctx<'_>) {
    if ui.available_height() < 50.0 {
        return;
    }
    // Heights of a digit and of the axis, of that of the plot.
    let digit = 13.0 / (ui.available_height() - 34.0).max(13.0);
    let theme = *ctx.theme;
    let layers = ctx.layers();
    let curve = ctx.activity.curve;
    let span = ctx.span() as f64;
    let look = ctx.activity.look as f64;
    let baseline = ctx.activity.insight.map(|insight| insight.baseline);
    // Room for what is usual; more when there is more.
    let (mut low, mut high) = match ctx.activity.settings.kind() {
        Family::Gridworld => (0.4_f64, 0.9_f64),
        Family::Tree => (0.2, 0.5),
    };
    let lines: Vec<Vec<[f64; 2]>> = (0..layers)
        .map(|layer| {
            let known = curve.iter().filter_map(|point| {
                let value = point.alignment.get(layer).copied()?;
                value.is_finite().then_some([point.length as f64, value])
            });
            known.collect()
        })
        .collect();
    for value in lines.iter().flatten().map(|p| p[1]).chain(baseline) {
        low = low.min((value * 10.0).floor() / 10.0);
        high = high.max((value * 10.0).ceil() / 10.0);
    }
    let marks = if span > 400.0 { 200.0 } else { 50.0 };
    let shown = plot(
        ui,
        &theme,
        "alignment",
        (texts::maze::memories_unit(), marks),
        (
            texts::maze::alignment(),
            if high - low > 0.85 { 0.5 } else { 0.2 },
        ),
    )
    .show(ui, |plot| {
        plot.set_plot_bounds_x(0.0..=span * 1.04);
        plot.set_plot_bounds_y(low..=high);
        if let Some(baseline) = baseline {
            plot.hline(
                HLine::new(texts::maze::senses_alone(), baseline)
                    .color(theme.faint)
                    .style(LineStyle::dashed_dense()),
            );
        }
        plot.vline(VLine::new("now", look).color(theme.text.gamma_multiply(0.6)));
        let beside = apart(&lines, (high - low) * f64::from(digit).max(0.09));
        for (layer, line) in lines.into_iter().enumerate() {
            let colour = theme.layer(layer, layers);
            if let Some(&[x, _]) = line.last() {
                let at = PlotPoint::new(x + span * 0.02, beside[layer]);
                let number = small(&theme, (layer + 1).to_string()).color(colour);
                plot.text(Text::new("layer", at, number));
            }
            let line = Line::new(
                texts::maze::LayerLine { layer: layer + 1 }.to_string(),
                PlotPoints::from(line),
            );
            plot.line(line.color(colour).width(1.8));
        }
    });
    let gamma = ctx.activity.settings.get(Key::Gamma);
    shown
        .response
        .on_hover_text(texts::maze::AlignmentHelp { gamma }.to_string());
}

/// Heights for a number at the end of every line, at least so far from each other.
fn apart(lines: &[Vec<[f64; 2]>], least: f64) -> Vec<f64> {
    let mut heights: Vec<f64> = lines
        .iter()
        .map(|line| line.last().map_or(0.0, |end| end[1]))
        .collect();
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by(|&a, &b| heights[a].total_cmp(&heights[b]));
    for pair in order.windows(2) {
        heights[pair[1]] = heights[pair[1]].max(heights[pair[0]] + least);
    }
    heights
}
