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

/// Saves a text where downloads go, or else where the program was started; never over another file. Returns what is to be said of it.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn save(name: &str, text: String) -> String {
    let bytes = if name.ends_with(".png") {
        match crate::cli::png(&text) {
            Ok(bytes) => bytes,
            Err(error) => return texts::figures::NotSaved { name, error }.to_string(),
        }
    } else {
        text.into_bytes()
    };
    let downloads = std::env::home_dir().map(|home| home.join("Downloads"));
    let folder = downloads.filter(|folder| folder.is_dir());
    save_in(&folder.unwrap_or_default(), name, &bytes)
}

#[cfg(not(target_arch = "wasm32"))]
fn save_in(folder: &std::path::Path, name: &str, bytes: &[u8]) -> String {
    use std::io::Write as _;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let numbered = (2..).map(|number| format!("{stem}-{number}.{ending}"));
    for name in std::iter::once(name.to_owned()).chain(numbered.take(998)) {
        let path = folder.join(&name);
        let made = std::fs::File::create_new(&path);
        if made
            .as_ref()
            .is_err_and(|error| error.kind() == std::io::ErrorKind::AlreadyExists)
        {
            continue;
        }
        let name = path.display();
        return match made.and_then(|mut file| file.write_all(bytes)) {
            Ok(()) => texts::figures::Saved { name }.to_string(),
            Err(error) => texts::figures::NotSaved { name, error }.to_string(),
        };
    }
    let error = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
    texts::figures::NotSaved { name, error }.to_string()
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn files_are_saved_beside_those_that_are_there() {
        let folder = std::env::temp_dir().join(format!("chickadee-saved-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (text, name) in [("first", "a.csv"), ("second", "a-2.csv")] {
            let said = save_in(&folder, "a.csv", text.as_bytes());
            assert!(said.contains(name), "{said}");
            assert_eq!(std::fs::read_to_string(folder.join(name)).unwrap(), text);
        }
        let said = save_in(&folder.join("nowhere"), "a.csv", b"");
        assert!(
            said.contains("nowhere") && said.lines().count() == 1,
            "{said}"
        );
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
