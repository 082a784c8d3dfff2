//! What the transformer makes of the memories: plain data for panels, reports and tests.

use super::{
    MazeKnob, Settings,
    reader::{Question, Reader},
    run::Run,
};
use chickadee_engine::{
    analysis::{Projection, kernel_alignment, probabilities, returns},
    base::Matrix,
    models::transformer::{Answers, Want},
    worlds::maze::{Protocol, Task},
};

/// What the transformer makes of the first `look` memories.
#[derive(Clone, Debug)]
pub struct Insight {
    /// Memories that it was given.
    pub look: usize,
    /// The state that was asked about.
    pub query: usize,
    /// Logits, states × actions.
    pub logits: Matrix,
    /// Action probabilities at the temperature of the settings, states × actions.
    pub policy: Matrix,
    /// Whether the likeliest action is optimal, state by state.
    pub correct: Vec<bool>,
    /// Expected normalised return over the starts of the paper's protocol: states among the memories, away from the goal;
    /// 0 when there is none.
    pub value: f64,
    /// The residual stream at every state: layers + 1 of states × d; the last after the final normalisation.
    pub hidden: Vec<Matrix>,
    /// Attention of the query, one row a block and head, on each of the `look` memories; 0 on deleted ones.
    pub attention: Vec<Vec<f32>>,
    /// What the query gives itself, a block and head each.
    pub own: Vec<f32>,
    /// Kernel alignment of blocks 1 …, as far as computed.
    pub alignment: Vec<f64>,
    /// Kernel alignment of the sensory codes alone.
    pub baseline: f64,
    /// The states in two dimensions, blocks 1 …, as far as computed; the largest coordinate is 1.
    pub points: Vec<Vec<[f64; 2]>>,
    /// Share of the variance that those show.
    pub explained: Vec<f64>,
}

impl Insight {
    /// Attention of the query in a block (from 0), of one head or the mean of all, on each memory.
    #[must_use]
    pub fn attention_of(&self, layer: usize, head: Option<usize>) -> Vec<f32> {
        let layers = self.hidden.len().saturating_sub(1).max(1);
        let heads = self.attention.len() / layers;
        let rows = match head {
            Some(head) => {
                layer * heads + head.min(heads.saturating_sub(1))
                    ..layer * heads + head.min(heads.saturating_sub(1)) + 1
            }
            None => layer * heads..(layer + 1) * heads,
        };
        let Some(rows) = self.attention.get(rows) else {
            return vec![0.0; self.look];
        };
        let mut mean = vec![0.0; self.look];
        for row in rows {
            for (to, from) in mean.iter_mut().zip(row) {
                *to += from / rows.len() as f32;
            }
        }
        mean
    }

    /// The likeliest action at a state.
    #[must_use]
    pub fn best(&self, state: usize) -> usize {
        chickadee_engine::base::reduce::argmax(self.logits.row(state)).unwrap_or(0)
    }

    /// Share of the states at which the likeliest action is optimal.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let right = self.correct.iter().filter(|&&c| c).count();
        right as f64 / self.correct.len().max(1) as f64
    }
}

/// Expected normalised return of a policy from the states that the first `look` memories have seen.
pub(super) fn value(
    protocol: Protocol,
    task: &Task,
    policy: &Matrix,
    run: &Run,
    look: usize,
) -> f64 {
    let maze = &task.maze;
    let horizon = protocol.horizon();
    let mut seen = vec![false; maze.states()];
    for memory in run.memories[..look].iter().filter(|m| !m.deleted) {
        seen[memory.transition.state] = true;
        seen[memory.transition.next] = true;
    }
    let starts = (0..maze.states()).filter(|&state| {
        let distance = maze.distance(state, task.goal);
        seen[state] && distance >= protocol.nearest_start() && distance as usize <= horizon
    });
    let expected = returns(policy, |s, a| maze.step(s, a), task.goal, horizon);
    let normalised: Vec<f64> = starts
        .map(|s| expected[s] / (horizon as f64 - f64::from(maze.distance(s, task.goal)) + 1.0))
        .collect();
    normalised.iter().sum::<f64>() / normalised.len().max(1) as f64
}

/// Steps from a to b, for kernels.
pub(super) fn distance(task: &Task) -> impl Fn(usize, usize) -> u32 + '_ {
    |a, b| task.maze.distance(a, b)
}

/// What decides about the cheap parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lens {
    pub temperature: f64,
    pub gamma: f64,
    pub goal: usize,
    pub query: usize,
}

impl Lens {
    pub fn of(settings: &Settings, run: &Run, query: usize) -> Self {
        Self {
            temperature: settings.get(MazeKnob::Temperature),
            gamma: settings.get(MazeKnob::Gamma),
            goal: run.task.goal,
            query,
        }
    }
}

impl Insight {
    /// From logits and hidden states of all states; what is cheap is filled in by [`focus`](Self::focus).
    pub(super) fn new(logits: Matrix, hidden: Vec<Matrix>, look: usize) -> Self {
        Self {
            look,
            query: 0,
            policy: Matrix::default(),
            correct: Vec::new(),
            value: 0.0,
            attention: Vec::new(),
            own: Vec::new(),
            alignment: Vec::new(),
            baseline: 0.0,
            points: Vec::new(),
            explained: Vec::new(),
            logits,
            hidden,
        }
    }

    /// Policy, return and the attention of one state, of which `gaze` tells.
    pub(super) fn focus(
        &mut self,
        lens: Lens,
        protocol: Protocol,
        run: &Run,
        reader: &Reader,
        gaze: &Answers,
    ) {
        let task = &run.task;
        self.policy = probabilities(&self.logits, lens.temperature as f32);
        self.correct = (0..task.maze.states())
            .map(|state| {
                task.maze
                    .optimal(task.goal, state)
                    .contains(self.best(state))
            })
            .collect();
        self.value = value(protocol, task, &self.policy, run, self.look);
        self.query = lens.query;
        let tokens = reader.tokens(self.look);
        let positions = &reader.positions()[..tokens];
        self.own = gaze.attention.iter().map(|m| m.row(0)[tokens]).collect();
        self.attention = gaze
            .attention
            .iter()
            .map(|matrix| {
                let mut row = vec![0.0; self.look];
                for (&position, &weight) in positions.iter().zip(matrix.row(0)) {
                    row[position] = weight;
                }
                row
            })
            .collect();
        self.baseline = kernel_alignment(&task.codes, &distance(task), lens.gamma);
        self.alignment.clear();
    }

    /// Alignment and picture of one block more. Returns whether there was one.
    pub(super) fn look_at_next_layer(
        &mut self,
        lens: Lens,
        task: &Task,
        pictures: &mut Vec<Projection>,
    ) -> bool {
        let layer = self.alignment.len();
        let Some(x) = self.hidden.get(layer + 1) else {
            return false;
        };
        self.alignment
            .push(kernel_alignment(x, &distance(task), lens.gamma));
        if self.points.len() <= layer {
            pictures.resize_with(pictures.len().max(layer + 1), Projection::default);
            pictures[layer].update(x);
            self.points.push(pictures[layer].points().to_vec());
            self.explained.push(pictures[layer].explained());
        }
        true
    }
}

/// Where one state looks, being asked.
pub(super) struct Gaze {
    /// Version, tokens and the state.
    of: (u64, usize, usize),
    question: Question,
}

impl Gaze {
    pub fn new(run: &Run, reader: &Reader, tokens: usize, query: usize) -> Self {
        let want = Want {
            hidden: false,
            attention: true,
        };
        Self {
            of: (reader.version(), tokens, query),
            question: reader.ask(&run.task.ask(query), tokens, want),
        }
    }

    /// Whether this is what is asked for now.
    pub fn is_of(&self, reader: &Reader, tokens: usize, query: usize) -> bool {
        self.of == (reader.version(), tokens, query)
    }

    /// The answer, once it is there.
    pub fn take(&self) -> Option<Answers> {
        self.question.take()
    }
}
