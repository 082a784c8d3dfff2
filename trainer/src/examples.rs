//! Training examples: tasks made on the fly, walks of the roll-in policy, and queries.
//!
//! The paper stores one query per trajectory and repeats it at 41 or 81 context lengths; here every training example asks
//! many independent queries, each at a context length of its own, and the label is spread evenly over all optimal
//! actions instead of being drawn from them. Both change the noise of the gradient, not what is learned.

use std::sync::Arc;

use chickadee_engine::{
    base::random::{Random, Stream},
    models::transformer::TrainingExample,
    worlds::maze::{Family, Maze, Protocol, Task, Transition, explore, goals, start_state},
};

use crate::recipe::Stage;

/// The goals that are drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Those to train on.
    Train,
    /// Those to watch training with.
    Validation,
}

/// A training example and what it was made from.
pub struct LabelledExample {
    /// Tokens, queries and targets.
    pub example: TrainingExample,
    /// Rewards that each query's context holds.
    pub rewards: Vec<usize>,
}

/// Makes the training examples of one stage.
pub struct ExampleGenerator {
    family: Family,
    correlation: f64,
    stage: Stage,
    seed: u64,
    complete: Arc<Maze>,
    /// Places (x, y) or (layer, position) of the goals to train on and to watch with.
    train: Vec<(usize, usize)>,
    validation: Vec<(usize, usize)>,
}

impl ExampleGenerator {
    /// The school of a stage. The recipe was checked, so the maze exists.
    ///
    /// # Errors
    /// When the size is impossible.
    pub fn new(
        family: Family,
        correlation: f64,
        stage: &Stage,
        seed: u64,
    ) -> Result<Self, chickadee_engine::worlds::maze::MazeError> {
        let protocol = Protocol {
            family,
            size: stage.size,
        };
        let maze = protocol.maze()?;
        let split = goals(&maze);
        let places = |goals: &[usize]| goals.iter().map(|&goal| maze.position(goal)).collect();
        Ok(Self {
            family,
            correlation,
            stage: stage.clone(),
            seed,
            train: places(&if stage.all_goals {
                maze.leaves()
            } else {
                split.train
            }),
            validation: places(&split.validation),
            complete: Arc::new(maze),
        })
    }

    /// Training example number `number`; the same number gives the same example.
    ///
    /// Training trees are pruned and never complete, validation trees are complete.
    #[must_use]
    pub fn example(&self, part: Part, number: u64) -> LabelledExample {
        // Validation training examples take numbers that training does not reach.
        let position = match part {
            Part::Train => number,
            Part::Validation => number + (1 << 40),
        };
        let mut random = Random::new(self.seed, Stream::Task, position);
        let task = self.task(part, &mut random);
        let mut random = Random::new(self.seed, Stream::Explore, position);
        let walk = match part {
            Part::Train => self.walk(&task, &mut random),
            Part::Validation => {
                let start = start_state(&task.maze, &mut random);
                Walk::random(&task, start, self.stage.context, &mut random)
            }
        };
        let mut random = Random::new(self.seed, Stream::Query, position);
        self.ask(&task, &walk, &mut random)
    }

    /// A walk to learn from. Of some random walks it is the one that was rewarded first, of some self-avoiding ones the
    /// longest that found the goal: both show what is rare by chance.
    fn walk(&self, task: &Task, random: &mut Random) -> Walk {
        let length = self.stage.context;
        let self_avoiding = f64::from(random.uniform()) <= self.stage.self_avoiding;
        let homing = self_avoiding && f64::from(random.uniform()) <= self.stage.homing;
        let first = |walk: &Walk| walk.steps.iter().position(|t| t.reward > 0.0);
        let mut best = Walk::default();
        for _ in 0..self.stage.best_of {
            let start = start_state(&task.maze, random);
            let walk = if self_avoiding {
                self_avoiding_walk(task, start, length, homing, random)
            } else {
                Walk::random(task, start, length, random)
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

    fn task(&self, part: Part, random: &mut Random) -> Task {
        let places = match part {
            Part::Train => &self.train,
            Part::Validation => &self.validation,
        };
        loop {
            let (first, second) = places[random.below(places.len())];
            let maze = match (self.family, part) {
                (Family::Tree, Part::Train) if self.stage.branching < 1.0 => {
                    // A uniform number in (0, 1] of ours as one in [0, 1) of theirs.
                    let flip = || 1.0 - f64::from(random.uniform());
                    match Maze::pruned_tree(self.stage.size, self.stage.branching, flip) {
                        Ok(maze) if maze.states() < self.complete.states() => Arc::new(maze),
                        _ => continue,
                    }
                }
                _ => Arc::clone(&self.complete),
            };
            // In a pruned tree the goal may not exist: the next one then.
            if let Some(goal) = maze.at(first, second) {
                return Task::with_random(maze, self.correlation, goal, random);
            }
        }
    }

    fn ask(&self, task: &Task, walk: &Walk, random: &mut Random) -> LabelledExample {
        let trajectory = &walk.steps;
        let maze = &task.maze;
        let actions = maze.actions();
        let mut example = TrainingExample {
            context: task.observe(trajectory),
            ..TrainingExample::default()
        };
        let mut so_far = Vec::with_capacity(trajectory.len() + 1);
        so_far.push(0);
        for t in trajectory {
            so_far.push(so_far[so_far.len() - 1] + usize::from(t.reward > 0.0));
        }
        let rings = self.rings(task);
        let mut seen_at = vec![usize::MAX; maze.states()];
        for (t, step) in trajectory.iter().enumerate().rev() {
            seen_at[step.next] = t;
            seen_at[step.state] = t;
        }
        let first = trajectory.iter().position(|t| t.reward > 0.0);
        // On the way home, half of the queries ask where the walk is.
        let home = walk.home.clone();
        let here = if home.is_empty() {
            0
        } else {
            self.stage.queries / 2
        };
        example.visible = (0..self.stage.queries)
            .map(|query| match first {
                _ if query < here => home.start + random.below(home.len()),
                Some(first) if f64::from(random.uniform()) <= self.stage.rewarded => {
                    // Squared: more of them soon after it, when little is known.
                    let later = f64::from(random.uniform());
                    let rest = (trajectory.len() - first) as f64;
                    (first + 1 + (later * later * rest) as usize).min(trajectory.len())
                }
                _ => 1 + random.below(trajectory.len()),
            })
            .collect();
        let mut asked: Vec<(usize, usize)> = Vec::with_capacity(self.stage.queries);
        for (query, &visible) in example.visible.iter().enumerate() {
            let kind = f64::from(random.uniform());
            let state = if query < here {
                trajectory[visible - 1].next
            } else if kind <= self.stage.on_path && !rings.is_empty() {
                rings[0][random.below(rings[0].len())]
            } else if kind <= self.stage.on_path + self.stage.spread && !rings.is_empty() {
                let ring = &rings[random.below(rings.len())];
                // One that was seen, where there is such a one among the first few drawn.
                let mut state = ring[random.below(ring.len())];
                for _ in 0..4 {
                    if seen_at[state] < visible {
                        break;
                    }
                    state = ring[random.below(ring.len())];
                }
                state
            } else {
                random.below(maze.states())
            };
            asked.push((visible, state));
        }
        asked.sort_by_key(|&(visible, _)| visible);
        example.visible = asked.iter().map(|&(visible, _)| visible).collect();
        for (_, state) in asked {
            example.queries.extend(task.ask(state));
            let optimal = maze.optimal(task.goal, state);
            let share = 1.0 / optimal.len().max(1) as f32;
            example
                .targets
                .extend((0..actions).map(|a| if optimal.contains(a) { share } else { 0.0 }));
        }
        let rewards = example.visible.iter().map(|&seen| so_far[seen]).collect();
        LabelledExample { example, rewards }
    }

    /// The states of a tree by their distance from the way between root and goal: first those on it, then those one step
    /// beside it, and so on; nothing in a gridworld.
    fn rings(&self, task: &Task) -> Vec<Vec<usize>> {
        let maze = &task.maze;
        if maze.family() != Family::Tree {
            return Vec::new();
        }
        let mut rings = Vec::new();
        for state in 0..maze.states() {
            // The root is state 0; every state of a tree has a way to the goal.
            let distance = maze.detour(0, task.goal, state).unwrap_or(0) as usize / 2;
            if rings.len() <= distance {
                rings.resize(distance + 1, Vec::new());
            }
            rings[distance].push(state);
        }
        rings.retain(|ring| !ring.is_empty());
        rings
    }
}

/// A walk, and where in it the explorer went straight home to the goal.
#[derive(Default)]
struct Walk {
    steps: Vec<Transition>,
    /// Context lengths at which it stood on the way home.
    home: std::ops::Range<usize>,
}

impl Walk {
    fn random(task: &Task, start: usize, length: usize, random: &mut Random) -> Self {
        Self {
            steps: explore(task, start, length, random),
            home: 0..0,
        }
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
