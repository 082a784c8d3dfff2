//! The settings: those in view, and the rest under More.

use eframe::egui::{Grid, ScrollArea, Ui};

use super::{Ctx, View};
use crate::{
    app::widgets::{self, setting},
    labs::bridge::{Key, TABLE},
    session::Kind,
    texts,
};

/// The numbers and switches in view, beside the way to read and the seed.
const IN_VIEW: [Key; 7] = [
    Key::Search,
    Key::Beta,
    Key::Gain,
    Key::Damage,
    Key::Clean,
    Key::Capacity,
    Key::Transformer,
];

pub(super) fn row(ui: &mut Ui, ctx: &mut Ctx<'_>, key: Key) {
    let now = ctx.bridge.settings().get(key);
    setting(ui, ctx, key.setting(), now);
}

fn seed(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let now = ctx.bridge.settings().get(Key::Seed);
    widgets::seed(ui, ctx, Key::Seed.setting(), now, texts::bridge::new_seed());
}

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    if ctx.narrow {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            Grid::new("drawer")
                .num_columns(2)
                .spacing([14.0, 6.0])
                .show(ui, |ui| {
                    for (index, key) in IN_VIEW.into_iter().enumerate() {
                        row(ui, ctx, key);
                        if index % 2 == 1 {
                            ui.end_row();
                        }
                    }
                    seed(ui, ctx);
                    widgets::more_button(ui, ctx);
                });
        });
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        for key in IN_VIEW {
            row(ui, ctx, key);
        }
        seed(ui, ctx);
        widgets::more_button(ui, ctx);
    });
}

/// The box with everything else.
pub(super) fn all(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    let height = ui.ctx().content_rect().height() - 120.0;
    let values = ctx.bridge.settings().values();
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        for (index, row) in TABLE.rows.iter().enumerate() {
            let elsewhere = row.in_view && !matches!(row.kind, Kind::Choice { .. });
            if !elsewhere {
                setting(ui, ctx, row, values.get(index));
            }
        }
    });
}
