//! What was packed, tried as people will: installed, unpacked, started, put on pages. The steps of `cargo xtask test`.

mod pages;
mod screen;
mod window;

use std::path::{Path, PathBuf};

use super::{About, Build, about, make, possible, workshop};
use crate::Outcome;
use crate::files::fresh_folder;

pub(crate) use pages::{Site, npm_tools, sites};
pub(crate) use window::window;

/// The packages of a test.
#[derive(Debug)]
pub(crate) struct Packages {
    about: About,
    files: Vec<PathBuf>,
}

/// Packs the page that stands in `dist/` and the program that was built for the tests; apart from those that are handed out.
pub(crate) fn packages() -> Outcome<Packages> {
    let about = about()?;
    let folder = workshop().join("made");
    fresh_folder(&folder)?;
    let files = make(&possible(), Build::Tests, &about, &folder)?;
    for file in &files {
        println!("{}", file.display());
    }
    Ok(Packages { about, files })
}

impl Packages {
    /// The package whose name ends like this, if it was made.
    fn file(&self, ending: &str) -> Option<&Path> {
        let ends = |file: &&PathBuf| file.to_string_lossy().ends_with(ending);
        self.files.iter().find(ends).map(PathBuf::as_path)
    }
}
