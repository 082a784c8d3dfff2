use chickadee_engine::{
    base::{Matrix, reduce::dot},
    models::random_keys::RandomKeys,
    worlds::maze::{Task, Transition},
};

use crate::texts;

/// The keys by which a head finds its memories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplacedKeys {
    /// As trained.
    Learned,
    /// A random sparse code for every memory; the query is that of the last memory of the query's state.
    Barcode,
    /// The sensory code of the memory's state; that of its own state for the query.
    Content,
}

/// The state by which a replaced key finds a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryState {
    /// That in which something was done.
    Began,
    /// That after it.
    Ended,
}

impl MemoryState {
    fn of(self, memory: &Transition) -> usize {
        match self {
            Self::Began => memory.state,
            Self::Ended => memory.next,
        }
    }
}

/// Entries of a random code.
const SIZE: usize = 1000;
/// The active part of them, as in barcodes.
const SPARSITY: f64 = 0.1;

impl ReplacedKeys {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Learned, Self::Barcode, Self::Content];

    /// The word in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Learned => "learned",
            Self::Barcode => "barcode",
            Self::Content => "content",
        }
    }

    /// Its name, and what it means.
    #[must_use]
    pub fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Learned => (
                texts::bridge::learned_keys(),
                texts::bridge::learned_keys_help(),
            ),
            Self::Barcode => (
                texts::bridge::barcode_keys(),
                texts::bridge::barcode_keys_help(),
            ),
            Self::Content => (
                texts::bridge::content_keys(),
                texts::bridge::content_keys_help(),
            ),
        }
    }

    /// Cosines of the query of every state with the key of every memory, states × memories; `None` for the learned keys.
    pub(super) fn cosines(
        self,
        task: &Task,
        memories: &[Transition],
        by: MemoryState,
        seed: u64,
    ) -> Option<Matrix> {
        let states = task.maze.states();
        let mut cosines = Matrix::zeros(states, memories.len());
        match self {
            Self::Learned => return None,
            Self::Barcode => {
                let codes = codes(memories.len(), seed);
                for state in 0..states {
                    // Without one the query is silent.
                    if let Some(own) = memories.iter().rposition(|m| by.of(m) == state) {
                        for (memory, to) in cosines.row_mut(state).iter_mut().enumerate() {
                            *to = cosine(codes.row(own), codes.row(memory));
                        }
                    }
                }
            }
            Self::Content => {
                for state in 0..states {
                    let query = task.codes.row(state);
                    for (to, memory) in cosines.row_mut(state).iter_mut().zip(memories) {
                        *to = cosine(query, task.codes.row(by.of(memory)));
                    }
                }
            }
        }
        Some(cosines)
    }
}

/// A random code for every memory, memories × entries: sparse, and no more alike than by chance.
fn codes(memories: usize, seed: u64) -> Matrix {
    let apart = |a: usize, b: usize| a.abs_diff(b) as f64;
    let mut making = RandomKeys::new(memories, SIZE, 0.0, seed, apart);
    making.advance(SIZE);
    making.finish(SPARSITY)
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    (dot(a, b) / libm::sqrt(dot(a, a) * dot(b, b)).max(1e-12)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sparse_and_of_their_memory_alone() {
        let all = codes(40, 3);
        for memory in 0..40 {
            let own = all.row(memory);
            let active = own.iter().filter(|entry| **entry > 0.0).count();
            assert_eq!(active, (SPARSITY * SIZE as f64) as usize);
            assert!((cosine(own, own) - 1.0).abs() < 1e-6);
            // Two codes share a hundredth of the entries by chance; the largest of 39 cosines stays small.
            let others = (0..40).filter(|other| *other != memory);
            let most = others
                .map(|other| cosine(own, all.row(other)))
                .fold(0.0, f32::max);
            assert!(most < 0.4, "{most}");
        }
        // More memories change no code, another task all of them.
        assert_eq!(codes(60, 3).row(39), all.row(39));
        assert_ne!(codes(40, 4).row(0), all.row(0));
    }
}
