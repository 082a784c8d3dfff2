//! The transformer joins in: memory tokens of a gridworld as the slots of one attention head.
//!
//! A transformer is a key–value memory with learned keys. Each memory token (state, action, next state, reward) leaves a key and a value
//! in every head; the query of a state is compared with all keys, a soft-max makes weights of the similarities, and the weighted
//! values are what the head tells the rest of the network. Here one head is looked at, and its keys are replaced while
//! everything else stays as it was trained:
//!
//! ```text
//! learned    ⟨q, k⟩ / √width                        the network as it is
//! barcode    β cos(code of the last memory of the query's state, code of each memory)      random sparse codes
//! content    β cos(sensory code of the query's state, sensory code of each memory's state)
//! ```
//! The state of a memory is that in which it began, or that in which it ended: a setting, since a memory has both.
//!
//! A token also reads itself. That share is not about memories and stays what the learned keys make it: similarities of replaced keys
//! are moved by a constant, which the soft-max among the memories does not feel, so that all memories together keep their weight.
//! Without a memory of its state the barcode query is silent: all similarities are 0, and a soft-max then reads all memories alike.
//!
//! Nothing of this is computed or fetched while the setting `transformer` is off.

mod context;
mod keys;
mod readings;
mod report;

pub use context::SlotContext;
pub use keys::{MemoryState, ReplacedKeys};
pub use readings::{HeadReadings, Reading, SlotsRead};
pub use report::TransformerReport;

use chickadee_engine::{models::transformer::Head, worlds::maze::Family};

use super::{Bridge, Key};
use crate::{
    labs::maze::{Model, Shipped},
    session::{FrameOf, Received},
};

/// The checkpoint that joins in.
fn checkpoint() -> &'static Shipped {
    Shipped::usual(Family::Gridworld)
}

impl Bridge {
    /// Whether the transformer is asked for.
    #[must_use]
    pub fn shows_transformer(&self) -> bool {
        self.run.settings.is_on(Key::Transformer)
    }

    /// The head that is looked at.
    #[must_use]
    pub fn head(&self) -> Head {
        let number = |key| self.run.settings.count(key).max(1) - 1;
        Head {
            layer: number(Key::Layer),
            head: number(Key::Head),
        }
    }

    /// The state that is asked about.
    #[must_use]
    pub fn queried(&self) -> usize {
        self.run.settings.count(Key::Query)
    }

    /// The state by which replaced keys find a memory.
    #[must_use]
    pub fn matched(&self) -> MemoryState {
        match self.run.settings.count(Key::Match) {
            0 => MemoryState::Began,
            _ => MemoryState::Ended,
        }
    }

    /// The checkpoint that has to be brought: the name of a file without its ending.
    pub(super) fn wanted(&self) -> Option<&'static str> {
        self.shows_transformer()
            .then(|| self.models.wanted(checkpoint()))
            .flatten()
            .map(|wanted| wanted.name)
    }

    /// Whether the checkpoint is asked for and may still come.
    pub(super) fn awaits_transformer(&self) -> bool {
        self.wanted().is_some() && !self.models.is_unavailable(checkpoint())
    }

    /// Fraction of the checkpoint that has come; `None` where none is on its way.
    #[must_use]
    pub fn loading(&self) -> Option<f64> {
        self.awaits_transformer().then_some(self.models.loading)
    }

    /// Reads the checkpoint where it is part of the program, once it is asked for.
    pub(super) fn find_transformer(&mut self, frame: &mut FrameOf<Self>) {
        if self.shows_transformer()
            && let Err(error) = self.models.find(checkpoint())
        {
            frame.message(error);
        }
    }

    /// Takes what has come of the wanted checkpoint.
    pub(super) fn receive_transformer(
        &mut self,
        received: Received<'_>,
        frame: &mut FrameOf<Self>,
    ) -> Result<(), String> {
        self.models
            .take(checkpoint(), received, |why| frame.message(why))
    }

    /// Whether the transformer is asked for, and there.
    #[must_use]
    pub fn has_transformer(&self) -> bool {
        self.transformer_model().is_some()
    }

    fn transformer_model(&self) -> Option<&Model> {
        self.shows_transformer()
            .then(|| self.models.get(checkpoint()))
            .flatten()
    }

    /// The task and its memories as slots, once the transformer is there.
    #[must_use]
    pub fn slot_context(&self) -> Option<&SlotContext> {
        self.derived.slot_context.current(self)
    }

    /// What the head reads with each kind of keys, as far as computed.
    #[must_use]
    pub fn readings(&self) -> Option<&HeadReadings> {
        self.derived.readings.current(self)
    }

    /// What the head reads at the state that is asked about, with one kind of keys.
    #[must_use]
    pub fn slots_read(&self, keys: ReplacedKeys) -> Option<SlotsRead<'_>> {
        self.readings()?.at(keys, self.queried())
    }
}
