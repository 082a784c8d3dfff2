//! The output of the transformer for the memories that are looked at: plain data for panels, reports and tests.

use super::{
    MazeLab,
    encoder::ContextEncoder,
    field::{PolicyField, QueryAttention},
    key::{ContextKey, ViewKey},
    run::Run,
};
use crate::session::{Derived, Progress};
use chickadee_engine::{
    analysis::{Projection, kernel_alignment, probabilities, returns},
    base::{Matrix, reduce::argmax},
    worlds::maze::{Protocol, Task},
};

/// The output of the transformer for the first `look` memories.
#[derive(Default)]
pub struct ModelOutput {
    /// Number of memories in the context.
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
    /// Attention of the query, one row a layer and head, on each of the `look` memories; 0 on deleted ones.
    pub attention: Vec<Vec<f32>>,
    /// Attention of the query on itself, by layer and head.
    pub own: Vec<f32>,
    /// Kernel alignment of layers 1 …, as far as computed.
    pub alignment: Vec<f64>,
    /// Kernel alignment of the sensory codes alone.
    pub baseline: f64,
    /// The states in two dimensions, layers 1 …, as far as computed; the largest coordinate is 1.
    pub points: Vec<Vec<[f64; 2]>>,
    /// Share of the variance in those, 0 … 1.
    pub explained: Vec<f64>,
    field: Option<PolicyField>,
    asked: Option<QueryAttention>,
    /// The point of view of policy, return and attention, once they are known.
    view: Option<ViewKey>,
    /// The pictures of layers 1 …, which turn with those before them.
    pictures: Vec<Projection>,
}

impl ModelOutput {
    /// Attention of the query in a layer (from 0), of one head or the mean of all, on each memory.
    #[must_use]
    pub fn attention_of(&self, layer: usize, head: Option<usize>) -> Vec<f32> {
        let layers = self.hidden.len().saturating_sub(1).max(1);
        let heads = self.attention.len() / layers;
        let first = layer * heads;
        let rows = match head {
            Some(head) => {
                let row = first + head.min(heads.saturating_sub(1));
                row..row + 1
            }
            None => first..first + heads,
        };
        let mut mean = vec![0.0; self.look];
        let rows = self.attention.get(rows).unwrap_or_default();
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
        argmax(self.logits.row(state)).unwrap_or(0)
    }

    /// Share of the states at which the likeliest action is optimal, 0 … 1.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let right = self.correct.iter().filter(|&&c| c).count();
        right as f64 / self.correct.len().max(1) as f64
    }

    /// Logits and hidden states, once they are known.
    pub(super) fn field(&self) -> Option<(&Matrix, &[Matrix])> {
        self.field
            .is_none()
            .then_some((&self.logits, &self.hidden[..]))
    }

    /// Whether policy, return and attention are those of this point of view.
    pub(super) fn is_seen_from(&self, view: &ViewKey) -> bool {
        self.view.as_ref() == Some(view)
    }

    /// Policy, return and the attention of one state. Returns whether there was anything to wait for.
    fn focus(&mut self, lab: &MazeLab, view: ViewKey, encoder: &ContextEncoder) -> Progress {
        let run = &lab.run;
        // Its attention is that of the query in this context, whatever else has changed.
        if self.attention.is_empty() || self.query != view.query {
            let asked = self.asked.take().filter(|asked| asked.query == view.query);
            let mut asked =
                asked.unwrap_or_else(|| QueryAttention::new(run, encoder, self.look, view.query));
            let Some(attention) = asked.take() else {
                self.asked = Some(asked);
                return Progress::Waits;
            };
            self.attend(encoder, &attention);
            self.query = view.query;
        }
        let task = &run.task;
        self.policy = probabilities(&self.logits, view.temperature as f32);
        self.correct = (0..task.maze.states())
            .map(|state| {
                task.maze
                    .optimal(task.goal, state)
                    .contains(self.best(state))
            })
            .collect();
        self.value = value(view.protocol, task, &self.policy, run, self.look);
        self.baseline = kernel_alignment(&task.codes, &distance(task), view.gamma);
        if self.view.is_none_or(|before| before.gamma != view.gamma) {
            self.alignment.clear();
        }
        self.view = Some(view);
        Progress::Worked
    }

    /// Spreads attention on tokens over the memories.
    fn attend(&mut self, encoder: &ContextEncoder, attention: &[Matrix]) {
        let tokens = encoder.tokens(self.look);
        let positions = &encoder.positions()[..tokens];
        self.own = attention.iter().map(|m| m.row(0)[tokens]).collect();
        self.attention = attention
            .iter()
            .map(|matrix| {
                let mut row = vec![0.0; self.look];
                for (&position, &weight) in positions.iter().zip(matrix.row(0)) {
                    row[position] = weight;
                }
                row
            })
            .collect();
    }

    /// Alignment and picture of one layer more. Returns whether there was one.
    fn look_at_next_layer(&mut self, gamma: f64, task: &Task) -> bool {
        let layer = self.alignment.len();
        let Some(x) = self.hidden.get(layer + 1) else {
            return false;
        };
        self.alignment
            .push(kernel_alignment(x, &distance(task), gamma));
        if self.points.len() <= layer {
            let pictures = &mut self.pictures;
            pictures.resize_with(pictures.len().max(layer + 1), Projection::default);
            pictures[layer].update(x);
            self.points.push(pictures[layer].points().to_vec());
            self.explained.push(pictures[layer].explained());
        }
        true
    }
}

impl Derived<MazeLab> for ModelOutput {
    type Key = (ContextKey, ViewKey);

    fn key(lab: &MazeLab) -> Option<Self::Key> {
        Some((lab.context_key(lab.look())?, lab.view_key()))
    }

    fn start(lab: &MazeLab, (context, view): &Self::Key) -> Self {
        let mut output = Self {
            look: context.look,
            query: view.query,
            ..Self::default()
        };
        // A length that the curve has passed costs nothing.
        let curve = lab.beside.curve.get();
        if let Some((logits, hidden)) = curve.and_then(|curve| curve.field(context)) {
            (output.logits, output.hidden) = (logits.clone(), hidden.to_vec());
        } else if let Some(encoder) = lab.encoder.get() {
            output.field = Some(PolicyField::new(&lab.run, encoder, context.look));
            // Both questions go out together: answers from another device take a frame.
            if encoder.is_remote() {
                let look = context.look;
                output.asked = Some(QueryAttention::new(&lab.run, encoder, look, view.query));
            }
        }
        output
    }

    /// Another point of view costs little.
    fn follow(&mut self, _: &MazeLab, from: &Self::Key, to: &Self::Key) -> bool {
        from.0 == to.0
    }

    /// The old policy of the same maze is shown until there is a new one, and pictures go on from the last.
    fn inherit(&mut self, last: &Self, from: &Self::Key, to: &Self::Key) -> bool {
        let same = from.0.task == to.0.task;
        if same {
            self.pictures.clone_from(&last.pictures);
        }
        same
    }

    fn is_presentable(&self) -> bool {
        self.view.is_some()
    }

    fn advance(&mut self, lab: &MazeLab) -> Progress {
        let Some(encoder) = lab.encoder.ready(lab) else {
            return Progress::Waits;
        };
        if let Some(field) = &mut self.field {
            let progress = field.advance(encoder);
            if field.is_done()
                && let Some(field) = self.field.take()
            {
                (self.logits, self.hidden) = field.finish();
            }
            return progress;
        }
        let view = lab.view_key();
        if self.view != Some(view) {
            return self.focus(lab, view, encoder);
        }
        Progress::of(self.look_at_next_layer(view.gamma, &lab.run.task))
    }

    fn fraction(&self) -> f64 {
        match &self.field {
            Some(field) => field.fraction() / 2.0,
            None => {
                let layers = self.hidden.len().saturating_sub(1).max(1);
                0.5 + self.alignment.len() as f64 / layers as f64 / 2.0
            }
        }
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
