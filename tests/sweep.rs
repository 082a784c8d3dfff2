//! Sweeps from the command line: the same table however often they are killed, however they are split, and one sentence for what is wrong.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![expect(
    clippy::disallowed_methods,
    reason = "native only: a process is given some time before it is killed"
)]

mod place;

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use place::Place;

const SPECIFICATION: &str = r#"
lab = "caching"
link = "places=24&caches=5,12"
seeds = { from = 1, count = 10 }
readouts = ["active_fraction", "seed_output.5", "place_output_peak.5"]
samples = 2
[settings]
units = 100
gain = [0.5, 1]
search = { from = 0, to = 1, count = 3 }
sigma = { random = [4, 9] }
"#;
const RUNS: usize = 10 * 2 * 2 * 3;

/// Where sweeps are tested: a folder with a specification.
fn place(name: &str, specification: &str) -> Place {
    let place = Place::new(&format!("sweep-{name}"));
    fs::write(place.path("spec.toml"), specification).unwrap();
    place
}

/// The table of a sweep that nothing disturbs.
fn whole(place: &Place) -> String {
    place.says(&["sweep", "spec.toml", "--out", "whole"]);
    let said = place.says(&["merge", "whole"]);
    assert!(said.contains(&RUNS.to_string()), "{said}");
    fs::read_to_string(place.path("whole/table.csv")).unwrap()
}

/// Whole records in a file.
fn records(file: &Path) -> usize {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.matches('\n').count().saturating_sub(1)
}

#[test]
fn killed_twenty_times_it_loses_nothing() {
    let place = place("killed", SPECIFICATION);
    let whole = whole(&place);
    assert_eq!(whole.lines().count(), RUNS + 1);
    let file = place.0.join("torn/shard-1-of-1.csv");
    let mut killed = 0;
    for round in 0..20_usize {
        let before = records(&file);
        let mut sweep = place
            .command(&["sweep", "spec.toml", "--out", "torn", "--threads", "1"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // At other moments each time: right after the start, and after some rows.
        let wanted = before + round % 5;
        let start = Instant::now();
        while records(&file) < wanted && start.elapsed() < Duration::from_secs(30) {
            if sweep.try_wait().unwrap().is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(round as u64 % 7));
        killed += usize::from(sweep.try_wait().unwrap().is_none());
        let _ = sweep.kill();
        sweep.wait().unwrap();
        let after = records(&file);
        assert!(
            after >= before,
            "round {round}: {before} rows, then {after}"
        );
    }
    assert!(killed > 10, "{killed} were killed in the middle");
    // A record that was torn is done again.
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, &text[..text.len() - 7]).unwrap();
    place.says(&["sweep", "spec.toml", "--out", "torn"]);
    place.says(&["merge", "torn"]);
    assert_eq!(
        fs::read_to_string(place.path("torn/table.csv")).unwrap(),
        whole
    );
}

#[test]
fn shards_are_the_same_sweep() {
    let place = place("shards", SPECIFICATION);
    let whole = whole(&place);
    for shard in ["3/3", "1/3"] {
        place.says(&["sweep", "spec.toml", "--out", "split", "--shard", shard]);
    }
    let missing = place.refusal(&["merge", "split"]);
    assert!(
        missing.contains("2/3") && missing.contains("40"),
        "{missing}"
    );
    assert!(!place.0.join("split/table.csv").exists());
    place.says(&["sweep", "spec.toml", "--out", "split", "--shard", "2/3"]);
    place.says(&["merge", "split", "--table", "split.csv"]);
    assert_eq!(fs::read_to_string(place.path("split.csv")).unwrap(), whole);
    // A run that is there twice.
    let one = fs::read_to_string(place.path("split/shard-1-of-3.csv")).unwrap();
    let row = one.lines().nth(1).unwrap();
    let file = place.path("split/shard-2-of-3.csv");
    let two = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{two}{row}\n")).unwrap();
    let twice = place.refusal(&["merge", "split"]);
    assert!(
        twice.contains("shard-1-of-3.csv") && twice.contains("shard-2-of-3.csv"),
        "{twice}"
    );
}

#[test]
fn a_row_is_a_run_of_the_lab() {
    let place = place("row", SPECIFICATION);
    let whole = whole(&place);
    let mut reader = csv::Reader::from_reader(whole.as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|cell| cell == name).unwrap();
    let (link, hash, value) = (
        column("link"),
        column("state_hash"),
        column("active_fraction"),
    );
    for row in reader.records().step_by(37) {
        let row = row.unwrap();
        let report = place.says(&["run", &row[link], "--json"]);
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        assert_eq!(report["state_hash"], row[hash]);
        assert_eq!(report["active_fraction"].as_f64(), row[value].parse().ok());
    }
}

/// Entries of lists come and go with the settings, so that such a readout is known to be empty at the end.
#[test]
fn a_readout_that_no_run_has_is_told() {
    let specification = r#"
lab = "caching"
link = "places=24&units=100"
seeds = [1, 2]
readouts = ["seed_output.5", "seed_output.999", "caches.7.weight"]
"#;
    let place = place("without", specification);
    for words in [
        &["sweep", "spec.toml", "--out", "out"][..],
        // Again, with nothing left to do.
        &["sweep", "spec.toml", "--out", "out"],
        &["merge", "out"],
    ] {
        let output = place.run(words);
        assert!(output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.lines().count(), 1, "{words:?}: {said}");
        assert!(said.contains("seed_output.999, caches.7.weight:"), "{said}");
        assert!(!said.contains("seed_output.5"), "{said}");
    }
}

#[test]
fn the_evaluation_is_swept_too() {
    let specification =
        "eval = \"gridworld\"\nseeds = [1]\nreadouts = [\"seed\"]\n[settings]\ntasks = 1\n";
    let place = place("eval", specification);
    let unknown = specification.replace("\"seed\"", "\"nothing\"");
    fs::write(place.path("bad.toml"), unknown).unwrap();
    let names = place.refusal(&["sweep", "bad.toml", "--out", "x"]);
    assert!(names.contains("nothing"), "{names}");
}

#[test]
fn what_is_wrong_is_one_line_with_its_place() {
    let place = place("wrong", SPECIFICATION);
    for (from, to, words) in [
        ("units = 100", "unitz = 100", ["spec.toml:8:1", "unitz"]),
        ("active_fraction", "activ", ["spec.toml:5:", "activ"]),
        ("[0.5, 1]", "[]", ["spec.toml:9:", "at least one"]),
        (
            "count = 10",
            "count = 99999999",
            ["spec.toml:4:", "1000000"],
        ),
        (
            "lab = \"caching\"",
            "lab = \"kitchen\"",
            ["spec.toml:2:", "kitchen"],
        ),
        ("lab = ", "lab ", ["spec.toml:2:", "="]),
        ("samples = 2", "sample = 2", ["spec.toml:6:1", "sample"]),
        (
            "random = [4, 9]",
            "random = [4, 4000000]",
            ["spec.toml:11:", "4000000"],
        ),
    ] {
        let text = SPECIFICATION.replace(from, to);
        fs::write(place.path("spec.toml"), text).unwrap();
        let line = place.refusal(&["sweep", "spec.toml", "--out", "wrong"]);
        assert!(words.iter().all(|word| line.contains(word)), "{to}: {line}");
        assert!(!place.0.join("wrong").exists(), "{to}: nothing is written");
    }
    fs::write(place.path("spec.toml"), SPECIFICATION).unwrap();
    for shard in ["0/3", "4/3", "x", "1/0"] {
        place.refusal(&["sweep", "spec.toml", "--out", "wrong", "--shard", shard]);
    }
    place.refusal(&["sweep", "none.toml", "--out", "wrong"]);
    place.refusal(&["merge", "none"]);
    // Another sweep, and another split, in the same folder.
    whole(&place);
    let split = place.refusal(&["sweep", "spec.toml", "--out", "whole", "--shard", "1/2"]);
    assert!(split.contains("shards of 1"), "{split}");
    fs::write(
        place.path("spec.toml"),
        SPECIFICATION.replace("count = 10", "count = 11"),
    )
    .unwrap();
    let other = place.refusal(&["sweep", "spec.toml", "--out", "whole"]);
    assert!(other.contains("whole"), "{other}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_shard_in_use_are_told() {
    let place = place("disk", SPECIFICATION);
    fs::create_dir(place.path("full")).unwrap();
    fs::copy(place.path("spec.toml"), place.path("full/sweep.toml")).unwrap();
    std::os::unix::fs::symlink("/dev/full", place.path("full/shard-1-of-1.csv")).unwrap();
    let line = place.refusal(&["sweep", "spec.toml", "--out", "full"]);
    assert!(
        line.contains("shard-1-of-1.csv") && line.contains("No space left"),
        "{line}"
    );
    let line = place.refusal(&["sweep", "/dev/zero", "--out", "zero"]);
    assert!(line.contains("/dev/zero"), "{line}");
    let line = place.refusal(&["sweep", "spec.toml", "--out", "/proc/nothing"]);
    assert!(line.contains("/proc/nothing"), "{line}");

    place.says(&["sweep", "spec.toml", "--out", "used"]);
    let file = fs::File::open(place.path("used/shard-1-of-1.csv")).unwrap();
    file.lock().unwrap();
    for words in [
        &["sweep", "spec.toml", "--out", "used"][..],
        &["merge", "used"],
    ] {
        let line = place.refusal(words);
        assert!(line.contains("shard-1-of-1.csv"), "{line}");
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = place("dry", SPECIFICATION);
    let text = place.says(&["sweep", "spec.toml", "--dry-run", "--out", "dry"]);
    assert!(
        text.contains(&RUNS.to_string()) && text.contains("I/16"),
        "{text}"
    );
    assert!(!place.0.join("dry").exists());
}
