//! The settings: seven numbers and two switches in view, the rest under More.

use eframe::egui::{ComboBox, Grid, ScrollArea, Ui};

use super::{Ctx, View};
use crate::{
    app::{
        panels::small,
        widgets::{self, Dial, switch},
    },
    session::{KNOBS, Knob},
    texts,
};
use chickadee_engine::{
    models::barcode::{Euler, InputWeights},
    worlds::caching::Geometry,
};

/// The knobs in view, beside N and seed.
const IN_VIEW: [Knob; 5] = [
    Knob::Gain,
    Knob::Search,
    Knob::WeightGain,
    Knob::LearningRate,
    Knob::PlasticityBias,
];
const SIZES: [usize; 4] = [500, 1000, 2000, 5000];

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    if ctx.narrow {
        drawer(ui, ctx);
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        for which in IN_VIEW {
            knob(ui, ctx, which);
        }
        units(ui, ctx);
        seed(ui, ctx);
        switches(ui, ctx);
        widgets::more_button(ui, ctx);
    });
}

fn switches(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let settings = ctx.activity.settings;
        let (barcodes, fields) = (settings.barcodes(), settings.place_fields());
        switch(
            ui,
            ctx,
            "barcodes",
            texts::caching::barcodes(),
            barcodes,
            texts::caching::barcodes_help(),
        );
        switch(
            ui,
            ctx,
            "placefields",
            texts::caching::place_fields(),
            fields,
            texts::caching::place_fields_help(),
        );
    });
}

/// The same on a narrow screen: two beside each other.
fn drawer(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        Grid::new("drawer")
            .num_columns(2)
            .spacing([14.0, 6.0])
            .show(ui, |ui| {
                for (index, which) in IN_VIEW.into_iter().enumerate() {
                    knob(ui, ctx, which);
                    if index % 2 == 1 {
                        ui.end_row();
                    }
                }
                units(ui, ctx);
                ui.end_row();
                seed(ui, ctx);
                switches(ui, ctx);
                ui.end_row();
                widgets::more_button(ui, ctx);
            });
    });
}

fn units(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    if !ctx.shows("units") {
        return;
    }
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        let label = ui
            .label(small(ctx.theme, texts::caching::units_n()))
            .on_hover_text(Knob::Units.info().help)
            .id;
        let now = ctx.activity.settings.count(Knob::Units);
        let mut chosen = now;
        ui.add_enabled_ui(ctx.unlocks("units"), |ui| {
            let combo = ComboBox::from_id_salt("units")
                .width(70.0)
                .selected_text(now.to_string())
                .show_ui(ui, |ui| {
                    for size in SIZES {
                        ui.selectable_value(&mut chosen, size, size.to_string());
                    }
                });
            combo.response.labelled_by(label);
        });
        if chosen != now {
            ctx.set("units", chosen.to_string());
        }
    });
}

fn seed(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let info = Knob::Seed.info();
    let now = ctx.activity.settings.get(Knob::Seed);
    let words = (info.help, texts::caching::new_seed_another_bird());
    widgets::seed(ui, ctx, (now, info.min..=info.max), words);
}

/// A knob of this lab.
fn knob(ui: &mut Ui, ctx: &mut Ctx<'_>, knob: Knob) {
    let info = knob.info();
    let (low, high) = useful(knob);
    let dial = Dial {
        key: info.key,
        label: info.label,
        symbol: info.symbol,
        help: info.help,
        whole: info.whole,
        value: ctx.activity.settings.get(knob),
        range: info.min..=info.max,
        useful: Some(low..=high),
    };
    widgets::knob(ui, ctx, &dial);
}

/// The range that a slider spans.
fn useful(knob: Knob) -> (f64, f64) {
    match knob {
        Knob::Gain => (0.0, 1.2),
        Knob::Search | Knob::Narrow | Knob::Wide => (0.0, 2.0),
        Knob::WeightGain => (0.0, 15.0),
        Knob::WeightMean => (-80.0, 0.0),
        Knob::LearningRate => (0.0, 80.0),
        Knob::PlasticityBias => (-0.5, -0.1),
        Knob::Decay => (0.01, 0.5),
        Knob::Dt => (0.01, 0.2),
        Knob::Seed => (0.0, 100.0),
        _ => (knob.info().min, knob.info().max),
    }
}

/// The box with everything else.
pub(super) fn all(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    let height = ui.ctx().content_rect().height() - 120.0;
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        words(ui, ctx);
        ui.add_space(6.0);
        Grid::new("knobs")
            .num_columns(2)
            .spacing([18.0, 8.0])
            .show(ui, |ui| {
                let elsewhere =
                    |knob| IN_VIEW.contains(&knob) || matches!(knob, Knob::Units | Knob::Seed);
                let others = KNOBS.iter().filter(|info| !elsewhere(info.knob));
                for (index, info) in others.enumerate() {
                    knob(ui, ctx, info.knob);
                    if index % 2 == 1 {
                        ui.end_row();
                    }
                }
            });
    });
}

fn words(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let settings = ctx.activity.settings;
    choice(
        ui,
        ctx,
        texts::caching::world(),
        "world",
        settings.geometry(),
        &[
            (
                Geometry::Ring,
                "ring",
                texts::caching::ring(),
                texts::caching::ring_help(),
            ),
            (
                Geometry::Arena,
                "arena",
                texts::caching::arena(),
                texts::caching::arena_help(),
            ),
            (
                Geometry::Gaussian,
                "gaussian",
                texts::caching::unordered_fields(),
                texts::caching::unordered_fields_help(),
            ),
        ],
    );
    choice(
        ui,
        ctx,
        texts::caching::euler_step(),
        "euler",
        settings.euler(),
        &[
            (
                Euler::Safe,
                "safe",
                texts::caching::safe(),
                texts::caching::safe_help(),
            ),
            (
                Euler::Reference,
                "reference",
                texts::caching::reference(),
                texts::caching::reference_help(),
            ),
        ],
    );
    choice(
        ui,
        ctx,
        texts::caching::input_weights(),
        "wiring",
        settings.input_weights(),
        &[
            (
                InputWeights::Identity,
                "identity",
                texts::caching::identity(),
                texts::caching::identity_help(),
            ),
            (
                InputWeights::Gaussian,
                "gaussian",
                texts::caching::gaussian(),
                texts::caching::gaussian_help(),
            ),
        ],
    );
}

fn choice<T: PartialEq + Copy>(
    ui: &mut Ui,
    ctx: &mut Ctx<'_>,
    name: &str,
    key: &'static str,
    now: T,
    options: &[(T, &'static str, &'static str, &'static str)],
) {
    if !ctx.shows(key) {
        return;
    }
    ui.horizontal(|ui| {
        ui.label(small(ctx.theme, name));
        widgets::choice(ui, ctx, key, now, options);
    });
}
