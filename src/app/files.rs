//! Files that are dropped on the window, or chosen in a page's own dialog.

use std::sync::{Arc, Mutex};

use crate::{session::registry, texts};

use eframe::egui::{Align2, Context, Id, LayerId, Order, Stroke, StrokeKind, TextStyle};

use super::theme::Theme;

/// The most bytes that a page reads of a chosen file: more than any transformer that it could run.
#[cfg(target_arch = "wasm32")]
const LARGEST: usize = 400_000_000;

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
    /// Begins to read what was dropped in this frame.
    pub(super) fn read(&self, ctx: &Context) {
        for file in ctx.input(|input| input.raw.dropped_files.clone()) {
            let name = file.path().file_name();
            let name = name.map_or_else(String::new, |n| n.to_string_lossy().into_owned());
            let arrived = Arc::clone(&self.0);
            let keep = move |bytes| {
                if let Ok(mut arrived) = arrived.lock() {
                    arrived.push(File { name, bytes });
                }
            };
            #[cfg(not(target_arch = "wasm32"))]
            keep(file.bytes());
            #[cfg(target_arch = "wasm32")]
            {
                let ctx = ctx.clone();
                wasm_bindgen_futures::spawn_local(async move {
                    keep(file.bytes_async().await);
                    ctx.request_repaint();
                });
            }
        }
    }

    /// Lets the user of a page choose a file: there is no dropping on a phone.
    #[cfg(target_arch = "wasm32")]
    pub(super) fn choose(&self, ctx: &Context) {
        use wasm_bindgen::{JsCast as _, closure::Closure};
        let input = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.create_element("input").ok())
            .and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input else {
            return;
        };
        input.set_type("file");
        // Every file can be chosen: iOS knows no endings such as .safetensors, and would grey them out.
        let (arrived, ctx, chosen) = (Arc::clone(&self.0), ctx.clone(), input.clone());
        let read = Closure::once_into_js(move || {
            let Some(file) = chosen.files().and_then(|files| files.get(0)) else {
                return;
            };
            wasm_bindgen_futures::spawn_local(async move {
                let name = file.name();
                let bytes = if file.size() > LARGEST as f64 {
                    Err(texts::shell::LargerThan {
                        megabytes: LARGEST / 1_000_000,
                    }
                    .to_string())
                } else {
                    let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await;
                    buffer
                        .map(|buffer| js_sys::Uint8Array::new(&buffer).to_vec())
                        .map_err(|_| texts::shell::the_browser_could_not().to_owned())
                };
                if let Ok(mut arrived) = arrived.lock() {
                    arrived.push(File { name, bytes });
                }
                ctx.request_repaint();
            });
        });
        input.set_onchange(Some(read.unchecked_ref()));
        input.click();
    }

    /// What has come.
    pub(super) fn take(&self) -> Vec<File> {
        self.0
            .lock()
            .map_or_else(|_| Vec::new(), |mut arrived| std::mem::take(&mut *arrived))
    }
}
