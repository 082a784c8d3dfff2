//! Figure 2C–F: activity of single places, in place mode and with recurrent weights.
//!
//! Protocol: the bird stands at place 50, or beside it at 51, for 200 steps. Without recurrent weights (r = 0) activity grows and keeps
//! the shape of the input; it is nearly the same beside. With them (r = 1) units that were silent become active and the other way
//! round, and activity at 51 becomes another.
//!
//! A *site* is as many places as the bird may walk until the correlation of its place code with that at place 50, scaled to the range
//! 0 … 1 over the ring, falls below 0.75.

use super::{Axis, Bird, Figure, Mark, Panel, Sample, Series, Settings, Work, pause};
use chickadee_engine::{
    analysis::pearson,
    base::{
        Matrix,
        random::{Random, Stream},
    },
    models::barcode::Phase,
};

/// Figure 2C–F.
pub static FIGURE: Figure = Figure {
    id: "2c",
    name: "Figure 2C–F",
    title: "Activity at two neighbouring places",
    question: "What do recurrent weights make of the same input, and of nearly the same?",
    seeds: 1,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[],
    link: "lab=caching&gain=1&steps=200&at=50&doing=visit",
    conditions: |_| GAINS.len(),
    piece,
    panels,
};

/// Recurrent gains r: place mode and barcode mode.
const GAINS: [f64; 2] = [0.0, 1.0];
/// The place, and the one beside it.
const PLACES: [usize; 2] = [50, 51];
/// Euler steps.
const STEPS: usize = 200;
/// Steps whose activity is shown.
const SHOWN: [usize; 2] = [1, 100];
/// Evenly spaced units in the panel of place mode.
const EVEN: usize = 200;
/// Silent units and active units in the panel of barcode mode.
const OF_EACH: usize = 50;
/// Activity from which a unit is active.
const ACTIVE: f32 = 1e-3;
/// Dots of a scatter, at most.
const DOTS: usize = 2000;
/// Scaled correlation at which a site ends.
const SITE_ENDS: f64 = 0.75;

/// Largest activity at place 50 in place mode as read off 2C, by step.
const LARGEST: [(f64, f64); 2] = [(1.0, 0.25), (100.0, 0.865)];
/// Places of a site, as printed.
const SITE: f64 = 8.0;

/// Series, counted through the panels.
const PLACE_MODE: usize = 0;
const PLACE_SCATTER: usize = 2;
const BARCODE_MODE: usize = 3;
const BARCODE_SCATTER: usize = 5;
const LARGEST_OF: usize = 6;
const ALIKE: usize = 8;
const SIMILARITY: usize = 10;
const SITE_LENGTH: usize = 11;

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let units = settings.units;
    Work::new(async move {
        let mut bird = Bird::new(seed, units).await;
        bird.parameters.settle_steps = STEPS;
        let phase = Phase::visit(&bird.parameters, GAINS[condition]);
        let history = bird.history(phase, &PLACES).await;
        let [here, beside] = [&history[0], &history[1]];
        let mut samples = by_step(here, beside, condition).await;
        let barcode_mode = condition == 1;
        if !barcode_mode {
            samples.extend(site_length(&bird));
        }
        // What is shown of single units is one network's.
        if seed == 1 {
            let shown = if barcode_mode {
                silent_and_active(here, seed)
            } else {
                let unit = |i| i * units / EVEN;
                let place = |i| i as f64 / EVEN as f64 * Bird::PLACES as f64;
                (0..EVEN).map(|i| (place(i), unit(i))).collect()
            };
            let first = [PLACE_MODE, BARCODE_MODE][condition];
            for (line, step) in SHOWN.into_iter().enumerate() {
                let activity = here.row(step - 1);
                let value = |&(x, unit): &(f64, usize)| {
                    Sample::new(first + line, x, f64::from(activity[unit]))
                };
                samples.extend(shown.iter().map(value));
            }
            let series = [PLACE_SCATTER, BARCODE_SCATTER][condition];
            let pairs = here.row(STEPS - 1).iter().zip(beside.row(STEPS - 1));
            let dots = pairs.step_by(units.div_ceil(DOTS));
            samples.extend(dots.map(|(x, y)| Sample::new(series, f64::from(*x), f64::from(*y))));
        }
        samples
    })
}

/// The largest activity, and how alike activity at the two places is, after every step that is drawn.
async fn by_step(here: &Matrix, beside: &Matrix, condition: usize) -> Vec<Sample> {
    let mut samples = Vec::new();
    for step in drawn_steps(STEPS) {
        let (a, b) = (here.row(step - 1), beside.row(step - 1));
        let largest = f64::from(a.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        samples.push(Sample::new(LARGEST_OF + condition, step as f64, largest));
        samples.push(Sample::new(ALIKE + condition, step as f64, pearson(a, b)));
        pause().await;
    }
    samples
}

/// The first twenty steps, then every fifth.
pub(super) fn drawn_steps(steps: usize) -> impl Iterator<Item = usize> {
    (1..=steps).filter(|step| *step <= 20 || step.is_multiple_of(5))
}

/// Random units that are silent after 100 steps, and then active ones, with their place on the axis.
fn silent_and_active(history: &Matrix, seed: u64) -> Vec<(f64, usize)> {
    let activity = history.row(SHOWN[1] - 1);
    let mut random = Random::new(seed, Stream::Protocol, 0);
    let mut shown = Vec::new();
    for wanted in [false, true] {
        let units = (0..activity.len()).filter(|&unit| (activity[unit] >= ACTIVE) == wanted);
        let units: Vec<usize> = units.collect();
        let chosen = random.choose(OF_EACH, units.len()).into_iter();
        let from = if wanted { OF_EACH } else { 0 };
        let chosen = chosen.enumerate();
        shown.extend(chosen.map(|(i, chosen)| ((from + i) as f64, units[chosen])));
    }
    shown
}

/// Correlation of the place code at place 50 with that everywhere, scaled to 0 … 1, and how many places before 50 it reaches 0.75.
fn site_length(bird: &Bird) -> Vec<Sample> {
    let here = bird.visit(PLACES[0]);
    let alike: Vec<f64> = (0..bird.places())
        .map(|place| pearson(&here, &bird.visit(place)))
        .collect();
    let least = alike.iter().copied().fold(f64::INFINITY, f64::min);
    let most = alike.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let scaled: Vec<f64> = alike.iter().map(|a| (a - least) / (most - least)).collect();
    let first = scaled.iter().position(|a| *a >= SITE_ENDS);
    let length = first.map_or(f64::NAN, |first| PLACES[0] as f64 - first as f64);
    let scaled = scaled.into_iter().enumerate();
    let scaled = scaled.map(|(place, a)| Sample::new(SIMILARITY, place as f64, a));
    let length = Sample::new(SITE_LENGTH, PLACES[0] as f64, length);
    scaled.chain([length]).collect()
}

fn panels(_: &Settings) -> Vec<Panel> {
    let steps = || SHOWN.map(|step| Series::new(format!("step {step}"))).into();
    let modes = || ["place mode (r = 0)", "barcode mode (r = 1)"].map(Series::new);
    let activity = || Axis::new("activity");
    let scatter = |title| {
        let (x, y) = (Axis::new("activity at place 50"), Axis::new("at place 51"));
        Panel::lines(title, x, y, vec![Series::new("unit")]).with_mark(Mark::Scatter)
    };
    let [place, barcode] = modes();
    vec![
        Panel::lines(
            "C: place mode",
            Axis::over("unit, by the place that it prefers", 0.0, 100.0),
            activity(),
            steps(),
        ),
        scatter("D: neighbouring places in place mode"),
        Panel::lines(
            "E: barcode mode",
            Axis::over("50 silent units, then 50 active ones", 0.0, 99.0),
            activity(),
            steps(),
        )
        .with_mark(Mark::Dots),
        scatter("F: neighbouring places in barcode mode"),
        Panel::lines(
            "Largest activity at place 50",
            Axis::over("step", 0.0, STEPS as f64),
            activity(),
            vec![place.published(&LARGEST, 0.01), barcode],
        ),
        Panel::lines(
            "How alike neighbouring places are",
            Axis::over("step", 0.0, STEPS as f64),
            Axis::over("correlation of activity at 50 and 51", 0.0, 1.0),
            modes().into(),
        ),
        Panel::lines(
            "Place code at place 50 and elsewhere",
            Axis::over("place", 0.0, 99.0),
            Axis::over("correlation, scaled to its range", 0.0, 1.0),
            vec![Series::new("")],
        )
        .with_threshold(SITE_ENDS),
        Panel::lines(
            "Length of a site",
            Axis::new("place"),
            Axis::over("places", 0.0, 10.0),
            vec![Series::new("").published(&[(PLACES[0] as f64, SITE)], 0.5)],
        )
        .with_mark(Mark::Dots),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measured with the authors' code: neighbours correlate by 0.993 as places; as barcodes after 100 steps by 0.42 on average at
    /// N = 1,000.
    #[test]
    fn neighbours_part_as_measured() {
        let settings = Settings {
            seeds: 1,
            units: 1000,
            as_published: false,
        };
        let at = |condition: usize, seed: u64, series: usize, x: f64| {
            let samples = piece(&settings, seed, condition).finish();
            let found = samples.iter().find(|s| (s.series, s.x) == (series, x));
            found.map_or(f64::NAN, |sample| sample.value)
        };
        assert!((at(0, 1, ALIKE, 200.0) - 0.993).abs() < 0.002);
        assert!((at(0, 2, LARGEST_OF, 100.0) - 0.865).abs() < 0.002);
        assert_eq!(at(0, 2, SITE_LENGTH, 50.0), 8.0);
        assert!((at(1, 2, ALIKE + 1, 1.0) - 0.993).abs() < 0.002);
        let after = (1..=8)
            .map(|seed| at(1, seed, ALIKE + 1, 100.0))
            .sum::<f64>()
            / 8.0;
        assert!((0.25..0.6).contains(&after), "{after}");
    }
}
