//! Walks to learn from: the published explorer's, and self-avoiding walks that show what is rare by chance.

use std::ops::Range;

use chickadee_engine::{
    base::random::Random,
    worlds::maze::{Task, Transition, explore, start_state},
};

use crate::recipe::Stage;

/// A walk, and where in it the explorer went straight home to the goal.
#[derive(Default)]
pub struct Walk {
    /// The walk.
    pub steps: Vec<Transition>,
    /// Context lengths at which it stood on the way home.
    pub home: Range<usize>,
}

impl Walk {
    /// A walk of the published explorer.
    pub fn random(task: &Task, start: usize, length: usize, random: &mut Random) -> Self {
        Self {
            steps: explore(task, start, length, random),
            home: 0..0,
        }
    }

    /// A walk to learn from. Of some random walks it is the one that was rewarded first, of some self-avoiding ones the
    /// longest that found the goal: both show what is rare by chance.
    pub fn of(stage: &Stage, task: &Task, random: &mut Random) -> Self {
        let length = stage.context;
        let self_avoiding = f64::from(random.uniform()) <= stage.self_avoiding;
        let homing = self_avoiding && f64::from(random.uniform()) <= stage.homing;
        let first = |walk: &Self| walk.steps.iter().position(|t| t.reward > 0.0);
        let mut best = Self::default();
        for _ in 0..stage.best_of {
            let start = start_state(&task.maze, random);
            let walk = if self_avoiding {
                self_avoiding_walk(task, start, length, homing, random)
            } else {
                Self::random(task, start, length, random)
            };
            let better = match (first(&walk), first(&best)) {
                (Some(new), Some(old)) => (new < old) != self_avoiding,
                (Some(_), None) => true,
                (None, _) => best.steps.is_empty(),
            };
            if better {
                best = walk;
            }
        }
        best
    }
}

/// A walk to unseen cells until the goal is found or none is left, and back the same way; with `homing` then along a shortest
/// path to the goal, and then explores at random. Such walks show much with few steps; random ones rarely do.
fn self_avoiding_walk(
    task: &Task,
    start: usize,
    length: usize,
    homing: bool,
    random: &mut Random,
) -> Walk {
    let maze = &task.maze;
    let mut way = vec![start];
    let mut state = start;
    while state != task.goal {
        let mut onward: Vec<usize> = (0..maze.stay())
            .map(|action| maze.step(state, action))
            .collect();
        onward.retain(|next| !way.contains(next));
        if onward.is_empty() {
            break;
        }
        state = onward[random.below(onward.len())];
        way.push(state);
    }
    let there = way.len();
    way.extend_from_within(..there - 1);
    way[there..].reverse();
    let back = way.len() - 1;
    let mut last = start;
    while homing && state == task.goal && last != task.goal {
        let actions: Vec<usize> = maze.optimal(task.goal, last).iter().collect();
        if actions.is_empty() {
            break;
        }
        last = maze.step(last, actions[random.below(actions.len())]);
        way.push(last);
    }
    let mut steps: Vec<Transition> = way
        .windows(2)
        .filter_map(|pair| {
            let (state, next) = (pair[0], pair[1]);
            let action = maze.action_between(state, next)?;
            let reward = task.reward(next);
            Some(Transition {
                state,
                action,
                next,
                reward,
            })
        })
        .collect();
    steps.truncate(length);
    let home = back.max(1).min(steps.len())..steps.len();
    let rest = length - steps.len();
    steps.extend(explore(task, last, rest, random));
    Walk { steps, home }
}
