use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::complain;
use crate::session::{Lab, LabReport, Report, maze, processor::Backend};

/// `chickadee run SCENE|LINK [--steps N] [--json]`
#[derive(Debug, Args)]
pub struct RunArguments {
    /// A scene's name or a link (lab=caching&seed=42&caches=20,35, or lab=maze&task=tree&t=800).
    target: String,
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
    /// Print the readouts of every place as CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

pub(super) fn run(arguments: &RunArguments) -> ExitCode {
    let mut lab = match Lab::from_link(&arguments.target) {
        Ok(lab) => lab,
        Err(error) => return complain(&error.to_string()),
    };
    if let Some(path) = &arguments.model
        && let Err(error) = open_model(&mut lab, path)
    {
        return complain(&error);
    }
    let machine = match choose(&mut lab, arguments.backend) {
        Ok(machine) => machine,
        Err(error) => return complain(&error),
    };
    lab.settle();
    if arguments.steps > 0 {
        lab.run(arguments.steps);
    }
    if arguments.csv {
        print!("{}", lab.csv());
        return ExitCode::SUCCESS;
    }
    // It may have gone on with the CPU.
    let machine = if lab.has_processor() {
        machine
    } else {
        "cpu".to_owned()
    };
    let report = lab.report();
    if arguments.json {
        let json = serde_json::to_value(&report).map(|mut json| {
            json["machine"] = machine.into();
            json
        });
        match json.and_then(|json| serde_json::to_string_pretty(&json)) {
            Ok(text) => println!("{text}"),
            Err(error) => return complain(&error.to_string()),
        }
        return ExitCode::SUCCESS;
    }
    for message in lab.messages() {
        eprintln!("chickadee: {message}");
    }
    println!("machine          {machine}");
    match &report {
        LabReport::Caching(report) => print_caching(report),
        LabReport::Maze(report) => print_maze(report),
    }
    ExitCode::SUCCESS
}

/// Chooses what the lab runs on, and names it. `auto` takes the GPU if it agrees with the CPU and is no software.
#[cfg(feature = "gpu")]
fn choose(lab: &mut Lab, backend: Backend) -> Result<String, String> {
    use crate::tiers::{GpuProcessor, open_now};
    match (
        backend,
        (backend != Backend::Cpu).then(|| open_now(backend)),
    ) {
        (_, Some(Ok(opened))) => {
            let name = opened.gpu.describe();
            lab.set_processor(Some(std::rc::Rc::new(GpuProcessor::new(opened.gpu))));
            Ok(name)
        }
        (Backend::Gpu, Some(Err(error))) => Err(error),
        _ => Ok("cpu".to_owned()),
    }
}

#[cfg(not(feature = "gpu"))]
fn choose(_lab: &mut Lab, backend: Backend) -> Result<String, String> {
    match backend {
        Backend::Gpu => Err("this build computes on the CPU alone".to_owned()),
        Backend::Auto | Backend::Cpu => Ok("cpu".to_owned()),
    }
}

/// Puts a transformer of the user's own to work in the maze lab.
///
/// # Errors
/// When it cannot be used: one sentence.
pub fn open_model(lab: &mut Lab, path: &std::path::Path) -> Result<(), String> {
    let name = path.display().to_string();
    let session = lab
        .maze_mut()
        .ok_or("a transformer works in the maze lab: begin the link with lab=maze")?;
    let bytes = std::fs::read(path).map_err(|error| format!("{name} cannot be read: {error}"))?;
    session.open_model(&name, &bytes)
}

fn print_maze(report: &maze::Report) {
    let number = |v: Option<f64>| v.map_or("unknown".to_owned(), |v| format!("{v:.3}"));
    println!("state hash       {}", report.state_hash);
    println!("link             {}", report.link);
    if let Some(model) = &report.model {
        println!("transformer      {} ({})", model.name, model.hash);
    }
    println!(
        "memories         {} of {}, {} rewards",
        report.look, report.t, report.rewards
    );
    println!(
        "agent            at state {} of {}, goal {}",
        report.agent, report.states, report.goal
    );
    println!("return           {}", number(report.value));
    println!("right decisions  {}", number(report.accuracy));
    let alignment: Vec<String> = report.alignment.iter().map(|a| format!("{a:.3}")).collect();
    println!(
        "alignment        {} (senses {})",
        alignment.join(", "),
        number(report.alignment_of_senses)
    );
    for (layer, [same, different]) in report.second.iter().enumerate() {
        println!(
            "two tasks        block {}: same place {same:.3}, others {different:.3}",
            layer + 1
        );
    }
    println!("memories  rewards  return  Q-table");
    for point in &report.curve {
        println!(
            "{:>8} {:>8} {:>7} {:>8}",
            point.length,
            point.rewards,
            number(point.value),
            number(point.q_table)
        );
    }
}

fn print_caching(report: &Report) {
    println!("state hash       {}", report.state_hash);
    println!("link             {}", report.link);
    println!(
        "bird             {} at place {}, step {} of {}",
        report.doing, report.at, report.t, report.steps
    );
    println!("active fraction  {:.4}", report.active_fraction);
    println!("seeds            {}", report.caches.len());
    for cache in &report.caches {
        let text = |v: &Option<f64>| v.map_or("unknown".to_owned(), |v| format!("{v:.2}"));
        println!(
            "  place {:>3}      weight {}, seed output {}, place output peaks at {}",
            cache.place,
            cache.weight,
            text(&report.seed_output[cache.place]),
            text(&report.place_output_peak[cache.place]),
        );
    }
}
