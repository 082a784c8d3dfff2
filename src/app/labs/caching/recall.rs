//! What the memory says from every place: is a seed here, and where is it?

use eframe::egui::{Rect, Stroke, Ui, vec2};
use egui_plot::{HLine, Line, PlotPoints, Points, VLine};

use super::{Ctx, View};
use crate::{
    app::{
        paint::sequential,
        panels::{self, small, square, take},
        theme::{line, space::AXIS},
        widgets::{Below, HeatMap, control},
    },
    labs::caching::{Command, Knob},
    session::Derived as _,
    texts,
};
use chickadee_engine::base::StateHash;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    presets(ui, ctx);
    let rest = take(ui, ui.available_height());
    let side = rest.height().min(rest.width() * 0.42);
    let (plot_area, image_area) = rest.split_left_right_at_x(rest.max.x - side - 6.0);
    ui.scope_builder(eframe::egui::UiBuilder::new().max_rect(plot_area), |ui| {
        plot(ui, ctx, view)
    });
    pointing(ui, ctx, view, square(image_area.shrink2(vec2(3.0, 0.0))));
}

fn presets(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    ui.horizontal(|ui| {
        let settings = ctx.activity.settings;
        let search = settings.get(Knob::Search);
        control(ui, ctx, "search", |ui, shell| {
            for (name, knob, help) in [
                (
                    texts::caching::precise(),
                    Knob::Narrow,
                    texts::caching::precise_help(),
                ),
                (
                    texts::caching::wide(),
                    Knob::Wide,
                    texts::caching::wide_help(),
                ),
            ] {
                let value = settings.get(knob);
                if ui
                    .selectable_label((search - value).abs() < 1e-9, name)
                    .on_hover_text(format!("{help}: s = {value}"))
                    .clicked()
                {
                    shell.set("search", value.to_string());
                }
            }
        });
        let text = match ctx.activity.recall {
            Some(job) if !job.is_done() => texts::caching::SearchComputing {
                search,
                part: job.fraction() * 100.0,
            }
            .to_string(),
            Some(job) => {
                let threshold = ctx.activity.settings.get(Knob::Threshold);
                let ratios = job.curve.ratios();
                let found = ratios.iter().flatten().filter(|r| **r > threshold).count();
                texts::caching::SearchFelt {
                    search,
                    found,
                    places: ratios.len(),
                }
                .to_string()
            }
            None => format!("s = {search:.2}"),
        };
        ui.add(eframe::egui::Label::new(small(ctx.theme, text)).truncate());
    });
}

fn plot(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let theme = *ctx.theme;
    let places = ctx.activity.settings.count(Knob::Places);
    let threshold = ctx.activity.settings.get(Knob::Threshold);
    let ratios = ctx
        .activity
        .recall
        .map(|job| job.curve.ratios())
        .unwrap_or_default();
    // Known stretches of the curve; gaps where places are still computed or overflowed.
    let mut stretches: Vec<Vec<[f64; 2]>> = vec![Vec::new()];
    let mut dots = Vec::new();
    for (place, ratio) in ratios.iter().enumerate() {
        match ratio.filter(|r| r.is_finite()) {
            Some(ratio) => {
                dots.push([place as f64, ratio]);
                if let Some(last) = stretches.last_mut() {
                    last.push([place as f64, ratio]);
                }
            }
            None => stretches.push(Vec::new()),
        }
    }
    let caches: Vec<f64> = ctx
        .activity
        .memories
        .iter()
        .map(|memory| memory.place as f64)
        .collect();
    let bird = ctx.activity.bird as f64;
    let hovered = view.hovered.map(|place| place as f64);
    let response = panels::plot(
        ui,
        &theme,
        texts::caching::seed_output(),
        (texts::caching::place_of_the_bird(), 20.0),
        (texts::caching::seed_output_of_largest(), 0.5),
    )
    .default_x_bounds(-0.5, places as f64 - 0.5)
    .default_y_bounds(-0.04, 1.08)
    .show(ui, move |plot| {
        plot.set_plot_bounds_x(-0.5..=places as f64 - 0.5);
        plot.set_plot_bounds_y(-0.04..=1.08);
        plot.hline(
            HLine::new("threshold", threshold)
                .color(theme.faint)
                .style(egui_plot::LineStyle::dashed_dense()),
        );
        for place in caches {
            plot.vline(
                VLine::new("seed", place)
                    .color(theme.seed.gamma_multiply(0.6))
                    .width(1.5),
            );
        }
        plot.vline(
            VLine::new("bird", bird)
                .color(theme.accent.gamma_multiply(0.6))
                .width(1.0),
        );
        if let Some(place) = hovered {
            plot.vline(
                VLine::new("pointer", place)
                    .color(theme.faint.gamma_multiply(0.5))
                    .width(1.0),
            );
        }
        for stretch in stretches {
            let line = Line::new(texts::caching::seed_output(), PlotPoints::from(stretch));
            plot.line(line.color(theme.seed).width(2.0).fill(0.0));
        }
        plot.points(
            Points::new("places", PlotPoints::from(dots))
                .color(theme.seed)
                .radius(1.6),
        );
        plot.pointer_coordinate()
    });
    if let Some(point) = response.inner.filter(|_| response.response.hovered()) {
        let place = point.x.round();
        if place >= 0.0 && (place as usize) < places {
            view.hovered = Some(place as usize);
            if response.response.clicked() && ctx.unlocks("fly") {
                ctx.send(Command::Fly(place as usize));
            }
        }
    }
}

/// Where memory points from every place: across, where the bird is; upwards, where the output points.
fn pointing(ui: &Ui, ctx: &Ctx<'_>, view: &mut View, rect: Rect) {
    let theme = ctx.theme;
    let area = Rect::from_min_max(rect.min + vec2(0.0, 16.0), rect.max - vec2(0.0, AXIS));
    let area = square(area);
    let Some(job) = ctx.activity.recall else {
        ui.painter().rect_filled(area, 0.0, theme.well);
        return;
    };
    let places = job.pointing.rows();
    let mut key = StateHash::default();
    key.integer(job.curve.known() as u64)
        .array(job.pointing.values())
        .integer(u64::from(theme.dark));
    let map = HeatMap {
        name: texts::caching::place_output_for_every().to_owned(),
        id: "pointing",
        cells: [places, places],
        key: key.finish(),
        upward: true,
        above: texts::caching::where_memory_points(),
        below: Below::Text(texts::caching::place_of_the_bird()),
        ..HeatMap::default()
    };
    let drawn = map.show(ui, theme, area, || {
        let values = job.pointing.values().iter().copied();
        let peak = values.filter(|v| v.is_finite()).fold(1e-6_f32, f32::max);
        // Rectified, as in the paper.
        let colour = |(to, from): (usize, usize)| match job.pointing.row(from)[to] {
            value if value.is_nan() => theme.well,
            value => sequential((value / peak).max(0.0)),
        };
        let cells = (0..places).flat_map(|to| (0..places).map(move |from| (to, from)));
        cells.map(colour).collect()
    });
    let stroke = Stroke::new(line::THIN, theme.accent.gamma_multiply(0.7));
    drawn.column_line(ui, ctx.activity.bird as f32 + 0.5, stroke);
    if let Some([from, to]) = drawn.cell {
        view.hovered = Some(from);
        let value = job.pointing.row(from)[to];
        if !value.is_nan() {
            let text = texts::caching::FromPlaceTowardsPlace { from, to, value }.to_string();
            drawn.response.on_hover_text(text);
        }
    }
}
