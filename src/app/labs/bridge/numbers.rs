//! The table of five lookups.

use eframe::egui::{Grid, RichText, ScrollArea, Ui};

use super::{Ctx, View, lookup_colour, lookup_text};
use crate::{app::panels::small, texts};
use chickadee_engine::models::key_value::Lookup;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    let theme = *ctx.theme;
    if ctx.bridge.slots().is_empty() {
        ui.label(small(&theme, texts::bridge::no_memories()));
        return;
    }
    let Some(rows) = ctx.bridge.numbers() else {
        ui.label(small(&theme, ctx.computing().unwrap_or_default()));
        return;
    };
    let heads = [
        (texts::bridge::row_lookup(), ""),
        (texts::bridge::row_own(), texts::bridge::row_own_help()),
        (
            texts::bridge::row_beside(),
            texts::bridge::row_beside_help(),
        ),
        (
            texts::bridge::row_midpoint(),
            texts::bridge::row_midpoint_help(),
        ),
        (texts::bridge::row_far(), texts::bridge::row_far_help()),
        (
            texts::bridge::row_nearest(),
            texts::bridge::row_nearest_help(),
        ),
    ];
    ScrollArea::both().auto_shrink(false).show(ui, |ui| {
        Grid::new("numbers")
            .spacing([10.0, 4.0])
            .striped(true)
            .show(ui, |ui| {
                for (head, help) in heads {
                    let label = ui.label(small(&theme, head));
                    if !help.is_empty() {
                        label.on_hover_text(help);
                    }
                }
                ui.end_row();
                for (lookup, row) in Lookup::ALL.into_iter().zip(rows) {
                    let (name, help) = lookup_text(lookup);
                    let name = RichText::new(name).color(lookup_colour(&theme, lookup));
                    ui.label(name).on_hover_text(help);
                    let number = |value: Option<f64>| {
                        value.map_or("–".to_owned(), |value| format!("{value:.2}"))
                    };
                    ui.label(number(Some(row.own)));
                    ui.label(row.beside.map(|value| number(Some(value))).join(" "));
                    ui.label(number(row.midpoint));
                    ui.label(number(row.far));
                    ui.label(number(Some(row.nearest)));
                    ui.end_row();
                }
            });
    });
}
