use chickadee_figures::{Mark, Point, Recomputation, Value};

/// What is drawn of a series, and told of it.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Means by rising x, with their intervals; none where every sample is drawn, or counted.
    pub points: Vec<Point>,
    /// Every sample (x, value), where those are drawn or counted.
    pub dots: Vec<[f64; 2]>,
    /// Published values, beside ours.
    pub values: Vec<Value>,
}

/// A line in the making, point by point: a bootstrap takes some milliseconds of a page's frame.
pub(super) struct Drawing {
    panel: usize,
    series: usize,
    line: Line,
    /// Whether points are made, or samples alone are drawn.
    has_points: bool,
}

impl Drawing {
    /// A series of a panel, as far as there are samples.
    pub fn new(recomputation: &Recomputation, (panel, series): (usize, usize)) -> Self {
        let about = &recomputation.panels()[panel];
        let by_sample = matches!(about.mark, Mark::Scatter | Mark::Histogram(_));
        let is_compared = !about.series[series].published.points.is_empty();
        let mut line = Line::default();
        if by_sample {
            let samples = recomputation.samples(panel, series);
            let dots = samples.map(|(_, sample)| [sample.x, sample.value]);
            line.dots = dots.filter(|[_, y]| y.is_finite()).collect();
        }
        Self {
            panel,
            series,
            line,
            has_points: !by_sample || is_compared,
        }
    }

    /// Makes a point. Returns the line when it is whole.
    pub fn advance(&mut self, recomputation: &Recomputation) -> Option<Line> {
        let next = self.line.points.len();
        if self.has_points
            && let Some(point) = recomputation.point(self.panel, self.series, next)
        {
            self.line.points.push(point);
            return None;
        }
        let mut line = std::mem::take(&mut self.line);
        line.values = recomputation.compared(self.panel, self.series, &line.points);
        Some(line)
    }
}
