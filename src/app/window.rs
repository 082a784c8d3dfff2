use std::{rc::Rc, thread::available_parallelism};

use eframe::egui::{ViewportBuilder, vec2};

use super::{App, Options};
use crate::{
    devices::{Workers, workers::threads},
    session::Workbench,
    texts,
};

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
        Box::new(move |cc| {
            let mut app = App::new(&cc.egui_ctx, lab, options);
            app.set_workers(other_cores());
            Ok(Box::new(app))
        }),
    )
}

/// A thread for every core beside the window's: what they compute, the window does not wait for.
fn other_cores() -> Workers {
    let cores = available_parallelism().map_or(1, usize::from);
    match threads(cores - 1) {
        Ok(_) if cores == 1 => Workers::None,
        Ok(pool) => Workers::Pool(Rc::new(pool)),
        Err(error) => Workers::Failed(error.to_string()),
    }
}
