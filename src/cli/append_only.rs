//! A file of lines that is only appended to: what was appended is durable, whatever ends the process.
//!
//! The last line may be torn (the program was killed, or the disk was full, in the middle of it): it has no end, and counts for nothing.

use std::{
    fs::{self, File, TryLockError},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    ops::Range,
    path::{Path, PathBuf},
};

use crate::texts;

/// A file that this process appends to, and no other.
pub(super) struct AppendOnly {
    path: PathBuf,
    file: File,
    /// Bytes that are whole lines.
    length: u64,
}

impl AppendOnly {
    /// Opens a file, or makes it, and reads what it holds. Nothing is changed yet.
    ///
    /// # Errors
    /// When another process has it, and when it cannot be read or written: one sentence.
    pub fn open(path: &Path) -> Result<(Self, Lines), String> {
        let mut options = File::options();
        let opened = options.read(true).write(true).create(true).truncate(false);
        let file = opened
            .open(path)
            .map_err(|error| unwritable(path, &error))?;
        let name = path.display();
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(texts::cli::Locked { name }.to_string()),
            Err(TryLockError::Error(error)) => {
                return Err(texts::cli::NoLock { name, error }.to_string());
            }
        }
        let mut opened = Self {
            path: path.to_owned(),
            file,
            length: 0,
        };
        let lines = Lines::of(path, &mut opened.file)?;
        opened.length = lines.length as u64;
        Ok((opened, lines))
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends whole lines and makes them durable; all or, when that fails, none.
    ///
    /// # Errors
    /// When they cannot be written: one sentence.
    pub fn append(&mut self, lines: &[u8]) -> Result<(), String> {
        let written = self
            .file
            .seek(SeekFrom::Start(self.length))
            .and_then(|_| self.file.write_all(lines))
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Where even that fails, the torn line is recognised the next time.
            let _ = self.cut();
            return Err(unwritable(&self.path, &error));
        }
        self.length += lines.len() as u64;
        Ok(())
    }

    /// Cuts off what is no whole line.
    ///
    /// # Errors
    /// When the file cannot be written: one sentence.
    pub fn cut(&self) -> Result<(), String> {
        let cut = self
            .file
            .set_len(self.length)
            .and_then(|()| self.file.sync_data());
        cut.map_err(|error| unwritable(&self.path, &error))
    }
}

/// What a file of lines holds.
pub(super) struct Lines {
    /// All bytes.
    pub bytes: Vec<u8>,
    /// Bytes up to the end of the last whole line.
    length: usize,
}

impl Lines {
    /// Reads a file that nobody appends to.
    ///
    /// # Errors
    /// When somebody does, and when it cannot be read: one sentence.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let mut file = File::open(path)
            .map_err(|error| texts::cli::Unreadable { name: &name, error }.to_string())?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Err(texts::cli::Locked { name }.to_string()),
            // A file system without locks: reading does no harm.
            Ok(()) | Err(TryLockError::Error(_)) => Self::of(path, &mut file),
        }
    }

    fn of(path: &Path, file: &mut File) -> Result<Self, String> {
        let mut bytes = Vec::new();
        // Never more than the file says it has: a device may have no end.
        let read = file.metadata().and_then(|about| {
            file.seek(SeekFrom::Start(0))?;
            file.take(about.len()).read_to_end(&mut bytes)
        });
        read.map_err(|error| {
            let name = path.display();
            texts::cli::Unreadable { name, error }.to_string()
        })?;
        let end = bytes.iter().rposition(|byte| *byte == b'\n');
        let length = end.map_or(0, |at| at + 1);
        Ok(Self { bytes, length })
    }

    /// Whether there is no whole line.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether there is something after the last whole line.
    pub fn is_torn(&self) -> bool {
        self.length < self.bytes.len()
    }

    /// Where each whole line lies, its end included.
    pub fn places(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut begin = 0;
        let lines = self.bytes[..self.length].split_inclusive(|byte| *byte == b'\n');
        lines.map(move |line| {
            let place = begin..begin + line.len();
            begin = place.end;
            place
        })
    }
}

/// Writes a file whole: it has all bytes, or is as it was.
///
/// # Errors
/// When it cannot be written: one sentence.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = File::create(&part).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)
    });
    written.map_err(|error| {
        let _ = fs::remove_file(&part);
        unwritable(path, &error)
    })
}

/// The sentence about a file that cannot be written.
pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> String {
    let name = path.display();
    texts::cli::Unwritable { name, error }.to_string()
}
