use std::{fmt::Display, path::PathBuf, process::ExitCode};

use clap::Args;

use super::complain;
use crate::{
    session::{Lab, LabReport, Report, maze, processor::Backend},
    texts,
};

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
    row(texts::cli::machine(), machine);
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
        Backend::Gpu => Err(texts::cli::cpu_alone().to_owned()),
        Backend::Auto | Backend::Cpu => Ok("cpu".to_owned()),
    }
}

/// Puts a transformer of the user's own to work in the maze lab.
///
/// # Errors
/// When it cannot be used: one sentence.
pub fn open_model(lab: &mut Lab, path: &std::path::Path) -> Result<(), String> {
    let name = path.display().to_string();
    let session = lab.maze_mut().ok_or_else(texts::cli::model_without_maze)?;
    let bytes = std::fs::read(path).map_err(|error| {
        let name = &name;
        texts::cli::Unreadable { name, error }.to_string()
    })?;
    session.open_model(&name, &bytes)
}

/// One line of a report: a name and what there is of it.
fn row(name: &str, value: impl Display) {
    println!("{name:<16} {value}");
}

/// A number with so many decimals, or that it is not known.
fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or(texts::cli::unknown().to_owned(), |value| {
        format!("{value:.decimals$}")
    })
}

fn print_maze(report: &maze::Report) {
    row(texts::cli::state_hash(), &report.state_hash);
    row(texts::cli::link(), &report.link);
    if let Some(model) = &report.model {
        let (name, hash) = (&model.name, &model.hash);
        row(
            texts::cli::transformer(),
            texts::cli::TransformerIs { name, hash },
        );
    }
    row(
        texts::cli::memories(),
        texts::cli::MemoriesAre {
            look: report.look,
            all: report.t,
            rewards: report.rewards,
        },
    );
    row(
        texts::cli::agent(),
        texts::cli::AgentIs {
            at: report.agent,
            states: report.states,
            goal: report.goal,
        },
    );
    row(texts::cli::value(), number(report.value, 3));
    row(texts::cli::right_decisions(), number(report.accuracy, 3));
    let layers: Vec<String> = report.alignment.iter().map(|a| format!("{a:.3}")).collect();
    row(
        texts::cli::alignment(),
        texts::cli::AlignmentIs {
            layers: layers.join(", "),
            senses: number(report.alignment_of_senses, 3),
        },
    );
    for (layer, [same, different]) in report.second.iter().enumerate() {
        row(
            texts::cli::two_tasks(),
            texts::cli::TwoTasksAre {
                layer: layer + 1,
                same: *same,
                different: *different,
            },
        );
    }
    println!(
        "{:>8} {:>8} {:>7} {:>8}",
        texts::cli::memories(),
        texts::cli::rewards(),
        texts::cli::value(),
        texts::cli::q_table()
    );
    for point in &report.curve {
        println!(
            "{:>8} {:>8} {:>7} {:>8}",
            point.length,
            point.rewards,
            number(point.value, 3),
            number(point.q_table, 3)
        );
    }
}

fn print_caching(report: &Report) {
    row(texts::cli::state_hash(), &report.state_hash);
    row(texts::cli::link(), &report.link);
    row(
        texts::cli::bird(),
        texts::cli::BirdIs {
            doing: &report.doing,
            place: report.at,
            step: report.t,
            steps: report.steps,
        },
    );
    row(
        texts::cli::active_fraction(),
        format_args!("{:.4}", report.active_fraction),
    );
    row(texts::cli::seeds(), report.caches.len());
    for cache in &report.caches {
        let place = cache.place;
        let place = texts::cli::Place {
            place: format_args!("{place:>3}"),
        };
        row(
            &format!("  {place}"),
            texts::cli::SeedIs {
                weight: cache.weight,
                output: number(report.seed_output[cache.place], 2),
                peak: number(report.place_output_peak[cache.place], 2),
            },
        );
    }
}
