//! The settings: seven numbers and two switches in view, the rest under More.

use eframe::egui::{ComboBox, Grid, ScrollArea, Ui};

use super::{Ctx, View};
use crate::{
    app::{
        panels::small,
        widgets::{self, scroll, setting},
    },
    labs::caching::{Knob, TABLE},
    session::Kind,
    texts,
};

/// The knobs in view, beside N and seed.
const IN_VIEW: [Knob; 5] = [
    Knob::Gain,
    Knob::Search,
    Knob::WeightGain,
    Knob::LearningRate,
    Knob::PlasticityBias,
];
const SWITCHES: [Knob; 2] = [Knob::Barcodes, Knob::PlaceFields];
const SIZES: [usize; 4] = [500, 1000, 2000, 5000];

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    if ctx.narrow {
        drawer(ui, ctx);
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        for which in IN_VIEW {
            row(ui, ctx, which);
        }
        units(ui, ctx);
        seed(ui, ctx);
        switches(ui, ctx);
        widgets::more_button(ui, ctx);
    });
}

fn row(ui: &mut Ui, ctx: &mut Ctx<'_>, knob: Knob) {
    let now = ctx.activity.settings.get(knob);
    setting(ui, ctx, knob.setting(), now);
}

fn switches(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for which in SWITCHES {
            row(ui, ctx, which);
        }
    });
}

/// The same on a narrow screen: two beside each other.
fn drawer(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    scroll(ui, ScrollArea::vertical().auto_shrink(false), |ui| {
        Grid::new("drawer")
            .num_columns(2)
            .spacing([14.0, 6.0])
            .show(ui, |ui| {
                for (index, which) in IN_VIEW.into_iter().enumerate() {
                    row(ui, ctx, which);
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
            .on_hover_text((Knob::Units.setting().help)())
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
    let now = ctx.activity.settings.get(Knob::Seed);
    let fresh = texts::caching::new_seed_another_bird();
    widgets::seed(ui, ctx, Knob::Seed.setting(), now, fresh);
}

/// The box with everything else: words, then numbers, two beside each other.
pub(super) fn all(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    let height = ui.ctx().content_rect().height() - 120.0;
    let values = ctx.activity.settings.values();
    let rows = || TABLE.rows.iter().enumerate();
    scroll(ui, ScrollArea::vertical().max_height(height), |ui| {
        for (index, row) in rows() {
            if matches!(row.kind, Kind::Choice { .. }) {
                setting(ui, ctx, row, values.get(index));
            }
        }
        ui.add_space(6.0);
        Grid::new("knobs")
            .num_columns(2)
            .spacing([18.0, 8.0])
            .show(ui, |ui| {
                let others = rows().filter(|(_, row)| row.is_number() && !row.in_view);
                for (place, (index, row)) in others.enumerate() {
                    setting(ui, ctx, row, values.get(index));
                    if place % 2 == 1 {
                        ui.end_row();
                    }
                }
            });
    });
}
