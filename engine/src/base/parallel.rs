//! All cores where there are several; a page has one.
//!
//! [`map`] is for the pieces of one result: all are wanted, in order, at once. [`Queue`] is for independent pieces that may take
//! hours together: each answer comes as soon as it is there, and the rest can be given up.

/// `f(0), f(1), …, f(count − 1)` in this order, computed on all cores.
pub fn map<T: Send>(count: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use rayon::prelude::*;
        (0..count).into_par_iter().map(f).collect()
    }
    #[cfg(target_arch = "wasm32")]
    (0..count).map(f).collect()
}

/// The same of pieces that can fail. The error that is returned is one of those that there are; pieces that have not begun by then
/// are left out.
///
/// # Errors
/// When a piece fails.
pub fn try_map<T: Send, E: Send>(
    count: usize,
    f: impl Fn(usize) -> Result<T, E> + Sync + Send,
) -> Result<Vec<T>, E> {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use rayon::prelude::*;
        (0..count).into_par_iter().map(f).collect()
    }
    #[cfg(target_arch = "wasm32")]
    (0..count).map(f).collect()
}

#[cfg(not(target_arch = "wasm32"))]
pub use queue::{Lost, Next, Queue};

#[cfg(not(target_arch = "wasm32"))]
mod queue {
    use std::{
        panic::{AssertUnwindSafe, catch_unwind},
        sync::{
            Arc, Mutex, PoisonError,
            atomic::{AtomicBool, Ordering},
            mpsc::{Receiver, RecvTimeoutError, channel},
        },
        time::Duration,
    };

    /// Independent pieces on threads of their own, handed out in order and answered as they come.
    ///
    /// The cores are shared out evenly: what a piece hands to [`map`](super::map) is computed by its thread alone when there are at
    /// least as many pieces as cores, and by several when there are fewer. When the queue is dropped, no further piece is begun;
    /// those that were going on end on their own, or with the program, and nobody waits for them.
    pub struct Queue<P, T> {
        answers: Receiver<(P, Option<T>)>,
        stopped: Arc<AtomicBool>,
    }

    /// A piece and its answer, or nothing yet, or a piece that panicked.
    pub type Next<P, T> = Result<Option<(P, T)>, Lost<P>>;

    /// A piece that panicked.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Lost<P>(pub P);

    impl<P: Copy + Send + 'static, T: Send + 'static> Queue<P, T> {
        /// Starts `work` on `pieces` with `cores` cores.
        pub fn start(
            cores: usize,
            pieces: impl ExactSizeIterator<Item = P> + Send + 'static,
            work: impl Fn(P) -> T + Send + Sync + 'static,
        ) -> Self {
            let threads = cores.clamp(1, pieces.len().max(1));
            let pieces = Arc::new(Mutex::new(pieces));
            let work = Arc::new(work);
            let stopped = Arc::new(AtomicBool::new(false));
            let (send, answers) = channel();
            for thread in 0..threads {
                let own = (cores / threads + usize::from(thread < cores % threads)).max(1);
                let (pieces, work) = (Arc::clone(&pieces), Arc::clone(&work));
                let (stopped, send) = (Arc::clone(&stopped), send.clone());
                std::thread::spawn(move || {
                    let pool = rayon::ThreadPoolBuilder::new().num_threads(own).build();
                    loop {
                        let next = || pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
                        let Some(piece) = (!stopped.load(Ordering::Relaxed)).then(next).flatten()
                        else {
                            return;
                        };
                        let work = &*work;
                        let one = move || work(piece);
                        let answer = catch_unwind(AssertUnwindSafe(|| match &pool {
                            Ok(pool) => pool.install(one),
                            Err(_) => one(),
                        }));
                        if send.send((piece, answer.ok())).is_err() {
                            return;
                        }
                    }
                });
            }
            Self { answers, stopped }
        }

        /// The next answer, waited for at most so long: `Ok(None)` when the time is over.
        ///
        /// # Errors
        /// When the piece panicked.
        pub fn next_within(&self, time: Duration) -> Option<Next<P, T>> {
            match self.answers.recv_timeout(time) {
                Ok((piece, Some(answer))) => Some(Ok(Some((piece, answer)))),
                Ok((piece, None)) => Some(Err(Lost(piece))),
                Err(RecvTimeoutError::Timeout) => Some(Ok(None)),
                Err(RecvTimeoutError::Disconnected) => None,
            }
        }
    }

    impl<P, T> Drop for Queue<P, T> {
        fn drop(&mut self) {
            self.stopped.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::{collections::BTreeMap, time::Duration};

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn all(queue: &Queue<usize, usize>) -> BTreeMap<usize, Result<usize, Lost<usize>>> {
        std::iter::from_fn(|| queue.next_within(LONG))
            .map(|answer| match answer {
                Ok(Some((piece, answer))) => (piece, Ok(answer)),
                Ok(None) => panic!("waited in vain"),
                Err(Lost(piece)) => (piece, Err(Lost(piece))),
            })
            .collect()
    }

    #[test]
    fn every_piece_is_answered_once_on_any_number_of_cores() {
        for cores in [1, 2, 3, 16] {
            let queue = Queue::start(cores, 0..9, |piece| map(piece, |i| i).iter().sum());
            let expected = (0..9_usize).map(|n| (n, Ok(n * n.saturating_sub(1) / 2)));
            assert_eq!(all(&queue), expected.collect(), "{cores}");
        }
        assert!(all(&Queue::start(2, 0..0, |piece| piece)).is_empty());
    }

    #[test]
    fn a_piece_has_its_share_of_the_cores() {
        for (cores, pieces, least, most) in [(2, 5, 1, 1), (5, 2, 2, 3), (4, 1, 4, 4)] {
            let queue = Queue::start(cores, 0..pieces, |_| rayon::current_num_threads());
            let threads = all(&queue).into_values();
            assert!(
                threads
                    .map(Result::unwrap)
                    .all(|n| (least..=most).contains(&n))
            );
        }
    }

    #[test]
    fn a_panic_loses_its_own_piece_alone() {
        let queue = Queue::start(2, 0..6, |piece| {
            assert_ne!(piece, 3, "on purpose");
            piece
        });
        let answers = all(&queue);
        assert_eq!(answers.len(), 6);
        assert_eq!(answers[&3], Err(Lost(3)));
        assert_eq!(answers[&4], Ok(4));
    }

    #[test]
    fn a_queue_that_was_dropped_begins_nothing() {
        let (begun, count) = std::sync::mpsc::channel();
        let queue = Queue::start(1, 0..1000, move |piece: usize| {
            let _ = begun.send(piece);
            std::thread::sleep(Duration::from_millis(1));
        });
        assert!(matches!(queue.next_within(LONG), Some(Ok(Some((0, ()))))));
        drop(queue);
        // The sender goes with the last thread.
        let begun = count.iter().count();
        assert!(begun < 1000, "{begun}");
    }

    #[test]
    fn a_failure_is_told() {
        let found: Result<Vec<usize>, usize> =
            try_map(100, |n| if n == 40 { Err(n) } else { Ok(n) });
        assert_eq!(found, Err(40));
        assert_eq!(try_map(3, Ok::<_, ()>), Ok(vec![0, 1, 2]));
    }
}
