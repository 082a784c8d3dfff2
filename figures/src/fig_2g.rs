//! Figure 2G–J: the population as it would be recorded, and single units of it.
//!
//! Protocol: the bird visits 50 evenly spaced places and caches at each, without learning. Visits are place mode; caching is activity
//! after the first step with seed input. Spikes are counted about activity + 0.2. Visits show a band along the diagonal: place cells.
//! Caching shows scattered responses, each unit's at a few places that have little to do with its place field.

use super::{
    Axis, Bird, Figure, Mark, Panel, Sample, Series, Settings, Work, noise::Noise, pause,
    quantile::quantile,
};
use chickadee_engine::{
    analysis::pearson,
    base::{
        Matrix,
        random::{Random, Stream},
    },
    models::barcode::Phase,
};

/// Figure 2G–J.
pub static FIGURE: Figure = Figure {
    id: "2g",
    name: "Figure 2G–J",
    title: "The population as recorded",
    question: "What would a recording of the model look like, at visits and at caching?",
    seeds: 1,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[],
    link: "lab=caching&at=50&doing=cache&t=101",
    conditions: |_| 1,
    piece,
    panels,
};

/// Every so many places is visited.
const EVERY: usize = 2;
/// Steps with seed input until activity is looked at.
const SEED_STEPS: usize = 1;
/// Spikes per unit of activity, and without any.
const SPIKES: [f64; 2] = [1.0, 0.2];
/// Columns of a map.
const COLUMNS: usize = 200;
/// Units whose tuning is shown.
const SHOWN: usize = 100;
/// Units that are counted, at most.
const COUNTED: usize = 1000;
/// The part of counts below the end of the grey scale.
const SCALE_ENDS: f64 = 0.99;
/// The count there as printed, at visits and at caching.
const PRINTED: f64 = 3.0;
const KINDS: [&str; 2] = ["visits", "caching"];

/// Series, counted through the panels.
const MAPS: usize = 0;
const TUNING: usize = 2;
const ENDS: usize = 4;
const RESPONSES: usize = 5;
const LIKENESS: usize = 6;

fn piece(settings: &Settings, seed: u64, _: usize) -> Work {
    let units = settings.units;
    Work::new(async move {
        let bird = Bird::new(seed, units).await;
        let all: Vec<usize> = (0..bird.places()).collect();
        let places: Vec<usize> = all.iter().copied().step_by(EVERY).collect();
        let caching = Phase {
            seed_steps: SEED_STEPS,
            ..Phase::cache(&bird.parameters)
        };
        let caching = bird.run(caching, &places).await;
        let tuning = visits(&bird, &all).await;
        let visits = visits(&bird, &places).await;
        let mut noise = Noise::new(seed, SPIKES[0], SPIKES[1]);
        let mut samples = Vec::new();
        for (kind, activity) in [&visits, &caching].into_iter().enumerate() {
            let mut counts = recorded(activity, &mut noise).await;
            if seed == 1 {
                let columns = COLUMNS.min(units);
                let even: Vec<usize> = (0..columns)
                    .map(|column| column * units / columns)
                    .collect();
                samples.extend(map(MAPS + kind, &counts, &even));
            }
            let end = quantile(counts.values_mut(), SCALE_ENDS);
            samples.push(Sample::new(ENDS, kind as f64, end));
        }
        if seed == 1 {
            let some = Random::new(seed, Stream::Protocol, 0).choose(SHOWN, units);
            samples.extend(strips(TUNING, &tuning, &some));
            samples.extend(strips(TUNING + 1, &caching, &some));
        }
        for unit in (0..units).step_by(units.div_ceil(COUNTED)) {
            let [visits, caching] = [&visits, &caching].map(|activity| column(activity, unit));
            let responses = caching.iter().filter(|a| **a > 0.0).count();
            samples.push(Sample::new(RESPONSES, 0.0, responses as f64));
            samples.push(Sample::new(LIKENESS, 0.0, pearson(&visits, &caching)));
            if unit % 16 == 0 {
                pause().await;
            }
        }
        samples
    })
}

/// Place-mode activity, places × N.
async fn visits(bird: &Bird, places: &[usize]) -> Matrix {
    let mut activity = Matrix::zeros(places.len(), bird.units());
    for (row, &place) in places.iter().enumerate() {
        activity.row_mut(row).copy_from_slice(&bird.visit(place));
        pause().await;
    }
    activity
}

/// Counts of spikes, places × N.
async fn recorded(activity: &Matrix, noise: &mut Noise) -> Matrix {
    let mut counts = activity.clone();
    for row in 0..activity.rows() {
        counts
            .row_mut(row)
            .copy_from_slice(&noise.copy(activity.row(row)));
        pause().await;
    }
    counts
}

/// A unit at all places.
fn column(activity: &Matrix, unit: usize) -> Vec<f32> {
    (0..activity.rows())
        .map(|row| activity.row(row)[unit])
        .collect()
}

/// An image of some units: a row a place, a column a unit.
fn map(series: usize, counts: &Matrix, units: &[usize]) -> Vec<Sample> {
    let rows = 0..counts.rows();
    let values = rows.flat_map(|row| units.iter().map(move |&unit| counts.row(row)[unit]));
    let values = values.enumerate();
    values
        .map(|(at, value)| Sample::new(series, at as f64, f64::from(value)))
        .collect()
}

/// An image of some units: a row a unit, as a part of its largest activity, a column a place.
pub(super) fn strips(series: usize, activity: &Matrix, units: &[usize]) -> Vec<Sample> {
    let values = units.iter().flat_map(|&unit| {
        let column = column(activity, unit);
        let largest = column.iter().copied().fold(0.0, f32::max);
        // A unit that is silent everywhere is shown as such.
        let scale = if largest > 0.0 { 1.0 / largest } else { 0.0 };
        column.into_iter().map(move |a| a * scale)
    });
    let values = values.enumerate();
    values
        .map(|(at, value)| Sample::new(series, at as f64, f64::from(value)))
        .collect()
}

fn panels(settings: &Settings) -> Vec<Panel> {
    let places = Bird::PLACES;
    let maps = KINDS.into_iter().zip('G'..).map(|(kind, letter)| {
        Panel::image(
            &format!("{letter}: spikes at {kind}"),
            Axis::new("unit, by the place that it prefers"),
            Axis::new("place"),
            COLUMNS.min(settings.units),
        )
    });
    let columns = [places, places / EVERY];
    let strips = KINDS
        .into_iter()
        .zip('I'..)
        .zip(columns)
        .map(|((kind, letter), columns)| {
            Panel::image(
                &format!("{letter}: single units at {kind}"),
                Axis::new("place"),
                Axis::new("random unit"),
                columns,
            )
        });
    let ends = Panel::lines(
        "End of the grey scale",
        Axis::new("").with_ticks(&[(0.0, KINDS[0]), (1.0, KINDS[1])]),
        Axis::new("99th percentile of counts"),
        vec![Series::new("").published(&[(0.0, PRINTED), (1.0, PRINTED)], 0.0)],
    );
    let histogram = |title, x| {
        let y = Axis::new("units");
        Panel::lines(title, Axis::new(x), y, vec![Series::new("unit")])
    };
    maps.chain(strips)
        .chain([
            ends.with_mark(Mark::Dots),
            histogram(
                "How many places make a unit respond",
                "places of 50 at caching",
            )
            .with_mark(Mark::Histogram(25)),
            histogram(
                "What place fields say of barcodes",
                "correlation of a unit’s activity at visits and at caching",
            )
            .with_mark(Mark::Histogram(40)),
        ])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Recomputation;

    /// Measured with the authors' code at N = 1,000: units respond at 5.2 of 50 places, and correlate with their place tuning by 0.304;
    /// the mean count at visits is 0.346, at caching 0.279; the grey scale ends at 3, as printed.
    #[test]
    fn the_recording_is_as_measured() {
        let settings = Settings {
            seeds: 1,
            units: 1000,
            as_published: false,
        };
        let mut recomputation = Recomputation::new(&FIGURE, settings);
        recomputation.put(0, settings.work(&FIGURE, 0).finish());
        let mean = |panel| {
            let samples = recomputation
                .samples(panel, 0)
                .map(|(_, sample)| sample.value);
            let values: Vec<f64> = samples.filter(|value| !value.is_nan()).collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        let (visits, caching) = (mean(0), mean(1));
        assert!((visits - 0.346).abs() < 0.02, "{visits}");
        assert!((caching - 0.279).abs() < 0.04, "{caching}");
        let ends: Vec<f64> = recomputation.points(4, 0).iter().map(|p| p.mean).collect();
        assert_eq!(ends, [3.0, 3.0]);
        let (responses, likeness) = (mean(5), mean(6));
        assert!((responses - 5.2).abs() < 0.3, "{responses}");
        assert!((likeness - 0.304).abs() < 0.05, "{likeness}");
    }
}
