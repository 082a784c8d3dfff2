use eframe::egui::{Color32, Painter, Pos2, Shape, Stroke, Vec2, pos2, vec2};

/// A star with five points, the mark of a goal; with an outline, so that it is seen on any ground.
pub(crate) fn star(painter: &Painter, at: Pos2, radius: f32, fill: Color32, outline: Stroke) {
    let corner = |i: usize| {
        let angle = (i as f32 / 10.0 - 0.25) * std::f32::consts::TAU;
        let r = if i.is_multiple_of(2) {
            radius
        } else {
            radius * 0.45
        };
        at + vec2(libm::cosf(angle), libm::sinf(angle)) * r
    };
    // A star is not convex: five kites, and the outline around them.
    for i in (0..10).step_by(2) {
        let kite = vec![at, corner((i + 9) % 10), corner(i), corner(i + 1)];
        painter.add(Shape::convex_polygon(kite, fill, Stroke::NONE));
    }
    if outline.width > 0.0 {
        painter.add(Shape::closed_line((0..10).map(corner).collect(), outline));
    }
}

/// A small triangle that stands on its tip's opposite side: the mark of a reward in time.
pub(crate) fn triangle(painter: &Painter, tip: Pos2, size: f32, colour: Color32, filled: bool) {
    let points = vec![
        tip,
        tip + vec2(size * 0.6, size),
        tip + vec2(-size * 0.6, size),
    ];
    painter.add(if filled {
        Shape::convex_polygon(points, colour, Stroke::NONE)
    } else {
        Shape::closed_line(points, Stroke::new(1.0, colour))
    });
}

/// An arrow: solid with a filled head, or dashed with a hollow one.
pub(crate) fn arrow(painter: &Painter, from: Pos2, way: Vec2, stroke: Stroke, solid: bool) {
    let length = way.length();
    if length < 0.5 {
        return;
    }
    let along = way / length;
    let across = vec2(-along.y, along.x);
    let head = (stroke.width * 2.6 + 1.5).min(length);
    let tip = from + way;
    let neck = tip - along * head;
    let points = vec![
        tip,
        neck + across * head * 0.62,
        neck - across * head * 0.62,
    ];
    if solid {
        painter.line_segment([from, neck], stroke);
        painter.add(Shape::convex_polygon(points, stroke.color, Stroke::NONE));
    } else {
        let thin = Stroke::new(stroke.width.min(1.5), stroke.color);
        painter.extend(Shape::dashed_line(
            &[from, pos2(neck.x, neck.y)],
            thin,
            3.0,
            2.0,
        ));
        painter.add(Shape::closed_line(points, thin));
    }
}
