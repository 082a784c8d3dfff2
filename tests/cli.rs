//! The command line as a user meets it: the program itself, its exit codes, and one line for what is wrong.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "only native")]

use std::process::{Command, Output};

use chickadee_engine::models::transformer::{Checkpoint, Precision};
use serde_json::Value;

fn chickadee(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_chickadee"))
        .args(arguments)
        .output()
        .unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let output = chickadee(arguments);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && errors.is_empty(),
        "{arguments:?}: {errors}"
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A table as CSV, read as RFC 4180 has it: a header of different names, as many cells in every row, nothing else in the file.
fn read_csv(arguments: &[&str]) -> Vec<Vec<String>> {
    let output = chickadee(arguments);
    assert!(output.status.success(), "{arguments:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let (mut rows, mut row, mut cell, mut quoted) = (vec![], vec![], String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            '"' => {
                assert!(quoted || cell.is_empty(), "a quote within a cell: {text}");
                quoted = !quoted;
            }
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    assert!(!quoted && row.is_empty() && cell.is_empty(), "{text}");
    let names: std::collections::BTreeSet<&String> = rows[0].iter().collect();
    assert_eq!(names.len(), rows[0].len(), "{:?}", rows[0]);
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    assert!(
        names
            .iter()
            .all(|name| !name.is_empty() && name.chars().all(is_name))
    );
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{text}");
    rows
}

/// Exit code 2, nothing on standard output, one readable line on standard error. Returns it.
fn refused(arguments: &[&str]) -> String {
    let output = chickadee(arguments);
    let what: Vec<String> = arguments
        .iter()
        .map(|a| a.chars().take(60).collect())
        .collect();
    assert_eq!(output.status.code(), Some(2), "{what:?}");
    assert!(output.stdout.is_empty(), "{what:?}");
    let line = String::from_utf8(output.stderr).unwrap();
    assert_eq!(line.lines().count(), 1, "{what:?}: {line}");
    assert!(
        line.starts_with("chickadee: ") && line.chars().count() < 400,
        "{what:?}: {line}"
    );
    line
}

#[test]
fn what_is_unknown_gets_one_line_and_exit_code_two() {
    for (arguments, says) in [
        (["fly"].as_slice(), "fly"),
        (&["run"], "TARGET"),
        (&["run", "one-cache", "--stepz", "3"], "--stepz"),
        (&["run", "one-cache", "--steps", "many"], "many"),
        (&["run", "one-cache", "--steps", "-1"], "-1"),
        (&["run", "one-cache", "--json", "--csv"], "--csv"),
        (&["run", "one-cash"], "scene"),
        (&["run", "two\nlines"], "scene"),
        (&["run", "lab=ocean"], "ocean"),
        (&["run", "lab=%0Aocean"], "ocean"),
        (&["run", "lab=caching", "--model", "mine"], "maze lab"),
        (&["run", "lab=maze", "--model", "/nowhere/mine"], "mine"),
        (&["run", "lab=maze", "--model", "Cargo.toml"], "Cargo.toml"),
        (&["run", "seed=%ff%fe"], "damaged"),
        (&["bench", "--units", "99"], "99"),
        (&["bench", "--units", "1000000"], "1000000"),
        (&["bench", "--of", "transformer", "--widths", "127"], "127"),
        (&["eval"], "--task"),
        (&["eval", "--task", "maze"], "maze"),
        (&["eval", "--task", "tree", "--size", "9"], "9"),
        (&["eval", "--task", "gridworld", "--size", "2"], "2"),
        (&["eval", "--task", "gridworld", "--tasks", "0"], "0 tasks"),
        (&["eval", "--task", "tree", "--tasks", "106"], "106"),
        (&["eval", "--task", "tree", "--seeds", "1,two"], "two"),
        (&["eval", "--task", "tree", "--seeds", "1,,2"], "--seeds"),
        (&["eval", "--task", "tree", "--seeds", "-3"], "-3"),
        (&["eval", "--task", "tree", "--seeds", "4,5,4"], "seed 4"),
        (&["eval", "--task", "tree", "--seeds", "3-6,4"], "seed 4"),
        (&["eval", "--task", "tree", "--seeds", "6-3"], "6-3"),
        (&["eval", "--task", "tree", "--seeds", "1-"], "1-"),
        (
            &["eval", "--task", "tree", "--seeds", "0-1000"],
            "1000 seeds",
        ),
        (
            &["eval", "--task", "tree", "--seeds", "1,2", "--seed", "3"],
            "--seed",
        ),
        (
            &["eval", "--task", "tree", "--seeds", "1,2", "--csv"],
            "--csv",
        ),
        (
            &["eval", "--task", "tree", "--model", "no-such-file"],
            "no-such-file",
        ),
        (&["eval", "--maze", "no-such-file"], "no-such-file"),
        (&["--unknown"], "--unknown"),
        (&["run", "one-cache", "--lang", "de"], "en"),
        (&["--lang", "tlh"], "tlh"),
    ] {
        let line = refused(arguments);
        assert!(line.contains(says), "{arguments:?}: {line}");
    }
}

#[test]
fn a_pasted_book_is_refused_in_one_short_line() {
    // One argument of Linux holds at most 128 KiB.
    let book = "caches=1,2,3&".repeat(100 * 1024 / 13);
    assert!(refused(&["run", &book]).contains("bytes"));
    assert!(refused(&[&book]).contains("caches=1"));
    assert!(refused(&["run", &"x".repeat(50_000)]).contains("neither a scene"));
}

#[test]
fn help_and_version_are_no_errors() {
    for word in ["--help", "--version"] {
        let output = chickadee(&[word]);
        assert!(output.status.success() && output.stderr.is_empty());
        assert!(
            String::from_utf8(output.stdout)
                .unwrap()
                .contains("chickadee")
        );
    }
}

#[test]
fn bad_numbers_are_moved_or_ignored_with_one_message() {
    // The largest network at gain 0 has its place code in closed form.
    for (link, says, units) in [
        ("lab=caching&gain=0&units=0", "units=0", 100),
        ("lab=caching&gain=0&units=-1", "units=-1", 100),
        (
            "lab=caching&gain=0&units=1000000000&units=300",
            "units=1000000000",
            300,
        ),
        ("lab=caching&gain=0&units=300&units=NaN", "units=NaN", 300),
        ("lab=caching&gain=0&units=300&colour=red", "colour", 300),
        ("lab=caching&gain=0&units=300&caches=7,seven", "seven", 300),
        ("lab=caching&gain=0&units=300&caches=7,700", "700", 300),
        (
            "lab=caching&gain=0&units=300&log=c7;sdiv=1000",
            "div=1000",
            300,
        ),
    ] {
        let report = json(&["run", link, "--json"]);
        let messages = report["messages"].as_array().unwrap();
        assert_eq!(messages.len(), 1, "{link}: {messages:?}");
        let message = messages[0].as_str().unwrap();
        assert!(
            message.contains(says) && message.lines().count() == 1,
            "{link}: {message}"
        );
        assert_eq!(report["units"], units, "{link}");
    }
    // Without --json the same goes to standard error.
    let output = chickadee(&["run", "lab=caching&gain=0&units=-1"]);
    assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1);
    assert!(output.status.success());
}

#[test]
fn a_run_prints_state_and_readouts() {
    let link = "lab=caching&seed=14&units=600&caches=20,35,70&search=0.2";
    let report = json(&["run", link, "--json"]);
    let hash = report["state_hash"].as_str().unwrap();
    assert!(
        hash.len() == 16 && hash.chars().all(|c| c.is_ascii_hexdigit()),
        "{hash}"
    );
    for key in ["seed_output", "place_output_peak"] {
        let values = report[key].as_array().unwrap();
        assert_eq!(values.len(), 100, "{key}");
        assert!(values.iter().all(Value::is_number), "{key}");
    }
    let largest = report["seed_output"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_f64)
        .fold(0.0, f64::max);
    assert_eq!(largest, 1.0);
    assert!((0.05..0.2).contains(&report["active_fraction"].as_f64().unwrap()));
    assert_eq!(report["messages"], Value::Array(Vec::new()));
    assert_eq!(report["caches"].as_array().unwrap().len(), 3);
    assert_eq!(
        (&report["busy"], &report["seed"]),
        (&Value::Bool(false), &Value::from(14))
    );

    // The same link again, and the link that it printed, are the same state; another seed is not.
    assert_eq!(json(&["run", link, "--json"]), report);
    assert_eq!(
        json(&["run", report["link"].as_str().unwrap(), "--json"])["state_hash"],
        hash
    );
    assert_ne!(
        json(&[
            "run",
            "lab=caching&seed=15&units=600&caches=20,35,70&search=0.2",
            "--json"
        ])["state_hash"],
        hash
    );

    let table = String::from_utf8(chickadee(&["run", link]).stdout).unwrap();
    assert!(
        table.contains(hash) && table.contains("place  35"),
        "{table}"
    );
    let rows = read_csv(&["run", link, "--csv"]);
    assert_eq!(rows.len(), 101);
    assert!(rows[1..].iter().all(|row| row.contains(&hash.to_owned())));
}

/// Every table of every lab can be read with no option; numbers are numbers, and what made a row stands in it.
#[test]
fn tables_are_tidy() {
    let caching = "lab=caching&seed=3&units=200&caches=20,35&at=20";
    let life = "lab=caching&seed=3&units=200&forage=on";
    let maze = "lab=maze&seed=7&t=60";
    let bridge = "lab=bridge&units=200&places=20&caches=3,9&capacity=on";
    let figures = "lab=figures&figure=4e&seeds=1&units=200&run=2";
    let own = ["lab", "version", "state_hash", "link"];
    for (link, name, rows, numbers) in [
        (
            caching,
            "places",
            100,
            &["place", "seed_output_of_largest", "cached_seeds"][..],
        ),
        (
            caching,
            "steps",
            30,
            &["step", "time_tau", "place", "active_fraction"],
        ),
        (caching, "events", 0, &["step"]),
        (life, "events", 1, &["step", "place"]),
        (
            maze,
            "states",
            25,
            &["state", "row", "column", "p_stay", "correct"],
        ),
        (
            maze,
            "memories",
            60,
            &["memory", "state", "next_state", "reward", "attention"],
        ),
        (
            maze,
            "curve",
            3,
            &["memories", "return", "alignment_layer_1"],
        ),
        (
            bridge,
            "places",
            100,
            &["place", "total_weight", "weight_1"],
        ),
        (
            bridge,
            "capacity",
            100,
            &["memories", "right_fraction", "error_places"],
        ),
        (
            figures,
            "points",
            100,
            &[
                "seeds",
                "units",
                "x",
                "mean",
                "low",
                "high",
                "runs",
                "published",
            ],
        ),
        (figures, "samples", 10, &["seed", "condition", "x", "value"]),
    ] {
        let flag = format!("--csv={name}");
        let steps = if link == life { "2000" } else { "0" };
        let table = read_csv(&["run", link, "--steps", steps, &flag]);
        let header = &table[0];
        assert!(table.len() > rows, "{link} {name}: {} rows", table.len());
        assert_eq!(header[header.len() - own.len()..], own);
        for column in numbers {
            let at = header.iter().position(|name| name == column);
            let at = at.unwrap_or_else(|| panic!("{name} has no {column}: {header:?}"));
            let known: Vec<&String> = table[1..]
                .iter()
                .map(|row| &row[at])
                .filter(|cell| !cell.is_empty())
                .collect();
            assert!(
                known
                    .iter()
                    .all(|cell| cell.parse::<f64>().is_ok_and(f64::is_finite)),
                "{column}: {known:?}"
            );
            assert!(
                !known.is_empty() || table.len() == 1,
                "{name}: {column} is empty"
            );
        }
        // The link of a row brings its state back.
        if let Some(row) = table.get(1) {
            let again = json(&["run", &row[row.len() - 1], "--json"]);
            assert_eq!(again["state_hash"], row[row.len() - 2].as_str());
        }
    }
    let out = chickadee(&["run", "lab=bridge&units=100", "--csv=capacity"]);
    assert!(out.status.success());
    assert_eq!(String::from_utf8_lossy(&out.stdout).lines().count(), 1);
    assert!(String::from_utf8_lossy(&out.stderr).contains("“capacity” has no rows"));
    let line = refused(&["run", maze, "--csv=steps"]);
    assert!(line.contains("states, memories, curve, events"), "{line}");
}

#[test]
fn all_scenes_are_named() {
    let all = chickadee(&["run", "--list"]);
    assert!(all.status.success());
    let all = String::from_utf8(all.stdout).unwrap();
    let scenes = chickadee::session::registry::scenes();
    assert_eq!(all.lines().count(), scenes.len());
    for ((lab, scene), line) in scenes.iter().zip(all.lines()) {
        let words: Vec<&str> = line.split_whitespace().take(2).collect();
        assert_eq!(words, [lab.name, scene.name]);
    }
}

#[test]
fn steps_let_time_pass() {
    let link = "lab=caching&seed=3&units=200&forage=on";
    let report = json(&["run", link, "--steps", "5000", "--json"]);
    assert!(report["tick"].as_u64().unwrap() >= 5000);
    assert_eq!(report["caches"].as_array().unwrap().len(), 3);
    assert_eq!(
        json(&["run", link, "--json"])["caches"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn a_benchmark_measures_what_it_says() {
    let rows = json(&["bench", "--units", "100,200", "--steps", "10", "--json"]);
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (&rows[1]["units"], &rows[1]["ring_steps"]),
        (&Value::from(200), &Value::from(10))
    );
    for key in [
        "wiring_s",
        "barcode_step_ms",
        "place_step_ms",
        "barcode_batch_ms",
        "place_batch_ms",
        "ring_s",
        "ring_active_fraction",
    ] {
        assert!(rows[0][key].as_f64().unwrap() > 0.0, "{key}");
    }
    let table =
        String::from_utf8(chickadee(&["bench", "--units", "100", "--steps", "10"]).stdout).unwrap();
    assert!(table.contains("barcode, 100"), "{table}");
}

/// A file that is gone when the test is over.
struct File(std::path::PathBuf);

impl File {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("chickadee-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn broken_checkpoints_are_refused_by_name() {
    let good = std::fs::read("assets/models/gridworld-small.safetensors").unwrap();
    let header = u64::from_le_bytes(good[..8].try_into().unwrap()) as usize;
    let mut gigabytes = good[..100].to_vec();
    gigabytes[..8].copy_from_slice(&2_000_000_000_u64.to_le_bytes());
    let mut not_a_number = good.clone();
    let last = not_a_number.len();
    not_a_number[last - 2..].copy_from_slice(&[0, 0x7e]); // a half-precision NaN
    let text = String::from_utf8(good[8..8 + header].to_vec()).unwrap();
    let reshaped = text.replacen("[128,384]", "[384,128]", 1);
    assert_ne!(text, reshaped);
    let mut wrong_shape = good.clone();
    wrong_shape[8..8 + header].copy_from_slice(reshaped.as_bytes());
    for (name, bytes, says) in [
        ("empty", &[][..], "bytes"),
        ("truncated", &good[..good.len() / 2], "tensor"),
        ("gigabytes", &gigabytes, "header"),
        ("nan", &not_a_number, "NaN"),
        ("shape", &wrong_shape, "384 x 128"),
        ("text", b"S..\n..G\n", "bytes"),
    ] {
        let file = File::new(name, bytes);
        let line = refused(&["eval", "--task", "gridworld", "--model", file.path()]);
        println!("{name}: {line}");
        assert!(line.contains(says), "{name}: {line}");
    }
    // The other task's checkpoint.
    let line = refused(&[
        "eval",
        "--task",
        "tree",
        "--model",
        "assets/models/gridworld-small.safetensors",
    ]);
    assert!(
        line.contains("5 actions") && line.contains("4 actions"),
        "{line}"
    );
}

/// The same weights with readouts beside them; fitting again gives the same file.
#[test]
fn readouts_are_fitted_into_a_copy() {
    let model = "assets/models/gridworld-small.safetensors";
    let (first, second) = (File::new("readouts", b""), File::new("again", b""));
    let fit = |model: &str, out: &File| {
        json(&[
            "readouts",
            model,
            "--out",
            out.path(),
            "--tasks",
            "12",
            "--json",
        ])
    };
    let report = fit(model, &first);
    assert_eq!(report["task"], "gridworld");
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 12);
    let angle = rows.iter().find(|row| row["target"] == "goal_angle");
    let degrees = &angle.unwrap()["score"]["goal_angle"]["degrees"];
    assert!(
        (0.0..90.0).contains(&degrees.as_f64().unwrap()),
        "{degrees}"
    );
    // The copy is a model too, and its readouts make no difference to the next ones.
    assert_eq!(fit(first.path(), &second), report);
    let bytes = |file: &File| std::fs::read(file.path()).unwrap();
    assert_eq!(bytes(&first), bytes(&second));
    let readouts = chickadee_engine::models::transformer::Readouts::read(&bytes(&first)).unwrap();
    assert_eq!(readouts.all.len(), 12);
    assert_ne!(bytes(&first), std::fs::read(model).unwrap());

    let line = refused(&["readouts", model, "--out", first.path(), "--tasks", "1"]);
    assert!(line.contains("1 tasks; expected 4"), "{line}");
    let line = refused(&["readouts", "no-such-file", "--out", first.path()]);
    assert!(line.contains("no-such-file"), "{line}");
}

#[test]
fn own_mazes_are_walked_or_refused() {
    let good = File::new("maze", b"S.#.\n..#G\n....\n");
    let report = json(&["eval", "--maze", good.path(), "--tasks", "4", "--json"]);
    assert_eq!(
        (report["states"].as_u64(), report["shortest"].as_u64()),
        (Some(10), Some(6))
    );
    let rows = report["by_length"].as_object().unwrap();
    assert_eq!(rows.len(), 11);
    assert!(
        rows.values()
            .all(|row| (0.0..=1.0).contains(&row["accuracy"]["mean"].as_f64().unwrap()))
    );
    for (name, text, says) in [
        ("no-path", "S#.\n##.\n..G\n", "reach"),
        ("no-goal", "S..\n...\n", "G"),
        ("two-goals", "S.G\n..G\n", "second goal"),
        ("character", "S.x\n..G\n", "x"),
        ("uneven", "S..\n.G\n", "line"),
        ("large", &format!("S{}G\n", ".".repeat(40)), "16"),
        ("layers", "layers: 40\ngoal: LL\n", "40"),
        ("json", "{\"grid\": 7}", "sequence"),
        ("nothing", "", "empty"),
    ] {
        let file = File::new(name, text.as_bytes());
        let line = refused(&["eval", "--maze", file.path()]);
        println!("{name}: {line}");
        assert!(line.contains(says), "{name}: {line}");
    }
}

/// The same command gives the same numbers; all keys are there.
#[test]
fn an_evaluation_repeats_itself() {
    for (task, shortcuts) in [("gridworld", true), ("tree", false)] {
        let size = if shortcuts { "5" } else { "4" };
        let arguments = [
            "eval",
            "--task",
            task,
            "--size",
            size,
            "--tasks",
            "3",
            "--dqn-tasks",
            "0",
            "--json",
        ];
        let report = json(&arguments);
        assert_eq!(report, json(&arguments));
        for agent in ["transformer", "transformer_greedy", "q_table"] {
            let returns = report["return_by_rewards"][agent].as_object().unwrap();
            assert!(!returns.is_empty());
            for estimate in returns.values() {
                let mean = estimate["mean"].as_f64().unwrap();
                assert!(
                    (0.0..=1.0).contains(&mean) && estimate["rows"].as_u64() > Some(0),
                    "{estimate}"
                );
                assert_eq!(estimate["ci95"].as_array().unwrap().len(), 2);
            }
        }
        assert!(report["query_types"]["pre_and_post"]["mean"].is_number());
        for test in ["1", "2"] {
            assert_eq!(report["shortcuts"][test]["success"].is_number(), shortcuts);
        }
    }
}

/// Several seeds: the mean is that of the seeds one by one, the interval holds it, and the table says which seeds chose the
/// checkpoint.
#[test]
fn an_evaluation_with_several_seeds_averages_them() {
    fn common<'a>(more: &[&'a str]) -> Vec<&'a str> {
        let words = "eval --task tree --size 4 --tasks 5 --dqn-tasks 0";
        words.split(' ').chain(more.iter().copied()).collect()
    }
    let report = json(&common(&["--seeds", "3,8", "--json"]));
    let single = |seed| json(&common(&["--seed", seed, "--json"]));
    let singles = [single("3"), single("8")];
    let greedy = "/return_by_rewards/transformer_greedy/2";
    for (ours, theirs) in [
        (greedy, greedy),
        (
            "/query_types/transformer_t2/pre_and_post",
            "/query_types_by_agent/transformer_t2/pre_and_post",
        ),
        ("/kernel_alignment/2", "/kernel_alignment/2"),
        (
            "/kernel_alignment_at_first/2",
            "/kernel_alignment_at_first/2",
        ),
    ] {
        let one = |report: &Value| report.pointer(theirs).unwrap()["mean"].as_f64().unwrap();
        let spread = report.pointer(ours).unwrap();
        let means = [one(&singles[0]), one(&singles[1])];
        for (seed, mean) in means.iter().enumerate() {
            let by_seed = spread["by_seed"][seed].as_f64().unwrap();
            assert!((by_seed - mean).abs() < 1e-12, "{ours} {seed}");
        }
        let mean = spread["mean"].as_f64().unwrap();
        assert!((mean - (means[0] + means[1]) / 2.0).abs() < 1e-12);
        let [low, high] = [0, 1].map(|end| spread["ci95"][end].as_f64().unwrap());
        assert!(low <= mean && mean <= high, "{ours} {spread}");
    }
    assert!(report["chosen_with_seeds"].is_null());

    let table = chickadee(&common(&["--seeds", "3,8"]));
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("does not say which seeds"), "{table}");
    assert!(table.contains("seeds 3, 8"), "{table}");

    // From one to another, more than have columns.
    let many = json(&common(&["--seeds", "3,8,10-16", "--json"]));
    let seeds: Vec<u64> = serde_json::from_value(many["seeds"].clone()).unwrap();
    assert_eq!(seeds, [3, 8, 10, 11, 12, 13, 14, 15, 16]);
    let spread = &many["return_by_rewards"]["transformer_greedy"]["2"];
    let by_seed: Vec<f64> = serde_json::from_value(spread["by_seed"].clone()).unwrap();
    let of_two = report.pointer(greedy).unwrap();
    assert_eq!(
        by_seed[..2],
        serde_json::from_value::<Vec<f64>>(of_two["by_seed"].clone()).unwrap()
    );
    let [low, high] = [f64::min, f64::max].map(|end| by_seed.iter().copied().reduce(end).unwrap());
    let table = chickadee(&common(&["--seeds", "3,8,10-16"]));
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("lowest and highest of 9 seeds"), "{table}");
    assert!(table.contains(&format!("]  {low:.3} {high:.3}")), "{table}");

    // A checkpoint that names them.
    let bytes = std::fs::read("assets/models/tree-small.safetensors").unwrap();
    let mut checkpoint = Checkpoint::read(&bytes).unwrap();
    checkpoint
        .about
        .insert("chosen_with_seeds".into(), "8,11".into());
    let file = File::new("chosen", &checkpoint.write(Precision::F16).unwrap());
    let table = chickadee(&common(&["--seeds", "3,8", "--model", file.path()]));
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("8, 11; 8 flatter it here"), "{table}");
}

/// The same link and the same walk give the same numbers every time; what a link gets wrong is said in the messages.
#[test]
fn the_maze_lab_runs_without_a_picture() {
    let link = "lab=maze&task=gridworld&seed=7&t=120";
    let report = json(&["run", link, "--json"]);
    assert_eq!(report["lab"], "maze");
    assert_eq!(report["link"], link);
    assert_eq!(report["policy"].as_array().unwrap().len(), 25);
    assert_eq!(report["attention"]["row"].as_array().unwrap().len(), 120);
    assert_eq!(report, json(&["run", link, "--json"]));
    // Twenty steps more are the walk of a longer link.
    let longer = json(&["run", "lab=maze&seed=7&t=100", "--steps", "20", "--json"]);
    assert_eq!(longer["state_hash"], report["state_hash"]);
    let wrong = json(&["run", "lab=maze&t=5&colour=red", "--json"]);
    assert!(wrong["messages"][0].as_str().unwrap().contains("colour"));

    assert_eq!(read_csv(&["run", link, "--csv"]).len(), 26);
    let own = json(&[
        "run",
        link,
        "--model",
        "assets/models/tree-small.safetensors",
        "--json",
    ]);
    assert_eq!(own["task"], "tree");
    assert_eq!(own["model"]["own"], true);
}

/// A checkpoint of one's own in the temporary folder, removed in the end.
struct Own(std::path::PathBuf);

impl Own {
    /// The gridworld's with `change` made in it, its heads said or not.
    fn new(name: &str, heads: Option<&str>) -> Self {
        let shipped = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/assets/models/gridworld-small.safetensors"
        );
        let mut checkpoint = Checkpoint::read(&std::fs::read(shipped).unwrap()).unwrap();
        for value in checkpoint.weights.values.iter_mut().step_by(97) {
            *value = -*value;
        }
        if let Some(heads) = heads {
            checkpoint.weights.shape.heads = heads.parse().unwrap();
        }
        let mut bytes = checkpoint.write(Precision::F16).unwrap();
        if heads.is_none() {
            // The entry under another name of the same length.
            let entry = b"\"heads\":\"";
            let at = bytes.windows(entry.len()).position(|part| part == entry);
            bytes[at.unwrap() + 1] = b'k';
        }
        let name = format!("chickadee-{}-{name}.safetensors", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn messages(report: &Value) -> Vec<&str> {
    let messages = report["messages"].as_array().unwrap();
    messages.iter().map(|m| m.as_str().unwrap()).collect()
}

#[test]
fn heads_that_are_not_said_are_told_and_hashed() {
    let run = |own: &Own| json(&["run", "lab=maze&t=20", "--model", own.path(), "--json"]);
    let unsaid = run(&Own::new("unsaid", None));
    let told = messages(&unsaid);
    assert!(
        told.iter().any(|m| m.contains("4 were assumed")),
        "{told:?}"
    );
    let hashes: Vec<String> = ["1", "2", "4", "8"]
        .map(|heads| {
            let report = run(&Own::new(heads, Some(heads)));
            assert_eq!(messages(&report).len(), 1);
            report["model"]["hash"].as_str().unwrap().to_owned()
        })
        .into();
    // Four networks have four hashes; those with the usual heads keep theirs.
    let different: std::collections::BTreeSet<_> = hashes.iter().collect();
    assert_eq!(different.len(), 4);
    assert_eq!(unsaid["model"]["hash"], hashes[2].as_str());
}

#[test]
fn links_name_a_transformer_of_ones_own() {
    let shipped = json(&["run", "lab=maze&t=20", "--json"]);
    assert!(!shipped["link"].as_str().unwrap().contains("model="));
    let (own, other) = (Own::new("own", Some("4")), Own::new("other", Some("2")));
    let report = json(&["run", "lab=maze&t=20", "--model", own.path(), "--json"]);
    let link = report["link"].as_str().unwrap();
    let hash = report["model"]["hash"].as_str().unwrap();
    assert!(link.ends_with(&format!("&model={hash}")), "{link}");
    // Without the file it is said; with it, all is as it was; another file is not taken for it.
    let missing = json(&["run", link, "--json"]);
    assert!(messages(&missing)[0].contains(hash), "{missing}");
    assert_eq!(missing["link"], link);
    let again = json(&["run", link, "--model", own.path(), "--json"]);
    assert_eq!(again["state_hash"], report["state_hash"]);
    assert_eq!(messages(&again), messages(&report));
    let wrong = json(&["run", link, "--model", other.path(), "--json"]);
    assert!(messages(&wrong).iter().any(|m| m.contains(hash)), "{wrong}");
    let nonsense = json(&["run", "lab=maze&t=20&model=mine", "--json"]);
    assert!(messages(&nonsense)[0].contains("model=mine"), "{nonsense}");
    // A copy of one that comes along is no other transformer.
    let copy = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/assets/models/gridworld-small.safetensors"
    );
    let report = json(&["run", "lab=maze&t=20", "--model", copy, "--json"]);
    assert_eq!(report["link"], shipped["link"]);
}

#[test]
fn files_of_other_kinds_are_named() {
    let path = std::env::temp_dir().join(format!("chickadee-kind-{}", std::process::id()));
    for (bytes, says) in [
        (
            &b"version https://git-lfs.github.com/spec/v1\n"[..],
            "git lfs pull",
        ),
        (b"<!doctype html><title>Not found</title>", "a web page"),
        (b"\x80\x04\x95\x10\x01\x00\x00\x00\x00\x00\x00", "PyTorch"),
        (b"PK\x03\x04\x14\x00\x00\x00\x00\x00", "PyTorch"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let name = path.to_str().unwrap();
        for arguments in [
            &["run", "lab=maze", "--model", name][..],
            &["eval", "--task", "tree", "--model", name],
        ] {
            let line = refused(arguments);
            assert!(line.contains(says), "{line}");
        }
    }
    std::fs::remove_file(path).unwrap();
}

#[test]
fn mazes_of_editors_and_other_programs_are_evaluated() {
    let path = std::env::temp_dir().join(format!("chickadee-maze-{}", std::process::id()));
    let plain = "S.#..\n..#..\n....#\n.#...\n.#..G\n";
    let evaluate = |file: &[u8]| {
        std::fs::write(&path, file).unwrap();
        json(&[
            "eval",
            "--maze",
            path.to_str().unwrap(),
            "--tasks",
            "1",
            "--json",
        ])
    };
    let expected = evaluate(plain.as_bytes());
    let wide: Vec<u8> = format!("\u{feff}{plain}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(evaluate(&wide), expected);
    assert_eq!(evaluate(format!("\u{feff}{plain}").as_bytes()), expected);
    let list = r#"["SFHFF", "FFHFF", "FFFFH", "FHFFF", "FHFFG"]"#;
    assert_eq!(evaluate(list.as_bytes()), expected);
    std::fs::write(&path, b"<ADJLIST_START> (0,0) <--> (1,0) ;").unwrap();
    let line = refused(&["eval", "--maze", path.to_str().unwrap()]);
    assert!(line.contains("maze.as_ascii()"), "{line}");
    std::fs::remove_file(path).unwrap();
}

#[test]
fn long_links_take_no_time() {
    const LENGTH: usize = 60_000;
    let many = |start: &str, part: &str| start.to_owned() + &part.repeat(LENGTH / part.len());
    for link in [
        many("lab=maze&t=20&log=d0-99999", ".0-99999"),
        many("lab=maze&log=r1600;", "d0-99999;"),
        many("lab=maze&log=r1600;", "v0=1599;"),
        many("lab=maze&log=r1600;", "hall@2;"),
        many("lab=maze&log=r1600;", "dpath;"),
        many("lab=maze&log=", "r1600;s1;"),
        many("lab=maze&log=w", "1"),
        many("lab=maze&maze=", "."),
        many("lab=maze&maze=[", "["),
        many("lab=maze", "&a=1"),
        many("lab=maze&maze=layers:8|goal:L|without:R", ",RRRRRRR"),
        many("lab=caching&units=100&caches=1", ",1"),
        many("lab=caching&units=100&log=", "seta=50;"),
        many("lab=caching&units=100&log=c1;", "w0=0.5;"),
        many("lab=caching&units=100&log=", "c1;x0;"),
    ] {
        let start = std::time::Instant::now();
        let output = chickadee(&["run", &link, "--json"]);
        let what = &link[..40];
        assert!(output.status.success(), "{what}");
        // Well above what it takes on a busy machine; it took minutes.
        assert!(start.elapsed().as_secs() < 10, "{what}");
    }
}

#[test]
fn links_may_come_from_the_source_of_a_page() {
    let plain = json(&["run", "lab=maze&t=20&seed=9", "--json"]);
    assert_eq!(
        json(&["run", "lab=maze&amp;t=20&amp;seed=9", "--json"]),
        plain
    );
    assert_eq!(plain["messages"], Value::Array(Vec::new()));
}

#[test]
fn deep_transformers_are_hidden_from_layer_by_layer() {
    use chickadee_engine::models::transformer::{Shape, Weights};
    let shape = Shape {
        width: 16,
        layers: 12,
        heads: 4,
        sensory: 10,
        actions: 5,
    };
    let checkpoint = Checkpoint {
        weights: Weights::initial(shape, 3),
        about: std::collections::BTreeMap::new(),
    };
    let path = std::env::temp_dir().join(format!("chickadee-deep-{}", std::process::id()));
    std::fs::write(&path, checkpoint.write(Precision::F32).unwrap()).unwrap();
    let run = |log: &str| {
        let link = format!("lab=maze&layer=12&log=r20{log}");
        let report = json(&["run", &link, "--model", path.to_str().unwrap(), "--json"]);
        assert_eq!(messages(&report).len(), 1, "{report}");
        report
    };
    let (whole, twelfth, ninth) = (run(""), run(";h3@2048"), run(";h3@256"));
    let (eight, all) = (run(";h3@1.2.3.4.5.6.7.8"), run(";h3@255"));
    let reports = [&whole, &twelfth, &ninth, &eight, &all];
    let hashes: std::collections::BTreeSet<_> =
        reports.iter().map(|r| r["state_hash"].as_str()).collect();
    assert_eq!(hashes.len(), 5);
    // What is hidden in the layer that is looked at has no share there.
    let share = |report: &Value| report["attention"]["row"][3].as_f64().unwrap();
    assert!(share(&whole) > 0.0 && share(&ninth) > 0.0 && share(&eight) > 0.0);
    assert_eq!((share(&twelfth), share(&all)), (0.0, 0.0));
    assert_eq!(whole["attention"]["layer"], 12);
    std::fs::remove_file(path).unwrap();
}

#[test]
#[cfg(unix)]
fn output_that_cannot_be_written_ends_quietly() {
    use std::process::Stdio;
    for arguments in [
        &["run", "lab=maze&t=20"][..],
        &["run", "lab=maze&t=20", "--csv"],
        &["eval", "--help"],
        &["completions", "bash"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_chickadee"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // As `head` does when it has enough.
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{arguments:?}");
    }
    if let Ok(full) = std::fs::File::options().write(true).open("/dev/full") {
        let output = Command::new(env!("CARGO_BIN_EXE_chickadee"))
            .args(["run", "lab=maze&t=20"])
            .stdout(full)
            .output()
            .unwrap();
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(line.contains("the output cannot be written"), "{line}");
    }
}

#[test]
fn files_to_write_are_opened_before_the_work() {
    let own = Own::new("readouts", Some("4"));
    let missing = std::env::temp_dir().join("chickadee-no-such-folder/out.safetensors");
    let out = missing.to_str().unwrap();
    let start = std::time::Instant::now();
    // So many tasks take hours.
    let arguments = ["readouts", own.path(), "--out", out, "--tasks", "1000000"];
    assert!(refused(&arguments).contains("cannot be written"));
    assert!(start.elapsed().as_secs() < 20);
    // A folder of questions inside a file; the measurement would take its time.
    let arguments = ["bench", "--of", "transformer", "--questions", own.path()];
    assert!(
        refused(&[&arguments[..], &["--contexts", "100000"]].concat())
            .contains("cannot be written")
    );
    assert!(refused(&["bench", "--questions", out]).contains("--of transformer"));
    // What comes to nothing leaves nothing, and does not touch what was there.
    let new = std::env::temp_dir().join(format!("chickadee-new-{}", std::process::id()));
    let arguments = ["readouts", own.path(), "--out", new.to_str().unwrap()];
    refused(&[&arguments[..], &["--tasks", "0"]].concat());
    assert!(!new.exists());
    std::fs::write(&new, "kept").unwrap();
    refused(&[&arguments[..], &["--tasks", "0"]].concat());
    assert_eq!(std::fs::read_to_string(&new).unwrap(), "kept");
    std::fs::remove_file(new).unwrap();
}

#[test]
fn what_was_moved_is_said_before_the_work() {
    use std::io::{BufRead as _, BufReader};
    // Minutes of work.
    let link = "lab=caching&units=1000000000&caches=1,2,3,4,5,6,7,8";
    let mut child = Command::new(env!("CARGO_BIN_EXE_chickadee"))
        .args(["run", link, "--csv"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut error = BufReader::new(child.stderr.take().unwrap());
    error.read_line(&mut line).unwrap();
    let works = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.contains("units=1000000000"), "{line}");
    assert!(works);
}

#[test]
fn shells_and_manuals_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = chickadee(&["completions", shell]);
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(
            script.contains("chickadee") && script.contains("selftest"),
            "{shell}"
        );
        assert!(output.status.success());
    }
    let page = String::from_utf8(chickadee(&["man"]).stdout).unwrap();
    assert!(page.contains(".TH chickadee 1") && page.contains("Examples"));
    let page = String::from_utf8(chickadee(&["man", "eval"]).stdout).unwrap();
    assert!(page.contains(".TH chickadee-eval 1") && page.contains("dqn"));
    assert!(refused(&["man", "fly"]).contains("fly"));
    assert!(refused(&["completions", "cmd"]).contains("cmd"));
}
