//! The memories in time, one cell each: colour says how much is read of it.

use eframe::egui::{
    Align2, Color32, Pos2, Rect, Sense, Stroke, StrokeKind, TextStyle, Ui, pos2, vec2,
};

use super::{Ctx, View};
use crate::{
    app::{
        paint::{signed, triangle},
        panels::axis,
        theme::{Theme, line},
        widgets::{HeatMap, track},
    },
    labs::maze::Memory,
    texts,
};
use chickadee_engine::base::StateHash;

/// Numbers of memories that the strip has room for: it does not shift with every step.
const ROOMS: [usize; 9] = [25, 50, 100, 200, 400, 600, 800, 1200, 1600];

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View, rect: Rect) {
    let theme = *ctx.theme;
    let count = ctx.activity.memories.len();
    let room = ROOMS.into_iter().find(|r| *r >= count).unwrap_or(count);
    let marks = 12.0;
    let below = 14.0;
    let cells = Rect::from_min_max(rect.min, rect.max - vec2(0.0, marks + below));
    if !cells.is_positive() {
        return;
    }
    let x = |memory: f32| cells.min.x + cells.width() * memory / room as f32;
    cells_image(ui, ctx, cells, room);

    let id = ui.scope_id().with("memories");
    let whole = rect.with_max_y(rect.max.y - below);
    let response = ui.interact(whole, id, Sense::click_and_drag());
    let at = |point: Pos2| {
        let part = (point.x - cells.min.x) / cells.width();
        let memory = (part.max(0.0) * room as f32) as usize;
        (memory < count).then_some(memory)
    };
    let unlocked = ctx.shows("select") && ctx.unlocks("select") && ui.is_enabled();
    if ctx.shows("select") {
        let first = view.selected.map_or(0, |(first, _)| first);
        let name = texts::maze::MemoryThatIsSelected { count }.to_string();
        let last = count.saturating_sub(1);
        let moved = track(ui, &response, (&name, unlocked), first, last);
        if let Some(memory) = moved.filter(|_| count > 0) {
            view.selected = Some((memory, memory));
            view.group = None;
        }
    }
    if response.clicked()
        && unlocked
        && let Some(memory) = response.interact_pointer_pos().and_then(at)
    {
        let again = view.selected == Some((memory, memory));
        view.selected = (!again).then_some((memory, memory));
        view.group = None;
        view.shift_to = memory + 1;
    } else if response.dragged() && count > 0 && unlocked {
        let origin = ui.input(|input| input.pointer.press_origin());
        let ends = [origin, response.interact_pointer_pos()];
        let [from, to] = ends.map(|end| end.map(|p| at(p).unwrap_or(count - 1)));
        if let (Some(from), Some(to)) = (from, to) {
            view.selected = Some((from.min(to), from.max(to)));
            view.group = None;
        }
    }
    let pointed = response.hover_pos().and_then(at);
    if pointed.is_some() {
        view.pointed_memory = pointed;
    }

    let painter = ui.painter();
    let row = cells.max.y + 2.0;
    happenings(ui, ctx, (row, marks - 3.0), &x);
    if ctx.activity.look < count {
        painter.vline(
            x(ctx.activity.look as f32),
            cells.y_range(),
            Stroke::new(line::MARK, theme.text),
        );
    }
    let frame = |first: usize, last: usize, colour: Color32| {
        let rect = cells
            .with_min_x(x(first as f32))
            .with_max_x(x(last as f32 + 1.0).max(x(first as f32) + 3.0));
        painter.rect_stroke(
            rect,
            1.0,
            Stroke::new(line::STRONG, colour),
            StrokeKind::Outside,
        );
    };
    if let Some((first, last)) = view.selected {
        frame(first, last, theme.text);
    }
    if let Some(memory) = view.memory {
        frame(memory, memory, theme.accent);
    }
    if response.has_focus() {
        painter.rect_stroke(
            cells.expand(2.0),
            2.0,
            Stroke::new(line::THIN, theme.accent),
            StrokeKind::Outside,
        );
    }
    axis(ui, &theme, whole, room, texts::maze::memories_in_order());
    if let Some(memory) = pointed {
        response.on_hover_text_at_pointer(ctx.recount(memory));
    } else if count == 0 {
        let font = TextStyle::Small.resolve(ui.style());
        painter.text(
            cells.center(),
            Align2::CENTER_CENTER,
            texts::maze::no_memories_yet(),
            font,
            theme.faint,
        );
    }
}

/// The cells as one image; where memories are narrower than points, the largest of several.
fn cells_image(ui: &Ui, ctx: &Ctx<'_>, rect: Rect, room: usize) {
    let theme = *ctx.theme;
    let columns = room.min((rect.width() as usize).max(1));
    let count = ctx.activity.memories.len();
    let look = ctx.activity.look;
    let deleted = ctx.activity.memories.iter().filter(|m| m.deleted).count();
    let mut key = StateHash::default();
    key.integer(ctx.weights.key)
        .integer(columns as u64)
        .integer(room as u64)
        .integer((count * 2000 + look) as u64)
        .integer(deleted as u64)
        .integer(u64::from(u32::from_be_bytes(theme.well.to_array())));
    let map = HeatMap {
        name: texts::maze::StripName { count }.to_string(),
        id: "strip",
        cells: [columns, 1],
        key: key.finish(),
        ..HeatMap::default()
    };
    map.show(ui, &theme, rect, || {
        let mut values = vec![0.0_f32; columns];
        for (memory, &value) in ctx.weights.values.iter().enumerate() {
            let slot = &mut values[memory * columns / room];
            if value.abs() > slot.abs() {
                *slot = value;
            }
        }
        let colour = |column: usize| {
            let memory = column * room / columns;
            if memory >= count {
                return theme.well;
            }
            if memory >= look {
                return Theme::blend(theme.well, theme.text, 0.05);
            }
            let part = values[column] / ctx.weights.peak;
            let ground = Theme::blend(theme.well, theme.text, 0.13);
            if ctx.weights.signed {
                Theme::blend(ground, signed(part.signum()), libm::powf(part.abs(), 0.7))
            } else {
                Theme::blend(ground, theme.attention, libm::powf(part, 0.7))
            }
        };
        (0..columns).map(colour).collect()
    });
}

/// Rewards, and what was done to memories: runs of the same are drawn as one.
fn happenings(ui: &Ui, ctx: &Ctx<'_>, (top, height): (f32, f32), x: &impl Fn(f32) -> f32) {
    let painter = ui.painter();
    let theme = ctx.theme;
    let memories = ctx.activity.memories;
    for (position, memory) in memories.iter().enumerate() {
        if memory.transition.reward > 0.0 {
            let tip = pos2(x(position as f32 + 0.5), top);
            triangle(painter, tip, height, theme.reward, ctx.is_rewarded(memory));
        }
    }
    let mut begin = 0;
    for end in 1..=memories.len() {
        let state = fate(&memories[begin]);
        if end < memories.len() && fate(&memories[end]) == state {
            continue;
        }
        if state != (false, false, false) {
            let y = top + height;
            let (from, to) = (x(begin as f32), x(end as f32));
            let stroke = Stroke::new(line::STRONG, theme.text);
            match state {
                // A solid line: never was. Dashes: noise. Dots: cannot be seen.
                (true, ..) => painter.hline(from..=to, y, stroke),
                (_, true, _) => dashes(painter, [from, to], y, stroke, 4.0),
                _ => dashes(painter, [from, to], y, stroke, 1.5),
            };
        }
        begin = end;
    }
}

fn dashes(
    painter: &eframe::egui::Painter,
    [from, to]: [f32; 2],
    y: f32,
    stroke: Stroke,
    length: f32,
) -> eframe::egui::layers::ShapeIdx {
    let ends = [pos2(from, y), pos2(to.max(from + 2.0), y)];
    let shapes = eframe::egui::Shape::dashed_line(&ends, stroke, length, 2.5);
    painter.add(eframe::egui::Shape::Vec(shapes))
}

/// Deleted, corrupted, hidden.
fn fate(memory: &Memory) -> (bool, bool, bool) {
    (
        memory.deleted,
        memory.corrupted && !memory.deleted,
        memory.hidden != 0 && !memory.corrupted && !memory.deleted,
    )
}
