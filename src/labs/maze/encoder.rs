//! The transformer with the memories encoded as its context.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use super::{MazeLab, Memory, key::ContextKey, local::LocalTransformer, run::Run};
use crate::{
    session::device::{Device, DeviceTransformer, Pending, Slopes},
    session::{Derived, Progress},
};
use chickadee_engine::models::transformer::{
    Answers, Gradient, Mask, TokenGradients, TrainingExample, Transformer, Want,
};

/// All that a token depends on within one task.
#[derive(Clone, Copy, PartialEq)]
struct TokenKey {
    state: usize,
    action: usize,
    next: usize,
    reward: f32,
    /// The number that noise is drawn from, on corrupted memories.
    noise: Option<usize>,
}

impl TokenKey {
    fn of(memory: &Memory, rewards: bool) -> Self {
        let transition = memory.transition;
        Self {
            state: transition.state,
            action: transition.action,
            next: transition.next,
            reward: if rewards { memory.reward() } else { 0.0 },
            noise: memory.corrupted.then_some(memory.number),
        }
    }
}

/// The context: keys and values of the memories on the device at work. It follows the memories from the first that changed on.
pub(super) struct ContextEncoder {
    transformer: Arc<Transformer>,
    /// Hash of its weights.
    hash: u64,
    device: Box<dyn DeviceTransformer>,
    /// Whether the device is another than the CPU: then few large pieces are better than many small ones.
    is_remote: bool,
    /// The tokens of the context, one behind the other, and what they depend on.
    tokens: Vec<f32>,
    encoded: Vec<TokenKey>,
    /// Position of every token among the memories, also of those that are not encoded yet.
    positions: Vec<usize>,
    /// Layers in which each token is hidden from queries, as bits.
    hidden: Vec<u64>,
    /// The same by layer; empty where nothing is hidden.
    masks: Vec<Mask>,
}

/// Tokens encoded in one slice on the CPU.
const SLICE: usize = 32;
/// Tokens encoded in one slice on another device.
const REMOTE_SLICE: usize = 512;

impl ContextEncoder {
    /// An empty context on the CPU, or on `device`.
    pub fn new(transformer: &Arc<Transformer>, hash: u64, device: Option<&dyn Device>) -> Self {
        let remote = device.and_then(|device| device.transformer(transformer));
        let mut encoder = Self {
            transformer: Arc::clone(transformer),
            hash,
            is_remote: remote.is_some(),
            device: remote.unwrap_or_else(|| Box::new(LocalTransformer::new(transformer))),
            tokens: Vec::new(),
            encoded: Vec::new(),
            positions: Vec::new(),
            hidden: Vec::new(),
            masks: Vec::new(),
        };
        encoder.use_helpers(device);
        encoder
    }

    /// Asks the other cores of this device from now on, if it has some.
    pub fn use_helpers(&mut self, device: Option<&dyn Device>) {
        let helpers = device.and_then(|device| device.helpers(&self.transformer, self.hash));
        self.device.set_helpers(helpers);
    }

    /// Encodes some of the memories that are not encoded yet. Returns whether anything changed.
    pub fn encode(&mut self, run: &Run, rewards: bool) -> bool {
        let kept = || run.memories.iter().enumerate().filter(|(_, m)| !m.deleted);
        let unchanged = kept()
            .zip(&self.encoded)
            .take_while(|((_, memory), key)| TokenKey::of(memory, rewards) == **key)
            .count();
        let positions: Vec<usize> = kept().map(|(position, _)| position).collect();
        let hidden: Vec<u64> = kept().map(|(_, memory)| memory.hidden).collect();
        let mut changed = positions != self.positions || hidden != self.hidden;
        self.positions = positions;
        if self.encoded.len() > unchanged {
            changed = true;
            self.device.truncate(unchanged);
            self.encoded.truncate(unchanged);
            let width = self.transformer.shape().token_width();
            self.tokens.truncate(unchanged * width);
        }
        if hidden != self.hidden {
            self.hide(hidden);
        }
        let slice = if self.is_remote { REMOTE_SLICE } else { SLICE };
        let end = self.positions.len().min(unchanged + slice);
        if end > unchanged {
            changed = true;
            let mut tokens = Vec::new();
            for &position in &self.positions[unchanged..end] {
                let memory = &run.memories[position];
                tokens.extend(run.token(memory, rewards));
                self.encoded.push(TokenKey::of(memory, rewards));
            }
            self.device.append(&tokens);
            self.tokens.extend(tokens);
        }
        changed
    }

    fn hide(&mut self, hidden: Vec<u64>) {
        self.masks.clear();
        if hidden.iter().any(|&layers| layers != 0) {
            let of_layer = |layer: usize| Mask {
                from_query: (0..hidden.len())
                    .filter(|&token| hidden[token] >> layer & 1 == 1)
                    .collect::<BTreeSet<usize>>(),
                ..Mask::default()
            };
            let layers = 0..self.transformer.shape().layers;
            self.masks.extend(layers.map(of_layer));
        }
        self.hidden = hidden;
    }

    /// The transformer.
    pub fn transformer(&self) -> &Arc<Transformer> {
        &self.transformer
    }

    /// Whether the device is another than the CPU: an answer takes a frame.
    pub fn is_remote(&self) -> bool {
        self.is_remote
    }

    /// Number of tokens among the first `look` memories.
    pub fn tokens(&self, look: usize) -> usize {
        self.positions.partition_point(|&position| position < look)
    }

    /// Positions of the tokens among the memories.
    pub fn positions(&self) -> &[usize] {
        &self.positions
    }

    /// Tokens `range` as they stand, one behind the other.
    pub fn token_values(&self, range: Range<usize>) -> &[f32] {
        let width = self.transformer.shape().token_width();
        &self.tokens[range.start * width..range.end * width]
    }

    /// Asks queries, all from the first `tokens` tokens.
    pub fn ask(&self, queries: &[f32], tokens: usize, want: Want) -> Pending<Answers> {
        let count = queries.len() / self.transformer.shape().token_width();
        self.device
            .ask(&vec![tokens; count], queries, want, &self.masks)
    }

    /// The same for what may come later: by other cores, where there are some.
    pub fn ask_aside(&self, queries: &[f32], tokens: usize, want: Want) -> Pending<Answers> {
        let count = queries.len() / self.transformer.shape().token_width();
        self.device
            .ask_aside(&vec![tokens; count], queries, want, &self.masks)
    }

    /// Asks the tokens `range` themselves, each with those before it; that may come later, too.
    pub fn ask_tokens(&self, range: Range<usize>, want: Want) -> Pending<Answers> {
        let visible: Vec<usize> = range.clone().collect();
        let queries = self.token_values(range);
        self.device.ask_aside(&visible, queries, want, &self.masks)
    }

    /// Whether one question more, beside `out` that are out, is begun soon: on this core they are answered one after another.
    pub fn has_room(&self, out: usize) -> bool {
        self.device.room_aside().map_or(out == 0, |room| room > 0)
    }

    /// A step of an attribution by other cores; `None` where there are none.
    pub fn slopes_aside(
        &self,
        lesson: &TrainingExample,
        about: (usize, Gradient),
    ) -> Option<Pending<Slopes>> {
        self.device.slopes_aside(lesson, about)
    }

    /// Derivatives by the tokens of a context; `None` where the CPU has to find them.
    pub fn token_gradients(
        &self,
        lesson: &TrainingExample,
        d_logits: &[f32],
    ) -> Option<Pending<TokenGradients>> {
        self.device.token_gradients(lesson, d_logits)
    }
}

impl Derived<MazeLab> for ContextEncoder {
    type Key = ContextKey;

    fn key(lab: &MazeLab) -> Option<ContextKey> {
        lab.context_key(lab.run.memories.len())
    }

    fn start(lab: &MazeLab, _: &ContextKey) -> Self {
        #[expect(clippy::expect_used, reason = "there is no key without a model")]
        let model = lab.model().expect("a model");
        Self::new(&model.transformer, model.info.hash, lab.device.as_deref())
    }

    fn follow(&mut self, _: &MazeLab, from: &ContextKey, to: &ContextKey) -> bool {
        from.is_alike(to)
    }

    fn advance(&mut self, lab: &MazeLab) -> Progress {
        Progress::of(self.encode(&lab.run, lab.settings.is_on(super::Key::Rewards)))
    }

    fn fraction(&self) -> f64 {
        self.encoded.len() as f64 / self.positions.len().max(1) as f64
    }
}
