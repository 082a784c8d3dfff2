//! Everything that is not the product itself: building the page, serving it, testing all of it.
//!
//! Run as `cargo xtask WORD`. One file per word:
//!
//! * [`mod@bench`]: step times of this machine, beside NumPy's,
//! * [`build_page`]: Rust to WebAssembly to a folder `dist/` that any web server can serve,
//! * [`mod@figures`]: FIGURES.md from the finished pieces of figures,
//! * [`package`]: everything that is handed out: for npm, Debian, other desktops, web servers,
//! * [`serve`]: a small web server for that folder,
//! * [`size`]: the gate that keeps the download small,
//! * [`mod@test`]: every check of this repository, in order, with the time that each took; measurements of the page,
//! * [`tools`]: finds the programs that these need, and installs those that it may.
//!
//! Every failure is one sentence on standard error and exit code 1; a word that there is not is exit code 2.

mod bench;
mod build_page;
mod figures;
mod files;
mod package;
mod serve;
mod size;
mod test;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// A result, or the sentence that the user reads.
type Outcome<T> = Result<T, String>;

/// Builds, serves, measures and tests the page, and tests everything else.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    word: Option<Word>,
}

#[derive(Debug, PartialEq, Subcommand)]
enum Word {
    /// Build the page and serve it at http://localhost:8080.
    Serve {
        /// The port; 0 takes any that is free.
        #[arg(long, value_name = "N", default_value_t = 8080)]
        port: u16,
        /// Serve the page that was built before.
        #[arg(long)]
        no_build: bool,
    },
    /// Build the page into dist/.
    Build(Build),
    /// Size of the download against the number in xtask/size.toml.
    Size {
        #[command(flatten)]
        build: Build,
        /// Accept the size of today.
        #[arg(long)]
        update: bool,
    },
    /// Make the packages of this version in dist-packages/.
    Package {
        /// Some of them; all that this machine can make without a word.
        #[arg(value_enum)]
        kinds: Vec<package::Kind>,
    },
    /// Every check: style, lints, core, tests, docs, scripts, page, browser, packages.
    Test,
    /// The packages alone: made, installed, started, put on pages.
    TestPackages,
    /// Step times of this machine, beside NumPy's and PyTorch's.
    Bench,
    /// FIGURES.md: the barcode paper's figures as far as they were recomputed.
    Figures,
    /// Decisions, frames, start and memory of the page in Chromium, beside ONNX Runtime Web's.
    BenchWeb {
        /// Another build's dist/, whose kernels are measured in turn with ours.
        #[arg(long, value_name = "FOLDER")]
        beside: Option<PathBuf>,
        /// Some of the measurements, by name; without a name all.
        #[arg(
            value_name = "WORD",
            trailing_var_arg = true,
            allow_hyphen_values = true
        )]
        which: Vec<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Args)]
struct Build {
    /// Let wasm-opt work on the module.
    #[arg(long)]
    wasm_opt: bool,
}

fn main() -> ExitCode {
    let result = match Arguments::try_parse() {
        Ok(Arguments { word: Some(word) }) => perform(word),
        Ok(Arguments { word: None }) => {
            let help = <Arguments as clap::CommandFactory>::command().print_long_help();
            help.map_err(|error| format!("The help could not be printed: {error}."))
        }
        Err(error) if error.use_stderr() => {
            eprintln!("{}", one_line(&error.to_string()));
            return ExitCode::from(2);
        }
        Err(help) => {
            print!("{help}");
            Ok(())
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

/// The first paragraph of an error of clap as one line; usage and tips follow a blank line.
fn one_line(error: &str) -> String {
    let paragraph = error.split("\n\n").next().unwrap_or_default();
    let words: Vec<_> = paragraph.split_whitespace().collect();
    let line = words.join(" ");
    let line = line.strip_prefix("error: ").unwrap_or(&line);
    format!("{line} (`cargo xtask help` lists the commands)")
}

fn perform(word: Word) -> Outcome<()> {
    match word {
        Word::Serve { port, no_build } => serve_page(port, !no_build),
        Word::Build(Build { wasm_opt }) => {
            println!("{}", build_page::build(wasm_opt)?);
            Ok(())
        }
        Word::Size { build, update } => {
            let page = build_page::build(build.wasm_opt)?;
            if update {
                size::update(&page)
            } else {
                size::gate(&page)
            }
        }
        Word::Package { kinds } => package::package(&kinds),
        Word::Test => test::all(),
        Word::TestPackages => test::all_packages(),
        Word::Bench => bench::bench(),
        Word::Figures => figures::figures(),
        Word::BenchWeb { beside, which } => test::measure_page(beside, &which),
    }
}

fn serve_page(port: u16, build: bool) -> Outcome<()> {
    // The port first: that it is taken should be known before the build, not after it.
    let server = serve::Server::bind(port, "/")?;
    if build {
        println!("{}", build_page::build(false)?);
    } else if !dist().join("index.html").exists() {
        return Err(
            "There is no page in dist/ yet: run `cargo xtask serve` without --no-build.".into(),
        );
    }
    println!("Chickadee is at {} (Ctrl-C ends it)", server.url());
    server.run(&dist())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Option<Word>, String> {
        let words = std::iter::once("xtask").chain(words.split_whitespace());
        let read = Arguments::try_parse_from(words);
        read.map(|arguments| arguments.word)
            .map_err(|error| one_line(&error.to_string()))
    }

    #[test]
    fn every_word_is_read() {
        let serve = |port, no_build| Ok(Some(Word::Serve { port, no_build }));
        let size = |wasm_opt, update| {
            let build = Build { wasm_opt };
            Ok(Some(Word::Size { build, update }))
        };
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("serve"), serve(8080, false));
        assert_eq!(read("serve --no-build --port 0"), serve(0, true));
        assert_eq!(
            read("build --wasm-opt"),
            Ok(Some(Word::Build(Build { wasm_opt: true })))
        );
        assert_eq!(read("size"), size(false, false));
        assert_eq!(read("size --update --wasm-opt"), size(true, true));
        let package = |kinds: &[package::Kind]| {
            let kinds = kinds.to_vec();
            Ok(Some(Word::Package { kinds }))
        };
        assert_eq!(read("package"), package(&[]));
        let two = [package::Kind::Npm, package::Kind::Deb];
        assert_eq!(read("package npm deb"), package(&two));
        assert_eq!(read("test"), Ok(Some(Word::Test)));
        assert_eq!(read("test-packages"), Ok(Some(Word::TestPackages)));
        assert_eq!(read("bench"), Ok(Some(Word::Bench)));
        let which = vec!["first_frame".to_owned(), "--exact".to_owned()];
        assert_eq!(
            read("bench-web first_frame --exact"),
            Ok(Some(Word::BenchWeb {
                beside: None,
                which
            }))
        );
        assert_eq!(
            read("bench-web --beside ../old/dist beside"),
            Ok(Some(Word::BenchWeb {
                beside: Some(PathBuf::from("../old/dist")),
                which: vec!["beside".to_owned()]
            }))
        );
    }

    #[test]
    fn a_wrong_word_is_one_line_that_names_it() {
        for (words, named) in [
            ("fly", "'fly'"),
            ("serve --port", "--port"),
            ("package rpm", "'rpm'"),
            ("serve --port 70000", "'70000'"),
            ("serve --colour", "'--colour'"),
            ("test all", "'all'"),
        ] {
            let line = read(words).expect_err("is refused");
            assert!(line.contains(named) && !line.contains('\n'), "{line}");
        }
    }
}
