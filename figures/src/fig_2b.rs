//! Figure 2B: the stronger the random recurrent weights, the less alike are neighbouring places.
//!
//! Protocol: for each σ a fresh network, a caching run (100 steps, then five with seed input) at every place of the ring without
//! learning; then the cosine of activity at two places by their distance, after each unit's mean over places is taken away. Compared
//! with the rectified place inputs, treated alike. At σ = 1 the network hands on what it gets; at σ = 7, the default, activity at
//! neighbouring places is half different; at σ = 20 it is all different.

use super::{
    Axis, Bird, Figure, Panel, Sample, Series, Settings, Work,
    fig_3e::{at_site, sites},
    pause,
};
use chickadee_engine::{analysis::Centred, base::Matrix, models::barcode::Phase};

/// Figure 2B.
pub static FIGURE: Figure = Figure {
    id: "2b",
    name: "Figure 2B",
    title: "Decorrelation by the gain of the random weights",
    question: "How strong must random weights be for neighbouring places to differ?",
    seeds: 1,
    units: 5000,
    least_units: 100,
    quirk: None,
    findings: &[
        "At σ = 1 the line is read where it is steepest: two networks of an independent computation give 0.984 one eighth of a site away, as ours do.",
    ],
    link: "lab=caching&sigma=7&at=50&doing=cache",
    conditions: |_| 1 + GAINS.len(),
    piece,
    panels,
};

/// Gains σ of the random weights; the series before them is of the place inputs.
const GAINS: [f64; 3] = [1.0, 7.0, 20.0];
/// Cosines as read off 2B, by series, at 0, 1, … 6 sites.
const READ: [[f64; 7]; 4] = [
    [1.0, 0.67, 0.11, -0.25, -0.36, -0.37, -0.37],
    [1.0, 0.50, 0.06, -0.17, -0.28, -0.33, -0.35],
    [1.0, 0.17, 0.04, -0.05, -0.11, -0.13, -0.15],
    [1.0, 0.01, 0.0, 0.0, 0.0, 0.0, -0.01],
];
/// The same where the line begins, one place away: harder to read where it is steep, as at σ = 1 (the authors' code gives 0.98).
const READ_NEXT: [f64; 4] = [0.99, 0.95, 0.39, 0.01];
/// Read by eye: ±0.03 on an axis of 1.
const READING: f64 = 0.03;
/// Distances drawn, in places.
const FARTHEST: usize = 48;

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let units = settings.units;
    Work::new(async move {
        let mut bird = Bird::new(seed, units).await;
        let activity = match condition.checked_sub(1) {
            None => place_inputs(&bird),
            Some(gain) => {
                bird.parameters.weight_gain = GAINS[gain];
                bird.ring(Phase::cache(&bird.parameters)).await
            }
        };
        cosines(activity, condition).await
    })
}

/// The rectified place inputs.
pub(super) fn place_inputs(bird: &Bird) -> Matrix {
    let mut inputs = bird.inputs.rates.clone();
    for x in inputs.values_mut() {
        *x = if *x <= 0.0 { 0.0 } else { *x };
    }
    inputs
}

/// Centred cosines of activity, places × units, by the distance of places: samples of a series.
pub(super) async fn cosines(activity: Matrix, series: usize) -> Vec<Sample> {
    pause().await;
    let centred = Centred::new(activity);
    let mut samples = Vec::new();
    for distance in 0..=FARTHEST {
        pause().await;
        samples.push(Sample::new(
            series,
            distance as f64,
            centred.cosine(distance),
        ));
    }
    samples
}

/// The panel of some lines of [`cosines`].
pub(super) fn panel(title: &str, series: Vec<Series>) -> Panel {
    Panel::lines(
        title,
        sites("distance (sites)"),
        Axis::over("cosine about the mean over places", -0.4, 1.0),
        series,
    )
}

fn panels(_: &Settings) -> Vec<Panel> {
    let names = GAINS.map(|gain| format!("σ = {gain}"));
    let names = std::iter::once("place inputs".to_owned()).chain(names);
    let series = names.zip(READ).zip(READ_NEXT).map(|((name, read), next)| {
        let mut points: Vec<(f64, f64)> = read.into_iter().enumerate().map(at_site).collect();
        points.push((1.0, next));
        Series::new(name).published(&points, READING)
    });
    vec![panel("B: similarity of places", series.collect())]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measured with the authors' code at N = 1,000, mean of five networks, at 1, 8, 16, 24, 32 and 48 places.
    #[test]
    fn cosines_are_those_measured() {
        let measured = [
            (1, [0.98, 0.51, 0.05, -0.18, -0.29, -0.35]),
            (2, [0.48, 0.19, 0.03, -0.07, -0.12, -0.16]),
            (3, [0.006, 0.011, 0.0, 0.0, 0.0, 0.0]),
        ];
        let settings = Settings {
            seeds: 1,
            units: 1000,
            as_published: false,
        };
        for (condition, measured) in measured {
            let samples = piece(&settings, 1, condition).finish();
            for (distance, measured) in [1, 8, 16, 24, 32, 48].into_iter().zip(measured) {
                let value = samples[distance].value;
                assert!(
                    (value - measured).abs() < 0.06,
                    "condition {condition}, distance {distance}: {value}, measured {measured}"
                );
            }
        }
    }
}
