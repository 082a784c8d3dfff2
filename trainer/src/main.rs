//! Trains Chickadee's transformers.
//!
//! Decision pretraining (Fang & Rajan 2025): a random maze, a random sensory code, a random walk through it; then
//! "what would be best to do here?" at many states. Nothing is stored and nothing repeats: every training example is made
//! from the seed and its number, which is also why a run that was stopped goes on exactly where it was.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test may stop where it stands")
)]

mod engine;
mod examples;
mod loops;
mod mean;
mod optimiser;
mod plot;
mod recipe;
mod run;
mod state;
mod walks;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

/// Trains a transformer from a recipe.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// The recipe, a TOML file.
    recipe: PathBuf,
    /// Folder for state, log and checkpoint.
    #[arg(long)]
    out: PathBuf,
    /// Go on from the state in that folder.
    #[arg(long)]
    resume: bool,
    /// Begin with the weights of another run's state, or of a checkpoint.
    #[arg(long)]
    from: Option<PathBuf>,
    /// The checkpoint holds the mean of the run's weights and those of this checkpoint, which are such a share of it; more than once
    /// for more of them.
    #[arg(long, value_name = "FILE=SHARE")]
    mean: Vec<mean::Part>,
    /// Begin at this stage, from 1.
    #[arg(long)]
    stage: Option<usize>,
    /// Stop after so many minutes (the state is kept).
    #[arg(long)]
    minutes: Option<f64>,
    /// Stop after this step of the run (the state is kept).
    #[arg(long)]
    steps: Option<u64>,
    /// The device that computes the gradient.
    #[arg(long, value_enum, default_value_t)]
    device: engine::Device,
    /// Training examples that a GPU takes at once; 0: as many as fit into 2 GiB.
    #[arg(long, default_value_t = 0)]
    micro: usize,
}

fn main() -> ExitCode {
    match run::run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("trainer: {error}");
            ExitCode::from(2)
        }
    }
}
