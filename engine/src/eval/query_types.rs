//! Return by where the walk had met the start: before the first reward, after the last, both, or never.

use serde::Serialize;

use super::{
    Agent, EvalError, Progress, Settings, Walk, agents,
    episodes::{bank, mean_return},
    ideal_observer,
};
use crate::{
    base::{
        parallel,
        random::{Random, Stream},
    },
    models::transformer::Transformer,
    worlds::maze::Family,
};

/// The part of the walk in which it met a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryType {
    /// Only before the first reward.
    Pre,
    /// Only after the last reward.
    Post,
    /// Elsewhere in the walk.
    PreAndPost,
    /// Never.
    Novel,
}

impl QueryType {
    pub(super) const ALL: [Self; 4] = [Self::Pre, Self::Post, Self::PreAndPost, Self::Novel];
}

/// Mean return of one task from states of one type.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct TypeRow {
    pub agent: Agent,
    pub task: usize,
    pub query: QueryType,
    pub value: f64,
}

/// Every state of the task, by type.
pub(super) fn classify(walk: &Walk, length: usize) -> Option<Vec<QueryType>> {
    let steps = &walk.steps[..length];
    let first = steps.iter().position(|t| t.reward > 0.0)?;
    let last = steps.iter().rposition(|t| t.reward > 0.0)?;
    let states = walk.task.maze.states();
    let (mut before, mut between, mut after) = (
        vec![false; states],
        vec![false; states],
        vec![false; states],
    );
    before[steps[0].state] = true;
    after[steps[last].state] = true;
    for (t, step) in steps.iter().enumerate() {
        if t < first {
            before[step.next] = true;
        }
        if t >= last {
            after[step.next] = true;
        }
        if (first..last).contains(&t) {
            between[step.state] = true;
            between[step.next] = true;
        }
    }
    let seen = walk.seen(length);
    let of = |state: usize| match (before[state], between[state], after[state]) {
        (true, false, false) => QueryType::Pre,
        (false, false, true) => QueryType::Post,
        _ if seen.contains(&state) => QueryType::PreAndPost,
        _ => QueryType::Novel,
    };
    Some((0..states).map(of).collect())
}

/// Rows of all tasks that have a reward and a start of the type.
pub(super) fn types(
    settings: &Settings,
    transformer: &Transformer,
    walks: &[Walk],
    progress: &Progress,
) -> Result<Vec<TypeRow>, EvalError> {
    let protocol = settings.protocol;
    let one = |task: usize| {
        let walk = &walks[task];
        let length = protocol.typed_length();
        let mut rows = Vec::new();
        if let Some(types) = classify(walk, length) {
            let context = walk.context(transformer);
            let mut random = Random::new(settings.seed, Stream::Agent, (1 << 40) + task as u64);
            let logits = agents::transformer(transformer, &context, walk, length);
            let mut tables = Agent::TRANSFORMER
                .map(|agent| (agent, logits.clone()))
                .to_vec();
            let table = agents::q_table(settings, walk, length, &mut random);
            tables.push((Agent::QTable, table));
            if task < settings.dqn_tasks {
                let table = agents::dqn(protocol, walk, length, &mut random);
                tables.push((Agent::Dqn, table));
            }
            if protocol.family == Family::Gridworld {
                let table = ideal_observer::values(protocol, walk, length);
                tables.push((Agent::IdealObserver, table));
            }
            for (agent, values) in &tables {
                let agent = *agent;
                for query in QueryType::ALL {
                    let states: Vec<usize> =
                        (0..types.len()).filter(|&s| types[s] == query).collect();
                    let starts = bank(protocol, &walk.task, &states);
                    if !starts.is_empty() {
                        let temperature = agent.temperature(protocol);
                        let value = mean_return(
                            protocol,
                            &walk.task,
                            values,
                            temperature,
                            &starts,
                            &mut random,
                        );
                        rows.push(TypeRow {
                            agent,
                            task,
                            query,
                            value,
                        });
                    }
                }
            }
        }
        rows
    };
    let rows = parallel::try_map(walks.len(), |task| progress.part(|| one(task)))?;
    Ok(rows.concat())
}
