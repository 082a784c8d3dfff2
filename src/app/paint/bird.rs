use eframe::egui::{Painter, Pos2, Shape, Stroke, epaint::EllipseShape, vec2};

use crate::app::theme::Theme;

/// A chickadee: grey body, dark cap and bib, white cheek.
pub(crate) fn bird(painter: &Painter, at: Pos2, faces_right: bool, size: f32, theme: &Theme) {
    let x = if faces_right { 1.0 } else { -1.0 };
    let at = |dx: f32, dy: f32| at + vec2(dx * x, dy) * size;
    let ellipse = |dx, dy, rx: f32, ry: f32, colour| {
        EllipseShape::filled(at(dx, dy), vec2(rx, ry) * size, colour)
    };
    let dark = if theme.dark { theme.ground } else { theme.text };
    let light = if theme.dark { theme.text } else { theme.panel };
    let grey = Theme::blend(dark, light, 0.6);
    painter.add(ellipse(
        0.0,
        0.0,
        1.25,
        1.25,
        theme.accent.gamma_multiply(0.35),
    ));
    painter.add(Shape::convex_polygon(
        vec![at(-0.6, 0.1), at(-1.7, -0.25), at(-1.6, 0.15)],
        grey,
        Stroke::NONE,
    ));
    painter.add(ellipse(-0.15, 0.2, 0.85, 0.65, grey));
    painter.add(ellipse(0.5, -0.3, 0.52, 0.5, light));
    painter.add(ellipse(0.45, -0.5, 0.52, 0.34, dark));
    painter.add(ellipse(0.55, 0.06, 0.28, 0.16, dark));
    painter.add(Shape::convex_polygon(
        vec![at(0.98, -0.36), at(1.38, -0.22), at(0.98, -0.14)],
        dark,
        Stroke::new(0.5, light),
    ));
    painter.add(ellipse(0.68, -0.42, 0.08, 0.08, light));
}
