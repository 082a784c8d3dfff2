//! Five ways to read the same memories: what recurrent recall adds to attention.
//!
//! Not a figure of the paper but a table that follows from it. Three caches, at 20, 35 and 70, are read from every place by each
//! [`Lookup`]: linear and soft-max attention with place inputs as keys, the same with barcodes as keys, and the network's own
//! recall. The query of barcode keys is the activity at full gain of the network without memories, in one row with the seed steps
//! of caching. Weights are divided by the largest of a lookup over all places and memories; totals are sums of these.
//!
//! Attention to content finds the nearest cache, but a soft-max never says that there is none: its weights always sum to 1. Barcodes as
//! keys lower the cross-talk between neighbours. The network accepts or rejects, from a distance that search strength sets.
//!
//! Barcodes of the second and third cache were made while earlier memories were there, so that the query of a network without
//! memories meets them about half as well as the first.

use super::{Axis, Bird, Figure, Mark, Panel, Sample, Series, Settings, Work, pause};
use chickadee_engine::{
    base::Matrix,
    models::{
        barcode::Phase,
        key_value::{Lookup, Query},
    },
};

/// The table of lookups.
pub static FIGURE: Figure = Figure {
    id: "bridge-lookups",
    name: "Table of lookups",
    title: "Five ways to read the same memories",
    question: "What does recall by a network add to attention?",
    seeds: 2,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[],
    link: "lab=bridge&caches=20,35,70&at=43",
    conditions: |_| 1,
    piece,
    panels,
};

/// The caches, in this order.
const CACHES: [usize; 3] = [20, 35, 70];
/// The memory whose weights are shown.
const SHOWN: usize = 1;
/// Places beyond this distance from every cache are far.
const FAR: f64 = 14.0;

/// Where a query comes from.
#[derive(Clone, Copy)]
enum Asked {
    /// Place input.
    Place,
    /// The barcode of the network without memories.
    Barcode,
    /// The same with seed steps.
    SeedBarcode,
    /// Recall at a search strength.
    Recall(f64),
}

/// The rows of the table: name, lookup, inverse temperature β of a soft-max, query.
const ROWS: [(&str, Lookup, f64, Asked); 11] = [
    ("linear, places", Lookup::LinearContent, 1.0, Asked::Place),
    (
        "soft-max β = 4, places",
        Lookup::SoftmaxContent,
        4.0,
        Asked::Place,
    ),
    (
        "soft-max β = 16, places",
        Lookup::SoftmaxContent,
        16.0,
        Asked::Place,
    ),
    (
        "soft-max β = 64, places",
        Lookup::SoftmaxContent,
        64.0,
        Asked::Place,
    ),
    (
        "linear, barcodes",
        Lookup::LinearBarcode,
        1.0,
        Asked::Barcode,
    ),
    (
        "linear, barcodes with seed steps",
        Lookup::LinearBarcode,
        1.0,
        Asked::SeedBarcode,
    ),
    (
        "soft-max β = 16, barcodes",
        Lookup::SoftmaxBarcode,
        16.0,
        Asked::Barcode,
    ),
    ("network, s = 0", Lookup::Recurrent, 1.0, Asked::Recall(0.0)),
    (
        "network, s = 0.4",
        Lookup::Recurrent,
        1.0,
        Asked::Recall(0.4),
    ),
    ("network, s = 1", Lookup::Recurrent, 1.0, Asked::Recall(1.0)),
    (
        "network, s = 1.5",
        Lookup::Recurrent,
        1.0,
        Asked::Recall(1.5),
    ),
];

/// Rows of which the answers at all places are shown: one of each lookup.
const PROFILES: [usize; 5] = [0, 2, 4, 6, 7];

/// The columns of the table: weight at the cache and 4, 8 and 12 places on; total weight half-way between the first two caches and far
/// from all; places at which no cache has a larger weight than a nearest one.
const COLUMNS: [&str; 7] = ["own", "+4", "+8", "+12", "half", "far", "right"];

/// What a lookup makes of all places.
struct Answers {
    /// Weights of all memories by place, as fractions of the largest.
    weights: Vec<Vec<f64>>,
    /// Their sum by place.
    totals: Vec<f64>,
}

impl Answers {
    /// Reads the memories at every place; `queries` has a row for each.
    async fn of(bird: &Bird, (lookup, beta): (Lookup, f64), queries: &Matrix) -> Self {
        let present = [true; CACHES.len()];
        let mut weights = Vec::with_capacity(bird.places());
        for place in 0..bird.places() {
            let row = queries.row(place);
            // A lookup reads one of them.
            let query = Query {
                content: row,
                barcode: row,
                recalled: row,
            };
            let memories = bird.memories.iter();
            let similarities: Vec<f64> = memories
                .map(|memory| lookup.similarity(memory, &query))
                .collect();
            weights.push(lookup.weights(&similarities, &present, beta));
            pause().await;
        }
        let largest = weights.iter().flatten().copied().fold(f64::MIN, f64::max);
        for weight in weights.iter_mut().flatten() {
            *weight /= largest;
        }
        let totals = weights.iter().map(|row| row.iter().sum()).collect();
        Self { weights, totals }
    }

    /// Samples of a row.
    fn samples(&self, bird: &Bird, row: usize) -> Vec<Sample> {
        let mut samples = Vec::new();
        if let Some(series) = PROFILES.iter().position(|shown| *shown == row) {
            for (place, (weights, total)) in self.weights.iter().zip(&self.totals).enumerate() {
                let x = place as f64;
                samples.push(Sample::new(series, x, weights[SHOWN]));
                samples.push(Sample::new(PROFILES.len() + series, x, *total));
            }
        }
        for (column, value) in self.columns(bird).into_iter().enumerate() {
            let series = 2 * PROFILES.len() + row;
            samples.push(Sample::new(series, column as f64, value));
        }
        samples
    }

    /// The entries of the table.
    fn columns(&self, bird: &Bird) -> [f64; COLUMNS.len()] {
        let cache = CACHES[SHOWN];
        let weight = |ahead: usize| self.weights[cache + ahead][SHOWN];
        // Half-way between the first two lies between two places.
        let between = CACHES[0] + CACHES[1];
        let middle = [between / 2, between.div_ceil(2)].map(|place| self.totals[place]);
        let places = || 0..bird.places();
        let far = places().filter(|place| bird.nearest(*place, &CACHES) > FAR);
        let far: Vec<f64> = far.map(|place| self.totals[place]).collect();
        let right = places().filter(|place| self.finds_nearest(bird, *place));
        [
            weight(0),
            weight(4),
            weight(8),
            weight(12),
            middle.iter().sum::<f64>() / middle.len() as f64,
            far.iter().sum::<f64>() / far.len() as f64,
            right.count() as f64 / bird.places() as f64,
        ]
    }

    /// Whether no weight is larger than that of a nearest cache.
    fn finds_nearest(&self, bird: &Bird, place: usize) -> bool {
        let weights = self.weights[place].iter().zip(CACHES);
        let best = weights.max_by(|(a, _), (b, _)| a.total_cmp(b));
        let nearest = bird.nearest(place, &CACHES);
        best.is_some_and(|(_, cache)| bird.distance(place, cache) <= nearest)
    }
}

fn piece(settings: &Settings, seed: u64, _: usize) -> Work {
    let units = settings.units;
    Work::new(async move {
        let mut bird = Bird::new(seed, units).await;
        let parameters = bird.parameters.clone();
        let barcodes = bird.ring(Phase::visit(&parameters, 1.0)).await;
        let seed_barcodes = bird.ring(Phase::cache(&parameters)).await;
        for place in CACHES {
            bird.cache(place).await;
        }
        let mut samples = Vec::new();
        for (number, (_, lookup, beta, asked)) in ROWS.into_iter().enumerate() {
            let recalled;
            let queries = match asked {
                Asked::Place => &bird.inputs.rates,
                Asked::Barcode => &barcodes,
                Asked::SeedBarcode => &seed_barcodes,
                Asked::Recall(search) => {
                    recalled = bird.ring(Phase::recall(&parameters, search)).await;
                    &recalled
                }
            };
            let answers = Answers::of(&bird, (lookup, beta), queries).await;
            samples.extend(answers.samples(&bird, number));
        }
        samples
    })
}

fn panels(_: &Settings) -> Vec<Panel> {
    let places = || Axis::over("place", 0.0, Bird::PLACES as f64);
    let lookups = || PROFILES.map(|row| Series::new(ROWS[row].0)).to_vec();
    let columns: Vec<(f64, &str)> = (0..).map(f64::from).zip(COLUMNS).collect();
    vec![
        Panel::lines(
            "Weight of the memory at place 35",
            places(),
            Axis::new("part of the largest"),
            lookups(),
        ),
        Panel::lines(
            "Total weight: is there a cache?",
            places(),
            Axis::new("sum of weights"),
            lookups(),
        ),
        Panel::lines(
            "Table",
            Axis::over(
                "own cache, places on, half-way, far, nearest is right",
                -0.5,
                COLUMNS.len() as f64 - 0.5,
            )
            .with_ticks(&columns),
            Axis::new("part of the largest, or of all places"),
            ROWS.map(|(name, ..)| Series::new(name)).into(),
        )
        .with_mark(Mark::Dots),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table as measured at N = 5,000, by row; not a number where networks differ much.
    const MEASURED: [[f64; COLUMNS.len()]; ROWS.len()] = [
        [1.0, 0.95, 0.81, 0.62, 0.92, -0.54, 0.99],
        [0.89, 0.94, 0.94, 0.88, 1.0, 1.0, 0.99],
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.99],
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.99],
        [0.55, 0.50, 0.37, 0.26, 0.67, 0.34, 0.95],
        [0.49, 0.43, 0.41, 0.32, 0.86, 0.61, 0.86],
        [0.90, 0.91, 0.83, NAN, 1.0, 1.0, 0.95],
        [NAN, NAN, NAN, 0.02, NAN, 0.02, 0.90],
        [NAN, NAN, NAN, NAN, NAN, 0.03, 0.95],
        [NAN, NAN, NAN, NAN, NAN, NAN, 0.89],
        [NAN, NAN, NAN, NAN, NAN, NAN, 0.91],
    ];
    const NAN: f64 = f64::NAN;

    #[test]
    fn the_table_is_as_measured() {
        let settings = Settings {
            units: 1000,
            ..Settings::published(&FIGURE)
        };
        const NETWORKS: u64 = 3;
        let networks: Vec<Vec<Sample>> = (1..=NETWORKS)
            .map(|seed| piece(&settings, seed, 0).finish())
            .collect();
        for (row, measured) in MEASURED.iter().enumerate() {
            // Place inputs are the same at every N, barcodes and recall of three networks of 1,000 units vary.
            let error = if row < 4 { 0.02 } else { 0.2 };
            for (column, measured) in measured.iter().enumerate() {
                let series = 2 * PROFILES.len() + row;
                let of = |s: &&Sample| s.series == series && s.x == column as f64;
                let found = networks.iter().flatten().filter(of).map(|s| s.value);
                let found = found.sum::<f64>() / NETWORKS as f64;
                let (name, column) = (ROWS[row].0, COLUMNS[column]);
                let agrees = measured.is_nan() || (found - measured).abs() < error;
                assert!(agrees, "{name}, {column}: {found}");
            }
        }
    }
}
