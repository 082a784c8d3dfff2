//! All figures, each with a thumbnail.

use eframe::egui::{
    FontId, Rect, ScrollArea, Sense, Stroke, StrokeKind, TextStyle, Ui, WidgetInfo,
    accesskit::Role,
    text::{LayoutJob, TextWrapping},
    vec2,
};

use super::View;
use crate::{
    app::{
        shell::Shell,
        theme::{line, radius},
        widgets::scroll,
    },
    labs::figures::{Figures, Key},
    texts,
};
use chickadee_figures::{FIGURES, Figure};

/// Width and height of a thumbnail, in points.
const THUMBNAIL: [f32; 2] = [76.0, 50.0];

pub(super) fn show(ui: &mut Ui, shell: &mut Shell<'_>, lab: &Figures, view: &mut View) {
    let key = Key::Figure.setting().key;
    if !shell.shows(key) {
        return;
    }
    let unlocked = shell.unlocks(key);
    ui.add_enabled_ui(unlocked, |ui| {
        scroll(ui, ScrollArea::vertical().auto_shrink(false), |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            for figure in FIGURES.iter().copied() {
                if row(ui, shell, lab, view, figure) {
                    shell.set(key, figure.id);
                }
            }
        });
    });
}

/// A figure; true if it was chosen.
fn row(
    ui: &mut Ui,
    shell: &Shell<'_>,
    lab: &Figures,
    view: &mut View,
    figure: &'static Figure,
) -> bool {
    let theme = shell.theme;
    let chosen = lab.figure().id == figure.id;
    let size = vec2(ui.available_width(), THUMBNAIL[1] * theme.scale + 8.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = texts::figures::Heading {
        name: figure.name,
        title: figure.title,
    }
    .to_string();
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, chosen, &name));
    if ui.is_rect_visible(rect) {
        if chosen {
            let ground = theme.accent.gamma_multiply(0.18);
            ui.painter().rect_filled(rect, radius::WELL, ground);
        }
        if response.hovered() || response.has_focus() {
            let stroke = Stroke::new(line::THIN, theme.accent);
            ui.painter()
                .rect_stroke(rect, radius::WELL, stroke, StrokeKind::Inside);
        }
        let thumbnail = Rect::from_min_size(
            rect.min + vec2(4.0, 4.0),
            vec2(THUMBNAIL[0], THUMBNAIL[1]) * theme.scale,
        );
        let picture = view.thumbnails.entry(figure.id).or_default();
        picture.follow(lab, figure);
        picture.draw(ui.painter(), theme, thumbnail);
        let text = Rect::from_min_max(
            thumbnail.right_top() + vec2(8.0, 0.0),
            rect.max - vec2(4.0, 4.0),
        );
        words(ui, shell, text, figure);
    }
    response.on_hover_text(figure.question).clicked()
}

/// Its name, and below it what it shows, in as many lines as there is room for.
fn words(ui: &Ui, shell: &Shell<'_>, rect: Rect, figure: &Figure) {
    let theme = shell.theme;
    let font = |style: TextStyle| -> FontId { style.resolve(ui.style()) };
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    // A long name is cut where the line ends.
    let mut name =
        LayoutJob::simple_singleline(figure.name.to_owned(), font(TextStyle::Body), theme.text);
    name.wrap = TextWrapping::truncate_at_width(rect.width());
    let name = painter.layout_job(name);
    let below = rect.with_min_y(rect.min.y + name.size().y);
    painter.galley(rect.min, name, theme.text);
    let small = font(TextStyle::Small);
    let galley = painter.layout(figure.title.to_owned(), small, theme.faint, below.width());
    painter.galley(below.min, galley, theme.faint);
}
