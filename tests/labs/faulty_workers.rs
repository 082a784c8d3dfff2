//! Workers on the thread of the test, of which one does something wrong.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
};

use chickadee::devices::workers::{Pool, Transport, Worker};

/// What a worker does wrong.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
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

/// A pool of so many workers, the one at fault after so many answers of all.
pub fn faulty(workers: usize, fault: Fault, left: usize) -> Pool {
    Pool::new(Faulty {
        workers: RefCell::new((0..workers).map(|_| Worker::default()).collect()),
        said: RefCell::default(),
        left: Cell::new(left),
        fault,
        closed: Cell::new(false),
    })
}
