//! Figure 4E–F and its supplement on the threshold: precision of recall by search strength, by the protocol of [`super::resolution`].

use super::{
    Bird, Figure, Panel, Settings, Work,
    resolution::{self, Read, Readout, SEARCHES, SPACINGS},
};

/// Figure 4E–F.
pub static FIGURE: Figure = Figure {
    id: "4e",
    name: "Figure 4E–F and supplement on the threshold",
    title: "Precision of recall by search strength",
    question: "How near may two caches be to be told apart, and from how far are they found?",
    seeds: 35,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[
        "Of the 56 proportions of E none differs from the published one at the 5 % level (Fisher's exact test, 35 networks of 5,000 units each; the smallest p is 0.11). At s = 0 one cache in 70 is not recalled at all, in an independent computation one of 51.",
        "At the threshold 0.7 the lines of true positives are steep (0.97 at 0.6, 0.77 at 0.8), and one number was read for all of them; all strengths share their networks, so these values are one deviation. 35 other networks in an independent computation give 0.93 (s = 0) to 0.98 (s = 1).",
        "Smaller networks are less precise: at s = 0, 16 of 24 networks of 2,000 units tell caches 15 places apart, and 33 of 35 of 5,000 units.",
    ],
    link: "lab=caching&units=2000&caches=0,25,66&search=0.4",
    conditions: |_| SPACINGS.len(),
    piece,
    panels: |_| panels(),
};

/// Proportion of correct rejects as read off 4E, by search strength and spacing; all later ones are 0.
const REJECTS: [[f64; 7]; 5] = [
    [0.0, 0.03, 0.44, 0.94, 1.0, 1.0, 1.0],
    [0.0, 0.0, 0.02, 0.31, 0.94, 1.0, 1.0],
    [0.0, 0.0, 0.0, 0.03, 0.15, 0.80, 0.94],
    [0.0, 0.0, 0.0, 0.0, 0.02, 0.18, 0.74],
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.06, 0.09],
];
/// Distances at which 4F was read, in places.
const READ_AT: [f64; 8] = [2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 15.0];
/// Proportion of recalls as read off 4F, by search strength and distance.
const RECALLS: [[f64; 8]; 8] = [
    [1.0, 0.82, 0.30, 0.02, 0.01, 0.0, 0.0, 0.0],
    [1.0, 1.0, 0.88, 0.40, 0.08, 0.01, 0.0, 0.0],
    [1.0, 1.0, 1.0, 0.92, 0.55, 0.16, 0.02, 0.01],
    [1.0, 1.0, 1.0, 1.0, 0.95, 0.60, 0.20, 0.11],
    [1.0, 1.0, 1.0, 1.0, 0.97, 0.85, 0.57, 0.44],
    [1.0, 1.0, 1.0, 1.0, 0.97, 0.86, 0.69, 0.61],
    [1.0, 1.0, 1.0, 0.98, 0.93, 0.82, 0.75, 0.75],
    [1.0, 0.99, 0.97, 0.93, 0.82, 0.73, 0.69, 0.70],
];
/// Sensitivity by threshold, the same at all search strengths.
const SENSITIVITY: [(f64, f64); 3] = [(0.5, 1.0), (0.7, 0.97), (0.9, 0.55)];
/// Specificity by search strength: flat from thresholds 0.1 to 0.6, and at 0.9.
const SPECIFICITY: [[f64; 2]; 8] = [
    [0.715, 0.84],
    [0.555, 0.76],
    [0.405, 0.68],
    [0.285, 0.63],
    [0.185, 0.55],
    [0.115, 0.53],
    [0.035, 0.49],
    [0.01, 0.43],
];

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let (units, spacing) = (settings.units, SPACINGS[condition]);
    Work::new(async move {
        let bird = Bird::new(seed, units);
        resolution::sweep(bird, spacing, [0, 1, 2], &SEARCHES, Readout::Seed).await
    })
}

/// Values read off 4E–F and the supplement, by search strength.
pub(super) fn read() -> Vec<Read> {
    let line = |line: usize| {
        let rejects = REJECTS.get(line).copied().unwrap_or_default();
        let [flat, late] = SPECIFICITY[line];
        Read {
            rejects: SPACINGS.iter().map(|&q| q as f64).zip(rejects).collect(),
            recalls: READ_AT.into_iter().zip(RECALLS[line]).collect(),
            sensitivity: SENSITIVITY.to_vec(),
            specificity: vec![(0.1, flat), (0.5, flat), (0.9, late)],
            ..Read::default()
        }
    };
    (0..SEARCHES.len()).map(line).collect()
}

fn panels() -> Vec<Panel> {
    resolution::panels(&resolution::names(&SEARCHES), &read(), FIGURE.seeds)
}
