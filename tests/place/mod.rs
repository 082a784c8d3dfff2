//! A folder to work in, gone at the end, and the program started there.
#![allow(
    clippy::allow_attributes,
    dead_code,
    reason = "each test uses a part of it"
)]

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

pub struct Place(pub PathBuf);

impl Place {
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("chickadee-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chickadee"));
        command.current_dir(&self.0).args(words);
        command
    }

    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// What a command prints that has to succeed.
    pub fn says(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The one line of a command that has to fail.
    pub fn refusal(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {line}");
        assert!(output.stdout.is_empty(), "{words:?}");
        assert_eq!(line.lines().count(), 1, "{line}");
        line
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
