//! Small drawings that several panels have.

use eframe::egui::{Align2, Painter, Rect, Stroke, TextStyle, Ui, pos2, vec2};

use super::Ctx;
use crate::app::theme::{Theme, line};

/// Ten numbers as bars up and down from the middle.
pub(super) fn senses(painter: &Painter, theme: &Theme, rect: Rect, code: &[f32]) {
    let width = rect.width() / code.len().max(1) as f32;
    let middle = rect.center().y;
    for (i, value) in code.iter().enumerate() {
        let x = rect.min.x + i as f32 * width;
        // Codes have length 1: a number of 0.6 is large.
        let y = middle - (value / 0.6).clamp(-1.0, 1.0) * rect.height() / 2.0;
        let bar = Rect::from_two_pos(pos2(x + 0.5, middle), pos2(x + width - 0.5, y));
        painter.rect_filled(bar, 0.0, theme.faint);
    }
    let line = Stroke::new(line::THIN, theme.edge);
    painter.hline(rect.x_range(), middle, line);
}

/// A line of text over a panel that has nothing to show yet.
pub(super) fn veil(ui: &Ui, ctx: &Ctx<'_>, area: Rect, text: &str) {
    let painter = ui.painter();
    let font = TextStyle::Body.resolve(ui.style());
    let galley = painter.layout_no_wrap(text.to_owned(), font, ctx.theme.text);
    let at = Align2::CENTER_CENTER.anchor_size(area.center(), galley.size());
    let box_fill = ctx.theme.panel.gamma_multiply(0.9);
    painter.rect_filled(at.expand2(vec2(12.0, 8.0)), 6.0, box_fill);
    painter.galley(at.min, galley, ctx.theme.text);
}
