//! A transformer's memories as the slots of one head: what it reads with its own keys, and with others.

use eframe::egui::{
    Align2, Color32, Grid, Mesh, Pos2, Rect, Response, ScrollArea, Sense, Shape, Stroke,
    StrokeKind, TextStyle, Ui, WidgetInfo, accesskit::Role, pos2, vec2,
};

use super::{Ctx, View};
use crate::{
    app::{
        panels::{small, take},
        theme::{Theme, line, space},
        widgets::setting,
    },
    labs::{
        bridge::{Key, ReplacedKeys, SlotContext, SlotsRead},
        maze::{memory_in_words, state_in_words},
    },
    texts,
};
use chickadee_engine::{
    base::Matrix,
    worlds::maze::{Task, Transition},
};

/// The settings of this panel, while the transformer is there.
const SETTINGS: [Key; 5] = [Key::Layer, Key::Head, Key::Query, Key::Memories, Key::Task];

/// What bars and pictures of one frame share.
struct Slots<'a> {
    task: &'a Task,
    memories: &'a [Transition],
    query: usize,
    /// The slot under the pointer in the frame before.
    hovered: Option<usize>,
}

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let on = ctx.bridge.shows_transformer();
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        if !ctx.narrow || !on {
            settings(ui, ctx, on);
        }
        let bridge = ctx.bridge;
        let context = bridge.slot_context();
        let Some((context, task)) = context.and_then(|context| Some((context, context.task()?)))
        else {
            ui.label(small(ctx.theme, waiting(ctx)));
            return;
        };
        let memories = context.memories();
        let slots = Slots {
            task,
            memories: &memories,
            query: bridge.queried(),
            hovered: view.slot,
        };
        let mut pointed = None;
        ui.add_space(space::GAP);
        if ctx.narrow {
            readings(ui, ctx, &slots, &mut pointed);
            kept(ui, ctx, context, &slots, &mut pointed);
            ui.horizontal_top(|ui| {
                let side = 116.0;
                ui.allocate_ui(vec2(side, side), |ui| grid(ui, ctx, &slots, side));
                ui.vertical(|ui| legend(ui, ctx.theme));
            });
            settings(ui, ctx, on);
        } else {
            ui.horizontal_top(|ui| {
                let side = 170.0 * ctx.theme.scale;
                ui.allocate_ui(vec2(side, 2.0 * side), |ui| {
                    ui.vertical(|ui| {
                        grid(ui, ctx, &slots, side);
                        legend(ui, ctx.theme);
                    });
                });
                ui.vertical(|ui| {
                    readings(ui, ctx, &slots, &mut pointed);
                    kept(ui, ctx, context, &slots, &mut pointed);
                });
            });
        }
        view.slot = pointed;
    });
}

fn row(ui: &mut Ui, ctx: &mut Ctx<'_>, key: Key) {
    let now = ctx.bridge.settings().get(key);
    setting(ui, ctx, key.setting(), now);
}

/// Knobs, as many abreast as there is room for; without the transformer nothing but its switch.
fn settings(ui: &mut Ui, ctx: &mut Ctx<'_>, on: bool) {
    if !on {
        row(ui, ctx, Key::Transformer);
        return;
    }
    let width = 142.0 * ctx.theme.scale;
    let columns = ((ui.available_width() / width) as usize).max(1);
    Grid::new("transformer-settings")
        .spacing([14.0, 6.0])
        .show(ui, |ui| {
            for (index, key) in SETTINGS.iter().enumerate() {
                row(ui, ctx, *key);
                if index % columns == columns - 1 {
                    ui.end_row();
                }
            }
        });
    row(ui, ctx, Key::Match);
}

/// The reason why there is nothing to see.
fn waiting(ctx: &Ctx<'_>) -> String {
    let bridge = ctx.bridge;
    match bridge.loading() {
        _ if !bridge.shows_transformer() => texts::bridge::transformer_off().to_owned(),
        Some(part) => texts::maze::LoadingTheTransformer { part: part * 100.0 }.to_string(),
        None if bridge.has_transformer() => texts::bridge::transformer_computing().to_owned(),
        None => texts::bridge::transformer_missing().to_owned(),
    }
}

fn slot_colour(theme: &Theme, slots: &Slots<'_>, slot: usize) -> Color32 {
    let memory = &slots.memories[slot];
    if memory.reward > 0.0 {
        theme.reward
    } else if memory.state == slots.query {
        theme.accent
    } else {
        theme.attention
    }
}

/// What the colours of slots say.
fn legend(ui: &mut Ui, theme: &Theme) {
    for (colour, text) in [
        (theme.reward, texts::bridge::slot_rewarded()),
        (theme.accent, texts::bridge::slot_began_here()),
        (theme.attention, texts::bridge::slot_other()),
    ] {
        ui.label(small(theme, text).color(colour));
    }
}

/// The gridworld: a click asks about a state.
fn grid(ui: &mut Ui, ctx: &mut Ctx<'_>, slots: &Slots<'_>, side: f32) {
    let theme = *ctx.theme;
    let area = take(ui, side);
    let area = Rect::from_min_size(area.min, vec2(side, side));
    let maze = &slots.task.maze;
    let states = maze.states();
    let across = states.isqrt().max(1);
    let cell = side / across as f32;
    let rect = |state: usize| {
        let (row, column) = maze.position(state);
        let corner = area.min + cell * vec2(column as f32, row as f32);
        Rect::from_min_size(corner, vec2(cell, cell)).shrink(1.5)
    };
    let id = ui.scope_id().with("transformer-grid");
    let response = ui.interact(area, id, Sense::click());
    let (query, goal) = (slots.query, slots.task.goal);
    let seed = ctx.bridge.settings().get(Key::Task);
    response.widget_info(|| {
        let text = texts::bridge::GridName {
            task: seed,
            query,
            goal,
        };
        WidgetInfo::labeled(Role::Image, true, text.to_string())
    });
    // How much of the memories of each state is read with the learned keys.
    let read = ctx.bridge.slots_read(ReplacedKeys::Learned);
    let mut share = vec![0.0_f32; states];
    for (memory, weight) in slots
        .memories
        .iter()
        .zip(read.iter().flat_map(|read| read.weights))
    {
        share[memory.state] += weight;
    }
    let painter = ui.painter();
    for (state, share) in share.iter().enumerate() {
        let visited = slots
            .memories
            .iter()
            .any(|m| m.state == state || m.next == state);
        let ground = if visited { theme.edge } else { theme.well };
        painter.rect_filled(
            rect(state),
            3.0,
            Theme::blend(ground, theme.attention, *share),
        );
    }
    painter.circle_filled(rect(goal).center(), 0.16 * cell, theme.reward);
    painter.rect_stroke(
        rect(query),
        3.0,
        Stroke::new(line::STRONG, theme.accent),
        StrokeKind::Inside,
    );
    if let Some(memory) = slots.hovered.and_then(|slot| slots.memories.get(slot)) {
        let stroke = Stroke::new(line::STRONG, theme.text);
        painter.rect_stroke(rect(memory.state), 3.0, stroke, StrokeKind::Inside);
        painter.arrow(
            rect(memory.state).center(),
            rect(memory.next).center() - rect(memory.state).center(),
            stroke,
        );
    }
    let state_at = |at: Pos2| (0..states).find(|&state| rect(state).expand(1.5).contains(at));
    if response.clicked()
        && ctx.unlocks("query")
        && let Some(state) = response.interact_pointer_pos().and_then(state_at)
    {
        ctx.set("query", state.to_string());
    }
    if let Some(state) = response.hover_pos().and_then(state_at) {
        let place = state_in_words(maze, state);
        response.on_hover_text(texts::bridge::GridState { state, place }.to_string());
    }
}

fn readings(ui: &mut Ui, ctx: &Ctx<'_>, slots: &Slots<'_>, pointed: &mut Option<usize>) {
    for keys in ReplacedKeys::ALL {
        if let Some(read) = ctx.bridge.slots_read(keys) {
            reading(ui, ctx.theme, slots, keys, &read, pointed);
        } else {
            ui.label(small(ctx.theme, texts::bridge::transformer_computing()));
        }
        ui.add_space(space::GAP);
    }
}

fn reading(
    ui: &mut Ui,
    theme: &Theme,
    slots: &Slots<'_>,
    keys: ReplacedKeys,
    read: &SlotsRead<'_>,
    pointed: &mut Option<usize>,
) {
    let (name, help) = keys.text();
    let count = slots.memories.len();
    let action = slots.task.maze.action_name(read.action);
    ui.horizontal_wrapped(|ui| {
        ui.strong(name).on_hover_text(help);
        let part = 100.0 * read.policy.iter().copied().fold(0.0_f32, f32::max);
        ui.label(texts::bridge::Decides { action, part }.to_string())
            .on_hover_text(texts::bridge::decides_help());
        let (greedy, drawn) = (read.reading.greedy, read.reading.drawn);
        let value = texts::bridge::ReturnsAre { greedy, drawn }.to_string();
        ui.label(value)
            .on_hover_text(texts::bridge::returns_are_help());
        let (effective, own) = (read.effective, 100.0 * read.own);
        let reads = texts::bridge::Reads {
            effective,
            count,
            own,
        };
        ui.label(small(theme, reads.to_string()))
            .on_hover_text(texts::bridge::reads_help());
        if keys != ReplacedKeys::Learned {
            let (cosine, moved) = (read.cosine, read.moved);
            let moves = texts::bridge::OutputMoves { cosine, moved };
            ui.label(small(theme, moves.to_string()))
                .on_hover_text(texts::bridge::output_moves_help());
        }
    });
    let heights = [30.0, 34.0].map(|height| height * theme.scale);
    let kinds = [
        (read.similarities, texts::bridge::similarity_row()),
        (read.weights, texts::bridge::weight_row()),
    ];
    for ((values, kind), height) in kinds.into_iter().zip(heights) {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let text = if kind == texts::bridge::weight_row() {
            let effective = read.effective;
            texts::bridge::SlotsName {
                keys: name,
                count,
                effective,
            }
            .to_string()
        } else {
            texts::bridge::SimilaritiesName { keys: name, count }.to_string()
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &text));
        let rect = beside(ui, theme, rect, kind);
        bars(ui, theme, slots, rect, values);
        hover(response, rect, slots, Some(read), pointed);
    }
    let output = Matrix::from_values(1, read.output.len(), read.output.to_vec());
    let size = vec2(ui.available_width(), 12.0 * theme.scale);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let rect = beside(ui, theme, rect, texts::bridge::output_row());
    numbers(ui, theme, rect.shrink2(vec2(0.0, 2.0)), &output, false);
    let text = texts::bridge::OutputName {
        keys: name,
        count: read.output.len(),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, text.to_string()));
    response.on_hover_text(text.to_string());
}

/// A picture's part of its row, beside what it is called.
fn beside(ui: &Ui, theme: &Theme, rect: Rect, name: &str) -> Rect {
    let (picture, words) = rect.split_left_right_at_x(rect.max.x - 92.0 * theme.scale);
    let font = TextStyle::Small.resolve(ui.style());
    let at = words.left_center() + vec2(space::GAP, 0.0);
    ui.painter()
        .text(at, Align2::LEFT_CENTER, name, font, theme.faint);
    picture
}

/// One bar a slot, from zero.
fn bars(ui: &Ui, theme: &Theme, slots: &Slots<'_>, rect: Rect, values: &[f32]) {
    ui.painter().rect_filled(rect, 2.0, theme.well);
    let most = values
        .iter()
        .fold(1e-9_f32, |most, value| most.max(value.abs()));
    let signed = values.iter().any(|value| *value < 0.0);
    let (zero, height) = if signed {
        (rect.center().y, rect.height() / 2.0)
    } else {
        (rect.max.y, rect.height())
    };
    for (slot, value) in values.iter().enumerate() {
        let column = column(rect, slot, values.len());
        if slots.hovered == Some(slot) {
            ui.painter().rect_filled(column, 0.0, theme.edge);
        }
        let y = zero - 0.94 * height * value / most;
        let gap = (column.width() * 0.12).min(1.0);
        let bar = Rect::from_x_y_ranges(
            column.min.x + gap..=column.max.x - gap,
            y.min(zero)..=y.max(zero),
        );
        ui.painter()
            .rect_filled(bar, 0.0, slot_colour(theme, slots, slot));
    }
}

fn column(rect: Rect, slot: usize, count: usize) -> Rect {
    let width = rect.width() / count.max(1) as f32;
    let left = rect.min.x + width * slot as f32;
    Rect::from_x_y_ranges(left..=left + width, rect.y_range())
}

/// Words for the slot under the pointer.
fn hover(
    response: Response,
    rect: Rect,
    slots: &Slots<'_>,
    read: Option<&SlotsRead<'_>>,
    pointed: &mut Option<usize>,
) {
    let Some(at) = response.hover_pos() else {
        return;
    };
    let count = slots.memories.len();
    let slot = ((at.x - rect.min.x) / rect.width() * count as f32) as usize;
    let Some(memory) = slots.memories.get(slot) else {
        return;
    };
    *pointed = Some(slot);
    let mut text = memory_in_words(&slots.task.maze, slot, memory);
    if let Some(read) = read {
        let (similarity, weight) = (read.similarities[slot], read.weights[slot]);
        text += "\n";
        text += &texts::bridge::SlotIs { similarity, weight }.to_string();
    }
    response.on_hover_text(text);
}

/// Keys and values that the head keeps, a column a slot.
fn kept(
    ui: &mut Ui,
    ctx: &Ctx<'_>,
    context: &SlotContext,
    slots: &Slots<'_>,
    pointed: &mut Option<usize>,
) {
    let head = ctx.bridge.head();
    let both = [
        (texts::bridge::kept_keys(), context.keys(head)),
        (texts::bridge::kept_values(), context.values(head)),
    ];
    for (what, matrix) in both {
        let size = vec2(ui.available_width(), 56.0 * ctx.theme.scale);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let rect = beside(ui, ctx.theme, rect, what);
        numbers(ui, ctx.theme, rect, &matrix, true);
        if let Some(slot) = slots.hovered {
            let stroke = Stroke::new(line::THIN, ctx.theme.text);
            let column = column(rect, slot, matrix.rows());
            ui.painter()
                .rect_stroke(column, 0.0, stroke, StrokeKind::Outside);
        }
        let (count, width) = (matrix.rows(), matrix.columns());
        let text = texts::bridge::KeptName { what, count, width }.to_string();
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &text));
        hover(response, rect, slots, None, pointed);
    }
}

/// Signed numbers as colours, relative to the largest; rows as columns where they stand `upright`.
fn numbers(ui: &Ui, theme: &Theme, rect: Rect, matrix: &Matrix, upright: bool) {
    let most = matrix
        .values()
        .iter()
        .fold(1e-9_f32, |most, value| most.max(value.abs()));
    let (across, down) = if upright {
        (matrix.rows(), matrix.columns())
    } else {
        (matrix.columns(), matrix.rows())
    };
    let cell = vec2(
        rect.width() / across.max(1) as f32,
        rect.height() / down.max(1) as f32,
    );
    let mut mesh = Mesh::default();
    for row in 0..matrix.rows() {
        for (column, value) in matrix.row(row).iter().enumerate() {
            let (x, y) = if upright {
                (row, column)
            } else {
                (column, row)
            };
            let corner = rect.min + vec2(cell.x * x as f32, cell.y * y as f32);
            let end = pos2(corner.x + cell.x, corner.y + cell.y);
            let pole = if *value < 0.0 {
                theme.barcode
            } else {
                theme.place
            };
            let colour = Theme::blend(theme.well, pole, value.abs() / most);
            mesh.add_colored_rect(Rect::from_min_max(corner, end), colour);
        }
    }
    ui.painter().add(Shape::mesh(mesh));
}
