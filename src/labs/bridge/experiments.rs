//! The experiments in numbers: reports, and their share in the hash of what is shown.

use chickadee_engine::base::StateHash;
use serde::Serialize;

use super::{Bridge, ByDistance, CELLS, Study, gain_of, search_of};

/// The keys that the barcode lookups compare.
#[derive(Clone, Debug, Serialize)]
pub struct KeysReport {
    /// `barcode` or `random`.
    pub kind: &'static str,
    /// Entries of a key.
    pub size: usize,
    /// Fraction of the entries that is active, mean over places.
    pub active: f64,
    /// Correlation of the keys of two places by distance: (distance, mean).
    pub similarity: ByDistance,
    /// The same of their place inputs.
    pub content: ByDistance,
}

impl KeysReport {
    /// The keys, once all are compared.
    pub(super) fn of(lab: &Bridge) -> Option<Self> {
        let similarity = lab.similarity()?;
        let random = lab.settings().has_random_keys();
        Some(Self {
            kind: if random { "random" } else { "barcode" },
            size: lab.keys_of_places()?.columns(),
            active: similarity.active,
            similarity: similarity.keys.clone(),
            content: similarity.content.clone(),
        })
    }
}

/// Keys at one recurrent gain.
#[derive(Clone, Debug, Serialize)]
pub struct GainReport {
    /// r.
    pub gain: f64,
    /// Correlation of the keys of places 1, 4, 8 and 16 apart; null where there are none.
    pub similarity: [Option<f64>; 4],
    /// Fraction of the units that is active.
    pub active: f64,
}

impl GainReport {
    /// The gains that are known.
    pub(super) fn all(lab: &Bridge) -> Vec<Self> {
        let points = lab.gains().map_or(&[][..], |gains| &gains.points);
        let report = |point: &super::GainPoint| Self {
            gain: point.gain,
            similarity: point.alike,
            active: point.active,
        };
        points.iter().map(report).collect()
    }
}

/// Recall at one gain and one search strength.
#[derive(Clone, Debug, Serialize)]
pub struct MapReport {
    /// r.
    pub gain: f64,
    /// s.
    pub search: f64,
    /// Search radius, in places.
    pub radius: f64,
    /// Part of the places that answer “here” at which the nearest memory comes back; null where no place does.
    pub precision: Option<f64>,
}

impl MapReport {
    /// The cells that are known.
    pub(super) fn all(lab: &Bridge) -> Vec<Self> {
        let Some(map) = lab.map() else {
            return Vec::new();
        };
        let cells = (0..CELLS[1]).flat_map(|row| (0..CELLS[0]).map(move |column| (column, row)));
        let report = |(column, row)| {
            let cell = map.cell(column, row)?;
            Some(Self {
                gain: gain_of(column),
                search: search_of(row),
                radius: cell.radius,
                precision: cell.precision,
            })
        };
        cells.filter_map(report).collect()
    }
}

impl Bridge {
    /// What experiments show, beside capacity. Nothing where none is asked for, so that links from before keep their hash.
    pub(super) fn hash_experiments(&self, hash: &mut StateHash) {
        let settings = self.settings();
        if settings.has_random_keys() || settings.study() == Study::Keys {
            for keys in self.similarity().into_iter() {
                for (distance, alike) in keys.content.iter().chain(&keys.keys) {
                    hash.number(*distance).number(*alike);
                }
            }
        }
        for point in self.gains().map_or(&[][..], |gains| &gains.points) {
            hash.number(point.gain).number(point.active);
            for alike in point.alike.into_iter().flatten() {
                hash.number(alike);
            }
        }
        for point in self.near().map_or(&[][..], |near| &near.points) {
            let score = &point.score;
            hash.integer(point.distance as u64);
            for number in [score.right, score.error, score.ambiguity].as_flattened() {
                hash.number(*number);
            }
        }
        for cell in self
            .map()
            .map_or(&[][..], |map| &map.cells)
            .iter()
            .flatten()
        {
            hash.number(cell.radius)
                .number(cell.precision.unwrap_or(-1.0));
        }
    }
}
