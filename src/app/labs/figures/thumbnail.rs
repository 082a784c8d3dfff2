//! A figure at the size of a stamp: the published curves, and ours as soon as there is one.

use std::collections::BTreeMap;

use eframe::egui::{Painter, Rect, Shape, Stroke, pos2, vec2};

use super::line_colour;
use crate::{
    app::{
        paint::sequential,
        theme::{Theme, line, radius},
    },
    figures::bounds,
    labs::figures::Figures,
};
use chickadee_figures::{Figure, Mark, Sample, Settings};

/// What is drawn, in the unit square, y downwards.
#[derive(Default)]
pub(super) struct Thumbnail {
    /// Pieces that it is made of.
    pieces: Option<usize>,
    published: Vec<Vec<[f32; 2]>>,
    ours: Vec<Vec<[f32; 2]>>,
    /// Columns, and values row by row from the top, where it is an image.
    image: Option<(usize, Vec<f32>)>,
    /// Whether every value is a dot.
    dots: bool,
}

impl Thumbnail {
    /// Makes it again if there are more pieces now. Of a figure, it shows the first panel of which there is something to show.
    pub(super) fn follow(&mut self, lab: &Figures, figure: &'static Figure) {
        let (settings, pieces) = match lab.kept(figure.id) {
            Some((protocol, pieces)) => {
                let settings = Settings {
                    units: protocol.units,
                    ..Settings::published(figure)
                };
                (settings, pieces)
            }
            None => (Settings::published(figure), &[][..]),
        };
        // An eighth more is not to be seen.
        let enough = |made: usize| pieces.len() < made + (made / 8).max(1) && made <= pieces.len();
        if self.pieces.is_some_and(enough) {
            return;
        }
        *self = Self::made(figure, &settings, pieces);
    }

    fn made(figure: &Figure, settings: &Settings, pieces: &[Vec<Sample>]) -> Self {
        let panels = (figure.panels)(settings);
        let mut first = 0;
        let mut made = Self::default();
        for panel in &panels {
            let series = first..first + panel.series.len();
            first = series.end;
            let published: Vec<Vec<(f64, f64)>> = panel
                .series
                .iter()
                .map(|series| series.published.points.clone())
                .collect();
            let ours: Vec<Vec<(f64, f64)>> = series.map(|n| means(pieces, n, panel.mark)).collect();
            let nothing = |lines: &[Vec<(f64, f64)>]| lines.iter().all(Vec::is_empty);
            if nothing(&published) && nothing(&ours) {
                continue;
            }
            if let Mark::Image { columns } = panel.mark {
                let values = ours.iter().flatten().map(|(_, value)| *value);
                let [low, high] = bounds(values.clone(), false);
                let part = |value: f64| ((value - low) / (high - low)) as f32;
                made.image = Some((columns.max(1), values.map(part).collect()));
            } else {
                let all = || published.iter().chain(&ours).flatten();
                let x = panel
                    .x
                    .range
                    .unwrap_or_else(|| bounds(all().map(|p| p.0), false));
                let y = panel
                    .y
                    .range
                    .unwrap_or_else(|| bounds(all().map(|p| p.1), true));
                let place = |&(a, b): &(f64, f64)| {
                    let part = |value: f64, [low, high]: [f64; 2]| (value - low) / (high - low);
                    [part(a, x) as f32, 1.0 - part(b, y) as f32]
                };
                let unit = |lines: &[Vec<(f64, f64)>]| {
                    let line = |line: &Vec<(f64, f64)>| line.iter().map(place).collect();
                    lines.iter().map(line).collect()
                };
                (made.published, made.ours) = (unit(&published), unit(&ours));
                made.dots = panel.mark == Mark::Scatter;
            }
            break;
        }
        made.pieces = Some(pieces.len());
        made
    }

    pub(super) fn draw(&self, painter: &Painter, theme: &Theme, rect: Rect) {
        painter.rect_filled(rect, radius::WELL, theme.well);
        let inner = rect.shrink(4.0);
        if let Some((columns, values)) = &self.image {
            let rows = (values.len() / columns).max(1);
            let cell = inner.size() / vec2(*columns as f32, rows as f32);
            // No more rectangles than can be seen.
            let (across, down) = (columns.div_ceil(40), rows.div_ceil(30));
            for row in (0..rows).step_by(down) {
                for column in (0..*columns).step_by(across) {
                    let Some(value) = values.get(row * columns + column) else {
                        continue;
                    };
                    let corner = inner.min + vec2(column as f32 * cell.x, row as f32 * cell.y);
                    let size = vec2(cell.x * across as f32, cell.y * down as f32);
                    let place = Rect::from_min_size(corner, size).intersect(inner);
                    painter.rect_filled(place, 0.0, sequential(*value));
                }
            }
            return;
        }
        let clipped = painter.with_clip_rect(rect);
        let at = |[x, y]: [f32; 2]| {
            pos2(
                inner.min.x + x * inner.width(),
                inner.min.y + y * inner.height(),
            )
        };
        let count = self.published.len();
        for (index, points) in self.published.iter().enumerate() {
            let faint = line_colour(theme, index, count).gamma_multiply(0.6);
            let points: Vec<_> = points.iter().copied().map(at).collect();
            let stroke = Stroke::new(line::THIN, faint);
            clipped.extend(Shape::dashed_line(&points, stroke, 2.0, 2.0));
        }
        for (index, points) in self.ours.iter().enumerate() {
            let colour = line_colour(theme, index, count);
            let points: Vec<_> = points.iter().copied().map(at).collect();
            if self.dots {
                let dot = |point: &_| Shape::circle_filled(*point, 1.0, colour);
                clipped.extend(points.iter().take(200).map(dot));
            } else {
                clipped.add(Shape::line(points, Stroke::new(line::MARK, colour)));
            }
        }
    }
}

/// Means of a series by x; of what is drawn sample by sample, the samples.
fn means(pieces: &[Vec<Sample>], series: usize, mark: Mark) -> Vec<(f64, f64)> {
    let samples = pieces.iter().flatten();
    let samples = samples.filter(|sample| sample.series == series && sample.value.is_finite());
    match mark {
        Mark::Scatter => samples.map(|sample| (sample.x, sample.value)).collect(),
        // How many fall where is not told at this size.
        Mark::Histogram(_) => Vec::new(),
        Mark::Line | Mark::Dots | Mark::Image { .. } => {
            let mut sums: BTreeMap<u64, (f64, f64, f64)> = BTreeMap::new();
            for sample in samples {
                let bits = sample.x.to_bits();
                // Bits in the order of the numbers, those below zero as well.
                let order = if sample.x.is_sign_negative() {
                    !bits
                } else {
                    bits | 1 << 63
                };
                let (_, sum, count) = sums.entry(order).or_insert((sample.x, 0.0, 0.0));
                *sum += sample.value;
                *count += 1.0;
            }
            let mean = |(x, sum, count): (f64, f64, f64)| (x, sum / count);
            sums.into_values().map(mean).collect()
        }
    }
}
