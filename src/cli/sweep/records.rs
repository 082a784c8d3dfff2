//! The file of a shard: one record a finished run, appended and made durable before the run counts as finished.
//!
//! The last record may be torn (the program was killed, or the disk was full, in the middle of it): it has no end of line, is cut off when the file
//! is opened again, and its run is done again. Anything else that is wrong with a file is an error.

use std::{
    fs::{File, TryLockError},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    ops::Range,
    path::{Path, PathBuf},
};

use super::plan::Plan;
use crate::texts;

/// A file that records are appended to, and that no other process appends to.
pub struct Records {
    path: PathBuf,
    file: File,
    /// Bytes that are whole records.
    length: u64,
    /// By number of the run: whether it is finished.
    finished: Vec<bool>,
}

impl Records {
    /// Opens the file of a shard, or makes it.
    ///
    /// # Errors
    /// When another process has it, when it cannot be read or written, and when it is not of this plan: one sentence.
    pub fn open(path: &Path, plan: &Plan) -> Result<Self, String> {
        let mut options = File::options();
        let opened = options.read(true).write(true).create(true).truncate(false);
        let file = opened
            .open(path)
            .map_err(|error| unwritable(path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let name = path.display();
                return Err(texts::sweep::Locked { name }.to_string());
            }
            Err(TryLockError::Error(error)) => {
                let name = path.display();
                return Err(texts::sweep::NoLock { name, error }.to_string());
            }
        }
        let mut records = Self {
            path: path.to_owned(),
            file,
            length: 0,
            finished: vec![false; plan.runs()],
        };
        let found = Found::read(path, &mut records.file, plan)?;
        for (number, _) in &found.rows {
            if std::mem::replace(&mut records.finished[*number], true) {
                let (name, run) = (path.display(), number);
                return Err(texts::sweep::RunTwiceInFile { name, run }.to_string());
            }
        }
        records.length = found.length as u64;
        if found.length == 0 {
            records.append(&[plan.columns()])?;
        } else if found.is_torn {
            records.cut().map_err(|error| unwritable(path, &error))?;
        }
        Ok(records)
    }

    /// Whether a run is finished.
    pub fn has(&self, number: usize) -> bool {
        self.finished[number]
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends rows and makes them durable; all or, when that fails, none.
    ///
    /// # Errors
    /// When they cannot be written: one sentence.
    pub fn append(&mut self, rows: &[Vec<String>]) -> Result<(), String> {
        let mut bytes = Vec::new();
        for row in rows {
            bytes.extend(line(row));
        }
        let written = self
            .file
            .seek(SeekFrom::Start(self.length))
            .and_then(|_| self.file.write_all(&bytes))
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Where even that fails, the torn record is recognised the next time.
            let _ = self.cut();
            return Err(unwritable(&self.path, &error));
        }
        self.length += bytes.len() as u64;
        for row in rows {
            let number = row.first().and_then(|cell| cell.parse::<usize>().ok());
            if let Some(finished) = number.and_then(|number| self.finished.get_mut(number)) {
                *finished = true;
            }
        }
        Ok(())
    }

    /// Cuts off what is no whole record.
    fn cut(&self) -> std::io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.sync_data()
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

/// What a file holds.
pub struct Found {
    /// All bytes.
    pub bytes: Vec<u8>,
    /// Number of the run and place of each record.
    pub rows: Vec<(usize, Range<usize>)>,
    /// Bytes up to the end of the last whole record.
    pub length: usize,
    /// Whether there is something after these.
    pub is_torn: bool,
}

impl Found {
    /// Reads a file of a plan from its beginning.
    ///
    /// # Errors
    /// When it cannot be read, or a whole record is not of the plan: one sentence with its line.
    pub fn read(path: &Path, file: &mut File, plan: &Plan) -> Result<Self, String> {
        let name = path.display();
        let unreadable = |error| texts::cli::Unreadable { name: &name, error }.to_string();
        let mut bytes = Vec::new();
        // Never more than the file says it has: a device may have no end.
        file.metadata()
            .and_then(|about| {
                file.seek(SeekFrom::Start(0))?;
                file.take(about.len()).read_to_end(&mut bytes)
            })
            .map_err(unreadable)?;
        let length = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let mut found = Self {
            is_torn: length < bytes.len(),
            length,
            bytes,
            rows: Vec::new(),
        };
        let mut begin = 0;
        for (index, line) in found.bytes[..length]
            .split_inclusive(|b| *b == b'\n')
            .enumerate()
        {
            let place = begin..begin + line.len();
            begin = place.end;
            let cells = cells(line);
            if index == 0 {
                if cells != plan.columns() {
                    return Err(texts::sweep::OtherColumns { name }.to_string());
                }
                continue;
            }
            match number(&cells, plan) {
                Some(number) => found.rows.push((number, place)),
                None => {
                    let line = index + 1;
                    return Err(texts::sweep::BadRecord { name, line }.to_string());
                }
            }
        }
        Ok(found)
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

/// The sentence about a file that cannot be written.
pub fn unwritable(path: &Path, error: &std::io::Error) -> String {
    let name = path.display();
    texts::cli::Unwritable { name, error }.to_string()
}
