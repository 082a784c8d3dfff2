//! The settings: how many networks, of which size.

use eframe::egui::Ui;

use super::View;
use crate::{
    app::{shell::Shell, widgets::setting},
    labs::figures::{Figures, Key},
};

pub(super) fn show(ui: &mut Ui, shell: &mut Shell<'_>, _lab: &Figures, _view: &mut View) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        for key in [Key::Seeds, Key::Units, Key::Published] {
            let now = shell.lab().values().get(key as usize);
            setting(ui, shell, key.setting(), now);
        }
    });
}
