//! Everything that is not the product itself: building the page, serving it, testing all of it.
//!
//! Run as `cargo xtask WORD`. One file per word:
//!
//! * [`bench`]: step times of this machine, beside NumPy's,
//! * [`build_page`]: Rust to WebAssembly to a folder `dist/` that any web server can serve,
//! * [`serve`]: a small web server for that folder,
//! * [`size`]: the gate that keeps the download small,
//! * [`test`]: every check of this repository, in order, with the time that each took; measurements of the page,
//! * [`tools`]: finds the programs that these need, and installs those that it may.
//!
//! Every failure is one sentence on standard error and exit code 1; a word that nobody knows is exit code 2.

mod bench;
mod build_page;
mod serve;
mod size;
mod test;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

/// What can go wrong, as the sentence that the user reads.
type Outcome<T> = Result<T, String>;

const USAGE: &str = "\
cargo xtask serve [--port N] [--no-build]   build the page and serve it at http://localhost:8080
cargo xtask build [--wasm-opt]              build the page into dist/
cargo xtask size  [--update]                size of the download against the number in xtask/size.toml
cargo xtask test                            every check: style, lints, core, tests, docs, page, browser
cargo xtask bench                           step times of this machine, beside NumPy's and PyTorch's
cargo xtask bench-web [WORD …]              decisions, frames, start and memory of the page in Chromium, beside ONNX Runtime Web's";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        ["serve", rest @ ..] => match serve_options(rest) {
            Ok((port, build)) => serve_page(port, build),
            Err(sentence) => return unknown(&sentence),
        },
        ["build"] => build_page::build(false).map(|page| println!("{page}")),
        ["build", "--wasm-opt"] => build_page::build(true).map(|page| println!("{page}")),
        ["size", flags @ ..]
            if flags
                .iter()
                .all(|flag| matches!(*flag, "--update" | "--wasm-opt")) =>
        {
            build_page::build(flags.contains(&"--wasm-opt")).and_then(|page| {
                if flags.contains(&"--update") {
                    size::update(&page)
                } else {
                    size::gate(&page)
                }
            })
        }
        ["test"] => test::all(),
        ["bench"] => bench::bench(),
        ["bench-web", which @ ..] => test::measure_page(which),
        [word, rest @ ..] => {
            let all = [&[*word], rest].concat().join(" ");
            return unknown(&format!(
                "`cargo xtask {all}` is not a command; known are serve, build, size, test and bench."
            ));
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn unknown(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::from(2)
}

/// Port and whether to build first.
fn serve_options(mut words: &[&str]) -> Outcome<(u16, bool)> {
    let (mut port, mut build) = (8080, true);
    loop {
        words = match words {
            [] => return Ok((port, build)),
            ["--no-build", rest @ ..] => {
                build = false;
                rest
            }
            ["--port", number, rest @ ..] => {
                port = number.parse().map_err(|_| {
                    format!("`--port` needs a number from 0 to 65535, not `{number}`.")
                })?;
                rest
            }
            ["--port"] => return Err("`--port` needs a number.".into()),
            [word, ..] => {
                return Err(format!(
                    "`cargo xtask serve` has no option `{word}`; known are --port N and --no-build."
                ));
            }
        };
    }
}

fn serve_page(port: u16, build: bool) -> Outcome<()> {
    // The port first: nobody wants to wait for a build to hear that it is taken.
    let server = serve::Server::bind(port, "/")?;
    if build {
        println!("{}", build_page::build(false)?);
    } else if !dist().join("index.html").exists() {
        return Err(
            "There is no page in dist/ yet: run `cargo xtask serve` without --no-build.".into(),
        );
    }
    println!("Chickadee is at {} (Ctrl-C ends it)", server.url());
    server.run(&dist());
    Ok(())
}

/// The folder of the repository.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}

/// The finished page.
fn dist() -> PathBuf {
    root().join("dist")
}

/// Where cargo puts what it builds.
fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}
