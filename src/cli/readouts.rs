use std::{fmt::Display, path::PathBuf, process::ExitCode};

use clap::Args;

use super::{
    eval::{json, watched},
    interrupt, output,
    target::Target,
};
use crate::texts;
use chickadee_engine::{
    eval::{ReadoutSettings, fit_readouts},
    models::transformer::{Checkpoint, Transformer, precision},
};

/// `chickadee readouts CHECKPOINT --out FILE`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chickadee readouts mine.safetensors --out mine-read.safetensors
  chickadee readouts mine.safetensors --out mine.safetensors --tasks 200 --json")]
pub struct ReadoutsArguments {
    /// The checkpoint (safetensors); whether it is for gridworlds or trees follows from its actions.
    #[arg(value_name = "CHECKPOINT")]
    checkpoint: PathBuf,
    /// Where to write the same checkpoint with the readouts.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Number of tasks to fit to, less those in which the walk does not find the goal (half of the trees); a quarter as many
    /// are tested on.
    #[arg(long, default_value_t = 500)]
    tasks: usize,
    /// Seed of tasks and walks.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

pub(super) fn readouts(arguments: &ReadoutsArguments) -> ExitCode {
    match perform(arguments) {
        Ok(text) => output::finish(&text),
        Err(error) => interrupt::complain(&error),
    }
}

/// What is to be printed, or one sentence.
fn perform(arguments: &ReadoutsArguments) -> Result<String, String> {
    let name = arguments.checkpoint.display();
    let wrong = |error: &dyn Display| texts::cli::Model { name: &name, error }.to_string();
    let bytes = std::fs::read(&arguments.checkpoint).map_err(|error| wrong(&error))?;
    let checkpoint = Checkpoint::read(&bytes).map_err(|error| wrong(&error))?;
    let precision = precision(&bytes).map_err(|error| wrong(&error))?;
    let mut out = Target::open(&arguments.out)?;
    let transformer = Transformer::new(checkpoint.weights.clone());
    let settings = ReadoutSettings {
        tasks: arguments.tasks,
        seed: arguments.seed,
    };
    let (readouts, report) = watched(|progress| fit_readouts(&settings, &transformer, progress))?;
    let bytes = checkpoint
        .write_with(precision, &readouts)
        .map_err(|e| e.to_string())?;
    out.write(&bytes)?;
    if arguments.json {
        json(&report)
    } else {
        Ok(report.table())
    }
}
