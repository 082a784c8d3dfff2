//! `cargo bench`: the step times of both models on this machine, on the CPU and, where there is an adapter, on the GPU.
//!
//! These are the measurements of `chickadee bench`, one after the other; there is no second way of measuring that could
//! drift from it. They print and judge nothing. `cargo bench --no-default-features --features gpu` builds without a
//! window; `cargo bench -- transformer` measures one model only.

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    use chickadee::cli::{Arguments, Task, perform};
    use clap::Parser;

    // Cargo adds words of its own, such as --bench; the rest choose.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let models = ["barcode", "transformer", "gpu"];
    if let Some(word) = wanted.iter().find(|word| !models.contains(&word.as_str())) {
        eprintln!(
            "`{word}` is not measured here; known are {}.",
            models.join(", ")
        );
        std::process::exit(2);
    }
    for model in models {
        if model == "gpu" && !cfg!(feature = "gpu") {
            continue;
        }
        if !wanted.is_empty() && !wanted.iter().any(|word| word == model) {
            continue;
        }
        let words = ["chickadee", "bench", "--of", model, "--units", "1000,5000"];
        let arguments = Arguments::try_parse_from(words);
        if let Ok(Arguments {
            task: Some(task @ Task::Bench(_)),
            ..
        }) = arguments
        {
            // A machine without an adapter is told so in one sentence, and has been measured as far as it goes.
            let _code = perform(&task);
            println!();
        }
    }
}
