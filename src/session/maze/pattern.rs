//! The whole pattern of attention: which memory reads which.

use super::{
    Head,
    reader::{Question, Reader},
};
use crate::session::processor::Progress;
use chickadee_engine::{
    analysis::{head_mean, rollout},
    base::Matrix,
    models::transformer::Want,
};

/// Attention of every memory token on those before it, or what rollout makes of it.
pub struct Pattern {
    layer: usize,
    head: Head,
    version: u64,
    tokens: usize,
    /// The state asked about; it matters to rollout alone.
    query: usize,
    done: usize,
    /// The tokens that are being asked about: the end of their range.
    asked: Option<(usize, Question)>,
    /// For a head or their mean: tokens × tokens, row reads column. For rollout one such matrix a block.
    matrices: Vec<Matrix>,
    /// What rollout says of the query, one share a token and the query's own; empty otherwise.
    pub shares: Vec<f32>,
}

/// Tokens that are asked about in one slice.
const SLICE: usize = 32;

impl Pattern {
    pub(super) fn new(
        layer: usize,
        head: Head,
        reader: &Reader,
        tokens: usize,
        query: usize,
    ) -> Self {
        let count = if head == Head::Rollout { layer + 1 } else { 1 };
        // Rollout has the query as its last row.
        let side = tokens + usize::from(head == Head::Rollout);
        Self {
            layer,
            head,
            version: reader.version(),
            tokens,
            query,
            done: 0,
            asked: None,
            matrices: vec![Matrix::zeros(side, side); count],
            shares: Vec::new(),
        }
    }

    /// Goes on with more tokens, if those that it has are still what they were. Returns whether that was possible.
    pub(super) fn follow(
        &mut self,
        (layer, head): (usize, Head),
        reader: &Reader,
        tokens: usize,
        query: usize,
    ) -> bool {
        let same = (self.layer, self.head, self.version) == (layer, head, reader.version());
        if !same || tokens < self.tokens {
            return false;
        }
        let rolls = head == Head::Rollout;
        if tokens > self.tokens || (rolls && query != self.query) {
            let side = tokens + usize::from(rolls);
            for matrix in &mut self.matrices {
                let mut larger = Matrix::zeros(side, side);
                for row in 0..self.done {
                    larger.row_mut(row)[..=row].copy_from_slice(&matrix.row(row)[..=row]);
                }
                *matrix = larger;
            }
            self.shares.clear();
            (self.tokens, self.query) = (tokens, query);
        }
        true
    }

    /// One slice of work; `query` is the query's attention, one row a block and head.
    pub(super) fn advance(&mut self, reader: &Reader, query: &[Vec<f32>], own: &[f32]) -> Progress {
        if self.is_done() {
            return Progress::Idle;
        }
        let heads = reader.transformer.shape().heads;
        if self.done == self.tokens {
            // The query's own row, and the product of all.
            for (layer, matrix) in self.matrices.iter_mut().enumerate() {
                let row = matrix.row_mut(self.tokens);
                for head in layer * heads..(layer + 1) * heads {
                    let weights = reader.positions()[..self.tokens]
                        .iter()
                        .map(|&position| query[head][position]);
                    for (to, from) in row.iter_mut().zip(weights.chain([own[head]])) {
                        *to += from / heads as f32;
                    }
                }
            }
            self.shares = rollout(&self.matrices);
            return Progress::Worked;
        }
        let (end, question) = self.asked.get_or_insert_with(|| {
            let end = (self.done + SLICE).min(self.tokens);
            let want = Want {
                hidden: false,
                attention: true,
            };
            (end, reader.ask_tokens(self.done..end, want))
        });
        let Some(answers) = question.take() else {
            return Progress::Waits;
        };
        let range = self.done..*end;
        self.asked = None;
        let attention = answers.attention;
        let of_layer = |layer: usize| &attention[layer * heads..(layer + 1) * heads];
        for (index, matrix) in self.matrices.iter_mut().enumerate() {
            let rows = match self.head {
                Head::Rollout => head_mean(of_layer(index)),
                Head::Mean => head_mean(of_layer(self.layer)),
                Head::One(head) => of_layer(self.layer)[head.min(heads - 1)].clone(),
            };
            for (r, token) in range.clone().enumerate() {
                matrix.row_mut(token)[..=token].copy_from_slice(&rows.row(r)[..=token]);
            }
        }
        self.done = range.end;
        Progress::Worked
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

    /// Rows that are there.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.done
    }
}
