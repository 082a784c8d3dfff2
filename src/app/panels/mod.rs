//! What stands around the panels of every lab: the bar above, the sentence below, Help; and what panels have in common.

mod device;
mod help;
mod sentence;
mod top;

use eframe::egui::{Pos2, Rect, RichText, TextStyle, Ui, vec2};

use crate::texts;

use super::{
    shell::{Request, Shell},
    theme::Theme,
    views::{Control, Heading, Panel, States, control},
    widgets,
};
use chickadee_figures::Figure;

/// The bar above and the sentence below.
pub(crate) static BARS: [&dyn Panel; 2] = [
    &Common {
        heading: Heading {
            id: "top",
            title: texts::shell::bar_title,
            hint: texts::nothing,
        },
        draw: top::show,
    },
    &Common {
        heading: Heading {
            id: "sentence",
            title: texts::shell::what_to_look,
            hint: texts::nothing,
        },
        draw: sentence::show,
    },
];

/// Panels of every lab that float.
pub(crate) static WINDOWS: &[&dyn Panel] = &[&Common {
    heading: Heading {
        id: "help",
        title: texts::shell::help_and_about,
        hint: texts::nothing,
    },
    draw: help::show,
}];

/// Controls of every lab.
pub(crate) static CONTROLS: &[Control] = &[
    control("labs", &["top"]),
    control("scene", &["top"]),
    control("play", &["top"]),
    control("step", &["top"]),
    control("speed", &["top"]),
    control("undo", &["top"]),
    control("redo", &["top"]),
    control("reset", &["top"]),
    control("device", &["top"]),
    control("copy-link", &["top"]),
    control("theme", &["top"]),
    control("help", &["top"]),
    control("open-figure", &[]),
];

/// A panel that every lab has.
struct Common {
    heading: Heading,
    draw: fn(&mut Ui, &mut Shell<'_>),
}

impl Panel for Common {
    fn heading(&self) -> &Heading {
        &self.heading
    }

    fn ui(&self, ui: &mut Ui, shell: &mut Shell<'_>, _states: &mut States) {
        (self.draw)(ui, shell);
    }
}

/// A link to a figure whose phenomenon is shown here, to be recomputed.
pub(crate) fn figure_link(ui: &mut Ui, shell: &mut Shell<'_>, figure: &Figure, text: &str) {
    let help = texts::figures::OpenFigure {
        name: figure.name,
        title: figure.title,
    };
    let clicked = widgets::control(ui, shell, "open-figure", |ui, shell| {
        let link = ui.link(small(shell.theme, text));
        link.on_hover_text(help.to_string()).clicked()
    });
    if clicked == Some(true) {
        let id = figure.id;
        shell
            .requests
            .push(Request::Open(format!("lab=figures&figure={id}")));
    }
}

/// Small faint text.
pub(crate) fn small(theme: &Theme, text: impl Into<String>) -> RichText {
    RichText::new(text)
        .text_style(TextStyle::Small)
        .color(theme.faint)
}

/// Takes `height` points off the rest of a panel.
pub(crate) fn take(ui: &mut Ui, height: f32) -> Rect {
    let rest = ui.available_rect_before_wrap();
    let rect = Rect::from_min_size(
        rest.min,
        vec2(rest.width(), height.clamp(0.0, rest.height().max(0.0))),
    );
    ui.advance_cursor_after_rect(rect);
    rect
}

/// The largest square in the middle of a rectangle.
pub(crate) fn square(rect: Rect) -> Rect {
    Rect::from_center_size(
        rect.center(),
        vec2(1.0, 1.0) * rect.width().min(rect.height()),
    )
}

/// A point of the unit square in a rectangle.
pub(crate) fn within(rect: Rect, (x, y): (f64, f64)) -> Pos2 {
    rect.min + vec2(x as f32 * rect.width(), y as f32 * rect.height())
}

/// An axis of a plot: its name, and the values with a mark and the words at them.
pub(crate) struct PlotAxis {
    pub name: String,
    pub marks: Vec<(f64, String)>,
}

/// A still plot with the look of all plots here: named axes, marks at multiples of the given steps.
pub(crate) fn plot<'a>(
    ui: &Ui,
    theme: &Theme,
    id: &str,
    (x, x_step): (&str, f64),
    (y, y_step): (&str, f64),
) -> egui_plot::Plot<'a> {
    let marks = |step: f64| {
        move |(low, high): (f64, f64)| {
            let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
            (first..=last).map(|i| i as f64 * step).collect()
        }
    };
    let text = |step: f64| {
        let decimals = usize::from(step < 1.0);
        move |value: f64| format!("{:.decimals$}", value + 0.0)
    };
    let x = (x, x_step, marks(x_step), text(x_step));
    still_plot(ui, theme, id, x, (y, y_step, marks(y_step), text(y_step)))
}

/// The same with marks of one's own.
pub(crate) fn plot_with<'a>(
    ui: &Ui,
    theme: &Theme,
    id: &str,
    [x, y]: [PlotAxis; 2],
) -> egui_plot::Plot<'a> {
    // Marks fade where there are many for the room: here there are few.
    let step = |axis: &PlotAxis| {
        let ends = axis.marks.first().zip(axis.marks.last());
        let span = ends.map_or(1.0, |(first, last)| last.0 - first.0);
        if span > 0.0 { span } else { 1.0 }
    };
    let steps = [step(&x), step(&y)];
    let marks = |axis: &PlotAxis| {
        let at: Vec<f64> = axis.marks.iter().map(|(at, _)| *at).collect();
        move |_: (f64, f64)| at.clone()
    };
    let text = |axis: PlotAxis| {
        move |value: f64| {
            let named = axis.marks.iter();
            let named =
                named.min_by(|(a, _), (b, _)| (a - value).abs().total_cmp(&(b - value).abs()));
            named.map_or_else(String::new, |(_, text)| text.clone())
        }
    };
    let (x_name, y_name) = (x.name.clone(), y.name.clone());
    let (x_marks, y_marks) = (marks(&x), marks(&y));
    let x = (x_name.as_str(), steps[0], x_marks, text(x));
    still_plot(
        ui,
        theme,
        id,
        x,
        (y_name.as_str(), steps[1], y_marks, text(y)),
    )
}

/// A plot that does not move, with two axes: the name of each, how strong its marks are, where they stand, what is written at them.
fn still_plot<'a, M, T>(
    ui: &Ui,
    theme: &Theme,
    id: &str,
    (x, x_step, x_marks, x_text): (&str, f64, M, T),
    (y, y_step, y_marks, y_text): (&str, f64, M, T),
) -> egui_plot::Plot<'a>
where
    M: Fn((f64, f64)) -> Vec<f64> + 'a,
    T: Fn(f64) -> String + 'a,
{
    let spacer = |step_size: f64, marks: M| {
        move |input: egui_plot::GridInput| {
            let values = marks(input.bounds).into_iter();
            let mark = |value| egui_plot::GridMark { value, step_size };
            values.map(mark).collect()
        }
    };
    let hints = |hints: egui_plot::AxisHints<'a>, name: &str, text: T| {
        hints
            .label(small(theme, name))
            .label_spacing(eframe::egui::Rangef::new(12.0, 18.0))
            .formatter(move |mark, _| text(mark.value))
    };
    // A name that is longer than its axis would lie on what stands above; the panel's title says it as well.
    let font = TextStyle::Small.resolve(ui.style());
    let name = ui.painter().layout_no_wrap(y.to_owned(), font, theme.faint);
    let x_axis = 3.0 * name.size().y;
    let y = if name.size().x + x_axis > ui.available_height() {
        ""
    } else {
        y
    };
    egui_plot::Plot::new(id.to_owned())
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .show_background(false)
        .show_grid(eframe::egui::Vec2b::new(false, true))
        .grid_color(theme.edge)
        .x_grid_spacer(spacer(x_step, x_marks))
        .y_grid_spacer(spacer(y_step, y_marks))
        .custom_x_axes(vec![hints(egui_plot::AxisHints::new_x(), x, x_text)])
        .custom_y_axes(vec![hints(egui_plot::AxisHints::new_y(), y, y_text)])
}

/// Writes the marks of a hand-made axis from 0 to `end` along the lower edge of `area`, and what it counts at its right end.
pub(crate) fn axis(ui: &Ui, theme: &Theme, area: Rect, end: usize, name: &str) {
    let font = TextStyle::Small.resolve(ui.style());
    let painter = ui.painter();
    let galley = painter.layout_no_wrap(name.to_owned(), font.clone(), theme.faint);
    let free = area.max.x - galley.size().x - 14.0;
    painter.galley(
        area.right_bottom() + vec2(-galley.size().x, 1.0),
        galley,
        theme.faint,
    );
    let mut step = if end > 150 { 50 } else { 20 };
    // Numbers do not touch.
    while area.width() * (step as f32) < 3.4 * font.size * end as f32 {
        step *= 2;
    }
    for mark in (0..=end).step_by(step) {
        let x = area.min.x + area.width() * mark as f32 / end.max(1) as f32;
        if x < free {
            let align = if mark == 0 {
                eframe::egui::Align2::LEFT_TOP
            } else {
                eframe::egui::Align2::CENTER_TOP
            };
            painter.text(
                Pos2::new(x, area.max.y + 1.0),
                align,
                mark,
                font.clone(),
                theme.faint,
            );
        }
    }
}
