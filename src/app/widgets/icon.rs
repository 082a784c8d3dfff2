use eframe::egui::{
    Color32, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, accesskit::Role,
    vec2,
};

/// Icons are painted, so that they look the same on every machine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Play,
    Pause,
    Step,
    Undo,
    Redo,
    Close,
    Refresh,
}

/// A button with a painted icon; `name` is what a screen reader says and what the hover text shows.
pub(crate) fn icon_button(ui: &mut Ui, icon: Icon, name: &str, enabled: bool) -> Response {
    let size = ui.spacing().interact_size.y;
    let sense = if enabled {
        Sense::click()
    } else {
        Sense::hover()
    };
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    let visuals = ui.style().interact(&response);
    let colour = if enabled {
        visuals.fg_stroke.color
    } else {
        ui.visuals().weak_text_color()
    };
    if enabled && (response.hovered() || response.has_focus()) {
        ui.painter()
            .rect_filled(rect, visuals.corner_radius, visuals.bg_fill);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect,
            visuals.corner_radius,
            ui.visuals().widgets.hovered.bg_stroke,
            eframe::egui::StrokeKind::Inside,
        );
    }
    ui.painter()
        .extend(shapes(icon, rect.shrink(size * 0.28), colour));
    response.on_hover_text(name)
}

fn shapes(icon: Icon, rect: Rect, colour: Color32) -> Vec<Shape> {
    let at = |x: f32, y: f32| -> Pos2 { rect.min + vec2(x * rect.width(), y * rect.height()) };
    let stroke = Stroke::new(1.6, colour);
    let solid = |points: &[(f32, f32)]| {
        Shape::convex_polygon(
            points.iter().map(|&(x, y)| at(x, y)).collect(),
            colour,
            Stroke::NONE,
        )
    };
    let bar = |from: f32, to: f32| solid(&[(from, 0.0), (to, 0.0), (to, 1.0), (from, 1.0)]);
    let arc = |mirrored: bool, from: f32, to: f32| {
        let points = (0..=16).map(|i| {
            let angle = (from + (to - from) * i as f32 / 16.0) * std::f32::consts::TAU;
            let x = 0.5 + 0.45 * libm::cosf(angle);
            at(
                if mirrored { 1.0 - x } else { x },
                0.55 + 0.45 * libm::sinf(angle),
            )
        });
        Shape::line(points.collect(), stroke)
    };
    match icon {
        Icon::Play => vec![solid(&[(0.1, 0.0), (1.0, 0.5), (0.1, 1.0)])],
        Icon::Pause => vec![bar(0.1, 0.38), bar(0.62, 0.9)],
        Icon::Step => vec![
            solid(&[(0.0, 0.0), (0.65, 0.5), (0.0, 1.0)]),
            bar(0.72, 0.95),
        ],
        Icon::Undo => vec![
            arc(false, -0.45, 0.25),
            solid(&[(-0.1, 0.5), (0.1, 0.05), (0.38, 0.5)]),
        ],
        Icon::Redo => vec![
            arc(true, -0.45, 0.25),
            solid(&[(1.1, 0.5), (0.9, 0.05), (0.62, 0.5)]),
        ],
        Icon::Refresh => vec![
            arc(false, -0.1, 0.75),
            solid(&[(0.45, -0.12), (0.85, 0.1), (0.45, 0.34)]),
        ],
        Icon::Close => vec![
            Shape::line_segment([at(0.1, 0.1), at(0.9, 0.9)], stroke),
            Shape::line_segment([at(0.9, 0.1), at(0.1, 0.9)], stroke),
        ],
    }
}
