//! The map's layers, from the ground up: cells, trail, memories that are read, decisions, goal, agent.

use eframe::egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

use super::{
    Ctx, Mode, View, edges::Edges, geometry::Places, marks::senses, representation::place_colour,
};
use crate::app::{
    paint::{arrow, bird, signed, star},
    theme::Theme,
};
use chickadee_engine::worlds::maze::{
    Maze, Topology,
    actions::{grid, tree},
};

/// Bars of the senses are drawn in cells of this size.
const ROOM_FOR_SENSES: f32 = 52.0;

pub(super) fn show(
    ui: &Ui,
    ctx: &Ctx<'_>,
    view: &View,
    (area, places, edges): (Rect, &Places, &Edges),
) {
    let painter = ui.painter().with_clip_rect(area.expand(2.0));
    let theme = ctx.theme;
    let maze = &ctx.activity.task.maze;
    if places.is_grid {
        cells(&painter, theme, (maze, places), &edges.seen);
    } else {
        branches(&painter, theme, (maze, places), &edges.seen);
    }
    if view.senses && places.is_grid && places.cell >= ROOM_FOR_SENSES {
        for state in 0..maze.states() {
            let at = places.at[state] + vec2(0.0, places.cell * 0.36);
            let rect = Rect::from_center_size(at, vec2(places.cell * 0.62, places.cell * 0.2));
            senses(&painter, theme, rect, ctx.activity.task.codes.row(state));
        }
    }
    trail(&painter, ctx, (places, edges));
    highlights(&painter, ctx, view, places);
    decisions(&painter, ctx, (places, edges));
    super::linear_readouts::paint(&painter, ctx, places);
    let goal = match (view.mode, view.path.first()) {
        (Mode::Goal, Some(&state)) => state,
        _ => ctx.activity.task.goal,
    };
    let outline = Stroke::new(1.0, if theme.dark { theme.ground } else { theme.text });
    let at = if places.is_grid {
        places.at[goal] + vec2(-0.28, -0.26) * places.cell
    } else {
        places.at[goal]
    };
    let size = if places.is_grid {
        (places.cell * 0.16).clamp(6.0, 16.0)
    } else {
        9.0
    };
    star(&painter, at, size, theme.reward, outline);
    query(&painter, ctx, places);
    agent(ui, &painter, ctx, places);
    if view.mode == Mode::Path && view.path.len() > 1 {
        let points: Vec<Pos2> = view.path.iter().map(|&s| places.at[s]).collect();
        let stroke = Stroke::new(3.0, theme.accent);
        painter.extend(Shape::dashed_line(&points, stroke, 8.0, 4.0));
    }
}

/// Cells that exist, walls between those that do not lead to each other.
fn cells(painter: &Painter, theme: &Theme, (maze, places): (&Maze, &Places), seen: &[bool]) {
    let Topology::Grid { rows, columns } = maze.topology() else {
        return;
    };
    let fresh = Theme::blend(theme.panel, theme.well, 0.6);
    for (state, at) in places.at.iter().enumerate() {
        let rect = Rect::from_center_size(*at, vec2(1.0, 1.0) * (places.cell - 2.0));
        let fill = if seen[state] { theme.well } else { fresh };
        let edge = Stroke::new(1.0, theme.edge);
        painter.rect(rect, 4.0, fill, edge, StrokeKind::Inside);
        // The colour that the place has in the pictures of the representation.
        let corner = *at + vec2(0.4, 0.4) * places.cell;
        let colour = place_colour(theme, maze, state);
        painter.circle_filled(corner, (places.cell * 0.035).clamp(2.0, 4.0), colour);
    }
    let half = places.cell / 2.0;
    let stroke = Stroke::new(3.0, theme.text);
    for row in 0..rows {
        for column in 0..columns {
            let Some(state) = maze.at(row, column) else {
                continue;
            };
            let at = places.at[state];
            let right = maze.at(row, column + 1);
            if right.is_some_and(|next| maze.step(state, grid::RIGHT) != next) {
                painter.vline(at.x + half, at.y - half..=at.y + half, stroke);
            }
            let down = maze.at(row + 1, column);
            if down.is_some_and(|next| maze.step(state, grid::DOWN) != next) {
                painter.hline(at.x - half..=at.x + half, at.y + half, stroke);
            }
        }
    }
}

fn branches(painter: &Painter, theme: &Theme, (maze, places): (&Maze, &Places), seen: &[bool]) {
    for state in 1..maze.states() {
        let above = maze.step(state, tree::BACK);
        let shade = if seen[state] && seen[above] {
            1.0
        } else {
            0.45
        };
        painter.line_segment(
            [places.at[above], places.at[state]],
            Stroke::new(1.0, theme.edge.gamma_multiply(shade)),
        );
    }
    for (state, at) in places.at.iter().enumerate() {
        let colour = place_colour(theme, maze, state);
        let colour = if seen[state] {
            colour
        } else {
            Theme::blend(theme.panel, colour, 0.4)
        };
        painter.circle_filled(*at, places.node() * 0.7, colour);
    }
}

/// Every step that is remembered, and how much is read of it.
fn trail(painter: &Painter, ctx: &Ctx<'_>, (places, edges): (&Places, &Edges)) {
    let theme = ctx.theme;
    let maze = &ctx.activity.task.maze;
    let faint = Stroke::new(1.0, theme.faint.gamma_multiply(0.35));
    let line = |state: usize, action: usize, stroke: Stroke| {
        let next = maze.step(state, action);
        if next == state {
            let (at, radius) = places.ring(state);
            let width = stroke.width.min(radius * 0.9);
            painter.circle_stroke(at, radius, Stroke::new(width, stroke.color));
        } else {
            painter.line_segment(places.line(state, next), stroke);
        }
    };
    for (state, action, _) in edges.made() {
        // In a tree, most who are at an end bump there: rings everywhere would say nothing.
        if places.is_grid || maze.step(state, action) != state {
            line(state, action, faint);
        }
    }
    let thickest = if places.is_grid { 9.0 } else { 6.0 };
    for (state, action, edge) in edges.made() {
        let part = edge.weight.abs() / edges.peak;
        if part < 0.02 {
            continue;
        }
        let colour = if ctx.weights.signed {
            signed(edge.weight.signum())
        } else {
            theme.attention
        };
        let stroke = Stroke::new(
            1.0 + thickest * part.sqrt(),
            colour.gamma_multiply(0.12 + 0.8 * part),
        );
        line(state, action, stroke);
    }
}

/// What the pointer and the selection are at.
fn highlights(painter: &Painter, ctx: &Ctx<'_>, view: &View, places: &Places) {
    let theme = ctx.theme;
    let mark = |memory: usize, colour: Color32| {
        if let Some(memory) = ctx.activity.memories.get(memory) {
            let (from, to) = (memory.transition.state, memory.transition.next);
            if from == to {
                let (at, radius) = places.ring(from);
                painter.circle_stroke(at, radius + 2.0, Stroke::new(2.0, colour));
            } else {
                let [a, b] = places.line(from, to);
                arrow(painter, a, b - a, Stroke::new(2.5, colour), true);
            }
        }
    };
    if let Some((first, last)) = view.selected {
        // Many at once would only be a tangle.
        for memory in first..=last.min(first + 40) {
            mark(memory, theme.text.gamma_multiply(0.7));
        }
    }
    if let Some(memory) = view.memory {
        mark(memory, theme.accent);
    }
    if let Some(state) = view.state {
        let at = places.at[state];
        let stroke = Stroke::new(1.5, theme.accent);
        if places.is_grid {
            let rect = Rect::from_center_size(at, vec2(1.0, 1.0) * (places.cell - 4.0));
            painter.rect_stroke(rect, 4.0, stroke, StrokeKind::Inside);
        } else {
            painter.circle_stroke(at, places.node() + 4.0, stroke);
        }
    }
}

/// Arrows as long as an action is likely; a ring for staying; dashed and hollow where the likeliest is wrong.
fn decisions(painter: &Painter, ctx: &Ctx<'_>, (places, edges): (&Places, &Edges)) {
    let theme = ctx.theme;
    let maze = &ctx.activity.task.maze;
    let Some(insight) = ctx.activity.insight else {
        return;
    };
    let stay = maze.stay();
    let width = if places.is_grid {
        (places.cell * 0.035).clamp(1.5, 3.5)
    } else {
        1.6
    };
    for state in 0..maze.states().min(insight.policy.rows()) {
        let strength = if edges.seen[state] { 1.0 } else { 0.55 };
        let best = insight.best(state);
        let right = insight.correct.get(state).copied().unwrap_or(true);
        for (action, &chance) in insight.policy.row(state).iter().enumerate() {
            if chance < 0.03 {
                continue;
            }
            let wrong = action == best && !right;
            let colour = theme.policy.gamma_multiply(strength);
            let stroke = Stroke::new(width * (0.6 + 0.4 * chance), colour);
            let at = places.at[state];
            if action == stay {
                let radius = (places.node() + 3.0) * chance.sqrt();
                if wrong {
                    let ring: Vec<Pos2> = (0..=20)
                        .map(|i| {
                            let angle = i as f32 / 20.0 * std::f32::consts::TAU;
                            at + vec2(libm::cosf(angle), libm::sinf(angle)) * radius
                        })
                        .collect();
                    painter.extend(Shape::dashed_line(&ring, stroke, 3.0, 2.0));
                } else {
                    painter.circle_stroke(at, radius, stroke);
                }
                continue;
            }
            let way = places.heading(maze, state, action) * chance;
            arrow(painter, at, way, stroke, !wrong);
        }
    }
}

fn query(painter: &Painter, ctx: &Ctx<'_>, places: &Places) {
    let Some(at) = places.at.get(ctx.activity.query) else {
        return;
    };
    let stroke = Stroke::new(2.0, ctx.theme.attention);
    if places.is_grid {
        let rect = Rect::from_center_size(*at, vec2(1.0, 1.0) * (places.cell - 3.0));
        painter.rect_stroke(rect, 4.0, stroke, StrokeKind::Inside);
    } else {
        painter.circle_stroke(*at, places.node() + 6.0, stroke);
    }
}

fn agent(ui: &Ui, painter: &Painter, ctx: &Ctx<'_>, places: &Places) {
    let target = places.perch(ctx.activity.agent);
    // As long as a step lasts; scenes that put the agent somewhere else make it fly.
    let seconds = if ctx.options.motion { 0.12 } else { 0.0 };
    let id = ui.scope_id();
    let glide = |name: &str, to: f32| ui.ctx().animate_value_with_time(id.with(name), to, seconds);
    let at = pos2(glide("agent-x", target.x), glide("agent-y", target.y));
    let size = if places.is_grid {
        (places.cell * 0.14).clamp(6.0, 15.0)
    } else {
        8.0
    };
    bird(painter, at, true, size, ctx.theme);
}
