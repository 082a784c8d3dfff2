//! The context, from no memory to all: drag to look at what the transformer would know with fewer.

use eframe::egui::{
    Align2, Mesh, Rect, Sense, Shape, Stroke, StrokeKind, TextStyle, Ui, Vec2, pos2, vec2,
};

use super::{Ctx, View};
use crate::{
    app::{paint::triangle, panels::axis, theme::line, widgets::track},
    labs::maze::Command,
    texts,
};

/// Points, before the theme's scale.
pub(super) const HEIGHT: f32 = 44.0;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let theme = *ctx.theme;
    let font = TextStyle::Small.resolve(ui.style());
    let (whole, _) = ui.allocate_exact_size(
        vec2(ui.available_width(), HEIGHT * theme.scale),
        Sense::hover(),
    );
    let (count, look) = (ctx.activity.memories.len(), ctx.activity.look);
    let span = ctx.span();
    // Words on the left, as wide as they get.
    let words = 104.0 * theme.scale;
    let area = Rect::from_min_max(
        pos2(whole.min.x + words, whole.min.y + 3.0),
        pos2(whole.max.x - 10.0, whole.max.y - 15.0),
    );
    if !area.is_positive() {
        return;
    }
    let x = |memories: f32| area.min.x + area.width() * memories / span as f32;
    let response = ui.interact(
        area.expand2(vec2(8.0, 8.0)),
        ui.scope_id().with("context"),
        Sense::click_and_drag(),
    );
    let name = texts::maze::ContextName { count }.to_string();
    let unlocked = ctx.shows("look") && ctx.unlocks("look") && ui.is_enabled();
    let mut asked = None;
    if ctx.shows("look") {
        asked = track(ui, &response, (&name, unlocked), look, count);
    }
    if response.clicked() || response.dragged() {
        let at = response.interact_pointer_pos().map(|at| {
            let part = ((at.x - area.min.x) / area.width()).clamp(0.0, 1.0);
            ((part * span as f32).round() as usize).min(count)
        });
        asked = at.filter(|at| *at != look).or(asked);
    }
    if response.double_clicked() {
        asked = Some(count);
    }
    if let Some(asked) = asked.filter(|_| unlocked) {
        let length = (asked < count).then_some(asked);
        ctx.send(Command::Look(length));
    }

    let painter = ui.painter();
    painter.rect_filled(area, 3.0, theme.panel);
    let known = area.with_max_x(x(count as f32));
    painter.rect_filled(known, 3.0, theme.well);
    painter.rect_stroke(
        area,
        3.0,
        Stroke::new(line::THIN, theme.edge),
        StrokeKind::Inside,
    );
    painter.add(hill(ctx, area, &x));
    for (position, memory) in ctx.activity.memories.iter().enumerate() {
        if memory.transition.reward > 0.0 {
            let tip = pos2(x(position as f32 + 1.0), area.max.y - 7.0);
            triangle(painter, tip, 7.0, theme.reward, ctx.is_rewarded(memory));
        }
    }
    if let Some(memory) = view.memory {
        let at = x(memory as f32 + 0.5);
        painter.vline(at, area.y_range(), Stroke::new(line::THIN, theme.accent));
    }
    let handle = x(look as f32);
    painter.vline(
        handle,
        area.y_range(),
        Stroke::new(line::STRONG, theme.text),
    );
    let grip = Rect::from_center_size(pos2(handle, area.center().y), Vec2::new(8.0, 16.0));
    let focused = response.has_focus() || response.hovered() || response.dragged();
    let fill = if focused { theme.accent } else { theme.text };
    painter.rect(
        grip,
        3.0,
        fill,
        Stroke::new(line::THIN, theme.panel),
        StrokeKind::Outside,
    );
    let below = area.with_max_y(area.max.y);
    axis(ui, &theme, below, span, "memories");
    let left = pos2(whole.min.x + 2.0, area.min.y);
    painter.text(
        left,
        Align2::LEFT_TOP,
        texts::maze::context(),
        font.clone(),
        theme.faint,
    );
    let text = if look == count {
        texts::maze::AllMemories { count }.to_string()
    } else {
        texts::maze::LookOf { look, count }.to_string()
    };
    painter.text(
        left + vec2(0.0, font.size + 3.0),
        Align2::LEFT_TOP,
        text,
        font,
        theme.text,
    );
    response.on_hover_text(texts::maze::context_help());
}

/// Return by context length, as a hill behind the handle.
fn hill(ctx: &Ctx<'_>, area: Rect, x: &impl Fn(f32) -> f32) -> Shape {
    let colour = ctx.theme.policy.gamma_multiply(0.3);
    let mut mesh = Mesh::default();
    let known = ctx.activity.curve.iter().filter(|p| p.value.is_finite());
    for (i, point) in known.enumerate() {
        let at = x(point.length as f32);
        let top = area.max.y - area.height() * point.value.clamp(0.0, 1.0) as f32;
        mesh.colored_vertex(pos2(at, area.max.y), colour);
        mesh.colored_vertex(pos2(at, top), colour);
        if i > 0 {
            let n = 2 * i as u32;
            mesh.add_triangle(n - 2, n - 1, n);
            mesh.add_triangle(n - 1, n, n + 1);
        }
    }
    Shape::mesh(mesh)
}
