//! Records of [portable work](crate::session::portable) and of what comes of it, and what that has to look like.

use chickadee_engine::{
    base::Transition,
    models::baselines::{DqnSettings, Keep, Learner, Learning, QTableSettings},
};
use chickadee_figures::{Sample, Settings, figure};

use super::record::{Reader, Writer};
use crate::session::portable::{Part, Piece, Portable};

/// What every part has to look like.
#[derive(Clone, Copy)]
pub(super) enum PartShape {
    /// Numbers of so many series.
    Series(usize),
    /// A matrix of so many rows and columns.
    Matrix(usize, usize),
}

impl PartShape {
    /// That of some work; `None` if there is no such work.
    pub fn of(work: &Portable) -> Option<Self> {
        Some(match work {
            Portable::Piece(piece) => {
                let panels = (figure(piece.figure)?.panels)(&piece.settings);
                Self::Series(panels.iter().map(|panel| panel.series.len()).sum())
            }
            Portable::Learning(learning) => Self::Matrix(learning.codes.rows(), learning.actions),
        })
    }

    /// Whether a part has it.
    pub fn is_that_of(self, part: &Part) -> bool {
        match (self, part) {
            (Self::Series(series), Part::Samples(samples)) => {
                samples.iter().all(|sample| sample.series < series)
            }
            (Self::Matrix(rows, columns), Part::Values(values)) => {
                (values.rows(), values.columns()) == (rows, columns)
            }
            _ => false,
        }
    }
}

impl Writer {
    pub fn portable(&mut self, work: &Portable) {
        match work {
            Portable::Piece(piece) => {
                self.byte(0);
                self.text(piece.figure);
                self.count(piece.settings.seeds);
                self.count(piece.settings.units);
                self.byte(u8::from(piece.settings.as_published));
                self.count(piece.piece);
            }
            Portable::Learning(learning) => {
                self.byte(1);
                self.learner(&learning.learner);
                self.matrix(&learning.codes);
                self.count(learning.actions);
                self.count(learning.experience.len());
                for step in &learning.experience {
                    for number in [step.state, step.action, step.next] {
                        self.count(number);
                    }
                    self.single(step.reward);
                }
                self.long(learning.random.0);
                self.long(learning.random.1);
            }
        }
    }

    fn learner(&mut self, learner: &Learner) {
        match learner {
            Learner::Table(how) => {
                self.byte(0);
                self.single(how.discount);
                self.single(how.rate);
                self.count(how.epochs);
                self.byte(u8::from(how.keep == Keep::LastEpoch));
            }
            Learner::Network(how) => {
                self.byte(1);
                for number in [how.discount, how.rate, how.clip] {
                    self.single(number);
                }
                for number in [how.epochs, how.batch, how.target_every] {
                    self.count(number);
                }
                self.byte(u8::from(how.lowest_loss));
            }
        }
    }

    pub fn part(&mut self, part: &Part) {
        match part {
            Part::Samples(samples) => {
                self.byte(0);
                self.count(samples.len());
                for sample in samples {
                    self.count(sample.series);
                    self.numbers(&[sample.x, sample.value]);
                }
            }
            Part::Values(values) => {
                self.byte(1);
                self.matrix(values);
            }
        }
    }
}

impl Reader<'_> {
    pub fn portable(&mut self) -> Option<Portable> {
        Some(match self.byte()? {
            0 => Portable::Piece(Piece {
                figure: figure(self.text()?)?.id,
                settings: Settings {
                    seeds: self.count()?,
                    units: self.count()?,
                    as_published: self.byte()? != 0,
                },
                piece: self.count()?,
            }),
            1 => Portable::Learning(Learning {
                learner: self.learner()?,
                codes: self.matrix()?,
                actions: self.count()?,
                experience: {
                    let count = self.count()?;
                    (0..count)
                        .map(|_| self.transition())
                        .collect::<Option<_>>()?
                },
                random: (self.long()?, self.long()?),
            }),
            _ => return None,
        })
    }

    fn transition(&mut self) -> Option<Transition> {
        Some(Transition {
            state: self.count()?,
            action: self.count()?,
            next: self.count()?,
            reward: self.single()?,
        })
    }

    fn learner(&mut self) -> Option<Learner> {
        Some(match self.byte()? {
            0 => Learner::Table(QTableSettings {
                discount: self.single()?,
                rate: self.single()?,
                epochs: self.count()?,
                keep: match self.byte()? {
                    0 => Keep::LowestSignedError,
                    _ => Keep::LastEpoch,
                },
            }),
            1 => Learner::Network(DqnSettings {
                discount: self.single()?,
                rate: self.single()?,
                clip: self.single()?,
                epochs: self.count()?,
                batch: self.count()?,
                target_every: self.count()?,
                lowest_loss: self.byte()? != 0,
            }),
            _ => return None,
        })
    }

    pub fn part(&mut self) -> Option<Part> {
        Some(match self.byte()? {
            0 => {
                let count = self.count()?;
                let sample = |_| {
                    let series = self.count()?;
                    Some(Sample::new(series, self.number()?, self.number()?))
                };
                Part::Samples((0..count).map(sample).collect::<Option<_>>()?)
            }
            1 => Part::Values(self.matrix()?),
            _ => return None,
        })
    }
}
