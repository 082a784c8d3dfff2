use super::{Panel, Work};

/// A figure: its protocol, and what was published of it.
pub struct Figure {
    /// Its name in commands and links: `4e`, `4-bias`.
    pub id: &'static str,
    /// Its name in the paper: "Figure 4E", "Figure 4, supplement on the plasticity bias".
    pub name: &'static str,
    /// What it shows, in a few words.
    pub title: &'static str,
    /// What it asks, in one sentence.
    pub question: &'static str,
    /// Independent networks of the published figure.
    pub seeds: usize,
    /// N of the published figure.
    pub units: usize,
    /// The least N at which the protocol makes sense.
    pub least_units: usize,
    /// A quirk of the authors' code that [`Settings::as_published`] reproduces, if there is one: one sentence.
    pub quirk: Option<&'static str>,
    /// Why values differ from the published ones, as far as it was found out: sentences with numbers.
    pub findings: &'static [&'static str],
    /// Link of a lab in the state that shows the phenomenon.
    pub link: &'static str,
    /// Pieces of one seed: conditions that are computed independently.
    pub conditions: fn(&Settings) -> usize,
    /// The work of one condition (from 0) of one random seed.
    pub piece: fn(&Settings, seed: u64, condition: usize) -> Work,
    /// The panels without numbers: axes, series, published values.
    pub panels: fn(&Settings) -> Vec<Panel>,
}

/// What a figure is recomputed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Independent networks; their random seeds are 1, 2, 3, …
    pub seeds: usize,
    /// N: units of each network.
    pub units: usize,
    /// Whether a quirk of the authors' code is reproduced.
    pub as_published: bool,
}

/// Settings that a figure cannot be recomputed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No network, or more than anybody waits for.
    #[error("expected 1 to {} seeds, found {seeds}", Settings::MOST_SEEDS)]
    Seeds {
        /// What was asked for.
        seeds: usize,
    },
    /// Too few units for the protocol, or more than fit into memory.
    #[error("expected {least} to {} units, found {units}", Settings::MOST_UNITS)]
    Units {
        /// What was asked for.
        units: usize,
        /// The least that the figure takes.
        least: usize,
    },
}

impl Settings {
    /// Seeds, at most.
    pub const MOST_SEEDS: usize = 10_000;
    /// Units, at most: 20,000 take 1.6 GB.
    pub const MOST_UNITS: usize = 20_000;

    /// The paper's.
    #[must_use]
    pub fn published(figure: &Figure) -> Self {
        Self {
            seeds: figure.seeds,
            units: figure.units,
            as_published: false,
        }
    }

    /// Whether a figure can be recomputed with them.
    ///
    /// # Errors
    /// When it cannot: what was expected.
    pub fn check(&self, figure: &Figure) -> Result<(), SettingsError> {
        if !(1..=Self::MOST_SEEDS).contains(&self.seeds) {
            let seeds = self.seeds;
            return Err(SettingsError::Seeds { seeds });
        }
        let least = figure.least_units;
        if !(least..=Self::MOST_UNITS).contains(&self.units) {
            let units = self.units;
            return Err(SettingsError::Units { units, least });
        }
        Ok(())
    }

    /// Pieces of all seeds.
    #[must_use]
    pub fn pieces(&self, figure: &Figure) -> usize {
        self.seeds * (figure.conditions)(self)
    }

    /// The random seed and the condition of a piece. All conditions of a seed come before the next seed, so that every
    /// interval shrinks alike.
    #[must_use]
    pub fn piece(&self, figure: &Figure, piece: usize) -> (u64, usize) {
        let conditions = (figure.conditions)(self).max(1);
        (1 + (piece / conditions) as u64, piece % conditions)
    }

    /// The work of a piece.
    #[must_use]
    pub fn work(&self, figure: &Figure, piece: usize) -> Work {
        let (seed, condition) = self.piece(figure, piece);
        (figure.piece)(self, seed, condition)
    }
}
