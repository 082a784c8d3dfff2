//! Turns the texts (`languages/*/*.ftl`) into Rust.

mod compile;

use std::{env, fs, path::Path, process::ExitCode};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=compile");
    let Some(out) = env::var_os("OUT_DIR") else {
        println!("cargo::error=OUT_DIR is not set: this is for cargo to run");
        return ExitCode::FAILURE;
    };
    for (folder, support, file) in [
        ("languages", "crate", "texts.rs"),
        // Two languages, for the tests.
        ("tests/sample", "chickadee_texts", "sample_texts.rs"),
    ] {
        println!("cargo::rerun-if-changed={folder}");

        let written = compile::read(Path::new(folder), "en").and_then(|languages| {
            fs::write(
                Path::new(&out).join(file),
                compile::write(&languages, support),
            )
            .map_err(|error| format!("{file}: {error}"))
        });
        if let Err(sentence) = written {
            println!("cargo::error={sentence}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
