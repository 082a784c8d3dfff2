//! Where models run: another device to compute on, as a session sees it: a GPU or other cores, without knowing either.
//!
//! A session asks, goes on, and looks from slice to slice whether the answer has come. Errors are kept and not thrown: after
//! the first one no answer comes any more, and the session, which asks for [`error`](Device::error) in every slice,
//! goes back to the CPU with its memories as they are. What computes is behind these traits, so that the core
//! builds without wgpu, and tests can bring a machine that fails as they like.

use std::{rc::Rc, str::FromStr, sync::Arc};

use serde::Serialize;

use super::portable::{Part, Portable};
use crate::texts;
use chickadee_engine::{
    base::Matrix,
    models::{
        barcode::{Memory, Parameters, Phase, Wiring},
        transformer::{
            Answers, Context, Gradient, Mask, TokenGradients, TrainingExample, Transformer, Want,
        },
    },
};

/// Where models are to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// On the GPU where there is one that passes the self-test and is faster, else on the CPU.
    #[default]
    Auto,
    /// On the GPU, also a slow one.
    Gpu,
    /// On the CPU: the same bits everywhere.
    Cpu,
}

impl Backend {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Gpu, Self::Cpu];

    /// The word in links and options.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Gpu => "gpu",
            Self::Cpu => "cpu",
        }
    }
}

impl FromStr for Backend {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|backend| backend.word() == text);
        found.ok_or_else(|| texts::session::backend_unknown().to_owned())
    }
}

/// A device beside the CPU.
pub trait Device {
    /// The first thing that went wrong, in one sentence, if anything did.
    fn error(&self) -> Option<String>;

    /// Whether its numbers are those of the CPU to the bit: then it makes no difference who has computed what.
    fn is_exact(&self) -> bool {
        false
    }

    /// Whether other cores compute something for anybody at this moment.
    fn is_at_work(&self) -> bool {
        false
    }

    /// Begins with weights that are being drawn here, too, and will be asked for: those of `seed`, for `units` units.
    fn prepare(&self, _seed: u64, _units: usize) {}

    /// A network with these weights. `seed` is what they were drawn from.
    fn network(&self, seed: u64, wiring: &Wiring) -> Rc<dyn DeviceNetwork>;

    /// A transformer with an empty context; `None` where the CPU is to do that, with the device beside it.
    fn transformer(&self, transformer: &Transformer) -> Option<Box<dyn DeviceTransformer>>;

    /// Other cores beside the CPU, where it is the CPU that encodes contexts of this transformer; `hash` is that of its weights.
    fn helpers(&self, _transformer: &Arc<Transformer>, _hash: u64) -> Option<Box<dyn Helpers>> {
        None
    }

    /// How much portable work with weights of `bytes` bytes other cores would begin soon; `None` where there are no other cores.
    fn room(&self, _bytes: usize) -> Option<usize> {
        None
    }

    /// Work by another core, part after part; `None` where there is none, or no such work.
    fn begin(&self, _work: Portable) -> Option<Pending<Part>> {
        None
    }

    /// Waits a moment for an answer. Returns whether that made sense: in a page answers only come between frames.
    fn wait(&self) -> bool;
}

/// A barcode network on a [`Device`].
pub trait DeviceNetwork {
    /// Starts some places settling together from silence. `drive` holds a row per place of the world; `steps` says whether
    /// the activity after every step is wanted, or the last alone.
    fn run(
        &self,
        phase: Phase,
        places: &[usize],
        drive: &Matrix,
        parameters: &Parameters,
        memories: &[Memory],
        steps: bool,
    ) -> Box<dyn DeviceRun>;

    /// Whether it can and should compute with these parameters: all places, or with `steps` a single run.
    fn suits(&self, parameters: &Parameters, _steps: bool) -> bool {
        // Weights towards units ahead are the CPU's alone.
        parameters.skew.is_none()
    }

    /// Number of workers that let groups of places settle beside each other; `None` for a device that takes a whole ring at once.
    fn workers(&self) -> Option<usize> {
        None
    }
}

/// Places settling on a [`Device`].
pub trait DeviceRun {
    /// What has come since the last call, states × N one behind the other: of a run of which every step is wanted the
    /// activity after each new step, else the activity at its end, once.
    fn take(&mut self) -> Vec<f32>;

    /// The first step that overflowed among those that came, if one did, on a device that is exact.
    fn overflow(&self) -> Option<usize> {
        None
    }

    /// Pre-activation beside what [`take`](Self::take) has given, on a device that is exact.
    fn preactivation(&mut self) -> Vec<f32> {
        Vec::new()
    }
}

/// A transformer and its context on a [`Device`].
pub trait DeviceTransformer {
    /// Forgets the tokens from `length` on.
    fn truncate(&mut self, length: usize);

    /// Encodes tokens at the end of the context.
    fn append(&mut self, tokens: &[f32]);

    /// Asks queries, each on a context length of its own; as [`Transformer::ask_each`].
    fn ask(
        &self,
        visible: &[usize],
        queries: &[f32],
        want: Want,
        masks: &[Mask],
    ) -> Pending<Answers>;

    /// Other cores that stand by from now on, or none.
    fn set_helpers(&mut self, _helpers: Option<Box<dyn Helpers>>) {}

    /// Number of questions that other cores would begin soon; `None` where there are none.
    fn room_aside(&self) -> Option<usize> {
        None
    }

    /// As [`ask`](Self::ask), by other cores where there are some: for what may come later.
    fn ask_aside(
        &self,
        visible: &[usize],
        queries: &[f32],
        want: Want,
        masks: &[Mask],
    ) -> Pending<Answers> {
        self.ask(visible, queries, want, masks)
    }

    /// [`Attribution::slopes`](chickadee_engine::models::transformer::Attribution::slopes) of a lesson by other cores; `None` where there are none.
    fn slopes_aside(
        &self,
        _lesson: &TrainingExample,
        _about: (usize, Gradient),
    ) -> Option<Pending<Slopes>> {
        None
    }

    /// Derivatives by the tokens of a context, for attributions; `None` where that is too large for this machine.
    fn token_gradients(
        &self,
        lesson: &TrainingExample,
        d_logits: &[f32],
    ) -> Option<Pending<TokenGradients>>;
}

/// Other cores that answer with the CPU's own bits from a context that the CPU has encoded.
pub trait Helpers {
    /// Number of questions that they would begin soon; `None` while there is nobody to ask, be it that they still hear the weights.
    fn room(&self) -> Option<usize>;

    /// As [`DeviceTransformer::ask`], from the tokens of this context as they are now.
    fn ask(
        &self,
        context: &Context,
        visible: &[usize],
        queries: &[f32],
        want: Want,
        masks: &[Mask],
    ) -> Pending<Answers>;

    /// [`Attribution::slopes`](chickadee_engine::models::transformer::Attribution::slopes) of a lesson.
    fn slopes(&self, lesson: &TrainingExample, about: (usize, Gradient)) -> Pending<Slopes>;
}

/// What [`Attribution::slopes`](chickadee_engine::models::transformer::Attribution::slopes) gives: a logit, and derivatives by tokens, T × token.
pub type Slopes = (f32, Vec<f32>);

/// A value on its way.
pub type Pending<T> = Box<dyn PendingValue<T>>;

/// A value on its way, as a device has it.
pub trait PendingValue<T> {
    /// The answer, once it is there. It can be taken once, and of several parts the next.
    fn take(&mut self) -> Option<T>;
}

/// What a session says when it goes on without its device, which was exact or not.
pub fn gave_up(trouble: &str, was_exact: bool) -> String {
    if was_exact {
        texts::session::GaveUpWorkers { trouble }.to_string()
    } else {
        texts::session::GaveUp { trouble }.to_string()
    }
}
