//! Which machine computes: chosen once, shown with the reason, and given up at the first mistake.
//!
//! ```text
//! open the adapter ─► quick self-test against the CPU ─► race on what the lab does ─► GPU
//!        └ none, software     └ a difference                 └ slower                     └ lost, full, refused ─► CPU, with the reason
//! ```
//!
//! [`DeviceSelector`] does this beside a running [session](AnySession), a little in every frame, and gives it a device or takes it away; the run goes
//! on in either case. Nothing here waits: opening and self-test are one future, on a thread natively and on the event loop in
//! a page. The command line, which has nothing else to do meanwhile, calls [`open_now`].
//!
//! A software adapter, which computes on the CPU, is right for tests and is never chosen by itself. Which device is
//! faster depends on what is asked of it: a transformer of the shipped size answers on the CPU before a GPU has begun, and
//! 100 places of 5,000 units do not. The race is therefore run anew when the [`Workload`] changes.

mod gpu_device;
mod microbenchmark;
pub mod workers;

use std::{
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::Serialize;
use web_time::Instant;

use self::microbenchmark::Microbenchmark;
use self::workers::Pool;
pub use self::{
    gpu_device::GpuDevice,
    microbenchmark::{Times, unit},
};
use crate::{
    session::{
        AnySession, Workload,
        device::{Backend, Device},
    },
    texts,
};
use chickadee_engine::{
    gpu::{AdapterRequest, Gpu},
    selftest::{Case, Outcome, Report, examine},
};

/// A GPU that passed the self-test.
#[derive(Debug)]
pub struct Opened {
    /// The device.
    pub gpu: Arc<Gpu>,
    /// How the self-test went.
    pub tested: Tested,
}

/// How the quick self-test went.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tested {
    /// Operations that were compared.
    pub operations: usize,
    /// How long it took, compiling included.
    pub ms: f64,
}

/// Opens the adapter and compares it with the CPU.
///
/// # Errors
/// Why it is not used, in one sentence.
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(
        clippy::disallowed_methods,
        reason = "this is web_time's clock, which is std's natively"
    )
)]
pub async fn open(backend: Backend, cases: Vec<Case>) -> Result<Opened, String> {
    let gpu = Gpu::open(AdapterRequest::default()).await;
    let gpu = gpu.map_err(|error| error.to_string())?;
    if gpu.is_software() && backend != Backend::Gpu {
        let adapter = gpu.describe();
        return Err(texts::backend::Software { adapter }.to_string());
    }
    let begin = Instant::now();
    for case in &cases {
        let outcome = case.run(&gpu).await;
        if !outcome.ok {
            return Err(difference(&gpu.describe(), &outcome));
        }
    }
    Ok(Opened {
        gpu: Arc::new(gpu),
        tested: Tested {
            operations: cases.len(),
            ms: begin.elapsed().as_secs_f64() * 1e3,
        },
    })
}

/// Opens it and waits.
///
/// # Errors
/// As [`open`].
#[cfg(not(target_arch = "wasm32"))]
pub fn open_now(backend: Backend) -> Result<Opened, String> {
    pollster::block_on(open(backend, chickadee_engine::selftest::quick()))
}

fn difference(adapter: &str, outcome: &Outcome) -> String {
    let operation = outcome.name;
    match (&outcome.error, outcome.max_error) {
        (Some(error), _) => texts::backend::Failed {
            adapter,
            operation,
            error,
        }
        .to_string(),
        (None, error) => texts::backend::Differs {
            adapter,
            operation,
            error: format_args!("{:.1e}", error.unwrap_or(f64::NAN)),
            tolerance: format_args!("{:.1e}", outcome.tolerance),
        }
        .to_string(),
    }
}

/// Opens the adapter and compares all operations, those of a software adapter too; `each` is told as they are through.
///
/// # Errors
/// When there is none.
pub async fn examine_all(each: impl Fn(&Outcome)) -> Result<Report, String> {
    let gpu = Gpu::open(AdapterRequest::default()).await;
    let gpu = gpu.map_err(|error| error.to_string())?;
    Ok(examine(&gpu, crate::selftest::cases(), each).await)
}

type Slot = Arc<Mutex<Option<Result<Opened, String>>>>;

enum State {
    /// Nobody asked for a GPU yet.
    Closed,
    /// The future puts its result there. What was wished for when it began decides whether software will do; some browsers on
    /// some machines never answer.
    Opening(Slot, Backend, Instant),
    /// It can be used.
    Ready {
        gpu: Arc<Gpu>,
        device: Rc<dyn Device>,
        tested: Tested,
    },
    /// It is not used any more, and why.
    Failed(String),
}

/// Time after which a GPU that was asked for and has not come is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// The clock of everything here.
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(
        clippy::disallowed_methods,
        reason = "this is web_time's clock, which is std's natively"
    )
)]
fn now() -> Instant {
    Instant::now()
}

/// Starts a future that ends with a GPU or a reason, and says when it is done.
type Opener = Box<dyn Fn(Backend, Slot)>;

/// Chooses the machine for a lab and stands by.
pub struct DeviceSelector {
    backend: Backend,
    state: State,
    opener: Opener,
    race: Option<Microbenchmark>,
    known: Vec<Times>,
    /// What this GPU cannot do, and why: too large for it, or without a kernel.
    refused: Vec<(Workload, String)>,
    workers: Workers,
    wake: Arc<dyn Fn() + Send + Sync>,
    examination: Option<Arc<Mutex<Option<String>>>>,
}

/// The other cores, for what the CPU computes.
#[derive(Clone, Default)]
pub enum Workers {
    /// None were asked for, or they are still being started.
    #[default]
    None,
    /// A pool; labs may share it.
    Pool(Rc<Pool>),
    /// There are none, and why: a clause without a full stop.
    Failed(String),
}

/// What is shown of the workers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct WorkersVerdict {
    /// Workers that compute beside the thread that draws; 0 where there are none.
    pub count: usize,
    /// Megabytes of weights that they hold.
    pub megabytes: usize,
    /// Why there are none, where there should be.
    pub failed: Option<String>,
}

/// What is shown of the choice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// What was asked for.
    pub wanted: Backend,
    /// Whether the GPU computes.
    pub on_gpu: bool,
    /// Whether it is not decided yet.
    pub deciding: bool,
    /// Why it is so, in one sentence without a full stop.
    pub reason: String,
    /// The adapter, if there is one that passed the self-test.
    pub adapter: Option<String>,
    /// How that went.
    pub tested: Option<Tested>,
    /// How long what the lab does takes on either, once measured.
    pub times: Option<Times>,
    /// The other cores, where the CPU computes.
    pub workers: WorkersVerdict,
}

impl DeviceSelector {
    /// Nothing is opened before the first [`advance`](Self::advance). `wake` is called when there is news, from any thread.
    #[must_use]
    pub fn new(backend: Backend, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(wake);
        let call = Arc::clone(&wake);
        let opener = move |backend, slot: Slot| {
            let wake = Arc::clone(&call);
            aside(move || async move {
                let opened = open(backend, chickadee_engine::selftest::quick()).await;
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
                wake();
            });
        };
        Self {
            wake,
            ..Self::with_opener(backend, Box::new(opener))
        }
    }

    /// With another way to open a GPU: tests bring one that is wrong, slow or lost.
    #[must_use]
    pub fn with_opener(backend: Backend, opener: Opener) -> Self {
        Self {
            backend,
            state: State::Closed,
            opener,
            race: None,
            known: Vec::new(),
            refused: Vec::new(),
            workers: Workers::None,
            wake: Arc::new(|| ()),
            examination: None,
        }
    }

    /// What is wished for.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Wishes for another machine. A GPU that failed is tried again.
    pub fn choose(&mut self, backend: Backend) {
        self.backend = backend;
        let again = match &self.state {
            State::Closed => false,
            State::Failed(_) => true,
            State::Opening(_, asked, _) => *asked != backend,
            // Software is used only when it was asked for, and nothing is that broke meanwhile.
            State::Ready { gpu, .. } => {
                gpu.error().is_some() || (backend == Backend::Auto && gpu.is_software())
            }
        };
        if again && backend != Backend::Cpu {
            self.state = State::Closed;
            self.race = None;
            self.known.clear();
        }
        self.refused.clear();
    }

    /// What the CPU computes is shared out among these from now on.
    pub fn set_workers(&mut self, workers: Workers) {
        self.workers = workers;
        if let Workers::Pool(pool) = &self.workers
            && let Some(reason) = pool.error()
        {
            self.workers = Workers::Failed(reason);
        }
    }

    /// Gives the CPU of a lab its workers, or takes them away.
    fn share_out(&self, lab: &mut dyn AnySession) {
        let wanted = match &self.workers {
            Workers::Pool(pool) => Some(Rc::clone(pool) as Rc<dyn Device>),
            _ => None,
        };
        let same = match (lab.device(), &wanted) {
            (Some(has), Some(wanted)) => Rc::ptr_eq(&has, wanted),
            (has, wanted) => has.is_none() && wanted.is_none(),
        };
        if !same && !lab.has_device() {
            lab.set_device(wanted);
        }
    }

    /// Whether a GPU was asked for and has not answered yet.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, State::Opening(..))
    }

    /// Compares all operations, beside what is going on.
    pub fn examine(&mut self) {
        let slot = Arc::new(Mutex::new(None));
        self.examination = Some(Arc::clone(&slot));
        let wake = Arc::clone(&self.wake);
        aside(move || async move {
            let sentence = match examine_all(|_| ()).await {
                Ok(report) => texts::backend::Examined {
                    adapter: &report.adapter,
                    result: report.sentence(),
                }
                .to_string(),
                Err(error) => texts::backend::NotExamined { error }.to_string(),
            };
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(sentence);
            wake();
        });
    }

    /// Whether operations are being compared.
    #[must_use]
    pub fn is_examining(&self) -> bool {
        self.examination.is_some()
    }

    /// How the comparison went, once, when it is through.
    pub fn take_examination(&mut self) -> Option<String> {
        let slot = self.examination.as_ref()?;
        let sentence = slot.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        self.examination = None;
        Some(sentence)
    }

    /// Stands by for one frame. Returns whether it wants to be called again soon.
    pub fn advance(&mut self, lab: &mut dyn AnySession) -> bool {
        // A lab at rest does not look for itself.
        lab.check_device();
        self.set_workers(self.workers.clone());
        let again = self.choose_device(lab);
        self.share_out(lab);
        again
    }

    fn choose_device(&mut self, lab: &mut dyn AnySession) -> bool {
        if let Some(trouble) = lab.take_device_error() {
            self.fail(lab, trouble);
        }
        if self.backend == Backend::Cpu {
            self.race = None;
            if lab.has_device() {
                lab.set_device(None);
            }
            return false;
        }
        match &self.state {
            State::Closed => {
                let slot = Slot::default();
                (self.opener)(self.backend, Arc::clone(&slot));
                self.state = State::Opening(slot, self.backend, now());
                false
            }
            State::Opening(slot, _, since) => {
                let opened = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
                match opened {
                    None if since.elapsed() < PATIENCE => return false,
                    None => self.state = State::Failed(texts::backend::silent().to_owned()),
                    Some(Err(reason)) => self.state = State::Failed(reason),
                    Some(Ok(Opened { gpu, tested })) => {
                        self.state = State::Ready {
                            device: Rc::new(GpuDevice::new(Arc::clone(&gpu))),
                            gpu,
                            tested,
                        };
                    }
                }
                true
            }
            State::Failed(_) => false,
            State::Ready { device, .. } => {
                let device = Rc::clone(device);
                self.stand_by(lab, &device)
            }
        }
    }

    /// Gives the GPU up, or only this workload, if nothing is wrong with the device itself.
    fn fail(&mut self, lab: &dyn AnySession, reason: String) {
        self.race = None;
        if let (State::Ready { gpu, device, .. }, Some(workload)) =
            (&mut self.state, lab.workload())
            && gpu.error().is_none()
        {
            // It keeps its first trouble: the next workload begins with another.
            *device = Rc::new(GpuDevice::new(Arc::clone(gpu)));
            self.refused.push((workload, reason));
        } else {
            self.state = State::Failed(reason);
        }
    }

    fn refusal(&self, workload: Option<Workload>) -> Option<&str> {
        let mut refused = self.refused.iter();
        let found = refused.find(|(which, _)| Some(*which) == workload)?;
        Some(&found.1)
    }

    fn stand_by(&mut self, lab: &mut dyn AnySession, device: &Rc<dyn Device>) -> bool {
        // Trouble may come while nothing is asked of it.
        if let Some(trouble) = device.error()
            && !lab.has_device()
        {
            self.fail(lab, trouble);
            return true;
        }
        let workload = lab.workload();
        if self.refusal(workload).is_some() {
            self.race = None;
            if lab.has_device() {
                lab.set_device(None);
            }
            return false;
        }
        let times = workload.and_then(|workload| self.times(workload));
        let wins = match self.backend {
            Backend::Gpu => true,
            _ => times.is_some_and(|times| times.gpu_wins()),
        };
        if wins != lab.has_device() && (times.is_some() || self.backend == Backend::Gpu) {
            lab.set_device(wins.then(|| Rc::clone(device)));
        }
        if times.is_some() || workload.is_none() {
            self.race = None;
            return false;
        }
        if lab.has_device() && lab.is_busy() {
            // What the lab asks for would be measured, too.
            return true;
        }
        if self.race.as_ref().map(Microbenchmark::workload) != workload {
            self.race = Microbenchmark::new(lab, device.as_ref());
        }
        if let Some(times) = self.race.as_mut().and_then(Microbenchmark::advance) {
            self.known.push(times);
            self.race = None;
        }
        true
    }

    fn times(&self, workload: Workload) -> Option<Times> {
        let mut known = self.known.iter();
        known.find(|times| times.workload == workload).copied()
    }

    /// What is chosen for `lab` and why.
    #[must_use]
    pub fn verdict(&self, lab: &dyn AnySession) -> Verdict {
        let times = lab.workload().and_then(|workload| self.times(workload));
        let on_gpu = lab.has_device() && lab.suits_device();
        let mut deciding = false;
        let refusal = self.refusal(lab.workload());
        let reason = match (&self.state, self.backend) {
            (_, Backend::Cpu) => texts::backend::cpu_chosen().to_owned(),
            (State::Ready { .. }, _) if refusal.is_some() => refusal.unwrap_or_default().to_owned(),
            (State::Ready { .. }, _) if lab.has_device() && !on_gpu => {
                texts::backend::towards_ahead().to_owned()
            }
            (State::Closed | State::Opening(..), _) => {
                deciding = true;
                texts::backend::looking().to_owned()
            }
            (State::Failed(reason), _) => reason.clone(),
            (State::Ready { .. }, Backend::Gpu) => texts::backend::gpu_chosen().to_owned(),
            (State::Ready { .. }, Backend::Auto) => match times {
                Some(times) => texts::backend::Measured {
                    gpu: milliseconds(times.gpu_all_ms),
                    cpu: milliseconds(times.cpu_all_ms),
                }
                .to_string(),
                None => {
                    deciding = true;
                    texts::backend::comparing().to_owned()
                }
            },
        };
        let (adapter, tested) = match &self.state {
            State::Ready { gpu, tested, .. } => (Some(gpu.describe()), Some(*tested)),
            _ => (None, None),
        };
        let mut workers = WorkersVerdict::default();
        match &self.workers {
            Workers::Pool(pool) if !on_gpu => {
                (workers.count, workers.megabytes) = (pool.workers(), pool.bytes() / 1_000_000);
            }
            Workers::Failed(reason) => workers.failed = Some(reason.clone()),
            _ => {}
        }
        Verdict {
            workers,
            wanted: self.backend,
            on_gpu,
            deciding,
            reason,
            adapter,
            tested,
            times,
        }
    }
}

/// Runs a future beside everything else. It stays where it is made: it cannot change threads.
#[cfg(not(target_arch = "wasm32"))]
fn aside<F: Future<Output = ()>>(begin: impl FnOnce() -> F + Send + 'static) {
    std::thread::spawn(move || pollster::block_on(begin()));
}

/// Runs a future beside everything else, on the event loop.
#[cfg(target_arch = "wasm32")]
fn aside<F: Future<Output = ()> + 'static>(begin: impl FnOnce() -> F + 'static) {
    wasm_bindgen_futures::spawn_local(begin());
}

/// Milliseconds with three digits.
fn milliseconds(ms: f64) -> String {
    let decimals = if ms < 1.0 {
        3
    } else if ms < 100.0 {
        1
    } else {
        0
    };
    format!("{ms:.decimals$}")
}
