use std::ops::RangeInclusive;

use eframe::egui::{DragValue, Slider, TextStyle, Ui, emath::Numeric};

use super::{Icon, button, icon_button};
use crate::{
    app::shell::Shell,
    session::{ChoiceOption, Command, Kind, Setting},
    texts,
};

/// A number that can be set, as a knob draws it.
pub(crate) struct Dial {
    /// The word in commands.
    pub key: &'static str,
    pub label: &'static str,
    pub symbol: &'static str,
    pub help: &'static str,
    pub whole: bool,
    pub value: f64,
    /// What can be set.
    pub range: RangeInclusive<f64>,
    /// What a slider spans; without one there is the number alone.
    pub useful: Option<RangeInclusive<f64>>,
    /// What stands in place of the number, where one number does not say it.
    pub shown: Option<String>,
}

/// A number that can be dragged and typed. What is typed counts when it is finished, since 1 is on the way to 12; what is no number
/// leaves the one before.
pub(crate) fn number_field<N: Numeric>(value: &mut N) -> DragValue<'_> {
    DragValue::new(value)
        .update_while_editing(false)
        .custom_parser(|text| {
            let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let number: f64 = plain.replace('−', "-").parse().ok()?;
            number.is_finite().then_some(number)
        })
}

/// A knob of the lab: name and symbol, a slider, and the number.
pub(crate) fn knob(ui: &mut Ui, shell: &mut Shell<'_>, dial: &Dial) {
    if !shell.shows(dial.key) {
        return;
    }
    let before = dial.value;
    let mut value = before;
    ui.add_enabled_ui(shell.unlocks(dial.key), |ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let name = if dial.symbol.is_empty() {
                dial.label.to_owned()
            } else {
                format!("{} {}", dial.label, dial.symbol)
            };
            let label = ui.label(
                eframe::egui::RichText::new(name)
                    .text_style(TextStyle::Small)
                    .color(shell.theme.faint),
            );
            let label = label.on_hover_text(dial.help).id;
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let span = dial.useful.as_ref().unwrap_or(&dial.range);
                let span = span.end() - span.start();
                // Sliders span what is useful; the number goes as far as the model does.
                if let Some(useful) = &dial.useful {
                    let mut slider = Slider::new(&mut value, useful.clone())
                        .show_value(false)
                        .clamping(eframe::egui::SliderClamping::Never);
                    if dial.whole {
                        slider = slider.integer();
                    } else {
                        slider = slider.step_by(if span > 20.0 { 1.0 } else { 0.01 });
                    }
                    ui.add(slider).labelled_by(label).on_hover_text(dial.help);
                }
                let speed = match (dial.whole, &dial.useful) {
                    (true, Some(_)) => 1.0,
                    (true, None) => 0.1,
                    (false, _) => span / 200.0,
                };
                let shown = dial.shown.clone().filter(|_| value == before);
                let number = number_field(&mut value)
                    .range(dial.range.clone())
                    .speed(speed)
                    .max_decimals(if dial.whole { 0 } else { 4 });
                let number = match shown {
                    Some(shown) => number.custom_formatter(move |_, _| shown.clone()),
                    None => number,
                };
                ui.add(number).labelled_by(label).on_hover_text(dial.help);
            });
        });
    });
    if value != before && value.is_finite() {
        shell.send(Command::Set(dial.key.to_owned(), trimmed(value)));
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
    shell: &mut Shell<'_>,
    key: &'static str,
    name: &str,
    on: bool,
    help: &str,
) {
    if !shell.shows(key) {
        return;
    }
    let mut value = on;
    let unlocked = shell.unlocks(key);
    let changed = ui
        .add_enabled_ui(unlocked, |ui| {
            ui.checkbox(&mut value, name).on_hover_text(help).changed()
        })
        .inner;
    if changed {
        shell.send(Command::Set(
            key.to_owned(),
            if value { "on" } else { "off" }.to_owned(),
        ));
    }
}

/// Some words of which one is chosen, as buttons in a row.
pub(crate) fn choice(
    ui: &mut Ui,
    shell: &mut Shell<'_>,
    key: &'static str,
    options: &[ChoiceOption],
    now: usize,
) {
    if !shell.shows(key) {
        return;
    }
    ui.add_enabled_ui(shell.unlocks(key), |ui| {
        for (index, option) in options.iter().enumerate() {
            let label = ui.selectable_label(now == index, (option.label)());
            if label.on_hover_text((option.help)()).clicked() && now != index {
                shell.set(key, option.word);
            }
        }
    });
}

/// The seed, and a button for another one.
pub(crate) fn seed(
    ui: &mut Ui,
    shell: &mut Shell<'_>,
    row: &'static Setting,
    now: f64,
    fresh: &str,
) {
    let Kind::Number { min, max, .. } = row.kind else {
        return;
    };
    let (help, range) = ((row.help)(), min..=max);
    if !shell.shows("seed") {
        return;
    }
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        let name = eframe::egui::RichText::new(texts::shell::seed())
            .text_style(TextStyle::Small)
            .color(shell.theme.faint);
        let label = ui.label(name).on_hover_text(help).id;
        ui.add_enabled_ui(shell.unlocks("seed"), |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let mut value = now;
                let number = number_field(&mut value)
                    .range(range)
                    .speed(1.0)
                    .max_decimals(0);
                ui.add(number).labelled_by(label);
                if shell.shows("fresh-seed") {
                    let enabled = shell.unlocks("fresh-seed") && shell.unlocks("seed");
                    if icon_button(ui, Icon::Refresh, fresh, enabled).clicked() {
                        value = fresh_seed(now);
                    }
                }
                if value != now {
                    shell.send(Command::Set("seed".to_owned(), value.round().to_string()));
                }
            });
        });
    });
}

/// A seed that is not the one of now.
pub(crate) fn fresh_seed(now: f64) -> f64 {
    getrandom::u32().map_or(now + 1.0, |fresh| f64::from(fresh % 100_000))
}

/// Opens the settings that are not in view.
pub(crate) fn more_button(ui: &mut Ui, shell: &mut Shell<'_>) {
    if button(
        ui,
        shell,
        "all-settings",
        (texts::shell::more(), texts::shell::more_help()),
    ) {
        shell.toggle_window("all-settings");
    }
}
