use std::{
    cell::RefCell,
    io,
    sync::mpsc::{Receiver, Sender, TryRecvError, channel},
    thread,
    time::Duration,
};

use super::{Pool, Transport, Worker};

/// A pool of threads of this program.
///
/// # Errors
/// When the system gives no thread.
pub fn threads(count: usize) -> io::Result<Pool> {
    let (say, heard) = channel();
    let mut tell = Vec::new();
    for worker in 0..count {
        let (sender, tasks) = channel();
        let say = say.clone();
        let builder = thread::Builder::new().name(format!("worker-{worker}"));
        builder.spawn(move || serve(worker, &tasks, &say))?;
        tell.push(sender);
    }
    Ok(Pool::new(Threads {
        tell: RefCell::new(tell),
        heard,
    }))
}

struct Threads {
    tell: RefCell<Vec<Sender<Vec<u8>>>>,
    heard: Receiver<(usize, Vec<u8>)>,
}

/// Slices that a worker works between two looks at what it is told.
const SLICES: usize = 8;

/// Does what it is told until nobody is there any more.
fn serve(worker: usize, tasks: &Receiver<Vec<u8>>, say: &Sender<(usize, Vec<u8>)>) {
    let mut inside = Worker::default();
    loop {
        let task = if inside.is_busy() {
            tasks.try_recv()
        } else {
            tasks.recv().map_err(|_| TryRecvError::Disconnected)
        };
        match task {
            Ok(record) => inside.receive(&record),
            Err(TryRecvError::Disconnected) => return,
            Err(TryRecvError::Empty) => {
                let mut left = SLICES;
                let answer = inside.work(&mut || {
                    left = left.saturating_sub(1);
                    left > 0
                });
                if say.send((worker, answer)).is_err() {
                    return;
                }
            }
        }
    }
}

impl Transport for Threads {
    fn workers(&self) -> usize {
        self.tell.borrow().len()
    }

    fn send(&self, worker: usize, record: Vec<u8>) {
        // A thread that is gone does not answer either.
        let _ = self.tell.borrow().get(worker).map(|tell| tell.send(record));
    }

    fn take(&self) -> Option<(usize, Result<Vec<u8>, String>)> {
        let (worker, record) = self.heard.try_recv().ok()?;
        Some((worker, Ok(record)))
    }

    fn wait(&self) -> bool {
        thread::sleep(Duration::from_micros(200));
        true
    }

    fn close(&self) {
        self.tell.borrow_mut().clear();
    }
}
