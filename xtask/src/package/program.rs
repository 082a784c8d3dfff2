//! The program of this machine with what a shell, a desktop and a reader want beside it, and the archive that can be unpacked
//! anywhere.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::archive::{Tree, gzip};
use super::{About, page, workshop};
use crate::files::{fresh_folder, read, write};
use crate::tools::{ask, cargo, on_path, run};
use crate::{Outcome, root, target};

const DESKTOP: &str = include_str!("../../package/chickadee.desktop");
const READ_ME: &str = include_str!("../../package/README.txt");

/// How the program is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// For people.
    Release,
    /// As the tests have it already: for trying the packages.
    Tests,
}

/// A compiled program.
pub(super) struct Program {
    file: PathBuf,
    pub(super) bytes: Vec<u8>,
    version: String,
}

impl Program {
    /// Compiles it.
    pub(super) fn new(build: Build, about: &About) -> Outcome<Self> {
        let (words, profile): (&[&str], _) = match build {
            Build::Release => (&["build", "--release", "--bin", "chickadee"], "release"),
            // Compiled for this test before: another command would choose other features, and compile everything again.
            Build::Tests => (
                &["test", "--workspace", "--test", "browser", "--no-run"],
                "debug",
            ),
        };
        run(cargo().args(words))?;
        let name = format!("chickadee{}", std::env::consts::EXE_SUFFIX);
        let file = target().join(profile).join(name);
        let bytes = without_debug_information(&file)?;
        let version = about.version.clone();
        Ok(Self {
            file,
            bytes,
            version,
        })
    }

    /// What the program says to a command.
    fn says(&self, words: &[&str]) -> Outcome<String> {
        let said = ask(Command::new(&self.file).args(words));
        said.map(|text| text + "\n")
            .ok_or_else(|| format!("`chickadee {}` failed.", words.join(" ")))
    }

    /// The manual pages by name: of the program and of each of its commands.
    fn manual(&self) -> Outcome<Vec<(String, String)>> {
        let first = self.says(&["man"])?;
        let mut pages = Vec::new();
        for command in commands(&first) {
            pages.push((
                format!("chickadee-{command}"),
                self.says(&["man", &command])?,
            ));
        }
        pages.push(("chickadee".to_owned(), first));
        Ok(pages)
    }

    /// Program, manual pages and completions, where a Unix looks for them below `/usr` or `~/.local`; `zsh` is the folder that
    /// this shell is told of.
    pub(super) fn tree(&self, zsh: &str) -> Outcome<Tree> {
        let mut tree = Tree::default();
        tree.add_program("bin/chickadee", self.bytes.clone());
        for (name, page) in self.manual()? {
            tree.add(
                &format!("share/man/man1/{name}.1.gz"),
                gzip(page.as_bytes())?,
            );
        }
        for (shell, path) in [
            ("bash", "bash-completion/completions/chickadee"),
            ("zsh", zsh),
            ("fish", "fish/vendor_completions.d/chickadee.fish"),
        ] {
            tree.add(
                &format!("share/{path}"),
                self.says(&["completions", shell])?,
            );
        }
        if cfg!(target_os = "linux") {
            tree.add("share/applications/chickadee.desktop", DESKTOP);
            for (icon, path) in [
                ("icon.svg", "scalable/apps/chickadee.svg"),
                ("icon-192.png", "192x192/apps/chickadee.png"),
                ("icon-512.png", "512x512/apps/chickadee.png"),
            ] {
                let bytes = read(&root().join("assets").join(icon))?;
                tree.add(&format!("share/icons/hicolor/{path}"), bytes);
            }
        }
        Ok(tree)
    }

    /// The archive: one folder with the version and the system in its name.
    pub(super) fn pack(&self, about: &About, folder: &Path) -> Outcome<PathBuf> {
        let name = archive_name(&self.version);
        let is_windows = cfg!(windows);
        let mut tree = if is_windows {
            let mut tree = Tree::default();
            tree.add_program("chickadee.exe", self.bytes.clone());
            tree
        } else {
            self.tree("zsh/site-functions/_chickadee")?
        };
        let start = if is_windows {
            "chickadee.exe"
        } else {
            "bin/chickadee"
        };
        let read_me = READ_ME
            .replace("VERSION", &self.version)
            .replace("PROGRAM", start);
        tree.add("README.txt", read_me);
        page::add_licences(&mut tree, "", None)?;
        let tree = tree.below(&name);
        let (file, bytes) = if is_windows {
            (format!("{name}.zip"), tree.zip(about.time)?)
        } else {
            (format!("{name}.tar.gz"), tree.tar_gz(about.time)?)
        };
        let file = folder.join(file);
        write(&file, &bytes)?;
        Ok(file)
    }
}

/// The archive's name, and that of the folder in it, without an ending.
pub(super) fn archive_name(version: &str) -> String {
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("chickadee-{version}-{system}-{machine}")
}

/// The commands that the manual page of the program refers to.
fn commands(page: &str) -> Vec<String> {
    let words = page.split("chickadee\\-").skip(1);
    let names = words.filter_map(|rest| rest.split_once("(1)").map(|(name, _)| name));
    let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase());
    names
        .filter(|name| is_name(name) && *name != "help")
        .map(str::to_owned)
        .collect()
}

/// The program's bytes. Where there is `strip`, without what only a debugger reads: in a test build that is nine tenths.
fn without_debug_information(file: &Path) -> Outcome<Vec<u8>> {
    if !cfg!(target_os = "linux") || on_path("strip").is_none() {
        return read(file);
    }
    let folder = workshop().join("strip");
    fresh_folder(&folder)?;
    let stripped = folder.join("chickadee");
    run(Command::new("strip")
        .arg("--strip-debug")
        .arg("-o")
        .arg(&stripped)
        .arg(file))?;
    read(&stripped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_those_of_the_manual() {
        let page = ".SH SUBCOMMANDS\n.TP\nchickadee\\-run(1)\nRun.\n.TP\nchickadee\\-help(1)\nThis.\n.TP\nchickadee\\-eval(1)\n";
        assert_eq!(commands(page), ["run", "eval"]);
    }
}
