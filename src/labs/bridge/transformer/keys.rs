use chickadee_engine::{
    base::{
        Matrix,
        random::{Random, Stream},
        reduce::dot,
    },
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
/// Active ones among them: a tenth, as in barcodes.
const ACTIVE: usize = 100;

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
                let codes: Vec<Vec<f32>> = (0..memories.len())
                    .map(|memory| code(seed, memory))
                    .collect();
                for state in 0..states {
                    // Without one the query is silent.
                    if let Some(own) = memories.iter().rposition(|m| by.of(m) == state) {
                        for (to, key) in cosines.row_mut(state).iter_mut().zip(&codes) {
                            *to = cosine(&codes[own], key);
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

/// The code of a memory: of normal numbers, the largest tenth by as much as they exceed the next.
fn code(seed: u64, memory: usize) -> Vec<f32> {
    let mut code = vec![0.0; SIZE];
    Random::new(seed, Stream::Query, memory as u64).fill_normal(&mut code);
    let mut sorted = code.clone();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let threshold = sorted[ACTIVE];
    for entry in &mut code {
        *entry = (*entry - threshold).max(0.0);
    }
    code
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    (dot(a, b) / libm::sqrt(dot(a, a) * dot(b, b)).max(1e-12)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sparse_and_of_their_memory_alone() {
        let codes: Vec<Vec<f32>> = (0..40).map(|memory| code(3, memory)).collect();
        for (memory, own) in codes.iter().enumerate() {
            assert_eq!(own.iter().filter(|entry| **entry > 0.0).count(), ACTIVE);
            assert!((cosine(own, own) - 1.0).abs() < 1e-6);
            // Two codes share a hundredth of the entries by chance; the largest of 39 cosines stays small.
            let others = codes
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != memory);
            let most = others
                .map(|(_, other)| cosine(own, other))
                .fold(0.0, f32::max);
            assert!(most < 0.4, "{most}");
        }
        assert_ne!(code(4, 0), code(3, 0));
    }
}
