//! A box for a maze of one's own.

use eframe::egui::{
    Rect, RichText, Sense, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, accesskit::Role, pos2,
    vec2,
};

use super::{Ctx, View};
use crate::{
    app::{
        paint::{bird, star},
        panels::small,
        shell::Request,
    },
    labs::maze::Command,
    texts,
};

/// Its name.
const ID: &str = "maze-editor";
const SAMPLE: &str = "S.#..\n..#..\n....#\n.#...\n.#..G";
const TREE: &str = "layers: 5\nwithout: LRL, RR\ngoal: LLRR";

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let text = &mut view.drawing;
    if text.is_empty() {
        SAMPLE.clone_into(text);
    }
    ui.set_width(300.0);
    ui.label(small(ctx.theme, texts::maze::editor_help()));
    let field = TextEdit::multiline(text)
        .desired_rows(8)
        .desired_width(f32::INFINITY);
    let field = ui.add(field);
    field.widget_info(|| {
        let mut info = WidgetInfo::labeled(
            Role::MultilineTextInput,
            true,
            texts::maze::the_maze_as_text(),
        );
        info.current_text_value = Some(text.clone());
        info
    });
    if field.changed() {
        ctx.windows.set_error(ID, String::new());
    }
    preview(ui, ctx, text);
    ui.horizontal(|ui| {
        if ui.button(texts::maze::build()).clicked() {
            let draw = Command::Draw(text.clone()).into();
            ctx.requests.push(Request::Submit(ID, draw));
        }
        for (name, sample) in [(texts::maze::grid(), SAMPLE), (texts::maze::tree(), TREE)] {
            let button = ui.button(name);
            if button
                .on_hover_text(texts::maze::an_example_to_begin())
                .clicked()
            {
                sample.clone_into(text);
                ctx.windows.set_error(ID, String::new());
            }
        }
    });
    let error = ctx.windows.error(ID);
    if !error.is_empty() {
        ui.label(RichText::new(error).color(ctx.theme.barcode));
    }
}

/// What a grid looks like: letters are not all of one width.
fn preview(ui: &mut Ui, ctx: &Ctx<'_>, text: &str) {
    const CELL: f32 = 14.0;
    let theme = ctx.theme;
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    if lines.len() > 16 || text.contains([':', '{']) {
        return;
    }
    let (rect, _) = ui.allocate_exact_size(
        vec2(ui.available_width(), CELL * lines.len() as f32 + 4.0),
        Sense::hover(),
    );
    let painter = ui.painter();
    for (row, line) in lines.iter().enumerate() {
        for (column, character) in line.trim_end().chars().enumerate().take(16) {
            let corner = rect.min + vec2(column as f32, row as f32) * CELL;
            let cell = Rect::from_min_size(corner, vec2(CELL - 1.0, CELL - 1.0));
            let fill = if character == '#' {
                theme.text
            } else {
                theme.well
            };
            let edge = Stroke::new(1.0, theme.edge);
            painter.rect(cell, 2.0, fill, edge, StrokeKind::Inside);
            let middle = pos2(cell.center().x, cell.center().y);
            match character {
                'S' => bird(painter, middle, true, 4.0, theme),
                'G' => star(painter, middle, 6.0, theme.reward, Stroke::NONE),
                _ => {}
            }
        }
    }
}
