//! The transformer with the memories encoded, and what it makes of them.

use std::{cell::RefCell, collections::BTreeSet, ops::Range, sync::Arc};

use super::{Memory, run::Run};
use crate::session::processor::{FarTransformer, Later, Processor, Progress};
use chickadee_engine::{
    base::Matrix,
    models::transformer::{
        Answers, Context, Mask, TokenGradients, TrainingExample, Transformer, Want,
    },
};

/// Everything that a token, and the number of rewards so far, follow from.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    number: usize,
    /// The token holds its reward.
    reward: bool,
    /// The step was rewarded, also where tokens hold no rewards: the return curve counts them.
    rewarded: bool,
    corrupted: bool,
}

/// The context that is kept: it follows the memories, from the first that changed on.
pub(super) struct Reader {
    pub transformer: Arc<Transformer>,
    context: Kept,
    /// What the tokens of the context were made from.
    encoded: Vec<Key>,
    /// Position of every token among the memories.
    positions: Vec<usize>,
    /// Counts changes of anything that was encoded or hidden.
    version: u64,
    hidden: Vec<u8>,
}

/// Keys and values, here or on another machine.
enum Kept {
    Here(Context),
    There {
        far: Box<dyn FarTransformer>,
        tokens: Vec<f32>,
        masks: Vec<Mask>,
    },
}

/// A question, and its answers once they are there.
pub(super) struct Question(RefCell<Asked>);

enum Asked {
    Here(Option<Answers>),
    There(Box<dyn Later<Answers>>),
}

impl Question {
    fn answered(answers: Answers) -> Self {
        Self(RefCell::new(Asked::Here(Some(answers))))
    }

    /// The answers, once they are there. They can be taken once.
    pub fn take(&self) -> Option<Answers> {
        match &mut *self.0.borrow_mut() {
            Asked::Here(answers) => answers.take(),
            Asked::There(far) => far.take(),
        }
    }
}

/// Tokens that are encoded in one slice.
const SLICE: usize = 32;
/// The same on another machine, where few large pieces are better than many small ones.
const FAR_SLICE: usize = 512;
/// States that are asked about in one slice: a whole tree of seven layers. Many at once cost half as much each.
const STATES: usize = 128;

impl Reader {
    /// On the CPU, or on `processor`. Versions begin with `version`.
    pub fn new(
        transformer: Arc<Transformer>,
        processor: Option<&dyn Processor>,
        version: u64,
    ) -> Self {
        let shape = transformer.shape();
        let context = match processor {
            None => Kept::Here(Context::new(shape)),
            Some(processor) => Kept::There {
                far: processor.transformer(&transformer),
                tokens: Vec::new(),
                masks: vec![Mask::default(); shape.layers],
            },
        };
        Self {
            context,
            transformer,
            encoded: Vec::new(),
            positions: Vec::new(),
            version,
            hidden: Vec::new(),
        }
    }

    /// Whether it computes on another machine.
    pub fn is_far(&self) -> bool {
        matches!(self.context, Kept::There { .. })
    }

    /// Encodes some of what is not encoded yet. When there was work, returns how many memories, from the first on and
    /// deleted ones included, still give the tokens that they gave before: what was computed from more of them is void.
    pub fn follow(&mut self, run: &Run, rewards: bool) -> Option<usize> {
        let key = |m: &Memory| {
            let rewarded = !m.unrewarded && m.transition.reward > 0.0;
            Key {
                number: m.number,
                reward: rewards && rewarded,
                rewarded,
                corrupted: m.corrupted,
            }
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
            self.truncate(same);
            self.encoded.truncate(same);
        }
        if self.hidden != hidden {
            for layer in 0..self.transformer.shape().layers {
                let from_query: BTreeSet<usize> = (0..hidden.len())
                    .filter(|&token| hidden[token] >> layer & 1 == 1)
                    .collect();
                self.hide(layer, from_query);
            }
        }
        self.hidden = hidden;
        let slice = if self.is_far() { FAR_SLICE } else { SLICE };
        let end = positions.len().min(same + slice);
        let mut tokens = Vec::new();
        for &position in &positions[same..end] {
            let memory = &run.memories[position];
            tokens.extend(run.token(memory, rewards));
            self.encoded.push(key(memory));
        }
        self.append(&tokens);
        let before = std::mem::replace(&mut self.positions, positions);
        // The first token that differs may be one that came, one that went, or both: the earlier position counts.
        let first = [&before, &self.positions].map(|all| all.get(unchanged).copied());
        worked.then(|| {
            first
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(run.memories.len())
        })
    }

    fn truncate(&mut self, length: usize) {
        match &mut self.context {
            Kept::Here(context) => context.truncate(length),
            Kept::There { far, tokens, .. } => {
                far.truncate(length);
                tokens.truncate(length * self.transformer.shape().token_width());
            }
        }
    }

    fn append(&mut self, new: &[f32]) {
        match &mut self.context {
            Kept::Here(context) => context.append(&self.transformer, new),
            Kept::There { far, tokens, .. } => {
                far.append(new);
                tokens.extend_from_slice(new);
            }
        }
    }

    fn hide(&mut self, layer: usize, from_query: BTreeSet<usize>) {
        let mask = Mask {
            from_query,
            ..Mask::default()
        };
        match &mut self.context {
            Kept::Here(context) => context.set_mask(&self.transformer, layer, mask),
            Kept::There { masks, .. } => masks[layer] = mask,
        }
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

    /// Asks about some states, from the first `tokens` tokens.
    pub fn ask(&self, queries: &[f32], tokens: usize, want: Want) -> Question {
        let count = queries.len() / self.transformer.shape().token_width();
        self.ask_each(&vec![tokens; count], queries, want)
    }

    fn ask_each(&self, visible: &[usize], queries: &[f32], want: Want) -> Question {
        match &self.context {
            Kept::Here(context) => {
                Question::answered(self.transformer.ask_each(context, visible, queries, want))
            }
            Kept::There { far, masks, .. } => {
                let masked = masks.iter().any(|mask| *mask != Mask::default());
                let masks = if masked { &masks[..] } else { &[] };
                let far = far.ask(visible, queries, want, masks);
                Question(RefCell::new(Asked::There(far)))
            }
        }
    }

    /// Derivatives by the tokens of a context, where another machine finds them.
    pub fn slopes(
        &self,
        lesson: &TrainingExample,
        d_logits: &[f32],
    ) -> Option<Box<dyn Later<TokenGradients>>> {
        match &self.context {
            Kept::Here(_) => None,
            Kept::There { far, .. } => far.slopes(lesson, d_logits),
        }
    }

    /// Tokens `range` as they stand, one behind the other.
    pub fn token_values(&self, range: Range<usize>) -> Vec<f32> {
        match &self.context {
            Kept::Here(context) => range
                .flat_map(|token| context.token(token).to_vec())
                .collect(),
            Kept::There { tokens, .. } => {
                let width = self.transformer.shape().token_width();
                tokens[range.start * width..range.end * width].to_vec()
            }
        }
    }

    /// Asks the tokens `range` themselves, each with those before it: the residual stream or attention, as wanted.
    pub fn ask_tokens(&self, range: Range<usize>, want: Want) -> Question {
        let tokens = self.token_values(range.clone());
        let visible: Vec<usize> = range.collect();
        self.ask_each(&visible, &tokens, want)
    }
}

/// Logits and hidden states of all states, being computed.
pub(super) struct Field {
    queries: Vec<f32>,
    width: usize,
    tokens: usize,
    done: usize,
    states: usize,
    /// The states that are being asked about: the end of their range.
    asked: Option<(usize, Question)>,
    logits: Vec<f32>,
    hidden: Vec<Vec<f32>>,
}

impl Field {
    pub fn new(run: &Run, reader: &Reader, tokens: usize) -> Self {
        let shape = reader.transformer.shape();
        Self {
            queries: run.task.ask_everywhere(),
            width: shape.token_width(),
            tokens,
            done: 0,
            states: run.task.maze.states(),
            asked: None,
            logits: Vec::new(),
            hidden: vec![Vec::new(); shape.layers + 1],
        }
    }

    /// Tokens that are asked with.
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// Asks about some states more, and takes what is answered.
    pub fn advance(&mut self, reader: &Reader) -> Progress {
        if self.is_done() {
            return Progress::Idle;
        }
        let (end, question) = self.asked.get_or_insert_with(|| {
            let end = (self.done + STATES).min(self.states);
            let queries = &self.queries[self.done * self.width..end * self.width];
            let want = Want {
                hidden: true,
                attention: false,
            };
            (end, reader.ask(queries, self.tokens, want))
        });
        let Some(answers) = question.take() else {
            return Progress::Waits;
        };
        self.logits.extend_from_slice(answers.logits.values());
        for (to, from) in self.hidden.iter_mut().zip(&answers.hidden) {
            to.extend_from_slice(from.values());
        }
        self.done = *end;
        self.asked = None;
        Progress::Worked
    }

    /// Whether all states were asked about.
    pub fn is_done(&self) -> bool {
        self.done == self.states
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
