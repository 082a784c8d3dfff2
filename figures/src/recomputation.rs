use super::{Figure, Interval, Mark, Panel, Sample, Settings, Verdict, interval::binomial};

/// A figure that is being recomputed: the samples of its pieces, as they come.
pub struct Recomputation {
    figure: &'static Figure,
    settings: Settings,
    panels: Vec<Panel>,
    pieces: Vec<Option<Vec<Sample>>>,
    /// What has come of every series, by rising x.
    series: Vec<Vec<Values>>,
}

/// The values of a series at one x, in the order of their pieces.
struct Values {
    x: f64,
    values: Vec<f64>,
    pieces: Vec<usize>,
}

/// What was found at an x of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Where on the x axis.
    pub x: f64,
    /// The mean of all samples.
    pub mean: f64,
    /// Its interval, [low, high].
    pub interval: [f64; 2],
    /// Pieces that have samples here.
    pub runs: usize,
}

/// A published value beside ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The panel, from 0.
    pub panel: usize,
    /// The series in its panel, from 0.
    pub series: usize,
    /// Where on the x axis.
    pub x: f64,
    /// As read off the figure.
    pub published: f64,
    /// What it may be: its interval widened by the error of reading, [low, high].
    pub published_interval: [f64; 2],
    /// Ours and its interval; `None` until a piece has a sample here.
    pub ours: Option<Point>,
    /// How they compare; `None` as long as there is nothing of ours.
    pub verdict: Option<Verdict>,
}

impl Values {
    fn insert(&mut self, piece: usize, value: f64) {
        let at = self.pieces.partition_point(|other| *other <= piece);
        self.values.insert(at, value);
        self.pieces.insert(at, piece);
    }

    fn remove(&mut self, piece: usize) {
        let mut pieces = self.pieces.iter();
        self.values.retain(|_| pieces.next() != Some(&piece));
        self.pieces.retain(|other| *other != piece);
    }

    /// Their mean and its interval, as a panel has it, where so many pieces are those of one network; a bootstrap of many samples takes
    /// milliseconds.
    fn point(&self, panel: &Panel, conditions: usize) -> Point {
        let network = |piece: usize| piece / conditions.max(1);
        let same = |a: &usize, b: &usize| network(*a) == network(*b);
        let mut left = &self.values[..];
        let networks: Vec<&[f64]> = self
            .pieces
            .chunk_by(same)
            .map(|pieces| {
                let (values, rest) = left.split_at(pieces.len());
                left = rest;
                values
            })
            .collect();
        let runs = self.pieces.chunk_by(|a, b| a == b).count();
        let mean = self.values.iter().sum::<f64>() / self.values.len() as f64;
        let interval = match panel.mark {
            // Nobody sees them.
            Mark::Image { .. } => [mean; 2],
            _ => panel.interval.of(&networks, runs),
        };
        Point {
            x: self.x,
            mean,
            interval,
            runs,
        }
    }
}

impl Recomputation {
    /// Nothing computed yet.
    #[must_use]
    pub fn new(figure: &'static Figure, settings: Settings) -> Self {
        let panels = (figure.panels)(&settings);
        let series: usize = panels.iter().map(|panel| panel.series.len()).sum();
        Self {
            figure,
            settings,
            panels,
            pieces: vec![None; settings.pieces(figure)],
            series: (0..series).map(|_| Vec::new()).collect(),
        }
    }

    /// The figure.
    #[must_use]
    pub fn figure(&self) -> &'static Figure {
        self.figure
    }

    /// What it is recomputed with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Its panels.
    #[must_use]
    pub fn panels(&self) -> &[Panel] {
        &self.panels
    }

    /// Pieces in all.
    #[must_use]
    pub fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// Pieces that are done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.pieces.iter().flatten().count()
    }

    /// Pieces that are not done, in order.
    pub fn left(&self) -> impl Iterator<Item = usize> + '_ {
        let pieces = self.pieces.iter().enumerate();
        pieces.filter(|(_, done)| done.is_none()).map(|(n, _)| n)
    }

    /// Takes the samples of a piece. Samples of series that there are not are left out; so is a piece that there is not.
    pub fn put(&mut self, piece: usize, mut samples: Vec<Sample>) {
        let Some(place) = self.pieces.get_mut(piece) else {
            return;
        };
        samples.retain(|sample| sample.series < self.series.len() && sample.x.is_finite());
        if place.take().is_some() {
            for points in &mut self.series {
                points.iter_mut().for_each(|at| at.remove(piece));
                points.retain(|at| !at.values.is_empty());
            }
        }
        for sample in place
            .insert(samples)
            .iter()
            .filter(|sample| !sample.value.is_nan())
        {
            let points = &mut self.series[sample.series];
            let at = match points.last() {
                Some(last) if last.x < sample.x => points.len(),
                _ => points.partition_point(|at| at.x < sample.x),
            };
            if points.get(at).is_none_or(|at| at.x != sample.x) {
                let none = Values {
                    x: sample.x,
                    values: Vec::new(),
                    pieces: Vec::new(),
                };
                points.insert(at, none);
            }
            points[at].insert(piece, sample.value);
        }
    }

    /// The samples of a piece that is done.
    #[must_use]
    pub fn piece(&self, piece: usize) -> Option<&[Sample]> {
        self.pieces.get(piece)?.as_deref()
    }

    /// The number of a panel's series among all.
    #[must_use]
    pub fn series(&self, panel: usize, series: usize) -> usize {
        let before = self.panels.iter().take(panel);
        before.map(|panel| panel.series.len()).sum::<usize>() + series
    }

    /// Samples of a series so far with their pieces, in the order of the pieces.
    pub fn samples(&self, panel: usize, series: usize) -> impl Iterator<Item = (usize, Sample)> {
        let wanted = self.series(panel, series);
        let pieces = self.pieces.iter().enumerate();
        let samples = pieces.flat_map(|(n, samples)| {
            let samples = samples.iter().flatten().copied();
            samples.map(move |sample| (n, sample))
        });
        samples.filter(move |(_, sample)| sample.series == wanted)
    }

    /// Means of a series by rising x, with their intervals.
    #[must_use]
    pub fn points(&self, panel: usize, series: usize) -> Vec<Point> {
        let points = 0..;
        points
            .map_while(|number| self.point(panel, series, number))
            .collect()
    }

    /// One of the [points](Self::points) of a series: a bootstrap takes time. `None` behind the last.
    #[must_use]
    pub fn point(&self, panel: usize, series: usize, number: usize) -> Option<Point> {
        let about = self.panels.get(panel)?;
        about.series.get(series)?;
        let points = &self.series[self.series(panel, series)];
        let conditions = (self.figure.conditions)(&self.settings);
        Some(points.get(number)?.point(about, conditions))
    }

    /// All published values, beside ours as far as there are.
    #[must_use]
    pub fn values(&self) -> Vec<Value> {
        let mut values = Vec::new();
        for (panel, about) in self.panels.iter().enumerate() {
            for (series, line) in about.series.iter().enumerate() {
                if !line.published.points.is_empty() {
                    let points = self.points(panel, series);
                    values.extend(self.compared(panel, series, &points));
                }
            }
        }
        values
    }

    /// The published values of a series, beside its [`points`](Self::points).
    #[must_use]
    pub fn compared(&self, panel: usize, series: usize, points: &[Point]) -> Vec<Value> {
        let Some(about) = self.panels.get(panel) else {
            return Vec::new();
        };
        let Some(line) = about.series.get(series) else {
            return Vec::new();
        };
        let published = &line.published;
        let error = published.reading_error;
        let compare = |&(x, value): &(f64, f64)| {
            let ours = points
                .iter()
                .find(|point| (point.x - x).abs() < 1e-6)
                .copied();
            let known = match (published.runs, about.interval) {
                (Some(runs), Interval::Binomial) => binomial(value, runs),
                _ => [value; 2],
            };
            let published_interval = [known[0] - error, known[1] + error];
            let verdict = ours.map(|ours| {
                Verdict::of(
                    (ours.mean, ours.interval),
                    (value, published_interval),
                    error,
                )
            });
            Value {
                panel,
                series,
                x,
                published: value,
                published_interval,
                ours,
                verdict,
            }
        };
        published.points.iter().map(compare).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Axis, Series, Work};

    static TOY: Figure = Figure {
        id: "toy",
        name: "",
        title: "",
        question: "",
        seeds: 3,
        units: 10,
        least_units: 1,
        quirk: None,
        findings: &[],
        link: "",
        conditions: |_| 2,
        piece: |_, seed, condition| {
            Work::new(async move {
                let value = if seed == 2 { f64::NAN } else { seed as f64 };
                vec![Sample::new(condition, 5.0, value)]
            })
        },
        panels: |_| {
            let axis = || Axis::new("");
            let series =
                ["a", "b"].map(|name| Series::new(name).published(&[(5.0, 2.0), (6.0, 1.0)], 0.1));
            vec![Panel::lines("", axis(), axis(), series.into())]
        },
    };

    #[test]
    fn pieces_are_put_together_in_any_order() {
        let settings = Settings::published(&TOY);
        let mut one = Recomputation::new(&TOY, settings);
        let mut other = Recomputation::new(&TOY, settings);
        assert_eq!((one.pieces(), one.left().count()), (6, 6));
        assert!(one.values().iter().all(|value| value.verdict.is_none()));
        for piece in 0..6 {
            one.put(piece, settings.work(&TOY, piece).finish());
            other.put(5 - piece, settings.work(&TOY, 5 - piece).finish());
        }
        assert_eq!(one.points(0, 1), other.points(0, 1));
        let [point] = one.points(0, 1)[..] else {
            panic!("one x")
        };
        // What is no number was not measured.
        assert_eq!((point.x, point.mean, point.runs), (5.0, 2.0, 2));
        let values = one.values();
        assert_eq!(values.len(), 4);
        assert_eq!(values[0].verdict, Some(Verdict::Inside));
        assert_eq!(values[1].verdict, None);
        one.put(99, Vec::new());
        one.put(0, vec![Sample::new(7, 0.0, 1.0)]);
        assert!(one.piece(0).is_some_and(<[Sample]>::is_empty));
    }

    #[test]
    fn settings_are_checked() {
        let settings = Settings::published(&TOY);
        assert_eq!(settings.check(&TOY), Ok(()));
        for (settings, says) in [
            (
                Settings {
                    seeds: 0,
                    ..settings
                },
                "expected 1 to 10000 seeds, found 0",
            ),
            (
                Settings {
                    units: 0,
                    ..settings
                },
                "expected 1 to 20000 units, found 0",
            ),
            (
                Settings {
                    units: 20_001,
                    ..settings
                },
                "expected 1 to 20000 units, found 20001",
            ),
        ] {
            assert_eq!(settings.check(&TOY).unwrap_err().to_string(), says);
        }
    }

    #[test]
    fn pieces_may_come_in_any_order_and_again() {
        let settings = Settings {
            seeds: 3,
            units: 10,
            as_published: false,
        };
        let of = |piece: usize| -> Vec<Sample> {
            let at = |x: f64| Sample::new(0, x, piece as f64 + x);
            [4.0, 0.5, 4.0, f64::INFINITY].map(at).into()
        };
        let points = |order: &[usize]| {
            let mut all = Recomputation::new(&TOY, settings);
            for &piece in order {
                all.put(piece, of(piece));
            }
            all.points(0, 0)
        };
        let expected = points(&[0, 1, 2]);
        assert_eq!(
            expected.iter().map(|point| point.x).collect::<Vec<_>>(),
            [0.5, 4.0]
        );
        assert_eq!(expected[1].runs, 3);
        assert_eq!(expected[1].mean, 5.0);
        for order in [[2, 1, 0].as_slice(), &[1, 2, 0], &[0, 2, 1, 2, 0]] {
            assert_eq!(points(order), expected, "{order:?}");
        }
    }
}
