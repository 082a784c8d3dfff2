use std::collections::{BTreeMap, VecDeque};

use chickadee_engine::models::transformer::{
    Attribution, Context, Gradient, Layout, Shape, TrainingExample, Transformer, Weights, Workspace,
};

use super::question::{Outcome, Question};
use crate::session::device::Slopes;

/// Transformers and their contexts inside a worker.
#[derive(Default)]
pub struct Transformers {
    models: BTreeMap<u32, Model>,
    /// With the model of each.
    contexts: BTreeMap<u32, (u32, Context)>,
    queue: VecDeque<Question>,
}

enum Model {
    /// The weights that have come.
    Coming(Weights),
    Whole(Box<Transformer>),
}

/// What follows from a question.
pub enum Reply {
    /// Nothing to say.
    Nothing,
    /// The answer of a job.
    Answer(u32, Box<Outcome>),
    /// It does not fit what was told before.
    Refused,
}

impl Transformers {
    /// Takes a question, behind those that are there.
    pub fn receive(&mut self, question: Question) {
        self.queue.push_back(question);
    }

    /// Nobody waits for a job any more. What was told about contexts counts.
    pub fn cancel(&mut self, job: u32) {
        self.queue.retain(|question| question.job() != Some(job));
    }

    /// Whether there is something to do.
    pub fn is_busy(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Does what is next.
    pub fn advance(&mut self) -> Reply {
        let question = self.queue.pop_front();
        question.map_or(Reply::Nothing, |question| {
            self.carry_out(question).unwrap_or(Reply::Refused)
        })
    }

    fn carry_out(&mut self, question: Question) -> Option<Reply> {
        match question {
            Question::Weights {
                model,
                shape,
                offset,
                values,
            } => self.hear(model, shape, offset, values)?,
            Question::Extend {
                context,
                model,
                kept,
                tokens,
                keys_values,
            } => self.extend(context, model, kept, (&tokens, &keys_values))?,
            Question::Ask { .. } => return self.answer(question),
            Question::Slopes {
                job,
                model,
                lesson,
                action,
                gradient,
            } => {
                let slopes = slopes(self.model(model)?, &lesson, (action, gradient))?;
                return Some(Reply::Answer(job, Box::new(Outcome::Slopes(slopes))));
            }
            Question::ForgetContext(context) => {
                self.contexts.remove(&context);
            }
            Question::ForgetModel(model) => {
                self.models.remove(&model);
                self.contexts.retain(|_, (of, _)| *of != model);
            }
        }
        Some(Reply::Nothing)
    }

    fn hear(&mut self, model: u32, shape: Shape, offset: usize, values: Vec<f32>) -> Option<()> {
        let total = Layout::new(shape).total();
        if offset == 0 {
            let all = Vec::with_capacity(total);
            let weights = Weights { shape, values: all };
            self.models.insert(model, Model::Coming(weights));
        }
        let Some(Model::Coming(weights)) = self.models.get_mut(&model) else {
            return None;
        };
        weights.values.extend(values);
        let come = weights.values.len();
        if weights.shape != shape || come < offset || come > total {
            return None;
        }
        if come == total
            && let Some(Model::Coming(weights)) = self.models.remove(&model)
        {
            let whole = Model::Whole(Box::new(Transformer::new(weights)));
            self.models.insert(model, whole);
        }
        Some(())
    }

    fn model(&self, model: u32) -> Option<&Transformer> {
        match self.models.get(&model)? {
            Model::Whole(transformer) => Some(transformer),
            Model::Coming(_) => None,
        }
    }

    fn extend(
        &mut self,
        number: u32,
        model: u32,
        kept: usize,
        (tokens, keys_values): (&[f32], &[f32]),
    ) -> Option<()> {
        let shape = self.model(model)?.shape();
        let begin = || (model, Context::new(shape));
        let (of, context) = self.contexts.entry(number).or_insert_with(begin);
        let count = tokens.len() / shape.token_width();
        let each = 2 * shape.width * shape.layers;
        if *of != model || kept > context.len() || keys_values.len() != each * count {
            return None;
        }
        context.truncate(kept);
        context.append_encoded(tokens, keys_values);
        Some(())
    }

    fn answer(&mut self, question: Question) -> Option<Reply> {
        let Question::Ask {
            job,
            context,
            visible,
            queries,
            want,
            masks,
        } = question
        else {
            return None;
        };
        let (model, context) = self.contexts.get_mut(&context)?;
        let Model::Whole(transformer) = self.models.get(model)? else {
            return None;
        };
        let shape = transformer.shape();
        let fits = queries.len() == visible.len() * shape.token_width()
            && visible.iter().all(|&seen| seen <= context.len())
            && (masks.is_empty() || masks.len() == shape.layers);
        if !fits {
            return None;
        }
        transformer.set_masks(context, &masks);
        let answers = transformer.ask_each(context, &visible, &queries, want);
        Some(Reply::Answer(job, Box::new(Outcome::Answers(answers))))
    }
}

/// [`Attribution::slopes`] of a lesson that may be none.
fn slopes(
    transformer: &Transformer,
    lesson: &TrainingExample,
    about: (usize, Gradient),
) -> Option<Slopes> {
    let width = transformer.shape().token_width();
    let tokens = lesson.context.len() / width;
    let fits = lesson.context.len() == tokens * width
        && lesson.queries.len() == width
        && lesson.visible.len() == 1
        && lesson.visible[0] <= tokens
        && about.0 < transformer.shape().actions;
    if !fits {
        return None;
    }
    let mut work = Workspace::default();
    let (logit, slopes) = Attribution::slopes(transformer, lesson, about, &mut work);
    Some((logit, slopes.to_vec()))
}
