//! The program: a window, a command line, and on the web a page.

#[cfg(target_arch = "wasm32")]
mod learner;
#[cfg(all(target_arch = "wasm32", feature = "app"))]
mod web;

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    let arguments = match chickadee::cli::arguments() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    match &arguments.task {
        Some(task) => chickadee::cli::perform(task),
        None => window(arguments.link.as_deref()),
    }
}

#[cfg(all(not(target_arch = "wasm32"), feature = "app"))]
fn window(link: Option<&str>) -> std::process::ExitCode {
    use chickadee::{app, cli::complain, session::Session, share::scenes::SCENES};
    let session = match Session::from_link(link.unwrap_or(SCENES[0].name)) {
        Ok(session) => session,
        Err(error) => return complain(&error.to_string()),
    };
    match app::open_window(session) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => complain(&format!(
            "the window cannot be opened ({error}); without a display, try: chickadee run place-to-barcode"
        )),
    }
}

#[cfg(all(not(target_arch = "wasm32"), not(feature = "app")))]
fn window(_link: Option<&str>) -> std::process::ExitCode {
    chickadee::cli::complain("this build has no window; try: chickadee run place-to-barcode")
}
