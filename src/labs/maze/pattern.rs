//! The matrix of attention: every memory on those before it, or rolled out through the layers.

use std::collections::VecDeque;

use super::{Head, MazeLab, key::ContextKey};
use crate::session::device::Pending;
use crate::session::{Derived, Progress};
use chickadee_engine::{
    analysis::{head_mean, rollout},
    base::Matrix,
    models::transformer::{Answers, Want},
};

/// Attention of every memory token on those before it, or the product of that over the layers: rollout.
pub struct Pattern {
    layer: usize,
    head: Head,
    tokens: usize,
    done: usize,
    /// Tokens that are being asked about, in order: the end of each range. One here, or as many as other cores work on.
    asked: VecDeque<(usize, Pending<Answers>)>,
    /// For a head or their mean: tokens × tokens, row reads column. For rollout one such matrix a layer.
    matrices: Vec<Matrix>,
    /// Rollout of the query, one share a token and the query's own; empty otherwise.
    pub shares: Vec<f32>,
}

/// Tokens that are asked about in one slice.
const SLICE: usize = 32;

/// All that a matrix of attention depends on.
#[derive(Clone, Copy, PartialEq)]
pub struct PatternKey {
    context: ContextKey,
    layer: usize,
    head: Head,
    /// The state asked about; it matters to rollout alone.
    query: Option<usize>,
}

impl Pattern {
    /// The query's own row, and the product of all.
    fn roll_out(&mut self, lab: &MazeLab) -> Progress {
        let (Some(encoder), Some(output)) = (lab.encoder.ready(lab), lab.output.ready(lab)) else {
            return Progress::Waits;
        };
        let heads = encoder.transformer().shape().heads;
        for (layer, matrix) in self.matrices.iter_mut().enumerate() {
            let row = matrix.row_mut(self.tokens);
            for head in layer * heads..(layer + 1) * heads {
                let weights = encoder.positions()[..self.tokens]
                    .iter()
                    .map(|&position| output.attention[head][position]);
                for (to, from) in row.iter_mut().zip(weights.chain([output.own[head]])) {
                    *to += from / heads as f32;
                }
            }
        }
        self.shares = rollout(&self.matrices);
        Progress::Worked
    }

    /// Enters the attention of the tokens up to `end`.
    fn enter(&mut self, end: usize, heads: usize, attention: &[Matrix]) {
        let of_layer = |layer: usize| &attention[layer * heads..(layer + 1) * heads];
        for (index, matrix) in self.matrices.iter_mut().enumerate() {
            let rows = match self.head {
                Head::Rollout => head_mean(of_layer(index)),
                Head::Mean => head_mean(of_layer(self.layer)),
                Head::One(head) => of_layer(self.layer)[head.min(heads - 1)].clone(),
            };
            for (r, token) in (self.done..end).enumerate() {
                matrix.row_mut(token)[..=token].copy_from_slice(&rows.row(r)[..=token]);
            }
        }
        self.done = end;
    }

    /// Asks again for what is out: those who were asked are gone.
    pub(super) fn ask_again(&mut self) {
        self.asked.clear();
    }

    /// Whether all of it is there.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done == self.tokens && (self.head != Head::Rollout || !self.shares.is_empty())
    }

    /// Tokens × tokens, row reads column, as far as computed; `None` for rollout.
    #[must_use]
    pub fn matrix(&self) -> Option<&Matrix> {
        self.matrices.first().filter(|_| self.head != Head::Rollout)
    }

    /// Number of rows that are there.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.done
    }
}

impl Derived<MazeLab> for Pattern {
    type Key = PatternKey;

    fn key(lab: &MazeLab) -> Option<PatternKey> {
        if !lab.settings.wants_pattern() {
            return None;
        }
        // The query's row is that of the output.
        lab.output.ready(lab)?;
        let head = lab.settings.head();
        Some(PatternKey {
            context: lab.context_key(lab.look())?,
            layer: lab.layer()?,
            head,
            query: (head == Head::Rollout).then(|| lab.query()),
        })
    }

    fn start(lab: &MazeLab, key: &PatternKey) -> Self {
        let rolls = key.head == Head::Rollout;
        let count = if rolls { key.layer + 1 } else { 1 };
        let encoder = lab.encoder.get();
        let tokens = encoder.map_or(0, |encoder| encoder.tokens(key.context.look));
        // Rollout has the query as its last row.
        let side = tokens + usize::from(rolls);
        Self {
            layer: key.layer,
            head: key.head,
            tokens,
            done: 0,
            asked: VecDeque::new(),
            matrices: vec![Matrix::zeros(side, side); count],
            shares: Vec::new(),
        }
    }

    /// Goes on with more tokens, and from another query, where those that it has are what they were.
    fn follow(&mut self, lab: &MazeLab, from: &PatternKey, to: &PatternKey) -> bool {
        let same = (from.layer, from.head) == (to.layer, to.head);
        let Some(encoder) = lab.encoder.get() else {
            return false;
        };
        if !same || to.context.look < from.context.look || !lab.begins_with(&from.context) {
            return false;
        }
        let tokens = encoder.tokens(to.context.look);
        let side = tokens + usize::from(to.head == Head::Rollout);
        for matrix in &mut self.matrices {
            let mut larger = Matrix::zeros(side, side);
            for row in 0..self.done {
                larger.row_mut(row)[..=row].copy_from_slice(&matrix.row(row)[..=row]);
            }
            *matrix = larger;
        }
        self.shares.clear();
        self.tokens = tokens;
        true
    }

    fn advance(&mut self, lab: &MazeLab) -> Progress {
        if self.is_done() {
            return Progress::Idle;
        }
        if self.done == self.tokens {
            return self.roll_out(lab);
        }
        let Some(encoder) = lab.encoder.ready(lab) else {
            return Progress::Waits;
        };
        let begin = self.asked.back().map_or(self.done, |(end, _)| *end);
        if begin < self.tokens && encoder.has_room(self.asked.len()) {
            let end = (begin + SLICE).min(self.tokens);
            let want = Want {
                hidden: false,
                attention: true,
            };
            let answers = encoder.ask_tokens(begin..end, want);
            self.asked.push_back((end, answers));
        }
        let first = self.asked.front_mut();
        let Some((end, answers)) = first.and_then(|(end, asked)| Some((*end, asked.take()?)))
        else {
            return Progress::Waits;
        };
        self.asked.pop_front();
        let heads = encoder.transformer().shape().heads;
        self.enter(end, heads, &answers.attention);
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        self.done as f64 / self.tokens.max(1) as f64
    }
}
