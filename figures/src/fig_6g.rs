//! Figure 6G: with weights towards units ahead, recall anticipates. A seed cached at place 50 is found before the bird is there.
//!
//! Protocol: recurrent weights J + 1.5 Δ, a cache at 50 made with them, then recall from every place at s = 0. The seed ratio beyond
//! 0.1 begins some places before it does without Δ, and ends at the same place. Without Δ is the default network of the same random
//! weights.
//!
//! The shift needs room: at N = 5,000 and 2,000 the bump begins 7 and 5 places earlier, at N = 1,000 not systematically.

use super::{Axis, Bird, Figure, Mark, Panel, Sample, Series, Settings, Work};

/// Figure 6G.
pub static FIGURE: Figure = Figure {
    id: "6g",
    name: "Figure 6G",
    title: "Recall that anticipates",
    question: "Is a cache recalled earlier on the way to it when the network predicts?",
    seeds: 1,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[],
    link: "lab=caching&units=2000&skew=1.5&caches=50&gain=1&search=0&at=42",
    conditions: |_| CONDITIONS.len(),
    piece,
    panels,
};

/// Without and with weights towards units ahead: the factor of Δ.
const CONDITIONS: [(&str, f64); 2] = [("without Δ", 0.0), ("with Δ", 1.5)];
/// The place of the cache.
pub(super) const CACHE: usize = 50;
/// Seed ratio above which the bump counts.
const ONSET: f64 = 0.1;
/// Where the published bump begins and ends, with Δ.
const READ: [f64; 2] = [38.0, 53.0];
/// Read by eye off an axis of 100 places.
const READING: f64 = 2.0;

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let units = settings.units;
    Work::new(async move {
        let mut bird = Bird::new(seed, units).await;
        let ahead = CONDITIONS[condition].1;
        if ahead != 0.0 {
            bird.skew(1.0, ahead);
        }
        bird.cache(CACHE).await;
        let ratio = bird.recall(0.0).await.seed_ratio;
        let at = |(place, ratio): (usize, &f64)| Sample::new(condition, place as f64, *ratio);
        let mut samples: Vec<Sample> = ratio.iter().enumerate().map(at).collect();
        let extent = extent(&ratio).into_iter().enumerate();
        let series = CONDITIONS.len();
        samples.extend(extent.map(|(end, at)| Sample::new(series + end, condition as f64, at)));
        samples
    })
}

/// The first and the last place at which the seed ratio is above 0.1; NaN where it nowhere is, as after an overflow.
pub(super) fn extent(ratio: &[f64]) -> [f64; 2] {
    let above = |ratio: &f64| *ratio > ONSET;
    let ends = [ratio.iter().position(above), ratio.iter().rposition(above)];
    ends.map(|place| place.map_or(f64::NAN, |place| place as f64))
}

fn panels(_: &Settings) -> Vec<Panel> {
    let places = Bird::PLACES as f64;
    let [begin, end] = READ.map(|place| [(1.0, place)]);
    let ends = Axis::over("recurrent weights", -0.5, 1.5);
    vec![
        Panel::lines(
            "G: recall of a cache at place 50",
            Axis::over("place", 0.0, places),
            Axis::over("seed output (part of the largest)", 0.0, 1.0),
            CONDITIONS.map(|(name, _)| Series::new(name)).into(),
        ),
        Panel::lines(
            "Where the seed is found",
            ends.with_ticks(&[(0.0, CONDITIONS[0].0), (1.0, CONDITIONS[1].0)]),
            Axis::new("place"),
            vec![
                Series::new("first place").published(&begin, READING),
                Series::new("last place").published(&end, READING),
            ],
        )
        .with_mark(Mark::Dots)
        .with_threshold(CACHE as f64),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As measured at N = 2,000: the bump lies at 45 to 56 without Δ and at 40 to 56 with it, mean of four networks.
    #[test]
    fn the_bump_begins_earlier_and_ends_alike() {
        let settings = Settings {
            units: 2000,
            ..Settings::published(&FIGURE)
        };
        let mean = |condition: usize, end: usize| {
            let of = |seed: u64| {
                let samples = piece(&settings, seed, condition).finish();
                let of = samples.iter().find(|s| s.series == 2 + end);
                of.map_or(f64::NAN, |sample| sample.value)
            };
            (1..=4).map(of).sum::<f64>() / 4.0
        };
        for (condition, measured) in [[45.0, 56.0], [40.0, 56.0]].into_iter().enumerate() {
            for (end, measured) in measured.into_iter().enumerate() {
                let found = mean(condition, end);
                let name = CONDITIONS[condition].0;
                assert!((found - measured).abs() < 2.0, "{name}, {end}: {found}");
            }
        }
    }

    #[test]
    fn the_bump_is_what_exceeds_a_tenth() {
        assert_eq!(extent(&[0.0, 0.2, 0.05, 1.0, 0.1]), [1.0, 3.0]);
        assert!(extent(&[f64::NAN; 3])[0].is_nan());
    }
}
