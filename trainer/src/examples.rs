//! Training examples: tasks made on the fly, walks of the roll-in policy, and queries.
//!
//! The paper stores one query per trajectory and repeats it at 41 or 81 context lengths; here every training example asks
//! many independent queries, each at a context length of its own, and the label is spread evenly over all optimal
//! actions instead of being drawn from them. Both change the noise of the gradient, not what is learned.

use std::sync::Arc;

use chickadee_engine::{
    base::random::{Random, Stream},
    models::transformer::{TrainingExample, Transformer},
    worlds::maze::{ActionSet, Family, Maze, Protocol, Task, goals, start_state},
};

use crate::{loops::greedy_loops, recipe::Stage, walks::Walk};

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
    /// The generator of a stage. The recipe was checked, so the maze exists.
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

    /// Training example number `number`; the same number gives the same example. Where the stage asks for greedy loops, they
    /// are those of `learner`, and the example depends on its weights as well.
    ///
    /// Training trees are pruned and never complete, validation trees are complete.
    #[must_use]
    pub fn example(
        &self,
        part: Part,
        number: u64,
        learner: Option<&Transformer>,
    ) -> LabelledExample {
        // Validation training examples take numbers that training does not reach.
        let position = match part {
            Part::Train => number,
            Part::Validation => number + (1 << 40),
        };
        let mut random = Random::new(self.seed, Stream::Task, position);
        let task = self.task(part, &mut random);
        let mut random = Random::new(self.seed, Stream::Explore, position);
        let walk = match part {
            Part::Train => Walk::of(&self.stage, &task, &mut random),
            Part::Validation => {
                let start = start_state(&task.maze, &mut random);
                Walk::random(&task, start, self.stage.context, &mut random)
            }
        };
        let mut random = Random::new(self.seed, Stream::Query, position);
        self.ask(&task, &walk, learner, &mut random)
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

    fn ask(
        &self,
        task: &Task,
        walk: &Walk,
        learner: Option<&Transformer>,
        random: &mut Random,
    ) -> LabelledExample {
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
        let unseen_at = |visible: usize| -> Vec<usize> {
            let states = 0..maze.states();
            states.filter(|&state| seen_at[state] >= visible).collect()
        };
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
        let loops = match learner {
            Some(learner) if self.stage.loops > 0.0 => {
                let later = example.visible[here..].iter().copied();
                let mut lengths: Vec<usize> = later
                    .filter(|&visible| so_far[visible] > 0)
                    .take(LOOPS_AT)
                    .collect();
                lengths.sort_unstable();
                lengths.dedup();
                greedy_loops(learner, task, trajectory, &lengths)
            }
            _ => Vec::new(),
        };
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
            } else if kind > 1.0 - self.stage.loops && !loops.is_empty() {
                asked.push(loops[random.below(loops.len())]);
                continue;
            } else if self.stage.novel > 0.0
                && kind > 1.0 - self.stage.loops - self.stage.novel
                && let Some(first) = first
            {
                let mut at = visible;
                let mut unseen = Vec::new();
                // After long walks often no state is left.
                for _ in 0..4 {
                    at = first + 1 + random.below(trajectory.len() - first);
                    unseen = unseen_at(at);
                    if !unseen.is_empty() {
                        break;
                    }
                }
                asked.push(match unseen.len() {
                    0 => (visible, random.below(maze.states())),
                    count => (at, unseen[random.below(count)]),
                });
                continue;
            } else if kind > 1.0 - self.stage.loops - self.stage.novel - self.stage.unseen
                && so_far[visible] > 0
            {
                let unseen = unseen_at(visible);
                // The nearer to the goal of two: a way that leads through an unseen state most often does so at its end.
                let draw = |random: &mut Random| match unseen.len() {
                    0 => random.below(maze.states()),
                    count => unseen[random.below(count)],
                };
                let (one, other) = (draw(random), draw(random));
                if maze.distance(one, task.goal) <= maze.distance(other, task.goal) {
                    one
                } else {
                    other
                }
            } else {
                random.below(maze.states())
            };
            asked.push((visible, state));
        }
        asked.sort_by_key(|&(visible, _)| visible);
        example.visible = asked.iter().map(|&(visible, _)| visible).collect();
        for (visible, state) in asked {
            example.queries.extend(task.ask(state));
            let optimal = maze.optimal(task.goal, state);
            let seen = (0..actions)
                .filter(|&a| seen_at[maze.step(state, a)] < visible)
                .collect();
            example
                .targets
                .extend(target(optimal, seen, self.stage.known, actions));
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

/// Context lengths of a training example at which greedy loops are looked for.
const LOOPS_AT: usize = 3;

/// The wanted probabilities of the actions: evenly over the `optimal` ones. With `known`, that share of them goes to those
/// that lead to states that were seen, `to_seen`, where some do and some do not.
fn target(
    optimal: ActionSet,
    to_seen: ActionSet,
    known: Option<f32>,
    actions: usize,
) -> impl Iterator<Item = f32> {
    let count = optimal.len();
    let both = optimal.iter().filter(|&a| to_seen.contains(a)).count();
    let known = known.filter(|_| both != 0 && both != count);
    (0..actions).map(move |a| match known {
        _ if !optimal.contains(a) => 0.0,
        None => 1.0 / count as f32,
        Some(known) if to_seen.contains(a) => known / both as f32,
        Some(known) => (1.0 - known) / (count - both) as f32,
    })
}

#[cfg(test)]
mod tests {
    use chickadee_engine::models::transformer::Weights;

    use super::*;
    use crate::recipe::Recipe;

    fn recipe(task: &str, stage: &str) -> Recipe {
        let text = format!(
            "name = \"t\"\ntask = \"{task}\"\nseed = 3\ncorrelation = 0.25\n\
             [model]\nwidth = 16\nlayers = 2\nheads = 2\n\
             [optimiser]\nbeta_1 = 0.9\nbeta_2 = 0.98\nweight_decay = 0.0\nclip = 1.0\nwarm_up = 1\n\
             [[stage]]\nqueries = 60\nbatch = 1\nsteps = 1\nrate = 0.001\n{stage}\n"
        );
        Recipe::parse("t", &text).unwrap()
    }

    fn generator(recipe: &Recipe) -> ExampleGenerator {
        ExampleGenerator::new(
            recipe.task,
            recipe.correlation,
            &recipe.stages[0],
            recipe.seed,
        )
        .unwrap()
    }

    #[test]
    fn ties_go_to_states_that_were_seen_where_one_asks_for_it() {
        let of = |optimal: &[usize], to_seen: &[usize], known| {
            let set = |actions: &[usize]| actions.iter().copied().collect();
            target(set(optimal), set(to_seen), known, 5).collect::<Vec<_>>()
        };
        assert_eq!(of(&[0, 1], &[0], None), [0.5, 0.5, 0.0, 0.0, 0.0]);
        assert_eq!(of(&[0, 1], &[0], Some(0.75)), [0.75, 0.25, 0.0, 0.0, 0.0]);
        // All seen, none seen, no tie: nothing to choose.
        assert_eq!(
            of(&[0, 1], &[0, 1, 2, 3, 4], Some(0.75)),
            [0.5, 0.5, 0.0, 0.0, 0.0]
        );
        assert_eq!(
            of(&[0, 1], &[2, 3, 4], Some(0.75)),
            [0.5, 0.5, 0.0, 0.0, 0.0]
        );
        assert_eq!(of(&[2], &[0], Some(0.75)), [0.0, 0.0, 1.0, 0.0, 0.0]);
    }

    /// With `unseen` or `novel` at 1, every query after the first reward is asked at a state that the context does not show: with
    /// `novel` evenly over the lengths that are left, with `unseen` sooner after the reward.
    #[test]
    fn unseen_states_are_asked_about() {
        let late = ["unseen", "novel"].map(|kind| {
            let stage = format!("size = 5\ncontext = 40\nrewarded = 1.0\n{kind} = 1.0");
            let recipe = recipe("gridworld", &stage);
            let token = recipe.shape().token_width();
            let (mut asked, mut late) = (0, 0.0);
            for number in 0..40 {
                let LabelledExample { example, rewards } =
                    generator(&recipe).example(Part::Train, number, None);
                let codes = |tokens: &[f32], at: usize| tokens[at..at + 10].to_vec();
                let reward = |t: usize| example.context[(t + 1) * token - 1] > 0.0;
                let Some(first) = (0..40).position(reward) else {
                    continue;
                };
                for (query, &visible) in example.visible.iter().enumerate() {
                    let state = codes(&example.queries, query * token);
                    let seen = (0..visible).any(|t| {
                        [0, 15]
                            .iter()
                            .any(|at| codes(&example.context, t * token + at) == state)
                    });
                    assert!(rewards[query] > 0, "example {number}, query {query}");
                    assert!(!seen, "example {number}, query {query}");
                    asked += 1;
                    if first < 39 {
                        late += (visible - first - 1) as f64 / (39 - first) as f64;
                    }
                }
            }
            assert!(asked > 1000, "{asked}");
            late / f64::from(asked)
        });
        assert!(late[0] < 0.4, "{late:?}");
        assert!((0.45..0.55).contains(&late[1]), "{late:?}");
    }

    /// With `loops = 1`, an untrained network is asked about nothing but its loops, at a few context lengths.
    #[test]
    fn greedy_loops_are_asked_about() {
        let recipe = recipe(
            "tree",
            "size = 4\ncontext = 100\nrewarded = 1.0\nall_goals = true\nbranching = 0.9\nloops = 1.0",
        );
        let learner = Transformer::new(Weights::initial(recipe.shape(), 1));
        let generator = generator(&recipe);
        let (mut with, mut lengths) = (0, 0);
        for number in 0..20 {
            let plain = generator.example(Part::Train, number, None);
            let looped = generator.example(Part::Train, number, Some(&learner));
            assert_eq!(plain.example.context, looped.example.context);
            assert!(looped.example.visible.is_sorted());
            if plain.rewards.iter().all(|&rewards| rewards == 0) {
                assert_eq!(plain.example.queries, looped.example.queries);
                continue;
            }
            // An untrained network loops everywhere: all queries lie at the few context lengths that were looked at.
            let mut distinct = looped.example.visible.clone();
            distinct.dedup();
            assert!(distinct.len() <= LOOPS_AT, "{distinct:?}");
            lengths += distinct.len();
            with += 1;
        }
        assert!(with >= 5 && lengths > with, "{with} {lengths}");
    }
}
