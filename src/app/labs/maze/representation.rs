//! The states as the transformer represents them, in two dimensions.

use eframe::egui::{
    Align2, Color32, Pos2, Rect, Sense, Stroke, StrokeKind, TextStyle, Ui, UiBuilder, WidgetInfo,
    accesskit::Role, vec2,
};

use super::{Ctx, View, alignment, geometry::on_picture, marks::veil};
use crate::{
    app::{
        paint::{sequential, star},
        panels::{square, take},
        theme::{Theme, line},
    },
    labs::maze::Key,
    texts,
};
use chickadee_engine::worlds::maze::{Maze, Topology};

/// The colour of a place: four corners of a grid, layers of a tree.
pub(super) fn place_colour(theme: &Theme, maze: &Maze, state: usize) -> Color32 {
    let (first, second) = maze.position(state);
    let part = |n: usize, of: usize| n as f32 / of.saturating_sub(1).max(1) as f32;
    match maze.topology() {
        Topology::Grid { rows, columns } => {
            let (down, right) = (part(first, rows), part(second, columns));
            let above = Theme::blend(theme.place, theme.policy, right);
            let below = Theme::blend(theme.attention, theme.seed, right);
            Theme::blend(above, below, down)
        }
        Topology::Tree { layers } => sequential(0.12 + 0.8 * part(first, layers)),
    }
}

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let compare = ctx.activity.settings.is_on(Key::Compare);
    let layers = ctx.layers();
    let rest = take(ui, ui.available_height());
    if rest.height() < 220.0 && !compare {
        // Low, as on a phone: the layer that is looked at, and its alignment beside it.
        let side = (rest.height() - 16.0).min(rest.width() * 0.5);
        let (left, right) = rest.split_left_right_at_x(rest.min.x + side);
        picture(ui, ctx, view, left, (0, ctx.layer()));
        let right = right.with_min_x(right.min.x + 8.0);
        ui.scope_builder(UiBuilder::new().max_rect(right), |ui| {
            alignment::show(ui, ctx);
        });
        return;
    }
    // Beside each other where there is room; otherwise the layer that is looked at.
    let shown: Vec<usize> = if rest.width() >= 100.0 * layers as f32 {
        (0..layers).collect()
    } else {
        vec![ctx.layer()]
    };
    let rows = if compare { 2.0 } else { 1.0 };
    let caption = 16.0;
    let widest = rest.width() / shown.len() as f32 - 6.0;
    let room = (rest.height() - 96.0).max(rest.height() * 0.45);
    let side = widest.min(room / rows - caption).max(40.0);
    let pictures = (side + caption) * rows;
    for (column, &layer) in shown.iter().enumerate() {
        let width = rest.width() / shown.len() as f32;
        let x = rest.min.x + column as f32 * width;
        for series in 0..if compare { 2 } else { 1 } {
            let y = rest.min.y + series as f32 * (side + caption);
            let cell = Rect::from_min_size(Pos2::new(x, y), vec2(width - 6.0, side + caption));
            picture(ui, ctx, view, cell, (series, layer));
        }
    }
    if let Some(text) = ctx.loading() {
        let area = rest.with_max_y(rest.min.y + pictures);
        veil(ui, ctx, area, &text);
    }
    let below = rest.with_min_y(rest.min.y + pictures + 2.0);
    ui.scope_builder(UiBuilder::new().max_rect(below), |ui| {
        alignment::show(ui, ctx);
    });
}

/// One layer of one task.
fn picture(
    ui: &mut Ui,
    ctx: &mut Ctx<'_>,
    view: &mut View,
    rect: Rect,
    (series, layer): (usize, usize),
) {
    let theme = *ctx.theme;
    let font = TextStyle::Small.resolve(ui.style());
    let area = square(rect.with_min_y(rect.min.y + 15.0));
    let maze = &ctx.activity.task.maze;
    let (points, explained) = match series {
        0 => {
            let insight = ctx.activity.insight;
            let points = insight.and_then(|i| i.points.get(layer));
            (
                points,
                insight.and_then(|i| i.explained.get(layer).copied()),
            )
        }
        _ => (ctx.activity.second.and_then(|s| s.points.get(layer)), None),
    };
    let caption = match (
        series,
        ctx.activity.second.and_then(|s| s.across.get(layer)),
    ) {
        (0, _) => texts::maze::LayerLine { layer: layer + 1 }.to_string(),
        (_, Some(across)) => {
            let (same, other) = (across.same, across.different);
            if rect.width() > 135.0 * theme.scale {
                texts::maze::SameAndOther { same, other }.to_string()
            } else {
                format!("ρ {same:.2} / {other:.2}")
            }
        }
        _ => texts::maze::second_task_awaited().to_owned(),
    };
    ui.painter().text(
        area.left_top() - vec2(0.0, 2.0),
        Align2::LEFT_BOTTOM,
        caption,
        font,
        theme.faint,
    );
    ui.painter().rect_filled(area, 4.0, theme.well);
    let id = ui.scope_id().with(("picture", series, layer));
    let response = ui.interact(area, id, Sense::click());
    let here = ctx.layer() == layer;
    response.widget_info(|| {
        let whose = [texts::maze::this_task(), texts::maze::the_second_task()][series];
        let name = texts::maze::DotsName {
            whose,
            layer: layer + 1,
        }
        .to_string();
        WidgetInfo::selected(Role::Button, true, here, name)
    });
    if here || response.has_focus() {
        let colour = if here { theme.faint } else { theme.accent };
        ui.painter().rect_stroke(
            area,
            4.0,
            Stroke::new(line::THIN, colour),
            StrokeKind::Inside,
        );
    }
    if response.clicked() && !here && ctx.unlocks("layer") {
        ctx.set("layer", (layer + 1).to_string());
    }
    let Some(points) = points.filter(|p| p.len() == maze.states()) else {
        return;
    };
    let dots = moved(ui, ctx, view, points, (series, layer));
    let inner = area.shrink(area.width() * 0.1);
    let at: Vec<Pos2> = dots.iter().map(|&dot| on_picture(inner, dot)).collect();
    let near = response.hover_pos().and_then(|point| {
        (0..at.len())
            .filter(|&s| at[s].distance(point) < 10.0)
            .min_by(|&a, &b| {
                at[a]
                    .distance_sq(point)
                    .total_cmp(&at[b].distance_sq(point))
            })
    });
    dots_and_lines(ui, ctx, view, (area, &at));
    if let Some(state) = near {
        view.pointed_state = Some(state);
        response.on_hover_text_at_pointer(ctx.place(state));
    } else {
        let share = explained.map_or(String::new(), |e| {
            texts::maze::DotsShare { percent: 100.0 * e }.to_string()
        });
        let help = match series {
            0 => texts::maze::DotsHelp {
                layer: layer + 1,
                share,
            }
            .to_string(),
            _ => texts::maze::tasks_help().to_owned(),
        };
        response.on_hover_text(help);
    }
}

fn dots_and_lines(ui: &Ui, ctx: &Ctx<'_>, view: &View, (area, at): (Rect, &[Pos2])) {
    let theme = ctx.theme;
    let maze = &ctx.activity.task.maze;
    let painter = ui.painter().with_clip_rect(area);
    let thin = Stroke::new(line::THIN, theme.faint.gamma_multiply(0.45));
    for state in 0..at.len() {
        for action in 0..maze.stay() {
            let next = maze.step(state, action);
            if next > state {
                painter.line_segment([at[state], at[next]], thin);
            }
        }
    }
    let radius = if at.len() > 64 { 2.2 } else { 3.6 };
    for (state, point) in at.iter().enumerate() {
        painter.circle_filled(*point, radius, place_colour(theme, maze, state));
    }
    let ring = |state: usize, radius: f32, colour: Color32| {
        if let Some(point) = at.get(state) {
            painter.circle_stroke(*point, radius, Stroke::new(line::MARK, colour));
        }
    };
    let outline = Stroke::new(
        line::THIN,
        if theme.dark { theme.ground } else { theme.text },
    );
    if let Some(point) = at.get(ctx.activity.task.goal) {
        star(&painter, *point, 8.0, theme.reward, outline);
    }
    ring(ctx.activity.agent, radius + 2.5, theme.text);
    if !ctx.activity.query_follows {
        ring(ctx.activity.query, radius + 4.5, theme.attention);
    }
    if let Some(state) = view.state {
        ring(state, radius + 4.0, theme.accent);
    }
    if let Some(memory) = view.memory.and_then(|m| ctx.activity.memories.get(m)) {
        let ends = [memory.transition.state, memory.transition.next];
        if let [Some(a), Some(b)] = ends.map(|s| at.get(s).copied()) {
            painter.line_segment([a, b], Stroke::new(line::STRONG, theme.accent));
        }
    }
}

/// Dots on their way to where they belong now.
fn moved<'v>(
    ui: &Ui,
    ctx: &Ctx<'_>,
    view: &'v mut View,
    goal: &[[f64; 2]],
    (series, layer): (usize, usize),
) -> &'v [[f32; 2]] {
    let all = &mut view.dots[series];
    if all.len() <= layer {
        all.resize_with(layer + 1, Vec::new);
    }
    let dots = &mut all[layer];
    let target = |[x, y]: [f64; 2]| [x as f32, y as f32];
    if !ctx.options.motion || dots.len() != goal.len() {
        dots.clear();
        dots.extend(goal.iter().copied().map(target));
        return dots;
    }
    let seconds = ui.input(|input| input.stable_dt).min(0.1);
    let part = 1.0 - libm::expf(-seconds * 9.0);
    let mut farthest = 0.0_f32;
    for (dot, goal) in dots.iter_mut().zip(goal) {
        for (now, then) in dot.iter_mut().zip(target(*goal)) {
            let left = then - *now;
            farthest = farthest.max(left.abs());
            *now += left * part;
        }
    }
    if farthest > 0.004 {
        ui.ctx().request_repaint();
    } else {
        for (dot, goal) in dots.iter_mut().zip(goal) {
            *dot = target(*goal);
        }
    }
    dots
}
