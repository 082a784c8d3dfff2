//! Return by context length and by rewards experienced.

use serde::Serialize;

use super::{
    Agent, EvalError, Progress, Settings, Values, Walk, agents,
    episodes::{bank, mean_return},
    ideal_observer,
};
use crate::{
    base::{
        parallel,
        random::{Random, Stream},
    },
    models::transformer::Transformer,
    worlds::maze::{Family, Maze, Protocol, Task, explore, far_starts, goals, start_state},
};

/// One task, one context length, one agent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The agent.
    pub agent: Agent,
    /// Number of the task in the selection.
    pub task: usize,
    /// Context length.
    pub length: usize,
    /// Rewards in the context.
    pub rewards: usize,
    /// Mean normalised return of 20 episodes.
    pub value: f64,
}

/// Streams of random numbers are told apart by task, context length and agent.
fn random(settings: &Settings, task: usize, length: usize, agent: Agent) -> Random {
    let position = (task as u64 * 65_536 + length as u64) * 8 + agent as u64;
    Random::new(settings.seed, Stream::Agent, position)
}

/// All rows, by task, context length and agent.
pub(super) fn rows(
    settings: &Settings,
    transformer: &Transformer,
    walks: &[Walk],
    progress: &Progress,
) -> Result<Vec<Row>, EvalError> {
    let protocol = settings.protocol;
    let dqn_tasks = settings.dqn_tasks.min(walks.len());
    progress.expect(dqn_tasks * protocol.lengths().len());
    let others = if settings.as_published {
        published_walks(settings)?
    } else {
        Vec::new()
    };
    let one = |task: usize| {
        let walk = &walks[task];
        let context = walk.context(transformer);
        let mut rows = Vec::new();
        for length in protocol.lengths() {
            let used = length.min(walk.steps.len());
            let starts = bank(protocol, &walk.task, &walk.seen(used));
            let values = agents::transformer(transformer, &context, walk, used);
            for agent in Agent::TRANSFORMER {
                let mut random = random(settings, task, length, agent);
                let temperature = agent.temperature(protocol);
                let value = mean_return(
                    protocol,
                    &walk.task,
                    &values,
                    temperature,
                    &starts,
                    &mut random,
                );
                rows.push(row(agent, task, length, walk.rewards(used), value));
            }
            rows.push(baseline(
                settings,
                Agent::QTable,
                task,
                length,
                others.get(task).unwrap_or(walk),
            ));
            if protocol.family == Family::Gridworld && walk.rewards(used) > 0 {
                let agent = Agent::IdealObserver;
                let values = ideal_observer::values(protocol, walk, used);
                let mut random = random(settings, task, length, agent);
                let value = mean_return(protocol, &walk.task, &values, None, &starts, &mut random);
                rows.push(row(agent, task, length, walk.rewards(used), value));
            }
        }
        rows
    };
    let slow = |index: usize| {
        let lengths = protocol.lengths();
        let (task, length) = (index / lengths.len(), lengths[index % lengths.len()]);
        let walk = others.get(task).unwrap_or(&walks[task]);
        baseline(settings, Agent::Dqn, task, length, walk)
    };
    let mut rows = parallel::try_map(walks.len(), |task| progress.part(|| one(task)))?.concat();
    let count = dqn_tasks * protocol.lengths().len();
    rows.extend(parallel::try_map(count, |index| {
        progress.part(|| slow(index))
    })?);
    rows.sort_by_key(|row| (row.task, row.length, row.agent));
    Ok(rows)
}

fn row(agent: Agent, task: usize, length: usize, rewards: usize, value: f64) -> Row {
    Row {
        agent,
        task,
        length,
        rewards,
        value,
    }
}

/// A value learner on the first `length` steps.
fn baseline(settings: &Settings, agent: Agent, task: usize, length: usize, walk: &Walk) -> Row {
    let protocol = settings.protocol;
    let used = length.min(walk.steps.len());
    let rewards = walk.rewards(used);
    let seen = bank(protocol, &walk.task, &walk.seen(used));
    // The paper gives no return where there is nowhere to start; its baselines then still start anywhere.
    let starts = if settings.as_published {
        far_starts(&walk.task.maze, walk.task.goal)
    } else {
        seen.clone()
    };
    if seen.is_empty() {
        return row(agent, task, length, rewards, 0.0);
    }
    let mut random = random(settings, task, length, agent);
    let values: Values = if agent == Agent::Dqn {
        agents::dqn(protocol, walk, used, &mut random)
    } else {
        agents::q_table(settings, walk, used, &mut random)
    };
    let value = mean_return(
        protocol,
        &walk.task,
        &values,
        agent.temperature(protocol),
        &starts,
        &mut random,
    );
    row(agent, task, length, rewards, value)
}

/// Experience of the published gridworld baselines: 6 × 6, walks of 250 steps. (Elsewhere all learn from the same.)
fn published_walks(settings: &Settings) -> Result<Vec<Walk>, EvalError> {
    if settings.protocol != Protocol::published(Family::Gridworld) {
        return Ok(Vec::new());
    }
    let maze = std::sync::Arc::new(Maze::grid(6)?);
    let goals = goals(&maze).held_out;
    let walk = |number: usize| {
        let place = number as u64 + (1 << 20);
        let mut random = Random::new(settings.seed, Stream::Task, place);
        let goal = goals[number % goals.len()];
        let task = Task::with_random(maze.clone(), 0.25, goal, &mut random);
        let mut random = Random::new(settings.seed, Stream::Explore, place);
        let start = start_state(&task.maze, &mut random);
        let steps = explore(&task, start, 250, &mut random);
        Walk { task, steps }
    };
    Ok((0..settings.tasks).map(walk).collect())
}
