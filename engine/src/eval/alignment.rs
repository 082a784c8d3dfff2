//! Kernel alignment: does the activity at the queries mirror the maze? (Figs. 3c, 3g, at one context length.)

use super::{EvalError, Progress, Walk};
use crate::{
    analysis::kernel_alignment,
    base::parallel,
    models::transformer::{Transformer, Want},
    worlds::maze::{Family, Protocol},
};

/// Decay γ of the maze's kernel γ^distance with the steps between two states, as in the paper.
fn gamma(family: Family) -> f64 {
    match family {
        Family::Gridworld => 0.8,
        Family::Tree => 0.6,
    }
}

/// Alignment in one task at the context length of the query types: of the sensory codes alone, then layer by layer of the
/// residual stream when every state is asked about.
pub(super) fn alignments(
    protocol: Protocol,
    transformer: &Transformer,
    walks: &[Walk],
    progress: &Progress,
) -> Result<Vec<Vec<f64>>, EvalError> {
    let one = |task: usize| {
        let walk = &walks[task];
        let want = Want {
            hidden: true,
            ..Want::default()
        };
        let context = walk.context(transformer);
        let queries = walk.task.ask_everywhere();
        let answers = transformer.ask(&context, protocol.typed_length(), &queries, want);
        let distance = |a, b| walk.task.maze.distance(a, b);
        let of = |x| kernel_alignment(x, &distance, gamma(protocol.family));
        std::iter::once(&walk.task.codes)
            .chain(&answers.hidden[1..])
            .map(of)
            .collect()
    };
    parallel::try_map(walks.len(), |task| progress.part(|| one(task)))
}

/// Values read off the paper's figure after the whole context: the codes alone, then layers 1 to 3.
pub(super) fn published_alignment(family: Family) -> [f64; 4] {
    match family {
        Family::Gridworld => [0.63, 0.74, 0.84, 0.79],
        Family::Tree => [0.307, 0.38, 0.36, 0.31],
    }
}
