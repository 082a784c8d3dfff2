//! Figures 5A and 5B: the example task of [4C–D](super::fig_4c) without barcodes, and without place fields.

use super::{Figure, Work, ablations::Model, example};

/// Figure 5A.
pub static PLACE: Figure = Figure {
    id: "5a",
    name: "Figure 5A",
    title: "Three caches without barcodes",
    question: "What do the readouts say when nothing but the place code is stored?",
    link: "lab=caching&units=2000&caches=20,35,70&barcodes=off",
    piece: |settings, seed, _| {
        let units = settings.units;
        Work::new(async move {
            let bird = Model::PlaceCodeOnly.bird(seed, units).await;
            example::task(bird, seed, PLACE_WIDE).await
        })
    },
    panels: |_| example::panels(PLACE_READ, PLACE_WIDE),
    ..BARCODE
};

/// Figure 5B.
pub static BARCODE: Figure = Figure {
    id: "5b",
    name: "Figure 5B",
    title: "Three caches without place fields",
    question: "What do the readouts say when no two places are alike?",
    seeds: 1,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[],
    link: "lab=caching&units=2000&caches=20,35,70&placefields=off",
    conditions: |_| 1,
    piece: |settings, seed, _| {
        let units = settings.units;
        Work::new(async move {
            let bird = Model::BarcodeOnly.bird(seed, units).await;
            example::task(bird, seed, BARCODE_WIDE).await
        })
    },
    panels: |_| example::panels(BARCODE_READ, BARCODE_WIDE),
};

/// Search strengths of the wide searches.
const PLACE_WIDE: f64 = 0.7;
const BARCODE_WIDE: f64 = 10.0;
/// One plateau over both near caches.
const PLACE_READ: example::Read = [
    &[(20.0, 1.0), (60.0, 0.075), (85.0, 0.075)],
    &[(20.0, 1.0), (27.0, 1.0), (35.0, 1.0)],
    &[(20.0, 1.0), (27.0, 1.0), (35.0, 1.0), (70.0, 0.9)],
];
/// Spikes at the caches, of heights that were not read, and nothing between them.
const BARCODE_READ: example::Read = [&[(20.0, 1.0), (27.0, 0.0)], &[(27.0, 0.0)], &[(27.0, 0.0)]];
