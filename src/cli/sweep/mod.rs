//! `chickadee sweep`: a lab or an evaluation, run many times with many settings and seeds.
//!
//! A specification (TOML) is a *plan*: numbered runs, each with its settings and seed. A *shard* is every N-th of them. Each finished run is
//! one *record*, appended to the shard's file and made durable, so whatever ends a process loses only what was going on; the same
//! command goes on from there. `chickadee merge` checks that every run is there once, and writes one table.
//!
//! Read in this order: `plan` (runs by number), `experiment` (what is run: `lab`, `evaluation`), `axis` (values of a setting), `readout` (what is
//! kept), `records` (the file of a shard), `folder`, `merge`; `document` reads TOML with places, `estimate` measures some runs.

mod axis;
mod document;
mod estimate;
mod evaluation;
mod experiment;
mod folder;
mod lab;
mod merge;
mod plan;
mod readout;
mod records;

use std::{
    io::Read as _,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use chickadee_engine::base::{
    StateHash,
    parallel::{Lost, Queue},
};
use clap::Args;

use super::{
    interrupt, output,
    progress::{PERIOD, Parts, Shown, duration},
};
use crate::{session::summary::Summary, texts};
use estimate::Measured;
use folder::Folder;
pub(super) use folder::Shard;
pub use merge::MergeArguments;
pub(super) use merge::merge;
use plan::Plan;
use records::Records;

/// Runs of a sweep, at most; also values of a setting, and seeds.
const MOST_RUNS: usize = 1_000_000;
/// Bytes of a specification, at most.
const LONGEST: u64 = 1 << 20;

/// `chickadee sweep SPEC.toml --out DIR`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chickadee sweep gains.toml --dry-run
  chickadee sweep gains.toml --out gains
  chickadee sweep gains.toml --out gains --shard 3/16
  chickadee merge gains
A specification:
  lab = \"caching\"                                # or eval = \"gridworld\"
  link = \"caches=20,35,70\"                       # what all runs have in common
  seeds = { from = 1, count = 20 }               # or [1, 2, 3]
  readouts = [\"active_fraction\", \"seed_output.35\"] # names of values that run --json prints
  [settings]
  units = 1000
  gain = [0.5, 1]                                # a list
  search = { from = 0, to = 1, count = 11 }      # a range; scale = \"log\" for equal factors
  sigma = { random = [1, 10] }                   # draws: samples = 100 above says how many")]
pub struct SweepArguments {
    /// The specification (TOML): what is run, with which settings and seeds, and what is kept.
    #[arg(value_name = "SPEC")]
    specification: PathBuf,
    /// The folder of the sweep; the same command again goes on where it ended.
    #[arg(long, value_name = "DIR", required_unless_present = "dry_run")]
    out: Option<PathBuf>,
    /// Do every N-th run alone, from the I-th on; I is 1 to N.
    #[arg(long, value_name = "I/N", default_value_t = Shard::WHOLE)]
    shard: Shard,
    /// Cores to use; without it, all.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Say how many runs there are and how long they take, by measuring some; nothing is written.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn sweep(arguments: &SweepArguments) -> ExitCode {
    match perform(arguments) {
        Ok(text) => output::finish(&text),
        Err(error) => interrupt::complain(&error),
    }
}

/// What is to be printed, or one sentence.
fn perform(arguments: &SweepArguments) -> Result<String, String> {
    let path = &arguments.specification;
    let text = read(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let plan = Plan::parse(&text, folder).and_then(|plan| {
        plan.check_readouts()?;
        Ok(Arc::new(plan))
    });
    let plan = plan.map_err(|refusal| refusal.line(path, &text))?;
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let cores = arguments.threads.map_or(cores, NonZeroUsize::get);
    let shard = arguments.shard;
    let most = plan.runs();
    if shard.count > most {
        let count = shard.count;
        return Err(texts::sweep::TooManyShards { count, most }.to_string());
    }
    let Some(out) = arguments.out.as_deref().filter(|_| !arguments.dry_run) else {
        return dry_run(&plan, shard, cores);
    };
    let folder = Folder::prepare(out, &text, shard)?;
    let mut records = Records::open(&folder.file(shard), &plan)?;
    work(&plan, shard, cores, &mut records)?;
    // Of a part of the runs that would say nothing.
    let empty = (shard == Shard::WHOLE).then(|| plan.without_values(records.filled()));
    if let Some(sentence) = empty.flatten() {
        output::remark(&sentence);
    }
    let (name, out) = (records.path().display(), out.display());
    let runs = shard.runs(plan.runs()).len();
    Ok(texts::sweep::Finished { runs, name, out }.to_string() + "\n")
}

/// The text of a specification.
fn read(path: &Path) -> Result<String, String> {
    let name = path.display();
    let bytes = std::fs::File::open(path).and_then(|file| {
        // A device says that it is empty, and may have no end.
        let mut text = String::new();
        file.take(LONGEST + 1).read_to_string(&mut text)?;
        if text.len() as u64 > LONGEST {
            let longest = LONGEST >> 10;
            let long = texts::sweep::TooLong { longest };
            return Err(std::io::Error::other(long.to_string()));
        }
        Ok(text)
    });
    bytes.map_err(|error| texts::cli::Unreadable { name, error }.to_string())
}

/// Does the runs of a shard that are not finished.
fn work(plan: &Arc<Plan>, shard: Shard, cores: usize, records: &mut Records) -> Result<(), String> {
    let all = shard.runs(plan.runs()).len();
    let left: Vec<usize> = shard
        .runs(plan.runs())
        .filter(|run| !records.has(*run))
        .collect();
    if left.is_empty() {
        return Ok(());
    }
    interrupt::take();
    let mut done = all - left.len();
    let mut shown = Shown::new();
    shown.show(Parts { done, all });
    let (work, build) = (Arc::clone(plan), build());
    let queue = Queue::start(cores, left.into_iter(), move |number| {
        work.perform(&work.run(number), &build)
    });
    while done < all {
        // What has come meanwhile is written together: a disk takes its time for each.
        let mut rows = Vec::new();
        let mut failure = None;
        let mut patience = PERIOD;
        let mut over = false;
        while failure.is_none() {
            match queue.next_within(patience) {
                Some(Ok(Some((_, Ok(row))))) => rows.push(row),
                Some(Ok(Some((_, Err(error))))) => failure = Some(error),
                Some(Err(Lost(run))) => {
                    failure = Some(texts::sweep::RunPanics { run }.to_string());
                }
                Some(Ok(None)) => break,
                None => {
                    over = true;
                    break;
                }
            }
            patience = Duration::ZERO;
        }
        if !rows.is_empty() {
            records.append(&rows)?;
            done += rows.len();
        }
        if let Some(error) = failure {
            return Err(error);
        }
        shown.show(Parts { done, all });
        if (interrupt::asked() || over) && done < all {
            return Err(texts::sweep::Stopped { done, all }.to_string());
        }
    }
    Ok(())
}

/// What computes: the version says too little of a program under development.
fn build() -> String {
    let program = std::env::current_exe().and_then(std::fs::read);
    let mut hash = StateHash::default();
    for chunk in program.unwrap_or_default().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash.integer(u64::from_le_bytes(word));
    }
    format!("{:016x}", hash.finish())
}

/// What a sweep would take.
fn dry_run(plan: &Arc<Plan>, shard: Shard, cores: usize) -> Result<String, String> {
    let measured = Measured::take(plan, cores)?;
    let runs = plan.runs();
    let time = |runs: usize| duration(measured.of(runs, cores));
    let mut table = Summary::default();
    let (combinations, seeds) = (plan.combinations(), plan.seeds());
    table.row(
        texts::sweep::dry_runs(),
        texts::sweep::DryRunsAre {
            runs,
            combinations,
            seeds,
        },
    );
    let of = |time: Option<&f64>| duration(time.copied().unwrap_or_default());
    let (least, most) = (of(measured.seconds.first()), of(measured.seconds.last()));
    let count = measured.seconds.len();
    table.row(
        texts::sweep::dry_measured(),
        texts::sweep::DryMeasuredAre { count, least, most },
    );
    let all = time(runs);
    table.row(
        texts::sweep::dry_here(),
        texts::sweep::DryHereIs { all, cores },
    );
    // The one that was asked for, or some.
    let counts = if shard == Shard::WHOLE {
        vec![4, 16, 64, 256]
    } else {
        vec![shard.count]
    };
    let counts = counts.into_iter().filter(|count| *count <= runs);
    let shards = counts.map(|count| {
        let runs = runs.div_ceil(count);
        let time = time(runs);
        texts::sweep::DryShard { count, runs, time }.to_string()
    });
    let shards: Vec<String> = shards.collect();
    if !shards.is_empty() {
        table.row(texts::sweep::dry_shards(), shards.join("; "));
    }
    Ok(table.finish())
}
