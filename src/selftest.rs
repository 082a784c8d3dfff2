//! The GPU against the CPU: the engine's list, and the checkpoints that come with Chickadee.
//!
//! `chickadee selftest` and the tests of this repository run [`cases`]; before a session begins to use a GPU it runs the
//! engine's short list.

use chickadee_engine::{selftest, selftest::Case};

/// All cases, simple operations first.
#[must_use]
pub fn cases() -> Vec<Case> {
    #[cfg(target_arch = "wasm32")]
    return selftest::cases();
    #[cfg(not(target_arch = "wasm32"))]
    selftest::cases()
        .into_iter()
        .chain(trained::cases())
        .collect()
}

/// In a page the checkpoints are files, so this part is the program's.
#[cfg(not(target_arch = "wasm32"))]
mod trained {
    use chickadee_engine::{
        selftest::{Case, TRANSFORMER_TOLERANCE, trained},
        worlds::maze::Task,
    };

    use crate::built_in::{GRIDWORLD, TREE};

    pub(super) fn cases() -> [Case; 2] {
        [
            Case {
                name: "transformer of the gridworld",
                sizes: "T = 200 and 800, 25 queries at once and one alone",
                tolerance: TRANSFORMER_TOLERANCE,
                measure: |gpu| Box::pin(trained(gpu, GRIDWORLD, Task::published_grid(1, 7))),
            },
            Case {
                name: "transformer of the tree",
                sizes: "T = 200 and 800, 127 queries at once and one alone",
                tolerance: TRANSFORMER_TOLERANCE,
                measure: |gpu| Box::pin(trained(gpu, TREE, Task::published_tree(1, 1.0, None))),
            },
        ]
    }
}
