//! The trainer itself, at toy scale: it learns, it resumes exactly, it refuses.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use chickadee_engine::models::transformer::Checkpoint;
use serde_json::Value;

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("trainer-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn trainer(recipe: &Path, out: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trainer"))
        .arg(recipe)
        .arg("--out")
        .arg(out)
        .args(more)
        .output()
        .unwrap()
}

fn toy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes/toy.toml")
}

fn run(out: &Path, more: &[&str]) {
    let output = trainer(&toy(), out, more);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// From random weights to nine right answers in ten, on a goal that training never had.
#[test]
fn a_small_gridworld_is_learned_from_scratch() {
    let folder = Folder::new("learns");
    run(&folder.0, &[]);
    let log = std::fs::read_to_string(folder.file("log.jsonl")).unwrap();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let after = |line: &Value| line["held_out"]["after"].as_f64().unwrap();
    assert!(
        after(&lines[0]) < 0.7,
        "it begins with {}",
        after(&lines[0])
    );
    assert!(
        after(&lines[lines.len() - 1]) >= 0.9,
        "it ends with {}",
        after(&lines[lines.len() - 1])
    );

    let checkpoint =
        Checkpoint::read(&std::fs::read(folder.file("toy.safetensors")).unwrap()).unwrap();
    assert_eq!(checkpoint.weights.shape.width, 96);
    assert_eq!(checkpoint.about["seed"], "1");
    assert!(checkpoint.about["recipe"].contains("size = 3"));
    let curve = std::fs::read_to_string(folder.file("curve.svg")).unwrap();
    assert!(curve.contains("<polyline") && curve.contains("Accuracy on held-out goals"));
}

#[test]
fn a_run_that_was_stopped_goes_on_exactly() {
    let (whole, parts) = (Folder::new("whole"), Folder::new("parts"));
    run(&whole.0, &["--steps", "6"]);
    run(&parts.0, &["--steps", "3"]);
    run(&parts.0, &["--resume", "--steps", "6"]);
    let weights = |folder: &Folder| {
        Checkpoint::read(&std::fs::read(folder.file("toy.safetensors")).unwrap()).unwrap()
    };
    assert_eq!(weights(&whole), weights(&parts));
}

#[test]
fn what_cannot_be_is_one_line_and_exit_code_two() {
    let folder = Folder::new("refuses");
    let text = std::fs::read_to_string(toy()).unwrap();
    for (name, recipe, says) in [
        ("size", text.replace("size = 3", "size = 30"), "30"),
        ("heads", text.replace("heads = 4", "heads = 5"), "heads"),
        (
            "share",
            text.replace("size = 3", "size = 3\nrewarded = 1.8"),
            "rewarded",
        ),
        ("word", text.replace("queries", "question"), "question"),
        ("nothing", String::new(), "name"),
    ] {
        let path = folder.file(&format!("{name}.toml"));
        std::fs::write(&path, recipe).unwrap();
        let output = trainer(&path, &folder.file("out"), &[]);
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}: {line}");
        assert!(line.contains(says), "{name}: {line}");
    }
    // A run is not overwritten by chance.
    run(&folder.0, &["--steps", "1"]);
    let output = trainer(&toy(), &folder.0, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--resume"));
    // Nor is a state of another size taken for it.
    let other = folder.file("other.toml");
    std::fs::write(&other, text.replace("width = 96", "width = 32")).unwrap();
    let output = trainer(&other, &folder.0, &["--resume"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("state"));
}
