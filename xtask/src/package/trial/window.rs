//! The program, installed from its Debian package and unpacked from its archive, opens its window on a virtual screen.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Packages;
use super::screen::{Guarded, Screen};
use crate::Outcome;
use crate::files::fresh_folder;
use crate::package::program::archive_name;
use crate::package::workshop;
use crate::test::Verdict;
use crate::tools::{ask, on_path, run, software_vulkan, virtual_screen};

/// Longest wait for the first frame; drawing is done by software on a machine that may be busy.
const PATIENCE: Duration = Duration::from_secs(90);

/// Installs and unpacks, and starts both.
pub(crate) fn window(packages: &Packages) -> Outcome<Verdict> {
    if !cfg!(target_os = "linux") {
        return Ok(Verdict::Skipped("the window is started on Linux only"));
    }
    let mut folders = Vec::new();
    if let Some(archive) = packages.file(".tar.gz") {
        let folder = workshop().join("unpacked");
        fresh_folder(&folder)?;
        run(Command::new("tar")
            .arg("-xzf")
            .arg(archive)
            .arg("-C")
            .arg(&folder))?;
        folders.push(folder.join(archive_name(&packages.about.version)));
    }
    if let Some(deb) = packages.file(".deb") {
        let system = workshop().join("system");
        install(deb, &system)?;
        folders.push(system.join("usr"));
    }
    for folder in &folders {
        answers(folder, &packages.about.version)?;
    }
    let Some((xvfb, xwininfo)) = virtual_screen() else {
        return Ok(Verdict::Skipped(
            "Xvfb and xwininfo are not installed: no window was opened",
        ));
    };
    for (folder, name) in folders.iter().zip(["unpacked.xwd", "installed.xwd"]) {
        // One each: nothing that the one before has drawn is there.
        let screen = Screen::start(&xvfb, &xwininfo, &workshop().join("screen"))?;
        opens(
            &folder.join("bin/chickadee"),
            &screen,
            &workshop().join(name),
        )?;
    }
    Ok(Verdict::Passed)
}

/// Installs a Debian package into a system of its own, whose list of installed packages is this machine's: what the package depends
/// on has to be in it. Only root may do that; for others it is unpacked.
fn install(deb: &Path, system: &Path) -> Outcome<()> {
    fresh_folder(system)?;
    let is_root = ask(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    let known = Path::new("/var/lib/dpkg/status");
    if !is_root || !known.is_file() {
        println!("Not root on a Debian system: the Debian package is unpacked, not installed.");
        return run(Command::new("dpkg-deb")
            .arg("--extract")
            .arg(deb)
            .arg(system));
    }
    let database = system.join("var/lib/dpkg");
    for folder in ["info", "updates", "triggers"] {
        fresh_folder(&database.join(folder))?;
    }
    fs::copy(known, database.join("status"))
        .map_err(|error| format!("{} cannot be copied: {error}.", known.display()))?;
    let mut dpkg = Command::new("dpkg");
    dpkg.arg(format!("--root={}", system.display()))
        .arg("--install")
        .arg(deb);
    // It warns of every package whose files it does not find in the new system; only a failure is of interest.
    let said = dpkg
        .output()
        .map_err(|error| format!("`dpkg` could not be started: {error}."))?;
    if !said.status.success() {
        let errors = String::from_utf8_lossy(&said.stderr);
        let reason = errors.lines().filter(|line| !line.contains("warning:"));
        let reason: Vec<_> = reason.map(str::trim).collect();
        return Err(format!("`dpkg --install` failed: {}.", reason.join(" ")));
    }
    let sums = database.join("info/chickadee.md5sums");
    let mut check = Command::new("md5sum");
    check.current_dir(system).args(["--check", "--quiet"]);
    run(check.arg(&sums))
}

/// The program says its version, and the files of shell, manual and desktop are what they should be.
fn answers(folder: &Path, version: &str) -> Outcome<()> {
    let program = folder.join("bin/chickadee");
    let said = ask(Command::new(&program).arg("--version"));
    if said.as_deref() != Some(&format!("chickadee {version}")) {
        let program = program.display();
        return Err(format!(
            "{program} says {said:?}, not its version {version}."
        ));
    }
    let mut checks = vec![("bash", vec!["-n"], "bash-completion/completions/chickadee")];
    checks.push(("man", vec!["--warnings", "-l"], "man/man1/chickadee.1.gz"));
    checks.push((
        "man",
        vec!["--warnings", "-l"],
        "man/man1/chickadee-run.1.gz",
    ));
    checks.push((
        "desktop-file-validate",
        vec![],
        "applications/chickadee.desktop",
    ));
    for (tool, words, file) in checks {
        let file = folder.join("share").join(file);
        if !file.is_file() {
            return Err(format!("{} is missing.", file.display()));
        }
        if on_path(tool).is_some() {
            let mut check = Command::new(tool);
            run(check.args(words).arg(&file).stdout(Stdio::null()))?;
        }
    }
    Ok(())
}

/// The program opens a window with something in it, and goes on. Keeps a picture of it.
fn opens(program: &Path, screen: &Screen, picture: &Path) -> Outcome<()> {
    let shown = program.display();
    let mut window = Command::new(program);
    window
        .env("DISPLAY", &screen.name)
        .env("XDG_RUNTIME_DIR", workshop().join("screen"))
        .env_remove("WAYLAND_DISPLAY")
        .stdout(Stdio::null());
    if let Some(driver) = software_vulkan() {
        window
            .env("VK_ICD_FILENAMES", &driver)
            .env("VK_DRIVER_FILES", &driver);
    }
    let window = window
        .spawn()
        .map_err(|error| format!("{shown} could not be started: {error}."))?;
    let mut window = Guarded(window);
    let start = Instant::now();
    loop {
        std::thread::sleep(Duration::from_millis(250));
        if let Ok(Some(status)) = window.0.try_wait() {
            return Err(format!("{shown} has ended without a window ({status})."));
        }
        let colours = screen.colours()?;
        let is_drawn = colours.different > 100 && colours.commonest < 0.9;
        let is_there = screen.shows("Chickadee");
        if is_drawn && is_there {
            let after = start.elapsed().as_secs_f64();
            println!(
                "{shown}: a window with {} colours after {after:.1} s",
                colours.different
            );
            return screen.keep(picture);
        }
        if start.elapsed() > PATIENCE {
            return Err(format!(
                "{shown}: within {} s there was {} window, and {colours:?} on the screen.",
                PATIENCE.as_secs(),
                if is_there { "a" } else { "no" }
            ));
        }
    }
}
