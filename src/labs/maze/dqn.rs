//! A deep Q-network that learns from the same memories, in the background.

use super::{Key, MazeLab, curve::experience, output::value};
use crate::session::{Derived, Progress};
use chickadee_engine::{
    analysis::probabilities,
    base::random::{Random, Stream},
    models::baselines::{Dqn, DqnSettings},
    worlds::maze::Protocol,
};

/// A deep Q-network and its return.
pub(super) struct ValueLearner {
    network: Dqn,
    random: Random,
    epochs: usize,
    /// Expected return of its greedy policy, as far as it has learned.
    pub value: f64,
    /// The goal that `value` is the return to.
    goal: usize,
}

/// Epochs of the network: a tenth of the published number, which take seconds rather than a minute.
const EPOCHS: usize = 1000;

/// All that a deep Q-network depends on.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct DqnKey {
    look: usize,
    mark: u64,
    rewards: bool,
    goal: usize,
    protocol: Protocol,
}

impl Derived<MazeLab> for ValueLearner {
    type Key = DqnKey;

    fn key(lab: &MazeLab) -> Option<DqnKey> {
        let look = lab.look();
        (lab.settings.is_on(Key::Dqn) && look > 0).then(|| DqnKey {
            look,
            mark: lab.run.mark(look),
            rewards: lab.settings.is_on(Key::Rewards),
            goal: lab.run.task.goal,
            protocol: lab.settings.protocol(),
        })
    }

    fn start(lab: &MazeLab, key: &DqnKey) -> Self {
        let how = DqnSettings {
            discount: key.protocol.network_discount(),
            // Ten times the published rate for a tenth of the epochs.
            rate: 10.0 * DqnSettings::default().rate,
            epochs: EPOCHS,
            ..DqnSettings::default()
        };
        let mut random = Random::new(0, Stream::Agent, key.look as u64);
        let memories = experience(&lab.run, key.look, key.rewards);
        let task = &lab.run.task;
        let actions = task.maze.actions();
        Self {
            network: Dqn::new(&task.codes, actions, &memories, &how, &mut random),
            random,
            epochs: 0,
            value: 0.0,
            goal: task.goal,
        }
    }

    /// Another goal is another judgement of what was learned.
    fn follow(&mut self, _: &MazeLab, from: &DqnKey, to: &DqnKey) -> bool {
        DqnKey {
            goal: to.goal,
            ..*from
        } == *to
    }

    /// One epoch, or a new judgement where the goal has moved.
    fn advance(&mut self, lab: &MazeLab) -> Progress {
        let task = &lab.run.task;
        if self.epochs >= EPOCHS && self.goal == task.goal {
            return Progress::Idle;
        }
        if self.epochs < EPOCHS {
            self.network.epochs(1, &mut self.random);
            self.epochs += 1;
        }
        if self.epochs.is_multiple_of(50) || self.goal != task.goal {
            self.goal = task.goal;
            let protocol = lab.settings.protocol();
            let values = self.network.values_of(&task.codes);
            let policy = probabilities(&values, protocol.value_temperature());
            self.value = value(protocol, task, &policy, &lab.run, lab.look());
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        self.epochs as f64 / EPOCHS as f64
    }
}
