//! Figure 5C–D: what barcodes and place fields are good for. The sweep of [4E–F](super::fig_4e) in the full model, without barcodes and
//! without place fields: correct rejects at s = 0 (C), recall of the nearest cache at s = 1 (D).

use super::{
    Axis, Figure, Interval, Panel, Sample, Series, Settings, Work,
    ablations::Model,
    resolution::{FARTHEST, READING, Readout, SPACINGS, Says, THIRD, THRESHOLD, WIDE, half_way},
};
use chickadee_engine::worlds::caching::PLACES_PER_SITE;

/// Figure 5C–D.
pub static FIGURE: Figure = Figure {
    id: "5c",
    name: "Figure 5C–D",
    title: "Selectivity and reach without barcodes and without place fields",
    question: "Which of the two codes makes recall selective, and which gives it a reach?",
    seeds: 35,
    units: 5000,
    least_units: 200,
    quirk: Some(
        "The caption of panel D says s = 0.4 for all models, while the authors' code has s = 1, and so has the solid line; as published, it is 0.4.",
    ),
    findings: &[
        "Without place fields 34 of 35 runs reject 5 places apart and 68 of 70 find the cache that they are at, published are 35 of 35 and 70 of 70: Fisher's exact p is 1 and 0.50.",
    ],
    link: "lab=caching&units=2000&caches=0,25,66&barcodes=off",
    conditions: |_| SPACINGS.len() * Model::ALL.len(),
    piece,
    panels,
};

/// Correct rejects by model and spacing.
const REJECTS: [[f64; 7]; 3] = [
    [0.0, 0.03, 0.44, 0.94, 1.0, 1.0, 1.0],
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.06, 1.0],
    [1.0, 1.0, 0.91, 0.97, 0.86, 0.94, 0.97],
];
/// Recalls by model: (distance in places, value).
const RECALLS: [&[(f64, f64)]; 3] = [
    &[
        (2.0, 1.0),
        (4.0, 1.0),
        (8.0, 1.0),
        (10.0, 0.96),
        (12.0, 0.86),
        (15.0, 0.61),
    ],
    &[
        (0.0, 0.33),
        (4.0, 0.33),
        (8.0, 0.33),
        (12.0, 0.33),
        (15.0, 0.33),
    ],
    &[(0.0, 1.0), (4.0, 0.145), (8.0, 0.145), (12.0, 0.145)],
];

fn search(settings: &Settings) -> f64 {
    if settings.as_published { 0.4 } else { 1.0 }
}

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let (units, search) = (settings.units, search(settings));
    let spacing = SPACINGS[condition % SPACINGS.len()];
    let line = condition / SPACINGS.len();
    let (model, _) = Model::ALL[line];
    Work::new(async move {
        let mut bird = model.bird(seed, units).await;
        let caches = [0, spacing, THIRD];
        for place in caches {
            bird.cache(place).await;
        }
        let narrow = bird.recall(0.0).await;
        let says = Says::of(&bird, &narrow, &caches, Readout::Seed);
        let rejects = f64::from(says.rejects_between(0, spacing));
        let mut samples = vec![Sample::new(line, half_way(spacing), rejects)];
        if spacing > WIDE {
            let wide = bird.recall(search).await;
            let says = Says::of(&bird, &wide, &caches, Readout::Seed);
            let near = says.recalled(&bird, &caches).into_iter();
            let near = near.filter(|(distance, _)| *distance <= FARTHEST);
            samples.extend(near.map(|(distance, share)| {
                Sample::new(Model::ALL.len() + line, distance / PLACES_PER_SITE, share)
            }));
        }
        samples
    })
}

fn panels(settings: &Settings) -> Vec<Panel> {
    let runs = FIGURE.seeds;
    let rejects = Model::ALL.iter().zip(REJECTS).map(|((_, name), read)| {
        let points: Vec<(f64, f64)> = SPACINGS.map(half_way).into_iter().zip(read).collect();
        Series::new(*name).published(&points, READING).of_runs(runs)
    });
    let recalls = Model::ALL.iter().zip(RECALLS).map(|((_, name), read)| {
        let sites = read
            .iter()
            .map(|(places, value)| (places / PLACES_PER_SITE, *value));
        let points: Vec<(f64, f64)> = sites.collect();
        Series::new(*name)
            .published(&points, READING)
            .of_runs(2 * runs)
    });
    vec![
        Panel::lines(
            "C: correct rejection between two caches, s = 0",
            Axis::over("distance from both (sites)", 0.0, 2.0),
            Axis::over("P(correct reject)", 0.0, 1.0),
            rejects.collect(),
        )
        .with_interval(Interval::Binomial)
        .with_threshold(THRESHOLD),
        Panel::lines(
            &format!("D: recall of the nearest cache, s = {}", search(settings)),
            Axis::over("distance from it (sites)", 0.0, 2.0),
            Axis::over("P(recall)", 0.0, 1.0),
            recalls.collect(),
        )
        .with_interval(Interval::Binomial),
    ]
}
