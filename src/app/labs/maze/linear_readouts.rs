//! What linear readouts say: where each place thinks it is and where the goal lies, or what is on the way to it.

use eframe::egui::{Painter, Pos2, Shape, Stroke, Ui, pos2, vec2};

use super::{Ctx, geometry::Places};
use crate::{
    app::{panels::small, theme::line, widgets::switch},
    labs::maze::Key,
    texts,
};

/// The switch, and how good the readouts are.
pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    if !ctx.activity.readouts {
        return;
    }
    let on = ctx.activity.settings.is_on(Key::Decode);
    let help = if matches!(
        ctx.activity.task.maze.topology(),
        chickadee_engine::worlds::maze::Topology::Grid { .. }
    ) {
        texts::maze::readouts_grid()
    } else {
        texts::maze::readouts_tree()
    };
    switch(ui, ctx, "decode", texts::maze::linear_readouts(), on, help);
    if let Some(text) = ctx.lab.readout_errors().filter(|_| on) {
        ui.label(small(ctx.theme, text));
    }
}

/// Needles and dots in a grid, filled places in a tree.
pub(super) fn paint(painter: &Painter, ctx: &Ctx<'_>, places: &Places) {
    let Some(decoded) = ctx.activity.decoded else {
        return;
    };
    let theme = ctx.theme;
    let task = ctx.activity.task;
    // Angles count from rising rows (down) towards rising columns (right).
    let needle = |angle: f32| vec2(libm::sinf(angle), libm::cosf(angle)) * places.cell * 0.36;
    // The last memory that was made at a state speaks for it.
    let mut last = vec![None; task.maze.states()];
    for (token, &position) in ctx.activity.tokens.iter().enumerate() {
        if let Some(memory) = ctx.activity.memories.get(position) {
            last[memory.transition.state] = Some((token, memory.transition));
        }
    }
    for (state, &at) in places.at.iter().enumerate() {
        let memory = last[state].and_then(|(token, _)| decoded.memories.goal_angle.get(token));
        if let Some(&angle) = memory.filter(|_| state != task.goal) {
            let stroke = Stroke::new(1.2, theme.reward.gamma_multiply(0.8));
            let points = [at, at + needle(angle)];
            painter.extend(Shape::dashed_line(&points, stroke, 3.0, 2.0));
        }
        let angle = decoded.states.goal_angle.get(state);
        if let Some(&angle) = angle.filter(|_| state != task.goal) {
            let stroke = Stroke::new(line::STRONG, theme.reward);
            painter.line_segment([at, at + needle(angle)], stroke);
        }
        if let Some(&[row, column]) = decoded.states.place.get(state) {
            let (x, y) = task.maze.position(state);
            let off = vec2(column - y as f32, row - x as f32) * places.cell;
            let said: Pos2 = pos2(at.x + off.x, at.y + off.y);
            let colour = super::representation::place_colour(theme, &task.maze, state);
            painter.line_segment(
                [at, said],
                Stroke::new(line::THIN, colour.gamma_multiply(0.6)),
            );
            painter.circle_filled(said, 3.0, colour);
        }
        if decoded.states.on_path.get(state).is_some_and(|&v| v > 0.0) {
            painter.circle_filled(at, places.node() + 2.0, theme.reward);
        }
    }
    for &(token, transition) in last.iter().flatten() {
        let on = decoded
            .memories
            .on_path
            .get(token)
            .is_some_and(|&v| v > 0.0);
        if on && transition.state != transition.next {
            let stroke = Stroke::new(3.0, theme.reward.gamma_multiply(0.7));
            painter.line_segment(places.line(transition.state, transition.next), stroke);
        }
    }
}
