use std::process::ExitCode;

use clap::Args;

use super::complain;
use crate::session::Session;

/// `chickadee run SCENE|LINK [--steps N] [--json]`
#[derive(Debug, Args)]
pub struct RunArguments {
    /// A scene's name or a link (lab=caching&seed=42&caches=20,35).
    target: String,
    /// Steps to let pass after the link's own: scenes play, a foraging bird goes on.
    #[arg(long, default_value_t = 0)]
    steps: usize,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Print the readouts of every place as CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

pub(super) fn run(arguments: &RunArguments) -> ExitCode {
    let mut session = match Session::from_link(&arguments.target) {
        Ok(session) => session,
        Err(error) => return complain(&error.to_string()),
    };
    session.settle();
    if arguments.steps > 0 {
        session.run(arguments.steps);
    }
    if arguments.csv {
        print!("{}", session.csv());
        return ExitCode::SUCCESS;
    }
    let report = session.report();
    if arguments.json {
        match serde_json::to_string_pretty(&report) {
            Ok(text) => println!("{text}"),
            Err(error) => return complain(&error.to_string()),
        }
        return ExitCode::SUCCESS;
    }
    for message in &report.messages {
        eprintln!("chickadee: {message}");
    }
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
    ExitCode::SUCCESS
}
