//! Shortcut tests: the agent is shown one long way to the goal and back, and should find the shortest way.

use super::{EvalError, Settings, agents::greedy};
use crate::{
    base::parallel,
    models::transformer::{Context, Transformer, Want},
    worlds::maze::{Task, Transition, python_sample},
};

/// Sensory codes that each test is made with.
pub const CODES: usize = 100;

/// A test: the cells (x, y) of the observed way, the last of which is the goal.
pub type Path = [(usize, usize); 9];

/// The two published tests; the shortest ways take 4 and 6 steps, the observed ones 8.
pub const PATHS: [Path; 2] = [
    [
        (0, 0),
        (0, 1),
        (1, 1),
        (2, 1),
        (3, 1),
        (4, 1),
        (4, 2),
        (3, 2),
        (2, 2),
    ],
    [
        (0, 3),
        (1, 3),
        (2, 3),
        (3, 3),
        (4, 3),
        (4, 2),
        (4, 1),
        (4, 0),
        (3, 0),
    ],
];

/// One test with one sensory code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// States that the agent passed, from the start on.
    pub walked: Vec<usize>,
    /// True when it reached the goal on a shortest path.
    pub success: bool,
}

/// Shows `path` there and back in `task` (whose goal must be its end), then lets the transformer walk, greedily,
/// exactly as many steps as the shortest way has. Its own steps join the context.
#[must_use]
pub fn walk(transformer: &Transformer, task: &Task, path: &[usize]) -> Shortcut {
    let there = path.windows(2).map(|pair| (pair[0], pair[1]));
    let back = path.windows(2).rev().map(|pair| (pair[1], pair[0]));
    let shown: Vec<Transition> = there
        .chain(back)
        .map(|(state, next)| step(task, state, next))
        .collect();
    let mut context = Context::new(transformer.shape());
    context.append(transformer, &task.observe(&shown));
    let (start, goal) = (path[0], task.goal);
    let mut walked = vec![start];
    let mut state = start;
    for _ in 0..task.maze.distance(start, goal) {
        let query = task.ask(state);
        let logits = transformer
            .ask(&context, context.len(), &query, Want::default())
            .logits;
        let action = greedy(logits.values());
        let next = task.maze.step(state, action);
        let transition = Transition {
            state,
            action,
            next,
            reward: task.reward(next),
        };
        context.append(transformer, &task.observe(&[transition]));
        walked.push(next);
        state = next;
    }
    Shortcut {
        success: walked.contains(&goal),
        walked,
    }
}

/// The transition between two neighbours.
fn step(task: &Task, state: usize, next: usize) -> Transition {
    let action = task.maze.action_between(state, next);
    Transition {
        state,
        action: action.unwrap_or(task.maze.stay()),
        next,
        reward: task.reward(next),
    }
}

/// Success of every code, test by test.
pub(super) fn shortcuts(
    settings: &Settings,
    transformer: &Transformer,
) -> Result<Vec<Vec<bool>>, EvalError> {
    let chosen = python_sample(settings.seed, settings.protocol.population(), CODES);
    PATHS
        .iter()
        .map(|path| {
            let one = |number: usize| {
                let mut task = settings.protocol.task(settings.seed, chosen[number])?;
                let cells = path.iter().filter_map(|&(x, y)| task.maze.at(x, y));
                let cells: Vec<usize> = cells.collect();
                task.goal = cells[cells.len() - 1];
                Ok(walk(transformer, &task, &cells).success)
            };
            parallel::try_map(chosen.len(), one)
        })
        .collect()
}
