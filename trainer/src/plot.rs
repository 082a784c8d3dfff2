//! The learning curve of a run, drawn from its log.

use std::path::Path;

use plotters::prelude::*;
use serde::Deserialize;

type Failure = Box<dyn std::error::Error>;

/// The fields of a line of the log that the plot needs.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "lessons")]
    examples: u64,
    stage: usize,
    train: Train,
    held_out: HeldOut,
}

#[derive(Deserialize)]
struct Train {
    loss: f64,
}

#[derive(Deserialize)]
struct HeldOut {
    loss: f64,
    before: f64,
    after: f64,
    after_third: f64,
}

// Blue, vermilion, green, purple: told apart by all readers.
const BLUE: RGBColor = RGBColor(0, 114, 178);
const VERMILION: RGBColor = RGBColor(213, 94, 0);
const GREEN: RGBColor = RGBColor(0, 158, 115);
const PURPLE: RGBColor = RGBColor(204, 121, 167);

/// Draws `log` (JSON lines) into `svg`: losses above, accuracies on held-out goals below, stages as grey lines.
///
/// # Errors
/// When a file cannot be read or written.
pub fn plot(log: &Path, svg: &Path) -> Result<(), Failure> {
    let text = std::fs::read_to_string(log)?;
    let lines: Vec<Line> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let end = lines.last().map_or(1.0, |line| line.examples as f64);
    let highest = lines
        .iter()
        .map(|l| l.train.loss.max(l.held_out.loss))
        .fold(0.1, f64::max);
    let root = SVGBackend::new(svg, (900, 640)).into_drawing_area();
    root.fill(&WHITE)?;
    let (upper, lower) = root.split_vertically(320);
    let stages: Vec<f64> = lines
        .windows(2)
        .filter(|w| w[0].stage != w[1].stage)
        .map(|w| w[1].examples as f64)
        .collect();
    type Curve = (&'static str, RGBColor, fn(&Line) -> f64);
    let losses: &[Curve] = &[
        ("training", BLUE, |l| l.train.loss),
        ("held-out goals", VERMILION, |l| l.held_out.loss),
    ];
    let accuracies: &[Curve] = &[
        ("before the first reward", PURPLE, |l| l.held_out.before),
        ("after it", VERMILION, |l| l.held_out.after),
        ("after the third", GREEN, |l| l.held_out.after_third),
    ];
    for (area, title, top, curves) in [
        (&upper, "Cross-entropy, nats", highest, losses),
        (&lower, "Accuracy on held-out goals", 1.0, accuracies),
    ] {
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .caption(title, ("sans-serif", 16))
            .x_label_area_size(34)
            .y_label_area_size(44)
            .build_cartesian_2d(0.0..end, 0.0..top)?;
        chart
            .configure_mesh()
            .x_desc("Contexts seen")
            .light_line_style(WHITE)
            .draw()?;
        for &stage in &stages {
            chart.draw_series([PathElement::new(
                vec![(stage, 0.0), (stage, top)],
                BLACK.mix(0.3),
            )])?;
        }
        for &(name, colour, value) in curves {
            chart
                .draw_series(LineSeries::new(
                    lines.iter().map(|l| (l.examples as f64, value(l))),
                    colour.stroke_width(2),
                ))?
                .label(name)
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2))
                });
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::MiddleRight)
            .border_style(BLACK.mix(0.2))
            .draw()?;
    }
    root.present()?;
    Ok(())
}
