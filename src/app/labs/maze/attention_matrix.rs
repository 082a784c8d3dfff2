//! The attention matrix: which memory reads which.

use eframe::egui::{Align2, Color32, Stroke, TextStyle, Ui};

use super::{Ctx, View};
use crate::{
    app::{
        paint::sequential,
        panels::take,
        theme::line,
        widgets::{Below, HeatMap, square_above_axis},
    },
    texts,
};
use chickadee_engine::base::{Matrix, StateHash};

/// Pixels along a side at most; longer contexts are pooled.
const SIDE: usize = 400;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let theme = ctx.theme;
    let rect = take(ui, ui.available_height());
    let area = square_above_axis(rect, 0.0);
    let say = |text: &str| {
        let font = TextStyle::Small.resolve(ui.style());
        let painter = ui.painter();
        painter.rect_filled(area, 0.0, theme.well);
        painter.text(
            area.center(),
            Align2::CENTER_CENTER,
            text,
            font,
            theme.faint,
        );
    };
    let Some(pattern) = ctx.activity.pattern else {
        say(texts::maze::pattern_awaited());
        return;
    };
    let Some(matrix) = pattern.matrix() else {
        say(texts::maze::rollout_has_no_pattern());
        return;
    };
    let (tokens, rows) = (matrix.rows(), pattern.rows().min(matrix.rows()));
    if tokens == 0 || !area.is_positive() {
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
    let text = if pattern.is_done() {
        texts::maze::matrix_axes().to_owned()
    } else {
        texts::maze::Computing {
            rows: 100.0 * rows as f32 / tokens as f32,
        }
        .to_string()
    };
    let side = tokens.min(SIDE);
    let map = HeatMap {
        name: texts::maze::MatrixName { tokens }.to_string(),
        id: "pattern",
        cells: [side, side],
        key: key.finish(),
        below: Below::Text(&text),
        ..HeatMap::default()
    };
    let drawn = map.show(ui, theme, area, || pixels(matrix, shown));
    let positions = ctx.activity.tokens;
    let pooled = side as f32 / tokens as f32;
    if let Some(memory) = view.memory {
        let token = positions.partition_point(|&p| p < memory);
        let at = (token as f32 + 0.5) * pooled;
        let stroke = Stroke::new(line::THIN, Color32::WHITE.gamma_multiply(0.6));
        drawn.column_line(ui, at, stroke);
        drawn.row_line(ui, at, stroke);
    }
    let Some([read, reader]) = drawn.cell_of([tokens, tokens]) else {
        return;
    };
    if let (Some(&from), Some(&to)) = (positions.get(read), positions.get(reader)) {
        view.pointed_memory = Some(from);
        let (earlier, later) = (from + 1, to + 1);
        let text = if read > reader {
            texts::maze::MemoryCameBeforeMemory { later, earlier }.to_string()
        } else if reader < rows {
            let share = matrix.row(reader)[read] * 100.0;
            texts::maze::MemoryReadsMemory {
                later,
                earlier,
                share,
            }
            .to_string()
        } else {
            texts::maze::not_computed_yet().to_owned()
        };
        drawn.response.on_hover_text_at_pointer(text);
    }
}

/// The largest value of each pool, on a square-root scale. What a memory gives itself does not set the scale.
fn pixels(matrix: &Matrix, rows: usize) -> Vec<Color32> {
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
    pooled.iter().map(colour).collect()
}
