//! The trainer itself, at toy scale: it learns, it resumes exactly, it refuses.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use chickadee_engine::{
    base::half::{from_half, to_half},
    models::transformer::Checkpoint,
};
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
    let read = |folder: &Folder| {
        Checkpoint::read(&std::fs::read(folder.file("toy.safetensors")).unwrap()).unwrap()
    };
    let (mut whole, mut parts) = (read(&whole), read(&parts));
    // The log has one more line: a run looks at the held-out goals where it stops. The training columns are means since the
    // last look.
    let log = |checkpoint: &mut Checkpoint| -> Vec<Vec<String>> {
        let text = checkpoint.about.remove("log").unwrap();
        let cells = |line: &str| line.split(',').map(str::to_owned).collect();
        text.lines().map(cells).collect()
    };
    let (one, two) = (log(&mut whole), log(&mut parts));
    assert_eq!((one.len(), two.len()), (2, 3));
    assert_eq!(one[0], two[0]);
    assert_eq!(two[0][3], "held_out_loss");
    for column in [0, 1, 3] {
        assert_eq!(one[1][column], two[2][column]);
    }
    assert_eq!(whole, parts);
}

/// With averaging, dropout and training examples that follow the weights, stopped in the middle of the averaging and between two looks.
#[test]
fn a_run_with_averaging_goes_on_exactly() {
    let folder = Folder::new("average");
    let text = std::fs::read_to_string(toy())
        .unwrap()
        .replace("seed = 1", "seed = 1\nchosen_with_seeds = [11, 12]")
        .replace(
            "[[stage]]",
            "[[stage]]\nsize = 3\ncontext = 30\nqueries = 30\nbatch = 8\nsteps = 2\nrate = 1e-3\n\n[[stage]]",
        )
        .replace(
            "until = 0.92",
            "average = 0.8\nloops = 0.3\nunseen = 0.3\nknown = 0.8\nrewarded = 0.8\ndropout = 0.1",
        );
    let recipe = folder.file("toy.toml");
    std::fs::write(&recipe, text).unwrap();
    let go = |out: &str, more: &[&str]| {
        let output = trainer(&recipe, &folder.file(out), more);
        let says = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{says}");
    };
    go("whole", &["--steps", "9"]);
    for (more, steps) in [
        (None, "1"),
        (Some("--resume"), "4"),
        (Some("--resume"), "9"),
    ] {
        let mut arguments = vec!["--steps", steps];
        arguments.extend(more);
        go("parts", &arguments);
    }
    let read = |name: &str| std::fs::read(folder.file(name)).unwrap();
    // Every tensor of the state to the bit: weights, moments, average.
    let tensors = |name: &str| {
        let bytes = read(name);
        let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let mut tensors: Vec<_> = file
            .tensors()
            .into_iter()
            .map(|(name, view)| (name, view.data().to_vec()))
            .collect();
        tensors.sort();
        tensors
    };
    let whole = tensors("whole/state.safetensors");
    let names: Vec<&str> = whole.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["average", "mean", "square", "weights"]);
    assert_eq!(whole, tensors("parts/state.safetensors"));

    // The checkpoint holds the average, not the weights, and says which seeds chose it.
    let of = |name: &str| Checkpoint::read(&read(name)).unwrap();
    let (checkpoint, parts) = (of("whole/toy.safetensors"), of("parts/toy.safetensors"));
    assert_eq!(checkpoint.weights, parts.weights);
    assert_eq!(checkpoint.about["averaged_steps"], "7");
    assert_eq!(checkpoint.about["chosen_with_seeds"], "11,12");
    assert_eq!(
        checkpoint.about["weights_hash"],
        parts.about["weights_hash"]
    );
    assert!(checkpoint.about["log"].lines().count() >= 2);
    let values = |bytes: &[u8]| -> Vec<f32> {
        let bytes = bytes.chunks_exact(4);
        bytes
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect()
    };
    let numbers = |index: usize| values(&whole[index].1);
    let halved =
        |values: &[f32]| -> Vec<f32> { values.iter().map(|&x| from_half(to_half(x))).collect() };
    assert_eq!(checkpoint.weights.values, halved(&numbers(0)));
    assert_ne!(checkpoint.weights.values, halved(&numbers(3)));

    // With another checkpoint it holds the mean of both, and says so; the run goes on as before.
    let other = format!("{}=0.25", folder.file("whole/toy.safetensors").display());
    go("parts", &["--resume", "--steps", "10", "--mean", &other]);
    let both = of("parts/toy.safetensors");
    let average = values(&tensors("parts/state.safetensors")[0].1);
    let pairs = average.iter().zip(&checkpoint.weights.values);
    let mean: Vec<f32> = pairs.map(|(a, b)| 0.75 * a + 0.25 * b).collect();
    assert_eq!(both.weights.values, halved(&mean));
    let about = &both.about["mean_with"];
    assert!(
        about.starts_with("toy.safetensors, weights ") && about.ends_with(", share 0.25"),
        "{about}"
    );
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
        (
            "average",
            text.replace("size = 3", "size = 3\naverage = 1.0"),
            "average",
        ),
        (
            "shares",
            text.replace("size = 3", "size = 3\nunseen = 0.6\nloops = 0.6"),
            "unseen",
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
    let tree = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../assets/models/tree-small.safetensors"
    );
    for (mean, says) in [
        (vec![format!("{tree}=0.5")], "shape"),
        (vec![format!("{tree}=0.5"); 2], "less than 1"),
        (vec!["nowhere=0.5".to_owned()], "nowhere"),
        (vec![tree.to_owned()], "FILE=SHARE"),
    ] {
        let arguments: Vec<&str> = mean.iter().flat_map(|part| ["--mean", part]).collect();
        let output = trainer(&toy(), &folder.file("out"), &arguments);
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{mean:?}: {line}");
        assert!(line.contains(says), "{mean:?}: {line}");
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
