//! The GPU against the CPU, case by case: the list of `chickadee selftest` as tests.
//!
//! Without an adapter every test is shown as ignored, and none passes. With `CHICKADEE_GPU=required` in the
//! environment, as on the build server, they then fail instead. A software adapter will do
//! (Debian: mesa-vulkan-drivers; `cargo xtask test` chooses it).
#![cfg(not(target_arch = "wasm32"))]

use chickadee::{
    gpu::{Gpu, Wish},
    selftest::cases,
};
use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let opened = Gpu::open_now(Wish::default());
    let required = std::env::var("CHICKADEE_GPU").is_ok_and(|value| value == "required");
    match &opened {
        Ok(gpu) => eprintln!("GPU: {}", gpu.describe()),
        Err(error) => eprintln!("GPU: {error}"),
    }
    let ignored = opened.is_err() && !required;
    let tests = cases().into_iter().map(|case| {
        Trial::test(case.name.replace(", ", " ").replace(' ', "_"), move || {
            // A device of its own: what breaks one must not break the others.
            let gpu = Gpu::open_now(Wish::default()).map_err(|error| error.to_string())?;
            let outcome = pollster::block_on(case.run(&gpu));
            let text = format!(
                "{}: error {:?}, tolerance {}, {}",
                outcome.name,
                outcome.max_error,
                outcome.tolerance,
                outcome.error.unwrap_or_default()
            );
            eprintln!("{text}");
            if outcome.ok { Ok(()) } else { Err(text.into()) }
        })
        .with_ignored_flag(ignored)
    });
    libtest_mimic::run(&arguments, tests.collect()).exit();
}
