//! What the page's thread and its workers tell each other of transformers.
//!
//! A worker is told the weights once, in pieces that a frame has time for, and of each context the keys and values of the tokens that
//! it does not have yet. It takes all that in the order in which it was told.

use std::collections::BTreeSet;

use chickadee_engine::{
    base::Matrix,
    models::transformer::{Answers, Gradient, Mask, Shape, TrainingExample, Want},
};

use super::record::{Reader, Writer};
use crate::session::{device::Slopes, portable::Part};

/// Something about transformers that a worker is told or asked, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// The next weights of a model; the first of them begin it.
    Weights {
        /// The number of the model.
        model: u32,
        /// Its sizes.
        shape: Shape,
        /// Those before.
        offset: usize,
        /// These.
        values: Vec<f32>,
    },
    /// Tokens of a context, which begins with the first.
    Extend {
        /// The number of the context.
        context: u32,
        /// The model that has encoded it.
        model: u32,
        /// Tokens that stay.
        kept: usize,
        /// Those behind them.
        tokens: Vec<f32>,
        /// Their keys and values.
        keys_values: Vec<f32>,
    },
    /// A question for a context.
    Ask {
        /// The job.
        job: u32,
        /// The number of the context.
        context: u32,
        /// Tokens that each query sees.
        visible: Vec<usize>,
        /// The queries.
        queries: Vec<f32>,
        /// What is wanted beside the logits.
        want: Want,
        /// Masks, one a layer or none at all.
        masks: Vec<Mask>,
    },
    /// [`Attribution::slopes`](chickadee_engine::models::transformer::Attribution::slopes) of a lesson, which no context has encoded.
    Slopes {
        /// The job.
        job: u32,
        /// The number of the model.
        model: u32,
        /// Tokens and queries; no targets.
        lesson: TrainingExample,
        /// The action.
        action: usize,
        /// Whose gradient is integrated.
        gradient: Gradient,
    },
    /// A context is not needed any more.
    ForgetContext(u32),
    /// A model is not needed any more, nor are its contexts.
    ForgetModel(u32),
}

/// The answer to a question, or what has come of portable work.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Of [`Question::Ask`].
    Answers(Answers),
    /// Of [`Question::Slopes`].
    Slopes(Slopes),
    /// Of portable work.
    Part(Part),
}

impl Question {
    /// The job that it is, if an answer is expected.
    pub fn job(&self) -> Option<u32> {
        match self {
            Self::Ask { job, .. } | Self::Slopes { job, .. } => Some(*job),
            _ => None,
        }
    }

    /// Appends it to a record.
    pub fn write(&self, out: &mut Writer) {
        match self {
            Self::Weights {
                model,
                shape,
                offset,
                values,
            } => {
                out.byte(0);
                out.count(*model as usize);
                for size in [
                    shape.width,
                    shape.layers,
                    shape.heads,
                    shape.sensory,
                    shape.actions,
                ] {
                    out.count(size);
                }
                out.count(*offset);
                out.array(values);
            }
            Self::Extend {
                context,
                model,
                kept,
                tokens,
                keys_values,
            } => {
                out.byte(1);
                for number in [*context as usize, *model as usize, *kept] {
                    out.count(number);
                }
                out.array(tokens);
                out.array(keys_values);
            }
            Self::Ask {
                job,
                context,
                visible,
                queries,
                want,
                masks,
            } => {
                out.byte(2);
                out.count(*job as usize);
                out.count(*context as usize);
                out.counts(visible);
                out.array(queries);
                out.byte(u8::from(want.hidden));
                out.byte(u8::from(want.attention));
                out.count(masks.len());
                for mask in masks {
                    out.mask(mask);
                }
            }
            Self::Slopes {
                job,
                model,
                lesson,
                action,
                gradient,
            } => {
                out.byte(3);
                out.count(*job as usize);
                out.count(*model as usize);
                out.array(&lesson.context);
                out.array(&lesson.queries);
                out.counts(&lesson.visible);
                out.count(*action);
                out.byte(u8::from(*gradient == Gradient::Published));
            }
            Self::ForgetContext(context) => {
                out.byte(4);
                out.count(*context as usize);
            }
            Self::ForgetModel(model) => {
                out.byte(5);
                out.count(*model as usize);
            }
        }
    }

    /// Takes it from a record; `None` if there is none.
    pub fn read(input: &mut Reader) -> Option<Self> {
        Some(match input.byte()? {
            0 => Self::Weights {
                model: input.number_of()?,
                shape: input.shape()?,
                offset: input.count()?,
                values: input.array()?,
            },
            1 => Self::Extend {
                context: input.number_of()?,
                model: input.number_of()?,
                kept: input.count()?,
                tokens: input.array()?,
                keys_values: input.array()?,
            },
            2 => Self::Ask {
                job: input.number_of()?,
                context: input.number_of()?,
                visible: input.counts()?,
                queries: input.array()?,
                want: Want {
                    hidden: input.byte()? != 0,
                    attention: input.byte()? != 0,
                },
                masks: {
                    let count = input.count()?;
                    (0..count).map(|_| input.mask()).collect::<Option<_>>()?
                },
            },
            3 => Self::Slopes {
                job: input.number_of()?,
                model: input.number_of()?,
                lesson: TrainingExample {
                    context: input.array()?,
                    queries: input.array()?,
                    visible: input.counts()?,
                    targets: Vec::new(),
                },
                action: input.count()?,
                gradient: match input.byte()? {
                    0 => Gradient::Logit,
                    _ => Gradient::Published,
                },
            },
            4 => Self::ForgetContext(input.number_of()?),
            5 => Self::ForgetModel(input.number_of()?),
            _ => return None,
        })
    }
}

impl Outcome {
    /// Appends it to a record.
    pub fn write(&self, out: &mut Writer) {
        match self {
            Self::Answers(Answers {
                logits,
                hidden,
                attention,
            }) => {
                out.byte(0);
                out.matrix(logits);
                for matrices in [hidden, attention] {
                    out.count(matrices.len());
                    matrices.iter().for_each(|matrix| out.matrix(matrix));
                }
            }
            Self::Slopes((logit, slopes)) => {
                out.byte(1);
                out.array(&[*logit]);
                out.array(slopes);
            }
            Self::Part(part) => {
                out.byte(2);
                out.part(part);
            }
        }
    }

    /// Takes it from a record; `None` if there is none.
    pub fn read(input: &mut Reader) -> Option<Self> {
        Some(match input.byte()? {
            0 => Self::Answers(Answers {
                logits: input.matrix()?,
                hidden: input.matrices()?,
                attention: input.matrices()?,
            }),
            1 => Self::Slopes((*input.array()?.first()?, input.array()?)),
            2 => Self::Part(input.part()?),
            _ => return None,
        })
    }
}

/// The largest size of a model: a record that says more is none of ours.
const LARGEST: usize = 1 << 12;
/// The most layers.
const DEEPEST: usize = 64;

impl Writer {
    fn counts(&mut self, counts: &[usize]) {
        self.count(counts.len());
        counts.iter().for_each(|&count| self.count(count));
    }

    pub fn matrix(&mut self, matrix: &Matrix) {
        self.count(matrix.rows());
        self.count(matrix.columns());
        self.array(matrix.values());
    }

    fn mask(&mut self, mask: &Mask) {
        self.count(mask.between.len());
        for &(reader, read) in &mask.between {
            self.count(reader);
            self.count(read);
        }
        self.count(mask.from_query.len());
        mask.from_query.iter().for_each(|&token| self.count(token));
        self.byte(u8::from(mask.query_itself));
    }
}

impl Reader<'_> {
    fn number_of(&mut self) -> Option<u32> {
        Some(self.count()? as u32)
    }

    fn counts(&mut self) -> Option<Vec<usize>> {
        let count = self.count()?;
        (0..count).map(|_| self.count()).collect()
    }

    fn shape(&mut self) -> Option<Shape> {
        let shape = Shape {
            width: self.count()?,
            layers: self.count()?,
            heads: self.count()?,
            sensory: self.count()?,
            actions: self.count()?,
        };
        let sizes = [shape.width, shape.heads, shape.sensory, shape.actions];
        let fits = sizes.iter().all(|size| (1..=LARGEST).contains(size))
            && (1..=DEEPEST).contains(&shape.layers)
            && shape.width.is_multiple_of(shape.heads);
        fits.then_some(shape)
    }

    pub fn matrix(&mut self) -> Option<Matrix> {
        let (rows, columns) = (self.count()?, self.count()?);
        let values = self.array()?;
        let fits = Some(values.len()) == rows.checked_mul(columns);
        fits.then(|| Matrix::from_values(rows, columns, values))
    }

    fn matrices(&mut self) -> Option<Vec<Matrix>> {
        let count = self.count()?;
        (0..count).map(|_| self.matrix()).collect()
    }

    fn mask(&mut self) -> Option<Mask> {
        let pairs = self.count()?;
        let between = (0..pairs).map(|_| Some((self.count()?, self.count()?)));
        Some(Mask {
            between: between.collect::<Option<BTreeSet<_>>>()?,
            from_query: self.counts()?.into_iter().collect(),
            query_itself: self.byte()? != 0,
        })
    }
}
