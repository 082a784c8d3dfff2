//! Files that are dropped on the window.

use std::sync::{Arc, Mutex};

use eframe::egui::Context;

/// A file that was read.
pub(super) struct File {
    pub name: String,
    pub bytes: Result<Vec<u8>, String>,
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

    /// What has come.
    pub(super) fn take(&self) -> Vec<File> {
        self.0
            .lock()
            .map_or_else(|_| Vec::new(), |mut arrived| std::mem::take(&mut *arrived))
    }
}
