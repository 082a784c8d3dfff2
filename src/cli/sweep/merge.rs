//! `chickadee merge`: the records of all shards, checked and put in order.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::{
    folder::{Folder, Shard},
    records::{Filled, Found, line},
};
use crate::{
    cli::{
        append_only::{Lines, write_whole},
        complain, output,
    },
    texts,
};

/// The table, unless another name is given.
const TABLE: &str = "table.csv";
/// Missing runs that are named.
const NAMED: usize = 5;

/// `chickadee merge DIR`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chickadee merge gains
  chickadee merge gains --table gains.csv")]
pub struct MergeArguments {
    /// The folder of a sweep.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Where to write the table; without it, table.csv in the folder.
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
}

pub(in crate::cli) fn merge(arguments: &MergeArguments) -> ExitCode {
    match perform(arguments) {
        Ok(line) => output::finish(&line),
        Err(error) => complain(&error),
    }
}

/// A record: of which file, and where in it.
#[derive(Clone)]
struct Record {
    file: usize,
    place: std::ops::Range<usize>,
}

fn perform(arguments: &MergeArguments) -> Result<String, String> {
    let (folder, plan) = Folder::open(&arguments.folder)?;
    let shards = folder.shards()?;
    let (mut files, mut filled) = (Vec::new(), Filled::default());
    let mut records: Vec<Option<Record>> = vec![None; plan.runs()];
    for (file, (_, path)) in shards.iter().enumerate() {
        let found = Found::of(path, Lines::read(path)?, &plan)?;
        for (number, place) in found.rows.iter().cloned() {
            if let Some(other) = &records[number] {
                let (run, one, two) = (number, shards[other.file].1.display(), path.display());
                return Err(texts::sweep::RunTwice { run, one, two }.to_string());
            }
            records[number] = Some(Record { file, place });
        }
        filled.join(&found.filled);
        files.push(found);
    }
    // Where there is no file yet, all runs are those of one shard.
    let count = shards.first().map_or(1, |(shard, _)| shard.count);
    let missing: Vec<usize> = (0..records.len())
        .filter(|n| records[*n].is_none())
        .collect();
    if !missing.is_empty() {
        return Err(missing_runs(&missing, records.len(), count));
    }
    let mut table = line(&plan.columns());
    for Record { file, place } in records.into_iter().flatten() {
        table.extend_from_slice(&files[file].bytes[place]);
    }
    let path = arguments.table.clone();
    let path = path.unwrap_or_else(|| arguments.folder.join(TABLE));
    write_whole(&path, &table)?;
    if let Some(sentence) = plan.without_values(&filled) {
        output::remark(&sentence);
    }
    let (runs, name) = (plan.runs(), path.display());
    Ok(texts::sweep::Merged { runs, name }.to_string() + "\n")
}

/// The sentence about missing runs: some of them, and the shards that have to run again.
fn missing_runs(missing: &[usize], all: usize, count: usize) -> String {
    let few = |numbers: Vec<String>| {
        let dots = if numbers.len() > NAMED { ", …" } else { "" };
        numbers[..numbers.len().min(NAMED)].join(", ") + dots
    };
    let mut shards: Vec<usize> = missing.iter().map(|n| Shard::of(*n, count).index).collect();
    shards.sort_unstable();
    shards.dedup();
    let shard = |index: &usize| {
        Shard {
            index: *index,
            count,
        }
        .to_string()
    };
    let shards = few(shards.iter().map(shard).collect());
    let runs = few(missing.iter().map(ToString::to_string).collect());
    let missing = missing.len();
    texts::sweep::MissingRuns {
        missing,
        all,
        runs,
        shards,
    }
    .to_string()
}
