//! Figure 3D: an example. Barcodes of three caches, activity at retrieval there, and the place code beside them.
//!
//! Protocol: caches at 0, 32 and 64, one after the other, then retrieval at each with s = 0. Activity is the mean of the last five steps:
//! at caching those with seed input. Some random units are shown. The same units that are active at caching are active at retrieval,
//! and others at other caches.

use super::{Axis, Bird, Figure, Mark, Panel, Sample, Series, Settings, Work, fig_3e::SITE};
use chickadee_engine::{
    analysis::pearson,
    base::{
        Matrix,
        random::{Random, Stream},
    },
    models::barcode::Phase,
};

/// Figure 3D.
pub static FIGURE: Figure = Figure {
    id: "3d",
    name: "Figure 3D",
    title: "Barcodes come back",
    question: "Are the same units active at retrieval as at caching?",
    seeds: 1,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[],
    link: "lab=caching&caches=0,32,64&at=32&doing=check&search=0",
    conditions: |_| 1,
    piece,
    panels,
};

/// The caches, in this order.
const CACHES: [usize; 3] = [0, 4 * SITE, 8 * SITE];
/// Random units that are shown of barcodes.
const SHOWN: usize = 25;
/// Evenly spaced units that are shown of the place code.
const PLACE_SHOWN: usize = 100;
/// Steps over which activity is averaged: the seed steps, at caching.
const LAST: usize = 5;
/// Images before the two series of correlations.
const IMAGES: usize = 3;

fn piece(settings: &Settings, seed: u64, _: usize) -> Work {
    let units = settings.units;
    Work::new(async move {
        let mut bird = Bird::new(seed, units).await;
        let mut caching = Vec::new();
        for place in CACHES {
            let history = bird.history(Phase::cache(&bird.parameters), &[place]).await;
            caching.push(mean_of_last(&history[0]));
            let barcode = history[0].row(history[0].rows() - 1);
            bird.store(place, barcode.into());
        }
        let recall = Phase::recall(&bird.parameters, 0.0);
        let histories = bird.history(recall, &CACHES).await;
        let retrieval: Vec<Vec<f32>> = histories.iter().map(mean_of_last).collect();
        let mut samples = correlations(&caching, &retrieval);
        if seed == 1 {
            let some = Random::new(seed, Stream::Protocol, 0).choose(SHOWN, units);
            let even: Vec<usize> = (0..PLACE_SHOWN).map(|i| i * units / PLACE_SHOWN).collect();
            let places = CACHES.map(|place| bird.visit(place)).to_vec();
            let images = [(&caching, &some), (&retrieval, &some), (&places, &even)];
            for (series, (columns, shown)) in images.into_iter().enumerate() {
                samples.extend(image(series, columns, shown));
            }
        }
        samples
    })
}

/// Mean activity of the last five steps.
fn mean_of_last(history: &Matrix) -> Vec<f32> {
    let steps = history.rows() - LAST..history.rows();
    let mut mean = vec![0.0; history.columns()];
    for step in steps {
        for (mean, a) in mean.iter_mut().zip(history.row(step)) {
            *mean += a / LAST as f32;
        }
    }
    mean
}

/// How alike activity at each cache and each retrieval is.
fn correlations(caching: &[Vec<f32>], retrieval: &[Vec<f32>]) -> Vec<Sample> {
    let mut samples = Vec::new();
    for (i, place) in CACHES.into_iter().enumerate() {
        for (j, there) in retrieval.iter().enumerate() {
            let series = IMAGES + usize::from(i != j);
            let alike = pearson(&caching[i], there);
            samples.push(Sample::new(series, place as f64, alike));
        }
    }
    samples
}

/// A column a cache, a row a unit, the first on top.
fn image<'a>(
    series: usize,
    columns: &'a [Vec<f32>],
    shown: &'a [usize],
) -> impl Iterator<Item = Sample> + 'a {
    let values = shown
        .iter()
        .flat_map(|&unit| columns.iter().map(move |column| column[unit]));
    let values = values.enumerate();
    values.map(move |(at, value)| Sample::new(series, at as f64, f64::from(value)))
}

fn panels(_: &Settings) -> Vec<Panel> {
    let titles = ["at caching", "at retrieval", "place code"];
    let mut panels: Vec<Panel> = titles
        .into_iter()
        .zip([
            "random unit",
            "random unit",
            "unit, by the place that it prefers",
        ])
        .map(|(title, units)| {
            let caches = Axis::new("cache");
            Panel::image(
                &format!("D: {title}"),
                caches,
                Axis::new(units),
                CACHES.len(),
            )
        })
        .collect();
    let correlations = Panel::lines(
        "How alike caching and retrieval are",
        Axis::over("place of the cache", 0.0, 99.0),
        Axis::new("correlation of all units"),
        ["at the same cache", "at another"].map(Series::new).into(),
    );
    panels.push(correlations.with_mark(Mark::Dots));
    panels
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measured with the authors' code: caching and retrieval at the same site correlate by 0.70 at N = 1,000, at others by 0.03.
    #[test]
    fn barcodes_come_back() {
        let settings = Settings {
            seeds: 1,
            units: 1000,
            as_published: false,
        };
        let (mut same, mut other) = (Vec::new(), Vec::new());
        for seed in 1..=4 {
            for sample in piece(&settings, seed, 0).finish() {
                match sample.series {
                    3 => same.push(sample.value),
                    4 => other.push(sample.value),
                    _ => assert!(seed == 1 && sample.value >= 0.0),
                }
            }
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let (same, other) = (mean(&same), mean(&other));
        assert!((0.5..0.9).contains(&same), "{same}");
        assert!((-0.1..0.2).contains(&other), "{other}");
    }
}
