//! Step times of this machine.

#![expect(
    clippy::disallowed_methods,
    reason = "the command line is native; web_time comes with the picture"
)]

mod barcode;
#[cfg(feature = "gpu")]
mod gpu;
mod transformer;

use std::{path::PathBuf, process::ExitCode, time::Instant};

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{complain, output::say, progress};

/// What is measured.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Model {
    /// The recurrent network of the caching lab.
    Barcode,
    /// The transformer of the maze lab.
    Transformer,
    /// Both on the GPU, beside the CPU.
    Gpu,
}

/// `chickadee bench [--of barcode|transformer|gpu] [--json]`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chickadee bench
  chickadee bench --units 2000 --json
  chickadee bench --of transformer --widths 128 --contexts 200,800")]
pub struct BenchArguments {
    /// What is measured.
    #[arg(long, value_enum, default_value = "barcode")]
    of: Model,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Barcode network: sizes N to measure.
    #[arg(long, value_delimiter = ',', default_values_t = [1000, 2000, 5000])]
    units: Vec<usize>,
    /// Barcode network: steps of the many-state measurement (the paper's run has 105).
    #[arg(long, default_value_t = 105)]
    steps: usize,
    /// Transformer: widths d to measure.
    #[arg(long, value_delimiter = ',', default_values_t = [128, 512])]
    widths: Vec<usize>,
    /// Transformer: context lengths T to measure.
    #[arg(long, value_delimiter = ',', default_values_t = [200, 800])]
    contexts: Vec<usize>,
    /// Transformer: write the weights, a context, a query and its answer into this folder, for other software to answer.
    #[arg(long, value_name = "FOLDER")]
    questions: Option<PathBuf>,
}

pub(super) fn bench(arguments: &BenchArguments) -> ExitCode {
    if arguments.questions.is_some() && !matches!(arguments.of, Model::Transformer) {
        return complain(crate::texts::cli::questions_for_transformer());
    }
    progress::timed(|| match arguments.of {
        Model::Barcode => barcode::bench(arguments),
        Model::Transformer => transformer::bench(arguments),
        #[cfg(feature = "gpu")]
        Model::Gpu => gpu::bench(arguments),
        #[cfg(not(feature = "gpu"))]
        Model::Gpu => complain(crate::texts::cli::no_gpu()),
    })
}

/// Prints rows as JSON, or as `table` does.
fn print<T: Serialize>(rows: &[T], json: bool, table: impl Fn(&[T])) -> ExitCode {
    if json {
        match serde_json::to_string_pretty(rows) {
            Ok(text) => say!("{text}"),
            Err(error) => return complain(&error.to_string()),
        }
    } else {
        table(rows);
    }
    ExitCode::SUCCESS
}

/// Least time of some runs after one for warming up, milliseconds: what else the machine does can only add to it.
fn least(mut run: impl FnMut()) -> f64 {
    run();
    let begin = Instant::now();
    let (mut least, mut runs) = (f64::INFINITY, 0);
    while runs < 5 || (runs < 1000 && begin.elapsed().as_secs_f64() < 1.0) {
        let start = Instant::now();
        run();
        least = least.min(start.elapsed().as_secs_f64() * 1e3);
        runs += 1;
    }
    least
}
