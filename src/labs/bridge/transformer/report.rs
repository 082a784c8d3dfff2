use chickadee_engine::base::{Matrix, StateHash};
use serde::Serialize;

use super::{Bridge, ReplacedKeys, SlotsRead};

/// The memories of a transformer as the slots of one head; layers and heads count from 1, states from 0.
#[derive(Clone, Debug, Serialize)]
pub struct TransformerReport {
    /// The name of the checkpoint.
    pub model: String,
    /// The hash of its weights.
    pub hash: String,
    /// The random seed of the task.
    pub task: u64,
    /// The state that is rewarded.
    pub goal: usize,
    /// The layer of the head.
    pub layer: usize,
    /// The head in it.
    pub head: usize,
    /// The state that is asked about.
    pub query: usize,
    /// Names of the actions.
    pub actions: Vec<&'static str>,
    /// The memories, in order.
    pub memories: Vec<SlotMemory>,
    /// Learned keys of the memories, a row each.
    pub keys: Vec<Vec<f32>>,
    /// Their values.
    pub values: Vec<Vec<f32>>,
    /// What is read with each kind of keys.
    pub readings: Vec<ReadingReport>,
}

/// One memory.
#[derive(Clone, Debug, Serialize)]
pub struct SlotMemory {
    /// The state in which something was done.
    pub state: usize,
    /// The number of the action.
    pub action: usize,
    /// The state after it.
    pub next: usize,
    /// The reward.
    pub reward: f32,
}

/// What the head reads with one kind of keys, and what follows from it.
#[derive(Clone, Debug, Serialize)]
pub struct ReadingReport {
    /// `learned`, `barcode` or `content`.
    pub keys: &'static str,
    /// Similarities with the memories as they enter the soft-max; those of replaced keys up to a constant.
    pub similarities: Vec<f32>,
    /// Similarity of the query's token with itself.
    pub own_similarity: f32,
    /// Weights of the memories.
    pub weights: Vec<f32>,
    /// Weight of the query's token itself.
    pub own: f32,
    /// Effective number of memories that are read.
    pub effective: f64,
    /// The output of the head: the weighted sum of the values.
    pub output: Vec<f32>,
    /// Cosine of the output with that of the learned keys.
    pub cosine: f64,
    /// Length of their difference as a fraction of the latter.
    pub moved: f64,
    /// Action probabilities at the query.
    pub policy: Vec<f32>,
    /// The likeliest action.
    pub action: usize,
    /// Expected normalised return of the likeliest actions, over the task.
    pub return_greedy: f64,
    /// The same of actions drawn from the policy.
    pub return_drawn: f64,
}

impl ReadingReport {
    fn new(keys: ReplacedKeys, read: &SlotsRead<'_>) -> Self {
        Self {
            keys: keys.word(),
            similarities: read.similarities.to_vec(),
            own_similarity: read.own_similarity,
            weights: read.weights.to_vec(),
            own: read.own,
            effective: read.effective,
            output: read.output.to_vec(),
            cosine: read.cosine,
            moved: read.moved,
            policy: read.policy.to_vec(),
            action: read.action,
            return_greedy: read.reading.greedy,
            return_drawn: read.reading.drawn,
        }
    }
}

fn rows(matrix: &Matrix) -> Vec<Vec<f32>> {
    (0..matrix.rows())
        .map(|row| matrix.row(row).to_vec())
        .collect()
}

impl Bridge {
    /// The transformer in numbers; `None` where it is not asked for, or not there yet.
    pub(in crate::labs::bridge) fn transformer_report(&self) -> Option<TransformerReport> {
        let (model, context) = (self.transformer_model()?, self.slot_context()?);
        let (task, head) = (context.task()?, self.head());
        let maze = &task.maze;
        let read = |keys| Some(ReadingReport::new(keys, &self.slots_read(keys)?));
        Some(TransformerReport {
            model: model.info.name.clone(),
            hash: format!("{:016x}", model.info.hash),
            task: self.settings().get(super::Key::Task) as u64,
            goal: task.goal,
            layer: head.layer + 1,
            head: head.head + 1,
            query: self.queried(),
            actions: (0..maze.actions())
                .map(|action| maze.action_name(action))
                .collect(),
            memories: context
                .memories()
                .into_iter()
                .map(|memory| SlotMemory {
                    state: memory.state,
                    action: memory.action,
                    next: memory.next,
                    reward: memory.reward,
                })
                .collect(),
            keys: rows(&context.keys(head)),
            values: rows(&context.values(head)),
            readings: ReplacedKeys::ALL.into_iter().filter_map(read).collect(),
        })
    }

    /// What is shown of the transformer. Nothing where it is not asked for.
    pub(in crate::labs::bridge) fn hash_transformer(&self, hash: &mut StateHash) {
        if let Some(context) = self.slot_context() {
            context.hash(self.head(), hash);
        }
        if let Some(readings) = self.readings() {
            readings.hash(hash);
        }
    }
}
