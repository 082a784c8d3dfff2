//! Figure 4, supplement on unordered place fields: each input unit is a smooth random function of the place (a Gaussian process), so
//! that units have many peaks and no order. The sweep of [4E–F](super::fig_4e) with η = 75, β = −0.32, λ_div = 30 and a seed strength of
//! 1.5; the place output is decoded as places, X J_xy a, and its norm is the readout.

use super::{
    Bird, Figure, Settings, Work,
    resolution::{self, Read, Readout, SEARCHES, SPACINGS},
};
use chickadee_engine::{
    models::barcode::Parameters,
    worlds::caching::{Geometry, PlaceInputs},
};

/// Figure 4, supplement on unordered place fields.
pub static FIGURE: Figure = Figure {
    id: "4-gaussian",
    name: "Figure 4, supplement on unordered place fields",
    title: "Precision of recall with many-peaked, unordered tuning",
    question: "Does recall need place fields with one peak, in order?",
    seeds: 35,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[
        "With 2,000 units about one network in five misses a cache at s = 0, with 5,000 hardly one, so that two or three networks of 2,000 units are too few. An independent computation finds 0.61 of the caches at s = 0 with 2,000 units (6 networks) and 1.00 with 5,000 (2).",
    ],
    link: "lab=caching&world=gaussian&units=2000&caches=0,25,66",
    conditions: |_| SPACINGS.len(),
    piece,
    panels: |_| {
        let narrow = Read {
            rejects: vec![(10.0, 0.58), (15.0, 0.75), (20.0, 0.9)],
            recalls: vec![(3.0, 0.5)],
            sensitivity: vec![(0.5, 0.9)],
            specificity: vec![(0.5, 0.83)],
            // Read as the distance at which the curve passes one half, on a steep curve.
            unsure: [0.0, 0.1, 0.0, 0.0],
        };
        let mut read = vec![Read::default(); SEARCHES.len()];
        read[0] = narrow;
        read[3].recalls = vec![(8.0, 0.6)];
        read[3].unsure = [0.0, 0.1, 0.0, 0.0];
        read[7].sensitivity = vec![(0.5, 0.8)];
        resolution::panels(&resolution::names(&SEARCHES), &read, FIGURE.seeds)
    },
};

/// λ of the tuning's covariance, a fraction of the ring.
const DECAY: f64 = 0.4;

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let (units, spacing) = (settings.units, SPACINGS[condition]);
    Work::new(async move {
        let bird = async {
            let inputs = PlaceInputs::gaussian(Bird::PLACES, units, DECAY, seed);
            let mut bird = Bird::in_world(seed, units, Geometry::Gaussian, inputs).await;
            bird.parameters = Parameters {
                learning_rate: 75.0,
                plasticity_bias: -0.32,
                divisive: 30.0,
                seed_strength: 1.5,
                ..bird.parameters
            };
            bird
        };
        resolution::sweep(bird, spacing, [0, 1, 2], &SEARCHES, Readout::Decoded).await
    })
}
