//! The program: a window, a command line, and on the web a page.

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    let arguments = match chickadee::cli::arguments() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    match &arguments.task {
        Some(task) => chickadee::cli::perform(task),
        None => std::process::ExitCode::SUCCESS,
    }
}
