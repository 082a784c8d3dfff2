//! Figure 4E–F: how near two caches may be to be told apart, and from how far they are found, by search strength.
//!
//! Protocol: a fresh network, caches at 0, q and 66 in this order, then recall from every place at search strength s. A *correct
//! reject*: the seed ratio half-way between the first two is below 0.5. *Recall*: the place output peaks at the nearest cache, and
//! the seed ratio is above 0.5; from runs with q > 20 only.
//!
//! The authors draw a network for each (q, s); here all search strengths of a (seed, q) share one, which makes each line no
//! different and their differences more certain. A run that overflowed rejects and recalls nothing, as theirs.

use std::collections::BTreeMap;

use crate::worlds::caching::PLACES_PER_SITE;

use super::{Axis, Bird, Figure, Interval, Panel, Recall, Sample, Series, Settings, Work};

/// Figure 4E–F.
pub static FIGURE: Figure = Figure {
    id: "4e",
    name: "Figure 4E–F",
    title: "Precision of recall by search strength",
    question: "How near may two caches be to be told apart, and from how far are they found?",
    seeds: 35,
    units: 5000,
    least_units: 200,
    quirk: None,
    link: "lab=caching&caches=0,25,66",
    conditions: |_| SPACINGS.len(),
    piece,
    panels,
};

/// Search strengths s.
pub(super) const SEARCHES: [f64; 8] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0];
/// Distances q of the first two caches, in places.
pub(super) const SPACINGS: [usize; 7] = [3, 5, 10, 15, 20, 25, 30];
/// The place of the third cache.
const THIRD: usize = 66;
/// Seed ratio above which there is a seed.
pub(super) const THRESHOLD: f64 = 0.5;
/// Spacings beyond it count in panel F.
const WIDE: usize = 20;
/// Distances drawn in panel F, in places.
const FARTHEST: f64 = 15.0;

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
/// Read by eye: ±0.03 on an axis of 1.
pub(super) const READING: f64 = 0.03;

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let (units, spacing) = (settings.units, SPACINGS[condition]);
    Work::new(async move {
        let mut bird = Bird::new(seed, units).await;
        let caches = [0, spacing, THIRD];
        for place in caches {
            bird.cache(place).await;
        }
        let mut samples = Vec::new();
        for (line, search) in SEARCHES.into_iter().enumerate() {
            let recall = bird.recall(search).await;
            let rejects = f64::from(rejects_between(&recall.seed_ratio, 0, spacing));
            samples.push(Sample::new(line, half_way(spacing), rejects));
            if spacing > WIDE {
                samples.extend(recalls(&bird, &recall, &caches, SEARCHES.len() + line));
            }
        }
        samples
    })
}

/// Distance of the place half-way between two caches from both, in sites.
pub(super) fn half_way(spacing: usize) -> f64 {
    0.5 * spacing as f64 / PLACES_PER_SITE
}

/// Whether the mean seed ratio of the places half-way between two caches is below the threshold; never after an overflow.
pub(super) fn rejects_between(ratio: &[f64], first: usize, second: usize) -> bool {
    let (low, high) = ((first + second) / 2, (first + second).div_ceil(2));
    f64::midpoint(ratio[low], ratio[high]) < THRESHOLD
}

/// Share of the places at each distance from the nearest cache at which that cache is recalled, as samples of a series.
pub(super) fn recalls(
    bird: &Bird,
    recall: &Recall,
    caches: &[usize],
    series: usize,
) -> Vec<Sample> {
    let mut at: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
    for place in 0..bird.places() {
        let nearest = bird.nearest(place, caches);
        if nearest <= FARTHEST {
            let (found, all) = at.entry(nearest.to_bits()).or_default();
            *found += f64::from(is_recalled(bird, recall, caches, place));
            *all += 1.0;
        }
    }
    // Bits of numbers from 0 rise with them.
    let share = |(bits, (found, all))| {
        let sites = f64::from_bits(bits) / PLACES_PER_SITE;
        Sample::new(series, sites, found / all)
    };
    at.into_iter().map(share).collect()
}

/// Whether the place output at a place peaks exactly at the nearest cache and the seed ratio is above the threshold.
pub(super) fn is_recalled(bird: &Bird, recall: &Recall, caches: &[usize], place: usize) -> bool {
    let nearest = bird.nearest(place, caches);
    let at = |&&cache: &&usize| recall.peak[place] == bird.inputs.peaks[cache];
    let peak = caches.iter().find(at);
    peak.is_some_and(|&cache| bird.distance(place, cache) == nearest)
        && recall.seed_ratio[place] > THRESHOLD
}

fn panels(_: &Settings) -> Vec<Panel> {
    let runs = FIGURE.seeds;
    let name = |search: f64| format!("s = {search}");
    let rejects = SEARCHES.into_iter().enumerate().map(|(line, search)| {
        let read = REJECTS.get(line).copied().unwrap_or_default();
        let points: Vec<(f64, f64)> = SPACINGS.map(half_way).into_iter().zip(read).collect();
        Series::new(name(search))
            .published(&points, READING)
            .of_runs(runs)
    });
    let recalls = SEARCHES.into_iter().zip(RECALLS).map(|(search, read)| {
        let sites = READ_AT.map(|places| places / PLACES_PER_SITE);
        let points: Vec<(f64, f64)> = sites.into_iter().zip(read).collect();
        // Two spacings count: twice as many networks.
        Series::new(name(search))
            .published(&points, READING)
            .of_runs(2 * runs)
    });
    vec![
        Panel::lines(
            "E: correct rejection between two caches",
            Axis::over("distance from both (sites)", 0.0, 30.0).with_ticks(&[
                (8.0, "0.5"),
                (16.0, "1"),
                (24.0, "1.5"),
            ]),
            Axis::over("P(correct reject)", 0.0, 1.0),
            rejects.collect(),
        )
        .with_interval(Interval::Binomial)
        .with_threshold(THRESHOLD),
        Panel::lines(
            "F: recall of the nearest cache",
            Axis::over("distance from the nearest cache (sites)", 0.0, FARTHEST).with_ticks(&[
                (4.0, "0.5"),
                (8.0, "1"),
                (12.0, "1.5"),
            ]),
            Axis::over("P(recall)", 0.0, 1.0),
            recalls.collect(),
        )
        .with_interval(Interval::Binomial),
    ]
}
