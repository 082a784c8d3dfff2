//! `cargo xtask bench`: the numbers of BENCHMARKS.md on this machine, ours beside NumPy's in the same run.
//!
//! NumPy gets two tries, with one thread and with as many as it likes, and the better one counts: on a busy machine the
//! threads of its matrix product wait for each other.

use std::process::{Command, Stdio};

use crate::tools::{ask, cargo};
use crate::{Outcome, root};

/// Measures and prints.
pub(crate) fn bench() -> Outcome<()> {
    // Without the picture: nothing of it is measured, and the core is built in a minute.
    let mut ours = cargo();
    ours.args([
        "run",
        "--release",
        "--no-default-features",
        "--",
        "bench",
        "--json",
    ]);
    let output = ours
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo could not be started: {error}."))?;
    if !output.status.success() {
        return Err("`chickadee bench` failed.".into());
    }
    let json = String::from_utf8_lossy(&output.stdout).into_owned();

    if let Some(load) = ask(&mut Command::new("uptime")) {
        println!("{load}");
    }
    println!("     N   one state, barcode   one state, place       weights   100 states");
    let mut largest = None;
    for row in json.split('{').skip(1) {
        let get = |key| number(row, key).ok_or(format!("`chickadee bench --json` gave no {key}."));
        let units = get("units")?;
        let (ring, steps) = (get("ring_s")?, get("ring_steps")?);
        println!(
            "{units:>6}   {:>12.3} ms/step   {:>8.4} ms/step   {:>9.2} s   {ring:.2} s for {steps} steps ({:.1} % active)",
            get("barcode_step_ms")?,
            get("place_step_ms")?,
            get("wiring_s")?,
            100.0 * get("ring_active_fraction")?,
        );
        largest = Some((units, ring));
    }
    let (units, ring) = largest.ok_or("`chickadee bench --json` gave no sizes.")?;

    let tries = [("one thread", Some("1")), ("threads as it likes", None)];
    let mut best: Option<f64> = None;
    for (what, threads) in tries {
        let Some(seconds) = numpy(units, threads) else {
            println!("NumPy is not here (python3 -m pip install numpy): nothing to compare with");
            return Ok(());
        };
        println!("NumPy float64, {what}: {seconds:.2} s");
        best = Some(best.map_or(seconds, |best| best.min(seconds)));
    }
    if let Some(best) = best {
        println!("{:.1} times as fast as NumPy", best / ring);
    }
    Ok(())
}

/// Seconds of the same arithmetic in NumPy, the best of three; `None` where it cannot run.
fn numpy(units: f64, threads: Option<&str>) -> Option<f64> {
    let mut command = Command::new("python3");
    command
        .current_dir(root())
        .arg("benches/numpy_ring.py")
        .args(["--json", "--units", &units.to_string()]);
    if let Some(threads) = threads {
        for library in ["OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"] {
            command.env(library, threads);
        }
    }
    number(&ask(&mut command)?, "seconds_min")
}

/// A number of flat JSON, which needs no parser.
fn number(json: &str, key: &str) -> Option<f64> {
    let (_, rest) = json.split_once(&format!("\"{key}\":"))?;
    let end = rest.find([',', '}', '\n']).unwrap_or(rest.len());
    rest[..end].trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_found_in_what_the_programs_print() {
        let json = "{\n  \"units\": 5000,\n  \"ring_s\": 2.5\n}, {\"seconds\": [1.5, 2.0], \"seconds_min\": 1.5}";
        assert_eq!(number(json, "units"), Some(5000.0));
        assert_eq!(number(json, "ring_s"), Some(2.5));
        assert_eq!(number(json, "seconds_min"), Some(1.5));
        assert_eq!(number(json, "seconds"), None);
        assert_eq!(number(json, "none"), None);
    }
}
