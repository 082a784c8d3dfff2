//! A diagram of a figure: ours in full, the published values as open circles on a thin dashed line.

use eframe::egui::{Color32, Label, Rect, Sense, Ui, WidgetInfo, accesskit::Role, vec2};
use egui_plot::{FilledArea, HLine, LineStyle, MarkerShape, PlotPoints, PlotUi, Points};

use super::line_colour;
use crate::{
    app::{
        paint::sequential,
        panels::{self, PlotAxis, small},
        theme::{Theme, line, space::AXIS},
        widgets::{Below, HeatMap},
    },
    figures,
    labs::figures::{Figures, Line},
    texts,
};
use chickadee_engine::base::StateHash;
use chickadee_figures::{Axis, Mark, Panel, Point};

/// Series that are named.
const NAMED: usize = 16;

pub(super) fn show(ui: &mut Ui, theme: &Theme, lab: &Figures, panel: usize) {
    let Some(about) = lab.recomputation().panels().get(panel) else {
        return;
    };
    ui.spacing_mut().item_spacing.y = 2.0;
    let title = about.title.as_str();
    ui.add(Label::new(small(theme, title).color(theme.text)).truncate())
        .on_hover_text(title);
    if let Mark::Image { columns } = about.mark {
        image(ui, theme, lab, (panel, about), columns);
        return;
    }
    let count = about.series.len();
    let curves: Vec<Curve> = (0..count)
        .filter_map(|series| Curve::new(theme, lab, (panel, about), series))
        .collect();
    legend(ui, theme, &curves);
    plot(ui, theme, about, curves);
}

/// The names of the lines, in their colours.
fn legend(ui: &mut Ui, theme: &Theme, curves: &[Curve]) {
    let named = curves.iter().filter(|curve| !curve.name.is_empty());
    if named.clone().next().is_none() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(8.0, 0.0);
        for curve in named.take(NAMED) {
            ui.label(small(theme, &curve.name).color(curve.colour));
        }
    });
}

/// A series as it is drawn.
struct Curve {
    name: String,
    colour: Color32,
    /// (x, mean, low, high).
    points: Vec<[f64; 4]>,
    dots: Vec<[f64; 2]>,
    published: Vec<[f64; 2]>,
    /// Others that share the diagram.
    count: usize,
}

impl Curve {
    fn new(
        theme: &Theme,
        lab: &Figures,
        (panel, about): (usize, &Panel),
        series: usize,
    ) -> Option<Self> {
        let Line { points, dots, .. } = lab.line(panel, series)?;
        let series_of = &about.series[series];
        let count = about.series.len();
        let row = |p: &Point| [p.x, p.mean, p.interval[0], p.interval[1]];
        let points: Vec<[f64; 4]> = match about.mark {
            Mark::Histogram(classes) if !dots.is_empty() => {
                let values: Vec<f64> = dots.iter().map(|[_, value]| *value).collect();
                let counts = figures::histogram(&values, classes);
                counts.iter().map(row).collect()
            }
            Mark::Scatter | Mark::Histogram(_) => Vec::new(),
            _ => points.iter().map(row).collect(),
        };
        let dots = match about.mark {
            Mark::Scatter => dots.clone(),
            _ => Vec::new(),
        };
        let published = series_of.published.points.iter();
        Some(Self {
            name: series_of.name.clone(),
            colour: line_colour(theme, series, count),
            points,
            dots,
            published: published.map(|&(x, y)| [x, y]).collect(),
            count,
        })
    }

    /// Everything that has to be in view.
    fn extent(&self) -> impl Iterator<Item = [f64; 2]> + '_ {
        let ends = self.points.iter();
        let ends = ends.flat_map(|&[x, mean, low, high]| [[x, mean], [x, low], [x, high]]);
        let pairs = self.dots.iter().chain(&self.published).copied();
        ends.chain(pairs)
    }

    fn draw(&self, plot: &mut PlotUi<'_>, mark: Mark) {
        let (name, colour) = (self.name.as_str(), self.colour);
        let means: Vec<[f64; 2]> = self.points.iter().map(|&[x, mean, ..]| [x, mean]).collect();
        if mark == Mark::Line && !self.points.is_empty() {
            let column = |at: usize| self.points.iter().map(|p| p[at]).collect::<Vec<f64>>();
            // Many bands over each other would hide the lines.
            let share = if self.count > 4 { 0.12 } else { 0.22 };
            let band = FilledArea::new(name, &column(0), &column(2), &column(3));
            plot.add(
                band.fill_color(colour.gamma_multiply(share))
                    .allow_hover(false),
            );
        }
        if mark == Mark::Dots {
            for &[x, _, low, high] in &self.points {
                let bar = egui_plot::Line::new(name, PlotPoints::from(vec![[x, low], [x, high]]));
                plot.line(bar.color(colour).width(line::THIN).allow_hover(false));
            }
        }
        let faint = colour.gamma_multiply(0.75);
        let ghost = egui_plot::Line::new(name, PlotPoints::from(self.published.clone()));
        let ghost = ghost.style(LineStyle::Dashed { length: 3.0 });
        plot.line(ghost.color(faint).width(line::THIN).allow_hover(false));
        if matches!(mark, Mark::Line | Mark::Histogram(_)) {
            let line = egui_plot::Line::new(name, PlotPoints::from(means.clone()));
            plot.line(line.color(colour).width(2.0).allow_hover(false));
        }
        let circles = |name: &str, at: Vec<[f64; 2]>, radius: f32| {
            let points = Points::new(name.to_owned(), PlotPoints::from(at));
            points.shape(MarkerShape::Circle).radius(radius)
        };
        let published = texts::figures::PublishedOf { name }.to_string();
        let open = circles(&published, self.published.clone(), 3.5);
        plot.points(open.filled(false).color(faint));
        let radius = if mark == Mark::Dots { 3.0 } else { 2.0 };
        if !matches!(mark, Mark::Histogram(_)) {
            plot.points(circles(name, means, radius).color(colour));
        }
        plot.points(circles(name, self.dots.clone(), 1.2).color(colour));
    }
}

fn plot(ui: &mut Ui, theme: &Theme, about: &Panel, curves: Vec<Curve>) {
    let extent = |at: usize| curves.iter().flat_map(Curve::extent).map(move |p| p[at]);
    let x = about
        .x
        .range
        .unwrap_or_else(|| figures::bounds(extent(0), false));
    let y = about
        .y
        .range
        .unwrap_or_else(|| figures::bounds(extent(1).chain(about.threshold), true));
    let (name, mark, threshold) = (about.title.clone(), about.mark, about.threshold);
    let (faint, [low, high], [bottom, top]) = (theme.faint, x, y);
    let axes = [axis(&about.x, x), axis(&about.y, y)];
    let drawn = panels::plot_with(ui, theme, &name, axes).show(ui, move |plot| {
        // A line along an edge is to be seen whole.
        let (across, up) = (0.03 * (high - low), 0.04 * (top - bottom));
        plot.set_plot_bounds_x(low - across..=high + across);
        plot.set_plot_bounds_y(bottom - up..=top + up);
        if let Some(threshold) = threshold {
            let line = HLine::new("", threshold).color(faint).width(line::THIN);
            plot.hline(line.style(LineStyle::dashed_dense()).allow_hover(false));
        }
        for curve in &curves {
            curve.draw(plot, mark);
        }
    });
    let response = drawn.response;
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
}

/// The marks of an axis: those that the figure names, or round numbers.
fn axis(about: &Axis, [from, to]: [f64; 2]) -> PlotAxis {
    let marks = if about.ticks.is_empty() {
        let numbers = figures::round_numbers(from, to).into_iter();
        numbers.map(|at| (at, figures::plain(at))).collect()
    } else {
        about.ticks.clone()
    };
    PlotAxis {
        name: about.label.clone(),
        marks,
    }
}

/// A matrix as an image, the first row on top.
fn image(
    ui: &mut Ui,
    theme: &Theme,
    lab: &Figures,
    (panel, about): (usize, &Panel),
    columns: usize,
) {
    let room = panels::take(ui, ui.available_height());
    let area = Rect::from_min_max(room.min + vec2(20.0, 2.0), room.max - vec2(6.0, AXIS + 2.0));
    let points = lab.line(panel, 0).map_or(&[][..], |line| &line.points);
    if !area.is_positive() || points.is_empty() {
        let nothing = small(theme, texts::figures::not_yet());
        ui.place(room.shrink(4.0), Label::new(nothing));
        return;
    }
    let [least, most] = figures::bounds(points.iter().map(|point| point.mean), false);
    let mut key = StateHash::default();
    key.integer(u64::from(theme.dark))
        .text(&about.title)
        .integer(lab.done() as u64);
    for point in points {
        key.number(point.mean);
    }
    let heat = HeatMap {
        name: about.title.clone(),
        id: &about.title,
        cells: [columns, points.len() / columns.max(1)],
        key: key.finish(),
        sense: Sense::hover(),
        left: &about.y.label,
        below: Below::Text(&about.x.label),
        ..HeatMap::default()
    };
    let drawn = heat.show(ui, theme, area, || {
        let part = |mean: f64| ((mean - least) / (most - least)) as f32;
        points
            .iter()
            .map(|point| sequential(part(point.mean)))
            .collect()
    });
    let value = |[column, row]: [usize; 2]| points.get(row * columns + column);
    if let Some(point) = drawn.cell.and_then(value) {
        let text = format!("{:.3}", point.mean);
        drawn.response.on_hover_text(text);
    }
}
