//! The Debian package: a folder laid out as the installed system will have it, packed by `dpkg-deb`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::archive::gzip;
use super::program::Program;
use super::{About, page, workshop};
use crate::files::{fresh_folder, read, write};
use crate::tools::{ask, run};
use crate::{Outcome, root};

const COPYRIGHT: &str = include_str!("../../package/copyright");

/// What the window loads when it opens: libraries of X11 and the keyboard. Drawing needs a driver; any will do.
const WINDOW: &str =
    "libx11-6, libx11-xcb1, libxcursor1, libxi6, libxkbcommon0, libxkbcommon-x11-0";
const DRAWING: &str = "libvulkan1, mesa-vulkan-drivers | vulkan-icd, libegl1, libwayland-client0";

/// Packs the program.
pub(super) fn pack(program: &Program, about: &About, folder: &Path) -> Outcome<PathBuf> {
    let mut tree = program.tree("zsh/vendor-completions/_chickadee")?;
    let documents = "share/doc/chickadee/";
    page::add_licences(&mut tree, documents, None)?;
    tree.add(&format!("{documents}copyright"), COPYRIGHT);
    for name in ["README.md", "CHANGELOG.md"] {
        tree.add(
            &format!("{documents}{name}.gz"),
            gzip(&read(&root().join(name))?)?,
        );
    }

    let system = workshop().join("deb");
    fresh_folder(&system)?;
    let size: usize = tree.0.values().map(|file| file.bytes.len()).sum();
    tree.below("usr").unfold(&system)?;
    let control = system.join("DEBIAN");
    fresh_folder(&control)?;
    write(&control.join("md5sums"), md5sums(&system)?.as_bytes())?;
    let text = control_file(about, &program.bytes, size);
    write(&control.join("control"), text.as_bytes())?;

    let file = folder.join(format!(
        "chickadee_{}_{}.deb",
        version(&about.version),
        architecture()
    ));
    let mut dpkg = Command::new("dpkg-deb");
    dpkg.args(["--root-owner-group", "-Zxz", "--build"])
        .arg(&system)
        .arg(&file)
        .env("SOURCE_DATE_EPOCH", about.time.to_string())
        .stdout(Stdio::null());
    run(&mut dpkg)?;
    Ok(file)
}

/// The file `control`, whose words are those of Debian's policy.
fn control_file(about: &About, program: &[u8], size: usize) -> String {
    let libc = newest_libc(program).map_or_else(String::new, |v| format!(" (>= {v})"));
    format!(
        "Package: chickadee\n\
         Version: {}\n\
         Architecture: {}\n\
         Maintainer: The Chickadee developers\n\
         Installed-Size: {}\n\
         Depends: libc6{libc}, libgcc-s1, {WINDOW}\n\
         Recommends: {DRAWING}\n\
         Section: science\n\
         Priority: optional\n\
         Description: interactive simulator of two models of memory\n \
         {}.\n",
        version(&about.version),
        architecture(),
        size.div_ceil(1024),
        about.description
    )
}

/// A version as Debian sorts it: what comes before a release has a tilde.
fn version(version: &str) -> String {
    version.replacen('-', "~", 1)
}

/// Debian's word for the processor.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "arm" => "armhf",
        "x86" => "i386",
        "powerpc64" => "ppc64el",
        other => other,
    }
}

/// The newest version of the C library that a program asks for, which it names as `GLIBC_2.34`.
fn newest_libc(program: &[u8]) -> Option<String> {
    const MARK: &[u8] = b"\0GLIBC_";
    let number = |rest: &[u8]| {
        let end = rest.iter().position(|byte| *byte == 0)?;
        let text = std::str::from_utf8(&rest[..end]).ok()?;
        let (major, minor) = text.split_once('.')?;
        let minor = minor.split('.').next()?;
        Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
    };
    let places = program.windows(MARK.len()).enumerate();
    let found = places.filter(|(_, window)| *window == MARK);
    let newest = found
        .filter_map(|(at, _)| number(&program[at + MARK.len()..]))
        .max()?;
    Some(format!("{}.{}", newest.0, newest.1))
}

/// The sums that `dpkg --verify` reads.
fn md5sums(system: &Path) -> Outcome<String> {
    let mut files = Vec::new();
    list(system, Path::new("usr"), &mut files)?;
    files.sort();
    let mut md5sum = Command::new("md5sum");
    let sums = ask(md5sum.current_dir(system).args(&files)).ok_or("`md5sum` failed.")?;
    Ok(sums + "\n")
}

/// Every file below a folder, by its path from `root`.
fn list(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Outcome<()> {
    let cannot = |error: std::io::Error| format!("{} cannot be read: {error}.", folder.display());
    for entry in fs::read_dir(root.join(folder)).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() {
            list(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_libc_is_found() {
        let program = b"\x7fELF..\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.17\0GLIBC_PRIVATE\0rest";
        assert_eq!(newest_libc(program).as_deref(), Some("2.34"));
        assert_eq!(newest_libc(b"no program"), None);
    }

    #[test]
    fn versions_before_a_release_come_before_it() {
        assert_eq!(version("1.2.0"), "1.2.0");
        assert_eq!(version("1.2.0-rc.1"), "1.2.0~rc.1");
    }
}
