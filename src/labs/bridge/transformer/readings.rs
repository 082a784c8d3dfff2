use chickadee_engine::{
    analysis::probabilities,
    base::{
        Matrix, StateHash,
        reduce::{argmax, dot},
    },
    models::{
        key_value::perplexity,
        transformer::{Head, HeadAnswers},
    },
};

use super::{Bridge, MemoryState, ReplacedKeys, SlotContext, context::SlotContextKey};
use crate::{
    labs::bridge::Key,
    session::{Derived, Progress},
};

/// Everything that the readings of a head depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReadingsKey {
    context: SlotContextKey,
    head: Head,
    beta: f64,
    by: MemoryState,
}

/// All states read all memories by one kind of keys.
pub struct Reading {
    /// What the head did with them, and the logits that follow.
    answers: HeadAnswers,
    /// What is compared, before memories are moved by a constant: states × (memories + 1), the query itself last.
    similarities: Matrix,
    /// Action probabilities at temperature 1, states × actions.
    policy: Matrix,
    /// Expected normalised return of the likeliest actions.
    pub greedy: f64,
    /// The same of actions drawn from the policy.
    pub drawn: f64,
}

/// One head with its learned keys, and with others, in all states.
pub struct HeadReadings {
    readings: Vec<Reading>,
}

/// One head at one state, with one kind of keys.
pub struct SlotsRead<'a> {
    /// Similarities of the query with the memories, as they enter the soft-max; those of replaced keys up to a constant.
    pub similarities: &'a [f32],
    /// The similarity of the query's token with itself, as learned.
    pub own_similarity: f32,
    /// Weights of the memories.
    pub weights: &'a [f32],
    /// Weight of the query's token itself: with those of the memories, 1.
    pub own: f32,
    /// Effective number of memories that are read, e to the entropy of their weights.
    pub effective: f64,
    /// The weighted sum of the values, head width.
    pub output: &'a [f32],
    /// Cosine of the output with that of the learned keys.
    pub cosine: f64,
    /// Length of the difference of the two, as a fraction of the length of that of the learned keys.
    pub moved: f64,
    /// Action probabilities at temperature 1.
    pub policy: &'a [f32],
    /// The likeliest action.
    pub action: usize,
    /// All states together.
    pub reading: &'a Reading,
}

impl Reading {
    /// Asks every state by one kind of keys; `learned` is the network as it is.
    fn new(
        context: &SlotContext,
        learned: Option<&HeadAnswers>,
        keys: ReplacedKeys,
        key: &ReadingsKey,
    ) -> Option<Self> {
        let explored = context.explored()?;
        let task = explored.task();
        let cosines = keys.cosines(task, &context.memories(), key.by, key.context.task());
        let replaced = learned.zip(cosines).map(|(learned, cosines)| {
            let scaled = cosines
                .values()
                .iter()
                .map(|cosine| key.beta as f32 * cosine);
            let scaled = Matrix::from_values(cosines.rows(), cosines.columns(), scaled.collect());
            beside_itself(&scaled, &learned.similarities)
        });
        let given = replaced
            .as_ref()
            .zip(learned)
            .map(|(replaced, learned)| moved(replaced, &learned.similarities));
        let queries = task.ask_everywhere();
        let answers =
            context
                .transformer
                .ask_head(&context.cache, &queries, key.head, given.as_ref());
        let value = |temperature| explored.value(&probabilities(&answers.logits, temperature));
        Some(Self {
            similarities: replaced.unwrap_or_else(|| answers.similarities.clone()),
            policy: probabilities(&answers.logits, 1.0),
            greedy: value(0.0),
            drawn: value(1.0),
            answers,
        })
    }
}

/// Similarities with memories (states × memories), and those of every query with itself as learned, behind them.
fn beside_itself(memories: &Matrix, learned: &Matrix) -> Matrix {
    let mut out = learned.clone();
    for state in 0..out.rows() {
        out.row_mut(state)[..memories.columns()].copy_from_slice(memories.row(state));
    }
    out
}

/// The same with memories moved by a constant, so that all of them together weigh what they did as learned.
fn moved(replaced: &Matrix, learned: &Matrix) -> Matrix {
    let mut out = replaced.clone();
    let memories = out.columns() - 1;
    for state in 0..out.rows() {
        let constant =
            log_sum(&learned.row(state)[..memories]) - log_sum(&replaced.row(state)[..memories]);
        for similarity in &mut out.row_mut(state)[..memories] {
            *similarity += constant as f32;
        }
    }
    out
}

/// The logarithm of Σ e^s.
fn log_sum(similarities: &[f32]) -> f64 {
    let largest = similarities
        .iter()
        .copied()
        .fold(f32::NEG_INFINITY, f32::max);
    let largest = f64::from(largest);
    let terms = similarities
        .iter()
        .map(|s| libm::exp(f64::from(*s) - largest));
    largest + libm::log(terms.sum())
}

impl HeadReadings {
    /// What is read by one kind of keys in all states, once it is known.
    #[must_use]
    pub fn of(&self, keys: ReplacedKeys) -> Option<&Reading> {
        self.readings.get(keys as usize)
    }

    /// The same at one state.
    #[must_use]
    pub fn at(&self, keys: ReplacedKeys, state: usize) -> Option<SlotsRead<'_>> {
        let (reading, learned) = (self.of(keys)?, self.of(ReplacedKeys::Learned)?);
        if state >= reading.policy.rows() {
            return None;
        }
        let answers = &reading.answers;
        let split = |matrix: &'_ Matrix| matrix.columns() - 1;
        let (similarities, weights) = (reading.similarities.row(state), answers.weights.row(state));
        let (output, before) = (answers.output.row(state), learned.answers.output.row(state));
        let length = |values: &[f32]| libm::sqrt(dot(values, values));
        let difference: Vec<f32> = output.iter().zip(before).map(|(a, b)| a - b).collect();
        let memories: Vec<f64> = weights[..split(&answers.weights)]
            .iter()
            .copied()
            .map(f64::from)
            .collect();
        Some(SlotsRead {
            similarities: &similarities[..memories.len()],
            own_similarity: similarities[memories.len()],
            weights: &weights[..memories.len()],
            own: weights[memories.len()],
            effective: perplexity(&memories),
            output,
            cosine: dot(output, before) / (length(output) * length(before)).max(1e-30),
            moved: length(&difference) / length(before).max(1e-30),
            policy: reading.policy.row(state),
            action: argmax(answers.logits.row(state)).unwrap_or(0),
            reading,
        })
    }

    pub(super) fn hash(&self, hash: &mut StateHash) {
        for reading in &self.readings {
            let answers = &reading.answers;
            hash.array(reading.similarities.values())
                .array(answers.weights.values())
                .array(answers.output.values())
                .array(answers.logits.values());
        }
    }
}

impl Derived<Bridge> for HeadReadings {
    type Key = ReadingsKey;

    fn key(lab: &Bridge) -> Option<ReadingsKey> {
        lab.derived.slot_context.ready(lab)?;
        Some(ReadingsKey {
            context: SlotContext::key(lab)?,
            head: lab.head(),
            beta: lab.run.settings.get(Key::Beta),
            by: lab.matched(),
        })
    }

    fn start(_: &Bridge, _: &ReadingsKey) -> Self {
        Self {
            readings: Vec::new(),
        }
    }

    /// The learned keys know nothing of the others' settings.
    fn follow(&mut self, _: &Bridge, from: &ReadingsKey, to: &ReadingsKey) -> bool {
        let same = (from.context, from.head) == (to.context, to.head);
        if same {
            self.readings.truncate(1);
        }
        same
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let (Some(&keys), Some(key)) = (ReplacedKeys::ALL.get(self.readings.len()), Self::key(lab))
        else {
            return Progress::Idle;
        };
        let learned = self.readings.first().map(|learned| &learned.answers);
        let reading = lab
            .derived
            .slot_context
            .get()
            .and_then(|context| Reading::new(context, learned, keys, &key));
        let made = reading.is_some();
        self.readings.extend(reading);
        Progress::of(made)
    }

    fn fraction(&self) -> f64 {
        self.readings.len() as f64 / ReplacedKeys::ALL.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_keeps_the_weight_of_all_memories() {
        let learned = Matrix::from_values(1, 4, vec![0.5, -1.0, 2.0, 1.5]);
        let replaced = Matrix::from_values(1, 4, vec![16.0, 3.0, 0.0, 1.5]);
        let out = moved(&replaced, &learned);
        let row = out.row(0);
        assert!((log_sum(&row[..3]) - log_sum(&learned.row(0)[..3])).abs() < 1e-6);
        assert_eq!(row[3], 1.5);
        assert!((row[0] - row[1] - 13.0).abs() < 1e-5);
    }
}
