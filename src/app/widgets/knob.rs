use eframe::egui::{DragValue, Slider, TextStyle, Ui};

use crate::{
    app::panels::Ctx,
    session::{Command, Knob},
};

/// A knob of the lab: name and symbol, a slider, and the number.
pub(crate) fn knob(ui: &mut Ui, ctx: &mut Ctx<'_>, knob: Knob) {
    let info = knob.info();
    if !ctx.options.shows(info.key) {
        return;
    }
    let before = ctx.activity.settings.get(knob);
    let mut value = before;
    ui.add_enabled_ui(ctx.options.unlocks(info.key), |ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let name = if info.symbol.is_empty() {
                info.label.to_owned()
            } else {
                format!("{} {}", info.label, info.symbol)
            };
            let label = ui.label(
                eframe::egui::RichText::new(name)
                    .text_style(TextStyle::Small)
                    .color(ctx.theme.faint),
            );
            let label = label.on_hover_text(info.help).id;
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                // Sliders span what is useful; the number goes as far as the model does.
                let (low, high) = useful(knob);
                let mut slider = Slider::new(&mut value, low..=high)
                    .show_value(false)
                    .clamping(eframe::egui::SliderClamping::Never);
                if info.whole {
                    slider = slider.integer();
                } else {
                    slider = slider.step_by(if high - low > 20.0 { 1.0 } else { 0.01 });
                }
                ui.add(slider).labelled_by(label).on_hover_text(info.help);
                let speed = if info.whole {
                    1.0
                } else {
                    (high - low) / 200.0
                };
                let number = DragValue::new(&mut value)
                    .range(info.min..=info.max)
                    .speed(speed)
                    .max_decimals(4);
                ui.add(number).labelled_by(label).on_hover_text(info.help);
            });
        });
    });
    if value != before && value.is_finite() {
        ctx.send(Command::Set(info.key.to_owned(), trimmed(value)));
    }
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

/// As short as it can be without another value.
fn trimmed(value: f64) -> String {
    let rounded = (value * 1e4).round() / 1e4;
    rounded.to_string()
}

/// A switch of the lab.
pub(crate) fn switch(
    ui: &mut Ui,
    ctx: &mut Ctx<'_>,
    key: &'static str,
    name: &str,
    on: bool,
    help: &str,
) {
    if !ctx.options.shows(key) {
        return;
    }
    let mut value = on;
    let unlocked = ctx.options.unlocks(key);
    let changed = ui
        .add_enabled_ui(unlocked, |ui| {
            ui.checkbox(&mut value, name).on_hover_text(help).changed()
        })
        .inner;
    if changed {
        ctx.send(Command::Set(
            key.to_owned(),
            if value { "on" } else { "off" }.to_owned(),
        ));
    }
}
