use eframe::egui::{Response, Ui, WidgetInfo, accesskit::Role};

use crate::app::shell::Shell;

/// Controls of a name: not there when it is hidden, still when it is locked.
pub(crate) fn control<R>(
    ui: &mut Ui,
    shell: &mut Shell<'_>,
    name: &str,
    add: impl FnOnce(&mut Ui, &mut Shell<'_>) -> R,
) -> Option<R> {
    if !shell.shows(name) {
        return None;
    }
    // A scope of its own would change how rows wrap: only where it is needed.
    Some(if shell.unlocks(name) {
        add(ui, shell)
    } else {
        ui.add_enabled_ui(false, |ui| add(ui, shell)).inner
    })
}

/// A button of a name, with its text and its hover text; true if it was clicked. It is not there where the name is hidden, and cannot be
/// used where it is locked.
#[must_use]
pub fn button(ui: &mut Ui, shell: &mut Shell<'_>, name: &str, (text, help): (&str, &str)) -> bool {
    let clicked = control(ui, shell, name, |ui, _| {
        ui.button(text).on_hover_text(help).clicked()
    });
    clicked.unwrap_or(false)
}

/// The same, small.
pub(crate) fn small_button(
    ui: &mut Ui,
    shell: &mut Shell<'_>,
    name: &str,
    (text, help): (&str, &str),
) -> bool {
    let clicked = control(ui, shell, name, |ui, _| {
        ui.small_button(text).on_hover_text(help).clicked()
    });
    clicked.unwrap_or(false)
}

/// Gives a combo box its name, for a screen reader.
pub(crate) fn label_combo(response: &Response, name: &str, value: &str) {
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, response.enabled(), name);
        info.current_text_value = Some(value.to_owned());
        info
    });
}
