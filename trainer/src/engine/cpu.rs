//! The CPU twin on all cores: the gradient written out by hand in the root package.

use chickadee_engine::models::transformer::{Backward, Dropout, Transformer, Weights, Workspace};
use rayon::prelude::*;

use super::{Batch, Engine, EngineError, Outcome};

/// The engine of `--device cpu`.
pub struct Cpu {
    transformer: Transformer,
    chunks: Vec<Chunk>,
}

#[derive(Default)]
struct Chunk {
    work: Workspace,
    gradient: Vec<f32>,
    outcome: Outcome,
}

/// Parts of a batch that are summed apart: fixed, so that the sum does not depend on the number of cores.
const CHUNKS: usize = 8;

impl Cpu {
    /// For weights of one shape.
    #[must_use]
    pub fn new(weights: &Weights) -> Self {
        Self {
            transformer: Transformer::new(weights.clone()),
            chunks: (0..CHUNKS).map(|_| Chunk::default()).collect(),
        }
    }
}

impl Engine for Cpu {
    fn run(
        &mut self,
        weights: &[f32],
        batch: &Batch,
        gradient: Option<&mut [f32]>,
    ) -> Result<Outcome, EngineError> {
        let learn = gradient.is_some();
        self.transformer.set_weights(weights);
        let backward = Backward::new(&self.transformer);
        let actions = self.transformer.shape().actions;
        let scale = batch.scale();
        self.chunks
            .par_iter_mut()
            .enumerate()
            .for_each(|(c, chunk)| {
                chunk.outcome = Outcome::default();
                if learn {
                    chunk.gradient.clear();
                    chunk.gradient.resize(weights.len(), 0.0);
                }
                for i in (c..batch.examples).step_by(CHUNKS) {
                    let asked = (batch.example)(i);
                    let dropout = (batch.dropout > 0.0).then_some(Dropout {
                        probability: batch.dropout,
                        seed: batch.seed,
                        example: i as u64,
                    });
                    chunk.outcome.loss += if learn {
                        backward.accumulate_gradient(
                            &asked.example,
                            scale,
                            dropout,
                            &mut chunk.work,
                            &mut chunk.gradient,
                        )
                    } else {
                        backward.loss(&asked.example, &mut chunk.work)
                    };
                    chunk
                        .outcome
                        .count(&asked, &chunk.work.probabilities, actions);
                }
            });
        let mut outcome = Outcome::default();
        for chunk in &self.chunks {
            outcome.add(&chunk.outcome);
        }
        if let Some(gradient) = gradient {
            gradient.fill(0.0);
            for chunk in &self.chunks {
                for (to, from) in gradient.iter_mut().zip(&chunk.gradient) {
                    *to += from;
                }
            }
        }
        Ok(outcome)
    }
}
