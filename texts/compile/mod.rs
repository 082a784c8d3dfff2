//! The compiler of texts: Fluent files in, Rust out. The build script runs it; nothing of it is in the program.
//!
//! One folder a language (`en/`), one file a section (`maze.ftl`). A message without arguments becomes a function that returns
//! `&'static str`, one with arguments a struct of the same name with one field an argument, which displays itself. Attributes
//! (`.help`) are messages of their own: `hide` with `.help` gives `hide` and `hide_help`.
//!
//! Of Fluent it takes texts, `{ $argument }`, `{ -term }`, `{ "literal" }`, selection by number
//! (`{ $count -> [one] … *[other] … }`), and `FIXED($x, digits: 2)` for a number with so many decimals in the language's own
//! writing. Everything else is an error.

mod read;
mod write;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// One part of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Words as they are.
    Text(String),
    /// An argument as it displays itself.
    Argument(String),
    /// An argument with so many decimals.
    Fixed(String, u8),
    /// One of several wordings by a number: the argument, then (`one` or `3`, wording); the last is taken when no other fits.
    Choice(String, Vec<(String, Vec<Part>)>),
}

/// Arguments of a message, and whether each must be a number.
type Arguments = BTreeMap<String, bool>;

/// Arguments of parts; one is a number as soon as it is used as one.
fn arguments(parts: &[Part], all: &mut Arguments) {
    for part in parts {
        match part {
            Part::Text(_) => {}
            Part::Argument(name) => {
                all.entry(name.clone()).or_default();
            }
            Part::Fixed(name, _) => {
                all.insert(name.clone(), true);
            }
            Part::Choice(name, wordings) => {
                all.insert(name.clone(), true);
                for (_, parts) in wordings {
                    arguments(parts, all);
                }
            }
        }
    }
}

/// All messages of a section: key (in Rust's writing) to parts.
pub type Section = BTreeMap<String, Vec<Part>>;

/// Everything in one language.
#[derive(Debug)]
pub struct Language {
    /// The folder's name, a tag as in `lang="en"`.
    pub tag: String,
    /// Its name in itself.
    pub name: String,
    /// Decimal mark.
    pub decimal: String,
    /// The plural rule: the name of a function in `texts::plural`.
    pub plural: String,
    /// Name of the file to messages.
    pub sections: BTreeMap<String, Section>,
}

/// The file that says what a language is like: `name`, `decimal`, `plural`.
const ABOUT: &str = "language";

/// Reads all languages of a folder; the first is the one that keys are taken from.
///
/// # Errors
/// A file that cannot be read or is not understood, or a language that has other messages or arguments than the first: one
/// sentence with file and line or key.
pub fn read(folder: &Path, first: &str) -> Result<Vec<Language>, String> {
    let mut tags: Vec<String> = entries(folder)?
        .into_iter()
        .filter(|path| path.is_dir() && path.join(format!("{ABOUT}.ftl")).exists())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    tags.sort_by_key(|tag| (tag != first, tag.clone()));
    let languages = tags
        .into_iter()
        .map(|tag| language(&folder.join(&tag), tag))
        .collect::<Result<Vec<_>, _>>()?;
    let Some((first, others)) = languages.split_first() else {
        return Err(format!("{}: there is no language", folder.display()));
    };
    for other in others {
        same(first, other)?;
    }
    Ok(languages)
}

/// Rust for all languages. `support` is the path of the module that has `number` and `plural`.
#[must_use]
pub fn write(languages: &[Language], support: &str) -> String {
    write::all(languages, support)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let read =
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = read
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .collect();
    paths.sort();
    Ok(paths)
}

fn language(folder: &Path, tag: String) -> Result<Language, String> {
    let mut sections = BTreeMap::new();
    for path in entries(folder)? {
        if path.extension().is_none_or(|extension| extension != "ftl") {
            continue;
        }
        let name = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let section =
            read::section(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        sections.insert(name.unwrap_or_default().replace('-', "_"), section);
    }
    let about = sections.remove(ABOUT).unwrap_or_default();
    let word = |key: &str| match about.get(key).map(Vec::as_slice) {
        Some([Part::Text(text)]) => Ok(text.clone()),
        _ => Err(format!(
            "{}: {ABOUT}.ftl lacks “{key}”, a plain text",
            folder.display()
        )),
    };
    Ok(Language {
        name: word("name")?,
        decimal: word("decimal")?,
        plural: word("plural")?.replace('-', "_"),
        tag,
        sections,
    })
}

/// Whether two languages say the same things.
fn same(first: &Language, other: &Language) -> Result<(), String> {
    let keys = |language: &Language| -> BTreeSet<(String, String)> {
        let of = |(section, messages): (&String, &Section)| {
            let section = section.clone();
            let keys: Vec<_> = messages
                .keys()
                .map(|key| (section.clone(), key.clone()))
                .collect();
            keys
        };
        language.sections.iter().flat_map(of).collect()
    };
    let (ours, theirs) = (keys(first), keys(other));
    if let Some((section, key)) = ours.difference(&theirs).next() {
        return Err(format!(
            "{}: {section}.ftl lacks “{key}”, which {} has",
            other.tag, first.tag
        ));
    }
    if let Some((section, key)) = theirs.difference(&ours).next() {
        return Err(format!(
            "{}: {section}.ftl has “{key}”, which {} lacks",
            other.tag, first.tag
        ));
    }
    for (section, key) in &ours {
        let of = |language: &Language| {
            let mut all = Arguments::new();
            arguments(&language.sections[section][key], &mut all);
            all.into_keys().collect::<Vec<_>>()
        };
        let (ours, theirs) = (of(first), of(other));
        if let Some(extra) = theirs.iter().find(|name| !ours.contains(name)) {
            return Err(format!(
                "{}: “{key}” in {section}.ftl uses ${extra}, which it is not given",
                other.tag
            ));
        }
    }
    Ok(())
}
