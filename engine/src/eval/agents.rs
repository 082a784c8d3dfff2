//! The agents, and how a table of values becomes an action.

use serde::Serialize;

use crate::{
    analysis::draw,
    base::{Matrix, random::Random, reduce::argmax},
    models::{
        baselines::{Dqn, DqnSettings, QTable, QTableSettings},
        transformer::{Context, Transformer, Want},
    },
    ops::elementwise::exp,
    worlds::maze::{Family, Protocol},
};

use super::{Settings, Walk};

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
    /// An observer that knows how codes are made; in gridworlds, once the goal was met.
    IdealObserver,
}

impl Agent {
    /// The transformer's three ways of acting.
    pub const TRANSFORMER: [Self; 3] = [
        Self::TransformerGreedy,
        Self::TransformerOne,
        Self::TransformerTwo,
    ];

    /// Those that there are in a family of mazes.
    pub(super) fn all(family: Family) -> &'static [Self] {
        const ALL: [Agent; 6] = [
            Agent::TransformerGreedy,
            Agent::TransformerOne,
            Agent::TransformerTwo,
            Agent::QTable,
            Agent::Dqn,
            Agent::IdealObserver,
        ];
        match family {
            Family::Gridworld => &ALL,
            Family::Tree => &ALL[..5],
        }
    }

    /// The one that the paper's figures show: greedy in gridworlds, temperature 2 in trees.
    #[must_use]
    pub fn shown(family: Family) -> Self {
        match family {
            Family::Gridworld => Self::TransformerGreedy,
            Family::Tree => Self::TransformerTwo,
        }
    }

    /// Soft-max temperature; `None`: the best action.
    pub(super) fn temperature(self, protocol: Protocol) -> Option<f32> {
        match self {
            Self::TransformerGreedy | Self::IdealObserver => None,
            Self::TransformerOne => Some(1.0),
            Self::TransformerTwo => Some(2.0),
            Self::QTable | Self::Dqn => Some(protocol.value_temperature()),
        }
    }
}

/// Logits or action values, states × actions.
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
    let table = QTable::learn(states, actions, &walk.steps[..length], &how, random);
    table.table().clone()
}

/// The values that a deep Q-network learns from the first `length` steps.
pub(super) fn dqn(protocol: Protocol, walk: &Walk, length: usize, random: &mut Random) -> Values {
    let how = DqnSettings {
        discount: protocol.network_discount(),
        ..DqnSettings::default()
    };
    let actions = walk.task.maze.actions();
    let network = Dqn::learn(
        &walk.task.codes,
        actions,
        &walk.steps[..length],
        &how,
        random,
    );
    network.values_of(&walk.task.codes)
}

/// The best action of a row of values.
pub(super) fn greedy(values: &[f32]) -> usize {
    argmax(values).unwrap_or_default()
}

/// An action drawn from the soft-max of a row of values; the best one without a temperature.
pub(super) fn act(values: &[f32], temperature: Option<f32>, random: &mut Random) -> usize {
    let best = greedy(values);
    let Some(temperature) = temperature else {
        return best;
    };
    let weights = values.iter().map(|v| exp((v - values[best]) / temperature));
    let total: f32 = weights.clone().sum();
    draw(weights, random.uniform() * total).unwrap_or(best)
}
