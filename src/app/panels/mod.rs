//! Panels: each draws one view of the lab from read-only data and returns commands.

pub(crate) mod about;
pub(crate) mod arena;
pub(crate) mod knobs;
pub(crate) mod memories;
pub(crate) mod population;
pub(crate) mod recall;
pub(crate) mod similarity;
pub(crate) mod top;

use eframe::egui::{CornerRadius, Pos2, Rect, RichText, Stroke, StrokeKind, TextStyle, Ui, UiBuilder, vec2};

use super::{
    Options,
    theme::{Choice, TITLE, Theme},
};
use crate::session::{Activity, Command, Session};

/// What panels get, and what they may ask for.
pub(crate) struct Ctx<'a> {
    pub activity: Activity<'a>,
    pub session: &'a Session,
    pub theme: &'a Theme,
    pub options: &'a Options,
    /// Milliseconds of an Euler step, as measured.
    pub step_ms: Option<f64>,
    /// The latest thing to read.
    pub notice: Option<&'a str>,
    pub commands: &'a mut Vec<Command>,
    pub requests: &'a mut Vec<Request>,
}

/// What a panel asks of the application.
pub(crate) enum Request {
    /// Other colours.
    Theme(Choice),
    /// The notice was read.
    Dismiss,
    /// Something to read.
    Say(String),
}

impl Ctx<'_> {
    pub(crate) fn send(&mut self, command: Command) {
        self.commands.push(command);
    }
}

/// The panels of a narrow screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    #[default]
    Population,
    Recall,
    Similarity,
    Memories,
    Knobs,
}

impl Tab {
    pub(crate) const ALL: [(Self, &'static str); 5] = [
        (Self::Population, "Population"),
        (Self::Recall, "Recall"),
        (Self::Similarity, "Similarity"),
        (Self::Memories, "Memories"),
        (Self::Knobs, "Knobs"),
    ];
}

/// The inside of a panel's edge.
const PADDING: f32 = 10.0;

/// A calm box with a title that says what it shows.
pub(crate) fn panel(ui: &mut Ui, theme: &Theme, rect: Rect, title: &str, hint: &str, contents: impl FnOnce(&mut Ui)) {
    ui.painter().rect(rect, CornerRadius::same(6), theme.panel, Stroke::new(1.0, theme.edge), StrokeKind::Inside);
    let inner = rect.shrink(PADDING);
    ui.scope_builder(UiBuilder::new().max_rect(inner).id_salt(title), |ui| {
        ui.set_clip_rect(rect.shrink(1.0).intersect(ui.clip_rect()));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            ui.label(RichText::new(title).text_style(TextStyle::Name(TITLE.into())));
            ui.add(eframe::egui::Label::new(small(theme, hint)).truncate());
        });
        contents(ui);
    });
}

/// Small faint text.
pub(crate) fn small(theme: &Theme, text: impl Into<String>) -> RichText {
    RichText::new(text).text_style(TextStyle::Small).color(theme.faint)
}

/// Takes `height` points off the rest of a panel.
pub(crate) fn take(ui: &mut Ui, height: f32) -> Rect {
    let rest = ui.available_rect_before_wrap();
    let rect = Rect::from_min_size(rest.min, vec2(rest.width(), height.clamp(0.0, rest.height().max(0.0))));
    ui.advance_cursor_after_rect(rect);
    rect
}

/// The largest square in the middle of a rectangle.
pub(crate) fn square(rect: Rect) -> Rect {
    Rect::from_center_size(rect.center(), vec2(1.0, 1.0) * rect.width().min(rect.height()))
}

/// A point of the unit square in a rectangle.
pub(crate) fn within(rect: Rect, (x, y): (f64, f64)) -> Pos2 {
    rect.min + vec2(x as f32 * rect.width(), y as f32 * rect.height())
}
