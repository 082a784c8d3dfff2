//! The programs that a build or a test needs: found where they are, installed where that is allowed.
//!
//! Everything that is fetched is announced by a line that says what it is, and followed by how long it took.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use crate::{Outcome, root, target};

/// The npm package that carries wasm-opt.
const BINARYEN: &str = "binaryen@132.0.0";
/// Older ones do not know what today's compilers emit.
const OLDEST_WASM_OPT: u32 = 119;

/// `cargo`, in the repository's folder.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// `cargo` for WebAssembly: RUSTFLAGS of the surroundings would replace the flags of `.cargo/config.toml` (SIMD).
pub(crate) fn cargo_wasm() -> Command {
    let mut command = cargo();
    command
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
}

/// Runs a command to its end; what it was, in the sentence of its failure.
pub(crate) fn run(command: &mut Command) -> Outcome<()> {
    let shown = show(command);
    let status = command
        .status()
        .map_err(|error| format!("`{shown}` could not be started: {error}."))?;
    ended(&shown, status)
}

/// How a command has ended.
fn ended(shown: &str, status: ExitStatus) -> Outcome<()> {
    if status.success() {
        return Ok(());
    }
    match status.code() {
        Some(code) => Err(format!("`{shown}` failed with exit code {code}.")),
        None => Err(format!("`{shown}` was ended by a signal.")),
    }
}

/// Runs commands at the same time. The output of the first is shown as it comes, that of the others behind it.
pub(crate) fn run_at_once(commands: &mut [Command]) -> Outcome<()> {
    let Some((first, others)) = commands.split_first_mut() else {
        return Ok(());
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = others
            .iter_mut()
            .map(|command| scope.spawn(|| collect(command)))
            .collect();
        let mut outcome = run(first);
        for other in others {
            let ended = other
                .join()
                .unwrap_or_else(|_| Err("Collecting output has panicked.".to_owned()));
            outcome = outcome.and(ended.and_then(|(text, ended)| {
                print!("{text}");
                ended
            }));
        }
        outcome
    })
}

/// Runs a command: what it has said, and how it ended.
fn collect(command: &mut Command) -> Outcome<(String, Outcome<()>)> {
    let shown = show(command);
    let output = command
        .output()
        .map_err(|error| format!("`{shown}` could not be started: {error}."))?;
    let text = [output.stderr, output.stdout].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok((text, ended(&shown, output.status)))
}

/// Standard output of a command; `None` if it is not there or fails.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn show(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    let words = command.get_args().map(|word| word.to_string_lossy());
    std::iter::once(program)
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A program on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

/// Says what is done, does it, says how long it took.
pub(crate) fn announced<T>(what: &str, act: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    println!("{what} …");
    let start = Instant::now();
    let result = act()?;
    println!("{what}: {:.0} s", start.elapsed().as_secs_f64());
    Ok(result)
}

/// Makes sure that a folder has the npm packages that its lock file names.
pub(crate) fn npm_packages(folder: &Path, what: &str) -> Outcome<()> {
    let changed =
        |file: &str| std::fs::metadata(folder.join(file)).and_then(|data| data.modified());
    let installed = changed("node_modules/.package-lock.json");
    let is_current =
        installed.is_ok_and(|then| changed("package-lock.json").is_ok_and(|now| now <= then));
    if is_current {
        return Ok(());
    }
    announced(&format!("Fetching {what} (npm ci)"), || {
        let mut npm = Command::new("npm");
        npm.current_dir(folder);
        run(npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
    })
}

/// A screen without a monitor, for the window: the program that makes one and the one that lists its windows. `None`, with a line
/// that says so, where they are missing and cannot be installed.
pub(crate) fn virtual_screen() -> Option<(PathBuf, PathBuf)> {
    let found = || Some((on_path("Xvfb")?, on_path("xwininfo")?));
    found().or_else(|| {
        let packages = [
            "xvfb",
            "x11-utils",
            "libx11-xcb1",
            "libxcursor1",
            "libxi6",
            "libxkbcommon-x11-0",
        ];
        let install = apt_install("Installing a virtual screen", &packages);
        install.map_err(|error| println!("{error}")).ok()?;
        found()
    })
}

/// Makes sure that rustc can compile to WebAssembly.
pub(crate) fn wasm_target() -> Outcome<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let libraries = ask(Command::new(rustc).current_dir(root()).args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]));
    if libraries.is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    let add = announced("Installing the WebAssembly target of Rust", || {
        run(Command::new("rustup")
            .current_dir(root())
            .args(["target", "add", TARGET]))
    });
    add.map_err(|error| {
        format!("The WebAssembly target of Rust is missing ({error}): run `rustup target add {TARGET}`, or install your system's package for it (Fedora: rust-std-static-{TARGET}).")
    })
}

/// wasm-opt, fetched by npm if need be; `None` with a line that says so if there is no way to it.
pub(crate) fn wasm_opt() -> Option<PathBuf> {
    let fetched = target().join("tools").join("node_modules/.bin/wasm-opt");
    let known = [
        on_path("wasm-opt"),
        Some(root().join("node_modules/.bin/wasm-opt")),
        Some(fetched.clone()),
    ];
    if let Some(file) = known
        .into_iter()
        .flatten()
        .find(|file| recent_wasm_opt(file))
    {
        return Some(file);
    }
    if on_path("npm").is_none() {
        println!(
            "wasm-opt is not installed (npm install -g binaryen): the page is built without it."
        );
        return None;
    }
    let folder = target().join("tools");
    let install = announced("Fetching wasm-opt (npm package binaryen)", || {
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("{} cannot be made: {error}.", folder.display()))?;
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            "--prefix",
        ]);
        run(npm.arg(&folder).arg(BINARYEN).stdout(Stdio::null()))
    });
    match install {
        Ok(()) if recent_wasm_opt(&fetched) => Some(fetched),
        Ok(()) => {
            println!(
                "wasm-opt came without a program that runs here: the page is built without it."
            );
            None
        }
        Err(error) => {
            println!("wasm-opt could not be fetched ({error}): the page is built without it.");
            None
        }
    }
}

/// True if it runs and is no older than [`OLDEST_WASM_OPT`].
fn recent_wasm_opt(file: &Path) -> bool {
    let version = ask(Command::new(file).arg("--version")); // "wasm-opt version 132 (version_132)"
    let number = version
        .as_deref()
        .and_then(|text| text.split_whitespace().nth(2)?.parse::<u32>().ok());
    number.is_some_and(|number| number >= OLDEST_WASM_OPT)
}

/// The browser of the tests.
pub(crate) fn chromium() -> Outcome<PathBuf> {
    if let Some(file) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        return if file.is_file() {
            Ok(file)
        } else {
            Err(format!(
                "CHROMIUM names {}, which is not there.",
                file.display()
            ))
        };
    }
    if let Some(file) = chromium_on_path() {
        return Ok(file);
    }
    apt_install(
        "Installing Chromium",
        &["chromium", "fonts-dejavu-core", "mesa-vulkan-drivers"],
    )?;
    chromium_on_path().ok_or_else(|| NO_CHROMIUM.to_owned())
}

const NO_CHROMIUM: &str = "The browser tests need Chromium: install it (Debian: apt-get install chromium), or name it in the variable CHROMIUM.";

fn chromium_on_path() -> Option<PathBuf> {
    [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]
    .into_iter()
    .find_map(on_path)
}

/// Installs SLURM where that is allowed, for the tests that submit job arrays. Where it cannot be had a line says so: those tests are then
/// ignored, but on a build server they fail.
pub(crate) fn slurm() -> bool {
    // A daemon lies where a user's search path may not lead; its client does not.
    let is_there = || on_path("sbatch").is_some() && Path::new("/usr/sbin/slurmctld").is_file();
    if is_there() || !cfg!(target_os = "linux") {
        return is_there();
    }
    let packages = ["slurmctld", "slurmd", "slurm-client", "munge"];
    apt_install("Installing SLURM", &packages)
        .map_err(|error| println!("{error}"))
        .is_ok_and(|()| is_there())
}

/// Installs Debian packages where that is allowed; otherwise says what to install.
fn apt_install(what: &str, packages: &[&str]) -> Outcome<()> {
    let is_root = ask(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    if !is_root || on_path("apt-get").is_none() {
        return Err(format!(
            "Not installed, and only root on a Debian system can be helped: {}.",
            packages.join(", ")
        ));
    }
    announced(
        &format!("{what} (apt-get install {})", packages.join(" ")),
        || {
            let mut update = Command::new("apt-get");
            run(update.args(["-qq", "update"]).stdout(Stdio::null()))?;
            let mut install = Command::new("apt-get");
            install.env("DEBIAN_FRONTEND", "noninteractive");
            install
                .args(["-qq", "install", "-y", "--no-install-recommends"])
                .args(packages);
            run(install.stdout(Stdio::null()))
        },
    )
}

/// The description of a Vulkan driver that draws and computes on the processor, for tests that compare pictures or kernels: the
/// same on every machine. `None`, with a line that says so, where there is none: the tests then take the adapter that they
/// find, and those of kernels are ignored if there is none at all.
pub(crate) fn software_vulkan() -> Option<PathBuf> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let found = lavapipe().or_else(|| {
        let install = apt_install("Installing software Vulkan", &["mesa-vulkan-drivers"]);
        install.map_err(|error| println!("{error}")).ok()?;
        lavapipe()
    });
    if found.is_none() {
        println!(
            "No software Vulkan (Debian: mesa-vulkan-drivers): tests of pictures and kernels use the adapter that they find."
        );
    }
    found
}

fn lavapipe() -> Option<PathBuf> {
    let files = std::fs::read_dir("/usr/share/vulkan/icd.d").ok()?;
    files.flatten().map(|entry| entry.path()).find(|path| {
        path.file_name().is_some_and(|name| {
            let name = name.to_string_lossy();
            name.starts_with("lvp_icd") && name.ends_with(".json")
        })
    })
}
