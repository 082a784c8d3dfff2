//! The folder of a sweep: its specification as it was when the sweep began, and the records of each shard.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    str::FromStr,
};

use super::plan::Plan;
use crate::{
    cli::append_only::{unwritable, write_whole},
    texts,
};

/// The specification in the folder.
const SPECIFICATION: &str = "sweep.toml";
/// Shards that there can be.
const MOST_SHARDS: usize = 100_000;

/// One of several equal parts of all runs: every `count`-th, from `index` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    pub index: usize,
    /// How many there are.
    pub count: usize,
}

impl Shard {
    /// All runs.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// The numbers of its runs, of so many in all.
    pub fn runs(self, all: usize) -> impl ExactSizeIterator<Item = usize> + Clone {
        (self.index - 1..all).step_by(self.count)
    }

    /// The shard of a run.
    pub fn of(run: usize, count: usize) -> Self {
        let index = run % count + 1;
        Self { index, count }
    }

    /// The name of its file.
    fn file(self) -> String {
        let Self { index, count } = self;
        format!("shard-{index}-of-{count}.csv")
    }

    /// The shard of a file's name.
    fn of_file(name: &str) -> Option<Self> {
        let numbers = name.strip_prefix("shard-")?.strip_suffix(".csv")?;
        numbers.replace("-of-", "/").parse().ok()
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/');
        let read = numbers.and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        let (index, count) = read.ok_or_else(|| texts::sweep::expects_shard().to_owned())?;
        let most = MOST_SHARDS;
        if (1..=most).contains(&count) && (1..=count).contains(&index) {
            return Ok(Self { index, count });
        }
        Err(texts::sweep::ShardOutside { index, count, most }.to_string())
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// The folder of a sweep.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes the folder of a sweep, or opens it where it is one of the same sweep, split in the same way.
    ///
    /// # Errors
    /// When it is of another sweep, or cannot be written: one sentence.
    pub fn prepare(path: &Path, specification: &str, shard: Shard) -> Result<Self, String> {
        fs::create_dir_all(path).map_err(|error| unwritable(path, &error))?;
        let folder = Self(path.to_owned());
        let shards = folder.shards()?;
        let copy = path.join(SPECIFICATION);
        if !copy.exists() {
            if let Some((_, file)) = shards.first() {
                let (name, file) = (path.display(), file.display());
                return Err(texts::sweep::NoSpecification { name, file }.to_string());
            }
            write_whole(&copy, specification.as_bytes())?;
        }
        // Also where it was just written: another shard may have been faster, with another sweep.
        if folder.specification()? != specification {
            let name = path.display();
            return Err(texts::sweep::OtherSweep { name }.to_string());
        }
        if let Some((other, _)) = shards.iter().find(|(other, _)| other.count != shard.count) {
            let (name, count, given) = (path.display(), other.count, shard.count);
            return Err(texts::sweep::OtherCount { name, count, given }.to_string());
        }
        Ok(folder)
    }

    /// Opens the folder of a sweep that was begun.
    ///
    /// # Errors
    /// When it is none: one sentence.
    pub fn open(path: &Path) -> Result<(Self, Plan), String> {
        let folder = Self(path.to_owned());
        let text = folder.specification()?;
        let plan = Plan::parse(&text, path);
        let plan = plan.map_err(|refusal| refusal.line(&path.join(SPECIFICATION), &text))?;
        Ok((folder, plan))
    }

    /// The specification as it was when the sweep began.
    fn specification(&self) -> Result<String, String> {
        let path = self.0.join(SPECIFICATION);
        fs::read_to_string(&path).map_err(|error| {
            let name = path.display();
            texts::cli::Unreadable { name, error }.to_string()
        })
    }

    /// The file of a shard.
    pub fn file(&self, shard: Shard) -> PathBuf {
        self.0.join(shard.file())
    }

    /// The shards that there are files of, in order.
    ///
    /// # Errors
    /// When the folder cannot be read: one sentence.
    pub fn shards(&self) -> Result<Vec<(Shard, PathBuf)>, String> {
        let entries = fs::read_dir(&self.0).map_err(|error| {
            let name = self.0.display();
            texts::cli::Unreadable { name, error }.to_string()
        })?;
        let shard = |entry: fs::DirEntry| {
            let shard = Shard::of_file(entry.file_name().to_str()?)?;
            Some((shard, entry.path()))
        };
        let mut shards: Vec<_> = entries.flatten().filter_map(shard).collect();
        shards.sort_by_key(|(shard, _)| (shard.count, shard.index));
        Ok(shards)
    }
}
