use eframe::egui::{ViewportBuilder, vec2};

use super::{App, Options};
use crate::{session::Workbench, texts};

/// Opens the window and stays until it is closed.
///
/// # Errors
/// When there is no display or nothing to draw with.
pub fn open_window(lab: Workbench, options: Options) -> eframe::Result {
    let viewport = ViewportBuilder::default()
        .with_title(texts::shell::chickadee())
        .with_app_id("chickadee")
        .with_inner_size(vec2(1280.0, 800.0))
        .with_min_inner_size(vec2(360.0, 480.0));
    let native = eframe::NativeOptions {
        viewport,
        ..Default::default()
    };
    eframe::run_native(
        texts::shell::chickadee(),
        native,
        Box::new(move |cc| Ok(Box::new(App::new(&cc.egui_ctx, lab, options)))),
    )
}
