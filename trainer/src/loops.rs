//! Greedy loops: states from which always taking the likeliest action leads round and round and never to the goal.
//!
//! A single wrong decision is enough for one, so that they cost most of the return while they are rare among queries that are
//! drawn evenly. Which states they are depends on the weights: these training examples follow what the transformer does wrong.

use chickadee_engine::{
    base::reduce::argmax,
    models::transformer::{Context, Transformer, Want},
    worlds::maze::{Maze, Task, Transition},
};

/// The states on greedy loops after the first `length` of `steps`, for each of some lengths in rising order: pairs of length and
/// state.
pub fn greedy_loops(
    transformer: &Transformer,
    task: &Task,
    steps: &[Transition],
    lengths: &[usize],
) -> Vec<(usize, usize)> {
    let queries = task.ask_everywhere();
    let mut context = Context::new(transformer.shape());
    let mut found = Vec::new();
    for &length in lengths {
        let new = &steps[context.len().min(length)..length];
        context.append(transformer, &task.observe(new));
        let logits = transformer
            .ask(&context, length, &queries, Want::default())
            .logits;
        let best: Vec<usize> = (0..task.maze.states())
            .map(|state| argmax(logits.row(state)).unwrap_or_default())
            .collect();
        let on_loops = loops(&task.maze, task.goal, &best);
        found.extend(on_loops.into_iter().map(|state| (length, state)));
    }
    found
}

/// The states that a policy (the action in every state) comes back to again and again, but for staying at the goal.
fn loops(maze: &Maze, goal: usize, policy: &[usize]) -> Vec<usize> {
    let next = |state: usize| maze.step(state, policy[state]);
    // The walk from where a state was first met; 0: not yet.
    let mut met = vec![0; maze.states()];
    let mut on_loops = Vec::new();
    for start in 0..maze.states() {
        let mut state = start;
        while met[state] == 0 {
            met[state] = start + 1;
            state = next(state);
        }
        if met[state] != start + 1 || (state == goal && next(goal) == goal) {
            continue;
        }
        let first = state;
        loop {
            on_loops.push(state);
            state = next(state);
            if state == first {
                break;
            }
        }
    }
    on_loops
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_are_found_and_ways_to_the_goal_are_none() {
        let maze = Maze::grid(3).unwrap();
        let goal = maze.at(2, 2).unwrap();
        let best = |state: usize| maze.optimal(goal, state).first().unwrap();
        let mut policy: Vec<usize> = (0..9).map(best).collect();
        assert!(loops(&maze, goal, &policy).is_empty());
        // Two neighbours that send to each other, and a bump into the wall.
        let (a, b, c) = (
            maze.at(0, 0).unwrap(),
            maze.at(0, 1).unwrap(),
            maze.at(2, 0).unwrap(),
        );
        policy[a] = 1;
        policy[b] = 3;
        policy[c] = 3;
        let mut found = loops(&maze, goal, &policy);
        found.sort_unstable();
        let mut expected = vec![a, b, c];
        expected.sort_unstable();
        assert_eq!(found, expected);
        // To leave the goal is a loop too, where the way leads back.
        let mut policy: Vec<usize> = (0..9).map(best).collect();
        policy[goal] = 0;
        assert!(loops(&maze, goal, &policy).contains(&goal));
    }
}
