//! The maze lab: an agent gathers experience in a maze, and a transformer with frozen weights makes sense of it.
//!
//! ```text
//! Command ─► Run (task, memories, log) ─► ContextEncoder (keys and values, from the first change on)
//!                                            └─► ModelOutput (policy, attention, representation at `look`)
//!                                                   └─► Pattern, LinearReadout, Curve, ComparisonTask …
//! ```
//!
//! One step of time is one transition. A command changes the run at once; everything shown is
//! [`Derived`](crate::session::Derived) from the run and listed once, in `Beside`, from the most to the least urgent. Its
//! key holds a *mark* of the memories that it was made from: a hash of the task and of every memory with its edits. So a value
//! belongs to the memories as they are exactly when its key says so, and undo, scrubbing and restored memories find again what was
//! computed before.
//!
//! First all memories are encoded, then the policy at every state is found, then all else. Time passes only when the policy is known,
//! so that a slow machine shows the same as a fast one.
//!
//! *Settings + log* is the saved run. The transformer's own steps are kept as actions, so that a link needs no weights to
//! be read.

mod activity;
mod attribution;
mod command;
mod comparison;
mod curve;
mod dispatch;
mod dqn;
mod encoder;
mod event;
mod explored;
mod field;
mod interface;
mod key;
mod lab;
mod learning;
mod link;
mod local;
mod model;
mod models;
mod output;
mod pattern;
mod readout;
mod report;
mod run;
mod scenes;
mod settings;
mod shipped;
mod shown;
mod summary;
mod work;

use std::{collections::VecDeque, rc::Rc};

pub use activity::Activity;
pub use command::{Command, Edit, Which};
pub use comparison::ComparisonTask;
pub use curve::CurvePoint;
pub use event::{MazeEvent, memory_in_words, state_in_words};
pub(crate) use explored::Explored;
pub use lab::INFO;
pub use model::ModelInfo;
pub(crate) use model::{Model, Models};
pub use output::ModelOutput;
pub use pattern::Pattern;
pub use readout::{LinearReadout, Values as ReadoutValues};
pub use report::Report;
pub use run::{MAX_MEMORIES, Memory, Source};
pub use scenes::SCENES;
pub use settings::{Head, Key, Settings, TABLE, Walker, Weights};
pub use shipped::{SHIPPED, Shipped};

use self::{
    attribution::{DecisionAttribution, Request},
    curve::Curve,
    dqn::ValueLearner,
    encoder::ContextEncoder,
    field::Decision,
    run::Run,
};
use crate::{
    session::device::Device,
    session::{Scene, Slot, slots},
};

/// The maze lab.
pub struct MazeLab {
    settings: Settings,
    run: Run,
    /// The context length that is looked at; all of it if none.
    look: Option<usize>,
    /// The state that is asked about; the agent's if none.
    query: Option<usize>,
    /// The scene that was opened; undo brings it back.
    scene: Option<&'static Scene>,
    /// The decision that is to be attributed, if any.
    requested: Option<Request>,
    /// Steps that the transformer still takes on its way home.
    homing: usize,
    /// Actions of the user that are still to be taken.
    queue: VecDeque<usize>,
    models: Models,
    /// The hash of the transformer of the user's own that a link was made with, while that is not here.
    expected_model: Option<u64>,
    /// Transformer, layer and head that messages were last about, or could have been.
    told: Option<(u64, usize, Head)>,
    /// The device beside the CPU, if any, and how many devices there have been.
    device: Option<Rc<dyn Device>>,
    devices: u64,
    encoder: Slot<MazeLab, ContextEncoder>,
    output: Slot<MazeLab, ModelOutput>,
    decision: Slot<MazeLab, Decision>,
    beside: Beside,
}

slots! {
    /// All that is derived beside the policy, from the quickest to the slowest.
    struct Beside of MazeLab {
        /// The matrix of attention, or rollout.
        pattern: Pattern,
        /// Linear readouts.
        readout: LinearReadout,
        /// Integrated gradients.
        attribution: DecisionAttribution,
        /// Return by context length.
        curve: Curve,
        /// The comparison task.
        comparison: ComparisonTask,
        /// The deep Q-network.
        dqn: ValueLearner,
    }
}

/// A state that undo brings back.
#[derive(Clone)]
pub struct Snapshot {
    settings: Settings,
    run: Rc<Run>,
    look: Option<usize>,
    query: Option<usize>,
    scene: Option<&'static Scene>,
    /// The transformer of the user's own, and the hash of one that was expected.
    own: Option<Model>,
    expected_model: Option<u64>,
}

impl MazeLab {
    /// The context length that is looked at.
    fn look(&self) -> usize {
        let all = self.run.memories.len();
        self.look.map_or(all, |look| look.min(all))
    }

    /// The state that is asked about.
    fn query(&self) -> usize {
        self.query.unwrap_or(self.run.agent)
    }

    /// The transformer for this kind of maze.
    fn model(&self) -> Option<&Model> {
        self.models.get(self.settings.checkpoint())
    }

    /// The layer that is looked at, from 0; `None` while there is no model.
    fn layer(&self) -> Option<usize> {
        let layers = self.model()?.info.shape.layers;
        Some(self.settings.count(Key::Layer).clamp(1, layers) - 1)
    }

    /// The output of the transformer, if it is that of the memories as they are.
    fn output_now(&self) -> Option<&ModelOutput> {
        let output = self.output.current(self)?;
        output.is_seen_from(&self.view_key()).then_some(output)
    }
}

#[cfg(test)]
mod device_tests;
#[cfg(test)]
mod tests;
