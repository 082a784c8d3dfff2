//! Figure 5, supplements: the whole sweep of [4E–F](super::fig_4e) without barcodes, and without place fields.

use super::{
    Figure, Panel, Settings, Work,
    ablations::Model,
    resolution::{self, Read, Readout, SEARCHES, SPACINGS},
};

/// Figure 5, supplement without barcodes.
pub static PLACE: Figure = Figure {
    id: "5-place",
    name: "Figure 5, supplement without barcodes",
    title: "Precision of recall with the place code alone",
    question: "How precise is recall without barcodes?",
    piece: |settings, seed, condition| piece(settings, seed, condition, Model::PlaceCodeOnly),
    panels: |_| panels(&PLACE_SPECIFICITY, 1.0 / 3.0, &[2, 3, 4, 5, 6, 7]),
    link: "lab=caching&units=2000&caches=0,25,66&barcodes=off",
    ..BARCODE
};

/// Figure 5, supplement without place fields.
pub static BARCODE: Figure = Figure {
    id: "5-barcode",
    name: "Figure 5, supplement without place fields",
    title: "Precision of recall with barcodes alone",
    question: "How precise is recall when no two places are alike?",
    seeds: 35,
    units: 5000,
    least_units: 200,
    quirk: None,
    link: "lab=caching&units=2000&caches=0,25,66&placefields=off",
    conditions: |_| SPACINGS.len(),
    piece: |settings, seed, condition| piece(settings, seed, condition, Model::BarcodeOnly),
    panels: |_| panels(&BARCODE_SPECIFICITY, 0.0, &[0, 1, 2]),
};

/// Specificity at threshold 0.5 by search strength; the paper's two statistics of s = 0 and 0.2 lie this far on either side.
const PLACE_SPECIFICITY: [f64; 8] = [0.655, 0.225, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02];
const BARCODE_SPECIFICITY: [f64; 8] = [0.93, 0.92, 0.90, 0.86, 0.76, 0.60, 0.20, 0.05];
/// Distances at which recall was read, in places.
const READ_AT: [f64; 3] = [4.0, 8.0, 12.0];

fn piece(settings: &Settings, seed: u64, condition: usize, model: Model) -> Work {
    let (units, spacing) = (settings.units, SPACINGS[condition]);
    Work::new(async move {
        let bird = model.bird(seed, units);
        resolution::sweep(bird, spacing, [0, 1, 2], &SEARCHES, Readout::Seed).await
    })
}

/// Panels with published specificity, and one value of recall wherever it was read in some lines.
fn panels(specificity: &[f64; 8], recall: f64, flat: &[usize]) -> Vec<Panel> {
    let line = |line: usize| Read {
        recalls: if flat.contains(&line) {
            READ_AT.map(|at| (at, recall)).to_vec()
        } else {
            Vec::new()
        },
        specificity: vec![(0.5, specificity[line])],
        ..Read::default()
    };
    let read: Vec<Read> = (0..SEARCHES.len()).map(line).collect();
    resolution::panels(&resolution::names(&SEARCHES), &read, BARCODE.seeds)
}
