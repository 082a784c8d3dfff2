//! The protocol of the resolution sweeps (figure 4E–F and its supplements, 5C–D, 6): how near two caches may be to be told apart, and
//! from how far they are found.
//!
//! Protocol: a fresh network, caches at 0, q and 66, then recall from every place at search strength s. Of the readout as a fraction
//! ρ of its largest value over all places:
//! * *correct reject*: ρ half-way between the first two caches is below 0.5;
//! * *recall*: the place output peaks exactly at the nearest cache, and ρ > 0.5;
//! * *sensitivity* at a threshold: the share of caches with ρ at or above it; *specificity*: the share of other places below it.
//!
//! The authors draw a network for each (q, s); here all search strengths of a (seed, q) share one, which leaves each line as it is and
//! makes their differences more certain. A run that overflowed counts as neither, as theirs.

use std::{collections::BTreeMap, future::Future};

use super::{Axis, Bird, Interval, Panel, Recall, Sample, Series};
use chickadee_engine::{
    base::reduce::{argmax, dot},
    worlds::caching::PLACES_PER_SITE,
};

/// Search strengths s.
pub(super) const SEARCHES: [f64; 8] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0];
/// Distances q of the first two caches, in places.
pub(super) const SPACINGS: [usize; 7] = [3, 5, 10, 15, 20, 25, 30];
/// The place of the third cache.
pub(super) const THIRD: usize = 66;
/// The ratio above which there is a seed.
pub(super) const THRESHOLD: f64 = 0.5;
/// Spacings beyond it count for recall by distance.
pub(super) const WIDE: usize = 20;
/// Spacings beyond it count for sensitivity and specificity.
pub(super) const MIDDLE: usize = 15;
/// Distances drawn, in places.
pub(super) const FARTHEST: f64 = 15.0;
/// Thresholds 0, 0.1, …, 0.9.
pub(super) const THRESHOLDS: usize = 10;
/// Read by eye: ±0.03 on an axis of 1.
pub(super) const READING: f64 = 0.03;

/// What stands for "there is a seed here", and for "it is there".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readout {
    /// The seed output, and the peak of the place output.
    Seed,
    /// The L2 norm of the place output (the older analyses), and its peak.
    Place,
    /// The norm and the peak of the place output as places, X J_xy a: where input units have no order.
    Decoded,
}

/// What a recall says, by place.
pub(super) struct Says {
    /// The readout as a fraction of its largest value.
    pub ratio: Vec<f64>,
    /// The cache that the place output peaks at exactly, if it is one.
    pub cache: Vec<Option<usize>>,
}

impl Says {
    /// Reads a recall of a bird with caches at some places.
    pub fn of(bird: &Bird, recall: &Recall, caches: &[usize], readout: Readout) -> Self {
        let inputs = &bird.inputs;
        let at_peak = |unit: usize| {
            let at = |cache: &&usize| inputs.peaks[**cache] == unit;
            caches.iter().find(at).copied()
        };
        let peaks = || recall.peak.iter().map(|unit| at_peak(*unit)).collect();
        match readout {
            Readout::Seed => Self {
                ratio: recall.seed_ratio.clone(),
                cache: peaks(),
            },
            Readout::Place => Self {
                ratio: recall.place_ratio.clone(),
                cache: peaks(),
            },
            Readout::Decoded => {
                // X xₖ, once a memory: X (Σ mₖ xₖ) = Σ mₖ (X xₖ).
                let each: Vec<Vec<f64>> = bird
                    .readouts
                    .iter()
                    .map(|memory| {
                        let likeness = |place| dot(inputs.rates.row(place), &memory.value);
                        (0..bird.places()).map(likeness).collect()
                    })
                    .collect();
                let decoded: Vec<Vec<f32>> = recall
                    .matches
                    .iter()
                    .map(|matches| {
                        let at = |place: usize| {
                            let terms = matches.iter().zip(&each);
                            terms.map(|(m, each)| m * each[place]).sum::<f64>() as f32
                        };
                        (0..bird.places()).map(at).collect()
                    })
                    .collect();
                let norms = decoded.iter().map(|places| dot(places, places).sqrt());
                let peak = |places: &Vec<f32>| {
                    let peak = argmax(places)?;
                    caches.contains(&peak).then_some(peak)
                };
                Self {
                    ratio: super::bird::fractions(norms),
                    cache: decoded.iter().map(peak).collect(),
                }
            }
        }
    }

    /// Whether the nearest of some caches is recalled at a place.
    pub fn is_recalled(&self, bird: &Bird, caches: &[usize], place: usize) -> bool {
        let nearest = bird.nearest(place, caches);
        let found = self.cache[place];
        found.is_some_and(|cache| bird.distance(place, cache) == nearest)
            && self.ratio[place] > THRESHOLD
    }

    /// Share of the places at each distance from the nearest cache at which that cache is recalled: (distance in places, share).
    pub fn recalled(&self, bird: &Bird, caches: &[usize]) -> Vec<(f64, f64)> {
        let mut at: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
        for place in 0..bird.places() {
            let nearest = bird.nearest(place, caches);
            // Bits of numbers from 0 on rise with them.
            let (found, all) = at.entry(nearest.to_bits()).or_default();
            *found += f64::from(self.is_recalled(bird, caches, place));
            *all += 1.0;
        }
        let share = |(bits, (found, all))| (f64::from_bits(bits), found / all);
        at.into_iter().map(share).collect()
    }

    /// Whether the place half-way between two caches is rejected; never after an overflow.
    pub fn rejects_between(&self, first: usize, second: usize) -> bool {
        let (low, high) = ((first + second) / 2, (first + second).div_ceil(2));
        f64::midpoint(self.ratio[low], self.ratio[high]) < THRESHOLD
    }

    /// Sensitivity and specificity at a threshold.
    pub fn rates(&self, caches: &[usize], threshold: f64) -> [f64; 2] {
        let places = || self.ratio.iter().enumerate();
        let cached = |place: &usize| caches.contains(place);
        let hits = places().filter(|(place, ratio)| cached(place) && **ratio >= threshold);
        let rejects = places().filter(|(place, ratio)| !cached(place) && **ratio < threshold);
        let others = (0..self.ratio.len()).filter(|place| !cached(place)).count();
        [
            hits.count() as f64 / (self.ratio.len() - others) as f64,
            rejects.count() as f64 / others as f64,
        ]
    }
}

/// The samples of a spacing in the four [`panels`]: caches at 0, q and 66, put there in `order` (of 0, 1, 2).
pub(super) async fn sweep(
    bird: impl Future<Output = Bird> + Send,
    spacing: usize,
    order: [usize; 3],
    searches: &[f64],
    readout: Readout,
) -> Vec<Sample> {
    let mut bird = bird.await;
    let caches = [0, spacing, THIRD];
    for nth in order {
        bird.cache(caches[nth]).await;
    }
    let count = searches.len();
    let mut samples = Vec::new();
    for (line, &search) in searches.iter().enumerate() {
        let recall = bird.recall(search).await;
        let says = Says::of(&bird, &recall, &caches, readout);
        samples.extend(of_recall(&bird, &says, &caches, line, count));
    }
    samples
}

/// The samples of one recall in line `line` of the four [`panels`] of `count` lines.
pub(super) fn of_recall(
    bird: &Bird,
    says: &Says,
    caches: &[usize; 3],
    line: usize,
    count: usize,
) -> Vec<Sample> {
    let spacing = caches[1] - caches[0];
    let rejects = f64::from(says.rejects_between(caches[0], caches[1]));
    let mut samples = vec![Sample::new(line, half_way(spacing), rejects)];
    if spacing > WIDE {
        let near = says.recalled(bird, caches).into_iter();
        let near = near.filter(|(distance, _)| *distance <= FARTHEST);
        samples.extend(
            near.map(|(distance, share)| {
                Sample::new(count + line, distance / PLACES_PER_SITE, share)
            }),
        );
    }
    if spacing > MIDDLE {
        for step in 0..THRESHOLDS {
            let threshold = step as f64 / THRESHOLDS as f64;
            let [sensitivity, specificity] = says.rates(caches, threshold);
            samples.push(Sample::new(2 * count + line, threshold, sensitivity));
            samples.push(Sample::new(3 * count + line, threshold, specificity));
        }
    }
    samples
}

/// Distance of the place half-way between two caches from both, in sites.
pub(super) fn half_way(spacing: usize) -> f64 {
    0.5 * spacing as f64 / PLACES_PER_SITE
}

/// Published values of a line.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    /// Proportions of correct rejects: (spacing in places, value).
    pub rejects: Vec<(f64, f64)>,
    /// Proportions of recalls: (distance in places, value).
    pub recalls: Vec<(f64, f64)>,
    /// Sensitivity: (threshold, value).
    pub sensitivity: Vec<(f64, f64)>,
    /// Specificity: (threshold, value).
    pub specificity: Vec<(f64, f64)>,
}

/// The names of lines by search strength.
pub(super) fn names(searches: &[f64]) -> Vec<String> {
    searches
        .iter()
        .map(|search| format!("s = {search}"))
        .collect()
}

/// Four panels: correct rejects by distance, recall by distance, sensitivity and specificity by threshold; a line for each name in
/// each. `runs`: networks behind a published value.
pub(super) fn panels(names: &[String], read: &[Read], runs: usize) -> Vec<Panel> {
    let lines = |points: fn(&Read) -> &Vec<(f64, f64)>, scale: f64, runs: Option<usize>| {
        let line = |(n, name): (usize, &String)| {
            let points = read.get(n).map(points).cloned().unwrap_or_default();
            let points: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x / scale, *y)).collect();
            let mut series = Series::new(name.clone()).published(&points, READING);
            series.published.runs = runs;
            series
        };
        names.iter().enumerate().map(line).collect::<Vec<_>>()
    };
    let share = |label: &str| Axis::over(label, 0.0, 1.0);
    let threshold = || Axis::over("threshold", 0.0, 0.9);
    let proportion = |panel: Panel| panel.with_interval(Interval::Binomial);
    vec![
        proportion(Panel::lines(
            "Correct rejection between two caches",
            Axis::over("distance from both (sites)", 0.0, 2.0),
            share("P(correct reject)"),
            lines(|read| &read.rejects, 2.0 * PLACES_PER_SITE, Some(runs)),
        ))
        .with_threshold(THRESHOLD),
        // Two spacings count: twice as many networks.
        proportion(Panel::lines(
            "Recall of the nearest cache",
            Axis::over("distance from it (sites)", 0.0, 2.0),
            share("P(recall)"),
            lines(|read| &read.recalls, PLACES_PER_SITE, Some(2 * runs)),
        )),
        Panel::lines(
            "True positives",
            threshold(),
            share("sensitivity"),
            lines(|read| &read.sensitivity, 1.0, None),
        ),
        Panel::lines(
            "True negatives",
            threshold(),
            share("specificity"),
            lines(|read| &read.specificity, 1.0, None),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    fn says(ratio: &[f64]) -> Says {
        Says {
            ratio: ratio.to_vec(),
            cache: vec![None; ratio.len()],
        }
    }

    #[test]
    fn rates_count_what_is_a_number() {
        let says = says(&[1.0, 0.2, 0.6, f64::NAN, 0.4]);
        assert_eq!(says.rates(&[0, 1], 0.5), [0.5, 1.0 / 3.0]);
        assert_eq!(says.rates(&[3], 0.0), [0.0, 0.0]);
        // Between 1 and 2: the mean of both.
        assert!(says.rejects_between(1, 2) && !says.rejects_between(2, 4));
        assert!(!says.rejects_between(3, 3));
    }

    /// At N = 2,000 with the published parameters, caches are found, and search strength widens recall (figure 4F).
    #[test]
    fn search_strength_widens_recall() {
        let searches = [0.0, 0.4, 1.0];
        let work = super::super::Work::new(async move {
            sweep(Bird::new(2, 2000), 30, [0, 1, 2], &searches, Readout::Seed).await
        });
        let samples = work.finish();
        let of = |series: usize| {
            let values = samples
                .iter()
                .filter(|s| s.series == series)
                .map(|s| s.value);
            mean(&values.collect::<Vec<_>>())
        };
        let [narrow, middle, wide] = [3, 4, 5].map(of);
        assert!(
            0.1 < narrow && narrow + 0.1 < middle && middle + 0.1 < wide,
            "{narrow} {middle} {wide}"
        );
        // More is found, less is rejected.
        assert!(of(9) > of(10) && of(10) > of(11));
    }

    /// Where tuning is smooth and ordered, decoding places finds the same peaks as the place output itself.
    #[test]
    fn decoding_finds_the_caches_too() {
        let work = super::super::Work::new(async {
            let mut bird = Bird::new(2, 1000).await;
            let caches = [10, 60];
            for place in caches {
                bird.cache(place).await;
            }
            let recall = bird.recall(0.4).await;
            let says = [Readout::Seed, Readout::Decoded]
                .map(|readout| Says::of(&bird, &recall, &caches, readout));
            let agree = |place: usize| f64::from(says[0].cache[place] == says[1].cache[place]);
            (0..100)
                .map(|place| Sample::new(0, 0.0, agree(place)))
                .collect()
        });
        let values: Vec<f64> = work.finish().iter().map(|s| s.value).collect();
        assert!(mean(&values) > 0.8, "{}", mean(&values));
    }
}
