//! What panels of the maze lab get, and the questions that several of them ask.

use std::ops::{Deref, DerefMut};

use super::View;
use crate::{
    app::shell::Shell,
    labs::maze::{Activity, Head, Key, MazeLab, Memory, Source, memory_in_words, state_in_words},
    texts,
};
use chickadee_engine::base::StateHash;

/// What panels of this lab get.
pub(super) struct Ctx<'a> {
    pub activity: Activity<'a>,
    pub lab: &'a MazeLab,
    pub shell: Shell<'a>,
    /// What is drawn on the memories.
    pub weights: Weights,
}

/// One number a memory: attention, or attribution when that is looked at.
#[derive(Default)]
pub(super) struct Weights {
    pub values: Vec<f32>,
    /// Whether negative ones mean something.
    pub signed: bool,
    /// The largest magnitude; never 0.
    pub peak: f32,
    /// Changes when the numbers do.
    pub key: u64,
}

impl<'a> Deref for Ctx<'a> {
    type Target = Shell<'a>;

    fn deref(&self) -> &Self::Target {
        &self.shell
    }
}

impl DerefMut for Ctx<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.shell
    }
}

impl<'a> Ctx<'a> {
    /// `None` if another lab is open.
    pub(super) fn new(shell: Shell<'a>, view: &View) -> Option<Self> {
        let session = shell.lab.get::<MazeLab>()?;
        let mut ctx = Self {
            activity: session.activity(),
            lab: session.lab(),
            shell,
            weights: Weights::default(),
        };
        ctx.weights = ctx.weigh(view);
        Some(ctx)
    }

    fn weigh(&self, view: &View) -> Weights {
        let attribution = self.activity.attribution.as_ref();
        let attribution = attribution.and_then(|(_, _, result)| result.clone());
        let (values, signed) = match attribution.filter(|_| !view.attention) {
            Some(values) => (values, true),
            None => (self.attention(), false),
        };
        let peak = values.iter().fold(1e-9_f32, |peak, v| peak.max(v.abs()));
        let key = StateHash::default()
            .array(&values)
            .integer(u64::from(signed))
            .finish();
        Weights {
            values,
            signed,
            peak,
            key,
        }
    }

    fn attention(&self) -> Vec<f32> {
        let activity = &self.activity;
        match (activity.settings.head(), activity.insight) {
            (Head::Rollout, _) => {
                let mut values = vec![0.0; activity.look];
                let shares = activity.pattern.map_or(&[][..], |p| &p.shares);
                for (&position, &share) in activity.tokens.iter().zip(shares) {
                    if let Some(value) = values.get_mut(position) {
                        *value = share;
                    }
                }
                values
            }
            (Head::Mean, Some(insight)) => insight.attention_of(self.layer(), None),
            (Head::One(head), Some(insight)) => insight.attention_of(self.layer(), Some(head)),
            (_, None) => Vec::new(),
        }
    }

    /// Blocks of the transformer.
    pub(super) fn layers(&self) -> usize {
        self.activity.model.map_or(3, |model| model.shape.layers)
    }

    /// The block that is looked at, from 0.
    pub(super) fn layer(&self) -> usize {
        let layer = self.activity.settings.count(Key::Layer);
        layer.clamp(1, self.layers()) - 1
    }

    /// Whether the transformer reads a reward in a memory.
    pub(super) fn is_rewarded(&self, memory: &Memory) -> bool {
        self.activity.settings.is_on(Key::Rewards) && memory.reward() > 0.0
    }

    /// Rewards among the memories that are looked at.
    pub(super) fn rewards(&self) -> usize {
        let looked_at = self.activity.memories[..self.activity.look].iter();
        looked_at.filter(|memory| self.is_rewarded(memory)).count()
    }

    /// Memories that the axis of time has room for.
    pub(super) fn span(&self) -> usize {
        let longest = self.activity.settings.count(Key::Longest);
        longest.max(self.activity.memories.len()).max(1)
    }

    /// How far the weights have come, as long as they are missing.
    pub(super) fn loading(&self) -> Option<String> {
        self.lab.wanted()?;
        let part = self.activity.loading.unwrap_or(0.0);
        Some(texts::maze::LoadingTheTransformer { part: part * 100.0 }.to_string())
    }

    /// A state in words.
    pub(super) fn place(&self, state: usize) -> String {
        state_in_words(&self.activity.task.maze, state)
    }

    /// A memory in words.
    pub(super) fn recount(&self, position: usize) -> String {
        let Some(memory) = self.activity.memories.get(position) else {
            return String::new();
        };
        let transition = memory.transition;
        let text = memory_in_words(&self.activity.task.maze, position, &transition);
        let mut lines = vec![text];
        match memory.source {
            Source::Explorer => {}
            Source::Model => lines.push(texts::maze::step_of_transformer().to_owned()),
            Source::User => lines.push(texts::maze::step_of_user().to_owned()),
        }
        if let Some(weight) = self.weights.values.get(position) {
            lines.push(if self.weights.signed {
                texts::maze::AttributionOfTheLargest {
                    weight: weight / self.weights.peak,
                }
                .to_string()
            } else {
                texts::maze::AttentionShare {
                    weight: weight * 100.0,
                }
                .to_string()
            });
        } else {
            lines.push(texts::maze::beyond_the_context().to_owned());
        }
        lines.extend(fate(memory));
        lines.join("\n")
    }
}

/// What was done to a memory.
fn fate(memory: &Memory) -> Option<String> {
    let mut words = Vec::new();
    for (is, word) in [
        (memory.deleted, texts::maze::deleted()),
        (memory.unrewarded, texts::maze::its_reward_was_taken()),
        (memory.corrupted, texts::maze::its_senses_are_noise()),
    ] {
        if is {
            words.push(word.to_owned());
        }
    }
    if memory.hidden != 0 {
        let layers = (0..u64::BITS).filter(|layer| memory.hidden >> layer & 1 == 1);
        let layers: Vec<String> = layers.map(|layer| (layer + 1).to_string()).collect();
        words.push(if memory.is_hidden_everywhere() {
            texts::maze::hidden_in_all_layers().to_owned()
        } else {
            let layers = layers.join(", ");
            texts::maze::HiddenInLayer { layers }.to_string()
        });
    }
    let edits = words.join(", ");
    (!edits.is_empty()).then(|| texts::maze::Edited { edits }.to_string())
}
