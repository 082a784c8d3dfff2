//! The caching lab with workers, here threads: the same bits with any number of them as with none, also of what overflows, and when one
//! fails in the middle.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use chickadee::{
    devices::workers::{Pool, Transport, Worker, threads},
    session::device::Device,
};

use super::Session;

/// Sizes above those from which workers are asked, single runs included; a link with predictive weights, and one that overflows.
const LINKS: [&str; 3] = [
    "lab=caching&units=2000&places=12&seed=2&gain=1&search=0.3&log=c8;c5;w0=0.7;c11&at=7&doing=check",
    "lab=caching&units=500&places=40&seed=3&skew=1&gain=0.6&caches=4,9&at=20",
    "lab=caching&units=500&places=40&seed=1&euler=reference&dt=0.4&gain=1&caches=4,5,6&at=5",
];
const COMMANDS: [&str; 3] = ["fly:6", "cache", "check"];

/// Both hashes after a link and after each command.
fn hashes(link: &str, device: Option<Rc<dyn Device>>) -> (Vec<(u64, Option<u64>)>, Session) {
    let mut session = Session::from_link(link).unwrap();
    session.set_device(device);
    session.settle();
    let mut hashes = vec![(session.state_hash(), session.shown_hash())];
    for command in COMMANDS {
        session.dispatch(command.parse().unwrap()).unwrap();
        session.settle();
        hashes.push((session.state_hash(), session.shown_hash()));
    }
    (hashes, session)
}

#[test]
fn any_number_of_workers_gives_the_same_bits() {
    for link in LINKS {
        let (expected, here) = hashes(link, None);
        assert!(expected.iter().all(|(_, shown)| shown.is_some()), "{link}");
        for count in [1, 2, 5] {
            let pool = Rc::new(threads(count).unwrap());
            let (found, there) = hashes(link, Some(pool.clone()));
            assert_eq!(found, expected, "{count} workers, {link}");
            assert_eq!(there.messages(), here.messages(), "{link}");
            let overflow = |of: &Session| of.lab().activity().recall.unwrap().overflow;
            assert_eq!(overflow(&there), overflow(&here), "{link}");
            assert_eq!(pool.error(), None);
            assert!(there.frame().device.get().is_some());
        }
    }
}

/// What a worker does wrong.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// It says that it has died.
    Dies,
    /// It says something that is no record.
    Babbles,
    /// It says something of another length than was asked for.
    CutsShort,
}

/// A worker and its record, or why it has ended.
type Said = (usize, Result<Vec<u8>, String>);

/// Workers on this thread, of which one does something wrong after so many answers.
struct Faulty {
    workers: RefCell<Vec<Worker>>,
    said: RefCell<VecDeque<Said>>,
    left: Cell<usize>,
    fault: Fault,
    closed: Cell<bool>,
}

impl Transport for Faulty {
    fn workers(&self) -> usize {
        self.workers.borrow().len()
    }
    fn send(&self, worker: usize, record: Vec<u8>) {
        assert!(
            !self.closed.get(),
            "nothing is sent to a pool that has ended"
        );
        self.workers.borrow_mut()[worker].receive(&record);
    }
    fn take(&self) -> Option<(usize, Result<Vec<u8>, String>)> {
        if self.closed.get() {
            return None;
        }
        self.said.borrow_mut().pop_front()
    }
    fn wait(&self) -> bool {
        for (number, worker) in self.workers.borrow_mut().iter_mut().enumerate() {
            if !worker.is_busy() {
                continue;
            }
            let mut left = 40;
            let record = worker.work(&mut || {
                left -= 1;
                left > 0
            });
            let left = self.left.get();
            self.left.set(left.saturating_sub(1));
            let said = match self.fault {
                _ if left != 0 => Ok(record),
                Fault::Dies => Err("a worker has died".to_owned()),
                Fault::Babbles => Ok(b"<!doctype html>".to_vec()),
                // One state less, with the length that fits it.
                Fault::CutsShort if record.len() > 100 => {
                    let mut short = record[..10].to_vec();
                    short.extend(5_u32.to_le_bytes());
                    short.extend([0; 24]);
                    Ok(short)
                }
                Fault::CutsShort => Ok(record),
            };
            self.said.borrow_mut().push_back((number, said));
        }
        true
    }
    fn close(&self) {
        self.closed.set(true);
    }
}

#[test]
fn a_worker_that_fails_costs_nothing() {
    let link = LINKS[0];
    let (expected, _) = hashes(link, None);
    for fault in [Fault::Dies, Fault::Babbles, Fault::CutsShort] {
        for left in [0, 1, 7, 30, 90] {
            let pool = Rc::new(Pool::new(Faulty {
                workers: RefCell::new(vec![Worker::default(), Worker::default()]),
                said: RefCell::default(),
                left: Cell::new(left),
                fault,
                closed: Cell::new(false),
            }));
            let (found, there) = hashes(link, Some(pool.clone()));
            let what = format!("{fault:?} after {left} answers");
            assert_eq!(found, expected, "{what}");
            let reason = pool
                .error()
                .unwrap_or_else(|| panic!("{what}: it did fail"));
            let said = there.messages();
            let about = said.iter().filter(|text| text.contains(&reason)).count();
            assert_eq!(about, 1, "{what}: {said:?}");
            assert!(there.frame().device.get().is_none(), "{what}");
        }
    }
}
