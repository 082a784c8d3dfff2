use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    rc::Rc,
    sync::Arc,
};

use web_time::Instant;

use super::{
    helpers::{self, Expected, Helpers, Model},
    portable::PartShape,
    question::Outcome,
    record::{Answer, Settle, Task, Weights},
};
use crate::{
    devices::now,
    session::{
        device::{self, Device, DeviceNetwork, DeviceRun, DeviceTransformer},
        portable::{Part, Portable},
    },
    texts,
};
use chickadee_engine::{
    base::Matrix,
    models::{
        barcode::{Memory, Parameters, Phase, Wiring},
        transformer::Transformer,
    },
};

/// What lies between a pool and its workers.
pub trait Transport {
    /// Number of workers.
    fn workers(&self) -> usize;

    /// Hands a record to one of them.
    fn send(&self, worker: usize, record: Vec<u8>);

    /// The next record that one of them has said, or why it will say no more: one sentence without a full stop.
    fn take(&self) -> Option<(usize, Result<Vec<u8>, String>)>;

    /// Waits a moment. Returns whether that made sense: in a page records only come between frames.
    fn wait(&self) -> bool {
        false
    }

    /// Ends them all.
    fn close(&self);
}

/// Workers as a device.
pub struct Pool {
    shared: Rc<Shared>,
}

/// What the pool and all that wait for something from it share.
pub(super) struct Shared {
    transport: Box<dyn Transport>,
    state: RefCell<State>,
}

struct State {
    next: u32,
    jobs: BTreeMap<u32, Job>,
    /// Those that no worker has yet, in the order in which they were asked for.
    queue: VecDeque<Settle>,
    workers: Vec<Load>,
    drawn: Option<Weights>,
    /// Transformers that workers have, or hear.
    models: Vec<Rc<Model>>,
    questions: BTreeMap<u32, Asked>,
    answers: usize,
    trouble: Option<String>,
}

/// What a worker has to do, and since when it is silent.
struct Load {
    /// Jobs that it has.
    jobs: usize,
    since: Instant,
    looks: u32,
}

/// A job that somebody waits for.
struct Job {
    /// Its worker, once it has one.
    worker: Option<usize>,
    steps: bool,
    /// Numbers that are to come, and those that have come.
    expected: usize,
    come: usize,
    over: bool,
    overflow: Option<usize>,
    activity: Vec<f32>,
    preactivation: Vec<f32>,
}

/// A question, or portable work, that somebody waits for.
struct Asked {
    worker: usize,
    /// What is still to come; `None` if all has.
    expected: Option<Expected>,
    /// What has come and was not taken.
    come: VecDeque<Outcome>,
}

/// Bytes of fixed weights that all workers together may hold: beyond it fewer of them are asked.
const BUDGET: usize = 400 << 20;
/// Jobs that a worker has: one to work on, and one to go on with at once.
const JOBS: usize = 2;
/// A worker that has said nothing for so long is gone: one at work says so many times a second.
const LONGEST_SECONDS: f64 = 15.0;
/// A tab that slept has not waited: so many looks are needed besides.
const MOST_LOOKS: u32 = 300;
/// Units from which a single run is worth the way to a worker: a step of fewer takes less than a frame has left.
const UNITS_OF_RUN: usize = 2000;
/// Units from which all places are.
const UNITS_OF_PLACES: usize = 400;

impl Pool {
    /// A pool of the workers that a transport reaches.
    #[must_use]
    pub fn new(transport: impl Transport + 'static) -> Self {
        let load = || Load {
            jobs: 0,
            since: now(),
            looks: 0,
        };
        let state = State {
            next: 0,
            jobs: BTreeMap::new(),
            queue: VecDeque::new(),
            workers: (0..transport.workers()).map(|_| load()).collect(),
            drawn: None,
            models: Vec::new(),
            questions: BTreeMap::new(),
            answers: 0,
            trouble: None,
        };
        Self {
            shared: Rc::new(Shared {
                transport: Box::new(transport),
                state: RefCell::new(state),
            }),
        }
    }

    /// Hears what the workers have said, and gives them more to do. Whoever waits for something does the same; between two frames that
    /// are far apart it is for the transport to call this.
    pub fn hear(&self) {
        self.shared.hear();
    }

    /// Number of workers.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.shared.state.borrow().workers.len()
    }

    /// Questions about transformers that they have answered.
    #[must_use]
    pub fn answers(&self) -> usize {
        self.shared.state.borrow().answers
    }

    /// Bytes of weights that all of them hold: of the network that was asked for last, of transformers, and of portable work.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let state = self.shared.state.borrow();
        let each = state.drawn.iter().map(|weights| weights.bytes());
        let pieces = state.questions.values().map(|asked| match asked.expected {
            Some(Expected::Parts { bytes, .. }) => bytes,
            _ => 0,
        });
        let each = each.chain(pieces.max());
        let each = each.chain(state.models.iter().map(|model| model.bytes()));
        each.map(|bytes| state.at_work(bytes) * bytes).sum()
    }
}

impl State {
    /// Number of workers that compute with weights of so many bytes: as many as there is memory for.
    fn at_work(&self, bytes: usize) -> usize {
        self.workers.len().min((BUDGET / bytes.max(1)).max(1))
    }

    /// The workers that have a model.
    fn with_model(&self, model: &Model) -> impl Iterator<Item = usize> {
        (0..self.at_work(model.bytes())).filter(|&worker| model.is_told(worker))
    }

    /// The worker that has least to do of some.
    fn idlest(&self, among: impl Iterator<Item = usize>) -> Option<usize> {
        among.min_by_key(|&worker| self.workers[worker].jobs)
    }

    /// Number of jobs that some workers would begin soon; `None` where there are no workers.
    fn room(&self, among: impl Iterator<Item = usize>) -> Option<usize> {
        among
            .map(|worker| JOBS.saturating_sub(self.workers[worker].jobs))
            .reduce(|a, b| a + b)
    }

    fn next_number(&mut self) -> u32 {
        self.next = self.next.wrapping_add(1);
        self.next
    }
}

impl Load {
    /// It has a job more.
    fn begin(&mut self) {
        if self.jobs == 0 {
            (self.since, self.looks) = (now(), 0);
        }
        self.jobs += 1;
    }
}

impl Shared {
    /// Number of workers that compute a network.
    fn at_work(&self, weights: Weights) -> usize {
        self.state.borrow().at_work(weights.bytes())
    }

    /// Number of questions about a model that workers would begin soon; `None` while none of them has it.
    pub(super) fn room(&self, model: &Model) -> Option<usize> {
        let state = self.state.borrow();
        if state.trouble.is_some() {
            return None;
        }
        state.room(state.with_model(model))
    }

    /// The worker and the number of a question: the worker that has least to do of those that have the model.
    pub(super) fn begin_question(&self, model: &Model, expected: Expected) -> (usize, u32) {
        let idlest = {
            let state = self.state.borrow();
            state.idlest(state.with_model(model))
        };
        let worker = idlest.unwrap_or(0);
        (worker, self.begin_on(worker, expected))
    }

    /// The number of a question for a worker.
    fn begin_on(&self, worker: usize, expected: Expected) -> u32 {
        let state = &mut *self.state.borrow_mut();
        let job = state.next_number();
        if state.trouble.is_none() {
            state.workers[worker].begin();
            let asked = Asked {
                worker,
                expected: Some(expected),
                come: VecDeque::new(),
            };
            state.questions.insert(job, asked);
        }
        job
    }

    /// The answer to a question, or the next part of portable work, once.
    pub(super) fn take_outcome(&self, job: u32) -> Option<Outcome> {
        self.hear();
        let mut state = self.state.borrow_mut();
        let asked = state.questions.get_mut(&job)?;
        let outcome = asked.come.pop_front()?;
        if asked.expected.is_none() && asked.come.is_empty() {
            state.questions.remove(&job);
        }
        Some(outcome)
    }

    /// Nobody waits for a question any more.
    pub(super) fn forget_question(&self, job: u32) {
        let mut state = self.state.borrow_mut();
        let asked = state.questions.remove(&job);
        let Some(asked) = asked.filter(|asked| asked.expected.is_some()) else {
            return;
        };
        state.workers[asked.worker].jobs -= 1;
        drop(state);
        self.send(asked.worker, &Task::Cancel(job));
    }

    /// Nobody asks a model any more.
    pub(super) fn forget_model(&self, model: &Model) {
        let mut state = self.state.borrow_mut();
        state.models.retain(|other| other.number != model.number);
    }

    /// Tells a worker some weights more, where one lacks them.
    fn tell_weights(&self) {
        let state = self.state.borrow();
        let mut models = state.models.iter();
        let piece = models.find_map(|model| model.next_piece(state.at_work(model.bytes())));
        drop(state);
        if let Some((worker, piece)) = piece {
            self.send(worker, &Task::Question(Box::new(piece)));
        }
    }

    /// Hears what the workers have said.
    pub(super) fn hear(&self) {
        while let Some((worker, said)) = self.transport.take() {
            let answer = said.and_then(|record| {
                Answer::read(&record).ok_or_else(|| texts::backend::worker_nonsense().to_owned())
            });
            if let Err(trouble) = answer.and_then(|answer| self.take(worker, answer)) {
                self.fail(trouble);
                return;
            }
        }
        let mut state = self.state.borrow_mut();
        let late = |load: &mut Load| {
            load.looks += 1;
            load.jobs > 0
                && load.looks > MOST_LOOKS
                && load.since.elapsed().as_secs_f64() > LONGEST_SECONDS
        };
        if state.workers.iter_mut().any(late) {
            drop(state);
            let silent = texts::backend::WorkerSilent {
                seconds: LONGEST_SECONDS,
            };
            self.fail(silent.to_string());
            return;
        }
        drop(state);
        self.hand_out();
        self.tell_weights();
    }

    fn take(&self, worker: usize, answer: Answer) -> Result<(), String> {
        let state = &mut *self.state.borrow_mut();
        let nonsense = || texts::backend::worker_nonsense().to_owned();
        let load = state.workers.get_mut(worker).ok_or_else(nonsense)?;
        (load.since, load.looks) = (now(), 0);
        let (job, over, overflow, activity, preactivation) = match answer {
            Answer::Alive => return Ok(()),
            Answer::Refused => return Err(nonsense()),
            Answer::Answered { job, over, outcome } => {
                let Some(asked) = state.questions.get_mut(&job) else {
                    return Ok(());
                };
                let expected = asked.expected.filter(|_| asked.worker == worker);
                let met = expected.filter(|expected| expected.is_met_by(&outcome));
                asked.expected = met.ok_or_else(nonsense)?.next();
                if over != asked.expected.is_none() {
                    return Err(nonsense());
                }
                asked.come.push_back(*outcome);
                state.answers += usize::from(over);
                load.jobs -= usize::from(over);
                return Ok(());
            }
            Answer::Settled {
                job,
                over,
                overflow,
                activity,
                preactivation,
            } => (job, over, overflow, activity, preactivation),
        };
        // Nobody waits for what was cancelled meanwhile.
        let Some(job) = state.jobs.get_mut(&job) else {
            return Ok(());
        };
        job.come += activity.len();
        let beside = if job.steps { activity.len() } else { 0 };
        if job.worker != Some(worker)
            || job.over
            || job.come > job.expected
            || over != (job.come == job.expected)
            || preactivation.len() != beside
        {
            return Err(nonsense());
        }
        job.activity.extend(activity);
        job.preactivation.extend(preactivation);
        (job.over, job.overflow) = (over, overflow);
        load.jobs -= usize::from(over);
        Ok(())
    }

    fn fail(&self, trouble: String) {
        let mut state = self.state.borrow_mut();
        state.jobs.clear();
        state.queue.clear();
        state.questions.clear();
        state.trouble.get_or_insert(trouble);
        drop(state);
        self.transport.close();
    }

    /// Hands a worker a task, unless the pool has ended.
    pub(super) fn send(&self, worker: usize, task: &Task) {
        if self.state.borrow().trouble.is_some() {
            return;
        }
        self.transport.send(worker, task.write());
    }

    /// Asks for a job; its number. One whose every step is wanted goes before others.
    fn ask(&self, mut settle: Settle) -> u32 {
        let mut state = self.state.borrow_mut();
        let number = state.next_number();
        if state.trouble.is_some() {
            return number;
        }
        settle.job = number;
        let each = if settle.steps {
            settle.phase.steps()
        } else {
            1
        };
        let job = Job {
            worker: None,
            steps: settle.steps,
            expected: each * settle.drive.values().len(),
            come: 0,
            over: false,
            overflow: None,
            activity: Vec::new(),
            preactivation: Vec::new(),
        };
        state.jobs.insert(number, job);
        if settle.steps {
            state.queue.push_front(settle);
        } else {
            state.queue.push_back(settle);
        }
        drop(state);
        self.hand_out();
        number
    }

    /// Gives jobs to the workers that have least to do. One that is urgent goes out even to those that have enough: they take it first.
    fn hand_out(&self) {
        // Nothing is borrowed while a record is sent: who takes it may answer at once.
        while let Some((worker, settle)) = self.next_job() {
            self.send(worker, &Task::Settle(Box::new(settle)));
        }
    }

    /// The next job that a worker has time for.
    fn next_job(&self) -> Option<(usize, Settle)> {
        let weights = self.state.borrow().queue.front()?.weights;
        let among = self.at_work(weights);
        let state = &mut *self.state.borrow_mut();
        let worker = state.idlest(0..among)?;
        let load = &mut state.workers[worker];
        let goes = |next: &mut Settle| next.steps || load.jobs < JOBS;
        let settle = state.queue.pop_front_if(goes)?;
        load.begin();
        if let Some(job) = state.jobs.get_mut(&settle.job) {
            job.worker = Some(worker);
        }
        Some((worker, settle))
    }

    /// Nobody waits for a job any more.
    fn forget(&self, number: u32) {
        let mut state = self.state.borrow_mut();
        let Some(job) = state.jobs.remove(&number).filter(|job| !job.over) else {
            return;
        };
        let Some(worker) = job.worker else {
            state.queue.retain(|settle| settle.job != number);
            return;
        };
        if let Some(load) = state.workers.get_mut(worker) {
            load.jobs -= 1;
        }
        drop(state);
        self.send(worker, &Task::Cancel(number));
    }
}

impl Device for Pool {
    fn error(&self) -> Option<String> {
        self.shared.hear();
        self.shared.state.borrow().trouble.clone()
    }

    fn is_exact(&self) -> bool {
        true
    }

    fn is_at_work(&self) -> bool {
        let state = self.shared.state.borrow();
        state.trouble.is_none() && state.workers.iter().any(|load| load.jobs > 0)
    }

    fn prepare(&self, seed: u64, units: usize) {
        let weights = Weights { seed, units };
        let begun = self.shared.state.borrow_mut().drawn.replace(weights);
        if begun == Some(weights) || units < UNITS_OF_PLACES {
            return;
        }
        for worker in 0..self.shared.at_work(weights) {
            self.shared.send(worker, &Task::Draw(weights));
        }
    }

    fn network(&self, seed: u64, wiring: &Wiring) -> Rc<dyn DeviceNetwork> {
        let units = wiring.units();
        self.prepare(seed, units);
        let weights = Weights { seed, units };
        Rc::new(Network {
            workers: self.shared.at_work(weights),
            shared: Rc::clone(&self.shared),
            weights,
        })
    }

    /// None: contexts are encoded on the lab's own thread, and what is urgent is asked there.
    fn transformer(&self, _: &Transformer) -> Option<Box<dyn DeviceTransformer>> {
        None
    }

    fn helpers(
        &self,
        transformer: &Arc<Transformer>,
        hash: u64,
    ) -> Option<Box<dyn device::Helpers>> {
        let mut state = self.shared.state.borrow_mut();
        let workers = state.workers.len();
        let known = state.models.iter().find(|model| model.hash == hash);
        let model = known.map(Rc::clone).unwrap_or_else(|| {
            let number = state.next_number();
            Rc::new(Model::new(number, hash, transformer, workers))
        });
        if Rc::strong_count(&model) == 1 {
            state.models.push(Rc::clone(&model));
        }
        let context = state.next_number();
        drop(state);
        let shared = Rc::clone(&self.shared);
        Some(Box::new(Helpers::new(shared, model, context, workers)))
    }

    fn room(&self, bytes: usize) -> Option<usize> {
        self.shared.hear();
        let state = self.shared.state.borrow();
        if state.trouble.is_some() {
            return None;
        }
        state.room(0..state.at_work(bytes))
    }

    fn begin(&self, work: Portable) -> Option<device::Pending<Part>> {
        let bytes = work.bytes();
        let expected = Expected::Parts {
            left: work.parts(),
            shape: PartShape::of(&work)?,
            bytes,
        };
        let worker = {
            let state = self.shared.state.borrow();
            state.idlest(0..state.at_work(bytes))?
        };
        let job = self.shared.begin_on(worker, expected);
        self.shared
            .send(worker, &Task::Portable(job, Box::new(work)));
        Some(Box::new(helpers::Running::new(&self.shared, job)))
    }

    fn wait(&self) -> bool {
        self.shared.transport.wait()
    }
}

struct Network {
    shared: Rc<Shared>,
    weights: Weights,
    workers: usize,
}

impl DeviceNetwork for Network {
    fn run(
        &self,
        phase: Phase,
        places: &[usize],
        drive: &Matrix,
        parameters: &Parameters,
        memories: &[Memory],
        steps: bool,
    ) -> Box<dyn DeviceRun> {
        let rows = places.iter().flat_map(|&place| drive.row(place));
        let rows = rows.copied().collect();
        let job = self.shared.ask(Settle {
            job: 0,
            steps,
            weights: self.weights,
            phase,
            parameters: parameters.clone(),
            memories: memories.to_vec(),
            drive: Matrix::from_values(places.len(), self.weights.units, rows),
        });
        Box::new(Running {
            shared: Rc::clone(&self.shared),
            job,
            overflow: None,
            preactivation: Vec::new(),
        })
    }

    fn suits(&self, _: &Parameters, steps: bool) -> bool {
        let least = if steps { UNITS_OF_RUN } else { UNITS_OF_PLACES };
        self.weights.units >= least
    }

    fn workers(&self) -> Option<usize> {
        Some(self.workers)
    }
}

struct Running {
    shared: Rc<Shared>,
    job: u32,
    overflow: Option<usize>,
    preactivation: Vec<f32>,
}

impl DeviceRun for Running {
    fn take(&mut self) -> Vec<f32> {
        self.shared.hear();
        let mut state = self.shared.state.borrow_mut();
        let Some(job) = state.jobs.get_mut(&self.job) else {
            return Vec::new();
        };
        self.overflow = job.overflow;
        self.preactivation.append(&mut job.preactivation);
        let come = std::mem::take(&mut job.activity);
        if job.over {
            state.jobs.remove(&self.job);
        }
        come
    }

    fn overflow(&self) -> Option<usize> {
        self.overflow
    }

    fn preactivation(&mut self) -> Vec<f32> {
        std::mem::take(&mut self.preactivation)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.forget(self.job);
    }
}
