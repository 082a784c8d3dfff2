//! How alike the activity at two places is: the central figure of the paper.

use eframe::egui::{Rect, Ui};
use egui_plot::{Line, LineStyle, MarkerShape, PlotPoints, Points};

use super::{Ctx, View};
use crate::{
    app::{
        paint::signed,
        panels::{self, small, take},
        widgets::{Below, HeatMap, colour_scale, square_above_axis},
    },
    labs::caching::{Knob, Network},
    session::Derived as _,
    texts,
};
use chickadee_engine::{
    analysis::{by_distance, pearson},
    base::{Matrix, StateHash},
    worlds::caching::Geometry,
};

/// Noise-free correlations of the authors' network at N = 5,000 by distance in places, measured with their code: stored
/// barcode against recall (Fig. 3E without counting noise).
const REFERENCE: [[f64; 2]; 4] = [[0.0, 0.88], [8.0, 0.2], [16.0, 0.03], [24.0, 0.0]];

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let rest = take(ui, ui.available_height());
    if rest.width() > rest.height() * 1.5 {
        let (left, right) = rest.split_left_right_at_x(rest.min.x + rest.height());
        matrix(ui, ctx, view, left);
        ui.scope_builder(eframe::egui::UiBuilder::new().max_rect(right), |ui| {
            curves(ui, ctx)
        });
    } else {
        let (top, bottom) =
            rest.split_top_bottom_at_y(rest.min.y + (rest.width() - 34.0).min(rest.height() * 0.5));
        matrix(ui, ctx, view, top);
        ui.scope_builder(
            eframe::egui::UiBuilder::new().max_rect(bottom.with_min_y(bottom.min.y + 4.0)),
            |ui| curves(ui, ctx),
        );
    }
}

fn matrix(ui: &Ui, ctx: &Ctx<'_>, view: &mut View, rect: Rect) {
    let theme = ctx.theme;
    let area = square_above_axis(rect, 28.0);
    let Some(job) = ctx.activity.tuning else {
        ui.painter().rect_filled(area, 0.0, theme.well);
        return;
    };
    let places = job.similarity.rows();
    let key = StateHash::default()
        .array(job.similarity.values())
        .integer(u64::from(theme.dark))
        .finish();
    let gain = ctx.activity.settings.get(Knob::Gain);
    let text = if job.is_done() {
        texts::caching::CorrelationOfPlaces { gain }.to_string()
    } else {
        texts::caching::Computing {
            job: job.fraction() * 100.0,
        }
        .to_string()
    };
    let map = HeatMap {
        name: texts::caching::correlation_between_the_activity().to_owned(),
        id: "similarity",
        cells: [places, places],
        key,
        below: Below::Text(&text),
        ..HeatMap::default()
    };
    let drawn = map.show(ui, theme, area, || {
        let colour = |&r: &f32| if r.is_nan() { theme.well } else { signed(r) };
        job.similarity.values().iter().map(colour).collect()
    });
    colour_scale(ui, theme, area, signed);
    if let Some([column, row]) = drawn.cell {
        view.hovered = Some(column);
        let r = job.similarity.row(row)[column];
        if !r.is_nan() {
            let text = texts::caching::PlacesAndR { row, column, r }.to_string();
            drawn.response.on_hover_text(text);
        }
    }
}

/// Correlations of pairs of cached places: (distance, visit with visit) and (distance, stored barcode with recall).
fn pairs(ctx: &Ctx<'_>, network: &Network) -> (Vec<[f64; 2]>, Vec<[f64; 2]>) {
    let places = network.inputs.places();
    let (mut visits, mut retrievals) = (Vec::new(), Vec::new());
    for (i, one) in ctx.activity.memories.iter().enumerate() {
        for other in &ctx.activity.memories[i..] {
            let distance = network.geometry.distance(places, one.place, other.place);
            visits.push([
                distance,
                pearson(
                    network.place_code.row(one.place),
                    network.place_code.row(other.place),
                ),
            ]);
            let recalled = ctx
                .activity
                .recall
                .and_then(|job| job.at_caches.get(&other.place));
            if let Some(recalled) = recalled {
                retrievals.push([distance, pearson(&one.barcode, recalled)]);
            }
        }
    }
    (visits, retrievals)
}

fn curves(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let theme = *ctx.theme;
    let Some(network) = ctx.activity.network else {
        return;
    };
    let places = network.inputs.places();
    let curve = |matrix: &Matrix| -> Vec<[f64; 2]> {
        by_distance(matrix, |a, b| network.geometry.distance(places, a, b))
            .into_iter()
            .map(|(d, r)| [d, r])
            .collect()
    };
    let now = ctx
        .activity
        .tuning
        .map(|job| curve(&job.similarity))
        .unwrap_or_default();
    // The place code's curve, from one place in the middle: on the ring all places are alike.
    let code = &network.place_code;
    let middle = match network.geometry {
        Geometry::Arena => places / 2 + network.geometry.width(places) / 2,
        Geometry::Ring | Geometry::Gaussian => places / 2,
    };
    let alike = (0..places)
        .map(|p| pearson(code.row(middle), code.row(p)) as f32)
        .collect();
    let place: Vec<[f64; 2]> = by_distance(&Matrix::from_values(1, places, alike), |_, p| {
        network.geometry.distance(places, middle, p)
    })
    .into_iter()
    .map(|(d, r)| [d, r])
    .collect();
    let (visits, retrievals) = pairs(ctx, network);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let gain = ctx.activity.settings.get(Knob::Gain);
        for (colour, text) in [
            (theme.place, texts::caching::visit_with_visit().to_owned()),
            (
                theme.barcode,
                texts::caching::stored_barcode_with_recall().to_owned(),
            ),
            (
                theme.text,
                texts::caching::PlacesAtGain { gain }.to_string(),
            ),
        ] {
            ui.label(small(&theme, text).color(colour));
        }
        if network.geometry == Geometry::Ring {
            ui.label(small(&theme, texts::caching::crosses()))
                .on_hover_text(texts::caching::crosses_help());
        }
    });
    let ring = network.geometry != Geometry::Arena;
    let step = if ring { 8.0 } else { 2.0 };
    panels::plot(
        ui,
        &theme,
        "by-distance",
        (texts::caching::distance_in_places(), step),
        ("correlation", 0.5),
    )
    .show(ui, move |plot| {
        let far = if ring {
            places as f64 / 2.0
        } else {
            (places as f64).sqrt() * 1.3
        };
        plot.set_plot_bounds_x(-1.5..=far);
        plot.set_plot_bounds_y(-0.6..=1.1);
        plot.line(
            Line::new(texts::caching::place_code(), PlotPoints::from(place))
                .color(theme.place.gamma_multiply(0.6))
                .width(1.5)
                .style(LineStyle::dashed_loose()),
        );
        plot.line(
            Line::new("now", PlotPoints::from(now))
                .color(theme.text)
                .width(1.5),
        );
        if ring {
            let cross = Points::new("N = 5,000", PlotPoints::from(REFERENCE.to_vec()));
            plot.points(
                cross
                    .color(theme.faint)
                    .radius(4.0)
                    .shape(MarkerShape::Cross),
            );
        }
        plot.points(
            Points::new(texts::caching::visit_with_visit(), PlotPoints::from(visits))
                .color(theme.place)
                .radius(4.0),
        );
        let shape = MarkerShape::Diamond;
        plot.points(
            Points::new(
                texts::caching::barcode_with_recall(),
                PlotPoints::from(retrievals),
            )
            .color(theme.barcode)
            .radius(4.5)
            .shape(shape),
        );
    });
}
