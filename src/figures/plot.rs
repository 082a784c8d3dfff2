//! A recomputation as a drawing for print: SVG, black on white.
//!
//! Means are lines or dots with their intervals as bands or bars; published values are open circles joined by a thin dashed line in the
//! same colour.

use std::ops::Range;

use chickadee_figures::{Axis, Mark, Panel, Point, Recomputation};
use plotters::{
    chart::{ChartBuilder, ChartContext},
    coord::{
        Shift,
        ranged1d::{DefaultFormatting, KeyPointHint, Ranged},
        types::RangedCoordf64,
    },
    drawing::{DrawingArea, IntoDrawingArea as _},
    element::{Circle, PathElement, Polygon, Rectangle, Text},
    prelude::{Cartesian2d, DashedLineSeries, LineSeries, SVGBackend},
    style::{BLACK, Color as _, IntoFont as _, RGBColor, WHITE},
};

use super::colours;

/// Width and height of a panel, in points.
const PANEL: (u32, u32) = (500, 340);
/// Width of a legend beside a panel: what precedes the names, and a letter.
const LEGEND: [i32; 2] = [32, 7];
/// Letters of a name that a legend has room for.
const MOST_LETTERS: usize = 22;
/// Panels beside each other, at most.
const COLUMNS: usize = 3;
/// Height of the line above all panels.
const HEAD: u32 = 34;
/// The font of everything; whoever draws takes what they have of the kind.
const FONT: &str = "sans-serif";
/// Classes of a colour in an image: enough for the eye, and neighbours of one class are one rectangle.
const SHADES: f64 = 64.0;
/// Published values of a line from which on they are joined: between fewer of them it would be guessed.
const JOINED: usize = 6;
/// Series that a legend names.
const NAMED: usize = 16;

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Ticked, Ticked>>;
type Drawn = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// The drawing of all panels, with a title above.
///
/// # Errors
/// When it cannot be drawn: one sentence.
pub fn svg(recomputation: &Recomputation, title: &str) -> Result<String, String> {
    let count = recomputation.panels().len().max(1);
    let columns = count.min(COLUMNS);
    let rows = count.div_ceil(columns);
    let size = (PANEL.0 * columns as u32, PANEL.1 * rows as u32 + HEAD);
    let mut text = String::new();
    let drawn = draw(recomputation, title, (rows, columns), size, &mut text);
    drawn.map_err(|error| error.to_string())?;
    Ok(text)
}

fn draw(
    recomputation: &Recomputation,
    title: &str,
    grid: (usize, usize),
    size: (u32, u32),
    text: &mut String,
) -> Drawn {
    let root = SVGBackend::with_string(text, size).into_drawing_area();
    root.fill(&WHITE)?;
    // A letter is about half as wide as it is high.
    let widest = 2.0 * f64::from(size.0 - 20) / title.chars().count().max(1) as f64;
    let root = root.titled(title, (FONT, widest.min(19.0)))?;
    for (panel, area) in root.split_evenly(grid).iter().enumerate() {
        if let Some(about) = recomputation.panels().get(panel) {
            draw_panel(recomputation, panel, about, area)?;
        }
    }
    root.present()?;
    Ok(())
}

/// What is drawn of a series.
struct Line<'a> {
    name: &'a str,
    colour: RGBColor,
    points: Vec<Point>,
    /// Every sample, where each is drawn.
    dots: Vec<(f64, f64)>,
    published: &'a [(f64, f64)],
}

fn draw_panel(
    recomputation: &Recomputation,
    panel: usize,
    about: &Panel,
    area: &DrawingArea<SVGBackend<'_>, Shift>,
) -> Drawn {
    let count = about.series.len();
    let lines: Vec<Line<'_>> = about
        .series
        .iter()
        .enumerate()
        .map(|(series, line)| {
            let [red, green, blue] = colours::line(series, count);
            let samples = || {
                recomputation
                    .samples(panel, series)
                    .map(|(_, s)| (s.x, s.value))
                    .filter(|(_, y)| y.is_finite())
            };
            let (points, dots) = match about.mark {
                Mark::Scatter => (Vec::new(), samples().collect()),
                Mark::Histogram(classes) => (
                    histogram(&samples().map(|(_, y)| y).collect::<Vec<_>>(), classes),
                    Vec::new(),
                ),
                _ => (recomputation.points(panel, series), Vec::new()),
            };
            Line {
                name: &line.name,
                colour: RGBColor(red, green, blue),
                points,
                dots,
                published: &line.published.points,
            }
        })
        .collect();
    if let Mark::Image { columns } = about.mark {
        let values: Vec<f64> = lines
            .iter()
            .flat_map(|line| &line.points)
            .map(|point| point.mean)
            .collect();
        let rows = values.len() / columns.max(1);
        let x = about.x.range.unwrap_or([0.0, columns as f64]);
        let y = about.y.range.unwrap_or([0.0, rows.max(1) as f64]);
        // The first row is on top.
        let mut chart = chart(about, area, x, [y[1], y[0]])?;
        return draw_image(&mut chart, &values, columns, (x, y));
    }
    let points = || lines.iter().flat_map(|line| &line.points);
    let pairs = || {
        lines
            .iter()
            .flat_map(|line| line.dots.iter().chain(line.published))
    };
    let x = bounds(points().map(|p| p.x).chain(pairs().map(|(x, _)| *x)), false);
    let y = bounds(
        points()
            .flat_map(|p| [p.interval[0], p.interval[1], p.mean])
            .chain(pairs().map(|(_, y)| *y))
            .chain(about.threshold),
        about.y.range.is_none(),
    );
    let longest = lines.iter().map(|line| line.name.chars().count()).max();
    let [begin, letter] = LEGEND;
    let width = match longest {
        None | Some(0) => 0,
        Some(letters) => begin + letter * letters.min(MOST_LETTERS) as i32,
    };
    let (area, legend) = area.split_horizontally(PANEL.0 as i32 - width);
    let mut chart = chart(
        about,
        &area,
        about.x.range.unwrap_or(x),
        about.y.range.unwrap_or(y),
    )?;
    if let Some(threshold) = about.threshold {
        let [from, to] = about.x.range.unwrap_or(x);
        let line = [(from, threshold), (to, threshold)];
        chart.draw_series(DashedLineSeries::new(
            line,
            4,
            4,
            BLACK.mix(0.5).stroke_width(1),
        ))?;
    }
    for line in &lines {
        draw_interval(&mut chart, about.mark, line, count)?;
    }
    for line in &lines {
        draw_line(&mut chart, about.mark, line)?;
    }
    draw_legend(&legend, &lines)
}

/// The names of lines, below each other.
fn draw_legend(area: &DrawingArea<SVGBackend<'_>, Shift>, lines: &[Line<'_>]) -> Drawn {
    /// Between two names, and from the top.
    const STEP: i32 = 19;
    const TOP: i32 = 46;
    let named = lines.iter().filter(|line| !line.name.is_empty());
    for (line, y) in named.take(NAMED).zip((TOP..).step_by(STEP as usize)) {
        let stroke = line.colour.stroke_width(2);
        area.draw(&PathElement::new([(4, y), (20, y)], stroke))?;
        let font = (FONT, 13).into_font();
        area.draw(&Text::new(line.name, (26, y - 7), font))?;
    }
    Ok(())
}

/// An empty chart with its axes.
fn chart<'a, 'b>(
    about: &Panel,
    area: &'a DrawingArea<SVGBackend<'b>, Shift>,
    x: [f64; 2],
    y: [f64; 2],
) -> Result<Chart<'a, 'b>, Box<dyn std::error::Error + Send + Sync>> {
    let mut builder = ChartBuilder::on(area);
    let builder = builder
        .margin(12)
        .caption(&about.title, (FONT, 16))
        .x_label_area_size(44)
        .y_label_area_size(58);
    let mut chart = builder.build_cartesian_2d(axis(&about.x, x), axis(&about.y, y))?;
    let name = |axis: &Axis, at: f64| axis.name_of(at).unwrap_or_else(|| plain(at));
    chart
        .configure_mesh()
        .disable_mesh()
        .x_label_formatter(&|at| name(&about.x, *at))
        .y_label_formatter(&|at| name(&about.y, *at))
        .x_desc(&about.x.label)
        .y_desc(&about.y.label)
        .axis_desc_style((FONT, 15))
        .label_style((FONT, 13))
        .draw()?;
    Ok(chart)
}

/// A linear axis with ticks at given numbers.
struct Ticked {
    range: RangedCoordf64,
    ticks: Vec<f64>,
}

impl Ranged for Ticked {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.range.map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.range.range()
    }
}

/// An axis over a range with its ticks.
fn axis(about: &Axis, [from, to]: [f64; 2]) -> Ticked {
    let ticks = if about.ticks.is_empty() {
        round_numbers(from.min(to), from.max(to))
    } else {
        about.ticks.iter().map(|(at, _)| *at).collect()
    };
    let range = (from..to).into();
    Ticked { range, ticks }
}

/// How sure the means of a line are.
fn draw_interval(chart: &mut Chart<'_, '_>, mark: Mark, line: &Line<'_>, count: usize) -> Drawn {
    let (colour, points) = (line.colour, &line.points);
    match mark {
        Mark::Line => {
            let low = points.iter().map(|p| (p.x, p.interval[0]));
            let high = points.iter().rev().map(|p| (p.x, p.interval[1]));
            let band: Vec<(f64, f64)> = low.chain(high).collect();
            // Many bands over each other would hide the lines.
            let share = if count > 4 { 0.12 } else { 0.22 };
            chart.draw_series([Polygon::new(band, colour.mix(share).filled())])?;
        }
        Mark::Dots => {
            let bar = |p: &Point| {
                let ends = p.interval.map(|end| (p.x, end));
                PathElement::new(ends, colour.stroke_width(1))
            };
            chart.draw_series(points.iter().map(bar))?;
        }
        Mark::Scatter | Mark::Histogram(_) | Mark::Image { .. } => {}
    }
    Ok(())
}

/// The means or samples of a line, and what was published of it.
fn draw_line(chart: &mut Chart<'_, '_>, mark: Mark, line: &Line<'_>) -> Drawn {
    let colour = line.colour;
    let means = || line.points.iter().map(|p| (p.x, p.mean));
    if matches!(mark, Mark::Line | Mark::Histogram(_)) {
        chart.draw_series(LineSeries::new(means(), colour.stroke_width(2)))?;
    }
    let dot = |at, size| Circle::new(at, size, colour.filled());
    match mark {
        Mark::Line => chart.draw_series(means().map(|at| dot(at, 2)))?,
        Mark::Dots => chart.draw_series(means().map(|at| dot(at, 3)))?,
        _ => chart.draw_series(line.dots.iter().map(|at| dot(*at, 1)))?,
    };
    let published = line.published.iter().copied();
    if line.published.len() >= JOINED {
        let thin = colour.mix(0.7).stroke_width(1);
        chart.draw_series(DashedLineSeries::new(published.clone(), 2, 3, thin))?;
    }
    chart.draw_series(published.map(|at| Circle::new(at, 4, colour.stroke_width(1))))?;
    Ok(())
}

/// An image over two ranges, row by row from the top; dark is much.
fn draw_image(
    chart: &mut Chart<'_, '_>,
    values: &[f64],
    columns: usize,
    (x, y): ([f64; 2], [f64; 2]),
) -> Drawn {
    let [least, most] = bounds(values.iter().copied(), false);
    let shade = |value: f64| ((value - least) / (most - least) * SHADES).round();
    let columns = columns.max(1);
    let rows = values.len() / columns;
    let at = |[from, to]: [f64; 2], entry: usize, of: usize| {
        from + entry as f64 / of as f64 * (to - from)
    };
    for (row, values) in values.chunks_exact(columns).enumerate() {
        let (top, bottom) = (at(y, row, rows), at(y, row + 1, rows));
        let mut column = 0;
        // Neighbours of one shade are one rectangle.
        let equal = values.chunk_by(|a, b| shade(*a) == shade(*b));
        let rectangles = equal.filter_map(|equal| {
            let from = at(x, column, columns);
            column += equal.len();
            let shade = shade(equal[0]);
            if shade == 0.0 || shade.is_nan() {
                return None;
            }
            let grey = (255.0 * (1.0 - shade / SHADES)) as u8;
            let corners = [(from, bottom), (at(x, column, columns), top)];
            Some(Rectangle::new(corners, RGBColor(grey, grey, grey).filled()))
        });
        chart.draw_series(rectangles)?;
    }
    Ok(())
}

/// How many values fall into each of so many equal classes, at the middle of each.
pub(crate) fn histogram(values: &[f64], classes: usize) -> Vec<Point> {
    let [low, high] = bounds(values.iter().copied(), false);
    let width = (high - low) / classes.max(1) as f64;
    let mut counts = vec![0.0; classes.max(1)];
    for value in values {
        let class = ((value - low) / width) as usize;
        counts[class.min(classes.max(1) - 1)] += 1.0;
    }
    let class = |(class, count): (usize, f64)| Point {
        x: low + (class as f64 + 0.5) * width,
        mean: count,
        interval: [count; 2],
        runs: values.len(),
    };
    counts.into_iter().enumerate().map(class).collect()
}

/// The least and the greatest of some values, never the same; with some air, where wanted.
pub(crate) fn bounds(values: impl Iterator<Item = f64>, air: bool) -> [f64; 2] {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values.filter(|value| value.is_finite()) {
        low = low.min(value);
        high = high.max(value);
    }
    if low > high {
        return [0.0, 1.0];
    }
    if low == high {
        return [low - 0.5, high + 0.5];
    }
    let air = if air { 0.05 * (high - low) } else { 0.0 };
    [low - air, high + air]
}

/// Round numbers in a range: three to seven of them.
pub(crate) fn round_numbers(from: f64, to: f64) -> Vec<f64> {
    let rough = (to - from) / 5.0;
    let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let step = steps
        .into_iter()
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(rough);
    let first = libm::ceil(from / step - 1e-9);
    (0..)
        .map(|n| (first + f64::from(n)) * step)
        .take_while(|at| *at <= to + 1e-9 * step)
        .collect()
}

/// A number of an axis without the noise of its last digits.
pub(crate) fn plain(number: f64) -> String {
    let text = format!("{number:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.replace('-', "−")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chickadee_figures::{FIGURES, Sample, Settings};

    #[test]
    fn ticks_are_round() {
        assert_eq!(
            round_numbers(0.0, 1.0),
            [0.0, 0.2, 0.4, 0.600_000_000_000_000_1, 0.8, 1.0]
        );
        assert_eq!(round_numbers(-3.0, 12.0), [0.0, 5.0, 10.0]);
        assert_eq!(plain(0.600_000_000_000_000_1), "0.6");
        assert_eq!(plain(-0.5), "−0.5");
        let bars: Vec<f64> = histogram(&[0.0, 0.1, 0.9, 1.0], 2)
            .iter()
            .map(|p| p.mean)
            .collect();
        assert_eq!(bars, [2.0, 2.0]);
    }

    /// Every figure is drawn, with nothing computed and with some numbers, and names its axes.
    #[test]
    fn every_figure_is_a_drawing() {
        for figure in FIGURES {
            let settings = Settings::published(figure);
            let mut recomputation = Recomputation::new(figure, settings);
            let empty = svg(&recomputation, figure.title).unwrap();
            let lines: usize = recomputation
                .panels()
                .iter()
                .map(|panel| panel.series.len())
                .sum();
            let samples = (0..lines).flat_map(|series| {
                (0..40).map(move |n| Sample::new(series, f64::from(n), f64::from(n % 7) / 7.0))
            });
            recomputation.put(0, samples.collect());
            let full = svg(&recomputation, figure.title).unwrap();
            assert!(full.len() > empty.len(), "{}", figure.id);
            for panel in recomputation.panels() {
                for words in [&panel.x.label, &panel.y.label] {
                    let escaped = words
                        .replace('&', "&amp;")
                        .replace('<', "&lt;")
                        .replace('>', "&gt;");
                    assert!(full.contains(&escaped), "{}: {words}", figure.id);
                }
            }
        }
    }
}
