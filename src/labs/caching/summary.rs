//! The state as a table, for `chickadee run`.

use super::report::Report;
use crate::{
    session::summary::{Summary, number},
    texts,
};

impl Report {
    /// The state as a table for people, a line each.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut table = Summary::default();
        table.row(texts::cli::state_hash(), &self.state_hash);
        table.row(texts::cli::link(), &self.link);
        table.row(
            texts::cli::bird(),
            texts::cli::BirdIs {
                doing: &self.doing,
                place: self.at,
                step: self.t,
                steps: self.steps,
            },
        );
        table.row(
            texts::cli::active_fraction(),
            format_args!("{:.4}", self.active_fraction),
        );
        table.row(texts::cli::seeds(), self.caches.len());
        for cache in &self.caches {
            let place = cache.place;
            let place = texts::cli::Place {
                place: format_args!("{place:>3}"),
            };
            table.row(
                &format!("  {place}"),
                texts::cli::SeedIs {
                    weight: cache.weight,
                    output: number(self.seed_output[cache.place], 2),
                    peak: number(self.place_output_peak[cache.place], 2),
                },
            );
        }
        table.finish()
    }
}
