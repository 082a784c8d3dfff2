//! Readouts: can a state's place, the way to the goal, or whether a step leads there be read from a token by one linear map?
//! (Figs. 5b, 5c, 7b, K19, M21.) What is fitted here is shipped with the checkpoint and read live.
//!
//! A transformer explores tasks with the goals that it was trained on, with new codes, as long as in the paper (200
//! steps in a gridworld, 800 in a complete tree). Walks that never find the goal are left out. Samples are
//!
//! * of the **query**: its activity at every state that the walk has seen;
//! * of the **memory**: that of the context tokens from the first reward on, of each pair of states (s, s′) the last
//!   token; in gridworlds only tokens that moved.
//!
//! Targets refer to s, the state that a transition *began* in, not to s′: in gridworlds its [`PLACE`] and the
//! [`GOAL_ANGLE`]; in trees whether s and s′ are [`ON_PATH`], with yes and no weighted alike. The fit is tested on tasks with
//! goals that training never saw.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

use super::{EvalError, Progress, experience::check_model};
use crate::{
    analysis::{LinearReadout, accuracy, balance, fit, fit_weighted, r_squared},
    base::{
        Matrix, parallel,
        random::{Random, Stream},
    },
    models::transformer::{Context, ReadoutKey, Readouts, TokenRole, Transformer, Want},
    worlds::maze::{
        Family, Maze, PUBLISHED_CORRELATION, Protocol, Task, Transition, explore, goals,
        start_state,
    },
};

/// Target: x and y of the state, in cells.
pub const PLACE: &str = "place";
/// Target: sine and cosine of the direction of the goal as seen from the state, atan2(Δy, Δx). The goal itself has none.
pub const GOAL_ANGLE: &str = "goal_angle";
/// Target: 1 where the state (of a memory token: both states) lies on the path from root to goal, −1 elsewhere.
pub const ON_PATH: &str = "on_path";

/// Weight of the ridge, for standardised activity. From 0.1 to 10 the results hardly differ; 1000 costs up to 0.1 in R².
const RIDGE: f64 = 1.0;
/// The fewest tasks to fit to.
const FEWEST_TASKS: usize = 4;
/// The most.
const MOST_TASKS: usize = 100_000;

/// Settings of a fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadoutSettings {
    /// Number of tasks to fit to, less those in which the walk does not find the goal (half of the trees); a quarter as
    /// many are tested on.
    pub tasks: usize,
    /// Seed of tasks and walks.
    pub seed: u64,
}

/// Scores of all readouts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReadoutReport {
    /// Gridworlds or trees.
    pub task: Family,
    /// Tasks that were fitted to: those in which the goal was found.
    pub fitted_tasks: usize,
    /// Tasks with held-out goals that were tested on, of those too.
    pub tested_tasks: usize,
    /// Seed.
    pub seed: u64,
    /// One row a readout.
    pub rows: Vec<ReadoutRow>,
}

/// Score of one readout on tasks with held-out goals.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReadoutRow {
    /// Whose activity.
    #[serde(rename = "reader")]
    pub role: TokenRole,
    /// The layer, from 1.
    pub layer: usize,
    /// The target.
    pub target: &'static str,
    /// Samples that were fitted to.
    pub fitted: usize,
    /// Samples that were tested on.
    pub tested: usize,
    /// Its score.
    pub score: Score,
    /// The same in the paper, of a model four times as wide; only where that has as many layers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper: Option<Score>,
}

/// A measure that suits the target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Score {
    /// R² of x and y.
    Place {
        /// Of x.
        r2_x: f64,
        /// Of y.
        r2_y: f64,
    },
    /// Direction of the goal.
    GoalAngle {
        /// Mean error.
        degrees: f64,
    },
    /// Yes or no.
    OnPath {
        /// Share of right answers.
        accuracy: f64,
        /// Mean of the shares among yes and no; chance is ½.
        #[serde(skip_serializing_if = "Option::is_none")]
        balanced: Option<f64>,
    },
}

impl Score {
    fn text(self) -> String {
        match self {
            Self::Place { r2_x, r2_y } => format!("R² x {r2_x:.3}, y {r2_y:.3}"),
            Self::GoalAngle { degrees } => format!("error {degrees:.1}°"),
            Self::OnPath { accuracy, balanced } => match balanced {
                Some(balanced) => format!("right {accuracy:.3}, balanced {balanced:.3}"),
                None => format!("right {accuracy:.3}"),
            },
        }
    }
}

impl ReadoutReport {
    /// A table to be read.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = format!(
            "{} readouts, fitted to {} tasks, tested on {} with held-out goals\n\n",
            self.task.name(),
            self.fitted_tasks,
            self.tested_tasks
        );
        let _ = writeln!(
            out,
            "{:<7} {:>5} {:<11} {:>8} {:>8}  {:<30} paper",
            "reader", "layer", "target", "fitted", "tested", "held out"
        );
        for row in &self.rows {
            let paper = row.paper.map(Score::text).unwrap_or_default();
            let line = format!(
                "{:<7} {:>5} {:<11} {:>8} {:>8}  {:<30} {paper}",
                row.role.name(),
                row.layer,
                row.target,
                row.fitted,
                row.tested,
                row.score.text(),
            );
            let _ = writeln!(out, "{}", line.trim_end());
        }
        out
    }
}

/// Fits the readouts of a checkpoint and tests them. The same settings and weights give the same bits on any number of cores.
///
/// # Errors
/// When the model was made for neither gridworlds nor trees, when the number of tasks is out of range, and when the goal
/// was found in none of them.
pub fn fit_readouts(
    settings: &ReadoutSettings,
    transformer: &Transformer,
    progress: &Progress,
) -> Result<(Readouts, ReadoutReport), EvalError> {
    let family = Family::with_actions(transformer.shape().actions).unwrap_or(Family::Gridworld);
    check_model(family, transformer)?;
    if !(FEWEST_TASKS..=MOST_TASKS).contains(&settings.tasks) {
        return Err(EvalError::Number(format!(
            "{} tasks; expected {FEWEST_TASKS} to {MOST_TASKS}",
            settings.tasks
        )));
    }
    let maze = Protocol::published(family).maze()?;
    let split = goals(&maze);
    progress.expect(settings.tasks + settings.tasks / 4);
    let gather = |goals: &[usize], count: usize, from: u64| -> Result<Pool, EvalError> {
        let tasks = parallel::try_map(count, |number| {
            let position = from + number as u64;
            progress
                .part(|| Samples::of(family, &maze, goals, transformer, settings.seed, position))
        })?;
        Ok(Pool(tasks.into_iter().flatten().collect()))
    };
    let train = gather(&split.train, settings.tasks, 0)?;
    // Numbers that the fit does not reach.
    let test = gather(&split.held_out, settings.tasks / 4, 1 << 40)?;
    if train.0.is_empty() || test.0.is_empty() {
        let line = "the goal was found in no walk: expected more tasks";
        return Err(EvalError::Number(line.into()));
    }

    let mut jobs = Vec::new();
    for role in [TokenRole::Query, TokenRole::Memory] {
        for layer in 1..=transformer.shape().layers {
            jobs.extend(targets(family).iter().map(|&target| (role, layer, target)));
        }
    }
    let fits = parallel::map(jobs.len(), |job| {
        let (role, layer, target) = jobs[job];
        let (x, y) = train.samples(role, layer, target);
        let readout = if target == ON_PATH {
            fit_weighted(&x, &y, &balance(y.values()), RIDGE)
        } else {
            fit(&x, &y, RIDGE)
        };
        let (test_x, test_y) = test.samples(role, layer, target);
        let row = ReadoutRow {
            role,
            layer,
            target,
            fitted: x.rows(),
            tested: test_x.rows(),
            score: score(&readout, &test_x, &test_y, target),
            paper: (transformer.shape().layers == 3)
                .then(|| published(role, layer, target))
                .flatten(),
        };
        let target = target.to_owned();
        (
            ReadoutKey {
                role,
                layer,
                target,
            },
            readout,
            row,
        )
    });
    let mut readouts = Readouts::default();
    let mut report = ReadoutReport {
        task: family,
        fitted_tasks: train.0.len(),
        tested_tasks: test.0.len(),
        seed: settings.seed,
        rows: Vec::new(),
    };
    for (key, readout, row) in fits {
        readouts.all.insert(key, readout);
        report.rows.push(row);
    }
    Ok((readouts, report))
}

fn targets(family: Family) -> &'static [&'static str] {
    match family {
        Family::Gridworld => &[PLACE, GOAL_ANGLE],
        Family::Tree => &[ON_PATH],
    }
}

/// Steps of a walk, as in the paper.
fn steps(family: Family) -> usize {
    match family {
        Family::Gridworld => 200,
        Family::Tree => 800,
    }
}

/// Origin of one sample: for a query, state and next are the same.
#[derive(Clone, Copy)]
struct Origin {
    state: usize,
    next: usize,
}

/// The wanted output; `None` where the target is not defined.
fn wanted(task: &Task, origin: Origin, target: &str) -> Option<Vec<f32>> {
    let maze = &task.maze;
    let at = |state| {
        let (x, y) = maze.position(state);
        (x as f32, y as f32)
    };
    let (x, y) = at(origin.state);
    match target {
        PLACE => Some(vec![x, y]),
        GOAL_ANGLE => {
            let (goal_x, goal_y) = at(task.goal);
            let (dx, dy) = (goal_x - x, goal_y - y);
            let distance = libm::sqrtf(dx * dx + dy * dy);
            (distance > 0.0).then(|| vec![dy / distance, dx / distance])
        }
        _ => {
            // The root is state 0.
            let on = |state| maze.on_path(0, task.goal, state);
            let yes = on(origin.state) && on(origin.next);
            Some(vec![if yes { 1.0 } else { -1.0 }])
        }
    }
}

/// The samples of one task.
struct Samples {
    task: Task,
    /// By token role: the origin of each sample, and its activity, layer by layer from 1, samples × d.
    of: BTreeMap<TokenRole, (Vec<Origin>, Vec<Matrix>)>,
}

impl Samples {
    /// Task number `position`; `None` when the walk does not find the goal.
    fn of(
        family: Family,
        maze: &Maze,
        goals: &[usize],
        transformer: &Transformer,
        seed: u64,
        position: u64,
    ) -> Option<Self> {
        let mut random = Random::new(seed, Stream::Task, position);
        let goal = goals[random.below(goals.len())];
        let task = Task::with_random(
            maze.clone().into(),
            PUBLISHED_CORRELATION,
            goal,
            &mut random,
        );
        let mut random = Random::new(seed, Stream::Explore, position);
        let start = start_state(maze, &mut random);
        let walk = explore(&task, start, steps(family), &mut random);
        let first = walk.iter().position(|t| t.reward > 0.0)?;
        let tokens = task.observe(&walk);

        let mut seen: Vec<usize> = walk.iter().flat_map(|t| [t.state, t.next]).collect();
        seen.sort_unstable();
        seen.dedup();
        let queries: Vec<f32> = seen.iter().flat_map(|&state| task.ask(state)).collect();
        let mut context = Context::new(transformer.shape());
        context.append(transformer, &tokens);
        let want = Want {
            hidden: true,
            attention: false,
        };
        let mut asked = transformer.ask(&context, walk.len(), &queries, want).hidden;
        asked.remove(0);
        let origins = seen
            .iter()
            .map(|&state| Origin { state, next: state })
            .collect();
        let mut of = BTreeMap::from([(TokenRole::Query, (origins, asked))]);

        let kept = memories(family, &walk, first);
        // The cache holds no activity of the last layer, so one pass without it.
        let mut whole = tokens;
        whole.extend(task.ask(start));
        let hidden = transformer.observe(&whole).hidden;
        let rows = hidden.iter().skip(1).map(|hidden| {
            let values = kept.iter().flat_map(|&token| hidden.row(token));
            Matrix::from_values(kept.len(), hidden.columns(), values.copied().collect())
        });
        let origins = kept.iter().map(|&token| {
            let Transition { state, next, .. } = walk[token];
            Origin { state, next }
        });
        of.insert(TokenRole::Memory, (origins.collect(), rows.collect()));
        Some(Self { task, of })
    }
}

/// Tokens that are sampled: from the `first` rewarded one on, of each pair of states the last one.
fn memories(family: Family, walk: &[Transition], first: usize) -> Vec<usize> {
    let mut last = BTreeMap::new();
    for (token, t) in walk.iter().enumerate().skip(first) {
        if family == Family::Tree || t.state != t.next {
            last.insert((t.state, t.next), token);
        }
    }
    let mut kept: Vec<usize> = last.into_values().collect();
    kept.sort_unstable();
    kept
}

/// The samples of all tasks in which the goal was found.
struct Pool(Vec<Samples>);

impl Pool {
    /// Activity (samples × d) and targets (samples × outputs).
    fn samples(&self, role: TokenRole, layer: usize, target: &str) -> (Matrix, Matrix) {
        let (mut x, mut y, mut rows) = (Vec::new(), Vec::new(), 0);
        for samples in &self.0 {
            let (origins, hidden) = &samples.of[&role];
            for (row, &origin) in origins.iter().enumerate() {
                if let Some(target) = wanted(&samples.task, origin, target) {
                    x.extend_from_slice(hidden[layer - 1].row(row));
                    y.extend(target);
                    rows += 1;
                }
            }
        }
        let width = |values: &Vec<f32>| values.len().checked_div(rows).unwrap_or(0);
        let (inputs, outputs) = (width(&x), width(&y));
        (
            Matrix::from_values(rows, inputs, x),
            Matrix::from_values(rows, outputs, y),
        )
    }
}

fn score(readout: &LinearReadout, x: &Matrix, y: &Matrix, target: &str) -> Score {
    let read = readout.apply_all(x);
    let column =
        |m: &Matrix, c: usize| -> Vec<f32> { (0..m.rows()).map(|i| m.row(i)[c]).collect() };
    match target {
        PLACE => {
            let r2 = |c| r_squared(&column(&read, c), &column(y, c));
            Score::Place {
                r2_x: r2(0),
                r2_y: r2(1),
            }
        }
        GOAL_ANGLE => {
            let angle = |row: &[f32]| libm::atan2(row[0].into(), row[1].into()).to_degrees();
            let error = |i| {
                let turn = (angle(read.row(i)) - angle(y.row(i))).abs();
                turn.min(360.0 - turn)
            };
            let degrees = (0..y.rows()).map(error).sum::<f64>() / y.rows() as f64;
            Score::GoalAngle { degrees }
        }
        _ => {
            let (plain, balanced) = accuracy(read.values(), y.values());
            Score::OnPath {
                accuracy: plain,
                balanced: Some(balanced),
            }
        }
    }
}

/// Scores printed by the paper's notebooks, for the model of three layers, 512 wide.
fn published(role: TokenRole, layer: usize, target: &str) -> Option<Score> {
    let place = |r2_x, r2_y| Some(Score::Place { r2_x, r2_y });
    let angle = |degrees| Some(Score::GoalAngle { degrees });
    let path = |accuracy| {
        Some(Score::OnPath {
            accuracy,
            balanced: None,
        })
    };
    match (role, target, layer) {
        (TokenRole::Query, PLACE, 1) => place(0.640, 0.643),
        (TokenRole::Query, PLACE, 2) => place(0.891, 0.892),
        (TokenRole::Query, PLACE, 3) => place(0.880, 0.876),
        (TokenRole::Query, GOAL_ANGLE, 1) => angle(44.0),
        (TokenRole::Query, GOAL_ANGLE, 2) => angle(12.1),
        (TokenRole::Query, GOAL_ANGLE, 3) => angle(8.9),
        (TokenRole::Memory, PLACE, 1) => place(0.584, 0.605),
        (TokenRole::Memory, PLACE, 2) => place(0.858, 0.869),
        (TokenRole::Memory, GOAL_ANGLE, 1) => angle(51.8),
        (TokenRole::Memory, GOAL_ANGLE, 2) => angle(16.5),
        (TokenRole::Memory, ON_PATH, 1) => path(0.793),
        (TokenRole::Memory, ON_PATH, 2) => path(0.928),
        (TokenRole::Memory, ON_PATH, 3) => path(0.970),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::transformer::{Shape, Weights};

    fn transformer(actions: usize) -> Transformer {
        Transformer::new(Weights::initial(
            Shape {
                width: 16,
                layers: 2,
                heads: 2,
                sensory: 10,
                actions,
            },
            1,
        ))
    }

    #[test]
    fn targets_are_what_they_say() {
        let task = Task::published_grid(0, 7).unwrap(); // the goal lies at (1, 2)
        let of = |state, target| {
            let origin = Origin { state, next: state };
            wanted(&task, origin, target)
        };
        assert_eq!(of(23, PLACE).unwrap(), [4.0, 3.0]);
        assert_eq!(of(17, GOAL_ANGLE).unwrap(), [0.0, -1.0]);
        assert_eq!(of(5, GOAL_ANGLE).unwrap(), [1.0, 0.0]);
        assert_eq!(of(7, GOAL_ANGLE), None);

        let task = Task::published_tree(0, 1.0, Some(64)).unwrap();
        let of = |state, next| wanted(&task, Origin { state, next }, ON_PATH).unwrap()[0];
        let path: Vec<usize> = (0..127).filter(|&s| of(s, s) > 0.0).collect();
        assert_eq!(path.len(), 7);
        assert_eq!((path[0], path[6]), (0, 64));
        assert_eq!(of(path[2], path[1]), 1.0);
        let aside = (0..127).find(|s| !path.contains(s)).unwrap();
        assert_eq!(of(0, aside), -1.0);
    }

    #[test]
    fn the_last_token_of_a_pair_counts() {
        let step = |state, next| Transition {
            state,
            action: 0,
            next,
            reward: 0.0,
        };
        let walk = [step(0, 1), step(1, 0), step(0, 1), step(1, 1), step(1, 0)];
        assert_eq!(memories(Family::Tree, &walk, 0), [2, 3, 4]);
        assert_eq!(memories(Family::Gridworld, &walk, 0), [2, 4]);
        assert_eq!(memories(Family::Gridworld, &walk, 3), [4]);
    }

    #[test]
    fn the_same_tasks_give_the_same_bits() {
        for (actions, rows) in [(5, 8), (4, 4)] {
            let transformer = transformer(actions);
            let settings = ReadoutSettings { tasks: 12, seed: 3 };
            let run = || fit_readouts(&settings, &transformer, &Progress::default()).unwrap();
            let (readouts, report) = run();
            assert_eq!((report.rows.len(), readouts.all.len()), (rows, rows));
            assert_eq!(run(), (readouts, report.clone()));
            assert!(report.table().lines().count() == rows + 3);
            assert!(report.rows.iter().all(|row| row.paper.is_none()));
        }
        let few = ReadoutSettings { tasks: 3, seed: 0 };
        let refused = fit_readouts(&few, &transformer(5), &Progress::default());
        assert!(refused.unwrap_err().to_string().starts_with("3 tasks"));
        let tasks = ReadoutSettings { tasks: 8, seed: 0 };
        assert!(fit_readouts(&tasks, &transformer(6), &Progress::default()).is_err());
    }
}
