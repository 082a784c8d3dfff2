//! Work that says all that it needs, so that any core does it with the same bits.
//!
//! It is done in slices, and what comes of it comes in parts, so that something can be seen before all of it is done.

use chickadee_engine::{
    base::Matrix,
    models::baselines::{Learning, LearningProgress},
};
use chickadee_figures::{Sample, Settings, Work, figure};

/// Work that another core may do.
#[derive(Clone, Debug, PartialEq)]
pub enum Portable {
    /// A piece of a figure.
    Piece(Piece),
    /// A value learner.
    Learning(Learning),
}

/// A piece of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The figure's id.
    pub figure: &'static str,
    /// What it is recomputed with.
    pub settings: Settings,
    /// The number of the piece.
    pub piece: usize,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// The numbers of a piece, all at once.
    Samples(Vec<Sample>),
    /// Action values, states × actions, as far as they are learned.
    Values(Matrix),
}

/// Work on its way.
pub enum PortableProgress {
    /// A piece of a figure; none when it is over.
    Piece(Option<Work>),
    /// A value learner.
    Learning(Box<LearningProgress>),
}

impl Portable {
    /// Bytes of the fixed weights that it computes with, beside which the rest is small.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Piece(piece) => 4 * piece.settings.units * piece.settings.units,
            Self::Learning(_) => 0,
        }
    }

    /// Number of parts that come of it.
    #[must_use]
    pub fn parts(&self) -> usize {
        match self {
            Self::Piece(_) => 1,
            Self::Learning(learning) => learning.parts(),
        }
    }

    /// Begins it; `None` where it names what is not there.
    #[must_use]
    pub fn start(self) -> Option<PortableProgress> {
        match self {
            Self::Piece(Piece {
                figure: id,
                settings,
                piece,
            }) => {
                let figure = figure(id)?;
                settings.check(figure).ok()?;
                let exists = piece < settings.pieces(figure);
                let work = exists.then(|| settings.work(figure, piece))?;
                Some(PortableProgress::Piece(Some(work)))
            }
            Self::Learning(learning) => {
                let is_sound = learning.is_sound() && learning.parts() > 0;
                let begin =
                    || PortableProgress::Learning(Box::new(LearningProgress::new(learning)));
                is_sound.then(begin)
            }
        }
    }
}

impl PortableProgress {
    /// A slice of it; a part, if one is through. Not to be called when [it is over](Self::is_over).
    pub fn advance(&mut self) -> Option<Part> {
        match self {
            Self::Piece(work) => {
                let samples = work.as_mut()?.advance()?;
                *work = None;
                Some(Part::Samples(samples))
            }
            Self::Learning(progress) => progress.advance().map(Part::Values),
        }
    }

    /// Whether its last part has come.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match self {
            Self::Piece(work) => work.is_none(),
            Self::Learning(progress) => progress.is_over(),
        }
    }
}
