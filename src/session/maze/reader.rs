//! The transformer with the memories encoded, and what it makes of them.

use std::{collections::BTreeSet, sync::Arc};

use super::{Memory, run::Run};
use crate::{
    base::Matrix,
    models::transformer::{Context, Mask, Transformer, Want},
};

/// What decides about a token.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    number: usize,
    reward: bool,
    corrupted: bool,
}

/// The context that is kept: it follows the memories, from the first that changed on.
pub(super) struct Reader {
    pub transformer: Arc<Transformer>,
    context: Context,
    /// What the tokens of the context were made from.
    encoded: Vec<Key>,
    /// Position of every token among the memories.
    positions: Vec<usize>,
    /// Counts changes of anything that was encoded or hidden.
    version: u64,
    hidden: Vec<u8>,
}

/// Tokens that are encoded in one slice.
const SLICE: usize = 32;
/// States that are asked about in one slice: a whole tree of seven layers. Many at once cost half as much each.
const STATES: usize = 128;

impl Reader {
    pub fn new(transformer: Arc<Transformer>) -> Self {
        Self {
            context: Context::new(transformer.shape()),
            transformer,
            encoded: Vec::new(),
            positions: Vec::new(),
            version: 0,
            hidden: Vec::new(),
        }
    }

    /// Encodes some of what is not encoded yet. Returns how many memories are as they were when there was work.
    pub fn follow(&mut self, run: &Run, rewards: bool) -> Option<usize> {
        let key = |m: &Memory| Key {
            number: m.number,
            reward: rewards && !m.unrewarded && m.transition.reward > 0.0,
            corrupted: m.corrupted,
        };
        let kept = || run.memories.iter().enumerate().filter(|(_, m)| !m.deleted);
        let same = kept()
            .zip(&self.encoded)
            .take_while(|((_, m), key_of)| key(m) == **key_of)
            .count();
        let positions: Vec<usize> = kept().map(|(position, _)| position).collect();
        let hidden: Vec<u8> = kept().map(|(_, m)| m.hidden).collect();
        let shared = self.positions.iter().zip(&positions);
        let in_place = shared.take_while(|(a, b)| a == b).count();
        let in_sight = (self.hidden.iter().zip(&hidden))
            .take_while(|(a, b)| a == b)
            .count();
        let grown = self.positions.len() == in_place && self.hidden.len() == in_sight;
        let unchanged = same.min(in_place).min(in_sight);
        if self.encoded.len() > same || !grown {
            self.version += 1;
        }
        let worked = self.encoded.len() > same || positions.len() > same || !grown;
        if self.encoded.len() > same {
            self.context.truncate(same);
            self.encoded.truncate(same);
        }
        if self.hidden != hidden {
            for layer in 0..self.transformer.shape().layers {
                let from_query: BTreeSet<usize> = (0..hidden.len())
                    .filter(|&token| hidden[token] >> layer & 1 == 1)
                    .collect();
                let mask = Mask {
                    from_query,
                    ..Mask::default()
                };
                self.context.set_mask(&self.transformer, layer, mask);
            }
        }
        self.hidden = hidden;
        let end = positions.len().min(same + SLICE);
        let mut tokens = Vec::new();
        for &position in &positions[same..end] {
            let memory = &run.memories[position];
            tokens.extend(run.token(memory, rewards));
            self.encoded.push(key(memory));
        }
        self.context.append(&self.transformer, &tokens);
        self.positions = positions;
        // As a number of memories, deleted ones included.
        worked.then(|| {
            self.positions
                .get(unchanged)
                .copied()
                .unwrap_or(run.memories.len())
        })
    }

    /// Whether all memories are encoded.
    pub fn is_up_to_date(&self) -> bool {
        self.encoded.len() == self.positions.len()
    }

    /// Changes whenever something that was encoded or seen does; growing alone is no change.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Tokens among the first `look` memories.
    pub fn tokens(&self, look: usize) -> usize {
        self.positions.partition_point(|&position| position < look)
    }

    /// Positions of the tokens among the memories.
    pub fn positions(&self) -> &[usize] {
        &self.positions
    }

    /// Logits and hidden states of some states, from the first `tokens` tokens.
    pub fn ask(
        &self,
        queries: &[f32],
        tokens: usize,
        want: Want,
    ) -> crate::models::transformer::Answers {
        self.transformer.ask(&self.context, tokens, queries, want)
    }

    /// Tokens `range` as they stand, one behind the other.
    pub fn token_values(&self, range: std::ops::Range<usize>) -> Vec<f32> {
        range
            .flat_map(|token| self.context.token(token).to_vec())
            .collect()
    }

    /// The residual stream at the tokens `range` after block `layer` (from 1): rows × d.
    pub fn hidden_of(&self, range: std::ops::Range<usize>, layer: usize) -> Matrix {
        let tokens = self.token_values(range.clone());
        let visible: Vec<usize> = range.collect();
        let want = Want {
            hidden: true,
            attention: false,
        };
        let answers = self
            .transformer
            .ask_each(&self.context, &visible, &tokens, want);
        answers.hidden.into_iter().nth(layer).unwrap_or_default()
    }

    /// Attention of the tokens `range`, each on those before it: one matrix a block and head, rows × (end of range).
    pub fn attention_between(&self, range: std::ops::Range<usize>) -> Vec<Matrix> {
        let tokens = self.token_values(range.clone());
        let visible: Vec<usize> = range.collect();
        let want = Want {
            hidden: false,
            attention: true,
        };
        self.transformer
            .ask_each(&self.context, &visible, &tokens, want)
            .attention
    }
}

/// Logits and hidden states of all states, being computed.
pub(super) struct Field {
    queries: Vec<f32>,
    width: usize,
    tokens: usize,
    done: usize,
    states: usize,
    logits: Vec<f32>,
    hidden: Vec<Vec<f32>>,
}

impl Field {
    pub fn new(run: &Run, reader: &Reader, tokens: usize) -> Self {
        let shape = reader.transformer.shape();
        Self {
            queries: run.task.ask_everywhere(),
            width: shape.token(),
            tokens,
            done: 0,
            states: run.task.maze.states(),
            logits: Vec::new(),
            hidden: vec![Vec::new(); shape.layers + 1],
        }
    }

    /// Tokens that are asked with.
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// Asks about some states more. Returns whether all were.
    pub fn advance(&mut self, reader: &Reader) -> bool {
        let end = (self.done + STATES).min(self.states);
        let queries = &self.queries[self.done * self.width..end * self.width];
        let want = Want {
            hidden: true,
            attention: false,
        };
        let answers = reader.ask(queries, self.tokens, want);
        self.logits.extend_from_slice(answers.logits.values());
        for (to, from) in self.hidden.iter_mut().zip(&answers.hidden) {
            to.extend_from_slice(from.values());
        }
        self.done = end;
        end == self.states
    }

    /// Logits, states × actions; hidden states, layers + 1 of states × d.
    pub fn finish(self) -> (Matrix, Vec<Matrix>) {
        let matrix = |values: Vec<f32>| {
            let columns = values.len() / self.states;
            Matrix::from_values(self.states, columns, values)
        };
        let hidden = self.hidden.into_iter().map(matrix).collect();
        (matrix(self.logits), hidden)
    }
}
