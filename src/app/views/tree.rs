//! Where panels stand: a tree of names and sizes, and the arithmetic of its rooms.

use eframe::egui::Rect;

use crate::app::theme::space::GAP;

/// Where panels stand, by their names.
#[derive(Debug)]
pub enum Layout {
    /// A panel in a box with its title.
    Panel(&'static str),
    /// A panel without a box.
    Bare(&'static str),
    /// Side by side.
    Columns(&'static [(Size, Layout)]),
    /// One below the other.
    Rows(&'static [(Size, Layout)]),
    /// One at a time, chosen by buttons.
    Tabs(&'static [&'static str]),
}

/// How much of a column or row one of its members takes; what is hidden takes nothing, and the last member takes the rest.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Part of the room.
    part: f32,
    /// Part of the room's other side: 1 makes a square.
    across: f32,
    /// Points, which grow with the theme's scale.
    scaled: f32,
    /// Bounds, as parts of the room and in points.
    least: (f32, f32),
    most: (f32, f32),
    /// Points added in the end.
    plus: f32,
    /// Whether it takes what the others leave.
    rest: bool,
}

impl Size {
    const NOTHING: Self = Self {
        part: 0.0,
        across: 0.0,
        scaled: 0.0,
        least: (0.0, 0.0),
        most: (1.0, f32::INFINITY),
        plus: 0.0,
        rest: false,
    };
    /// What the others leave.
    pub const REST: Self = Self {
        rest: true,
        ..Self::NOTHING
    };

    /// A part of the room.
    #[must_use]
    pub const fn part(part: f32) -> Self {
        Self {
            part,
            ..Self::NOTHING
        }
    }

    /// As much as the room is wide on its other side, and some points for what stands beside the square.
    #[must_use]
    pub const fn square(scaled: f32) -> Self {
        Self {
            across: 1.0,
            scaled,
            ..Self::NOTHING
        }
    }

    /// So many points.
    #[must_use]
    pub const fn points(scaled: f32) -> Self {
        Self {
            scaled,
            ..Self::NOTHING
        }
    }

    /// Between so many points.
    #[must_use]
    pub const fn between(mut self, least: f32, most: f32) -> Self {
        self.least.1 = least;
        self.most.1 = most;
        self
    }

    /// Between two parts of the room.
    #[must_use]
    pub const fn within(mut self, least: f32, most: f32) -> Self {
        self.least.0 = least;
        self.most.0 = most;
        self
    }

    /// Less half a gap: the boundary is in the middle of the gap.
    #[must_use]
    pub const fn centred(mut self) -> Self {
        self.plus = -GAP / 2.0;
        self
    }

    /// Points along a room of `length` whose other side is `across`.
    fn of(self, length: f32, across: f32, scale: f32) -> f32 {
        let wanted = self.part * length + self.across * across + self.scaled * scale;
        let least = self.least.1.max(self.least.0 * length);
        let most = self.most.1.min(self.most.0 * length).max(least);
        wanted.clamp(least, most) + self.plus
    }
}

/// Rooms of members of these sizes along one side of `rect`, with gaps between them.
pub(crate) fn rooms(sizes: &[Size], rect: Rect, downwards: bool, scale: f32) -> Vec<Rect> {
    let (length, across) = if downwards {
        (rect.height(), rect.width())
    } else {
        (rect.width(), rect.height())
    };
    // Exactly one member takes the rest, so that the room is filled whatever is hidden.
    let rest = sizes.iter().position(|size| size.rest);
    let rest = rest.unwrap_or(sizes.len().saturating_sub(1));
    let fixed = |at: usize| match at == rest {
        true => 0.0,
        false => sizes[at].of(length, across, scale),
    };
    let gaps = GAP * sizes.len().saturating_sub(1) as f32;
    let taken: f32 = (0..sizes.len()).map(fixed).sum();
    let left = (length - gaps - taken).max(0.0);
    let mut from = 0.0;
    let along = |at: usize| {
        let to = from + if at == rest { left } else { fixed(at) };
        let room = if downwards {
            rect.with_min_y(rect.min.y + from)
                .with_max_y(rect.min.y + to)
        } else {
            rect.with_min_x(rect.min.x + from)
                .with_max_x(rect.min.x + to)
        };
        from = to + GAP;
        room
    };
    (0..sizes.len()).map(along).collect()
}

#[cfg(test)]
mod tests {
    use eframe::egui::pos2;

    use super::*;

    fn room() -> Rect {
        Rect::from_min_max(pos2(10.0, 20.0), pos2(1010.0, 620.0))
    }

    #[test]
    fn members_fill_their_room_with_gaps_between_them() {
        let sizes = [
            Size::part(0.28).between(300.0, 400.0),
            Size::REST,
            Size::points(100.0),
        ];
        let rooms = rooms(&sizes, room(), false, 2.0);
        let widths: Vec<f32> = rooms.iter().map(Rect::width).collect();
        assert_eq!(widths, [300.0, 1000.0 - 500.0 - 2.0 * GAP, 200.0]);
        assert_eq!((rooms[0].min.x, rooms[2].max.x), (10.0, 1010.0));
        assert_eq!(rooms[0].max.x + GAP, rooms[1].min.x);
    }

    #[test]
    fn the_last_member_takes_the_rest_when_none_asks_for_it() {
        let sizes = [
            Size::square(50.0).within(0.1, 0.5),
            Size::part(0.1),
            Size::part(0.2),
        ];
        let all = rooms(&sizes, room(), true, 1.0);
        // As high as it is wide is too much: half of the room.
        assert_eq!(all[0].height(), 300.0);
        assert_eq!(all[2].max.y, 620.0);
        // With the others hidden, one has it all.
        assert_eq!(rooms(&sizes[1..2], room(), true, 1.0), [room()]);
    }
}
