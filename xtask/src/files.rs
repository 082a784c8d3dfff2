//! Files and folders, with the sentence of what went wrong.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;

/// All bytes of a file.
pub(crate) fn read(file: &Path) -> Outcome<Vec<u8>> {
    fs::read(file).map_err(|error| format!("{} cannot be read: {error}.", file.display()))
}

/// Writes a file anew.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> Outcome<()> {
    fs::write(file, bytes)
        .map_err(|error| format!("{} cannot be written: {error}.", file.display()))
}

/// Bytes of a file.
pub(crate) fn length(file: &Path) -> Outcome<u64> {
    fs::metadata(file)
        .map(|data| data.len())
        .map_err(|error| format!("{} cannot be read: {error}.", file.display()))
}

/// A path with something behind its name.
pub(crate) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// An empty folder, whatever was there.
pub(crate) fn fresh_folder(folder: &Path) -> Outcome<()> {
    let cannot =
        |error: std::io::Error| format!("{} cannot be made anew: {error}.", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(cannot)?;
    }
    fs::create_dir_all(folder).map_err(cannot)
}

/// A folder with everything in it, over what is there.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Outcome<()> {
    let cannot = |error: std::io::Error| format!("{} cannot be copied: {error}.", from.display());
    fs::create_dir_all(to).map_err(cannot)?;
    for entry in fs::read_dir(from).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let target = to.join(entry.file_name());
        if entry.file_type().map_err(cannot)?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).map_err(cannot)?;
        }
    }
    Ok(())
}
