//! A setting of any lab, drawn from its row of the table.

use std::ops::RangeInclusive;

use eframe::egui::Ui;

use super::{Dial, choice, knob, switch};
use crate::{
    app::{panels::small, shell::Shell},
    session::{Kind, Setting},
};

/// A row of the table of settings, as it is `now` ([`Values::get`](crate::session::Values::get)): a slider and a number, a switch, or some
/// words of which one is chosen. A change is sent as a command; the row's key is the name by which it is hidden and locked.
pub fn setting(ui: &mut Ui, shell: &mut Shell<'_>, row: &'static Setting, now: f64) {
    match row.kind {
        Kind::Number { slider, .. } => {
            number(ui, shell, row, (now, None), Some(slider.0..=slider.1))
        }
        Kind::Switch { .. } => {
            let (label, help) = ((row.label)(), (row.help)());
            switch(ui, shell, row.key, label, now != 0.0, help);
        }
        Kind::Choice { options, .. } => {
            if !shell.shows(row.key) {
                return;
            }
            ui.horizontal(|ui| {
                ui.label(small(shell.theme, (row.label)()))
                    .on_hover_text((row.help)());
                choice(ui, shell, row.key, options, now as usize);
            });
        }
    }
}

/// A number, with a slider over `useful` if there is one, and a text in place of the number of now if there is one.
pub(crate) fn number(
    ui: &mut Ui,
    shell: &mut Shell<'_>,
    row: &'static Setting,
    (now, shown): (f64, Option<String>),
    useful: Option<RangeInclusive<f64>>,
) {
    let Kind::Number {
        min, max, whole, ..
    } = row.kind
    else {
        return;
    };
    let dial = Dial {
        key: row.key,
        label: (row.label)(),
        symbol: row.symbol,
        help: (row.help)(),
        whole,
        value: now,
        range: min..=max,
        useful,
        shown,
    };
    knob(ui, shell, &dial);
}
