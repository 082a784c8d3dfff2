//! What the memory says from every place: is a seed here, and where is it?

use eframe::egui::{
    Color32, Rect, Sense, Stroke, TextStyle, Ui, WidgetInfo, accesskit::Role, pos2, vec2,
};
use egui_plot::{HLine, Line, PlotPoints, Points, VLine};

use super::{Ctx, small, square, take};
use crate::{
    app::{View, paint::sequential},
    session::{Command, Knob},
};
use chickadee_engine::base::StateHash;

pub(crate) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    presets(ui, ctx);
    let rest = take(ui, ui.available_height());
    let side = rest.height().min(rest.width() * 0.42);
    let (plot_area, image_area) = rest.split_left_right_at_x(rest.max.x - side - 6.0);
    ui.scope_builder(eframe::egui::UiBuilder::new().max_rect(plot_area), |ui| {
        plot(ui, ctx, view)
    });
    image(ui, ctx, view, square(image_area.shrink2(vec2(3.0, 0.0))));
}

fn presets(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    ui.horizontal(|ui| {
        let search = ctx.activity.settings.get(Knob::Search);
        ui.add_enabled_ui(ctx.options.unlocks("search"), |ui| {
            for (name, knob, help) in [
                (
                    "Precise",
                    Knob::Narrow,
                    "Only the cached place itself is recognised",
                ),
                ("Wide", Knob::Wide, "Seeds are found from farther away"),
            ] {
                let value = ctx.activity.settings.get(knob);
                if ui
                    .selectable_label((search - value).abs() < 1e-9, name)
                    .on_hover_text(format!("{help}: s = {value}"))
                    .clicked()
                {
                    ctx.send(Command::Set("search".to_owned(), value.to_string()));
                }
            }
        });
        let text = match ctx.activity.recall {
            Some(job) if !job.is_done() => format!(
                "s = {search:.2} · computing {:.0} %",
                job.fraction() * 100.0
            ),
            Some(job) => {
                let threshold = ctx.activity.settings.get(Knob::Threshold);
                let ratios = job.curve.ratios();
                let found = ratios.iter().flatten().filter(|r| **r > threshold).count();
                format!(
                    "s = {search:.2} · a seed is felt from {found} of {} places",
                    ratios.len()
                )
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
    let hovered = view.caching.hovered.map(|place| place as f64);
    let response = super::plot(
        &theme,
        "seed output",
        ("place of the bird", 20.0),
        ("seed output (of largest)", 0.5),
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
            let line = Line::new("seed output", PlotPoints::from(stretch));
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
            view.caching.hovered = Some(place as usize);
            if response.response.clicked() {
                ctx.send(Command::Fly(place as usize));
            }
        }
    }
}

fn image(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View, rect: Rect) {
    let theme = ctx.theme;
    let area = Rect::from_min_max(rect.min + vec2(0.0, 16.0), rect.max - vec2(0.0, 14.0));
    let area = square(area);
    let small_font = TextStyle::Small.resolve(ui.style());
    ui.painter().text(
        area.left_top() - vec2(0.0, 2.0),
        eframe::egui::Align2::LEFT_BOTTOM,
        "where memory points",
        small_font.clone(),
        theme.faint,
    );
    ui.painter().rect_filled(area, 0.0, theme.well);
    let Some(job) = ctx.activity.recall else {
        return;
    };
    let places = job.pointing.rows();
    let mut key = StateHash::default();
    key.integer(job.curve.known() as u64)
        .array(job.pointing.values())
        .integer(u64::from(theme.dark));
    let well = theme.well;
    let texture = view.images.get(ui.ctx(), "pointing", key.finish(), || {
        let values = job.pointing.values();
        let peak = values
            .iter()
            .copied()
            .filter(|v| v.is_finite())
            .fold(1e-6_f32, f32::max);
        let mut pixels = vec![well; places * places];
        for from in 0..places {
            for to in 0..places {
                let value = job.pointing.row(from)[to];
                // Rectified, as in the paper; x = where the bird is, y = where the output points.
                let colour = if value.is_nan() {
                    well
                } else {
                    sequential((value / peak).max(0.0))
                };
                pixels[(places - 1 - to) * places + from] = colour;
            }
        }
        ([places, places], pixels)
    });
    let response = ui.interact(area, ui.scope_id().with("pointing"), Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Image,
            true,
            "Place output for every place of the bird",
        )
    });
    ui.painter().image(
        texture.id(),
        area,
        Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)),
        Color32::WHITE,
    );
    let x = area.min.x + area.width() * (ctx.activity.bird as f32 + 0.5) / places as f32;
    ui.painter().vline(
        x,
        area.y_range(),
        Stroke::new(1.0, theme.accent.gamma_multiply(0.7)),
    );
    ui.painter().text(
        area.center_bottom() + vec2(0.0, 2.0),
        eframe::egui::Align2::CENTER_TOP,
        "place of the bird",
        small_font,
        theme.faint,
    );
    if let Some(at) = response.hover_pos() {
        let index = |part: f32| ((part * places as f32) as usize).min(places - 1);
        let from = index((at.x - area.min.x) / area.width());
        let to = places - 1 - index((at.y - area.min.y) / area.height());
        view.caching.hovered = Some(from);
        let value = job.pointing.row(from)[to];
        if !value.is_nan() {
            response.on_hover_text(format!("From place {from}, towards place {to}: {value:.1}"));
        }
    }
}
