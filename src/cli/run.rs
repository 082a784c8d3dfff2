use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;

use super::{complain, output, progress};
use crate::{
    session::{LabInfo, MODEL, Scene, Workbench, device::Backend, registry, summary::Summary},
    texts,
};

/// `chickadee run SCENE|LINK [--steps N] [--json]`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chickadee run --list
  chickadee run place-to-barcode
  chickadee run lab=maze&task=tree&t=800 --json
  chickadee run lab=caching&seed=42&caches=20,35 --csv > places.csv
  chickadee run lab=caching&forage=on --steps 2000 --csv=events > events.csv
  chickadee run lab=maze&t=200 --model mine.safetensors
A link in quotes keeps its & from the shell.")]
pub struct RunArguments {
    /// A scene's name or a link (lab=caching&seed=42&caches=20,35, or lab=maze&task=tree&t=800).
    #[arg(required_unless_present = "list")]
    target: Option<String>,
    /// Name all scenes.
    #[arg(long, conflicts_with = "target")]
    list: bool,
    /// A transformer of your own (safetensors) for the maze lab.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Steps to let pass after the link's own: scenes play, a foraging bird goes on.
    #[arg(long, default_value_t = 0)]
    steps: usize,
    /// What the models run on: the GPU's last bits differ from machine to machine.
    #[arg(long, value_name = "auto|gpu|cpu", default_value = "cpu")]
    backend: Backend,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Print a table as CSV, the lab's first or one of a name: places, steps (caching), states, memories, curve (maze), places, capacity,
    /// near, gains, map (bridge), points, samples (figures), events (all).
    #[arg(long, value_name = "TABLE", conflicts_with = "json", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    csv: Option<String>,
}

pub(super) fn run(arguments: &RunArguments) -> ExitCode {
    match perform(arguments) {
        Ok(text) => output::finish(&text),
        Err(error) => complain(&error),
    }
}

/// What is to be printed, or one sentence.
fn perform(arguments: &RunArguments) -> Result<String, String> {
    let Some(target) = arguments.target.as_deref().filter(|_| !arguments.list) else {
        return Ok(list());
    };
    let mut lab = Workbench::from_link(target).map_err(|error| error.to_string())?;
    if let Some(table) = &arguments.csv {
        // A table that there is not is told now.
        lab.csv(table)?;
    }
    if let Some(path) = &arguments.model {
        open_model(&mut lab, path)?;
    }
    let machine = choose(&mut lab, arguments.backend)?;
    // Before what may take minutes. JSON holds them, for programs; a terminal shows them all the same.
    let mut told = 0;
    if !arguments.json || io::stderr().is_terminal() {
        told = tell(&lab, told);
    }
    progress::timed(|| {
        lab.settle();
        if arguments.steps > 0 {
            lab.run(arguments.steps);
        }
    });
    if let Some(table) = &arguments.csv {
        tell(&lab, told);
        let text = lab.csv(table)?;
        if text.lines().nth(1).is_none() {
            output::remark(&texts::cli::EmptyTable { table }.to_string());
        }
        return Ok(text);
    }
    // It may have gone on with the CPU.
    let machine = if lab.has_device() {
        machine
    } else {
        "cpu".to_owned()
    };
    if arguments.json {
        let mut report = lab.report();
        report["machine"] = machine.into();
        return Ok(format!("{report:#}\n"));
    }
    tell(&lab, told);
    let mut table = Summary::default();
    table.row(texts::cli::machine(), machine);
    Ok(table.finish() + &lab.summary())
}

/// All scenes, a line each: lab, name, title.
fn list() -> String {
    let line = |(lab, scene): (&LabInfo, &Scene)| {
        let title = (scene.title)();
        format!("{:<9} {:<24} {title}\n", lab.name, scene.name)
    };
    registry::scenes().into_iter().map(line).collect()
}

/// Tells the messages that were not told yet, on standard error. Returns how many there are now.
fn tell(lab: &Workbench, told: usize) -> usize {
    let messages = lab.messages();
    for message in &messages[told.min(messages.len())..] {
        output::remark(message);
    }
    messages.len()
}

/// Chooses what the lab runs on, and names it. `auto` takes the GPU if it agrees with the CPU and is no software.
#[cfg(feature = "gpu")]
fn choose(lab: &mut Workbench, backend: Backend) -> Result<String, String> {
    use crate::devices::{GpuDevice, open_now};
    match (
        backend,
        (backend != Backend::Cpu).then(|| open_now(backend)),
    ) {
        (_, Some(Ok(opened))) => {
            let name = opened.gpu.describe();
            lab.set_device(Some(std::rc::Rc::new(GpuDevice::new(opened.gpu))));
            Ok(name)
        }
        (Backend::Gpu, Some(Err(error))) => Err(error),
        _ => Ok("cpu".to_owned()),
    }
}

#[cfg(not(feature = "gpu"))]
fn choose(_lab: &mut Workbench, backend: Backend) -> Result<String, String> {
    match backend {
        Backend::Gpu => Err(texts::cli::cpu_alone().to_owned()),
        Backend::Auto | Backend::Cpu => Ok("cpu".to_owned()),
    }
}

/// Gives a transformer of the user's own to the lab.
///
/// # Errors
/// When it cannot be read or used, or the lab has no use for it: one sentence.
pub fn open_model(lab: &mut Workbench, path: &std::path::Path) -> Result<(), String> {
    if !lab.info().opens(MODEL) {
        return Err(texts::cli::model_without_maze().to_owned());
    }
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        let name = &name;
        texts::cli::Unreadable { name, error }.to_string()
    })?;
    lab.open_model(&name, &bytes)
}
