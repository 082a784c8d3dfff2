//! The package for npm: what `dist/` holds, with a `package.json` and a README of its own, packed by `npm pack`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use super::{About, page, workshop};
use crate::Outcome;
use crate::files::fresh_folder;
use crate::tools::run;

/// The name of the package. [`web/assets.js`] knows it, too: that is where Vite's development server has its files.
///
/// [`web/assets.js`]: ../../../web/assets.js
pub(super) const NAME: &str = "chickadee-lab";

/// What is said to those who install it; its first lines are tried by the tests.
pub(super) const READ_ME: &str = include_str!("../../package/README.npm.md");

/// Packs `dist/`, without what only a server has a use for.
pub(super) fn pack(about: &About, folder: &Path) -> Outcome<PathBuf> {
    let stage = workshop().join("npm");
    fresh_folder(&stage)?;
    let mut tree = page::tree(&|name| !name.ends_with(".br"))?;
    tree.add("README.md", READ_ME);
    tree.add("package.json", description(about, tree.0.keys()));
    tree.unfold(&stage)?;

    let mut npm = Command::new("npm");
    npm.current_dir(&stage)
        .args(["pack", "--silent", "--pack-destination"])
        .arg(folder)
        .stdout(Stdio::null());
    run(&mut npm)?;
    let file = folder.join(format!("{NAME}-{}.tgz", about.version));
    if fs::exists(&file).unwrap_or_default() {
        Ok(file)
    } else {
        Err(format!("`npm pack` has not made {}.", file.display()))
    }
}

/// The file `package.json`.
fn description<'a>(about: &About, files: impl Iterator<Item = &'a String>) -> String {
    let mut top: Vec<&str> = files
        .map(|path| path.split('/').next().unwrap_or(path))
        .collect();
    top.dedup();
    let text = json!({
        "name": NAME,
        "version": about.version,
        "description": about.description,
        "keywords": about.keywords,
        "license": "MIT OR Apache-2.0",
        "type": "module",
        "main": "./web/chickadee.js",
        "types": "./web/chickadee.d.ts",
        // Types lie beside the script and are found there; "types" is for those who do not read "exports".
        "exports": { ".": "./web/chickadee.js", "./*": "./*" },
        "files": top,
        // Importing it defines <chickadee-lab>.
        "sideEffects": true,
    });
    format!("{text:#}\n")
}
