use std::{
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use clap::{Args, ValueEnum};

use super::complain;
use crate::{
    eval::{Kind, Progress, Protocol, Report, Settings, evaluate},
    models::transformer::{Checkpoint, Transformer, built_in},
};

/// What to evaluate.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Task {
    /// Gridworlds of 5 × 5.
    Gridworld,
    /// Complete binary trees of 7 layers.
    Tree,
}

/// `chickadee eval --task gridworld|tree`
#[derive(Debug, Args)]
pub struct EvalArguments {
    /// What to evaluate.
    #[arg(long, value_enum)]
    task: Task,
    /// A checkpoint (safetensors) instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Another size: cells along a side of the gridworld, layers of the tree; 3 to 8.
    #[arg(long)]
    size: Option<usize>,
    /// Number of tasks.
    #[arg(long, default_value_t = 50)]
    tasks: usize,
    /// How many of these the deep Q-network learns as well: that takes minutes.
    #[arg(long, default_value_t = 5)]
    dqn_tasks: usize,
    /// Seed of tasks, walks and episodes.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Baselines on the authors' terms: other starts than the transformer's, gridworlds of 6 × 6.
    #[arg(long)]
    as_published: bool,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Print one row per task, context length and agent as CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

pub(super) fn eval(arguments: &EvalArguments) -> ExitCode {
    let kind = match arguments.task {
        Task::Gridworld => Kind::Gridworld,
        Task::Tree => Kind::Tree,
    };
    let checkpoint = match &arguments.model {
        None => Checkpoint::read(match kind {
            Kind::Gridworld => built_in::GRIDWORLD,
            Kind::Tree => built_in::TREE,
        })
        .map_err(|e| e.to_string()),
        Some(path) => std::fs::read(path)
            .map_err(|e| e.to_string())
            .and_then(|bytes| Checkpoint::read(&bytes).map_err(|e| e.to_string()))
            .map_err(|e| format!("the model {}: {e}", path.display())),
    };
    let transformer = match checkpoint {
        Ok(checkpoint) => Transformer::new(checkpoint.weights),
        Err(error) => return complain(&error),
    };
    let settings = Settings {
        protocol: Protocol {
            size: arguments.size.unwrap_or(Protocol::published(kind).size),
            kind,
        },
        tasks: arguments.tasks,
        dqn_tasks: arguments.dqn_tasks,
        seed: arguments.seed,
        as_published: arguments.as_published,
    };
    match watched(&settings, &transformer) {
        Err(error) => complain(&error),
        Ok(report) if arguments.json => match serde_json::to_string_pretty(&report) {
            Ok(text) => {
                println!("{text}");
                ExitCode::SUCCESS
            }
            Err(error) => complain(&error.to_string()),
        },
        Ok(report) => {
            print!("{}", if arguments.csv { report.csv() } else { report.table() });
            ExitCode::SUCCESS
        }
    }
}

/// Evaluates, with a line of progress where somebody looks.
fn watched(settings: &Settings, transformer: &Transformer) -> Result<Report, String> {
    let progress = Progress::default();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        if std::io::stderr().is_terminal() {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let done = progress.done.load(Ordering::Relaxed);
                    eprint!("\r{done} of {} parts ", progress.all.load(Ordering::Relaxed));
                    let _ = std::io::stderr().flush();
                    std::thread::sleep(Duration::from_millis(200));
                }
                eprint!("\r                    \r");
            });
        }
        let report = evaluate(settings, transformer, &progress).map_err(|e| e.to_string());
        over.store(true, Ordering::Relaxed);
        report
    })
}
