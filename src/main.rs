//! The program: a window, a command line, and on the web a page.

#[cfg(target_arch = "wasm32")]
mod web;

#[cfg(target_arch = "wasm32")]
fn main() {
    web::report_panics();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    let arguments = match chickadee::cli::arguments() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    if let Some(language) = arguments.lang {
        chickadee::texts::set_language(language);
    }
    match &arguments.task {
        Some(task) => chickadee::cli::perform(task),
        None => window(&arguments),
    }
}

#[cfg(all(not(target_arch = "wasm32"), feature = "app"))]
fn window(arguments: &chickadee::cli::Arguments) -> std::process::ExitCode {
    use chickadee::{
        app, cli,
        session::{LabInfo, MODEL, Workbench, registry},
        texts,
    };
    let reads = |lab: &&'static LabInfo| arguments.model.is_none() || lab.opens(MODEL);
    let lab = registry::labs().into_iter().find(reads);
    let scene = lab.and_then(|lab| lab.scenes.first());
    let link = arguments.link.as_deref();
    let mut lab = match Workbench::from_link(link.or(scene.map(|s| s.name)).unwrap_or_default()) {
        Ok(lab) => lab,
        Err(error) => return cli::complain(&error.to_string()),
    };
    if let Some(path) = &arguments.model
        && let Err(error) = cli::open_model(&mut lab, path)
    {
        return cli::complain(&error);
    }
    // The link says how it was shown where it was copied; what the command line says counts.
    let (mut options, ignored) = app::Options::of_link(link.unwrap_or_default());
    for sentence in ignored {
        lab.message(sentence.to_string());
    }
    options.lang = arguments.lang.unwrap_or(options.lang);
    if let Some(backend) = arguments.backend {
        options.backend = backend;
    }
    if let Some(share) = &arguments.share
        && let Err(error) = options.set("share", share)
    {
        return cli::complain(&error.to_string());
    }
    match app::open_window(lab, options) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => cli::complain(&texts::cli::WindowFails { error }.to_string()),
    }
}

#[cfg(all(not(target_arch = "wasm32"), not(feature = "app")))]
fn window(_: &chickadee::cli::Arguments) -> std::process::ExitCode {
    chickadee::cli::complain(chickadee::texts::cli::no_window())
}
