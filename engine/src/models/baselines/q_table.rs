use super::{Transition, largest};
use crate::base::{matrix::Matrix, random::Random};

/// The epoch whose table is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// That of the last epoch.
    LastEpoch,
    /// That after the epoch with the lowest mean error, sign and all; the first of equals. The authors meant to
    /// take the size of the error, but `loss < best` compares the plain mean (`eval_qlearning_offline.py`).
    LowestSignedError,
}

/// Settings of a [`QTable`] (Fang & Rajan 2025, code: `q_table.py` and the configuration of figure 2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QTableSettings {
    /// γ: discount of a reward per step. The figures use 0.8 in both worlds.
    pub discount: f32,
    /// α: learning rate, the part of the error that one update takes away.
    pub rate: f32,
    /// Sweeps over all transitions.
    pub epochs: usize,
    /// The sweep whose table is kept.
    pub keep: Keep,
}

impl Default for QTableSettings {
    /// The published numbers, without the signed error: the last epoch is kept.
    fn default() -> Self {
        Self {
            keep: Keep::LastEpoch,
            ..Self::published()
        }
    }
}

impl QTableSettings {
    /// The authors' settings for figure 2, signed error included.
    #[must_use]
    pub fn published() -> Self {
        Self {
            discount: 0.8,
            rate: 0.1,
            epochs: 1500,
            keep: Keep::LowestSignedError,
        }
    }
}

/// A value for every (state, action), learnt by Watkins' rule.
#[derive(Clone, Debug, PartialEq)]
pub struct QTable {
    values: Matrix,
    seen: Vec<bool>,
    kept_epoch: usize,
}

impl QTable {
    /// Learns from `experience`, starting at zero: every epoch passes all transitions once, the first in the
    /// order of time, the others shuffled by `random`.
    ///
    /// # Panics
    /// When an experience names a state or an action that is not there.
    #[must_use]
    pub fn learn(
        states: usize,
        actions: usize,
        experience: &[Transition],
        settings: &QTableSettings,
        random: &mut Random,
    ) -> Self {
        let mut values = Matrix::zeros(states, actions);
        let mut kept = values.clone();
        let mut kept_epoch = 0;
        let mut lowest = f64::INFINITY;
        let mut order = experience.to_vec();
        for epoch in 1..=settings.epochs {
            let mean = sweep(&mut values, &order, settings);
            if settings.keep == Keep::LastEpoch {
                kept_epoch = epoch;
            } else if mean < lowest {
                lowest = mean;
                kept_epoch = epoch;
                kept.clone_from(&values);
            }
            shuffle(&mut order, random);
        }
        let mut seen = vec![false; states];
        for experience in experience {
            seen[experience.state] = true;
        }
        let values = match settings.keep {
            Keep::LastEpoch => values,
            Keep::LowestSignedError => kept,
        };
        Self {
            values,
            seen,
            kept_epoch,
        }
    }

    /// The value of every action in `state`; zeros where nothing was ever done.
    #[must_use]
    pub fn values(&self, state: usize) -> &[f32] {
        self.values.row(state)
    }

    /// All values, states × actions.
    #[must_use]
    pub fn table(&self) -> &Matrix {
        &self.values
    }

    /// True when the experience holds a transition from `state`.
    #[must_use]
    pub fn seen(&self, state: usize) -> bool {
        self.seen[state]
    }

    /// After which epoch the table is the one that was kept, counted from 1; 0 without any.
    #[must_use]
    pub fn kept_epoch(&self) -> usize {
        self.kept_epoch
    }
}

/// One pass over all transitions; returns the mean of the errors, each taken before its update.
fn sweep(values: &mut Matrix, order: &[Transition], settings: &QTableSettings) -> f64 {
    let mut sum = 0.0;
    for experience in order {
        let next = largest(values.row(experience.next));
        let value = &mut values.row_mut(experience.state)[experience.action];
        let error = experience.reward + super::ahead(experience, settings.discount) * next - *value;
        *value += settings.rate * error;
        sum += f64::from(error);
    }
    // Without any transition this is no number, and no epoch is better than another.
    sum / order.len() as f64
}

/// Brings `items` into a random order (Fisher & Yates).
pub(super) fn shuffle<T>(items: &mut [T], random: &mut Random) {
    for last in (1..items.len()).rev() {
        items.swap(last, random.below(last + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Stream;

    fn random(seed: u64) -> Random {
        Random::new(seed, Stream::Explore, 0)
    }

    /// States 0 … 4 in a row, action 0 to the left, 1 to the right; a reward for entering 4. Nothing is ever done
    /// in 4 and in 5.
    fn chain() -> Vec<Transition> {
        (0..4)
            .flat_map(|state: usize| {
                [(0, state.saturating_sub(1)), (1, state + 1)].map(|(action, next)| Transition {
                    state,
                    action,
                    next,
                    reward: f32::from(u8::from(next == 4)),
                })
            })
            .collect()
    }

    #[test]
    fn values_are_powers_of_the_discount() {
        let settings = QTableSettings::default();
        let table = QTable::learn(6, 2, &chain(), &settings, &mut random(1));
        for state in 0..4_usize {
            let right = libm::powf(0.8, 3.0 - state as f32);
            let left = 0.8 * libm::powf(0.8, 3.0 - state.saturating_sub(1) as f32);
            let values = table.values(state);
            assert!((values[0] - left).abs() < 1e-5, "{state}: {values:?}");
            assert!((values[1] - right).abs() < 1e-5, "{state}: {values:?}");
            assert!(table.seen(state));
        }
        assert_eq!(table.kept_epoch(), 1500);
    }

    #[test]
    fn unseen_states_are_zero() {
        let settings = QTableSettings::default();
        let table = QTable::learn(6, 2, &chain(), &settings, &mut random(2));
        for state in [4, 5] {
            assert_eq!(table.values(state), [0.0, 0.0]);
            assert!(!table.seen(state));
        }
        let nothing = QTable::learn(2, 3, &[], &settings, &mut random(2));
        assert_eq!(nothing.table(), &Matrix::zeros(2, 3));
    }

    #[test]
    fn the_first_epoch_follows_time() {
        let settings = QTableSettings {
            epochs: 1,
            rate: 1.0,
            ..QTableSettings::published()
        };
        let mut back = chain();
        back.reverse();
        // Backwards from the goal, one pass with rate 1 reaches the start; forwards it does not.
        let table = QTable::learn(6, 2, &back, &settings, &mut random(3));
        assert_eq!(table.values(0)[1], 0.8_f32 * (0.8 * 0.8));
        let table = QTable::learn(6, 2, &chain(), &settings, &mut random(3));
        assert_eq!(table.values(0)[1], 0.0);
    }

    /// A punishment makes the signed error lowest in the first epoch, when the value falls fastest. An epoch of the
    /// smallest error would be the last.
    #[test]
    fn the_published_rule_keeps_the_lowest_signed_error() {
        let punished = [Transition {
            state: 0,
            action: 0,
            next: 1,
            reward: -1.0,
        }];
        let published = QTableSettings::published();
        let table = QTable::learn(2, 1, &punished, &published, &mut random(4));
        assert_eq!((table.kept_epoch(), table.values(0)[0]), (1, -0.1));

        // With rewards the errors fall from above, and it is an epoch at which the values have settled.
        let table = QTable::learn(6, 2, &chain(), &published, &mut random(4));
        let last = QTable::learn(6, 2, &chain(), &QTableSettings::default(), &mut random(4));
        assert!(table.kept_epoch() > 50, "{}", table.kept_epoch());
        for (kept, last) in table.table().values().iter().zip(last.table().values()) {
            assert!((kept - last).abs() < 1e-3);
        }
    }

    #[test]
    fn the_seed_decides() {
        let settings = QTableSettings {
            epochs: 10,
            ..QTableSettings::default()
        };
        let learn = |seed| QTable::learn(6, 2, &chain(), &settings, &mut random(seed));
        assert_eq!(learn(5), learn(5));
        assert_ne!(learn(5), learn(6));
    }
}
