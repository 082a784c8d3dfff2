//! The GPU as sessions see it: behind the traits of [`session::device`](crate::session::device).

use std::{
    cell::RefCell,
    rc::Rc,
    sync::{Arc, Weak},
};

use web_time::Instant;

use crate::{
    session::device::{Device, DeviceNetwork, DeviceRun, DeviceTransformer, Pending, PendingValue},
    texts,
};
use chickadee_engine::{
    base::Matrix,
    gpu::{Answer, Gpu, GpuError, Readback},
    models::{
        barcode::{
            Memory, Parameters, Phase, Wiring,
            gpu::{GpuMemories, GpuRun, GpuWiring},
        },
        transformer::{
            Answers, Asking, GpuContext, GpuTransformer, Mask, TokenGradients, TrainingExample,
            Transformer, Want,
        },
    },
};

/// A GPU that sessions can compute on.
pub struct GpuDevice {
    shared: Rc<Shared>,
}

/// The device and what went wrong with it. Errors that wgpu reports on its own are in the device; here are those that were
/// returned to us.
struct Shared {
    gpu: Arc<Gpu>,
    trouble: RefCell<Option<String>>,
}

impl Shared {
    /// Keeps the error, if it is one.
    fn keep<T>(&self, result: Result<T, GpuError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                let mut trouble = self.trouble.borrow_mut();
                trouble.get_or_insert_with(|| error.to_string());
                None
            }
        }
    }
}

impl GpuDevice {
    /// Sessions compute on this GPU.
    #[must_use]
    pub fn new(gpu: Arc<Gpu>) -> Self {
        Self {
            shared: Rc::new(Shared {
                gpu,
                trouble: RefCell::default(),
            }),
        }
    }
}

impl Device for GpuDevice {
    fn error(&self) -> Option<String> {
        // What the device says comes first: what was returned may be its consequence.
        let device = self.shared.gpu.error().map(|error| error.to_string());
        device.or_else(|| self.shared.trouble.borrow().clone())
    }

    fn network(&self, seed: u64, wiring: &Wiring) -> Rc<dyn DeviceNetwork> {
        let shared = Rc::clone(&self.shared);
        // Drawn there from the same stream: nothing is sent.
        let drawn = GpuWiring::draw(&shared.gpu, seed, wiring.units());
        Rc::new(Network {
            wiring: shared.keep(drawn).map(Rc::new),
            stored: RefCell::default(),
            shared,
        })
    }

    fn transformer(&self, transformer: &Transformer) -> Option<Box<dyn DeviceTransformer>> {
        let shared = Rc::clone(&self.shared);
        let shape = transformer.shape();
        let made = GpuTransformer::new(&shared.gpu, transformer.weights())
            .and_then(|model| Ok((model, GpuContext::new(&shared.gpu, shape)?)));
        let inside = RefCell::new(shared.keep(made));
        Some(Box::new(Reading {
            shared,
            inside,
            width: shape.token_width(),
        }))
    }

    fn wait(&self) -> bool {
        self.shared.gpu.wait_briefly()
    }
}

/// How long an answer may take. A driver that hangs is an error, and not a lab that waits for ever.
const LONGEST_SECONDS: f64 = 60.0;
/// A tab that slept has not waited: so many looks are needed besides.
const MOST_LOOKS: u32 = 300;

/// Since when an answer is waited for.
struct Waiting {
    since: Instant,
    looks: u32,
}

impl Waiting {
    #[cfg_attr(
        not(target_arch = "wasm32"),
        expect(
            clippy::disallowed_methods,
            reason = "this is web_time's clock, which is std's natively"
        )
    )]
    fn new() -> Self {
        Self {
            since: Instant::now(),
            looks: 0,
        }
    }

    /// Milliseconds so far.
    fn ms(&self) -> f64 {
        self.since.elapsed().as_secs_f64() * 1e3
    }

    /// What an answer is that has come, or not yet, or will not come any more.
    fn look<T>(&mut self, shared: &Shared, answer: Result<Option<T>, GpuError>) -> Option<T> {
        self.looks = self.looks.saturating_add(1);
        let late = self.looks > MOST_LOOKS && self.ms() > 1e3 * LONGEST_SECONDS;
        match answer {
            Ok(None) if late => {
                let hangs = texts::backend::Hangs {
                    seconds: LONGEST_SECONDS,
                }
                .to_string();
                shared.keep::<T>(Err(GpuError::Lost(hangs)))
            }
            answer => shared.keep(answer).flatten(),
        }
    }
}

/// Barcodes that were sent, each with its weight. A barcode that is gone cannot be taken for another.
type Stored = (Vec<(Weak<[f32]>, f64)>, Rc<GpuMemories>);

struct Network {
    shared: Rc<Shared>,
    wiring: Option<Rc<GpuWiring>>,
    stored: RefCell<Option<Stored>>,
}

impl Network {
    /// The memories there; sent again only when they are others.
    fn memories(&self, memories: &[Memory]) -> Option<Rc<GpuMemories>> {
        let mut stored = self.stored.borrow_mut();
        let is_there = |(sent, _): &Stored| {
            sent.len() == memories.len()
                && sent
                    .iter()
                    .zip(memories)
                    .all(|((barcode, weight), memory)| {
                        *weight == memory.weight
                            && barcode
                                .upgrade()
                                .is_some_and(|barcode| Arc::ptr_eq(&barcode, &memory.barcode))
                    })
        };
        if !stored.as_ref().is_some_and(is_there) {
            let there = GpuMemories::upload(&self.shared.gpu, memories);
            let there = Rc::new(self.shared.keep(there)?);
            let sent = memories.iter();
            let sent = sent.map(|memory| (Arc::downgrade(&memory.barcode), memory.weight));
            *stored = Some((sent.collect(), there));
        }
        stored.as_ref().map(|(_, there)| Rc::clone(there))
    }
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
        let begin = || {
            let gpu = &self.shared.gpu;
            let run = if steps {
                GpuRun::with_history(gpu, phase, places, drive)
            } else {
                GpuRun::new(gpu, phase, places, drive)
            };
            let mut settling = Settling {
                run: self.shared.keep(run)?,
                wiring: Rc::clone(self.wiring.as_ref()?),
                memories: self.memories(memories)?,
                parameters: parameters.clone(),
                every_step: steps,
                asked: None,
                portion: SMALLEST_PORTION,
                taken: false,
            };
            settling.ask(&self.shared);
            Some(settling)
        };
        Box::new(Running {
            settling: begin(),
            shared: Rc::clone(&self.shared),
        })
    }
}

struct Running {
    shared: Rc<Shared>,
    settling: Option<Settling>,
}

struct Settling {
    run: GpuRun,
    wiring: Rc<GpuWiring>,
    memories: Rc<GpuMemories>,
    parameters: Parameters,
    every_step: bool,
    /// The last portion of steps, when it was asked for, and whether its answer is the end of the run.
    asked: Option<(Readback<f32>, Waiting, bool)>,
    /// Steps that are asked for at once.
    portion: usize,
    taken: bool,
}

/// Steps that are asked for at once: the fewest, and at first. Where an answer takes long because frames do, fewer would only
/// mean more waiting.
const SMALLEST_PORTION: usize = 8;
/// The most: two portions make a settling.
const LARGEST_PORTION: usize = 64;
/// A portion should keep the GPU for a frame or two, so that it can draw meanwhile. Milliseconds below which portions grow, and
/// above which they shrink.
const PORTION_MS: (f64, f64) = (25.0, 60.0);

impl Settling {
    /// Asks for the next portion.
    fn ask(&mut self, shared: &Shared) {
        let gpu = &shared.gpu;
        let begin = self.run.step();
        let advanced = self.run.advance(
            gpu,
            &self.wiring,
            &self.parameters,
            &self.memories,
            self.portion,
        );
        if shared.keep(advanced).is_none() {
            return;
        }
        let over = self.run.is_over();
        let answer = if self.every_step {
            self.run.read_steps(gpu, begin..self.run.step())
        } else if over {
            self.run.read(gpu)
        } else {
            // One number tells that the portion is done.
            let mut work = gpu.commands("portion done");
            let one = work.read(self.run.activity(), 0..1);
            work.submit();
            one
        };
        self.asked = Some((answer, Waiting::new(), over));
    }

    /// What has come; the next portion is on its way then.
    fn take(&mut self, shared: &Shared) -> Vec<f32> {
        let Some((answer, waiting, over)) = &mut self.asked else {
            return Vec::new();
        };
        let Some(values) = waiting.look(shared, answer.try_take()) else {
            return Vec::new();
        };
        let ms = waiting.ms();
        let over = *over;
        self.asked = None;
        if ms < PORTION_MS.0 {
            self.portion = (2 * self.portion).min(LARGEST_PORTION);
        } else if ms > PORTION_MS.1 {
            self.portion = (self.portion / 2).max(SMALLEST_PORTION);
        }
        self.taken = over;
        if !over {
            self.ask(shared);
        }
        if self.every_step || over {
            values
        } else {
            Vec::new()
        }
    }
}

impl DeviceRun for Running {
    fn take(&mut self) -> Vec<f32> {
        match &mut self.settling {
            Some(settling) if !settling.taken => settling.take(&self.shared),
            _ => Vec::new(),
        }
    }
}

struct Reading {
    shared: Rc<Shared>,
    inside: RefCell<Option<(GpuTransformer, GpuContext)>>,
    /// Length of a token.
    width: usize,
}

impl DeviceTransformer for Reading {
    fn truncate(&mut self, length: usize) {
        if let Some((_, context)) = self.inside.get_mut() {
            context.truncate(length);
        }
    }

    fn append(&mut self, tokens: &[f32]) {
        if let Some((model, context)) = self.inside.get_mut()
            && !tokens.is_empty()
        {
            let done = model.append(&self.shared.gpu, context, tokens);
            self.shared.keep(done);
        }
    }

    fn ask(
        &self,
        visible: &[usize],
        queries: &[f32],
        want: Want,
        masks: &[Mask],
    ) -> Pending<Answers> {
        debug_assert_eq!(queries.len(), visible.len() * self.width);
        let asking = self.inside.borrow_mut().as_mut().and_then(|inside| {
            let (model, context) = inside;
            // What could not be encoded cannot be asked; why is kept already.
            if visible.iter().any(|&length| length > context.len()) {
                return None;
            }
            let asked = model.ask_each(&self.shared.gpu, context, visible, queries, want, masks);
            self.shared.keep(asked)
        });
        Box::new(Coming {
            shared: Rc::clone(&self.shared),
            asking,
            waiting: Waiting::new(),
        })
    }

    fn token_gradients(
        &self,
        lesson: &TrainingExample,
        d_logits: &[f32],
    ) -> Option<Pending<TokenGradients>> {
        let mut inside = self.inside.borrow_mut();
        let (model, _) = inside.as_mut()?;
        let answer = match model.gradient(&self.shared.gpu, lesson, d_logits) {
            // The CPU has room for it, and the rest of the lab stays here.
            Err(GpuError::TooLarge { .. }) => return None,
            answer => self.shared.keep(answer),
        };
        Some(Box::new(Sloping {
            shared: Rc::clone(&self.shared),
            answer,
            waiting: Waiting::new(),
        }))
    }
}

struct Sloping {
    shared: Rc<Shared>,
    answer: Option<Answer<TokenGradients>>,
    waiting: Waiting,
}

impl PendingValue<TokenGradients> for Sloping {
    fn take(&mut self) -> Option<TokenGradients> {
        let answer = self.answer.as_mut()?;
        let slopes = self.waiting.look(&self.shared, answer.try_take());
        if slopes.is_some() {
            self.answer = None;
        }
        slopes
    }
}

struct Coming {
    shared: Rc<Shared>,
    asking: Option<Asking>,
    waiting: Waiting,
}

impl PendingValue<Answers> for Coming {
    fn take(&mut self) -> Option<Answers> {
        let asking = self.asking.as_mut()?;
        let answers = self.waiting.look(&self.shared, asking.try_take());
        if answers.is_some() {
            self.asking = None;
        }
        answers
    }
}
