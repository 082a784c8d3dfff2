//! The published values, ours beside them, and how they compare.

use eframe::egui::{Color32, Grid, Label, RichText, ScrollArea, Ui};

use super::View;
use crate::{
    app::{panels::small, shell::Shell, theme::Theme, widgets::scroll},
    labs::figures::Figures,
    texts,
};
use chickadee_figures::{Axis, Value, Verdict, Verdicts};

pub(super) fn show(ui: &mut Ui, shell: &mut Shell<'_>, lab: &Figures, _view: &mut View) {
    let theme = *shell.theme;
    let verdicts = lab.verdicts();
    if verdicts == Verdicts::default() {
        ui.label(small(&theme, texts::figures::no_values()));
        return;
    }
    let Verdicts {
        inside,
        reading,
        undecided,
        outside,
        open,
    } = verdicts;
    let sum = texts::figures::VerdictsAre {
        inside,
        reading,
        undecided,
        outside,
        open,
    };
    ui.add(Label::new(small(&theme, sum.to_string())).wrap())
        .on_hover_text(texts::figures::verdict_rule());
    let panels = lab.recomputation().panels();
    scroll(ui, ScrollArea::both().auto_shrink(false), |ui| {
        for finding in lab.figure().findings {
            ui.add(Label::new(small(&theme, *finding)).wrap());
            ui.add_space(4.0);
        }
        for (panel, about) in panels.iter().enumerate() {
            for (series, line) in about.series.iter().enumerate() {
                let values = lab.line(panel, series).map_or(&[][..], |line| &line.values);
                if values.is_empty() {
                    continue;
                }
                let title = if line.name.is_empty() {
                    about.title.clone()
                } else {
                    let (title, series) = (about.title.as_str(), line.name.as_str());
                    texts::figures::SeriesOf { title, series }.to_string()
                };
                ui.add(Label::new(RichText::new(title).strong()).truncate());
                table(ui, &theme, &about.x, (panel, series), values);
                ui.add_space(8.0);
            }
        }
    });
}

/// Width of the head of the first column, in points.
const WIDEST_HEAD: f32 = 56.0;

fn table(ui: &mut Ui, theme: &Theme, x: &Axis, place: (usize, usize), values: &[Value]) {
    let grid = Grid::new(place).num_columns(4).spacing([8.0, 2.0]);
    grid.striped(true).show(ui, |ui| {
        ui.scope(|ui| {
            // Some axes have long names; the numbers below have not.
            ui.set_max_width(WIDEST_HEAD * theme.scale);
            ui.add(Label::new(small(theme, short(&x.label))).truncate());
        });
        for head in [
            texts::figures::published(),
            texts::figures::ours(),
            texts::figures::verdict(),
        ] {
            ui.label(small(theme, head));
        }
        ui.end_row();
        for value in values {
            ui.label(x.name_of(value.x).unwrap_or_else(|| number(value.x)));
            ui.label(number(value.published))
                .on_hover_text(interval(value.published_interval));
            match value.ours {
                Some(ours) => {
                    let [low, high] = ours.interval;
                    let text = texts::figures::OursAre {
                        mean: number(ours.mean),
                        low: number(low),
                        high: number(high),
                    };
                    let runs = texts::figures::OfRuns { runs: ours.runs };
                    ui.label(text.to_string()).on_hover_text(runs.to_string());
                }
                None => {
                    ui.label(small(theme, "–"));
                }
            }
            let (text, colour) = verdict(theme, value.verdict);
            ui.label(RichText::new(text).color(colour));
            ui.end_row();
        }
    });
}

/// What a published value may be.
fn interval(ends: [f64; 2]) -> String {
    let [low, high] = ends.map(number);
    texts::figures::IntervalIs { low, high }.to_string()
}

/// The words before a bracket: a unit has no room in a table's head.
fn short(label: &str) -> &str {
    label.split_once(" (").map_or(label, |(name, _)| name)
}

fn verdict(theme: &Theme, verdict: Option<Verdict>) -> (&'static str, Color32) {
    match verdict {
        Some(Verdict::Inside) => (texts::figure::inside(), theme.policy),
        Some(Verdict::WithinReading) => (texts::figures::reading(), theme.seed),
        Some(Verdict::Undecided) => (texts::figure::undecided(), theme.faint),
        Some(Verdict::Outside) => (texts::figure::outside(), theme.barcode),
        None => ("", theme.faint),
    }
}

/// A number with as many decimals as there are digits to be read.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.decimals$}").replace('-', "−")
}
