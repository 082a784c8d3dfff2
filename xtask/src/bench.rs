//! `cargo xtask bench`: the numbers of BENCHMARKS.md on this machine, ours beside NumPy's and PyTorch's in the same run.
//!
//! Both get several tries, with one thread and with as many as they like, and the better one counts: on a busy machine the
//! threads of their matrix products wait for each other. Whatever is not installed is left out, and a sentence says so.
//! `PYTHON` names another interpreter than `python3`.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::tools::{ask, cargo};
use crate::{Outcome, root, target};

/// Measures and prints.
pub(crate) fn bench() -> Outcome<()> {
    if let Some(load) = ask(&mut Command::new("uptime")) {
        println!("{load}");
    }
    barcode()?;
    println!();
    transformer()
}

/// `chickadee bench --json` with some more words. Without the picture: nothing of it is measured, and the core is built in a minute.
/// `cores`: on so many; otherwise on all.
fn ours(words: &[&str], cores: Option<&str>) -> Outcome<Vec<Value>> {
    let mut ours = cargo();
    ours.args(["run", "--release", "--no-default-features", "--"])
        .args(["bench", "--json"])
        .args(words);
    if let Some(cores) = cores {
        ours.env("RAYON_NUM_THREADS", cores);
    }
    let output = ours
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo could not be started: {error}."))?;
    if !output.status.success() {
        return Err("`chickadee bench` failed.".into());
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("`chickadee bench --json` printed something else: {error}."))
}

/// A number that our own program must have printed.
fn get(row: &Value, key: &str) -> Outcome<f64> {
    number(row, key).ok_or(format!("`chickadee bench --json` gave no {key}."))
}

fn python(script: &str) -> Command {
    let mut command = Command::new(std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into()));
    command.current_dir(root()).arg(script);
    command
}

fn barcode() -> Outcome<()> {
    let rows = ours(&[], None)?;
    println!("barcode network: milliseconds a step, in the barcode state and at gain 0");
    println!(
        "     N   one place  100 places   one, gain 0  100, gain 0   one cache    weights   100 places, all steps"
    );
    let mut largest = None;
    for row in &rows {
        let get = |key| get(row, key);
        let (units, step, ring) = (get("units")?, get("barcode_step_ms")?, get("ring_s")?);
        println!(
            "{units:>6}   {step:>9.4}  {:>10.3}   {:>11.5}  {:>11.4}   {:>9.5}   {:>6.2} s   {ring:.2} s for {} steps ({:.1} % active)",
            get("barcode_batch_ms")?,
            get("place_step_ms")?,
            get("place_batch_ms")?,
            get("cache_ms")?,
            get("wiring_s")?,
            get("ring_steps")?,
            100.0 * get("ring_active_fraction")?,
        );
        largest = Some((units, step, ring));
    }
    let (units, step, ring) = largest.ok_or("`chickadee bench --json` gave no sizes.")?;
    let alone = ours(&["--units", &units.to_string()], Some("1"))?;
    let alone = alone.first().unwrap_or(&Value::Null);
    let (step_alone, ring_alone) = (get(alone, "barcode_step_ms")?, get(alone, "ring_s")?);
    println!(
        "{units:>6}   {step_alone:>9.4} ms a step of one place on one core; 100 places {ring_alone:.2} s"
    );

    for dtype in ["float64", "float32"] {
        let both = (
            numpy(units, dtype, "1", "step_ms"),
            numpy(units, dtype, "100", "seconds_min"),
        );
        let (Some(one), Some(hundred)) = both else {
            println!("NumPy is not here (python3 -m pip install numpy): nothing to compare with.");
            return Ok(());
        };
        println!("NumPy {dtype}, N = {units}, beside ours:");
        println!("  one place, ms a step: {}", one.beside(step_alone, step));
        println!(
            "  100 places, seconds:  {}",
            hundred.beside(ring_alone, ring)
        );
    }
    Ok(())
}

/// What NumPy took with one thread and with as many as it likes.
struct Tries {
    single: f64,
    free: f64,
}

impl Tries {
    /// Its times, and how many times as fast ours are, on one core and on all of them: the better of its two there.
    fn beside(&self, alone: f64, all: f64) -> String {
        let Self { single, free } = *self;
        format!(
            "{single:.2} with one thread, {free:.2} with threads as it likes; ours {alone:.3} on one core ({:.1} times as fast), {all:.3} on all ({:.1} times)",
            single / alone,
            single.min(free) / all
        )
    }
}

/// The same arithmetic in NumPy, each time the best of three runs; `None` where it cannot run.
fn numpy(units: f64, dtype: &str, states: &str, key: &str) -> Option<Tries> {
    let run = |threads: Option<&str>| {
        let mut command = python("benches/numpy_ring.py");
        command.args(["--json", "--dtype", dtype, "--states", states]);
        command.args(["--units", &units.to_string()]);
        if let Some(threads) = threads {
            for library in ["OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"] {
                command.env(library, threads);
            }
        }
        number(&serde_json::from_str(&ask(&mut command)?).ok()?, key)
    };
    Some(Tries {
        single: run(Some("1"))?,
        free: run(None)?,
    })
}

fn transformer() -> Outcome<()> {
    let folder = target().join("bench");
    let rows = ours(
        &[
            "--of",
            "transformer",
            "--questions",
            &folder.to_string_lossy(),
        ],
        None,
    )?;
    println!("transformer: milliseconds on one core");
    println!("     d      T    context  one memory  one query  policy field");
    for row in &rows {
        let get = |key| get(row, key);
        let (width, length, query) = (get("width")?, get("context")?, get("query_ms")?);
        println!(
            "{width:>6} {length:>6}   {:>8.2}  {:>10.4}  {query:>9.4}  {:>12.3}",
            get("encode_ms")?,
            get("append_ms")?,
            get("field_ms")?,
        );
    }
    for row in &rows {
        let (width, length, query) = (
            get(row, "width")?,
            get(row, "context")?,
            get(row, "query_ms")?,
        );
        let mut torch = python("benches/torch_decision.py");
        torch.arg(folder.join(format!("d{width}-T{length}.json")));
        let answer = torch.output();
        let said = match &answer {
            Ok(answer) => String::from_utf8_lossy(&answer.stderr).into_owned(),
            Err(_) => "No module named anything: there is no Python.".to_owned(),
        };
        let Some(answer) = answer.ok().filter(|answer| answer.status.success()) else {
            if said.contains("No module named") {
                println!(
                    "PyTorch is not here (python3 -m pip install torch): nothing to compare with."
                );
                return Ok(());
            }
            return Err(said.lines().last().unwrap_or_default().to_owned());
        };
        let times: Value = serde_json::from_slice(&answer.stdout)
            .map_err(|error| format!("torch_decision.py printed something else: {error}."))?;
        let get = |key| number(&times, key).ok_or(format!("torch_decision.py gave no {key}."));
        let (single, free) = (get("one_thread_ms")?, get("all_threads_ms")?);
        println!(
            "PyTorch, d = {width}, T = {length}: {single:.2} ms (one thread) or {free:.2} ms (threads as it likes) a decision, logits within {:.0e}; ours is {:.0} times as fast as the better",
            get("difference")?,
            single.min(free) / query
        );
    }
    Ok(())
}

fn number(row: &Value, key: &str) -> Option<f64> {
    row.get(key)?.as_f64()
}
