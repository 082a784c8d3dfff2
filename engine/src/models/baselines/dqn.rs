use super::{Transition, adam::Adam, buffer::Buffer, largest, mlp::Mlp};
use crate::base::{matrix::Matrix, random::Random};

/// Settings of a [`Dqn`] (Fang & Rajan 2025, code: `dqn.py`, `eval_qlearning_offline.py` and the configuration of
/// figure 2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DqnSettings {
    /// γ: discount of a reward per step. The figures use 0.9 in the grid and 0.8 in the tree.
    pub discount: f32,
    /// Step size of Adam.
    pub rate: f32,
    /// Largest norm of the gradient.
    pub clip: f32,
    /// Passes over all transitions.
    pub epochs: usize,
    /// Transitions of a batch; a step is taken after each.
    pub batch: usize,
    /// Epochs between two renewals of the target values. The authors asked for 10 and got 1: the counter that
    /// is compared with the 10 stays at zero.
    pub target_every: usize,
    /// Keeps the weights after the epoch with the lowest mean loss, or else those after the last.
    pub lowest_loss: bool,
}

impl Default for DqnSettings {
    /// The authors' settings, with the discount of the grid.
    fn default() -> Self {
        Self {
            discount: 0.9,
            rate: 1e-5,
            clip: 0.5,
            epochs: 10_000,
            batch: 1024,
            target_every: 1,
            lowest_loss: true,
        }
    }
}

/// A deep Q-network, trained on one context: from the sensory code of a state through 256, 128, 64 and 32
/// rectified units to the values of its actions.
///
/// It can learn at one go ([`Dqn::learn`]) or in slices ([`Dqn::new`], then [`Dqn::epochs`] as often as one
/// likes); the numbers are the same.
#[derive(Clone, Debug)]
pub struct Dqn {
    settings: DqnSettings,
    actions: usize,
    buffer: Buffer,
    mlp: Mlp,
    adam: Adam,
    weights: Vec<f32>,
    gradient: Vec<f32>,
    /// The largest value of every distinct state when the target was renewed.
    targets: Vec<f32>,
    epoch: usize,
    loss: f64,
    kept: Vec<f32>,
    kept_epoch: usize,
    kept_loss: f64,
}

impl Dqn {
    /// Draws the initial weights and reads the experience, but learns nothing yet.
    ///
    /// `codes` has one row a state.
    ///
    /// # Panics
    /// When an experience names a state that `codes` does not have, or an action from `actions` on.
    #[must_use]
    pub fn new(
        codes: &Matrix,
        actions: usize,
        experience: &[Transition],
        settings: &DqnSettings,
        random: &mut Random,
    ) -> Self {
        assert!(
            experience.iter().all(|e| e.action < actions),
            "an action of the experience is none of the {actions}"
        );
        let buffer = Buffer::new(codes, experience, settings.batch);
        let states = buffer.codes.rows();
        let mlp = Mlp::new(codes.columns(), actions, states);
        let weights = mlp.initial(random);
        Self {
            settings: *settings,
            actions,
            targets: vec![0.0; states],
            adam: Adam::new(weights.len()),
            gradient: vec![0.0; weights.len()],
            kept: weights.clone(),
            weights,
            buffer,
            mlp,
            epoch: 0,
            loss: f64::INFINITY,
            kept_epoch: 0,
            kept_loss: f64::INFINITY,
        }
    }

    /// Learns for as many epochs as the settings say.
    ///
    /// # Panics
    /// As [`Dqn::new`].
    #[must_use]
    pub fn learn(
        codes: &Matrix,
        actions: usize,
        experience: &[Transition],
        settings: &DqnSettings,
        random: &mut Random,
    ) -> Self {
        let mut dqn = Self::new(codes, actions, experience, settings, random);
        dqn.epochs(settings.epochs, random);
        dqn
    }

    /// Learns for `count` more epochs. `random` shuffles the transitions between two epochs; it is asked for
    /// nothing when they all fit into one batch.
    pub fn epochs(&mut self, count: usize, random: &mut Random) {
        for _ in 0..count {
            self.one_epoch(random);
        }
    }

    /// The value of every action in a state that feels like `code`, one of those that it learnt from or not.
    /// For many states [`Dqn::values_of`] is much quicker.
    #[must_use]
    pub fn values(&self, code: &[f32]) -> Vec<f32> {
        Mlp::new(code.len(), self.actions, 1)
            .forward(&self.kept, code)
            .to_vec()
    }

    /// The values of many states, one row each: states × actions. Every row has the bits of [`Dqn::values`].
    #[must_use]
    pub fn values_of(&self, codes: &Matrix) -> Matrix {
        let values = Mlp::new(codes.columns(), self.actions, codes.rows())
            .forward(&self.kept, codes.values())
            .to_vec();
        Matrix::from_values(codes.rows(), self.actions, values)
    }

    /// Epochs so far.
    #[must_use]
    pub fn epochs_done(&self) -> usize {
        self.epoch
    }

    /// Mean squared error of the last epoch, each batch taken before its step; infinite before the first.
    #[must_use]
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// After which epoch the weights are those that answer, counted from 1; 0 for the initial ones.
    #[must_use]
    pub fn kept_epoch(&self) -> usize {
        self.kept_epoch
    }

    fn one_epoch(&mut self, random: &mut Random) {
        let batches = self.buffer.batches();
        let renew = self.epoch.is_multiple_of(self.settings.target_every.max(1));
        self.epoch += 1;
        let mut loss = 0.0;
        for batch in 0..batches {
            if batches > 1 {
                self.buffer.open(batch);
            }
            loss += self.slope(renew && batch == 0);
            self.adam.step(
                &mut self.weights,
                &self.gradient,
                self.settings.rate,
                self.settings.clip,
            );
        }
        self.buffer.next_epoch(random);
        self.loss = loss / batches.max(1) as f64;
        // As the authors have it: the loss from before the steps, the weights from after them.
        if !self.settings.lowest_loss || self.loss < self.kept_loss {
            self.kept_loss = self.loss;
            self.kept_epoch = self.epoch;
            self.kept.copy_from_slice(&self.weights);
        }
    }

    /// The gradient of the present batch; returns its loss.
    fn slope(&mut self, renew: bool) -> f64 {
        let codes = self.buffer.codes.values();
        let actions = self.actions;
        self.mlp.forward(&self.weights, codes);
        let (values, deltas) = self.mlp.ends();
        if renew {
            for (target, values) in self.targets.iter_mut().zip(values.chunks_exact(actions)) {
                *target = largest(values);
            }
        }
        deltas.fill(0.0);
        let share = 1.0 / self.buffer.in_batch as f32;
        let mut loss = 0.0;
        for (transition, &count) in self.buffer.transitions.iter().zip(&self.buffer.counts) {
            let at = transition.state * actions + transition.action;
            let ahead =
                super::ahead(transition, self.settings.discount) * self.targets[transition.next];
            let error = values[at] - (transition.reward + ahead);
            deltas[at] += 2.0 * share * count * error;
            loss += f64::from(count * (error * error));
        }
        self.mlp.backward(&self.weights, codes, &mut self.gradient);
        loss / self.buffer.in_batch as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Stream;

    fn random(seed: u64) -> Random {
        Random::new(seed, Stream::Initial, 0)
    }

    fn codes(states: usize) -> Matrix {
        let mut codes = Matrix::zeros(states, 10);
        Random::new(3, Stream::Task, 0).fill_normal(codes.values_mut());
        codes
    }

    /// A walk in a ring with a goal in state 0.
    fn walk(states: usize, length: usize) -> Vec<Transition> {
        let mut random = Random::new(4, Stream::Explore, 0);
        let mut state = states / 2;
        (0..length)
            .map(|_| {
                let action = random.below(4);
                let next = match action {
                    0 => (state + 1) % states,
                    1 => (state + states - 1) % states,
                    _ => state,
                };
                let reward = f32::from(u8::from(next == 0));
                let experience = Transition {
                    state,
                    action,
                    next,
                    reward,
                };
                state = next;
                experience
            })
            .collect()
    }

    /// Every transition for itself, next states too, as the authors compute it.
    #[test]
    fn merged_equals_plain() {
        let (codes, experience) = (codes(9), walk(9, 300));
        let settings = DqnSettings::default();
        let mut dqn = Dqn::new(&codes, 4, &experience, &settings, &mut random(1));
        assert!(dqn.buffer.codes.rows() <= 9 && dqn.buffer.transitions.len() <= 36);
        let loss = dqn.slope(true);

        let gather = |state: fn(&Transition) -> usize| -> Vec<f32> {
            let rows = experience.iter().map(state);
            rows.flat_map(|row| codes.row(row).to_vec()).collect()
        };
        let (here, next) = (gather(|e| e.state), gather(|e| e.next));
        let mut mlp = Mlp::new(10, 4, experience.len());
        let ahead = mlp.forward(&dqn.weights, &next).to_vec();
        mlp.forward(&dqn.weights, &here);
        let (values, deltas) = mlp.ends();
        let mut plain_loss = 0.0;
        for (i, e) in experience.iter().enumerate() {
            let target = e.reward + super::super::ahead(e, 0.9) * largest(&ahead[i * 4..][..4]);
            let error = values[i * 4 + e.action] - target;
            deltas[i * 4 + e.action] = 2.0 * error / 300.0;
            plain_loss += f64::from(error * error) / 300.0;
        }
        let mut gradient = vec![0.0; dqn.weights.len()];
        mlp.backward(&dqn.weights, &here, &mut gradient);

        assert!((loss - plain_loss).abs() < 1e-6 * plain_loss);
        let high = gradient.iter().fold(0.0_f32, |high, g| high.max(g.abs()));
        for (merged, plain) in dqn.gradient.iter().zip(&gradient) {
            assert!((merged - plain).abs() < 1e-5 * high, "{merged} {plain}");
        }
    }

    #[test]
    fn it_learns_a_chain() {
        // 0 → 1 → 2, rewarded at 2; the other action stays.
        let step = |state, action, next, reward| Transition {
            state,
            action,
            next,
            reward,
        };
        let experience = [
            step(0, 0, 0, 0.0),
            step(0, 1, 1, 0.0),
            step(1, 0, 1, 0.0),
            step(1, 1, 2, 1.0),
        ];
        let settings = DqnSettings {
            rate: 1e-3,
            epochs: 1500,
            ..DqnSettings::default()
        };
        let codes = codes(3);
        let dqn = Dqn::learn(&codes, 2, &experience, &settings, &mut random(2));
        let values = dqn.values_of(&codes);
        for (at, wanted) in [0.81, 0.9, 0.9, 1.0].into_iter().enumerate() {
            assert!((values.values()[at] - wanted).abs() < 0.02, "{values:?}");
        }
        for state in 0..3 {
            assert_eq!(dqn.values(codes.row(state)), values.row(state));
        }
    }

    #[test]
    fn slices_and_seeds() {
        let (codes, experience) = (codes(9), walk(9, 100));
        // More than one batch, so that the order matters.
        let settings = DqnSettings {
            epochs: 30,
            batch: 40,
            target_every: 7,
            ..DqnSettings::default()
        };
        let learn = |seed| {
            let dqn = Dqn::learn(&codes, 4, &experience, &settings, &mut random(seed));
            dqn.values_of(&codes)
        };
        assert_eq!(learn(1), learn(1));
        assert_ne!(learn(1), learn(2));

        let mut source = random(1);
        let mut dqn = Dqn::new(&codes, 4, &experience, &settings, &mut source);
        for slice in [1, 0, 12, 17] {
            dqn.epochs(slice, &mut source);
        }
        assert_eq!(dqn.epochs_done(), 30);
        assert_eq!(dqn.values_of(&codes), learn(1));
    }

    #[test]
    fn the_best_epoch_is_kept_and_nothing_is_learnt_from_nothing() {
        let (codes, experience) = (codes(9), walk(9, 100));
        let settings = DqnSettings {
            // So large that it soon overshoots.
            rate: 0.05,
            ..DqnSettings::default()
        };
        let mut source = random(3);
        let mut dqn = Dqn::new(&codes, 4, &experience, &settings, &mut source);
        let mut best = (f64::INFINITY, 0, dqn.values_of(&codes));
        for epoch in 1..=60 {
            dqn.epochs(1, &mut source);
            if dqn.loss() < best.0 {
                best = (dqn.loss(), epoch, dqn.values_of(&codes));
            }
        }
        assert!(best.1 < 60, "the test needs a loss that rises");
        assert_eq!(dqn.kept_epoch(), best.1);
        assert_eq!(dqn.values_of(&codes), best.2);

        let nothing = DqnSettings {
            epochs: 3,
            ..settings
        };
        let mut empty = Dqn::new(&codes, 4, &[], &nothing, &mut random(3));
        let before = empty.values_of(&codes);
        empty.epochs(3, &mut random(3));
        assert_eq!(empty.values_of(&codes), before);
    }
}
