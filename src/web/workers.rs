//! Web workers: the pool of a page, which `web/pool.js` starts, and what runs inside each, which `web/pool-worker.js` calls.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use chickadee::devices::{
    Workers,
    workers::{self, Pool, Transport},
};
use wasm_bindgen::prelude::*;
use web_time::Instant;

use super::page;

type Said = VecDeque<(usize, Result<Vec<u8>, String>)>;

thread_local! {
    static POOL: RefCell<Workers> = const { RefCell::new(Workers::None) };
    static SAID: RefCell<Said> = const { RefCell::new(VecDeque::new()) };
}

/// The workers that all labs of the page share.
pub(super) fn of_page() -> Workers {
    POOL.with_borrow(Workers::clone)
}

/// Messages of the page, by functions of its script.
struct Messages {
    workers: usize,
    post: js_sys::Function,
    close: js_sys::Function,
}

impl Transport for Messages {
    fn workers(&self) -> usize {
        self.workers
    }

    fn send(&self, worker: usize, record: Vec<u8>) {
        let bytes = js_sys::Uint8Array::from(&record[..]);
        let worker = JsValue::from(worker as u32);
        if self.post.call2(&JsValue::NULL, &worker, &bytes).is_err() {
            let error = chickadee::texts::backend::worker_unreachable().to_owned();
            SAID.with_borrow_mut(|said| said.push_back((0, Err(error))));
        }
    }

    fn take(&self) -> Option<(usize, Result<Vec<u8>, String>)> {
        SAID.with_borrow_mut(VecDeque::pop_front)
    }

    fn close(&self) {
        // They are gone, or will be with the page.
        let _ = self.close.call0(&JsValue::NULL);
    }
}

/// Workers are there: `post(worker, record)` hands one of them a record, `close()` ends them all.
#[wasm_bindgen(js_name = useWorkers)]
pub fn use_workers(workers: usize, post: js_sys::Function, close: js_sys::Function) {
    let pool = Pool::new(Messages {
        workers,
        post,
        close,
    });
    POOL.replace(Workers::Pool(Rc::new(pool)));
}

/// A worker has said something.
#[wasm_bindgen(js_name = workerSaid)]
pub fn worker_said(worker: usize, record: Vec<u8>) {
    SAID.with_borrow_mut(|said| said.push_back((worker, Ok(record))));
    // It may have nothing left to do, and the next frame may be far away.
    if let Workers::Pool(pool) = of_page() {
        pool.hear();
        page::advance_all_between();
    }
}

/// There are no workers, or no more, and why: a clause without a full stop.
#[wasm_bindgen(js_name = workersFailed)]
pub fn workers_failed(why: String) {
    let runs = POOL.with_borrow(|pool| matches!(pool, Workers::Pool(_)));
    if runs {
        SAID.with_borrow_mut(|said| said.push_back((0, Err(why))));
    } else {
        POOL.replace(Workers::Failed(why));
    }
}

/// The inside of a web worker.
#[wasm_bindgen]
#[derive(Default)]
pub struct Worker {
    inside: workers::Worker,
}

#[wasm_bindgen]
impl Worker {
    /// One that has nothing to do.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a record.
    pub fn receive(&mut self, record: &[u8]) {
        self.inside.receive(record);
    }

    /// True if there is something to do.
    #[wasm_bindgen(js_name = isBusy)]
    pub fn is_busy(&self) -> bool {
        self.inside.is_busy()
    }

    /// Works for some milliseconds; the record of what there is to say.
    pub fn work(&mut self, ms: f64) -> Vec<u8> {
        let begin = Instant::now();
        self.inside
            .work(&mut || begin.elapsed().as_secs_f64() * 1e3 < ms)
    }
}
