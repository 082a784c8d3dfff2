//! The GPU against the CPU.

use std::process::ExitCode;

use clap::Args;

use super::complain;
#[cfg(feature = "gpu")]
use super::output::say;
use crate::texts;

/// `chickadee selftest [--json]`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chickadee selftest
  chickadee selftest --json")]
pub struct SelftestArguments {
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Exit code 0 when all agree, 1 when something differs, 2 when there is no GPU to compare.
#[cfg(feature = "gpu")]
pub(super) fn selftest(arguments: &SelftestArguments) -> ExitCode {
    use crate::selftest::cases;
    use chickadee_engine::{
        gpu::{AdapterRequest, Gpu},
        selftest::{Outcome, examine},
    };

    let gpu = match Gpu::open_now(AdapterRequest::default()) {
        Ok(gpu) => gpu,
        Err(error) => return complain(&error.to_string()),
    };
    if !arguments.json {
        let adapter = gpu.describe();
        say!("{}", texts::cli::SelftestOf { adapter });
        say!(
            "{:<36} {:>10} {:>10}",
            texts::cli::operation(),
            texts::cli::error(),
            texts::cli::tolerance()
        );
    }
    let print = |outcome: &Outcome| {
        if arguments.json {
            return;
        }
        let error = outcome
            .max_error
            .map_or(texts::cli::none().to_owned(), |error| {
                format!("{error:.1e}")
            });
        say!(
            "{:<36} {error:>10} {:>10} {:<6}  ({})",
            outcome.name,
            format!("{:.1e}", outcome.tolerance),
            if outcome.ok {
                texts::cli::agrees()
            } else {
                texts::cli::differs()
            },
            outcome.sizes
        );
        if let Some(error) = &outcome.error {
            say!("  {error}");
        }
    };
    let report = pollster::block_on(examine(&gpu, cases(), print));
    if arguments.json {
        match serde_json::to_string_pretty(&report) {
            Ok(text) => say!("{text}"),
            Err(error) => return complain(&error.to_string()),
        }
    } else {
        say!("{}", report.sentence());
    }
    if report.ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    }
}

#[cfg(not(feature = "gpu"))]
pub(super) fn selftest(_: &SelftestArguments) -> ExitCode {
    complain(texts::cli::no_gpu_to_compare())
}
