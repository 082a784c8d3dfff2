use serde::Serialize;

use crate::core::LabEvent;

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
    const NAMES: &'static [&'static str] = &["cached", "recalled", "overflow"];

    fn spoken(&self) -> Option<String> {
        Some(match self {
            Self::Cached { place, .. } => format!("A seed is cached at place {place}."),
            Self::Recalled {
                place,
                seed_ratio,
                peak,
                found,
            } => {
                let whether = if *found {
                    "a seed is here"
                } else {
                    "no seed here"
                };
                let toward = peak.map_or(String::new(), |peak| {
                    format!(", memory points to place {peak:.0}")
                });
                format!("Place {place}: {whether}, seed output {seed_ratio:.2}{toward}.")
            }
            Self::Overflow { step } => format!("Activity overflowed after step {step}."),
        })
    }
}
