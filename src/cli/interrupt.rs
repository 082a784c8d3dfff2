//! Ctrl-C, and the signal that a batch system sends before it kills: long work ends where that costs nothing, and says how far it came.
//! The second one ends the program at once.

use std::{
    process::{ExitCode, exit},
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
};

use super::output;

/// The exit code of a program that was interrupted, as shells have it.
const INTERRUPTED: u8 = 130;

static ASKED: AtomicBool = AtomicBool::new(false);

/// Takes signals from now on.
pub(super) fn take() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Where signals cannot be taken, they do what they always do.
        let _ = ctrlc::set_handler(|| {
            if ASKED.swap(true, Ordering::Relaxed) {
                exit(INTERRUPTED.into());
            }
        });
    });
}

/// Whether the work shall end.
pub(super) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// One line on standard error; the exit code is 130 after an interruption, otherwise 2.
pub(super) fn complain(line: &str) -> ExitCode {
    output::remark(line);
    if asked() {
        ExitCode::from(INTERRUPTED)
    } else {
        ExitCode::from(2)
    }
}
