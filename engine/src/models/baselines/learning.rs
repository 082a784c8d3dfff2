use super::{Dqn, DqnSettings, QTable, QTableSettings, Transition};
use crate::base::{
    matrix::Matrix,
    random::{Random, Stream},
};

/// A value learner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Learner {
    /// A [`QTable`].
    Table(QTableSettings),
    /// A [`Dqn`].
    Network(DqnSettings),
}

/// A value learner with all that its action values depend on: whoever computes it, here or on another core, finds the same bits.
#[derive(Clone, Debug, PartialEq)]
pub struct Learning {
    /// Who learns, and with which settings.
    pub learner: Learner,
    /// Sensory codes of the states, states × numbers of a code.
    pub codes: Matrix,
    /// Number of actions.
    pub actions: usize,
    /// What it learns from.
    pub experience: Vec<Transition>,
    /// The seed of the agent's random numbers, and which of the numbers that follow from it.
    pub random: (u64, u64),
}

/// A [`Learning`] on its way, in slices.
#[derive(Clone, Debug)]
pub struct LearningProgress {
    learning: Learning,
    /// The network, once it is drawn.
    network: Option<(Dqn, Random)>,
    parts: usize,
}

/// Epochs of a network between two parts.
const EPOCHS_OF_PART: usize = 50;

impl Learning {
    /// How often it gives action values: a table once, a network every 50 epochs.
    #[must_use]
    pub fn parts(&self) -> usize {
        match self.learner {
            Learner::Table(_) => 1,
            Learner::Network(how) => how.epochs.div_ceil(EPOCHS_OF_PART),
        }
    }

    /// Whether all states and actions of the experience exist.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let states = self.codes.rows();
        self.experience
            .iter()
            .all(|step| step.state < states && step.next < states && step.action < self.actions)
    }
}

impl LearningProgress {
    /// Nothing is learned yet.
    ///
    /// # Panics
    /// When the learning [is not sound](Learning::is_sound).
    #[must_use]
    pub fn new(learning: Learning) -> Self {
        assert!(
            learning.is_sound(),
            "an experience names a state or an action that is not there"
        );
        Self {
            learning,
            network: None,
            parts: 0,
        }
    }

    /// Whether all is learned.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.parts >= self.learning.parts()
    }

    /// A table, or an epoch of a network; action values, states × actions, whenever a part of it is through. Not to be called when
    /// [it is over](Self::is_over).
    pub fn advance(&mut self) -> Option<Matrix> {
        let Learning {
            learner,
            codes,
            actions,
            experience,
            random: (seed, index),
        } = &self.learning;
        let random = || Random::new(*seed, Stream::Agent, *index);
        let values = match learner {
            Learner::Table(how) => {
                let states = codes.rows();
                let table = QTable::learn(states, *actions, experience, how, &mut random());
                table.table().clone()
            }
            Learner::Network(how) => {
                let (network, random) = self.network.get_or_insert_with(|| {
                    let mut random = random();
                    let network = Dqn::new(codes, *actions, experience, how, &mut random);
                    (network, random)
                });
                network.epochs(1, random);
                let done = network.epochs_done();
                if !done.is_multiple_of(EPOCHS_OF_PART) && done < how.epochs {
                    return None;
                }
                network.values_of(codes)
            }
        };
        self.parts += 1;
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learning(learner: Learner) -> Learning {
        let step = |state, action, next, reward| Transition {
            state,
            action,
            next,
            reward,
        };
        Learning {
            learner,
            codes: Matrix::from_values(3, 2, vec![1.0, 0.0, 0.5, -1.0, 0.0, 2.0]),
            actions: 2,
            experience: vec![step(0, 1, 1, 0.0), step(1, 0, 2, 1.0), step(2, 1, 0, 0.0)],
            random: (3, 5),
        }
    }

    #[test]
    fn parts_are_those_of_the_learner_at_one_go() {
        let how = DqnSettings {
            epochs: 120,
            rate: 1e-3,
            ..DqnSettings::default()
        };
        let of = learning(Learner::Network(how));
        assert_eq!(of.parts(), 3);
        let mut progress = LearningProgress::new(of.clone());
        let mut parts = Vec::new();
        while !progress.is_over() {
            parts.extend(progress.advance());
        }
        assert_eq!(parts.len(), 3);
        for (part, epochs) in parts.iter().zip([50, 100, 120]) {
            let mut random = Random::new(3, Stream::Agent, 5);
            let how = DqnSettings { epochs, ..how };
            let whole = Dqn::learn(&of.codes, 2, &of.experience, &how, &mut random);
            assert_eq!(part, &whole.values_of(&of.codes), "{epochs} epochs");
        }
        let of = learning(Learner::Table(QTableSettings::default()));
        let mut progress = LearningProgress::new(of.clone());
        let table = progress.advance().unwrap();
        assert!(progress.is_over() && of.parts() == 1);
        assert!(table.row(1)[0] > 0.9, "{table:?}");
    }

    #[test]
    fn what_names_no_state_is_not_sound() {
        let mut of = learning(Learner::Table(QTableSettings::default()));
        assert!(of.is_sound());
        of.experience[0].next = 3;
        assert!(!of.is_sound());
        of = learning(Learner::Table(QTableSettings::default()));
        of.experience[2].action = 2;
        assert!(!of.is_sound());
    }
}
