//! Figure 4C–D: the example task. Caches at 20, 35 and 70; after each, what the seed output says at every place, and where the place
//! output points, at s = 0 and at s = 1.5.

use super::{Bird, Figure, Work, example};

/// Figure 4C–D.
pub static FIGURE: Figure = Figure {
    id: "4c",
    name: "Figure 4C–D",
    title: "Three caches: is there a seed, and where?",
    question: "What do the readouts say at every place after each of three caches?",
    seeds: 1,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[
        "One network, drawn at random: which cache answers loudest is chance. Over 17 networks the second cache's answer is 0.90 ± 0.10 (standard deviation) of the largest, from 0.68 to 1.00.",
    ],
    link: "lab=caching&units=2000&caches=20,35,70&search=0",
    conditions: |_| 1,
    piece: |settings, seed, _| {
        let units = settings.units;
        Work::new(async move { example::task(Bird::new(seed, units).await, seed, WIDE).await })
    },
    panels: |_| example::panels(READ, WIDE),
};

/// Search strength of the wide search.
const WIDE: f64 = 1.5;
/// Plateaus, dips and the ground between, as read off 4C.
const READ: example::Read = [
    &[(20.0, 1.0), (50.0, 0.02), (80.0, 0.02)],
    &[(20.0, 0.92), (27.0, 0.03), (35.0, 1.0), (60.0, 0.02)],
    &[
        (20.0, 0.92),
        (27.0, 0.03),
        (35.0, 1.0),
        (52.0, 0.02),
        (70.0, 0.84),
    ],
];
