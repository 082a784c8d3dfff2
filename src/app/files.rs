//! Files that are dropped on the window, or that a page's script has read.

use std::sync::{Arc, Mutex};

use crate::{session::registry, texts};

use eframe::egui::{Align2, Context, Id, LayerId, Order, Stroke, StrokeKind, TextStyle};

use super::theme::Theme;

/// A file that was read.
pub(super) struct File {
    pub name: String,
    pub bytes: Result<Vec<u8>, String>,
}

/// Says what can be dropped, while something is held over the window.
pub(super) fn invite(ctx: &Context, theme: &Theme) {
    if ctx.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let painter = ctx.layer_painter(LayerId::new(Order::Foreground, Id::unique("drop")));
    let rect = ctx.content_rect();
    painter.rect(
        rect.shrink(8.0),
        8.0,
        theme.ground.gamma_multiply(0.85),
        Stroke::new(2.0, theme.accent),
        StrokeKind::Inside,
    );
    let font = TextStyle::Heading.resolve(&ctx.global_style());
    let text = texts::shell::DropFiles {
        kinds: registry::file_kinds(texts::shell::between_kinds(), ", "),
    }
    .to_string();
    painter.text(rect.center(), Align2::CENTER_CENTER, text, font, theme.text);
}

/// Files on their way; a page reads them when it can.
#[derive(Default)]
pub(super) struct Files(Arc<Mutex<Vec<File>>>);

impl Files {
    /// Reads what was dropped in this frame. In a page the script does that, and looks at the size first.
    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn read(&self, ctx: &Context) {
        for file in ctx.input(|input| input.raw.dropped_files.clone()) {
            let name = file.path().file_name();
            let name = name.map_or_else(String::new, |n| n.to_string_lossy().into_owned());
            self.add(name, file.bytes());
        }
    }

    /// A file that a page's script has read, or why it could not.
    pub(super) fn add(&self, name: String, bytes: Result<Vec<u8>, String>) {
        if let Ok(mut arrived) = self.0.lock() {
            arrived.push(File { name, bytes });
        }
    }

    /// What has come.
    pub(super) fn take(&self) -> Vec<File> {
        self.0
            .lock()
            .map_or_else(|_| Vec::new(), |mut arrived| std::mem::take(&mut *arrived))
    }
}
