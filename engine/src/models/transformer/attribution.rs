//! Integrated gradients: which memories made the decision?
//!
//! The actions in the context tokens are blended from a baseline, where every action slot holds ¼, to what was done: at
//! α between 0 and 1 a token is E(α) = E⁰ + α (E − E⁰). The attribution of a token is its difference E − E⁰ times the
//! gradient at E(α), averaged over α (Sundararajan, Taly & Yan 2017). States and rewards stay as they are, and so does
//! the query, which knows no action. The embedding is affine, so that blending tokens is blending what they are
//! embedded as.
//!
//! The paper (Fig. 6a, L20) takes 20 values of α with both ends, and as gradient that of ½ z², where z is the logit of
//! the chosen action: [`Gradient::Published`]. With that of z itself, [`Gradient::Logit`], attributions add up to z(1)
//! − z(0).

use std::sync::Arc;

use super::{Backward, TrainingExample, Transformer, Workspace};

/// The value of every action slot of the baseline, whatever the number of actions.
const BASELINE: f32 = 0.25;

/// Whose gradient is integrated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gradient {
    /// The logit z of the action.
    Logit,
    /// ½ z², as in the paper: larger logits count more, negative ones with the other sign.
    #[default]
    Published,
}

/// A job that attributes one decision; each [`advance`](Self::advance) takes one value of α.
pub struct Attribution {
    transformer: Arc<Transformer>,
    /// The tokens as they are.
    tokens: Vec<f32>,
    action: usize,
    steps: usize,
    gradient: Gradient,
    example: TrainingExample,
    work: Workspace,
    /// Sums over α, one a token.
    sums: Vec<f64>,
    /// The logit at each α so far.
    logits: Vec<f32>,
}

impl Attribution {
    /// Begins to attribute the logit of `action` at `query` (one token) to the context `tokens` (T × token); `steps`
    /// values of α (at least 2), equally spaced from 0 to 1. The paper takes 20.
    ///
    /// # Panics
    /// When `action` is none of the model's.
    #[must_use]
    pub fn new(
        transformer: &Arc<Transformer>,
        tokens: Vec<f32>,
        query: Vec<f32>,
        action: usize,
        steps: usize,
        gradient: Gradient,
    ) -> Self {
        let shape = transformer.shape();
        assert!(
            action < shape.actions,
            "action {action} of {}",
            shape.actions
        );
        let count = tokens.len() / shape.token_width();
        Self {
            transformer: Arc::clone(transformer),
            example: TrainingExample {
                context: tokens.clone(),
                queries: query,
                visible: vec![count],
                targets: Vec::new(),
            },
            tokens,
            action,
            steps: steps.max(2),
            gradient,
            work: Workspace::default(),
            sums: vec![0.0; count],
            logits: Vec::new(),
        }
    }

    /// Takes the next value of α: one pass forward and one back. Nothing happens once all are done.
    pub fn advance(&mut self) {
        if self.is_done() {
            return;
        }
        self.blend(self.logits.len());
        let mut work = std::mem::take(&mut self.work);
        let about = (self.action, self.gradient);
        let (logit, gradients) = Self::slopes(&self.transformer, &self.example, about, &mut work);
        self.add(logit, gradients, 1.0);
        self.work = work;
    }

    /// What one value of α takes: the logit z of an action at the query of `lesson`, and the derivative of z or ½ z² by its tokens,
    /// T × token.
    pub fn slopes<'w>(
        transformer: &Transformer,
        lesson: &TrainingExample,
        (action, gradient): (usize, Gradient),
        work: &'w mut Workspace,
    ) -> (f32, &'w [f32]) {
        let backward = Backward::new(transformer);
        backward.forward(lesson, work);
        let logit = work.logits[action];
        let mut d_logits = vec![0.0; transformer.shape().actions];
        d_logits[action] = match gradient {
            Gradient::Logit => 1.0,
            Gradient::Published => logit,
        };
        (logit, backward.token_gradients(lesson, &d_logits, work))
    }

    /// The lesson of value `step` of α, with the action and the gradient: what [`slopes`](Self::slopes) takes, wherever it is
    /// computed.
    pub fn lesson(&mut self, step: usize) -> (&TrainingExample, (usize, Gradient)) {
        self.blend(step);
        (&self.example, (self.action, self.gradient))
    }

    /// Takes the [slopes](Self::slopes) of the next value of α.
    pub fn take_slopes(&mut self, logit: f32, gradients: &[f32]) {
        self.add(logit, gradients, 1.0);
    }

    /// The query of [`advance`](Self::advance) at the next value of α, and the derivative of the logit of the action by
    /// all logits. For a machine beside the CPU, whose answer is [taken](Self::take).
    pub fn question(&mut self) -> (&TrainingExample, Vec<f32>) {
        self.blend(self.logits.len());
        (&self.example, self.logit())
    }

    /// Takes the answer to [`question`](Self::question): the logits, A, and the derivative of the logit by the tokens,
    /// T × token.
    pub fn take(&mut self, logits: &[f32], gradients: &[f32]) {
        let logit = logits[self.action];
        let factor = match self.gradient {
            Gradient::Logit => 1.0,
            Gradient::Published => logit,
        };
        self.add(logit, gradients, factor);
    }

    fn logit(&self) -> Vec<f32> {
        let mut one_hot = vec![0.0; self.transformer.shape().actions];
        one_hot[self.action] = 1.0;
        one_hot
    }

    /// The tokens at value `step` of α.
    fn blend(&mut self, step: usize) {
        let shape = self.transformer.shape();
        let actions = shape.sensory..shape.sensory + shape.actions;
        let alpha = step as f32 / (self.steps - 1) as f32;
        let blended = self.example.context.chunks_exact_mut(shape.token_width());
        let tokens = self.tokens.chunks_exact(shape.token_width());
        for (blended, token) in blended.zip(tokens) {
            for slot in actions.clone() {
                blended[slot] = BASELINE + alpha * (token[slot] - BASELINE);
            }
        }
    }

    fn add(&mut self, logit: f32, gradients: &[f32], factor: f32) {
        self.logits.push(logit);
        let shape = self.transformer.shape();
        let actions = shape.sensory..shape.sensory + shape.actions;
        let tokens = self.tokens.chunks_exact(shape.token_width());
        let gradients = gradients.chunks_exact(shape.token_width());
        for (sum, (slope, token)) in self.sums.iter_mut().zip(gradients.zip(tokens)) {
            for slot in actions.clone() {
                *sum += f64::from(factor * slope[slot]) * f64::from(token[slot] - BASELINE);
            }
        }
    }

    /// Steps done, and steps in all.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.logits.len(), self.steps)
    }

    /// True when all values of α were taken.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.logits.len() == self.steps
    }

    /// The logit at the baseline and with the tokens as they are, once done.
    #[must_use]
    pub fn ends(&self) -> Option<(f32, f32)> {
        let ends = self
            .logits
            .first()
            .copied()
            .zip(self.logits.last().copied());
        ends.filter(|_| self.is_done())
    }

    /// One attribution a context token, from the steps so far, in units of the gradient's function.
    #[must_use]
    pub fn raw(&self) -> Vec<f64> {
        let steps = self.logits.len().max(1) as f64;
        self.sums.iter().map(|sum| sum / steps).collect()
    }

    /// The same divided by the largest in size: −1 … 1. All 0 where nothing matters.
    #[must_use]
    pub fn result(&self) -> Vec<f32> {
        let most = self.sums.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let scale = if most > 0.0 { 1.0 / most } else { 0.0 };
        self.sums.iter().map(|sum| (sum * scale) as f32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::random::{Random, Stream},
        models::transformer::{Context, Shape, Want, Weights},
    };

    const SHAPE: Shape = Shape {
        width: 24,
        layers: 3,
        heads: 3,
        sensory: 4,
        actions: 5,
    };

    fn job(steps: usize, gradient: Gradient) -> Attribution {
        let mut weights = Weights::initial(SHAPE, 1);
        for w in &mut weights.values {
            *w *= 3.0;
        }
        let transformer = Arc::new(Transformer::new(weights));
        let mut random = Random::new(5, Stream::Query, 0);
        let mut tokens = vec![0.0; 30 * SHAPE.token_width()];
        random.fill_normal(&mut tokens);
        for (i, token) in tokens.chunks_exact_mut(SHAPE.token_width()).enumerate() {
            for a in 0..5 {
                token[4 + a] = f32::from(u8::from(a == i % 5));
            }
        }
        let mut query = vec![0.0; SHAPE.token_width()];
        random.fill_normal(&mut query[..4]);
        Attribution::new(&transformer, tokens, query, 2, steps, gradient)
    }

    fn finish(mut job: Attribution) -> Attribution {
        while !job.is_done() {
            job.advance();
        }
        job
    }

    #[test]
    fn attributions_add_up_to_what_the_actions_change() {
        for (gradient, value) in [
            (Gradient::Logit, (|z: f64| z) as fn(f64) -> f64),
            (Gradient::Published, |z| z * z / 2.0),
        ] {
            let job = finish(job(400, gradient));
            let (before, after) = job.ends().unwrap();
            let change = value(after.into()) - value(before.into());
            let sum: f64 = job.raw().iter().sum();
            assert!(change.abs() > 0.05, "nothing to explain: {change}");
            assert!(
                (sum - change).abs() < 0.01 * change.abs() + 1e-3,
                "{sum} of {change}"
            );
        }
    }

    #[test]
    fn a_job_ends_at_the_decision_itself() {
        let mut job = job(3, Gradient::Published);
        assert_eq!((job.progress(), job.ends()), ((0, 3), None));
        assert_eq!(job.result(), [0.0; 30]);
        job.advance();
        assert_eq!((job.progress(), job.is_done()), ((1, 3), false));
        let job = finish(job);
        let mut context = Context::new(SHAPE);
        context.append(&job.transformer, &job.tokens);
        let asked = job
            .transformer
            .ask(&context, 30, &job.example.queries, Want::default());
        let (_, end) = job.ends().unwrap();
        assert!((asked.logits.row(0)[2] - end).abs() < 1e-5);
        let most = job
            .result()
            .iter()
            .fold(0.0_f32, |most, x| most.max(x.abs()));
        assert_eq!(most, 1.0);
        let before = job.raw();
        let mut job = job;
        job.advance();
        assert_eq!(job.raw(), before);
    }

    #[test]
    fn no_context_has_no_attribution() {
        let job = job(2, Gradient::Logit);
        let query = job.example.queries.clone();
        let transformer = Arc::clone(&job.transformer);
        let empty = Attribution::new(&transformer, Vec::new(), query, 0, 2, Gradient::Logit);
        assert_eq!(finish(empty).result(), [0.0_f32; 0]);
    }
}
