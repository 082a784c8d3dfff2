//! The notices that the licences of our dependencies ask for: who wrote what is built in, and under which terms.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::files::read;
use crate::tools::{ask, cargo};
use crate::{Outcome, root};

/// A list of all packages that the program (or, for `wasm32-unknown-unknown`, the page) is built from, and every text of a
/// licence or notice that comes with them, once.
pub(super) fn text(target: Option<&str>) -> Outcome<String> {
    let built_in = built_in(target)?;
    let mut list = String::new();
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, package) in packages(target)? {
        if !built_in.contains(&name) {
            continue;
        }
        let licence = package["license"].as_str().unwrap_or("see below");
        list.push_str(&format!("{name}: {licence}\n"));
        let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        for text in licences(manifest.parent().unwrap_or(Path::new("")))? {
            texts.entry(text).or_default().insert(name.clone());
        }
    }
    let font = read(&root().join("assets/fonts/OFL.txt"))?;
    let font = String::from_utf8_lossy(&font).trim().to_owned();
    list.push_str("IBM Plex Sans (subset): OFL-1.1\n");
    texts
        .entry(font)
        .or_default()
        .insert("IBM Plex Sans".to_owned());

    let mut out = format!(
        "Chickadee is built from these packages, under these licences. The texts that came with them follow.\n\n{list}"
    );
    for (text, names) in texts {
        let names: Vec<String> = names.into_iter().collect();
        out.push_str(&format!(
            "\n{}\n{}\n\n{text}\n",
            "─".repeat(72),
            names.join(", ")
        ));
    }
    Ok(out)
}

/// `name version` of every package of others that ends in the program.
fn built_in(target: Option<&str>) -> Outcome<BTreeSet<String>> {
    let mut tree = cargo();
    tree.args([
        "tree",
        "--package",
        "chickadee",
        "--edges",
        "normal,no-proc-macro",
    ])
    .args(["--prefix", "none", "--format", "{p}"]);
    if let Some(target) = target {
        tree.args(["--target", target]);
    }
    let tree = ask(&mut tree).ok_or("`cargo tree` failed: what is built in is not known.")?;
    let name = |line: &str| {
        let mut words = line.split_whitespace();
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        Some(format!("{name} {version}"))
    };
    let names = tree.lines().filter(|line| !line.contains('/'));
    Ok(names.filter_map(name).collect())
}

/// Everything that cargo knows, by `name version`, in order.
fn packages(target: Option<&str>) -> Outcome<BTreeMap<String, Value>> {
    let mut metadata = cargo();
    metadata.args(["metadata", "--format-version", "1"]);
    let host = host();
    if let Some(target) = target.or(host.as_deref()) {
        metadata.args(["--filter-platform", target]);
    }
    let said = ask(&mut metadata).ok_or("`cargo metadata` failed.")?;
    let mut said: Value = serde_json::from_str(&said)
        .map_err(|error| format!("`cargo metadata` said what cannot be read: {error}."))?;
    let Value::Array(packages) = said["packages"].take() else {
        return Err("`cargo metadata` gave no packages.".to_owned());
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let named = |package: Value| {
        let name = format!("{} {}", text(&package["name"]), text(&package["version"]));
        (name, package)
    };
    Ok(packages.into_iter().map(named).collect())
}

/// The target that rustc builds for unless told otherwise.
fn host() -> Option<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = ask(std::process::Command::new(rustc)
        .current_dir(root())
        .arg("-vV"))?;
    let line = said.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned)
}

/// The texts of licences and notices at the top of a package.
fn licences(folder: &Path) -> Outcome<Vec<String>> {
    const BEGINNINGS: [&str; 5] = ["licen", "copying", "copyright", "notice", "unlicense"];
    let cannot = |error: std::io::Error| format!("{} cannot be read: {error}.", folder.display());
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_lowercase();
        if path.is_file() && BEGINNINGS.iter().any(|start| name.starts_with(start)) {
            let text = String::from_utf8_lossy(&read(&path)?).replace("\r\n", "\n");
            texts.push(text.trim().to_owned());
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_is_named_with_its_licence() {
        let text = text(None).expect("is known");
        assert!(text.contains("\nserde_json 1."), "a dependency");
        assert!(!text.contains("\nproptest "), "not those of tests");
        assert!(!text.contains("\nchickadee "), "not ourselves");
        for licence in [
            "Permission is hereby granted",
            "Apache License",
            "SIL OPEN FONT LICENSE",
        ] {
            assert!(text.contains(licence), "{licence}");
        }
    }
}
