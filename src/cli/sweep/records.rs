//! The file of a shard: one record a finished run, appended and made durable before the run counts as finished.
//!
//! The last record may be torn (the program was killed, or the disk was full, in the middle of it): it has no end of line, is cut off when the file
//! is opened again, and its run is done again. Anything else that is wrong with a file is an error.

use std::{ops::Range, path::Path};

use super::plan::Plan;
use crate::{
    cli::append_only::{AppendOnly, Lines},
    texts,
};

/// A file that records are appended to, and that no other process appends to.
pub struct Records {
    file: AppendOnly,
    /// By number of the run: whether it is finished.
    finished: Vec<bool>,
    filled: Filled,
}

impl Records {
    /// Opens the file of a shard, or makes it.
    ///
    /// # Errors
    /// When another process has it, when it cannot be read or written, and when it is not of this plan: one sentence.
    pub fn open(path: &Path, plan: &Plan) -> Result<Self, String> {
        let (file, lines) = AppendOnly::open(path)?;
        let (is_new, is_torn) = (lines.is_empty(), lines.is_torn());
        let mut records = Self {
            file,
            finished: vec![false; plan.runs()],
            filled: Filled::default(),
        };
        let found = Found::of(path, lines, plan)?;
        records.filled.join(&found.filled);
        for (number, _) in found.rows {
            if std::mem::replace(&mut records.finished[number], true) {
                let (name, run) = (path.display(), number);
                return Err(texts::sweep::RunTwiceInFile { name, run }.to_string());
            }
        }
        if is_torn {
            records.file.cut()?;
        }
        if is_new {
            records.append(&[plan.columns()])?;
        }
        Ok(records)
    }

    /// Whether a run is finished.
    pub fn has(&self, number: usize) -> bool {
        self.finished[number]
    }

    /// Columns that have a value in some record.
    pub fn filled(&self) -> &Filled {
        &self.filled
    }

    /// The path.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Appends rows and makes them durable; all or, when that fails, none.
    ///
    /// # Errors
    /// When they cannot be written: one sentence.
    pub fn append(&mut self, rows: &[Vec<String>]) -> Result<(), String> {
        let lines: Vec<u8> = rows.iter().flat_map(|row| line(row)).collect();
        self.file.append(&lines)?;
        for row in rows {
            let number = row.first().and_then(|cell| cell.parse::<usize>().ok());
            if let Some(finished) = number.and_then(|number| self.finished.get_mut(number)) {
                *finished = true;
                self.filled.note(row);
            }
        }
        Ok(())
    }
}

/// Columns that have a value in some record.
#[derive(Default)]
pub struct Filled(Vec<bool>);

impl Filled {
    /// Notes the cells of a record.
    fn note(&mut self, cells: &[String]) {
        self.0.resize(cells.len(), false);
        for (filled, cell) in self.0.iter_mut().zip(cells) {
            *filled |= !cell.is_empty();
        }
    }

    /// Notes those of other records.
    pub fn join(&mut self, other: &Self) {
        self.0.resize(self.0.len().max(other.0.len()), false);
        for (filled, other) in self.0.iter_mut().zip(&other.0) {
            *filled |= other;
        }
    }

    /// Whether this column has one.
    pub fn has(&self, column: usize) -> bool {
        self.0.get(column) == Some(&true)
    }
}

/// A row as a line.
pub fn line(row: &[String]) -> Vec<u8> {
    // A line is a record: a break within a cell would look like the end of one.
    let cells = row.iter().map(|cell| cell.replace(['\n', '\r'], " "));
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Memory takes everything.
    let _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}

/// The records of a file.
pub struct Found {
    /// All bytes.
    pub bytes: Vec<u8>,
    /// Number of the run and place of each record.
    pub rows: Vec<(usize, Range<usize>)>,
    /// Columns that have a value in some of them.
    pub filled: Filled,
}

impl Found {
    /// The records among the lines of a file.
    ///
    /// # Errors
    /// When a whole line is not of the plan: one sentence with its number.
    pub fn of(path: &Path, lines: Lines, plan: &Plan) -> Result<Self, String> {
        let name = path.display();
        let (mut rows, mut filled) = (Vec::new(), Filled::default());
        for (index, place) in lines.places().enumerate() {
            let cells = cells(&lines.bytes[place.clone()]);
            if index == 0 {
                if cells != plan.columns() {
                    return Err(texts::sweep::OtherColumns { name }.to_string());
                }
                continue;
            }
            match number(&cells, plan) {
                Some(number) => {
                    filled.note(&cells);
                    rows.push((number, place));
                }
                None => {
                    let line = index + 1;
                    return Err(texts::sweep::BadRecord { name, line }.to_string());
                }
            }
        }
        let bytes = lines.bytes;
        Ok(Self {
            bytes,
            rows,
            filled,
        })
    }
}

/// The cells of a line; none where it cannot be read.
fn cells(line: &[u8]) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .buffer_capacity(line.len().max(64))
        .from_reader(line);
    let record = reader.records().next().and_then(Result::ok);
    record.map_or_else(Vec::new, |record| {
        record.iter().map(str::to_owned).collect()
    })
}

/// The number of the run whose row these cells are, if the plan has such a run.
fn number(cells: &[String], plan: &Plan) -> Option<usize> {
    let number = cells.first()?.parse().ok().filter(|n| *n < plan.runs())?;
    let identity = plan.identity(&plan.run(number));
    let is_whole = cells.len() == plan.columns().len() && cells.starts_with(&identity);
    is_whole.then_some(number)
}
