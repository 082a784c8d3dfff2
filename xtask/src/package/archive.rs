//! Files in memory, and the archives and folders that they become: the same files give the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use flate2::{Compression, GzBuilder};
use zip::write::SimpleFileOptions;

use crate::Outcome;
use crate::files::{read, write};

/// A file in an archive.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    pub(super) executable: bool,
}

/// Files by their path, which has slashes on every system; sorted.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree(pub(super) BTreeMap<String, File>);

impl Tree {
    pub(super) fn add(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        let executable = false;
        self.0.insert(path.to_owned(), File { bytes, executable });
    }

    pub(super) fn add_program(&mut self, path: &str, bytes: Vec<u8>) {
        let executable = true;
        self.0.insert(path.to_owned(), File { bytes, executable });
    }

    /// Every file of a folder that `wanted` says yes to, by its path in it, below `prefix`.
    pub(super) fn add_folder(
        &mut self,
        prefix: &str,
        folder: &Path,
        wanted: &impl Fn(&str) -> bool,
    ) -> Outcome<()> {
        let cannot =
            |error: std::io::Error| format!("{} cannot be read: {error}.", folder.display());
        for entry in fs::read_dir(folder).map_err(cannot)? {
            let path = entry.map_err(cannot)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let inside = format!("{prefix}{name}");
            if path.is_dir() {
                self.add_folder(&format!("{inside}/"), &path, wanted)?;
            } else if wanted(&inside) {
                self.add(&inside, read(&path)?);
            }
        }
        Ok(())
    }

    /// The same files below another folder.
    pub(super) fn below(self, folder: &str) -> Self {
        let moved = |(path, file)| (format!("{folder}/{path}"), file);
        Self(self.0.into_iter().map(moved).collect())
    }

    /// Writes the files into a folder.
    pub(super) fn unfold(&self, folder: &Path) -> Outcome<()> {
        for (path, file) in &self.0 {
            let target = folder.join(path);
            let parent = target.parent().unwrap_or(folder);
            fs::create_dir_all(parent)
                .map_err(|error| format!("{} cannot be made: {error}.", parent.display()))?;
            write(&target, &file.bytes)?;
            set_mode(&target, file.executable)?;
        }
        Ok(())
    }

    /// A `.tar.gz`; files belong to root and carry the given time.
    pub(super) fn tar_gz(&self, time: u64) -> Outcome<Vec<u8>> {
        let cannot = |error: std::io::Error| format!("The archive cannot be written: {error}.");
        let mut tar = tar::Builder::new(GzBuilder::new().write(Vec::new(), Compression::best()));
        for (path, file) in &self.0 {
            let mut header = tar::Header::new_ustar();
            header.set_size(file.bytes.len() as u64);
            header.set_mode(mode(file.executable));
            header.set_mtime(time);
            header.set_uid(0);
            header.set_gid(0);
            tar.append_data(&mut header, path, file.bytes.as_slice())
                .map_err(cannot)?;
        }
        tar.into_inner()
            .and_then(flate2::write::GzEncoder::finish)
            .map_err(cannot)
    }

    /// A `.zip`; files carry the given time.
    pub(super) fn zip(&self, time: u64) -> Outcome<Vec<u8>> {
        let cannot = |error: &dyn std::fmt::Display| format!("The zip cannot be written: {error}.");
        let time = i64::try_from(time)
            .ok()
            .and_then(|time| time::OffsetDateTime::from_unix_timestamp(time).ok())
            .map(|time| time::PrimitiveDateTime::new(time.date(), time.time()))
            .and_then(|time| zip::DateTime::try_from(time).ok())
            .unwrap_or_default();
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (path, file) in &self.0 {
            let options = SimpleFileOptions::default()
                .compression_level(Some(9))
                .last_modified_time(time)
                .unix_permissions(mode(file.executable));
            zip.start_file(path, options)
                .map_err(|error| cannot(&error))?;
            zip.write_all(&file.bytes).map_err(|error| cannot(&error))?;
        }
        let written = zip.finish().map_err(|error| cannot(&error))?;
        Ok(written.into_inner())
    }
}

/// A file alone, packed: manual pages are.
pub(super) fn gzip(plain: &[u8]) -> Outcome<Vec<u8>> {
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    gzip.write_all(plain)
        .and_then(|()| gzip.finish())
        .map_err(|error| format!("A file cannot be packed: {error}."))
}

fn mode(executable: bool) -> u32 {
    if executable { 0o755 } else { 0o644 }
}

#[cfg(unix)]
fn set_mode(file: &Path, executable: bool) -> Outcome<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let permissions = fs::Permissions::from_mode(mode(executable));
    fs::set_permissions(file, permissions)
        .map_err(|error| format!("{} cannot be made so: {error}.", file.display()))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: bool) -> Outcome<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    const TIME: u64 = 1_790_000_000;

    fn tree(names: &[&str]) -> Tree {
        let mut tree = Tree::default();
        for name in names {
            tree.add(name, format!("this is {name}"));
        }
        tree.add_program("bin/run", b"#!".to_vec());
        tree
    }

    #[test]
    fn an_archive_holds_what_was_put_in() {
        let packed = tree(&["b", "a/c"]).tar_gz(TIME).expect("packs");
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(packed.as_slice()));
        let mut seen = Vec::new();
        for entry in tar.entries().expect("entries") {
            let mut entry = entry.expect("an entry");
            let mut text = String::new();
            entry.read_to_string(&mut text).expect("text");
            let header = entry.header();
            assert_eq!(header.mtime().ok(), Some(TIME));
            let path = entry.path().expect("a path").display().to_string();
            seen.push((path, text, header.mode().expect("a mode")));
        }
        let meant = |path: &str, text: &str, mode| (path.to_owned(), text.to_owned(), mode);
        assert_eq!(
            seen,
            [
                meant("a/c", "this is a/c", 0o644),
                meant("b", "this is b", 0o644),
                meant("bin/run", "#!", 0o755)
            ]
        );
    }

    #[test]
    fn a_zip_holds_what_was_put_in() {
        let packed = tree(&["b", "a/c"]).below("top").zip(TIME).expect("packs");
        let mut zip = zip::ZipArchive::new(Cursor::new(packed)).expect("a zip");
        let names: Vec<_> = zip
            .file_names()
            .map(|name| name.expect("text").into_owned())
            .collect();
        assert_eq!(names, ["top/a/c", "top/b", "top/bin/run"]);
        let mut file = zip.by_name("top/bin/run").expect("a file");
        assert_eq!(file.unix_mode().map(|mode| mode & 0o777), Some(0o755));
        assert_eq!(file.last_modified().map(|time| time.year()), Some(2026));
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        assert_eq!(text, "#!");
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let (one, other) = (tree(&["b", "a"]), tree(&["a", "b"]));
        assert_eq!(one.tar_gz(TIME), other.tar_gz(TIME));
        assert_eq!(one.zip(TIME), other.zip(TIME));
    }
}
