//! A deep Q-network that learns from the same memories, in the background.

use super::{Key, MazeLab, curve::experience, learning::LearningRun, output::value};
use crate::session::{Derived, Progress};
use chickadee_engine::{
    analysis::probabilities,
    base::Matrix,
    models::baselines::{DqnSettings, Learner, Learning},
    worlds::maze::Protocol,
};

/// A deep Q-network and its return.
pub(super) struct ValueLearner {
    run: LearningRun,
    /// Parts of its learning, and those that have come.
    parts: usize,
    come: usize,
    /// Action values of the last of them, states × actions.
    values: Option<Matrix>,
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

impl ValueLearner {
    /// Asks again for what is out: those who were asked are gone.
    pub fn ask_again(&mut self) {
        self.run.ask_again();
    }

    /// Judges what was learned, for the goal of now.
    fn judge(&mut self, lab: &MazeLab) {
        let task = &lab.run.task;
        self.goal = task.goal;
        if let Some(values) = &self.values {
            let protocol = lab.settings.protocol();
            let policy = probabilities(values, protocol.value_temperature());
            self.value = value(protocol, task, &policy, &lab.run, lab.look());
        }
    }
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
        let task = &lab.run.task;
        let learning = Learning {
            learner: Learner::Network(how),
            codes: task.codes.clone(),
            actions: task.maze.actions(),
            experience: experience(&lab.run, key.look, key.rewards),
            random: (0, key.look as u64),
        };
        Self {
            parts: learning.parts(),
            run: LearningRun::new(learning),
            come: 0,
            values: None,
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

    /// One epoch, or what another core has learned meanwhile, or a new judgement where the goal has moved.
    fn advance(&mut self, lab: &MazeLab) -> Progress {
        if self.goal != lab.run.task.goal {
            self.judge(lab);
            return Progress::Worked;
        }
        if self.come == self.parts {
            return Progress::Idle;
        }
        let progress = self.run.advance(lab.device.as_deref());
        while let Some(values) = self.run.take() {
            self.come += 1;
            self.values = Some(values);
            self.judge(lab);
        }
        progress
    }

    fn fraction(&self) -> f64 {
        self.come as f64 / self.parts as f64
    }
}
