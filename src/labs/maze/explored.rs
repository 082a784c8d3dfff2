//! A task of the maze lab and a walk of its explorer, for other labs: the memories of `lab=maze&task=gridworld&seed=…&t=…`.

use super::{Settings, output::value, run::Run};
use chickadee_engine::{
    base::Matrix,
    worlds::maze::{Family, Task, Transition},
};

/// A gridworld of some seed, and what the explorer went through in it.
pub(crate) struct Explored {
    settings: Settings,
    run: Run,
}

impl Explored {
    /// The explorer's first `steps` memories in the task of a seed.
    ///
    /// # Errors
    /// When the task cannot be made: one sentence.
    pub fn new(seed: u64, steps: usize) -> Result<Self, String> {
        let mut settings = Settings::of(Family::Gridworld);
        settings
            .set_text("seed", &seed.to_string())
            .map_err(|error| error.to_string())?;
        let mut run = Run::new(&settings, None)?;
        (0..steps).for_each(|_| run.explore());
        Ok(Self { settings, run })
    }

    /// The task.
    pub fn task(&self) -> &Task {
        &self.run.task
    }

    /// The memories, in order.
    pub fn memories(&self) -> impl ExactSizeIterator<Item = Transition> + '_ {
        self.run.memories.iter().map(|memory| memory.transition)
    }

    /// The tokens of the memories, one behind the other.
    pub fn tokens(&self) -> Vec<f32> {
        let memories = self.run.memories.iter();
        memories
            .flat_map(|memory| self.run.token(memory, true))
            .collect()
    }

    /// Expected normalised return of a policy (states × actions), over the starts of the paper's protocol.
    pub fn value(&self, policy: &Matrix) -> f64 {
        let protocol = self.settings.protocol();
        let look = self.run.memories.len();
        value(protocol, &self.run.task, policy, &self.run, look)
    }
}
