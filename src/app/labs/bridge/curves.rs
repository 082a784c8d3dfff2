//! Total weight at every place: is a seed here? The chosen way in full, the others faint.

use eframe::egui::Ui;
use egui_plot::{Line, PlotPoints, Points, VLine};

use super::{Ctx, View, lookup_colour, lookup_text, slot_colour};
use crate::{
    app::panels::{self, small},
    labs::bridge::Command,
    texts,
};
use chickadee_engine::models::key_value::Lookup;

/// Totals of one way to read.
struct Curve {
    lookup: Lookup,
    totals: Vec<[f64; 2]>,
    /// The memory with the largest weight at each place.
    largest: Vec<(f64, usize)>,
}

fn curve(ctx: &Ctx<'_>, lookup: Lookup) -> Curve {
    let mut curve = Curve {
        lookup,
        totals: Vec::new(),
        largest: Vec::new(),
    };
    let Some(answers) = ctx.bridge.answers() else {
        return curve;
    };
    for (place, answer) in answers.of(lookup) {
        curve.totals.push([place as f64, answer.total]);
        if let Some(slot) = answer.largest() {
            curve.largest.push((place as f64, slot));
        }
    }
    let most = curve.totals.iter().map(|[_, total]| total.abs());
    let most = most.fold(1e-9, f64::max);
    for [_, total] in &mut curve.totals {
        *total /= most;
    }
    curve
}

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    if let Some(text) = ctx.computing() {
        ui.label(small(ctx.theme, text));
    }
    let theme = *ctx.theme;
    let chosen = ctx.bridge.settings().lookup();
    let places = ctx.bridge.settings().places();
    let mut curves: Vec<Curve> = Lookup::ALL.map(|lookup| curve(ctx, lookup)).into();
    // The chosen one lies on top.
    curves.sort_by_key(|curve| curve.lookup == chosen);
    let slots: Vec<(f64, bool)> = ctx
        .bridge
        .slots()
        .iter()
        .map(|slot| (slot.place as f64, slot.removed))
        .collect();
    let at = ctx.bridge.at() as f64;
    // Far from all memories content has negative weight.
    let totals = curves.iter().flat_map(|curve| &curve.totals);
    let low = totals.fold(-0.5, |low: f64, [_, total]| low.min(*total));
    let hovered = view.hovered.map(|place| place as f64);
    let response = panels::plot(
        ui,
        &theme,
        texts::bridge::curves(),
        (texts::bridge::place_axis(), 20.0),
        (texts::bridge::total_axis(), 0.5),
    )
    .show(ui, move |plot| {
        plot.set_plot_bounds_x(-0.5..=places as f64 - 0.5);
        plot.set_plot_bounds_y(low - 0.1..=1.1);
        for (number, (place, removed)) in slots.iter().enumerate() {
            let faint = if *removed { 0.25 } else { 0.8 };
            let colour = slot_colour(&theme, number).gamma_multiply(faint);
            plot.vline(VLine::new("memory", *place).color(colour).width(1.5));
        }
        plot.vline(VLine::new("asked", at).color(theme.accent).width(1.0));
        if let Some(place) = hovered {
            let colour = theme.faint.gamma_multiply(0.5);
            plot.vline(VLine::new("pointer", place).color(colour).width(1.0));
        }
        for curve in curves {
            let full = curve.lookup == chosen;
            let colour = lookup_colour(&theme, curve.lookup);
            let colour = colour.gamma_multiply(if full { 1.0 } else { 0.3 });
            let line = Line::new(lookup_text(curve.lookup).0, PlotPoints::from(curve.totals));
            plot.line(line.color(colour).width(if full { 2.5 } else { 1.0 }));
            for slot in 0..slots.len() {
                let mine = curve
                    .largest
                    .iter()
                    .filter(|(_, largest)| full && *largest == slot);
                let dots: Vec<[f64; 2]> = mine.map(|(place, _)| [*place, low]).collect();
                let dots = Points::new("largest", PlotPoints::from(dots));
                plot.points(dots.color(slot_colour(&theme, slot)).radius(2.0));
            }
        }
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
