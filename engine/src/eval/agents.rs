//! Who acts, and how a table of values becomes an action.

use serde::Serialize;

use crate::{
    base::{Matrix, random::Random},
    models::{
        baselines::{Dqn, DqnSettings, Experience, QTable, QTableSettings},
        transformer::{Context, Transformer, Want},
    },
    ops::elementwise::exp,
};

use super::{Kind, Settings, Walk};

/// An agent of the paper's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Agent {
    /// The transformer, always taking the likeliest action.
    TransformerGreedy,
    /// The transformer, drawing actions at temperature 1.
    #[serde(rename = "transformer_t1")]
    TransformerOne,
    /// The transformer, drawing actions at temperature 2.
    #[serde(rename = "transformer_t2")]
    TransformerTwo,
    /// Tabular Q-learning.
    QTable,
    /// Deep Q-network.
    Dqn,
}

impl Agent {
    /// The transformer's three ways of acting.
    pub const TRANSFORMER: [Self; 3] = [
        Self::TransformerGreedy,
        Self::TransformerOne,
        Self::TransformerTwo,
    ];

    /// The one that the paper's figures show: greedy in gridworlds, temperature 2 in trees.
    #[must_use]
    pub fn shown(kind: Kind) -> Self {
        match kind {
            Kind::Gridworld => Self::TransformerGreedy,
            Kind::Tree => Self::TransformerTwo,
        }
    }

    /// Soft-max temperature; `None`: the best action.
    pub(super) fn temperature(self, kind: Kind) -> Option<f32> {
        match self {
            Self::TransformerGreedy => None,
            Self::TransformerOne => Some(1.0),
            Self::TransformerTwo => Some(2.0),
            Self::QTable | Self::Dqn => Some(match kind {
                Kind::Gridworld => 0.005,
                Kind::Tree => 0.01,
            }),
        }
    }
}

/// What an agent holds of every action in every state: states × actions, logits or action values.
pub type Values = Matrix;

/// The transformer's logits at every state after `length` steps.
pub(super) fn transformer(
    transformer: &Transformer,
    context: &Context,
    walk: &Walk,
    length: usize,
) -> Values {
    let queries = walk.task.ask_everywhere();
    transformer
        .ask(context, length, &queries, Want::default())
        .logits
}

fn experience(walk: &Walk, length: usize) -> Vec<Experience> {
    let steps = walk.steps[..length].iter();
    steps
        .map(|t| Experience {
            state: t.state,
            action: t.action,
            next: t.next,
            reward: t.reward,
        })
        .collect()
}

/// The value table learned from the first `length` steps.
pub(super) fn q_table(
    settings: &Settings,
    walk: &Walk,
    length: usize,
    random: &mut Random,
) -> Values {
    let (states, actions) = (walk.task.maze.states(), walk.task.maze.actions());
    let how = if settings.as_published {
        QTableSettings::published()
    } else {
        QTableSettings::default()
    };
    let table = QTable::learn(states, actions, &experience(walk, length), &how, random);
    table.table().clone()
}

/// The values that a deep Q-network learns from the first `length` steps.
pub(super) fn dqn(kind: Kind, walk: &Walk, length: usize, random: &mut Random) -> Values {
    let how = DqnSettings {
        discount: match kind {
            Kind::Gridworld => 0.9,
            Kind::Tree => 0.8,
        },
        ..DqnSettings::default()
    };
    let actions = walk.task.maze.actions();
    let network = Dqn::learn(
        &walk.task.codes,
        actions,
        &experience(walk, length),
        &how,
        random,
    );
    network.values_of(&walk.task.codes)
}

/// Draws an action from a row of values.
pub(super) fn act(values: &[f32], temperature: Option<f32>, random: &mut Random) -> usize {
    let best = (1..values.len()).fold(0, |best, a| if values[a] > values[best] { a } else { best });
    let Some(temperature) = temperature else {
        return best;
    };
    let weights = values.iter().map(|v| exp((v - values[best]) / temperature));
    let total: f32 = weights.clone().sum();
    let mut left = random.uniform() * total;
    for (action, weight) in weights.enumerate() {
        left -= weight;
        if left <= 0.0 {
            return action;
        }
    }
    best
}
