//! The experiment that is chosen, on all of the memory at once.

use eframe::egui::{Label, Ui};

use super::{Ctx, View, capacity, gains, map, near};
use crate::{
    app::{panels::small, widgets::choice},
    labs::bridge::{Key, Study},
    session::Kind,
    texts,
};

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    let Kind::Choice { options, .. } = Key::Study.setting().kind else {
        return;
    };
    let study = ctx.bridge.settings().study();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.spacing_mut().button_padding.x = 6.0;
        choice(ui, ctx, "study", options, study as usize);
    });
    let hint = options
        .get(study as usize)
        .map_or("", |option| (option.help)());
    ui.add(Label::new(small(ctx.theme, hint)).wrap());
    if let Some(part) = fraction(ctx, study) {
        let part = format!("{:.0}", 100.0 * part);
        ui.label(small(
            ctx.theme,
            texts::bridge::Computing { part }.to_string(),
        ));
    }
    match study {
        Study::Capacity => capacity::show(ui, ctx),
        Study::Keys => gains::show(ui, ctx),
        Study::Map => map::show(ui, ctx),
        Study::Near => near::show(ui, ctx),
    }
}

/// Fraction of an experiment that is computed, while it is being.
fn fraction(ctx: &Ctx<'_>, study: Study) -> Option<f64> {
    use crate::session::Derived as _;
    let bridge = ctx.bridge;
    let part = match study {
        Study::Capacity => bridge.capacity()?.fraction(),
        Study::Keys => bridge.gains()?.fraction(),
        Study::Map => bridge.map()?.fraction(),
        Study::Near => bridge.near()?.fraction(),
    };
    (part < 1.0).then_some(part)
}
