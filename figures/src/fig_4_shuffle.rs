//! Figure 4, supplement on the order of caching: the sweep of [4E–F](super::fig_4e) with caches at 0, q and 66 in another order than
//! that, drawn at random, and with the readout of the older analyses, the norm of the place output.

use super::{
    Bird, Figure, Settings, Work,
    resolution::{self, Read, Readout, SEARCHES, SPACINGS},
};
use chickadee_engine::base::random::{Random, Stream};

/// Figure 4, supplement on the order of caching.
pub static FIGURE: Figure = Figure {
    id: "4-shuffle",
    name: "Figure 4, supplement on the order of caching",
    title: "Precision of recall when caches are made in any order",
    question: "Does the order of caching matter?",
    seeds: 35,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[
        "One network of 5,000 units has nine caches beyond 15 places; the published values lie within its intervals. For the threshold 0.7 see figure 4E.",
    ],
    link: "lab=caching&units=2000&caches=66,25,0&search=0.4",
    conditions: |_| SPACINGS.len(),
    piece,
    panels: |_| {
        let read: Vec<Read> = SPECIFICITY
            .into_iter()
            .map(|specificity| Read {
                sensitivity: vec![(0.5, 1.0), (0.7, 0.95), (0.9, 0.55)],
                specificity: vec![(0.5, specificity)],
                // Lines of all search strengths lie between 0.5 and 0.6 at the last threshold.
                unsure: [0.0, 0.0, 0.05, 0.0],
                ..Read::default()
            })
            .collect();
        resolution::panels(&resolution::names(&SEARCHES), &read, FIGURE.seeds)
    },
};

/// Specificity at threshold 0.5 by search strength.
const SPECIFICITY: [f64; 8] = [0.72, 0.56, 0.41, 0.28, 0.17, 0.09, 0.01, 0.0];
/// All orders but the first.
const ORDERS: [[usize; 3]; 5] = [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let (units, spacing) = (settings.units, SPACINGS[condition]);
    let mut random = Random::new(seed, Stream::Bird, condition as u64);
    let order = ORDERS[random.below(ORDERS.len())];
    Work::new(async move {
        let bird = Bird::new(seed, units);
        resolution::sweep(bird, spacing, order, &SEARCHES, Readout::Place).await
    })
}
