//! Panels: what is drawn, without the numbers that are recomputed.

use super::Interval;

/// A diagram of a figure, or an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// What it shows; with a unit or a condition where panels differ by it.
    pub title: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// How its values are drawn.
    pub mark: Mark,
    /// How sure a mean is.
    pub interval: Interval,
    /// A value at which a dashed line is drawn, such as the threshold.
    pub threshold: Option<f64>,
    /// Its series, in the order in which samples count them.
    pub series: Vec<Series>,
}

/// An axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// Its quantity and unit.
    pub label: String,
    /// The smallest and the largest value drawn; `None`: what there is.
    pub range: Option<[f64; 2]>,
    /// Values with a tick, and the words at them; none: round numbers.
    pub ticks: Vec<(f64, String)>,
}

/// How the values of a panel are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The mean at each x, with its interval as a band, joined by a line.
    Line,
    /// The mean at each x as a dot, with its interval as a bar.
    Dots,
    /// Every sample as a dot.
    Scatter,
    /// How many samples fall into each of so many equal classes of values.
    Histogram(usize),
    /// An image of so many columns: x counts its entries row by row, the first row on top. One series, the mean of all samples.
    Image {
        /// Entries of a row.
        columns: usize,
    },
}

/// Values that belong together: one line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Its name in the legend; short, as "s = 0.4".
    pub name: String,
    /// What was published of it.
    pub published: Published,
}

/// Published values of a series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Published {
    /// (x, value), by rising x.
    pub points: Vec<(f64, f64)>,
    /// How exactly they can be read off the figure, in units of the value.
    pub reading_error: f64,
    /// Independent runs behind each, where values are proportions of runs: their exact interval is known then.
    pub runs: Option<usize>,
}

impl Axis {
    /// An axis with round numbers over what there is.
    #[must_use]
    pub fn new(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            ..Self::default()
        }
    }

    /// The same over a range.
    #[must_use]
    pub fn over(label: &str, from: f64, to: f64) -> Self {
        Self {
            range: Some([from, to]),
            ..Self::new(label)
        }
    }

    /// The same with ticks at some values that are not called by their number.
    #[must_use]
    pub fn with_ticks(mut self, ticks: &[(f64, &str)]) -> Self {
        let named = |&(at, name): &(f64, &str)| (at, name.to_owned());
        self.ticks = ticks.iter().map(named).collect();
        self
    }

    /// What a value on the axis is called, if not by its number: the word at its tick, or where ticks are numbers that of its place
    /// between them.
    #[must_use]
    pub fn name_of(&self, x: f64) -> Option<String> {
        let at_tick = self.ticks.iter().find(|(at, _)| (at - x).abs() < 1e-9);
        if let Some((_, name)) = at_tick {
            return Some(name.clone());
        }
        let number = |(at, name): &(f64, String)| Some((*at, name.parse::<f64>().ok()?));
        let numbers: Vec<(f64, f64)> = self.ticks.iter().map(number).collect::<Option<_>>()?;
        let [(from, first), .., (to, last)] = numbers[..] else {
            return None;
        };
        let between = first + (x - from) * (last - first) / (to - from);
        Some(between.to_string())
    }
}

impl Series {
    /// A series of which nothing was published in numbers.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            published: Published::default(),
        }
    }

    /// The same with values read off the published figure to within `reading_error`.
    #[must_use]
    pub fn published(mut self, points: &[(f64, f64)], reading_error: f64) -> Self {
        self.published.points = points.to_vec();
        let by_x = |a: &(f64, f64), b: &(f64, f64)| a.0.total_cmp(&b.0);
        self.published.points.sort_by(by_x);
        self.published.reading_error = reading_error;
        self
    }

    /// The same, where the published values are proportions of so many independent runs.
    #[must_use]
    pub fn of_runs(mut self, runs: usize) -> Self {
        self.published.runs = Some(runs);
        self
    }
}

impl Panel {
    /// A panel of lines with 95 % bootstrap intervals.
    #[must_use]
    pub fn lines(title: &str, x: Axis, y: Axis, series: Vec<Series>) -> Self {
        Self {
            title: title.to_owned(),
            x,
            y,
            mark: Mark::Line,
            interval: Interval::Bootstrap { percent: 95 },
            threshold: None,
            series,
        }
    }

    /// An image whose rows have so many entries. It fills the ranges of both axes, which are its entries where they are not
    /// given; the vertical one begins on top.
    #[must_use]
    pub fn image(title: &str, x: Axis, y: Axis, columns: usize) -> Self {
        Self {
            mark: Mark::Image { columns },
            ..Self::lines(title, x, y, vec![Series::new("")])
        }
    }

    /// The same with another mark.
    #[must_use]
    pub fn with_mark(self, mark: Mark) -> Self {
        Self { mark, ..self }
    }

    /// The same with another interval.
    #[must_use]
    pub fn with_interval(self, interval: Interval) -> Self {
        Self { interval, ..self }
    }

    /// The same with a dashed line.
    #[must_use]
    pub fn with_threshold(self, threshold: f64) -> Self {
        Self {
            threshold: Some(threshold),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_called_as_ticks_call_them() {
        let plain = Axis::new("step");
        assert_eq!(plain.name_of(0.25), None);
        let sites =
            Axis::new("distance (sites)").with_ticks(&[(0.0, "0"), (8.0, "1"), (16.0, "2")]);
        assert_eq!(sites.name_of(8.0).as_deref(), Some("1"));
        assert_eq!(sites.name_of(1.0).as_deref(), Some("0.125"));
        assert_eq!(sites.name_of(28.0).as_deref(), Some("3.5"));
        let words = Axis::new("").with_ticks(&[(0.0, "path"), (1.0, "zig-zag")]);
        assert_eq!(words.name_of(1.0).as_deref(), Some("zig-zag"));
        assert_eq!(words.name_of(0.5), None);
    }
}
