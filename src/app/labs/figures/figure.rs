//! The figure that is looked at: what it asks, what can be done with it, and its diagrams.

use eframe::egui::{Label, ProgressBar, RichText, ScrollArea, Ui, UiBuilder, vec2};

use super::{View, diagram, time};
use crate::{
    app::{
        panels::small,
        shell::{Request, Shell},
        widgets::{button, scroll},
    },
    figures::{drawing_title, svg},
    labs::figures::{Command, Figures},
    texts,
};

/// Diagrams are no lower than this, in points; where there is less room they scroll.
const LOWEST: f32 = 190.0;
/// Width of a diagram to its height.
const ASPECT: f32 = 1.5;

pub(super) fn show(ui: &mut Ui, shell: &mut Shell<'_>, lab: &Figures, view: &mut View) {
    let seconds = ui.input(|input| input.time);
    view.timing.note(lab, seconds);
    let figure = lab.figure();
    let heading = texts::figures::Heading {
        name: figure.name,
        title: figure.title,
    };
    ui.add(Label::new(RichText::new(heading.to_string()).strong()).wrap());
    ui.add(Label::new(small(shell.theme, figure.question)).wrap());
    if let Some(quirk) = figure.quirk.filter(|_| lab.settings().as_published) {
        ui.add(Label::new(small(shell.theme, quirk)).wrap());
    }
    ui.horizontal_wrapped(|ui| controls(ui, shell, lab));
    progress(ui, shell, lab, view);
    diagrams(ui, shell, lab);
}

fn controls(ui: &mut Ui, shell: &mut Shell<'_>, lab: &Figures) {
    let (text, help) = match (lab.is_running(), lab.done()) {
        (true, _) => ("", ""),
        (_, 0) => (
            texts::figures::recompute(),
            texts::figures::recompute_help(),
        ),
        (_, done) if done < lab.pieces() => (texts::figures::go_on(), texts::figures::go_on_help()),
        _ => ("", ""),
    };
    if !text.is_empty() && button(ui, shell, "recompute", (text, help)) {
        shell.send(Command::Recompute);
    }
    let stop = (texts::figures::stop(), texts::figures::stop_help());
    if lab.is_running() && button(ui, shell, "stop", stop) {
        shell.send(Command::Stop);
    }
    let open = (texts::figures::open_lab(), texts::figures::open_lab_help());
    if button(ui, shell, "open-lab", open) {
        let link = lab.figure().link.to_owned();
        shell.requests.push(Request::Open(link));
    }
    let copy = (texts::shell::copy_link(), texts::shell::copy_link_help());
    if button(ui, shell, "copy-link", copy) {
        let link = shell.options.share_link(&shell.lab.link());
        shell.requests.push(Request::Copy(link));
    }
    let csv = (texts::figures::save_csv(), texts::figures::save_csv_help());
    if button(ui, shell, "save-csv", csv) {
        let table = shell.lab.csv("");
        save(shell, lab, "csv", table);
    }
    let svg = (texts::figures::save_svg(), texts::figures::save_svg_help());
    if button(ui, shell, "save-svg", svg) {
        save(shell, lab, "svg", drawing(lab));
    }
    let png = (texts::figures::save_png(), texts::figures::save_png_help());
    if button(ui, shell, "save-png", png) {
        save(shell, lab, "png", drawing(lab));
    }
}

fn save(shell: &mut Shell<'_>, lab: &Figures, ending: &str, text: Result<String, String>) {
    let name = format!("chickadee-figure-{}.{ending}", lab.figure().id);
    shell.requests.push(match text {
        Ok(text) => Request::Save(name, text),
        Err(error) => Request::Say(error),
    });
}

/// The drawing for print.
fn drawing(lab: &Figures) -> Result<String, String> {
    let recomputation = lab.recomputation();
    svg(recomputation, &drawing_title(recomputation))
}

/// How much is there, and how long the rest takes.
fn progress(ui: &mut Ui, shell: &Shell<'_>, lab: &Figures, view: &View) {
    let (done, pieces) = (lab.done(), lab.pieces());
    let (left, measured) = view.timing.left(lab);
    let time = time::words(left);
    let text = if done == pieces {
        texts::figures::AllPieces { pieces }.to_string()
    } else if measured {
        texts::figures::SomePieces { done, pieces, time }.to_string()
    } else {
        texts::figures::NoPieces { done, pieces, time }.to_string()
    };
    if lab.is_running() {
        let part = done as f32 / pieces.max(1) as f32;
        let bar = ProgressBar::new(part).desired_height(6.0 * shell.theme.scale);
        ui.add(bar.fill(shell.theme.accent));
    }
    ui.add(Label::new(small(shell.theme, text)).wrap());
}

/// All diagrams beside and below each other, so that each is about as high as it is wide.
fn diagrams(ui: &mut Ui, shell: &Shell<'_>, lab: &Figures) {
    let count = lab.recomputation().panels().len();
    if count == 0 {
        return;
    }
    let room = ui.available_size();
    let size = |columns: usize| {
        let rows = count.div_ceil(columns) as f32;
        vec2(room.x / columns as f32, room.y / rows)
    };
    let far = |columns: usize| {
        let size = size(columns);
        let ratio = size.x / size.y.max(1.0) / ASPECT;
        // As much too wide is as bad as too high.
        ratio.max(1.0 / ratio.max(1e-3))
    };
    let columns = (1..=count).min_by(|a, b| far(*a).total_cmp(&far(*b)));
    let columns = columns.unwrap_or(1);
    let cell = size(columns);
    let cell = vec2(cell.x, cell.y.max(LOWEST * shell.theme.scale));
    scroll(ui, ScrollArea::vertical().auto_shrink(false), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for row in 0..count.div_ceil(columns) {
            let rect = take_row(ui, cell.y);
            let width = rect.width() / columns as f32;
            for column in 0..columns.min(count - row * columns) {
                let panel = row * columns + column;
                let left = rect.min.x + width * column as f32;
                let place = rect.with_min_x(left).with_max_x(left + width).shrink(3.0);
                let place = UiBuilder::new().max_rect(place).id_salt(panel);
                ui.scope_builder(place, |ui| diagram::show(ui, shell.theme, lab, panel));
            }
        }
    });
}

/// So high a row of the whole width, be there room for it or not.
fn take_row(ui: &mut Ui, height: f32) -> eframe::egui::Rect {
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), height));
    rect
}
