//! The same link gives the same bits as before.
//!
//! `links.txt` holds links of every kind; `expected.tsv`, for each, its state hash, its shown hash (everything on the screen), and
//! some of the numbers behind them, which say in a failure how far off it is. Both stay as they are: a hash that must change has a
//! commit of its own, a reason in CHANGELOG, and a migration where it can have one. New links are added at the end.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{fmt::Write as _, path::PathBuf, process::Command};

use serde_json::Value;

const LINKS: &str = include_str!("links.txt");
const EXPECTED: &str = include_str!("expected.tsv");

/// A checkpoint that does not come along: the gridworld's, with the sign of every 97th weight turned.
fn own_checkpoint() -> PathBuf {
    let path =
        std::env::temp_dir().join(format!("chickadee-own-{}.safetensors", std::process::id()));
    let shipped = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/assets/models/gridworld-small.safetensors"
    );
    let mut bytes = std::fs::read(shipped).unwrap();
    // A header of so many bytes, and then numbers of two bytes each.
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    for high in bytes[8 + header..].iter_mut().skip(1).step_by(2 * 97) {
        *high ^= 0x80;
    }
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Up to three numbers of a report, rounded.
fn numbers(report: &Value) -> String {
    let mut text = String::new();
    let mut add = |name: &str, value: &Value| {
        if let Some(number) = value.as_f64() {
            write!(text, " {name}={number:.4}").unwrap();
        }
    };
    add("return", &report["return"]);
    add("policy", &report["policy"][1][1]);
    add("attention", &report["attention"]["row"][9]);
    add("active", &report["active_fraction"]);
    add("seed", &report["seed_output"][17]);
    add("points", &report["place_output_peak"][20]);
    text.trim_start().to_owned()
}

/// The line of a link: arguments, hashes, numbers.
fn line(arguments: &str, own: &str) -> String {
    let given = arguments
        .split(' ')
        .map(|a| if a == "OWN" { own } else { a });
    let output = Command::new(env!("CARGO_BIN_EXE_chickadee"))
        .arg("run")
        .args(given)
        .arg("--json")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments}: {errors}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let hash = |name: &str| report[name].as_str().unwrap_or("none").to_owned();
    let (state, shown) = (hash("state_hash"), hash("shown_hash"));
    format!("{arguments}\t{state}\t{shown}\t{}", numbers(&report))
}

#[test]
fn every_link_gives_the_bits_that_it_gave() {
    let links: Vec<&str> = LINKS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert!(links.len() >= 60);
    let own = own_checkpoint();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let found = std::sync::Mutex::new(vec![String::new(); links.len()]);
    // Two at once: each uses all cores only for a part of its time.
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(link) = links.get(index) else {
                        return;
                    };
                    let line = line(link, own.to_str().unwrap());
                    found.lock().unwrap()[index] = line;
                }
            });
        }
    });
    std::fs::remove_file(own).unwrap();
    let found = found.into_inner().unwrap();
    let expected: Vec<&str> = EXPECTED.lines().collect();
    let differ: Vec<String> = (0..links.len())
        .filter(|&index| expected.get(index) != Some(&found[index].as_str()))
        .map(|index| {
            let expected = expected.get(index).unwrap_or(&"nothing");
            format!("expected {expected}\nfound    {}", found[index])
        })
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}
