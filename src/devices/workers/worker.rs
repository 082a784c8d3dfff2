use std::collections::VecDeque;

use chickadee_engine::models::barcode::{Run, Wiring, WiringProgress};

use super::{
    question::Outcome,
    record::{Answer, Settle, Task, Weights},
    transformers::{Reply, Transformers},
};
use crate::session::portable::PortableProgress;

/// What computes inside a worker: it takes records and gives records, and knows nothing of threads or pages.
///
/// Jobs are worked on in slices, so that what is urgent can overtake and what is no longer wanted can be taken back: one whose every
/// step is wanted first, the others as they came, portable work last.
#[derive(Default)]
pub struct Worker {
    /// Fixed weights that are drawn, those that were used last first.
    drawn: Vec<(Weights, Wiring)>,
    drawing: Option<(Weights, WiringProgress)>,
    jobs: VecDeque<Job>,
    transformers: Transformers,
    /// Portable work, with its jobs.
    portable: VecDeque<(u32, PortableProgress)>,
    refused: bool,
}

struct Job {
    settle: Settle,
    run: Run,
    /// Activity and pre-activation that were not told yet.
    activity: Vec<f32>,
    preactivation: Vec<f32>,
}

/// Bytes of fixed weights that a worker keeps; those of one network in any case.
const KEPT: usize = 64 << 20;
/// Rows of fixed weights that are drawn in one slice.
const ROWS: usize = 64;

impl Worker {
    /// Takes a task.
    pub fn receive(&mut self, record: &[u8]) {
        match Task::read(record) {
            Some(Task::Draw(weights)) => self.want(weights),
            Some(Task::Settle(settle)) => {
                let places = (0..settle.drive.rows()).collect();
                let run = Run::new(settle.phase, places, settle.weights.units);
                self.jobs.push_back(Job {
                    settle: *settle,
                    run,
                    activity: Vec::new(),
                    preactivation: Vec::new(),
                });
            }
            Some(Task::Cancel(job)) => {
                self.jobs.retain(|other| other.settle.job != job);
                self.transformers.cancel(job);
                self.portable.retain(|(other, _)| *other != job);
            }
            Some(Task::Question(question)) => self.transformers.receive(*question),
            Some(Task::Portable(job, work)) => match work.start() {
                Some(progress) => self.portable.push_back((job, progress)),
                None => self.refused = true,
            },
            None => self.refused = true,
        }
    }

    /// Whether there is something to do.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.refused
            || self.drawing.is_some()
            || !self.jobs.is_empty()
            || self.transformers.is_busy()
            || !self.portable.is_empty()
    }

    /// Works for as long as `more` says, or until something is to be told; the record of what there is to tell.
    pub fn work(&mut self, more: &mut dyn FnMut() -> bool) -> Vec<u8> {
        if std::mem::take(&mut self.refused) {
            return Answer::Refused.write();
        }
        while self.is_busy() {
            if let Some(answer) = self.slice() {
                return answer.write();
            }
            if !more() {
                break;
            }
        }
        let mut jobs = self.jobs.iter_mut();
        let told = jobs.find(|job| !job.activity.is_empty());
        told.map_or(Answer::Alive, |job| job.tell(false)).write()
    }

    /// One step of the most urgent job, or some rows of its weights; its answer if it is through. Of a transformer one question, which
    /// only a job whose every step is wanted overtakes.
    fn slice(&mut self) -> Option<Answer> {
        let urgent = self.jobs.iter().position(|job| job.settle.steps);
        if urgent.is_none() && self.transformers.is_busy() {
            return match self.transformers.advance() {
                Reply::Nothing => None,
                Reply::Answer(job, outcome) => Some(Answer::Answered {
                    job,
                    over: true,
                    outcome,
                }),
                Reply::Refused => Some(Answer::Refused),
            };
        }
        let Some(job) = self.jobs.get_mut(urgent.unwrap_or(0)) else {
            if self.drawing.is_none() {
                return self.go_on_with_portable();
            }
            self.draw();
            return None;
        };
        let weights = job.settle.weights;
        let Some((_, wiring)) = self.drawn.iter().find(|(of, _)| *of == weights) else {
            self.want(weights);
            self.draw();
            return None;
        };
        job.advance(wiring);
        if !job.run.is_over() {
            return None;
        }
        let mut job = self.jobs.remove(urgent.unwrap_or(0))?;
        if !job.settle.steps {
            job.activity = job.run.activity().values().to_vec();
        }
        Some(job.tell(true))
    }

    /// A slice of the portable work that is first; a part of it, if one is through.
    fn go_on_with_portable(&mut self) -> Option<Answer> {
        let (job, progress) = self.portable.front_mut()?;
        let (job, part) = (*job, progress.advance()?);
        let over = progress.is_over();
        if over {
            self.portable.pop_front();
        }
        let outcome = Box::new(Outcome::Part(part));
        Some(Answer::Answered { job, over, outcome })
    }

    fn want(&mut self, weights: Weights) {
        let known = self.drawn.iter().any(|(of, _)| *of == weights);
        let begun = self.drawing.as_ref().is_some_and(|(of, _)| *of == weights);
        if known || begun {
            return;
        }
        // Room first: memory of a module never shrinks.
        let mut bytes = weights.bytes();
        self.drawn.retain(|(of, _)| {
            bytes = bytes.saturating_add(of.bytes());
            bytes <= KEPT
        });
        self.drawing = Some((weights, WiringProgress::new(weights.seed, weights.units)));
    }

    fn draw(&mut self) {
        if let Some((weights, progress)) = &mut self.drawing
            && progress.advance(ROWS)
            && let weights = *weights
            && let Some((_, progress)) = self.drawing.take()
        {
            self.drawn.insert(0, (weights, progress.finish()));
        }
    }
}

impl Job {
    fn advance(&mut self, wiring: &Wiring) {
        let Settle {
            parameters,
            memories,
            drive,
            ..
        } = &self.settle;
        if self.run.is_over() {
            return;
        }
        self.run.advance(wiring, parameters, memories, drive);
        if self.settle.steps {
            self.activity.extend(self.run.activity().values());
            self.preactivation.extend(self.run.preactivation().values());
        }
    }

    fn tell(&mut self, over: bool) -> Answer {
        Answer::Settled {
            job: self.settle.job,
            over,
            overflow: self.run.overflow(),
            activity: std::mem::take(&mut self.activity),
            preactivation: std::mem::take(&mut self.preactivation),
        }
    }
}
