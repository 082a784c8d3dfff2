//! Kernel alignment: does the activity at the queries mirror the maze? (Figs. 3c, 3g, at both ends of the context.)
//!
//! Codes of neighbouring states are alike, so that codes alone align with the maze, and so does what a layer passes on of
//! them. Only the difference between the whole context and its first transition is a map that was formed in context.

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

/// Alignment in one task, after its first transition and after the context of the query types: of the sensory codes alone,
/// then layer by layer of the residual stream when every state is asked about.
pub(super) struct Alignment {
    pub first: Vec<f64>,
    pub whole: Vec<f64>,
}

/// The alignment in every task.
pub(super) fn alignments(
    protocol: Protocol,
    transformer: &Transformer,
    walks: &[Walk],
    progress: &Progress,
) -> Result<Vec<Alignment>, EvalError> {
    let one = |task: usize| {
        let walk = &walks[task];
        let context = walk.context(transformer);
        let queries = walk.task.ask_everywhere();
        let distance = |a, b| walk.task.maze.distance(a, b);
        let after = |transitions| {
            let want = Want {
                hidden: true,
                ..Want::default()
            };
            let answers = transformer.ask(&context, transitions, &queries, want);
            let of = |x| kernel_alignment(x, &distance, gamma(protocol.family));
            std::iter::once(&walk.task.codes)
                .chain(&answers.hidden[1..])
                .map(of)
                .collect()
        };
        Alignment {
            first: after(1),
            whole: after(protocol.typed_length()),
        }
    };
    parallel::try_map(walks.len(), |task| progress.part(|| one(task)))
}

/// Values read off the paper's figure after the first transition: the codes alone, then layers 1 to 3.
pub(super) fn published_first_alignment(family: Family) -> [f64; 4] {
    match family {
        Family::Gridworld => [0.63, 0.61, 0.60, 0.57],
        Family::Tree => [0.307, 0.305, 0.305, 0.26],
    }
}

/// Values read off the paper's figure after the whole context: the codes alone, then layers 1 to 3.
pub(super) fn published_alignment(family: Family) -> [f64; 4] {
    match family {
        Family::Gridworld => [0.63, 0.74, 0.84, 0.79],
        Family::Tree => [0.307, 0.38, 0.36, 0.31],
    }
}
