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

impl Line {
    /// A series of a panel, as far as there are samples: some milliseconds where a bootstrap is drawn.
    pub(super) fn of(recomputation: &Recomputation, (panel, series): (usize, usize)) -> Self {
        let about = &recomputation.panels()[panel];
        let by_sample = matches!(about.mark, Mark::Scatter | Mark::Histogram(_));
        let is_compared = !about.series[series].published.points.is_empty();
        let mut line = Self::default();
        if by_sample {
            let samples = recomputation.samples(panel, series);
            let dots = samples.map(|(_, sample)| [sample.x, sample.value]);
            line.dots = dots.filter(|[_, y]| y.is_finite()).collect();
        }
        if !by_sample || is_compared {
            line.points = recomputation.points(panel, series);
            line.values = recomputation.compared(panel, series, &line.points);
        }
        line
    }
}
