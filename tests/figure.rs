//! Figures from the command line: the same numbers however the work is split, and one sentence for what is wrong.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod place;

use std::fs;

use place::Place;
use serde_json::Value;

/// A figure at a size that takes a moment.
const TOY: [&str; 6] = ["figure", "4e", "--seeds", "2", "--units", "200"];
/// Its published values.
const VALUES: usize = (7 + 8 + 3 + 3) * 8;
/// The file of its pieces.
const FILE: &str = "4e-200.1-of-1.jsonl";

fn toy<'a>(more: &[&'a str]) -> Vec<&'a str> {
    TOY.iter().copied().chain(more.iter().copied()).collect()
}

/// A report without its time.
fn report(text: &str) -> Value {
    let mut report: Value = serde_json::from_str(text).unwrap();
    assert!(report["seconds"].take().as_f64().is_some_and(|s| s > 0.0));
    report
}

#[test]
fn the_report_compares_every_published_value() {
    let place = Place::new("figure-report");
    let report = report(&place.says(&toy(&["--json"])));
    assert_eq!(
        (&report["id"], &report["units"]),
        (&"4e".into(), &200.into())
    );
    let values = report["values"].as_array().unwrap();
    // Seven spacings, eight distances and three thresholds (twice) of eight search strengths.
    assert_eq!(values.len(), VALUES);
    for value in values {
        assert!(value["name"].as_str().unwrap().contains("s = "), "{value}");
        assert!(
            value["ours"].is_number() && value["published"].is_number(),
            "{value}"
        );
        let verdict = value["verdict"].as_str().unwrap();
        assert!(
            ["inside", "within_reading", "undecided", "outside"].contains(&verdict),
            "{value}"
        );
    }
    let table = place.says(&toy(&[]));
    assert_eq!(
        table
            .lines()
            .filter(|line| line.contains(": published"))
            .count(),
        values.len()
    );
    assert!(
        place
            .says(&["figure", "--list"])
            .lines()
            .any(|line| line.starts_with("4e "))
    );
}

/// Kept, killed in the middle of a line, split, gone on with: the same report to the last digit; nothing is computed twice.
#[test]
fn pieces_are_kept_and_gone_on_with() {
    let place = Place::new("figure-kept");
    let whole = report(&place.says(&toy(&["--json", "--threads", "1"])));
    let kept = report(&place.says(&toy(&["--json", "--out", "kept"])));
    assert!(kept == whole);
    let file = place.0.join("kept").join(FILE);
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 1 + 2 * 7);
    // The last line is torn.
    fs::write(&file, &text[..text.len() - 40]).unwrap();
    let line = place.refusal(&toy(&["--out", "kept"]));
    assert!(
        line.contains("13 pieces") && line.contains("--resume"),
        "{line}"
    );
    assert!(report(&place.says(&toy(&["--json", "--out", "kept", "--resume"]))) == whole);
    assert_eq!(
        fs::read_to_string(&file).unwrap().lines().count(),
        1 + 2 * 7
    );
    // More seeds go on from these.
    let more = [
        "figure", "4e", "--seeds", "3", "--units", "200", "--json", "--out", "kept", "--resume",
    ];
    assert_eq!(report(&place.says(&more))["done"], 21);
    assert_eq!(
        fs::read_to_string(&file).unwrap().lines().count(),
        1 + 3 * 7
    );

    for shard in ["1/3", "2/3", "3/3"] {
        let said = place.says(&toy(&["--out", "shards", "--shard", shard]));
        assert!(said.contains(shard), "{said}");
    }
    let all = report(&place.says(&toy(&["--json", "--out", "shards", "--resume"])));
    assert!(all == whole);
}

/// The script for a cluster, in an environment as SLURM makes it.
#[cfg(unix)]
#[test]
fn a_job_array_makes_the_same_pieces() {
    let place = Place::new("figure-array");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/slurm/figure.sbatch");
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_chickadee"));
    let folders = std::env::var("PATH").unwrap();
    let path = format!("{}:{folders}", program.parent().unwrap().display());
    for task in ["1", "2"] {
        let mut task_of_array = std::process::Command::new("bash");
        task_of_array
            .current_dir(&place.0)
            .arg(script)
            .args(["4e", "array", "--seeds", "2", "--units", "200"])
            .env("PATH", &path)
            .env("SLURM_ARRAY_TASK_ID", task)
            .env("SLURM_ARRAY_TASK_COUNT", "2")
            .env("SLURM_CPUS_PER_TASK", "1");
        let output = task_of_array.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
    }
    assert!(!place.0.join("array").join(FILE).exists());
    let array = report(&place.says(&toy(&["--json", "--out", "array", "--resume"])));
    assert!(array == report(&place.says(&toy(&["--json"]))));
}

#[test]
fn drawings_and_tables_are_written() {
    let place = Place::new("figure-drawn");
    place.says(&toy(&[
        "--svg", "a.svg", "--png", "a.png", "--csv", "a.csv",
    ]));
    let svg = fs::read_to_string(place.path("a.svg")).unwrap();
    assert!(
        svg.starts_with("<svg") && svg.contains("P(correct reject)") && svg.contains("s = 0.4")
    );
    assert!(
        fs::read(place.path("a.png"))
            .unwrap()
            .starts_with(b"\x89PNG")
    );
    let table = fs::read_to_string(place.path("a.csv")).unwrap();
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let columns = rows.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|c| c == name).unwrap();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let published = rows
        .iter()
        .filter(|row| !row[column("published")].is_empty());
    assert_eq!(published.count(), VALUES);
    for row in &rows {
        let mean: f64 = row[column("mean")].parse().unwrap();
        let low: f64 = row[column("low")].parse().unwrap();
        assert!(low <= mean && mean <= 1.0, "{row:?}");
    }
}

#[test]
fn what_is_wrong_is_one_line() {
    let place = Place::new("figure-wrong");
    for (words, says) in [
        (vec!["figure", "7z"], "there are"),
        (vec!["figure"], "ID"),
        (vec!["figure", "4e", "--seeds", "0"], "1 to 10000 seeds"),
        (vec!["figure", "4e", "--seeds", "-1"], "-1"),
        (
            vec!["figure", "4e", "--units", "3"],
            "to 20000 units, found 3",
        ),
        (vec!["figure", "4e", "--as-published"], "Figure 4E"),
        (toy(&["--resume"]), "--out"),
        (toy(&["--out", "x", "--shard", "4/3"]), "shard 4 of 3"),
    ] {
        let line = place.refusal(&words);
        assert!(line.contains(says), "{line}");
    }
    // At the published size: whoever waits for it waits for an hour.
    for kind in ["--csv", "--svg", "--png"] {
        let line = place.refusal(&["figure", "4e", kind, "no/folder/a"]);
        assert!(line.contains("cannot be written"), "{line}");
    }
    fs::create_dir(place.path("other")).unwrap();
    let file = place.0.join("other").join(FILE);
    for (text, at) in [
        ("{}\n", "line 1"),
        (
            "{\"figure\":\"4e\",\"units\":200,\"as_published\":false,\"conditions\":6}\n",
            "line 1",
        ),
        (
            "{\"figure\":\"4e\",\"units\":200,\"as_published\":false,\"conditions\":7}\nrubbish\n",
            "line 2",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let line = place.refusal(&toy(&["--out", "other", "--resume"]));
        assert!(line.contains(at) && line.contains(FILE), "{line}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_told() {
    let place = Place::new("figure-disk");
    fs::create_dir(place.path("full")).unwrap();
    std::os::unix::fs::symlink("/dev/full", place.0.join("full").join(FILE)).unwrap();
    let line = place.refusal(&toy(&["--out", "full"]));
    assert!(
        line.contains(FILE) && line.contains("cannot be written"),
        "{line}"
    );
    let line = place.refusal(&toy(&["--csv", "/dev/no/folder/a.csv"]));
    assert!(line.contains("a.csv"), "{line}");
}
