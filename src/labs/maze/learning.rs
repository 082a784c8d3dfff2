//! A value learner at work: here in slices, or on another core.

use std::collections::VecDeque;

use crate::session::{
    Progress,
    device::{Device, Pending},
    portable::{Part, Portable},
};
use chickadee_engine::{
    base::Matrix,
    models::baselines::{Learning, LearningProgress},
};

/// A [`Learning`] on its way.
pub(super) struct LearningRun {
    learning: Learning,
    place: Place,
    /// Parts that were taken; they are not given again when the work begins anew elsewhere.
    taken: usize,
    /// Parts that have come since the work began.
    come: usize,
    ready: VecDeque<Matrix>,
}

/// Where it is worked on.
enum Place {
    /// Nowhere yet.
    Open,
    Here(Box<LearningProgress>),
    Aside(Pending<Part>),
}

impl LearningRun {
    /// Nothing is learned yet.
    pub fn new(learning: Learning) -> Self {
        Self {
            learning,
            place: Place::Open,
            taken: 0,
            come: 0,
            ready: VecDeque::new(),
        }
    }

    /// Whether it was begun on another core.
    pub fn is_aside(&self) -> bool {
        matches!(self.place, Place::Aside(_))
    }

    /// Begins again if another core had it, which is gone: the same comes of it.
    pub fn ask_again(&mut self) {
        if self.is_aside() {
            self.place = Place::Open;
            self.come = 0;
        }
    }

    /// Begins on another core, if one has time soon.
    pub fn begin_aside(&mut self, device: Option<&dyn Device>) {
        if matches!(self.place, Place::Open)
            && let Some(device) = device
            && device.room(0).is_some_and(|room| room > 0)
            && let Some(pending) = device.begin(Portable::Learning(self.learning.clone()))
        {
            self.place = Place::Aside(pending);
        }
    }

    /// A slice of work. Where there are other cores they do it, as soon as one has time.
    pub fn advance(&mut self, device: Option<&dyn Device>) -> Progress {
        self.begin_aside(device);
        match &mut self.place {
            Place::Open if device.is_some_and(|device| device.room(0).is_some()) => Progress::Waits,
            Place::Open => {
                let progress = LearningProgress::new(self.learning.clone());
                self.place = Place::Here(Box::new(progress));
                Progress::Worked
            }
            Place::Here(progress) => {
                let part = progress.advance();
                self.put(part);
                Progress::Worked
            }
            Place::Aside(pending) => match pending.take() {
                Some(Part::Values(values)) => {
                    self.put(Some(values));
                    Progress::Worked
                }
                _ => Progress::Waits,
            },
        }
    }

    fn put(&mut self, part: Option<Matrix>) {
        let Some(values) = part else {
            return;
        };
        self.come += 1;
        if self.come > self.taken {
            self.ready.push_back(values);
        }
    }

    /// The next part that has come.
    pub fn take(&mut self) -> Option<Matrix> {
        let values = self.ready.pop_front()?;
        self.taken += 1;
        Some(values)
    }
}
