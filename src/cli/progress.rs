//! Progress of long work, on one line of a terminal.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use crate::texts;

/// Time between two looks.
const PERIOD: Duration = Duration::from_millis(200);

/// Works, with a line that `progress` says where a terminal looks, from the period `first` on; it is given the periods so far.
pub(super) fn watched<T>(
    first: u32,
    progress: impl Fn(u32) -> String + Sync,
    work: impl FnOnce() -> T,
) -> T {
    /// Ends the line also when the work panics, or else the scope would wait for ever.
    struct Over<'a>(&'a AtomicBool);
    impl Drop for Over<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _end = Over(&over);
        if io::stderr().is_terminal() {
            scope.spawn(|| {
                let mut error = io::stderr();
                let mut longest = 0;
                for periods in 0_u32.. {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    if periods >= first {
                        let line = progress(periods);
                        longest = longest.max(line.chars().count());
                        let _ = write!(error, "\r{line} ");
                        let _ = error.flush();
                    }
                    std::thread::sleep(PERIOD);
                }
                let _ = write!(error, "\r{:longest$} \r", "");
            });
        }
        work()
    })
}

/// Works, with the seconds so far from the second on.
pub(super) fn timed<T>(work: impl FnOnce() -> T) -> T {
    let seconds = |periods: u32| {
        let seconds = (PERIOD * periods).as_secs();
        texts::cli::Computing { seconds }.to_string()
    };
    watched(10, seconds, work)
}
