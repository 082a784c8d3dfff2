//! Figure 6, supplement on resolution: precision of recall by search strength, with weights towards units ahead.
//!
//! The sweep of [figure 4E–F](super::fig_4e) with recurrent weights J + Δ and the readout of the older analyses: the L2 norm of the
//! place output, as a fraction of its largest value, in place of the seed output. Search strength widens recall less than without Δ.
//!
//! The published axis labels ten places as one site, elsewhere in the paper there are eight; here it counts places.

use super::{
    Axis, Bird, Figure, Interval, Panel, Sample, Series, Settings, Work,
    resolution::{
        FARTHEST, MIDDLE, READING, Readout, SEARCHES, SPACINGS, Says, THIRD, THRESHOLD, THRESHOLDS,
        WIDE,
    },
};

/// Figure 6, supplement on resolution.
pub static FIGURE: Figure = Figure {
    id: "6-resolution",
    name: "Figure 6, supplement on resolution",
    title: "Precision of recall with weights towards units ahead",
    question: "How precisely are caches told apart and found when the network predicts?",
    seeds: 35,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[
        "With 2,000 units about one network in five misses a cache at s = 0, with 5,000 hardly one, so that two or three networks of 2,000 units are too few. What is not recalled is rejected: one of three networks misses caches. An independent computation gives true positives of 0.93 and true negatives of 0.74 at s = 0 with 2,000 units (32 networks), 1.00 and 0.76 with 5,000 (4).",
    ],
    link: "lab=caching&units=2000&skew=1&caches=0,25,66&search=0",
    conditions: |_| SPACINGS.len(),
    piece,
    panels,
};

/// Series before those of the second, third, … panel.
const SERIES: usize = SEARCHES.len();

/// Proportion of correct rejects at s = 0, by spacing.
const REJECTS: [(f64, f64); 3] = [(10.0, 0.04), (15.0, 0.8), (20.0, 1.0)];
/// Distance at which recall falls to one half, by search strength.
const REACH: [(f64, f64); 2] = [(0.0, 5.5), (2.0, 11.0)];
/// True positives by threshold; the lines of all search strengths lie on each other.
const HITS: [(f64, f64); 7] = [
    (0.0, 1.0),
    (0.1, 1.0),
    (0.2, 1.0),
    (0.3, 1.0),
    (0.4, 1.0),
    (0.5, 1.0),
    (0.6, 0.97),
];
/// True negatives at threshold 0.5, by search strength.
const SPECIFICITY: [f64; SERIES] = [0.70, 0.65, 0.61, 0.57, 0.53, 0.49, 0.41, 0.33];

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let (units, spacing) = (settings.units, SPACINGS[condition]);
    Work::new(async move {
        let caches = [0, spacing, THIRD];
        let bird = predictive(seed, units, &caches).await;
        let mut samples = Vec::new();
        for (line, search) in SEARCHES.into_iter().enumerate() {
            let recall = bird.recall(search).await;
            let says = Says::of(&bird, &recall, &caches, Readout::Place);
            let rejects = f64::from(says.rejects_between(0, spacing));
            samples.push(Sample::new(line, spacing as f64, rejects));
            if spacing > WIDE {
                let near = says.recalled(&bird, &caches).into_iter();
                let near = near.filter(|(distance, _)| *distance <= FARTHEST);
                samples.extend(near.map(|(at, share)| Sample::new(SERIES + line, at, share)));
                let found = |place: &usize| says.is_recalled(&bird, &caches, *place);
                let found = (0..bird.places()).filter(found).count();
                // Every cache is found from so many places on either side.
                let reach = found as f64 / (2 * caches.len()) as f64;
                samples.push(Sample::new(2 * SERIES, search, reach));
            }
            if spacing > MIDDLE {
                for step in 0..THRESHOLDS {
                    let threshold = step as f64 / THRESHOLDS as f64;
                    let rates = says.rates(&caches, threshold).into_iter().enumerate();
                    samples.extend(rates.map(|(panel, rate)| {
                        let series = 2 * SERIES + 1 + panel * SERIES + line;
                        Sample::new(series, threshold, rate)
                    }));
                }
            }
        }
        samples
    })
}

/// A bird with recurrent weights J + Δ that has cached at some places.
async fn predictive(seed: u64, units: usize, caches: &[usize]) -> Bird {
    let mut bird = Bird::new(seed, units).await;
    bird.skew(1.0, 1.0);
    for &place in caches {
        bird.cache(place).await;
    }
    bird
}

fn panels(_: &Settings) -> Vec<Panel> {
    let named = || SEARCHES.map(|search| Series::new(format!("s = {search}")));
    // The line of s = 0 has published values, as proportions of so many runs.
    let first = |points: &[(f64, f64)], runs: Option<usize>| {
        let mut series = named();
        series[0] = series[0].clone().published(points, READING);
        series[0].published.runs = runs;
        series.to_vec()
    };
    let rejection = named().into_iter().zip(SPECIFICITY);
    let rejection = rejection.map(|(line, read)| line.published(&[(THRESHOLD, read)], READING));
    let share = |label: &str| Axis::over(label, 0.0, 1.0);
    let threshold = || Axis::over("threshold", 0.0, 0.9);
    vec![
        Panel::lines(
            "Correct rejection between two caches",
            Axis::over("distance of the caches (places)", 0.0, 30.0),
            share("P(correct reject)"),
            first(&REJECTS, Some(FIGURE.seeds)),
        )
        .with_interval(Interval::Binomial)
        .with_threshold(THRESHOLD),
        Panel::lines(
            "Recall of the nearest cache",
            Axis::over("distance from the nearest cache (places)", 0.0, 15.0),
            share("P(recall)"),
            named().into(),
        ),
        Panel::lines(
            "Reach of recall",
            Axis::over("search strength s", 0.0, 2.0),
            Axis::new("distance from which half is recalled (places)"),
            vec![Series::new("").published(&REACH, 0.5)],
        ),
        Panel::lines(
            "True positives",
            threshold(),
            share("sensitivity"),
            first(&HITS, None),
        ),
        Panel::lines(
            "True negatives",
            threshold(),
            share("specificity"),
            rejection.collect(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published: a specificity of 0.70 at s = 0 and 0.33 at s = 2, where it is 0.01 without Δ. In this network of 2,000 units all
    /// caches are recalled, as at N = 5,000.
    #[test]
    fn search_widens_recall_less_than_without_prediction() {
        let caches = [0, 30, THIRD];
        let work = Work::new(async move {
            let bird = predictive(2, 2000, &caches).await;
            let mut samples = Vec::new();
            for search in [0.0, 2.0] {
                let recall = bird.recall(search).await;
                let rates =
                    Says::of(&bird, &recall, &caches, Readout::Place).rates(&caches, THRESHOLD);
                samples.extend(rates.map(|rate| Sample::new(0, search, rate)));
            }
            samples
        });
        let found: Vec<f64> = work.finish().iter().map(|s| s.value).collect();
        assert_eq!((found[0], found[2]), (1.0, 1.0));
        assert!(
            (found[1] - 0.70).abs() < 0.1 && (found[3] - 0.33).abs() < 0.1,
            "{found:?}"
        );
    }
}
