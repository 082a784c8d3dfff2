//! Files that a task writes.

use std::{
    fmt::Display,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use crate::texts;

/// A file to write, opened before the work: a folder that is missing is found now and not hours later. What it holds stays until
/// there is something to write; one that is made for nothing is removed.
pub(super) struct Target {
    path: PathBuf,
    file: File,
    is_new: bool,
    is_written: bool,
}

impl Target {
    /// Opens a file; one sentence where that cannot be done.
    pub fn open(path: &Path) -> Result<Self, String> {
        let is_new = !path.exists();
        let mut options = File::options();
        let opened = options.write(true).create(true).truncate(false).open(path);
        let file = opened.map_err(|error| failed(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            is_new,
            is_written: false,
        })
    }

    /// The same in a folder, which is made if there is none.
    pub fn open_in(folder: &Path, name: &str) -> Result<Self, String> {
        fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        Self::open(&folder.join(name))
    }

    /// Writes all of it.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.is_written = true;
        let written = self
            .file
            .set_len(0)
            .and_then(|()| self.file.write_all(bytes));
        written.map_err(|error| failed(&self.path, &error))
    }
}

fn failed(path: &Path, error: &dyn Display) -> String {
    let name = path.display();
    texts::cli::Unwritable { name, error }.to_string()
}

impl Drop for Target {
    fn drop(&mut self) {
        if self.is_new && !self.is_written {
            let _ = fs::remove_file(&self.path);
        }
    }
}
