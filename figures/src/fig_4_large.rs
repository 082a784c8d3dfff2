//! Figure 4, supplement on a large network: the sweep of [4E–F](super::fig_4e) with N = 15,000, read by the norm of the place output.
//!
//! Above 5,000 input units the authors' generator z-scores each place by the central 5,000 units alone, so the places are not alike any
//! more: activity at place 0 is 28 standard deviations high. That belongs to this figure.

use super::{
    Bird, Figure, Settings, Work,
    resolution::{self, Read, Readout, SPACINGS},
};

/// Figure 4, supplement on a large network.
pub static FIGURE: Figure = Figure {
    id: "4-large",
    name: "Figure 4, supplement on a large network",
    title: "Precision of recall in a network of 15,000 units",
    question: "Does recall get more precise in a larger network?",
    seeds: 10,
    units: 15_000,
    least_units: 200,
    quirk: None,
    findings: &[],
    link: "lab=caching&units=5000&caches=0,25,66",
    conditions: |_| SPACINGS.len(),
    piece,
    panels: |_| {
        let narrow = Read {
            rejects: vec![(10.0, 0.4), (15.0, 1.0), (20.0, 1.0)],
            sensitivity: vec![(0.5, 1.0), (0.7, 1.0)],
            specificity: vec![(0.5, 0.63)],
            ..Read::default()
        };
        resolution::panels(&resolution::names(&SEARCHES), &[narrow], FIGURE.seeds)
    },
};

/// The search strength with published values.
const SEARCHES: [f64; 1] = [0.0];

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let (units, spacing) = (settings.units, SPACINGS[condition]);
    Work::new(async move {
        let bird = Bird::new(seed, units);
        resolution::sweep(bird, spacing, [0, 1, 2], &SEARCHES, Readout::Place).await
    })
}
