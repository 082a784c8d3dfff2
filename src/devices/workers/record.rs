//! What the page's thread and its workers tell each other: typed records, little-endian, without padding.
//!
//! A task says all that it needs but the fixed weights, which each worker draws from their seed. Every answer names its job; nobody waits
//! for the answer of a job that was cancelled, and it is dropped.

use std::sync::Arc;

use chickadee_engine::{
    base::Matrix,
    models::barcode::{Euler, Memory, Parameters, Phase, Skew},
};

use super::question::{Outcome, Question};
use crate::session::portable::Portable;

/// The most units of a network that a worker draws: a record that says more is none of ours.
const MOST_UNITS: usize = 1 << 16;

/// Something that a worker is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// Draw fixed weights, which will be asked for soon.
    Draw(Weights),
    /// Let some places settle.
    Settle(Box<Settle>),
    /// Forget a job.
    Cancel(u32),
    /// Hear or answer something about transformers.
    Question(Box<Question>),
    /// Do portable work, as a job.
    Portable(u32, Box<Portable>),
}

/// The fixed weights of a barcode network: what they are drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// The random seed.
    pub seed: u64,
    /// N.
    pub units: usize,
}

impl Weights {
    /// Bytes that they take: N² numbers of 4 bytes.
    #[must_use]
    pub fn bytes(self) -> usize {
        4 * self.units * self.units
    }
}

/// Some places that settle together from silence.
#[derive(Clone, Debug, PartialEq)]
pub struct Settle {
    /// The job.
    pub job: u32,
    /// Whether activity after every step is wanted, as it comes; such a job goes before others.
    pub steps: bool,
    /// Fixed weights.
    pub weights: Weights,
    /// Gain, search strength and steps.
    pub phase: Phase,
    /// Parameters of the dynamics.
    pub parameters: Parameters,
    /// Barcodes and their weights; places and values count for nothing here and are not sent.
    pub memories: Vec<Memory>,
    /// Input of the units, places × N: a row for each place that settles.
    pub drive: Matrix,
}

/// Something that a worker says.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It is at work.
    Alive,
    /// What has come of a job since its last answer.
    Settled {
        /// The job.
        job: u32,
        /// Whether this is the last of it.
        over: bool,
        /// The first step that overflowed so far, if one did.
        overflow: Option<usize>,
        /// Activity, states × N one behind the other.
        activity: Vec<f32>,
        /// Pre-activation beside it, if every step is wanted.
        preactivation: Vec<f32>,
    },
    /// It cannot do what it is asked.
    Refused,
    /// The answer to a question, or a part of portable work.
    Answered {
        /// The job.
        job: u32,
        /// Whether this is the last of it.
        over: bool,
        /// What has come of it.
        outcome: Box<Outcome>,
    },
}

impl Task {
    /// The record.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut out = Writer::default();
        match self {
            Self::Draw(weights) => {
                out.byte(0);
                out.weights(*weights);
            }
            Self::Settle(settle) => {
                out.byte(1);
                out.settle(settle);
            }
            Self::Cancel(job) => {
                out.byte(2);
                out.count(*job as usize);
            }
            Self::Question(question) => {
                out.byte(3);
                question.write(&mut out);
            }
            Self::Portable(job, work) => {
                out.byte(4);
                out.count(*job as usize);
                out.portable(work);
            }
        }
        out.0
    }

    /// The task of a record; `None` if it is none.
    #[must_use]
    pub fn read(record: &[u8]) -> Option<Self> {
        let mut input = Reader(record);
        let task = match input.byte()? {
            0 => Self::Draw(input.weights()?),
            1 => Self::Settle(Box::new(input.settle()?)),
            2 => Self::Cancel(input.count()? as u32),
            3 => Self::Question(Box::new(Question::read(&mut input)?)),
            4 => Self::Portable(input.count()? as u32, Box::new(input.portable()?)),
            _ => return None,
        };
        input.end(task)
    }
}

impl Answer {
    /// The record.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut out = Writer::default();
        match self {
            Self::Alive => out.byte(0),
            Self::Settled {
                job,
                over,
                overflow,
                activity,
                preactivation,
            } => {
                out.byte(1);
                out.count(*job as usize);
                out.byte(u8::from(*over));
                out.count(overflow.unwrap_or(0));
                out.array(activity);
                out.array(preactivation);
            }
            Self::Refused => out.byte(2),
            Self::Answered { job, over, outcome } => {
                out.byte(3);
                out.count(*job as usize);
                out.byte(u8::from(*over));
                outcome.write(&mut out);
            }
        }
        out.0
    }

    /// The answer of a record; `None` if it is none.
    #[must_use]
    pub fn read(record: &[u8]) -> Option<Self> {
        let mut input = Reader(record);
        let answer = match input.byte()? {
            0 => Self::Alive,
            1 => Self::Settled {
                job: input.count()? as u32,
                over: input.byte()? != 0,
                overflow: Some(input.count()?).filter(|&step| step > 0),
                activity: input.array()?,
                preactivation: input.array()?,
            },
            2 => Self::Refused,
            3 => Self::Answered {
                job: input.count()? as u32,
                over: input.byte()? != 0,
                outcome: Box::new(Outcome::read(&mut input)?),
            },
            _ => return None,
        };
        input.end(answer)
    }
}

/// A record that is being written.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub fn byte(&mut self, value: u8) {
        self.0.push(value);
    }

    pub fn count(&mut self, value: usize) {
        self.0.extend((value as u32).to_le_bytes());
    }

    pub fn numbers(&mut self, values: &[f64]) {
        self.0.extend(values.iter().flat_map(|x| x.to_le_bytes()));
    }

    pub fn array(&mut self, values: &[f32]) {
        self.count(values.len());
        let start = self.0.len();
        self.0.resize(start + 4 * values.len(), 0);
        let (bytes, _) = self.0[start..].as_chunks_mut::<4>();
        for (to, value) in bytes.iter_mut().zip(values) {
            *to = value.to_le_bytes();
        }
    }

    pub fn single(&mut self, value: f32) {
        self.0.extend(value.to_le_bytes());
    }

    pub fn long(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    pub fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend(text.as_bytes());
    }

    fn weights(&mut self, Weights { seed, units }: Weights) {
        self.long(seed);
        self.count(units);
    }

    fn settle(&mut self, settle: &Settle) {
        let Settle {
            job,
            steps,
            weights,
            phase,
            parameters,
            memories,
            drive,
        } = settle;
        self.count(*job as usize);
        self.byte(u8::from(*steps));
        self.weights(*weights);
        self.numbers(&[phase.gain, phase.search]);
        for steps in [phase.settle_steps, phase.seed_steps, phase.silent_steps] {
            self.count(steps);
        }
        self.parameters(parameters);
        self.count(memories.len());
        for memory in memories {
            self.numbers(&[memory.weight]);
            self.array(&memory.barcode);
        }
        self.count(drive.rows());
        self.array(drive.values());
    }

    fn parameters(&mut self, of: &Parameters) {
        self.numbers(&[
            of.weight_gain,
            of.weight_mean,
            of.divisive,
            of.dt,
            of.learning_rate,
            of.plasticity_bias,
            of.seed_strength,
        ]);
        self.count(of.settle_steps);
        self.count(of.seed_steps);
        self.byte(u8::from(of.euler == Euler::Reference));
        self.byte(u8::from(of.skew.is_some()));
        if let Some(skew) = &of.skew {
            self.count(skew.shifts);
            self.numbers(&[skew.weight, skew.decay, skew.amplitude, skew.offset]);
        }
    }
}

/// What is left of a record that is being read.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    pub fn byte(&mut self) -> Option<u8> {
        Some(self.bytes(1)?[0])
    }

    pub fn count(&mut self) -> Option<usize> {
        Some(u32::from_le_bytes(self.fixed()?) as usize)
    }

    pub fn number(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.fixed()?))
    }

    pub fn array(&mut self) -> Option<Vec<f32>> {
        let count = self.count()?;
        let (values, _) = self.bytes(count.checked_mul(4)?)?.as_chunks::<4>();
        Some(values.iter().map(|x| f32::from_le_bytes(*x)).collect())
    }

    pub fn single(&mut self) -> Option<f32> {
        Some(f32::from_le_bytes(self.fixed()?))
    }

    pub fn long(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.fixed()?))
    }

    pub fn text(&mut self) -> Option<&str> {
        let length = self.count()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    /// What was read, if that was all.
    fn end<T>(&self, value: T) -> Option<T> {
        self.0.is_empty().then_some(value)
    }

    fn weights(&mut self) -> Option<Weights> {
        let seed = self.long()?;
        let units = self.count()?;
        (1..=MOST_UNITS)
            .contains(&units)
            .then_some(Weights { seed, units })
    }

    fn settle(&mut self) -> Option<Settle> {
        let job = self.count()? as u32;
        let steps = self.byte()? != 0;
        let weights = self.weights()?;
        let phase = Phase {
            gain: self.number()?,
            search: self.number()?,
            settle_steps: self.count()?,
            seed_steps: self.count()?,
            silent_steps: self.count()?,
        };
        let parameters = self.parameters()?;
        let nothing: Arc<[f32]> = Arc::new([]);
        let mut memories = Vec::new();
        for place in 0..self.count()? {
            let weight = self.number()?;
            let barcode = self.array()?;
            if barcode.len() != weights.units {
                return None;
            }
            memories.push(Memory {
                place,
                weight,
                barcode: barcode.into(),
                value: Arc::clone(&nothing),
            });
        }
        let rows = self.count()?;
        let values = self.array()?;
        if Some(values.len()) != rows.checked_mul(weights.units) {
            return None;
        }
        Some(Settle {
            job,
            steps,
            weights,
            phase,
            parameters,
            memories,
            drive: Matrix::from_values(rows, weights.units, values),
        })
    }

    fn parameters(&mut self) -> Option<Parameters> {
        let mut of = Parameters {
            weight_gain: self.number()?,
            weight_mean: self.number()?,
            divisive: self.number()?,
            dt: self.number()?,
            learning_rate: self.number()?,
            plasticity_bias: self.number()?,
            seed_strength: self.number()?,
            settle_steps: self.count()?,
            seed_steps: self.count()?,
            euler: match self.byte()? {
                0 => Euler::Safe,
                _ => Euler::Reference,
            },
            skew: None,
        };
        if self.byte()? != 0 {
            of.skew = Some(Skew {
                shifts: self.count()?,
                weight: self.number()?,
                decay: self.number()?,
                amplitude: self.number()?,
                offset: self.number()?,
            });
        }
        Some(of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::portable::{Part, Piece};
    use chickadee_engine::{
        base::Transition,
        models::{
            baselines::{DqnSettings, Keep, Learner, Learning, QTableSettings},
            transformer::{Answers, Gradient, Mask, Shape, TrainingExample, Want},
        },
    };
    use chickadee_figures::{Sample, Settings};

    fn settle() -> Task {
        let parameters = Parameters {
            skew: Some(Skew::scaled(0.5, 3)),
            euler: Euler::Reference,
            ..Parameters::default()
        };
        Task::Settle(Box::new(Settle {
            job: 7,
            steps: true,
            weights: Weights {
                seed: u64::MAX - 1,
                units: 3,
            },
            phase: Phase::recall(&parameters, 0.25),
            parameters,
            memories: vec![Memory {
                place: 0,
                weight: 0.7,
                barcode: [1.0, 0.0, 2.5].into(),
                value: [].into(),
            }],
            drive: Matrix::from_values(2, 3, vec![1.0, -2.0, 3.0, 4.0, 5.0, 6.0]),
        }))
    }

    #[test]
    fn questions_are_read_as_they_were_written() {
        let mask = Mask {
            between: [(2, 1)].into(),
            from_query: [0, 3].into(),
            query_itself: true,
        };
        let lesson = TrainingExample {
            context: vec![0.5; 4],
            queries: vec![-1.0],
            visible: vec![4],
            targets: Vec::new(),
        };
        let questions = [
            Question::Weights {
                model: 1,
                shape: Shape {
                    width: 8,
                    layers: 2,
                    heads: 4,
                    sensory: 3,
                    actions: 5,
                },
                offset: 7,
                values: vec![1.5, -0.0],
            },
            Question::Extend {
                context: 2,
                model: 1,
                kept: 3,
                tokens: vec![1.0],
                keys_values: vec![2.0, 3.0],
            },
            Question::Ask {
                job: 9,
                context: 2,
                visible: vec![4, 0],
                queries: vec![0.25; 6],
                want: Want {
                    hidden: true,
                    attention: false,
                },
                masks: vec![mask, Mask::default()],
            },
            Question::Slopes {
                job: 10,
                model: 1,
                lesson,
                action: 2,
                gradient: Gradient::Published,
            },
            Question::ForgetContext(2),
            Question::ForgetModel(1),
        ];
        for question in questions {
            let task = Task::Question(Box::new(question));
            let record = task.write();
            for length in 0..record.len() {
                assert_eq!(Task::read(&record[..length]), None, "{length} bytes");
            }
            assert_eq!(Task::read(&record), Some(task));
        }
        let answers = Answers {
            logits: Matrix::from_values(1, 2, vec![0.5, 0.25]),
            hidden: vec![Matrix::from_values(2, 1, vec![1.0, 2.0]); 3],
            attention: Vec::new(),
        };
        for outcome in [
            Outcome::Answers(answers),
            Outcome::Slopes((0.5, vec![1.0, 2.0])),
            Outcome::Part(Part::Samples(vec![Sample::new(3, 0.5, 1.0 / 3.0)])),
            Outcome::Part(Part::Values(Matrix::from_values(1, 2, vec![0.5, -0.25]))),
        ] {
            let outcome = Box::new(outcome);
            let answer = Answer::Answered {
                job: 9,
                over: true,
                outcome,
            };
            let record = answer.write();
            assert_eq!(Answer::read(&record[..record.len() - 1]), None);
            assert_eq!(Answer::read(&record), Some(answer));
        }
    }

    #[test]
    fn records_are_read_as_they_were_written() {
        let weights = Weights { seed: 5, units: 9 };
        let settings = Settings {
            seeds: 3,
            units: 200,
            as_published: true,
        };
        let piece = Portable::Piece(Piece {
            figure: "4e",
            settings,
            piece: 20,
        });
        let learning = |learner| {
            Portable::Learning(Learning {
                learner,
                codes: Matrix::from_values(2, 1, vec![0.5, 1.5]),
                actions: 4,
                experience: vec![Transition {
                    state: 0,
                    action: 3,
                    next: 1,
                    reward: 1.0,
                }],
                random: (u64::MAX, 7),
            })
        };
        let table = learning(Learner::Table(QTableSettings {
            keep: Keep::LowestSignedError,
            ..QTableSettings::default()
        }));
        let network = learning(Learner::Network(DqnSettings::default()));
        for work in [piece, table, network] {
            let task = Task::Portable(12, Box::new(work));
            let record = task.write();
            for length in 0..record.len() {
                assert_eq!(Task::read(&record[..length]), None, "{length} bytes");
            }
            assert_eq!(Task::read(&record), Some(task));
        }
        for task in [settle(), Task::Draw(weights), Task::Cancel(3)] {
            assert_eq!(Task::read(&task.write()), Some(task));
        }
        let settled = Answer::Settled {
            job: 4,
            over: true,
            overflow: Some(12),
            activity: vec![0.5, f32::INFINITY],
            preactivation: vec![-1.0],
        };
        for answer in [Answer::Alive, settled, Answer::Refused] {
            assert_eq!(Answer::read(&answer.write()), Some(answer));
        }
    }

    #[test]
    fn what_is_cut_off_or_longer_or_too_large_is_no_record() {
        let mut record = settle().write();
        for length in 0..record.len() {
            assert_eq!(Task::read(&record[..length]), None, "{length} bytes");
        }
        record.push(0);
        assert_eq!(Task::read(&record), None);
        let large = Task::Draw(Weights {
            seed: 1,
            units: MOST_UNITS + 1,
        });
        assert_eq!(Task::read(&large.write()), None);
        assert_eq!(Answer::read(b"<!doctype html>"), None);
    }
}
