//! Sweeps and figures on a cluster: the scripts of `docs/slurm`, submitted to SLURM's own daemons on this machine.
//!
//! Where SLURM is not installed every test is shown as ignored, and none passes. With `CHICKADEE_SLURM=required` in the environment, as on
//! the build server, they then fail instead (Debian: slurmctld, slurmd, slurm-client, munge; `cargo xtask test` installs them).
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![expect(
    clippy::disallowed_methods,
    reason = "native only: other processes are waited for"
)]

mod cluster;
#[path = "../place/mod.rs"]
mod place;

use std::{fs, path::Path, process::Command};

use cluster::{Cluster, until};
use libtest_mimic::{Arguments, Failed, Trial};
use place::Place;

fn main() {
    let missing = cluster::missing();
    if let Some(program) = missing {
        eprintln!("SLURM: there is no {program}.");
    }
    let required = std::env::var("CHICKADEE_SLURM").is_ok_and(|value| value == "required");
    let tests = [
        Trial::test("a_killed_and_requeued_shard_loses_nothing", sweep),
        Trial::test("a_figure_is_an_array_too", figure),
    ];
    let tests = tests.map(|test| test.with_ignored_flag(missing.is_some() && !required));
    libtest_mimic::run(&Arguments::from_args(), tests.into()).exit();
}

const SPECIFICATION: &str = r#"
lab = "caching"
link = "places=40&caches=5,12,30"
seeds = { from = 1, count = 30 }
readouts = ["active_fraction", "seed_output.5", "place_output_peak.5"]
[settings]
units = 1000
gain = [0.5, 1]
"#;
const SHARDS: usize = 3;

/// Rows that a shard has finished.
fn rows(folder: &Path, shard: usize) -> usize {
    let file = folder.join(format!("split/shard-{shard}-of-{SHARDS}.csv"));
    let text = fs::read_to_string(file).unwrap_or_default();
    text.matches('\n').count().saturating_sub(1)
}

/// Kills the process of a shard as the kernel does when memory is short: it cannot say anything more.
fn kill(shard: &str) -> Result<(), Failed> {
    for process in fs::read_dir("/proc")?.flatten() {
        let words = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let words: Vec<&[u8]> = words.split(|byte| *byte == 0).collect();
        let is_it = |pair: &[&[u8]]| pair == [&b"--shard"[..], shard.as_bytes()];
        if words.windows(2).any(is_it) && words.contains(&&b"split"[..]) {
            let line = format!("kill -KILL {}", process.file_name().display());
            Command::new("bash").args(["-c", &line]).status()?;
            return Ok(());
        }
    }
    Err(format!("shard {shard} is no process").into())
}

/// Three shards; one is killed after some rows and put back; the table is that of one undisturbed process.
fn sweep() -> Result<(), Failed> {
    let place = Place::new("slurm-sweep");
    fs::write(place.path("spec.toml"), SPECIFICATION)?;
    place.says(&["sweep", "spec.toml", "--out", "whole"]);
    place.says(&["merge", "whole"]);

    let cluster = Cluster::start(&place.0.join("cluster"))?;
    let slurm = |name: &str, words: &[&str]| cluster.says(&place.0, name, words);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/slurm/sweep.sbatch");
    let array = format!("--array=1-{SHARDS}");
    let submit = ["--parsable", &array, script, "spec.toml", "split"];
    let job = slurm("sbatch", &submit)?;
    let task = format!("{job}_2");
    until("the second shard has rows", || Ok(rows(&place.0, 2) >= 2))?;
    kill("2/3")?;
    cluster.wait(&task, "FAILED")?;
    let kept = rows(&place.0, 2);
    if kept >= 60 / SHARDS {
        return Err(format!("the shard had all its {kept} rows when it was killed").into());
    }
    for shard in [1, 3] {
        cluster.wait(&format!("{job}_{shard}"), "COMPLETED")?;
    }
    let refused = place.refusal(&["merge", "split"]);
    if !refused.contains("2/3") {
        return Err(format!("merge does not name the shard that lacks runs: {refused}").into());
    }

    slurm("scontrol", &["requeue", &task])?;
    cluster.wait(&task, "COMPLETED")?;
    slurm("sbatch", &["--wait", "--wrap", "chickadee merge split"])?;
    for shard in 1..=SHARDS {
        let (state, restarts) = cluster.state(&format!("{job}_{shard}"))?;
        if state != "COMPLETED" || (restarts == 1) != (shard == 2) {
            return Err(format!("shard {shard}: {state}, restarted {restarts} times").into());
        }
    }
    let table = |folder: &str| fs::read_to_string(place.0.join(folder).join("table.csv"));
    if table("split")? != table("whole")? {
        return Err("the table of the shards is not that of one process".into());
    }
    Ok(())
}

/// The pieces of a figure by two tasks, and behind them the figure from these.
fn figure() -> Result<(), Failed> {
    let place = Place::new("slurm-figure");
    let toy = ["figure", "4e", "--seeds", "2", "--units", "200"];
    place.says(&[&toy[..], &["--csv", "whole.csv"]].concat());
    let cluster = Cluster::start(&place.0.join("cluster"))?;
    let slurm = |words: &[&str]| cluster.says(&place.0, "sbatch", words);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/slurm/figure.sbatch");
    let array = ["--parsable", "--array=1-2", script, "4e", "pieces"];
    let job = slurm(&[&array[..], &toy[2..]].concat())?;
    let after = format!("--dependency=afterok:{job}");
    let line = format!(
        "chickadee {} --out pieces --resume --csv all.csv",
        toy.join(" ")
    );
    slurm(&["--wait", &after, "--wrap", &line])?;
    for task in 1..=2 {
        let file = format!("pieces/4e-200.{task}-of-2.jsonl");
        let lines = fs::read_to_string(place.0.join(&file))?.lines().count();
        if lines < 7 {
            return Err(format!("{file} has {lines} lines").into());
        }
    }
    let table = |file: &str| fs::read_to_string(place.0.join(file));
    if table("all.csv")? != table("whole.csv")? {
        return Err("the figure of the pieces is not that of one process".into());
    }
    Ok(())
}
