//! Figure 2, supplement on dynamics: activity never comes to rest.
//!
//! Protocol: 200 steps at r = 1, without seed input, from some places; x(t) is activity after step t. How far it moves in a step, and
//! how far it is from x(1), x(100) and x(200). Were there a fixed point, the first would fall to 0 and the others would stay.
//!
//! Distances are Euclidean and grow as √N; they are drawn as if N were the paper's.

use super::{
    Axis, Bird, Figure, Panel, Sample, Series, Settings, Work, fig_2c::drawn_steps, pause,
};
use chickadee_engine::{base::Matrix, models::barcode::Phase};

/// Figure 2, supplement on dynamics.
pub static FIGURE: Figure = Figure {
    id: "2-dynamics",
    name: "Figure 2, supplement on dynamics",
    title: "Activity keeps wandering",
    question: "Does activity come to rest?",
    seeds: 1,
    units: PUBLISHED_UNITS,
    least_units: 100,
    quirk: None,
    findings: &[],
    link: "lab=caching&gain=1&steps=200&at=50&doing=visit",
    conditions: |_| 1,
    piece,
    panels,
};

const PUBLISHED_UNITS: usize = 5000;
/// Euler steps.
const STEPS: usize = 200;
/// Every so many places is looked at.
const EVERY: usize = 5;
/// Places whose activity is kept at a time.
const AT_ONCE: usize = 10;
/// Steps that distances are taken from.
const FROM: [usize; 3] = [1, 100, STEPS];

fn piece(settings: &Settings, seed: u64, _: usize) -> Work {
    let units = settings.units;
    Work::new(async move {
        let mut bird = Bird::new(seed, units).await;
        bird.parameters.settle_steps = STEPS;
        let phase = Phase::visit(&bird.parameters, 1.0);
        let places: Vec<usize> = (0..bird.places()).step_by(EVERY).collect();
        let mut samples = Vec::new();
        for places in places.chunks(AT_ONCE) {
            for history in bird.history(phase, places).await {
                samples.extend(distances(&history));
                pause().await;
            }
        }
        samples
    })
}

/// Distances of a run's activity from that a step before, and at some steps.
fn distances(history: &Matrix) -> Vec<Sample> {
    let scale = (PUBLISHED_UNITS as f64 / history.columns() as f64).sqrt();
    let apart = |s: usize, t: usize| scale * distance(history.row(s - 1), history.row(t - 1));
    let mut samples = Vec::new();
    for step in drawn_steps(history.rows()) {
        if step > 1 {
            samples.push(Sample::new(0, step as f64, apart(step, step - 1)));
        }
        let from = FROM.into_iter().enumerate();
        samples.extend(from.map(|(n, from)| Sample::new(1 + n, step as f64, apart(step, from))));
    }
    samples
}

/// Euclidean distance of two vectors.
fn distance(a: &[f32], b: &[f32]) -> f64 {
    let squares = a
        .iter()
        .zip(b)
        .map(|(a, b)| f64::from(a - b) * f64::from(a - b));
    squares.sum::<f64>().sqrt()
}

fn panels(_: &Settings) -> Vec<Panel> {
    let steps = || Axis::over("step", 0.0, STEPS as f64);
    let from = ["from step 1", "from step 100", "from the end"].map(Series::new);
    let [first, middle, end] = from;
    // One curve a place, drawn thick: the range of the plateaus.
    let first = first.published(&[(50.0, 21.0), (150.0, 21.0), (200.0, 21.0)], 1.0);
    let middle = middle.published(&[(100.0, 0.0), (200.0, 25.0)], 1.0);
    // 1.5 to 2.1 at all steps.
    let change = Series::new("").published(&[(50.0, 1.8), (100.0, 1.8), (200.0, 1.8)], 0.3);
    vec![
        Panel::lines(
            "Change in a step",
            steps(),
            Axis::new("distance from the step before"),
            vec![change],
        ),
        Panel::lines(
            "Distance from earlier and later activity",
            steps(),
            Axis::new("distance"),
            vec![first, middle, end],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Changes as measured with the authors' code at N = 5,000: 2.58 in the second step, 1.52 around the 20th, 1.70 in the 100th.
    #[test]
    fn changes_are_those_measured() {
        let settings = Settings {
            seeds: 1,
            units: 1000,
            as_published: false,
        };
        let samples = piece(&settings, 1, 0).finish();
        let mean = |series: usize, x: f64| {
            let there = samples.iter().filter(|s| (s.series, s.x) == (series, x));
            let values: Vec<f64> = there.map(|sample| sample.value).collect();
            assert_eq!(values.len(), 20);
            values.iter().sum::<f64>() / 20.0
        };
        for (step, measured) in [(2.0, 2.58), (20.0, 1.52), (100.0, 1.70)] {
            let change = mean(0, step);
            assert!((change - measured).abs() < 0.25, "step {step}: {change}");
        }
        assert_eq!(
            (mean(1, 1.0), mean(2, 100.0), mean(3, 200.0)),
            (0.0, 0.0, 0.0)
        );
        // Twice the way: it does not turn back.
        assert!(mean(2, 200.0) > 10.0 * mean(0, 200.0));
    }
}
