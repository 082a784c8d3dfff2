//! The whole pattern of attention: which memory reads which.

use eframe::egui::{
    Align2, Color32, Rect, Sense, Stroke, TextStyle, Ui, WidgetInfo, accesskit::Role, vec2,
};

use super::{Ctx, square};
use crate::app::{
    View,
    paint::{sequential, show_image},
};
use chickadee_engine::base::{Matrix, StateHash};

/// Pixels along a side at most; longer contexts are pooled.
const SIDE: usize = 400;

pub(super) fn show(ui: &mut Ui, ctx: &Ctx<'_>, view: &mut View, rect: Rect) {
    let theme = ctx.theme;
    let font = TextStyle::Small.resolve(ui.style());
    let area = square(Rect::from_min_max(rect.min, rect.max - vec2(0.0, 14.0)));
    let painter = ui.painter();
    painter.rect_filled(area, 0.0, theme.well);
    let say = |text: &str| {
        painter.text(
            area.center(),
            Align2::CENTER_CENTER,
            text,
            font.clone(),
            theme.faint,
        );
    };
    let Some(pattern) = ctx.activity.pattern else {
        say("the pattern is being computed");
        return;
    };
    let Some(matrix) = pattern.matrix() else {
        say("rollout has no single pattern;\nchoose a head");
        return;
    };
    let (tokens, rows) = (matrix.rows(), pattern.rows().min(matrix.rows()));
    if tokens == 0 {
        return;
    }
    let mut key = StateHash::default();
    // While it grows, an eighth at a time.
    let shown = if pattern.is_done() {
        rows
    } else {
        rows * 8 / tokens * tokens / 8
    };
    key.integer(tokens as u64).integer(shown as u64);
    if let Some(last) = shown.checked_sub(1) {
        key.array(matrix.row(last));
    }
    let draw = || pixels(matrix, shown);
    let texture = view.images.get(ui.ctx(), "pattern", key.finish(), draw);
    show_image(painter, &texture, area);
    let text = if pattern.is_done() {
        "across: read · down: reader".to_owned()
    } else {
        format!("computing {:.0} %", 100.0 * rows as f32 / tokens as f32)
    };
    painter.text(
        area.center_bottom() + vec2(0.0, 1.0),
        Align2::CENTER_TOP,
        text,
        font.clone(),
        theme.faint,
    );
    let response = ui.interact(area, ui.scope_id().with("pattern"), Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Image,
            true,
            format!("Attention of each of {tokens} memories on those before it"),
        )
    });
    let positions = ctx.activity.tokens;
    if let Some(memory) = view.maze.memory {
        let token = positions.partition_point(|&p| p < memory);
        let part = (token as f32 + 0.5) / tokens as f32;
        let stroke = Stroke::new(1.0, Color32::WHITE.gamma_multiply(0.6));
        painter.vline(area.min.x + area.width() * part, area.y_range(), stroke);
        painter.hline(area.x_range(), area.min.y + area.height() * part, stroke);
    }
    if let Some(at) = response.hover_pos() {
        let index = |part: f32| ((part * tokens as f32) as usize).min(tokens - 1);
        let read = index((at.x - area.min.x) / area.width());
        let reader = index((at.y - area.min.y) / area.height());
        if let (Some(&from), Some(&to)) = (positions.get(read), positions.get(reader)) {
            view.maze.pointed_memory = Some(from);
            let value = matrix.row(reader)[read];
            let text = if read > reader {
                format!(
                    "Memory {} came before memory {}: it cannot read it",
                    to + 1,
                    from + 1
                )
            } else if reader < rows {
                format!(
                    "Memory {} reads memory {}: {:.1} %",
                    to + 1,
                    from + 1,
                    value * 100.0
                )
            } else {
                "not computed yet".to_owned()
            };
            response.on_hover_text_at_pointer(text);
        }
    }
}

/// The largest value of each pool, on a square-root scale. What a memory gives itself does not set the scale.
fn pixels(matrix: &Matrix, rows: usize) -> ([usize; 2], Vec<Color32>) {
    let tokens = matrix.rows();
    let side = tokens.min(SIDE);
    let mut pooled = vec![f32::NAN; side * side];
    let mut peak = 1e-6_f32;
    for row in 0..rows {
        let y = row * side / tokens;
        for (column, &value) in matrix.row(row).iter().enumerate().take(row + 1) {
            let slot = &mut pooled[y * side + column * side / tokens];
            *slot = slot.max(value);
            if column + 4 < row {
                peak = peak.max(value);
            }
        }
    }
    let colour = |value: &f32| sequential((value / peak).sqrt());
    ([side, side], pooled.iter().map(colour).collect())
}
