//! Help: the keys, the papers, and what this is.

use eframe::egui::{Grid, ScrollArea, Ui};

use super::{Shell, device, small};
use crate::{
    app::{keyboard, views, widgets::scroll},
    texts,
};

pub(super) fn show(ui: &mut Ui, shell: &mut Shell<'_>) {
    let screen = ui.ctx().content_rect();
    ui.set_width((screen.width() - 60.0).min(460.0));
    scroll(
        ui,
        ScrollArea::vertical()
            .max_height(screen.height() - 120.0)
            .min_scrolled_height(screen.height() - 120.0),
        |ui| contents(ui, shell),
    );
}

fn contents(ui: &mut Ui, shell: &mut Shell<'_>) {
    ui.label((shell.view.about)());
    ui.add_space(6.0);
    Grid::new("keys")
        .num_columns(2)
        .spacing([16.0, 3.0])
        .show(ui, |ui| {
            for key in keyboard::table(shell) {
                ui.strong((key.keys)());
                ui.label((key.what)());
                ui.end_row();
            }
        });
    if shell.shows("device") {
        ui.add_space(6.0);
        ui.strong(texts::shell::runs_on());
        ui.add_enabled_ui(shell.unlocks("device"), |ui| device::choices(ui, shell));
    }
    ui.add_space(6.0);
    for view in views::all() {
        let paper = view.paper;
        let reference = (paper.reference)();
        if !reference.is_empty() {
            ui.label(
                texts::shell::PaperOf {
                    name: view.lab.name,
                    reference,
                }
                .to_string(),
            );
            ui.hyperlink_to(paper.address, format!("https://{}", paper.address));
        }
    }
    ui.add_space(6.0);
    ui.label(small(
        shell.theme,
        texts::shell::Independent {
            version: env!("CARGO_PKG_VERSION"),
        }
        .to_string(),
    ));
}
