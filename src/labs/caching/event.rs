use serde::Serialize;

use crate::{session::LabEvent, texts};

/// The events that only this lab has.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Event {
    /// A seed was cached: memory number `index` at `place`.
    Cached {
        /// The place.
        place: usize,
        /// The number of the memory, from 0.
        index: usize,
    },
    /// A place was checked for a seed.
    Recalled {
        /// The place.
        place: usize,
        /// Seed output as a fraction of its largest value over all places.
        seed_ratio: f64,
        /// Where the place output peaks, in places.
        peak: Option<f64>,
        /// Whether the bird says that a seed is here.
        found: bool,
    },
    /// Activity was no longer finite after step `step`.
    Overflow {
        /// The step.
        step: usize,
    },
}

impl LabEvent for Event {
    fn spoken(&self) -> Option<String> {
        Some(match self {
            Self::Cached { place, .. } => {
                texts::caching::ASeedIsCachedAtPlace { place }.to_string()
            }
            Self::Recalled {
                place,
                seed_ratio,
                peak,
                found,
            } => {
                let whether = if *found {
                    texts::caching::a_seed()
                } else {
                    texts::caching::no_seed()
                };
                let toward = peak.map_or(String::new(), |peak| {
                    texts::caching::CheckedPoints { peak }.to_string()
                });
                texts::caching::PlaceChecked {
                    place,
                    whether,
                    seed_ratio,
                    toward,
                }
                .to_string()
            }
            Self::Overflow { step } => {
                texts::caching::ActivityOverflowedAfterStep { step }.to_string()
            }
        })
    }
}
