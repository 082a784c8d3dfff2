//! The supplements of figure 4 on parameters: the resolution sweep (see [`super::resolution`]) with one parameter at several values.
//!
//! Of each value: sensitivity and specificity at the threshold 0.5, correct rejects of near caches (q ≤ 15), and recall exactly 20 places
//! from the nearest cache, by search strength. The authors sweep in finer steps; here are the values of which numbers were read.

use super::{
    Axis, Bird, Panel, Sample, Series, Work,
    resolution::{READING, Readout, SEARCHES, SPACINGS, Says, THIRD, THRESHOLD},
};

/// A parameter and its values.
pub(super) struct Sweep {
    /// Its name on the axis.
    pub label: &'static str,
    /// Its values.
    pub values: &'static [f64],
    /// Gives it to a bird.
    pub set: fn(&mut Bird, f64),
    /// Least spacing that counts for sensitivity and specificity, and for far recall, in places.
    pub least: [usize; 2],
    /// What was read.
    pub read: &'static [Read],
}

/// Published numbers: the panel (0 to 3 as above), the search strength, and (value of the parameter, number).
pub(super) type Read = (usize, f64, &'static [(f64, f64)]);

/// Widest spacing of near caches, in places.
const NEAR: usize = 15;
/// Distance of far recall, in places.
const FAR: f64 = 20.0;

impl Sweep {
    /// Pieces of a seed.
    pub fn conditions(&self) -> usize {
        self.values.len() * SPACINGS.len()
    }

    /// The work of a piece: one value at one spacing.
    pub fn piece(&'static self, units: usize, seed: u64, condition: usize) -> Work {
        let spacing = SPACINGS[condition % SPACINGS.len()];
        let value = self.values[condition / SPACINGS.len()];
        Work::new(async move {
            let mut bird = Bird::new(seed, units).await;
            (self.set)(&mut bird, value);
            let caches = [0, spacing, THIRD];
            for place in caches {
                bird.cache(place).await;
            }
            let count = SEARCHES.len();
            let [rates_from, far_from] = self.least;
            let mut samples = Vec::new();
            for (line, search) in SEARCHES.into_iter().enumerate() {
                let recall = bird.recall(search).await;
                let says = Says::of(&bird, &recall, &caches, Readout::Seed);
                let mut put = |panel: usize, number: f64| {
                    samples.push(Sample::new(panel * count + line, value, number));
                };
                if spacing >= rates_from {
                    let [sensitivity, specificity] = says.rates(&caches, THRESHOLD);
                    put(0, sensitivity);
                    put(1, specificity);
                }
                if spacing <= NEAR {
                    put(2, f64::from(says.rejects_between(0, spacing)));
                }
                if spacing >= far_from {
                    let recalled = says.recalled(&bird, &caches);
                    if let Some((_, share)) = recalled.iter().find(|(at, _)| *at == FAR) {
                        put(3, *share);
                    }
                }
            }
            samples
        })
    }

    /// The panels.
    pub fn panels(&self) -> Vec<Panel> {
        let named = [
            ("True positives", "sensitivity"),
            ("True negatives", "specificity"),
            ("Correct rejection between near caches", "P(correct reject)"),
            ("Recall of a cache 20 places away", "P(recall)"),
        ];
        let panel = |(panel, (title, label)): (usize, (&str, &str))| {
            let series = SEARCHES.map(|search| {
                let read = self.read.iter();
                let mut read = read.filter(|(at, s, _)| (*at, *s) == (panel, search));
                let points = read.next().map_or(&[] as &[_], |(_, _, points)| *points);
                Series::new(format!("s = {search}")).published(points, READING)
            });
            let (x, y) = (Axis::new(self.label), Axis::over(label, 0.0, 1.0));
            Panel::lines(title, x, y, series.into())
        };
        named.into_iter().enumerate().map(panel).collect()
    }
}
