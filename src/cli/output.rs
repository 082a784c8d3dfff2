//! Standard output and standard error. `println!` panics where they cannot be written to: behind `| head`, which stops
//! reading, or on a full disk. Here the program ends: quietly in the first case, with one line in the second.

use std::{
    fmt::{Arguments, Display},
    io::{self, ErrorKind, Write as _},
    process::{ExitCode, exit},
};

use crate::texts;

/// A line on standard output, as `println!`.
macro_rules! say {
    ($($content:tt)*) => {
        $crate::cli::output::line(format_args!($($content)*))
    };
}
pub(super) use say;

/// Writes a line to standard output.
pub(super) fn line(content: Arguments<'_>) {
    text(&format_args!("{content}\n"));
}

/// Writes a text to standard output; ends the program where that cannot be done.
pub(super) fn text(content: &dyn Display) {
    let mut out = io::stdout().lock();
    let Err(error) = write!(out, "{content}").and_then(|()| out.flush()) else {
        return;
    };
    if error.kind() == ErrorKind::BrokenPipe {
        exit(0);
    }
    remark(&texts::cli::NoOutput { error }.to_string());
    exit(2);
}

/// Writes a text to standard output: the end of a task.
pub(super) fn finish(content: &dyn Display) -> ExitCode {
    text(content);
    ExitCode::SUCCESS
}

/// Writes a line about the task to standard error, which may be closed.
pub(super) fn remark(line: &str) {
    let _ = writeln!(io::stderr(), "chickadee: {line}");
}
