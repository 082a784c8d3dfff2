//! How long the GPU and the CPU take for what a lab does, measured in slices between frames.
//!
//! What is measured is what the lab would ask for: on the GPU from the question to the answer, transfers and the wait for a
//! frame included, since that is what users get.

use std::{rc::Rc, sync::Arc};

use serde::Serialize;
use web_time::Instant;

use super::now;
use crate::session::{
    AnySession, DeviceWork, Workload,
    device::{Device, DeviceNetwork, DeviceRun, DeviceTransformer, Pending},
    workload::PLACES,
};
use chickadee_engine::{
    base::random::{Random, Stream},
    models::{
        barcode::{Drive, Parameters, Phase, Run, Wiring},
        transformer::{Answers, Context, Shape, Transformer, Want},
    },
};

/// The unit of the measured time.
#[must_use]
pub fn unit(workload: Workload) -> &'static str {
    match workload {
        Workload::Network { .. } => "ms/step",
        Workload::Transformer { .. } => "ms/policy",
    }
}

/// How long it takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Times {
    /// What was measured.
    pub workload: Workload,
    /// Milliseconds on the GPU for one unit: one step of one place, or the policy at all states.
    pub gpu_ms: f64,
    /// Milliseconds on the GPU for what is compared: a step of all places, or the policy at all states.
    pub gpu_all_ms: f64,
    /// The same on the CPU.
    pub cpu_all_ms: f64,
    /// Billions of multiplications and additions a second on the GPU meanwhile, counted as a dense product counts them.
    pub gflops: f64,
}

impl Times {
    /// Whether the GPU is faster.
    #[must_use]
    pub fn gpu_wins(&self) -> bool {
        self.gpu_all_ms < self.cpu_all_ms
    }
}

/// A measurement that is going on.
pub(super) struct Microbenchmark {
    workload: Workload,
    stage: Stage,
    /// When it was last advanced, and how often it was interrupted.
    last: Option<Instant>,
    interruptions: u32,
}

enum Stage {
    Network(Box<NetworkRace>),
    Transformer(Box<TransformerRace>),
}

/// After so long between two frames the tab has slept: what was under way is measured again, a few times.
const SLEPT_MS: f64 = 1000.0;
const MOST_INTERRUPTIONS: u32 = 3;
/// Milliseconds of the CPU's part in one frame.
const SLICE_MS: f64 = 4.0;
/// A measurement that took so many milliseconds is not made longer.
const LONG_MS: f64 = 150.0;

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

impl Microbenchmark {
    /// Begins to measure what a lab does; `None` while it has no model.
    pub fn new(lab: &dyn AnySession, device: &dyn Device) -> Option<Self> {
        let workload = lab.workload()?;
        let stage = match lab.device_work()? {
            DeviceWork::Network {
                seed,
                wiring,
                drive,
                parameters,
                on_device,
            } => {
                // The weights are large: where they are there already, they are not drawn again.
                let on_device = on_device.unwrap_or_else(|| device.network(seed, &wiring));
                let parameters = Parameters {
                    skew: None,
                    ..parameters
                };
                let race = NetworkRace::new(on_device, (&wiring, &drive), parameters);
                Stage::Network(Box::new(race))
            }
            DeviceWork::Transformer {
                transformer,
                queries,
            } => {
                let Workload::Transformer { tokens, .. } = workload else {
                    return None;
                };
                let on_device = device.transformer(&transformer)?;
                let race = TransformerRace::new(on_device, transformer, tokens, queries);
                Stage::Transformer(Box::new(race))
            }
        };
        Some(Self {
            workload,
            stage,
            last: None,
            interruptions: 0,
        })
    }

    /// What is measured.
    pub fn workload(&self) -> Workload {
        self.workload
    }

    /// Goes on for a few milliseconds. The result, once it is there.
    pub fn advance(&mut self) -> Option<Times> {
        let slept = self.last.is_some_and(|last| ms(last) > SLEPT_MS);
        self.last = Some(now());
        if slept && self.interruptions < MOST_INTERRUPTIONS {
            self.interruptions += 1;
            match &mut self.stage {
                Stage::Network(race) => race.run = None,
                Stage::Transformer(race) => race.asked = None,
            }
        }
        match &mut self.stage {
            Stage::Network(race) => race.advance(self.workload),
            Stage::Transformer(race) => race.advance(self.workload),
        }
    }
}

/// All places, one place, and the CPU's turn.
struct NetworkRace {
    on_device: Rc<dyn DeviceNetwork>,
    wiring: Arc<Wiring>,
    drive: Arc<Drive>,
    parameters: Parameters,
    /// The run that is under way: what it is, when it began, how many steps and places it has, how many have come.
    run: Option<(Box<dyn DeviceRun>, Instant, usize)>,
    turns: Vec<Turn>,
    one_ms: f64,
    all_ms: f64,
    cpu: Option<Run>,
    cpu_ms: Vec<f64>,
}

#[derive(Clone, Copy)]
struct Turn {
    steps: usize,
    places: usize,
    every_step: bool,
}

/// Steps of the CPU until it is in the barcode state, and how many are measured then.
const SETTLED: usize = 40;
const MEASURED: usize = 6;

impl NetworkRace {
    fn new(
        on_device: Rc<dyn DeviceNetwork>,
        (wiring, drive): (&Arc<Wiring>, &Arc<Drive>),
        parameters: Parameters,
    ) -> Self {
        let places = drive.rates.rows().min(PLACES);
        // From the last on; the first of each kind compiles and fills caches.
        let turn = |steps, places, every_step| Turn {
            steps,
            places,
            every_step,
        };
        Self {
            on_device,
            wiring: Arc::clone(wiring),
            drive: Arc::clone(drive),
            parameters,
            run: None,
            turns: vec![
                turn(32, places, false),
                turn(2, places, false),
                turn(2, places, false),
                turn(100, 1, true),
                turn(2, 1, true),
            ],
            one_ms: f64::NAN,
            all_ms: f64::NAN,
            cpu: None,
            cpu_ms: Vec::new(),
        }
    }

    fn phase(&self, steps: usize) -> Phase {
        Phase {
            settle_steps: steps,
            ..Phase::visit(&self.parameters, 1.0)
        }
    }

    fn advance(&mut self, workload: Workload) -> Option<Times> {
        if let Some(&turn) = self.turns.last() {
            self.gpu(turn);
            return None;
        }
        let (places, units) = (self.drive.rates.rows().min(PLACES), self.wiring.units());
        if self.cpu_ms.len() < MEASURED {
            self.cpu();
            return None;
        }
        let least = self.cpu_ms.iter().copied().fold(f64::INFINITY, f64::min);
        let here = self.cpu.as_ref().map_or(1, |run| run.places().len());
        Some(Times {
            workload,
            gpu_ms: self.one_ms,
            gpu_all_ms: self.all_ms,
            cpu_all_ms: least / here as f64 * places as f64,
            gflops: 2.0 * places as f64 * (units as f64) * (units as f64) / self.all_ms / 1e6,
        })
    }

    fn gpu(&mut self, turn: Turn) {
        let Turn {
            steps,
            places,
            every_step,
        } = turn;
        let phase = self.phase(steps);
        let (run, since, come) = self.run.get_or_insert_with(|| {
            let places: Vec<usize> = (0..places).collect();
            let drive = &self.drive.rates;
            let run = self
                .on_device
                .run(phase, &places, drive, &self.parameters, &[], every_step);
            (run, now(), 0)
        });
        *come += run.take().len();
        let expected = places * self.wiring.units() * if every_step { steps } else { 1 };
        if *come < expected {
            return;
        }
        let each = ms(*since) / steps as f64;
        self.run = None;
        self.turns.pop();
        if places == 1 && every_step {
            self.one_ms = each;
        } else {
            self.all_ms = each;
            // A slow one is known well enough, and is not kept busy.
            if each * steps as f64 > LONG_MS {
                self.turns.clear();
            }
        }
    }

    fn cpu(&mut self) {
        let units = self.wiring.units();
        let phase = self.phase(SETTLED + MEASURED);
        let run = self.cpu.get_or_insert_with(|| {
            let all = self.drive.rates.rows();
            let most = if cfg!(target_arch = "wasm32") { 8 } else { 20 };
            let places = (40_000 / units.max(1)).clamp(1, most).min(all);
            Run::new(phase, (0..places).collect(), units)
        });
        let begin = now();
        while ms(begin) < SLICE_MS && !run.is_over() {
            let step = now();
            run.advance(&self.wiring, &self.parameters, &[], &self.drive.rates);
            if run.step() > SETTLED {
                self.cpu_ms.push(ms(step));
            }
        }
    }
}

/// The policy at all states, several times on each.
struct TransformerRace {
    on_device: Box<dyn DeviceTransformer>,
    transformer: Arc<Transformer>,
    context: Context,
    tokens: Vec<f32>,
    queries: Vec<f32>,
    asked: Option<(Pending<Answers>, Instant)>,
    gpu_ms: Vec<f64>,
    cpu_ms: Vec<f64>,
}

/// Questions on each machine, at most.
const QUESTIONS: usize = 4;
/// Tokens that the CPU encodes in one go.
const ENCODED: usize = 16;

impl TransformerRace {
    fn new(
        mut on_device: Box<dyn DeviceTransformer>,
        transformer: Arc<Transformer>,
        count: usize,
        queries: Vec<f32>,
    ) -> Self {
        let shape = transformer.shape();
        // What the tokens are makes no difference to how long they take.
        let mut tokens = vec![0.0; count * shape.token_width()];
        Random::new(0, Stream::Initial, 0).fill_normal(&mut tokens);
        on_device.append(&tokens);
        Self {
            on_device,
            context: Context::new(shape),
            transformer,
            tokens,
            queries,
            asked: None,
            gpu_ms: Vec::new(),
            cpu_ms: Vec::new(),
        }
    }

    fn advance(&mut self, workload: Workload) -> Option<Times> {
        let shape = self.transformer.shape();
        let length = self.tokens.len() / shape.token_width();
        let visible = vec![length; self.queries.len() / shape.token_width()];
        let want = Want {
            hidden: true,
            attention: false,
        };
        // The first one compiles: there are two at least.
        let few = |times: &[f64]| {
            times.len() < 2 || times.len() < QUESTIONS && times.iter().sum::<f64>() < LONG_MS
        };
        if few(&self.gpu_ms) {
            let (answers, since) = self.asked.get_or_insert_with(|| {
                let begin = now();
                (
                    self.on_device.ask(&visible, &self.queries, want, &[]),
                    begin,
                )
            });
            if answers.take().is_some() {
                self.gpu_ms.push(ms(*since));
                self.asked = None;
            }
            return None;
        }
        let begin = now();
        while self.context.len() < length {
            let end = length.min(self.context.len() + ENCODED);
            let range = self.context.len() * shape.token_width()..end * shape.token_width();
            self.context.append(&self.transformer, &self.tokens[range]);
            if ms(begin) > SLICE_MS {
                return None;
            }
        }
        if few(&self.cpu_ms) {
            let begin = now();
            let answers = self
                .transformer
                .ask_each(&self.context, &visible, &self.queries, want);
            self.cpu_ms.push(ms(begin));
            drop(answers);
            return None;
        }
        let least = |times: &[f64]| times.iter().copied().fold(f64::INFINITY, f64::min);
        let gpu_ms = least(&self.gpu_ms);
        Some(Times {
            workload,
            gpu_ms,
            gpu_all_ms: gpu_ms,
            cpu_all_ms: least(&self.cpu_ms),
            gflops: operations(shape, visible.len(), length) / gpu_ms / 1e6,
        })
    }
}

/// Multiplications and additions of `rows` questions on a context of `length` tokens.
fn operations(shape: Shape, rows: usize, length: usize) -> f64 {
    let (d, layers) = (shape.width as f64, shape.layers as f64);
    let weights = 12.0 * d * d * layers + d * (shape.token_width() + shape.actions) as f64;
    let attention = 2.0 * (length + 1) as f64 * d * layers;
    2.0 * rows as f64 * (weights + attention)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Workbench;

    #[test]
    fn a_longer_context_is_another_workload() {
        let mut lab = Workbench::from_link("lab=maze&walker=me").unwrap();
        lab.settle();
        let Some(Workload::Transformer { tokens, states, .. }) = lab.workload() else {
            panic!("the maze lab asks a transformer");
        };
        assert_eq!((tokens, states), (200, 25));
        let mut lab = Workbench::from_link("lab=maze&t=500").unwrap();
        lab.settle();
        let long = lab.workload();
        assert!(matches!(
            long,
            Some(Workload::Transformer { tokens: 800, .. })
        ));
        let lab = Workbench::from_link("lab=caching&units=500").unwrap();
        assert_eq!(lab.workload(), None, "there is no network yet");
    }

    #[test]
    fn operations_are_those_of_the_paper() {
        // A query of the paper's size takes 20 to 29 million operations.
        let shape = Shape {
            width: 512,
            layers: 3,
            heads: 8,
            sensory: 10,
            actions: 5,
        };
        let million = operations(shape, 1, 800) / 1e6;
        assert!((20.0..29.0).contains(&million), "{million}");
    }
}
