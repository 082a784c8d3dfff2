//! Figure 6, supplement on the shift of recall: how much wider the bump of recall becomes with weights towards units ahead, by the
//! factors w₁ of the random weights J and w₂ of Δ.
//!
//! Protocol: the default network caches at place 50; the first and the last place with a seed ratio above 0.1 are found. Then the
//! recurrent weights become w₁ J + w₂ Δ, without the memory, while the readouts keep it; the same place is cached again, and found
//! again. So the readouts hold two memories, of which the recurrent weights know the second.
//!
//! The statistic is called a center of mass in the authors' code, but it is (last − first)/2, half the *width*. Default less predictive
//! is thereby negative where the predictive bump is wider. The true centre, (first + last)/2, is not published; at w₁ = 1 it moves
//! towards earlier places by more than that, since the bump both begins and ends earlier.

use super::{
    Axis, Bird, Figure, Mark, Panel, Sample, Series, Settings, Work,
    fig_6g::{CACHE, extent},
};

/// Figure 6, supplement on the shift.
pub static FIGURE: Figure = Figure {
    id: "6-shift",
    name: "Figure 6, supplement on the shift of recall",
    title: "Widening and shift of recall by weights towards units ahead",
    question: "How far does recall reach back from a cache, by the strength of prediction?",
    seeds: 35,
    units: 5000,
    least_units: 200,
    quirk: Some(
        "What the authors call a center of mass is half the width of the bump; as published, it has their name and the true centre is left out.",
    ),
    findings: &[
        "The width goes from the first to the last place above 0.1 of the maximum: one far place makes it 40 places, so that networks differ by 1 to 15 places (standard deviation). The medians of ten networks of 2,000 units differ from the published means by 0.8 places on average.",
    ],
    link: "lab=caching&units=2000&skew=1.5&caches=50&gain=1&search=0&at=40",
    conditions: |_| RANDOM.len(),
    piece,
    panels,
};

/// Factors w₁ of the random weights, one a piece.
const RANDOM: [f64; 6] = [0.7, 0.8, 0.9, 1.0, 1.1, 1.2];
/// Factors w₂ of Δ.
const AHEAD: [f64; 4] = [1.4, 1.5, 1.6, 1.7];
/// The pair of the published histogram.
const HISTOGRAM: (f64, f64) = (1.0, 1.5);
const CLASSES: usize = 20;
/// Mean difference of half-widths as read off the supplement, by w₁ and w₂.
const READ: [[f64; 4]; 6] = [
    [-3.9, -5.5, -6.7, -7.6],
    [-3.0, -3.8, -5.6, -6.8],
    [-3.1, -3.2, -5.0, -5.6],
    [-1.8, -2.9, -3.2, -6.6],
    [-0.86, -1.5, -2.5, -2.8],
    [0.1, -0.46, -1.2, -2.8],
];
/// Read by eye: ±0.03 of an axis of 8 places.
const READING: f64 = 0.25;

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let (units, as_published) = (settings.units, settings.as_published);
    Work::new(async move {
        let mut bird = Bird::new(seed, units).await;
        bird.cache(CACHE).await;
        let before = extent(&bird.recall(0.0).await.seed_ratio);
        let mut samples = Vec::new();
        for ahead in AHEAD {
            let bird = predictive(&bird, RANDOM[condition], ahead).await;
            let after = extent(&bird.recall(0.0).await.seed_ratio);
            let narrower = half_width(before) - half_width(after);
            samples.push(Sample::new(condition, ahead, narrower));
            if (RANDOM[condition], ahead) == HISTOGRAM {
                samples.push(Sample::new(RANDOM.len(), 0.0, narrower));
            }
            if !as_published {
                let earlier = centre(before) - centre(after);
                let series = RANDOM.len() + 1 + condition;
                samples.push(Sample::new(series, ahead, earlier));
            }
        }
        samples
    })
}

/// The same bird with recurrent weights w₁ J + w₂ Δ, which do not hold what was cached before, after another cache at the place.
async fn predictive(bird: &Bird, random: f64, ahead: f64) -> Bird {
    let mut bird = bird.clone();
    bird.memories.clear();
    bird.skew(random, ahead);
    bird.cache(CACHE).await;
    bird
}

fn half_width([first, last]: [f64; 2]) -> f64 {
    (last - first) / 2.0
}

fn centre([first, last]: [f64; 2]) -> f64 {
    f64::midpoint(first, last)
}

fn panels(settings: &Settings) -> Vec<Panel> {
    let statistic = if settings.as_published {
        "shift in center of mass (places)"
    } else {
        "half-width, default less predictive (places)"
    };
    let name = |random: f64| format!("w₁ = {random}");
    let ahead = || Axis::over("w₂, factor of Δ", AHEAD[0], AHEAD[AHEAD.len() - 1]);
    let widths = RANDOM.into_iter().zip(READ).map(|(random, read)| {
        let points: Vec<(f64, f64)> = AHEAD.into_iter().zip(read).collect();
        Series::new(name(random)).published(&points, READING)
    });
    let mut panels = vec![
        Panel::lines(
            "Widening of the bump",
            ahead(),
            Axis::new(statistic),
            widths.collect(),
        ),
        Panel::lines(
            "Widening at w₁ = 1, w₂ = 1.5",
            Axis::new(statistic),
            Axis::new("networks"),
            vec![Series::new("")],
        )
        .with_mark(Mark::Histogram(CLASSES)),
    ];
    if !settings.as_published {
        panels.push(Panel::lines(
            "Shift of the centre",
            ahead(),
            Axis::new("earlier than the default (places)"),
            RANDOM.map(|random| Series::new(name(random))).into(),
        ));
    }
    panels
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published at w₁ = 1, w₂ = 1.5: −2.9 places, most networks between −3.5 and −1.5.
    #[test]
    fn predictive_bumps_are_wider_and_earlier() {
        const NETWORKS: f64 = 4.0;
        let (mut narrower, mut earlier) = (0.0, 0.0);
        for seed in 1..=NETWORKS as u64 {
            let work = Work::new(async move {
                let mut bird = Bird::new(seed, 2000).await;
                bird.cache(CACHE).await;
                let before = extent(&bird.recall(0.0).await.seed_ratio);
                let bird = predictive(&bird, HISTOGRAM.0, HISTOGRAM.1).await;
                let after = extent(&bird.recall(0.0).await.seed_ratio);
                let narrower = half_width(before) - half_width(after);
                let earlier = centre(before) - centre(after);
                vec![Sample::new(0, 0.0, narrower), Sample::new(1, 0.0, earlier)]
            });
            let samples = work.finish();
            narrower += samples[0].value / NETWORKS;
            earlier += samples[1].value / NETWORKS;
        }
        assert!((-4.0..-1.0).contains(&narrower), "{narrower}");
        assert!((1.0..5.0).contains(&earlier), "{earlier}");
    }

    #[test]
    fn readouts_keep_the_first_memory() {
        let work = Work::new(async {
            let mut bird = Bird::new(1, 200).await;
            let first = bird.cache(CACHE).await;
            let other = predictive(&bird, 1.0, 1.5).await;
            let [before, after] = [&other.readouts[0], &other.readouts[1]];
            assert!(before.barcode == first && after.barcode != first);
            assert_eq!(other.memories, other.readouts[1..]);
            assert_eq!((other.readouts.len(), bird.readouts.len()), (2, 1));
            Vec::new()
        });
        assert!(work.finish().is_empty());
    }
}
