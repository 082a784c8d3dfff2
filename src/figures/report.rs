use chickadee_figures::{Mark, Panel, Recomputation, Value};
use serde_json::{Value as Json, json};

use super::samples::finite;
use crate::{
    session::csv::{cell, number},
    texts,
};

/// What a value is called: panel, line, and where on the x axis.
#[must_use]
pub fn value_name(panels: &[Panel], value: &Value) -> String {
    let panel = &panels[value.panel];
    let series = &panel.series[value.series].name;
    let (title, axis) = (&panel.title, &panel.x.label);
    let x = &panel
        .x
        .name_of(value.x)
        .unwrap_or_else(|| value.x.to_string());
    if series.is_empty() {
        texts::figure::ValueOf { title, axis, x }.to_string()
    } else {
        texts::figure::ValueOfSeries {
            title,
            series,
            axis,
            x,
        }
        .to_string()
    }
}

/// What a drawing of a recomputation is called.
#[must_use]
pub fn drawing_title(recomputation: &Recomputation) -> String {
    let (figure, settings) = (recomputation.figure(), recomputation.settings());
    let title = texts::figure::Drawing {
        figure: figure.name,
        title: figure.title,
        units: settings.units,
        seeds: settings.seeds,
    };
    title.to_string()
}

/// A recomputation as JSON. `seconds` is the time that it took.
#[must_use]
pub fn report(recomputation: &Recomputation, seconds: Option<f64>) -> Json {
    let figure = recomputation.figure();
    let settings = recomputation.settings();
    let values = recomputation.values();
    let value = |value: &Value| {
        let ours = value.ours.map(|point| finite(point.mean));
        let ours_error = value.ours.map(|point| point.interval.map(finite));
        json!({
            "name": value_name(recomputation.panels(), value),
            "published": value.published,
            "published_error": value.published_interval,
            "ours": ours,
            "ours_error": ours_error,
            "runs": value.ours.map_or(0, |point| point.runs),
            "verdict": value.verdict,
        })
    };
    json!({
        "id": figure.id,
        "figure": figure.name,
        "title": figure.title,
        "question": figure.question,
        "seeds": settings.seeds,
        "units": settings.units,
        "as_published": settings.as_published,
        "quirk": figure.quirk,
        "findings": figure.findings,
        "pieces": recomputation.pieces(),
        "done": recomputation.done(),
        "seconds": seconds,
        "link": figure.link,
        "values": values.iter().map(value).collect::<Vec<_>>(),
    })
}

/// A recomputation as CSV: one row a point of a series, published or ours; where it is on the x axis, what that is called there, and
/// the axis with its unit.
#[must_use]
pub fn table(recomputation: &Recomputation) -> String {
    const COLUMNS: [&str; 14] = [
        "figure",
        "seeds",
        "units",
        "panel",
        "series",
        "x",
        "x_name",
        "x_axis",
        "mean",
        "low",
        "high",
        "runs",
        "published",
        "verdict",
    ];
    let mut text = COLUMNS.join(",") + "\n";
    let settings = recomputation.settings();
    let values = recomputation.values();
    for (panel, about) in recomputation.panels().iter().enumerate() {
        for (series, line) in about.series.iter().enumerate() {
            let mut points: Vec<(f64, [String; 4])> = Vec::new();
            if about.mark == Mark::Scatter {
                for (_, sample) in recomputation.samples(panel, series) {
                    let nothing = String::new();
                    let cells = [
                        number(sample.value),
                        nothing.clone(),
                        nothing.clone(),
                        nothing,
                    ];
                    points.push((sample.x, cells));
                }
            } else {
                for point in recomputation.points(panel, series) {
                    let [low, high] = point.interval;
                    let cells = [
                        number(point.mean),
                        number(low),
                        number(high),
                        point.runs.to_string(),
                    ];
                    points.push((point.x, cells));
                }
            }
            let published = |x: f64| {
                let here = |value: &&Value| {
                    (value.panel, value.series) == (panel, series) && (value.x - x).abs() < 1e-6
                };
                values.iter().find(here)
            };
            // Published values that there is nothing of ours beside yet.
            for value in &values {
                let here = (value.panel, value.series) == (panel, series) && value.ours.is_none();
                if here {
                    points.push((value.x, Default::default()));
                }
            }
            for (x, cells) in points {
                let beside = published(x);
                let verdict = beside.and_then(|value| value.verdict);
                let row = [
                    recomputation.figure().id.to_owned(),
                    settings.seeds.to_string(),
                    settings.units.to_string(),
                    cell(about.title.clone()),
                    cell(line.name.clone()),
                    number(x),
                    cell(about.x.name_of(x).unwrap_or_else(|| x.to_string())),
                    cell(about.x.label.clone()),
                ];
                let last = [
                    beside.map_or_else(String::new, |value| number(value.published)),
                    verdict.map_or_else(String::new, |verdict| {
                        json!(verdict).as_str().unwrap_or_default().to_owned()
                    }),
                ];
                text += &row
                    .into_iter()
                    .chain(cells)
                    .chain(last)
                    .collect::<Vec<_>>()
                    .join(",");
                text.push('\n');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use chickadee_figures::FIGURES;

    use crate::session::Workbench;

    /// Whoever clicks a figure comes to a lab, and nothing in the link is not understood.
    #[test]
    fn links_of_figures_are_understood() {
        for figure in FIGURES {
            let lab = Workbench::from_link(figure.link).unwrap();
            assert_eq!(
                lab.messages(),
                &[] as &[String],
                "{}: {}",
                figure.id,
                figure.link
            );
            // Not only the lab's name.
            assert!(
                figure.link.contains('&') || figure.link.contains("scene="),
                "{}",
                figure.id
            );
        }
    }
}
