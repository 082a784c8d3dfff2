//! The finished pieces of a figure in a folder: a file of lines a shard, JSON.

use std::{
    fs,
    path::{Path, PathBuf},
};

use chickadee_figures::{Recomputation, Sample};
use serde::{Deserialize, Serialize};

use super::Recomputed;
use crate::{
    cli::{
        append_only::{AppendOnly, Lines, unwritable},
        sweep::Shard,
    },
    figures::{read_samples, write_samples},
    texts,
};

/// The file of a shard.
pub struct Pieces(AppendOnly);

/// What all pieces of a file have in common: its first line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    figure: String,
    units: usize,
    as_published: bool,
    /// Pieces of one seed: another number, another protocol.
    conditions: usize,
}

/// A piece: a line.
#[derive(Serialize, Deserialize)]
struct Line {
    piece: usize,
    seconds: f64,
    samples: String,
}

impl Head {
    fn of(recomputation: &Recomputation) -> Self {
        let settings = recomputation.settings();
        Self {
            figure: recomputation.figure().id.to_owned(),
            units: settings.units,
            as_published: settings.as_published,
            conditions: (recomputation.figure().conditions)(settings),
        }
    }

    /// What the names of its files begin with.
    fn stem(&self) -> String {
        let (figure, units) = (&self.figure, self.units);
        let quirk = if self.as_published {
            "-as-published"
        } else {
            ""
        };
        format!("{figure}-{units}{quirk}.")
    }
}

impl Pieces {
    /// Opens the file of a shard, or makes it, and takes its pieces; where it is the whole, those of all shards.
    ///
    /// # Errors
    /// When there are some and nobody wants to go on with them; when the folder cannot be read or written, or a file is not of this
    /// figure: one sentence.
    pub fn open(
        folder: &Path,
        shard: Shard,
        resume: bool,
        work: &mut Recomputed,
    ) -> Result<Self, String> {
        fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        let head = Head::of(&work.recomputation);
        let Shard { index, count } = shard;
        let own = folder.join(format!("{}{index}-of-{count}.jsonl", head.stem()));
        // Whoever computes a shard may not be alone.
        if shard == Shard::WHOLE {
            for path in files(folder, &head.stem())? {
                if path != own {
                    take(&path, &Lines::read(&path)?, &head, work)?;
                }
            }
        }
        let (mut file, lines) = AppendOnly::open(&own)?;
        take(&own, &lines, &head, work)?;
        let there = work.recomputation.done();
        if there > 0 && !resume {
            let name = folder.display();
            return Err(texts::figure::ThereAlready { name, there }.to_string());
        }
        if lines.is_torn() {
            file.cut()?;
        }
        if lines.is_empty() {
            file.append(&line(&head)?)?;
        }
        Ok(Self(file))
    }

    /// Keeps a piece.
    ///
    /// # Errors
    /// When it cannot be written: one sentence.
    pub fn append(&mut self, piece: usize, seconds: f64, samples: &[Sample]) -> Result<(), String> {
        let samples = write_samples(samples);
        self.0.append(&line(&Line {
            piece,
            seconds,
            samples,
        })?)
    }
}

/// The files whose names begin so, in order.
fn files(folder: &Path, stem: &str) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| {
        let name = folder.display();
        texts::cli::Unreadable { name, error }.to_string()
    })?;
    let is_one = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(stem) && name.ends_with(".jsonl"))
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(is_one)
        .collect();
    paths.sort();
    Ok(paths)
}

/// Takes the pieces of a file. Those of more seeds than are wanted are left out.
fn take(path: &Path, lines: &Lines, head: &Head, work: &mut Recomputed) -> Result<(), String> {
    for (index, place) in lines.places().enumerate() {
        let text = &lines.bytes[place];
        let bad = || {
            let (name, line) = (path.display(), index + 1);
            texts::figure::BadLine { name, line }.to_string()
        };
        if index == 0 {
            if serde_json::from_slice::<Head>(text).ok().as_ref() != Some(head) {
                return Err(bad());
            }
            continue;
        }
        let line: Line = serde_json::from_slice(text).map_err(|_| bad())?;
        let samples = read_samples(&line.samples).ok_or_else(bad)?;
        let is_wanted = line.piece < work.recomputation.pieces();
        if is_wanted && work.recomputation.piece(line.piece).is_none() {
            work.put(line.piece, line.seconds, samples);
        }
    }
    Ok(())
}

/// A record as a line.
fn line(record: &impl Serialize) -> Result<Vec<u8>, String> {
    let mut text = serde_json::to_vec(record).map_err(|error| error.to_string())?;
    text.push(b'\n');
    Ok(text)
}
