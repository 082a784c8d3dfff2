//! Figure 2B, supplement on a feed-forward network: expansion and sparsity do not make barcodes.
//!
//! Two layers of random weights, as in a cerebellum or a mushroom body: place inputs, four times as many hidden units as there are input
//! units, and as many output units as the recurrent network has. h = X W₁ with W₁ from N(0, 1/N_inp); only the part q of all h, over
//! units and places, that is largest counts: y = max(h − T, 0) W₂ with W₂ from N(0, 1/N_hidden); of y only as much as is active in the
//! recurrent network at σ = 20. Cosines by distance are as in [figure 2B](super::fig_2b).
//!
//! However sparse, similarity falls smoothly from 1: neighbouring places stay alike, because neighbouring inputs are. Recurrent dynamics
//! amplify small differences; their similarity begins far below 1.
//!
//! Weights are drawn as they are used and not kept: at N = 5,000 there are 200 million of them.

use super::{
    Axis, Bird, Figure, Panel, Series, Settings, Work, fig_2b, fig_2g::strips, fig_3e::sub_seed,
    pause, quantile::quantile,
};
use chickadee_engine::{
    analysis::active_fraction,
    base::{
        Matrix,
        random::{Random, Stream},
    },
    models::barcode::{DriveProgress, InputWeights, Phase},
};

/// Figure 2B, supplement on a feed-forward network.
pub static FIGURE: Figure = Figure {
    id: "2b-feedforward",
    name: "Figure 2B, supplement on a feed-forward network",
    title: "Decorrelation by expansion and sparsity",
    question: "Would a sparse feed-forward network do as well?",
    seeds: 1,
    units: 5000,
    least_units: 100,
    quirk: None,
    findings: &[
        "The published line was read as reaching zero at about one site. Ours reaches it at 1.4 sites, and so does an independent computation (0.183 at one site), whatever share of the output is active; the line falls by 0.06 a place there.",
    ],
    link: "lab=caching&sigma=20&at=50&doing=cache",
    conditions: |_| 2,
    piece,
    panels,
};

/// Hidden units per input unit: 20,000 at N = 5,000.
const EXPANSION: usize = 4;
/// The part of hidden activity that counts, q.
const ACTIVE: [f64; 3] = [0.5, 0.05, 0.005];
/// Gains σ of the recurrent networks; output is as sparse as that of the first.
const GAINS: [f64; 2] = [20.0, 7.0];
/// Output units that are shown, of the sparsest network.
const SHOWN: usize = 100;

/// Series, counted through the panels.
const INPUTS: usize = 0;
const FEED_FORWARD: usize = 1;
const RECURRENT: usize = FEED_FORWARD + ACTIVE.len();
const UNITS: usize = RECURRENT + GAINS.len();

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let units = settings.units;
    Work::new(async move {
        let mut bird = Bird::new(seed, units).await;
        bird.parameters.weight_gain = GAINS[condition];
        let recurrent = bird.ring(Phase::cache(&bird.parameters)).await;
        let active = active_fraction(recurrent.values());
        let mut samples = fig_2b::cosines(recurrent, RECURRENT + condition).await;
        if condition > 0 {
            return samples;
        }
        samples.extend(fig_2b::cosines(fig_2b::place_inputs(&bird), INPUTS).await);
        let hidden = layer(&bird.inputs.rates, EXPANSION * units, seed).await;
        for (line, part) in ACTIVE.into_iter().enumerate() {
            let counting = largest(hidden.clone(), part).await;
            let output = layer(&counting, units, sub_seed(seed, 1)).await;
            let output = largest(output, active).await;
            if seed == 1 && line + 1 == ACTIVE.len() {
                let some = Random::new(seed, Stream::Protocol, 0).choose(SHOWN, units);
                samples.extend(strips(UNITS, &output, &some));
            }
            samples.extend(fig_2b::cosines(output, FEED_FORWARD + line).await);
        }
        samples
    })
}

/// The input of `units` units that are driven by `activity`, a row per place, through weights from N(0, 1/number of inputs).
async fn layer(activity: &Matrix, units: usize, seed: u64) -> Matrix {
    let mut progress = DriveProgress::new(activity, InputWeights::Gaussian, units, seed);
    while !progress.advance(activity, 8) {
        pause().await;
    }
    progress.finish().rates
}

/// What lies above a threshold that a part of all values passes, less that threshold.
async fn largest(mut values: Matrix, part: f64) -> Matrix {
    pause().await;
    let threshold = quantile(values.clone().values_mut(), 1.0 - part) as f32;
    pause().await;
    for value in values.values_mut() {
        *value = (*value - threshold).max(0.0);
    }
    values
}

fn panels(_: &Settings) -> Vec<Panel> {
    let read = |name: String, points: &[(f64, f64)]| Series::new(name).published(points, 0.05);
    let feed_forward = |part: f64, points| read(format!("feed-forward, q = {part}"), points);
    let [half, sparse, sparsest] = ACTIVE;
    let [strong, default] = GAINS.map(|gain| format!("recurrent, σ = {gain}"));
    let series = vec![
        Series::new("place inputs"),
        feed_forward(half, &[(0.0, 1.0)]),
        // Where the curves were seen to pass 0: at 1.6 sites and about 1 site.
        feed_forward(sparse, &[(0.0, 1.0), (13.0, 0.0)]),
        feed_forward(sparsest, &[(0.0, 1.0), (8.0, 0.0), (48.0, -0.15)]),
        read(strong, &[(1.0, 0.0)]),
        read(default, &[(1.0, 0.38)]),
    ];
    vec![
        fig_2b::panel("Similarity of places", series),
        Panel::image(
            "Single units of the sparsest feed-forward network",
            Axis::new("place"),
            Axis::new("random unit"),
            Bird::PLACES,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sample;

    #[test]
    fn as_many_values_stay_as_wanted() {
        let work = Work::new(async {
            let values = (0..1000).map(|i| ((i * 37) % 1000) as f32).collect();
            let values = largest(Matrix::from_values(10, 100, values), 0.05).await;
            let left = values.values().iter().filter(|v| **v > 0.0).count();
            vec![Sample::new(0, 0.0, left as f64)]
        });
        assert_eq!(work.finish()[0].value, 50.0);
    }

    /// The claim: neighbouring places stay alike without recurrence, and the sparser, the faster similarity falls.
    #[test]
    fn similarity_falls_smoothly_without_recurrence() {
        let settings = Settings {
            seeds: 1,
            units: 500,
            as_published: false,
        };
        let samples = piece(&settings, 2, 0).finish();
        let at = |series: usize, x: f64| {
            let found = samples.iter().find(|s| (s.series, s.x) == (series, x));
            found.map_or(f64::NAN, |sample| sample.value)
        };
        let next: Vec<f64> = (0..=RECURRENT).map(|series| at(series, 1.0)).collect();
        assert!(next[..RECURRENT].iter().all(|c| *c > 0.75), "{next:?}");
        assert!(next[RECURRENT] < 0.1, "{next:?}");
        let site: Vec<f64> = (1..RECURRENT).map(|series| at(series, 8.0)).collect();
        assert!(site.is_sorted_by(|a, b| a > b), "{site:?}");
    }
}
