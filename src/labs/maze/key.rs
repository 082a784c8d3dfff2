//! Keys: all that derived values depend on. Equal keys mean equal values, bit for bit on the CPU.

use super::{Key, MazeLab};
use chickadee_engine::worlds::maze::Protocol;

/// The context that the transformer is given: all that its answers depend on beside the question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContextKey {
    /// Hash of the weights.
    pub model: u64,
    /// Number of the device among those that the lab has had.
    pub device: u64,
    /// [Mark](super::run::Run::mark) of the task alone.
    pub task: u64,
    /// Whether memories hold their rewards.
    pub rewards: bool,
    /// Number of memories, deleted ones included.
    pub look: usize,
    /// Mark of these memories.
    pub mark: u64,
}

impl ContextKey {
    /// Whether tokens mean the same in both: the task, the weights and the device are the same.
    pub fn is_alike(&self, other: &Self) -> bool {
        (self.model, self.device, self.task) == (other.model, other.device, other.task)
    }
}

/// The point of view: all that decides about the cheap parts of what is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViewKey {
    /// Soft-max temperature.
    pub temperature: f64,
    /// Decay of the kernel with distance.
    pub gamma: f64,
    /// The state that is rewarded.
    pub goal: usize,
    /// The state that is asked about.
    pub query: usize,
    /// Starts and horizon of the return.
    pub protocol: Protocol,
}

impl MazeLab {
    /// The context of the first `look` memories; `None` while there is no model.
    pub(super) fn context_key(&self, look: usize) -> Option<ContextKey> {
        let look = look.min(self.run.memories.len());
        Some(ContextKey {
            model: self.model()?.info.hash,
            device: self.devices,
            task: self.run.mark(0),
            rewards: self.settings.is_on(Key::Rewards),
            look,
            mark: self.run.mark(look),
        })
    }

    /// Whether a context is one of the memories as they are, up to some length.
    pub(super) fn begins_with(&self, context: &ContextKey) -> bool {
        self.context_key(context.look) == Some(*context)
    }

    /// Whether what was found in a context can be shown beside the memories as they are: the same task, and no more memories.
    pub(super) fn fits(&self, context: &ContextKey) -> bool {
        context.task == self.run.mark(0) && context.look <= self.run.memories.len()
    }

    /// The point of view of now.
    pub(super) fn view_key(&self) -> ViewKey {
        ViewKey {
            temperature: self.settings.get(Key::Temperature),
            gamma: self.settings.get(Key::Gamma),
            goal: self.run.task.goal,
            query: self.query(),
            protocol: self.settings.protocol(),
        }
    }
}
