//! `cargo xtask package`: everything that is handed out, in `dist-packages/VERSION/`.
//!
//! | package | made by |
//! | --- | --- |
//! | `chickadee-VERSION-page.zip`, the folder `dist/` | [`page`] |
//! | `chickadee-lab-VERSION.tgz`, for npm | [`npm`] |
//! | `chickadee-VERSION-SYSTEM.tar.gz` (or `.zip`), the program | [`program`] |
//! | `chickadee_VERSION_ARCH.deb`, the program | [`debian`] |
//! | `SHA256SUMS` of them all | here |
//!
//! The program is that of the machine that packs it: its completions and manual pages are its own answers. The same commit gives
//! the same bytes with the same tools: entries are sorted, and carry the time of the commit. [`trial`] installs and starts what
//! was made.

mod archive;
mod debian;
mod notices;
mod npm;
mod page;
mod program;
pub(crate) mod trial;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::files::{fresh_folder, read, write};
use crate::tools::{ask, cargo, on_path};
use crate::{Outcome, build_page, root, target};

pub(crate) use program::Build;

/// A package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// The folder of the page, as a zip.
    Page,
    /// The package for npm.
    Npm,
    /// The program, as an archive that can be unpacked anywhere.
    Archive,
    /// The program, as a Debian package.
    Deb,
}

/// What all packages say of themselves.
#[derive(Debug)]
struct About {
    version: String,
    description: String,
    keywords: Vec<String>,
    /// Seconds since 1970 of every file in every package.
    time: u64,
}

/// The folder of the packages of this version.
fn folder(about: &About) -> PathBuf {
    root().join("dist-packages").join(&about.version)
}

/// The word `package`: makes some packages, or all that this machine can make.
pub(crate) fn package(kinds: &[Kind]) -> Outcome<()> {
    let about = about()?;
    let folder = folder(&about);
    let kinds = if kinds.is_empty() {
        fresh_folder(&folder)?;
        possible()
    } else {
        // What is missing is known before the long builds, not after them.
        if let Some(sentence) = kinds.iter().find_map(|kind| missing(*kind)) {
            return Err(sentence);
        }
        fs::create_dir_all(&folder)
            .map_err(|error| format!("{} cannot be made: {error}.", folder.display()))?;
        kinds.to_vec()
    };
    if kinds
        .iter()
        .any(|kind| matches!(kind, Kind::Page | Kind::Npm))
    {
        println!("{}", build_page::build(false)?);
    }
    for file in make(&kinds, Build::Release, &about, &folder)? {
        println!("{}", file.display());
    }
    Ok(())
}

/// Why this machine cannot make a package.
fn missing(kind: Kind) -> Option<String> {
    let (tool, what) = match kind {
        Kind::Page | Kind::Archive => return None,
        Kind::Npm => ("npm", "package for npm"),
        Kind::Deb => ("dpkg-deb", "Debian package"),
    };
    on_path(tool)
        .is_none()
        .then(|| format!("No {what} is made: {tool} is not installed."))
}

/// All kinds that this machine has the tools for; a line for each that it has not.
fn possible() -> Vec<Kind> {
    let can = |kind: &Kind| {
        let missing = missing(*kind);
        missing.iter().for_each(|sentence| println!("{sentence}"));
        missing.is_none()
    };
    let all = <Kind as clap::ValueEnum>::value_variants();
    all.iter().copied().filter(can).collect()
}

/// Makes packages in a folder, of the page in `dist/` and of a program built as `build` says; gives their files and that of the sums.
fn make(kinds: &[Kind], build: Build, about: &About, folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut made = Vec::new();
    if kinds.contains(&Kind::Page) {
        made.push(page::pack(about, folder)?);
    }
    if kinds.contains(&Kind::Npm) {
        made.push(npm::pack(about, folder)?);
    }
    if kinds
        .iter()
        .any(|kind| matches!(kind, Kind::Archive | Kind::Deb))
    {
        let program = program::Program::new(build, about)?;
        if kinds.contains(&Kind::Archive) {
            made.push(program.pack(about, folder)?);
        }
        if kinds.contains(&Kind::Deb) {
            made.push(debian::pack(&program, about, folder)?);
        }
    }
    made.push(sums(folder)?);
    Ok(made)
}

/// The file that `sha256sum --check` reads, for everything in a folder.
fn sums(folder: &Path) -> Outcome<PathBuf> {
    let file = folder.join("SHA256SUMS");
    let mut lines = Vec::new();
    let cannot = |error: std::io::Error| format!("{} cannot be read: {error}.", folder.display());
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if let Some(name) = path.file_name().filter(|_| path.is_file() && path != file) {
            let sum = Sha256::digest(read(&path)?);
            lines.push((name.to_string_lossy().into_owned(), format!("{sum:x}")));
        }
    }
    lines.sort();
    let text: String = lines
        .iter()
        .map(|(name, sum)| format!("{sum}  {name}\n"))
        .collect();
    write(&file, text.as_bytes())?;
    Ok(file)
}

/// Version, description and keywords of `Cargo.toml`, and the time of the commit.
fn about() -> Outcome<About> {
    let mut metadata = cargo();
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
    let said = ask(&mut metadata).ok_or("`cargo metadata` failed.")?;
    let said: Value = serde_json::from_str(&said)
        .map_err(|error| format!("`cargo metadata` said what cannot be read: {error}."))?;
    let packages = said["packages"].as_array().map(Vec::as_slice);
    let package = packages
        .unwrap_or_default()
        .iter()
        .find(|package| package["name"] == "chickadee")
        .ok_or("`cargo metadata` knows no package chickadee.")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let keywords = package["keywords"].as_array().map(Vec::as_slice);
    Ok(About {
        version: text(&package["version"]),
        description: text(&package["description"]),
        keywords: keywords.unwrap_or_default().iter().map(text).collect(),
        time: time_of_commit(),
    })
}

/// `SOURCE_DATE_EPOCH` if it is set, or the time of the commit, or in a copy without commits that of `Cargo.toml`.
fn time_of_commit() -> u64 {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok();
    let commit = || {
        let mut git = std::process::Command::new("git");
        ask(git.current_dir(root()).args(["log", "-1", "--format=%ct"]))
    };
    let file = || {
        let changed = fs::metadata(root().join("Cargo.toml")).and_then(|data| data.modified());
        changed.ok()?.duration_since(std::time::UNIX_EPOCH).ok()
    };
    let read = |text: String| text.trim().parse().ok();
    given
        .and_then(read)
        .or_else(|| commit().and_then(read))
        .or_else(|| file().map(|age| age.as_secs()))
        .unwrap_or_default()
}

/// Where things are laid out before they are packed.
fn workshop() -> PathBuf {
    target().join("packages")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_say_what_cargo_says() {
        let about = about().expect("is known");
        assert!(about.version.split('.').count() >= 3, "{about:?}");
        assert!(about.description.len() > 40 && about.keywords.len() > 2 && about.time > 0);
    }

    #[test]
    fn sums_are_those_of_sha256sum() {
        let folder = std::env::temp_dir().join(format!("chickadee-sums-{}", std::process::id()));
        fresh_folder(&folder).expect("a folder");
        write(&folder.join("b"), b"abc").expect("a file");
        write(&folder.join("a"), b"").expect("a file");
        let file = sums(&folder).expect("sums");
        // Twice: the file of the sums is not one of those that it names.
        assert_eq!(sums(&folder).expect("sums"), file);
        let text = fs::read_to_string(&file).expect("text");
        assert_eq!(
            text,
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n\
             ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b\n"
        );
        fs::remove_dir_all(folder).expect("cleans up");
    }
}
