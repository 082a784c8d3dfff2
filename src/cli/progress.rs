//! Progress of long work: a bar where a terminal looks, otherwise a plain line now and then, for the log of a batch system.

#![expect(
    clippy::disallowed_methods,
    reason = "the command line is native; web_time comes with the picture"
)]

use std::{
    io::{self, IsTerminal as _},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{interrupt, output};
use crate::texts;

/// Time between two looks.
pub(super) const PERIOD: Duration = Duration::from_millis(200);
/// Time between two lines where no terminal looks.
const BETWEEN_LINES: Duration = Duration::from_secs(30);

/// How far something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// Parts that are done.
    pub done: usize,
    /// Parts in all.
    pub all: usize,
}

/// A bar or lines; gone when dropped.
pub(super) struct Shown {
    bar: ProgressBar,
    begin: Instant,
    /// Parts that were done when it began.
    first: Option<usize>,
    last_line: Instant,
}

impl Shown {
    /// Nothing yet.
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), target());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}") {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self {
            bar,
            begin: now,
            first: None,
            last_line: now,
        }
    }

    /// Shows how far it is.
    pub fn show(&mut self, Parts { done, all }: Parts) {
        let first = *self.first.get_or_insert(done);
        let spent = self.begin.elapsed().as_secs_f64();
        let line = if done > first && spent > 1.0 {
            let left = spent / (done - first) as f64 * all.saturating_sub(done) as f64;
            let left = duration(left);
            texts::cli::PartsLeft { done, all, left }.to_string()
        } else {
            texts::cli::PartsDone { done, all }.to_string()
        };
        if !self.bar.is_hidden() {
            self.bar.set_length(all as u64);
            self.bar.set_message(line);
            self.bar.set_position(done as u64);
        } else if self.last_line.elapsed() >= BETWEEN_LINES && done < all {
            self.last_line = Instant::now();
            output::remark(&line);
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Where bars are drawn: nowhere, if no terminal looks.
fn target() -> ProgressDrawTarget {
    if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    }
}

/// A time in words, as exactly as one wants to know it beforehand.
pub(super) fn duration(seconds: f64) -> String {
    if seconds < 0.995 {
        let milliseconds = (seconds * 1e3).round();
        return texts::cli::Milliseconds { milliseconds }.to_string();
    }
    if seconds < 9.95 {
        return texts::cli::Seconds {
            seconds: format!("{seconds:.1}"),
        }
        .to_string();
    }
    let whole = seconds.round() as u64;
    let (hours, minutes) = (whole / 3600, whole / 60 % 60);
    match whole {
        0..120 => texts::cli::Seconds {
            seconds: whole.to_string(),
        }
        .to_string(),
        120..7200 => texts::cli::Minutes {
            minutes: whole / 60,
        }
        .to_string(),
        _ => texts::cli::Hours { hours, minutes }.to_string(),
    }
}

/// Works, and shows meanwhile what `look` says. Signals end nothing by themselves: `look` is where to ask for them.
pub(super) fn watched<T>(look: impl Fn() -> Parts + Send, work: impl FnOnce() -> T) -> T {
    interrupt::take();
    meanwhile(
        || {
            let mut shown = Shown::new();
            move || shown.show(look())
        },
        work,
    )
}

/// Works, and shows the seconds so far where a terminal looks.
pub(super) fn timed<T>(work: impl FnOnce() -> T) -> T {
    /// What is done sooner needs no line.
    const PATIENCE: Duration = Duration::from_secs(2);
    if !io::stderr().is_terminal() {
        return work();
    }
    let begin = Instant::now();
    meanwhile(
        || {
            let bar = Clearing(ProgressBar::with_draw_target(None, target()));
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                bar.0.set_style(style);
            }
            move || {
                let spent = begin.elapsed();
                if spent > PATIENCE {
                    let seconds = spent.as_secs();
                    bar.0
                        .set_message(texts::cli::Computing { seconds }.to_string());
                    bar.0.tick();
                }
            }
        },
        work,
    )
}

/// A bar that is gone when dropped.
struct Clearing(ProgressBar);

impl Drop for Clearing {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Works, and calls what `start` makes once a period on a thread of its own.
fn meanwhile<T, F: FnMut()>(start: impl FnOnce() -> F + Send, work: impl FnOnce() -> T) -> T {
    /// Ends the watching also when the work panics, or else the scope would wait for ever.
    struct Over<'a>(&'a AtomicBool, std::thread::Thread);
    impl Drop for Over<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
            self.1.unpark();
        }
    }
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut look = start();
            while !over.load(Ordering::Relaxed) {
                look();
                std::thread::park_timeout(PERIOD);
            }
        });
        let _end = Over(&over, watcher.thread().clone());
        work()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_as_one_says_them() {
        for (seconds, words) in [
            (0.0123, "12 ms"),
            (0.999, "1.0 s"),
            (3.12, "3.1 s"),
            (71.4, "71 s"),
            (150.0, "2 min"),
            (7_260.0, "2 h 1 min"),
        ] {
            assert_eq!(duration(seconds), words);
        }
    }

    #[test]
    fn the_work_is_watched_until_it_ends() {
        use std::sync::atomic::AtomicUsize;
        let looks = AtomicUsize::new(0);
        let look = || {
            looks.fetch_add(1, Ordering::Relaxed);
            Parts { done: 0, all: 1 }
        };
        let answer = watched(look, || {
            while looks.load(Ordering::Relaxed) < 2 {
                std::thread::yield_now();
            }
            7
        });
        assert_eq!(answer, 7);
        let after = looks.load(Ordering::Relaxed);
        assert!(after >= 2);
    }
}
