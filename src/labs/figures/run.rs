use chickadee_figures::{Figure, Settings};

use super::settings::{self, TABLE};
use crate::session::Values;

/// The run: settings, and how much is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub values: Values,
    /// Pieces that are asked for, in order; never more than there are.
    asked: usize,
}

impl Run {
    /// Nothing asked for.
    pub fn new() -> Self {
        let values = Values::new(&TABLE);
        Self { values, asked: 0 }
    }

    /// The figure.
    pub fn figure(&self) -> &'static Figure {
        settings::figure(&self.values)
    }

    /// What it is recomputed with.
    pub fn settings(&self) -> Settings {
        settings::settings(&self.values)
    }

    /// Pieces of the whole figure.
    pub fn pieces(&self) -> usize {
        self.settings().pieces(self.figure())
    }

    /// Pieces that are asked for.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// Asks for so many pieces, of those that there are.
    pub fn ask(&mut self, pieces: usize) {
        self.asked = pieces.min(self.pieces());
    }

    /// Whether all pieces are asked for.
    pub fn is_whole(&self) -> bool {
        self.asked == self.pieces()
    }

    /// What the network is, and what is done to it: whatever it is asked for, a piece of it is the same.
    pub fn protocol(&self) -> Protocol {
        let Settings {
            units,
            as_published,
            ..
        } = self.settings();
        Protocol {
            figure: self.figure().id,
            units,
            as_published,
        }
    }
}

/// All that a piece depends on, beside its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Protocol {
    /// The figure's id.
    pub figure: &'static str,
    /// N.
    pub units: usize,
    /// Whether a quirk of the authors' code is reproduced.
    pub as_published: bool,
}
