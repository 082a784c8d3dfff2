use super::{ActionSet, Family, Maze, Task, actions::tree};
use crate::base::{Transition, random::Random};

/// The roll-in policy: an explorer without a plan that remembers its last action, and those that have just failed.
///
/// Every action is drawn with weight 1, staying with weight ½. Actions that have failed to change the state since it was
/// entered are not drawn again. In a tree, where nothing has failed yet, who came down a branch does not go back, and who
/// came back does not enter the branch just left.
///
/// The memory is small so that exploration can be continued step by step:
/// [`choose`](Self::choose), take the step, [`observe`](Self::observe).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Explorer {
    /// Actions that left the present state as it was.
    failed: ActionSet,
    /// The last action.
    last: Option<usize>,
    /// The state before this one.
    previous: Option<usize>,
}

impl Explorer {
    /// Without any memory, as at a start.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Draws an action; costs one number.
    pub fn choose(&self, maze: &Maze, state: usize, random: &mut Random) -> usize {
        let stay = maze.stay();
        let barred = if self.failed.is_empty() {
            self.turning_back(maze, state)
        } else {
            self.failed
        };
        // Weights are counted in halves: all but staying have two of them.
        let weight = |action: usize| match action {
            _ if barred.contains(action) => 0,
            _ if action == stay => 1,
            _ => 2,
        };
        let mut left = random.below((0..=stay).map(weight).sum());
        for action in 0..stay {
            if left < weight(action) {
                return action;
            }
            left -= weight(action);
        }
        stay // also in a cell without a way out, where everything fails
    }

    /// Remembers what `action` did in state `from`: whether the state has changed.
    pub fn observe(&mut self, action: usize, moved: bool, from: usize) {
        if moved {
            self.failed = ActionSet::EMPTY;
            self.previous = Some(from);
        } else {
            self.failed.insert(action);
        }
        self.last = Some(action);
    }

    /// Actions that would undo the last one: only in trees.
    fn turning_back(&self, maze: &Maze, state: usize) -> ActionSet {
        match (maze.family(), self.last, self.previous) {
            (Family::Gridworld, ..) | (_, None, _) => ActionSet::EMPTY,
            (_, Some(tree::BACK), Some(child)) => [tree::LEFT, tree::RIGHT]
                .into_iter()
                .filter(|&action| maze.step(state, action) == child)
                .collect(),
            (_, Some(tree::LEFT | tree::RIGHT), _) => ActionSet::of(tree::BACK),
            _ => ActionSet::EMPTY,
        }
    }
}

/// The state that exploration starts at: any state of a grid, the goal included; the root of a tree.
#[must_use]
pub fn start_state(maze: &Maze, random: &mut Random) -> usize {
    match maze.family() {
        Family::Gridworld => random.below(maze.states()),
        Family::Tree => 0,
    }
}

/// The transitions of an explorer in `length` steps: the context of an agent.
#[must_use]
pub fn explore(task: &Task, start: usize, length: usize, random: &mut Random) -> Vec<Transition> {
    let mut explorer = Explorer::new();
    let mut state = start;
    (0..length)
        .map(|_| {
            let action = explorer.choose(&task.maze, state, random);
            let next = task.maze.step(state, action);
            explorer.observe(action, next != state, state);
            let reward = task.reward(next);
            let transition = Transition {
                state,
                action,
                next,
                reward,
            };
            state = next;
            transition
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::random::Stream,
        worlds::maze::{MazeError, goals},
    };

    /// Statistics of contexts. Expected values come from 600 to 2000 contexts of the authors' code, and the
    /// tolerances from their sampling error and ours.
    #[derive(Debug)]
    struct Statistics {
        without_reward: f64,
        one_reward: f64,
        rewards: f64,
        median_rewards: usize,
        /// Step of the first reward, from 0, where there is one.
        first: usize,
        visited: f64,
        unmoved: f64,
        actions: Vec<f64>,
    }

    fn statistics(tasks: &[Task], length: usize) -> Statistics {
        let count = tasks.len() as f64;
        let (mut rewards, mut first, mut visited) = (vec![], vec![], 0);
        let (mut unmoved, mut actions) = (0, vec![0.0; tasks[0].maze.actions()]);
        for (position, task) in tasks.iter().enumerate() {
            let mut random = Random::new(11, Stream::Explore, position as u64);
            let start = start_state(&task.maze, &mut random);
            let context = explore(task, start, length, &mut random);
            rewards.push(context.iter().filter(|t| t.reward > 0.0).count());
            first.extend(context.iter().position(|t| t.reward > 0.0));
            let mut seen = vec![false; task.maze.states()];
            seen[start] = true;
            for transition in &context {
                seen[transition.next] = true;
                unmoved += usize::from(transition.state == transition.next);
                actions[transition.action] += 1.0 / (count * length as f64);
            }
            visited += seen.iter().filter(|&&s| s).count();
        }
        rewards.sort_unstable();
        first.sort_unstable();
        let share = |n: usize| rewards.iter().filter(|&&r| r == n).count() as f64 / count;
        Statistics {
            without_reward: share(0),
            one_reward: share(1),
            rewards: rewards.iter().sum::<usize>() as f64 / count,
            median_rewards: rewards[rewards.len() / 2],
            first: first[first.len() / 2],
            visited: visited as f64 / count,
            unmoved: unmoved as f64 / (count * length as f64),
            actions,
        }
    }

    fn near(value: f64, expected: f64, tolerance: f64, of: &Statistics) {
        let apart = (value - expected).abs();
        assert!(apart <= tolerance, "{value} for {expected}: {of:?}");
    }

    #[test]
    fn contexts_of_the_grid() {
        let split = goals(&Maze::grid(5).unwrap());
        for (goals, without_reward, first) in
            [(&split.train, 0.042, 33.0), (&split.held_out, 0.022, 26.0)]
        {
            let tasks: Vec<Task> = (0..4000)
                .map(|seed| Task::published_grid(seed, goals[seed as usize % goals.len()]).unwrap())
                .collect();
            let all = statistics(&tasks, 200);
            near(all.without_reward, without_reward, 0.015, &all);
            near(all.rewards, 8.1, 0.5, &all);
            near(all.median_rewards as f64, 8.0, 1.0, &all);
            near(all.first as f64, first, 4.0, &all);
            near(all.visited, 24.0, 0.15, &all);
            near(all.unmoved, 0.24, 0.01, &all);
            for (action, expected) in [0.224, 0.224, 0.224, 0.224, 0.1].into_iter().enumerate() {
                near(all.actions[action], expected, 0.005, &all);
            }
        }
    }

    #[test]
    fn contexts_of_pruned_trees() {
        let tasks: Vec<Task> = (0..3000)
            .filter_map(|seed| match Task::published_tree(seed, 0.9, None) {
                Err(MazeError::NoLeaf) => None,
                task => Some(task.unwrap()),
            })
            .collect();
        let all = statistics(&tasks, 800);
        near(all.without_reward, 0.237, 0.03, &all);
        assert!(all.one_reward < 0.005, "{all:?}");
        near(all.rewards, 11.0, 1.2, &all);
        near(all.median_rewards as f64, 8.0, 2.0, &all);
        near(all.first as f64, 216.0, 30.0, &all);
        near(all.visited, 59.8, 1.5, &all);
        near(all.unmoved, 0.39, 0.01, &all);
        for (action, expected) in [0.305, 0.266, 0.265, 0.164].into_iter().enumerate() {
            near(all.actions[action], expected, 0.005, &all);
        }
    }

    #[test]
    fn contexts_of_complete_trees() {
        let tasks: Vec<Task> = (0..2000)
            .map(|seed| Task::published_tree(seed, 1.0, None).unwrap())
            .collect();
        for (length, without_reward, rewards, median, visited) in [
            (800, 0.443, 5.8, 2.0, 79.0),
            (1000, 0.375, 7.1, 4.0, 88.0),
            (1600, 0.188, 11.3, 9.0, 106.0),
        ] {
            let all = statistics(&tasks, length);
            near(all.without_reward, without_reward, 0.05, &all);
            assert!(all.one_reward < 0.005, "{all:?}");
            near(all.rewards, rewards, 1.5, &all);
            near(all.median_rewards as f64, median, 2.0, &all);
            near(all.visited, visited, 2.5, &all);
            near(all.unmoved, 0.39, 0.01, &all);
        }
    }

    /// Share of each action.
    fn choices(explorer: Explorer, maze: &Maze, state: usize) -> Vec<f64> {
        let mut random = Random::new(1, Stream::Explore, 0);
        let mut counts = vec![0.0; maze.actions()];
        for _ in 0..20_000 {
            counts[explorer.choose(maze, state, &mut random)] += 1.0 / 20_000.0;
        }
        counts
    }

    fn assert_choices(explorer: Explorer, maze: &Maze, state: usize, expected: &[f64]) {
        let found = choices(explorer, maze, state);
        for (share, expected) in found.iter().zip(expected) {
            let tolerance = if *expected == 0.0 { 0.0 } else { 0.015 };
            assert!((share - expected).abs() <= tolerance, "{found:?}");
        }
    }

    #[test]
    fn what_failed_is_not_repeated_until_something_changes() {
        let maze = Maze::grid(5).unwrap();
        let mut explorer = Explorer::new();
        let all = [2.0 / 9.0, 2.0 / 9.0, 2.0 / 9.0, 2.0 / 9.0, 1.0 / 9.0];
        assert_choices(explorer, &maze, 0, &all);
        explorer.observe(0, false, 0);
        assert_choices(
            explorer,
            &maze,
            0,
            &[0.0, 2.0 / 7.0, 2.0 / 7.0, 2.0 / 7.0, 1.0 / 7.0],
        );
        explorer.observe(4, false, 0);
        let third = 1.0 / 3.0;
        assert_choices(explorer, &maze, 0, &[0.0, third, third, third, 0.0]);
        explorer.observe(1, true, 0);
        assert_choices(explorer, &maze, 1, &all);
    }

    #[test]
    fn a_tree_is_not_climbed_back_at_once() {
        let maze = Maze::tree(3).unwrap();
        let mut explorer = Explorer::new();
        explorer.observe(1, true, 0);
        assert_choices(explorer, &maze, 1, &[0.0, 0.4, 0.4, 0.2]);
        // A leaf: back only after a bump or a stay.
        explorer.observe(2, true, 1);
        assert_choices(explorer, &maze, 4, &[0.0, 0.4, 0.4, 0.2]);
        explorer.observe(3, false, 4);
        let third = 1.0 / 3.0;
        assert_choices(explorer, &maze, 4, &[third, third, third, 0.0]);
        // Back from the right child: not into it again.
        explorer.observe(0, true, 4);
        assert_choices(explorer, &maze, 1, &[0.4, 0.4, 0.0, 0.2]);
        explorer.observe(3, false, 1);
        assert_choices(explorer, &maze, 1, &[third, third, third, 0.0]);
    }

    #[test]
    fn a_cell_without_a_way_out_is_no_trap_for_the_program() {
        let maze = Maze::grid_with_walls(1, 2, &[(0, 1)]).unwrap();
        let mut explorer = Explorer::new();
        for action in 0..5 {
            explorer.observe(action, false, 0);
        }
        let mut random = Random::new(0, Stream::Explore, 0);
        assert_eq!(explorer.choose(&maze, 0, &mut random), maze.stay());
    }

    #[test]
    fn transitions_follow_each_other() {
        let task = Task::published_tree(2, 0.9, None).unwrap();
        let mut random = Random::new(2, Stream::Explore, 5);
        let context = explore(&task, 0, 300, &mut random);
        assert_eq!(context.len(), 300);
        assert_eq!(context[0].state, 0);
        for pair in context.windows(2) {
            assert_eq!(pair[0].next, pair[1].state);
        }
        for t in context {
            assert_eq!(t.next, task.maze.step(t.state, t.action));
            assert_eq!(t.reward, task.reward(t.next));
        }
    }
}
