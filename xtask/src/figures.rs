//! `cargo xtask figures`: FIGURES.md, every figure of the barcode paper as far as it was recomputed.
//!
//! The finished pieces of figures (`chickadee figure ID --out docs/figures/pieces --resume`) are kept in the repository: they took
//! hours. This puts them together: nothing is computed but means and intervals.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::tools::cargo;
use crate::{Outcome, files, root};

/// The finished pieces.
const PIECES: &str = "docs/figures/pieces";
/// The drawings.
const DRAWINGS: &str = "docs/figures";
/// What is written.
const DOCUMENT: &str = "FIGURES.md";

/// Writes the document and the drawings.
pub(crate) fn figures() -> Outcome<()> {
    let pieces = root().join(PIECES);
    let known = kept(&pieces)?;
    let mut text = HEAD.to_owned();
    let mut sections = String::new();
    for id in ids()? {
        let Some(kept) = known.get(&id) else {
            continue;
        };
        let report = report(&id, kept)?;
        let _ = writeln!(text, "{}", summary(&report));
        sections += &section(&report, kept);
    }
    text += &sections;
    files::write(&root().join(DOCUMENT), text.as_bytes())?;
    println!("{DOCUMENT} says what {} figures give.", known.len());
    Ok(())
}

/// What there is of a figure.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    units: u64,
    /// Whether a quirk of the authors' code is reproduced.
    as_published: bool,
    /// Seeds of which all pieces are there, from the first on.
    seeds: u64,
}

/// By figure: what the folder holds of it, at the most units; with a quirk of the authors' code, where there are pieces with it, since what was
/// published has it, too.
fn kept(folder: &Path) -> Outcome<BTreeMap<String, Kept>> {
    let cannot = |error| format!("{} cannot be read: {error}.", folder.display());
    // By figure, units and quirk: the number of pieces a seed, and the pieces.
    let mut found: BTreeMap<(String, u64, bool), (u64, Vec<u64>)> = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if path
            .extension()
            .is_none_or(|extension| extension != "jsonl")
        {
            continue;
        }
        let text = String::from_utf8(files::read(&path)?).unwrap_or_default();
        let mut lines = text
            .lines()
            .map_while(|line| serde_json::from_str::<Value>(line).ok());
        let head = lines.next().unwrap_or_default();
        let (Some(id), Some(units), Some(conditions)) = (
            head["figure"].as_str(),
            head["units"].as_u64(),
            head["conditions"].as_u64(),
        ) else {
            return Err(format!(
                "{} does not begin as a file of pieces.",
                path.display()
            ));
        };
        let as_published = head["as_published"] == true;
        let there = found
            .entry((id.to_owned(), units, as_published))
            .or_insert((conditions.max(1), Vec::new()));
        there
            .1
            .extend(lines.filter_map(|line| line["piece"].as_u64()));
    }
    let mut kept = BTreeMap::new();
    // Units rise, and the quirk comes last: the last of a figure counts.
    for ((id, units, as_published), (conditions, mut pieces)) in found {
        pieces.sort_unstable();
        pieces.dedup();
        let whole = pieces
            .iter()
            .zip(0..)
            .take_while(|(piece, n)| **piece == *n)
            .count() as u64;
        let seeds = whole / conditions;
        if seeds > 0 {
            let of = Kept {
                units,
                as_published,
                seeds,
            };
            kept.insert(id, of);
        }
    }
    Ok(kept)
}

/// `chickadee figure` with some words.
fn chickadee(words: &[&str]) -> Outcome<String> {
    let mut command = cargo();
    command.args([
        "run",
        "--quiet",
        "--release",
        "--no-default-features",
        "--",
        "figure",
    ]);
    let output = command.args(words).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("cargo could not be started: {error}."))?;
    if !output.status.success() {
        return Err(format!("`chickadee figure {}` failed.", words.join(" ")));
    }
    String::from_utf8(output.stdout)
        .map_err(|error| format!("`chickadee figure` printed no text: {error}."))
}

/// The figures in the paper's order.
fn ids() -> Outcome<Vec<String>> {
    let list = chickadee(&["--list"])?;
    let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
    Ok(list
        .lines()
        .filter(|line| !line.starts_with(' '))
        .filter_map(first)
        .collect())
}

fn report(id: &str, kept: &Kept) -> Outcome<Value> {
    let (seeds, units) = (kept.seeds.to_string(), kept.units.to_string());
    let svg = format!("{DRAWINGS}/{id}.svg");
    let mut words = vec![
        id, "--seeds", &seeds, "--units", &units, "--out", PIECES, "--resume", "--svg", &svg,
        "--json",
    ];
    words.extend(kept.as_published.then_some("--as-published"));
    let printed = chickadee(&words)?;
    serde_json::from_str(&printed)
        .map_err(|error| format!("`chickadee figure {id} --json` printed something else: {error}."))
}

const HEAD: &str = "# Figures of the barcode paper, recomputed

Written by `cargo xtask figures` from the finished pieces in `docs/figures/pieces`; do not edit.

Every simulation figure of Fang, Lindsey, Abbott, Aronov & Chettih (eLife 103512) is a protocol of `chickadee figure` (`--list` names
all). A published value is one that can be read off the paper's figure, to within the error that stands beside it; where it is a
proportion of runs, its exact 95 % interval is widened by that error. One rule gives every verdict: **inside**, if each mean lies in the
other's interval; otherwise **within reading error**, if the means differ by no more than that; otherwise **undecided**, if one mean lies in the
other's interval, but not the other way round, so that nothing speaks against the published value and more networks would have to tell;
otherwise **outside**. Time is that of one core, often with other work beside it.

| figure | | N | seeds | values | inside | within reading | undecided | outside | time |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
";

/// The values of a report.
fn values(report: &Value) -> &[Value] {
    report["values"].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// A row of the first table.
fn summary(report: &Value) -> String {
    let (name, title) = (text(report, "figure"), text(report, "title"));
    let anchor: String = name
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' => Some(c),
            _ => None,
        })
        .collect();
    let count = |verdict: &str| {
        values(report)
            .iter()
            .filter(|v| v["verdict"] == verdict)
            .count()
    };
    format!(
        "| [{name}](#{anchor}) | {title} | {} | {} | {} | {} | {} | {} | {} | {} |",
        report["units"],
        report["seeds"],
        values(report).len(),
        count("inside"),
        count("within_reading"),
        count("undecided"),
        count("outside"),
        time(report["seconds"].as_f64().unwrap_or_default()),
    )
}

/// Seconds in words.
fn time(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{seconds:.0} s"),
        120.0..7200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

/// What is said of a figure.
fn section(report: &Value, kept: &Kept) -> String {
    let (name, title, question) = (
        text(report, "figure"),
        text(report, "title"),
        text(report, "question"),
    );
    let (id, link) = (text(report, "id"), text(report, "link"));
    let Kept {
        units,
        as_published,
        seeds,
    } = kept;
    let quirk = if *as_published { " --as-published" } else { "" };
    let mut out = format!(
        "\n## {name}\n\n{title}. {question}\n\n![{title}: ours as lines and dots, published values as open circles]({DRAWINGS}/{id}.svg)\n\n`chickadee figure {id} --seeds {seeds} --units {units}{quirk}`, {}; to see it: `#{link}`.\n",
        time(report["seconds"].as_f64().unwrap_or_default()),
    );
    if let Some(quirk) = report["quirk"].as_str() {
        let _ = writeln!(out, "\n`--as-published`: {quirk}");
    }
    for finding in report["findings"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "\n{}", finding.as_str().unwrap_or_default());
    }
    if values(report).is_empty() {
        out += "\nThe paper gives no values in numbers.\n";
        return out;
    }
    out += "\n| value | published | ours | verdict |\n| --- | ---: | ---: | --- |\n";
    let number = |value: &Value| {
        value
            .as_f64()
            .map_or_else(|| "–".to_owned(), |x| format!("{x:.3}"))
    };
    for value in values(report) {
        let _ = writeln!(
            out,
            "| {} | {} [{}, {}] | {} [{}, {}] | {} |",
            text(value, "name").replace('|', "\\|"),
            number(&value["published"]),
            number(&value["published_error"][0]),
            number(&value["published_error"][1]),
            number(&value["ours"]),
            number(&value["ours_error"][0]),
            number(&value["ours_error"][1]),
            text(value, "verdict").replace('_', " "),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seeds_from_the_first_on_count() {
        let folder = std::env::temp_dir().join(format!("chickadee-pieces-{}", std::process::id()));
        files::fresh_folder(&folder).unwrap();
        let head = |units: u64, quirk: bool| {
            format!(
                "{{\"figure\":\"4e\",\"units\":{units},\"as_published\":{quirk},\"conditions\":2}}\n"
            )
        };
        let pieces = |numbers: &[u64]| {
            numbers
                .iter()
                .map(|n| format!("{{\"piece\":{n}}}\n"))
                .collect::<String>()
        };
        for (name, text) in [
            (
                "a.jsonl",
                head(1000, false) + &pieces(&[0, 1, 2, 3, 4, 5, 6, 7]),
            ),
            ("b.jsonl", head(2000, false) + &pieces(&[4, 0, 1])),
            (
                "c.jsonl",
                head(2000, false) + &pieces(&[2, 3, 7]) + "{\"pie",
            ),
            ("d.jsonl", head(5000, true) + &pieces(&[0, 1])),
            ("e.jsonl", head(5000, false) + &pieces(&[0])),
            ("notes.txt", String::new()),
        ] {
            files::write(&folder.join(name), text.as_bytes()).unwrap();
        }
        let kept = kept(&folder).unwrap();
        let mut expected = Kept {
            units: 5000,
            as_published: true,
            seeds: 1,
        };
        assert_eq!(kept, [("4e".to_owned(), expected.clone())].into());
        // Without the quirk no network of 5,000 units is whole.
        fs::remove_file(folder.join("d.jsonl")).unwrap();
        expected = Kept {
            units: 2000,
            as_published: false,
            seeds: 2,
        };
        let kept = super::kept(&folder).unwrap();
        assert_eq!(kept, [("4e".to_owned(), expected)].into());
        files::write(&folder.join("f.jsonl"), b"{}\n").unwrap();
        assert!(super::kept(&folder).unwrap_err().contains("f.jsonl"));
        let _ = fs::remove_dir_all(&folder);
    }
}
