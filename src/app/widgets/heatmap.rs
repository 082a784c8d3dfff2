use eframe::egui::{
    Align2, Color32, FontId, Rect, Response, Sense, Stroke, TextStyle, Ui, WidgetInfo,
    accesskit::Role, epaint::TextShape, pos2, vec2,
};

use crate::app::{
    paint::{image, show_image},
    panels::axis,
    theme::{Theme, space::AXIS},
};

/// Height of a map that has words and numbers around it; on a lower one they would lie on each other and on the title.
const LOWEST: f32 = 42.0;

/// What stands below a heat map.
pub(crate) enum Below<'a> {
    Nothing,
    /// A line of text in the middle.
    Text(&'a str),
    /// Numbers from 0 to an end, and what they count.
    Counts(usize, &'a str),
}

/// A matrix as an image of one colour a cell, with axes; the pointer tells which cell it is over.
pub(crate) struct HeatMap<'a> {
    /// What the image is called, for a screen reader.
    pub name: String,
    /// The name of its image and of its response, in this panel.
    pub id: &'a str,
    /// Columns and rows.
    pub cells: [usize; 2],
    /// Changes when a colour does: the image is drawn again only then.
    pub key: u64,
    /// What is done with the pointer.
    pub sense: Sense,
    /// Whether row 0 is the lowest.
    pub upward: bool,
    /// What stands above.
    pub above: &'a str,
    /// What the rows are, written upwards at the left.
    pub left: &'a str,
    pub below: Below<'a>,
}

impl Default for HeatMap<'_> {
    fn default() -> Self {
        Self {
            name: String::new(),
            id: "heat-map",
            cells: [1, 1],
            key: 0,
            sense: Sense::hover(),
            upward: false,
            above: "",
            left: "",
            below: Below::Nothing,
        }
    }
}

/// A heat map that was drawn.
pub(crate) struct DrawnMap {
    pub response: Response,
    /// Column and row under the pointer, as of the matrix.
    pub cell: Option<[usize; 2]>,
    area: Rect,
    cells: [usize; 2],
    upward: bool,
}

impl HeatMap<'_> {
    /// Draws it into `area`, with its axes around that; `colours` are asked for row by row, from row 0, when `key` has changed.
    pub(crate) fn show(
        self,
        ui: &Ui,
        theme: &Theme,
        area: Rect,
        colours: impl FnOnce() -> Vec<Color32>,
    ) -> DrawnMap {
        let id = ui.scope_id().with(self.id);
        let [columns, rows] = self.cells.map(|n| n.max(1));
        let upward = self.upward;
        let texture = image(ui.ctx(), id, self.key, || {
            let mut pixels = colours();
            pixels.resize(columns * rows, theme.well);
            if upward {
                let rows: Vec<&[Color32]> = pixels.chunks(columns).rev().collect();
                pixels = rows.concat();
            }
            ([columns, rows], pixels)
        });
        ui.painter().rect_filled(area, 0.0, theme.well);
        show_image(ui.painter(), &texture, area);
        let response = ui.interact(area, id, self.sense);
        let name = self.name.as_str();
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
        self.axes(ui, theme, area);
        let drawn = DrawnMap {
            cell: None,
            area,
            cells: [columns, rows],
            upward,
            response,
        };
        DrawnMap {
            cell: drawn.cell_of([columns, rows]),
            ..drawn
        }
    }

    fn axes(&self, ui: &Ui, theme: &Theme, area: Rect) {
        if area.height() < LOWEST {
            return;
        }
        let font = small_font(ui);
        let painter = ui.painter();
        if !self.above.is_empty() {
            let at = area.left_top() - vec2(0.0, 2.0);
            painter.text(
                at,
                Align2::LEFT_BOTTOM,
                self.above,
                font.clone(),
                theme.faint,
            );
        }
        match self.below {
            Below::Nothing => {}
            Below::Text(text) => {
                let at = area.center_bottom() + vec2(0.0, 1.0);
                painter.text(at, Align2::CENTER_TOP, text, font.clone(), theme.faint);
            }
            Below::Counts(end, name) => axis(ui, theme, area, end, name),
        }
        if !self.left.is_empty() {
            let galley = painter.layout_no_wrap(self.left.to_owned(), font, theme.faint);
            let length = galley.size().x;
            // On a low map it would stand over the title.
            if length <= area.height() + 4.0 {
                let at = pos2(area.min.x - 18.0, area.center().y + length / 2.0);
                let text = TextShape::new(at, galley, theme.faint);
                painter.add(text.with_angle(-std::f32::consts::FRAC_PI_2));
            }
        }
    }
}

impl DrawnMap {
    /// Column and row under the pointer, in a matrix of so many: more than there are cells where several are pooled in one.
    pub(crate) fn cell_of(&self, cells: [usize; 2]) -> Option<[usize; 2]> {
        let at = self.response.hover_pos()? - self.area.min;
        let index = |part: f32, n: usize| ((part.max(0.0) * n as f32) as usize).min(n - 1);
        let column = index(at.x / self.area.width(), cells[0]);
        let row = index(at.y / self.area.height(), cells[1]);
        let row = if self.upward { cells[1] - 1 - row } else { row };
        Some([column, row])
    }

    /// A line along a column, at a position counted in cells.
    pub(crate) fn column_line(&self, ui: &Ui, column: f32, stroke: Stroke) {
        let x = self.area.min.x + self.area.width() * column / self.cells[0] as f32;
        ui.painter().vline(x, self.area.y_range(), stroke);
    }

    /// A line along a row, at a position counted in cells.
    pub(crate) fn row_line(&self, ui: &Ui, row: f32, stroke: Stroke) {
        let part = row / self.cells[1] as f32;
        let part = if self.upward { 1.0 - part } else { part };
        let y = self.area.min.y + self.area.height() * part;
        ui.painter().hline(self.area.x_range(), y, stroke);
    }
}

/// A scale of colours at the right of an area, from the top down: `colour` of 1 to −1, and the numbers 1, 0, −1.
pub(crate) fn colour_scale(ui: &Ui, theme: &Theme, area: Rect, colour: fn(f32) -> Color32) {
    const STEPS: usize = 32;
    if area.height() < LOWEST {
        return;
    }
    let font = small_font(ui);
    let rect = Rect::from_min_size(area.right_top() + vec2(6.0, 0.0), vec2(8.0, area.height()));
    let step = rect.height() / STEPS as f32;
    for i in 0..STEPS {
        let part = i as f32 / (STEPS - 1) as f32;
        let corner = pos2(
            rect.min.x,
            rect.min.y + rect.height() * i as f32 / STEPS as f32,
        );
        let cell = Rect::from_min_size(corner, vec2(rect.width(), step + 0.5));
        ui.painter()
            .rect_filled(cell, 0.0, colour(1.0 - 2.0 * part));
    }
    for (text, part, align) in [
        ("1", 0.0, Align2::LEFT_TOP),
        ("0", 0.5, Align2::LEFT_CENTER),
        ("−1", 1.0, Align2::LEFT_BOTTOM),
    ] {
        let at = pos2(rect.max.x + 3.0, rect.min.y + rect.height() * part);
        ui.painter()
            .text(at, align, text, font.clone(), theme.faint);
    }
}

/// The square for a heat map in a room, with a line of text below it and so much room at its right.
pub(crate) fn square_above_axis(room: Rect, right: f32) -> Rect {
    crate::app::panels::square(Rect::from_min_max(room.min, room.max - vec2(right, AXIS)))
}

fn small_font(ui: &Ui) -> FontId {
    TextStyle::Small.resolve(ui.style())
}
