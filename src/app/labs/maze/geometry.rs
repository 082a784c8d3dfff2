//! Where the states of a maze are drawn.

use eframe::egui::{Pos2, Rect, Vec2, pos2, vec2};

use chickadee_engine::worlds::maze::{
    Maze, Topology,
    actions::{grid, tree},
};

/// Positions of the states: cells of a grid; a tree with its root in the middle and its layers as rings.
pub(super) struct Places {
    pub at: Vec<Pos2>,
    /// Side of a cell; in a tree, the room that a node has.
    pub cell: f32,
    pub is_grid: bool,
    centre: Pos2,
}

impl Places {
    pub(super) fn new(maze: &Maze, area: Rect) -> Self {
        match maze.topology() {
            Topology::Grid { rows, columns } => {
                let cell = (area.width() / columns as f32).min(area.height() / rows as f32);
                let size = vec2(columns as f32, rows as f32) * cell;
                let corner = area.center() - size / 2.0;
                let at = (0..maze.states()).map(|state| {
                    let (row, column) = maze.position(state);
                    corner + vec2(column as f32 + 0.5, row as f32 + 0.5) * cell
                });
                Self {
                    at: at.collect(),
                    cell,
                    is_grid: true,
                    centre: area.center(),
                }
            }
            Topology::Tree { layers } => {
                let ring = (area.width().min(area.height()) / 2.0 - 12.0) / (layers - 1) as f32;
                let spacing =
                    std::f32::consts::TAU * ring * (layers - 1) as f32 / (1 << (layers - 1)) as f32;
                let at = (0..maze.states()).map(|state| {
                    let (layer, position) = maze.position(state);
                    // From the top against the clock: left children lie on the left.
                    let turn = (position as f32 + 0.5) / (1 << layer) as f32;
                    let angle = turn * std::f32::consts::TAU;
                    let radius = layer as f32 * ring;
                    area.center() - vec2(libm::sinf(angle), libm::cosf(angle)) * radius
                });
                Self {
                    at: at.collect(),
                    cell: ring.min(spacing * 1.6),
                    is_grid: false,
                    centre: area.center(),
                }
            }
        }
    }

    /// The state at a point.
    pub(super) fn nearest(&self, point: Pos2) -> Option<usize> {
        let near = (0..self.at.len()).min_by(|&a, &b| {
            let (a, b) = (self.at[a].distance_sq(point), self.at[b].distance_sq(point));
            a.total_cmp(&b)
        })?;
        let way = point - self.at[near];
        let within = if self.is_grid {
            way.x.abs().max(way.y.abs()) <= self.cell / 2.0
        } else {
            way.length() <= self.cell.max(12.0)
        };
        within.then_some(near)
    }

    /// Radius of a node of a tree, or of the middle of a cell.
    pub(super) fn node(&self) -> f32 {
        if self.is_grid {
            self.cell * 0.12
        } else {
            (self.cell * 0.16).clamp(2.0, 7.0)
        }
    }

    /// Where an action points to, from a state: a vector of the length that certainty has.
    pub(super) fn heading(&self, maze: &Maze, state: usize, action: usize) -> Vec2 {
        if self.is_grid {
            let unit = match action {
                grid::UP => vec2(0.0, -1.0),
                grid::RIGHT => vec2(1.0, 0.0),
                grid::DOWN => vec2(0.0, 1.0),
                _ => vec2(-1.0, 0.0),
            };
            return unit * self.cell * 0.42;
        }
        let next = maze.step(state, action);
        let from = self.at[state];
        if next != state {
            return (self.at[next] - from) * 0.62;
        }
        // Nothing is there: a short way outwards, or up from the root.
        let out = from - self.centre;
        let out = if out.length() < 1.0 {
            vec2(0.0, -1.0)
        } else {
            out.normalized()
        };
        let across = vec2(-out.y, out.x);
        let side = match action {
            tree::LEFT => -0.6,
            tree::RIGHT => 0.6,
            _ => 0.0,
        };
        (out + across * side).normalized() * self.cell * 0.55
    }

    /// The line of a step between two states, a little to its right, so that both directions can be seen.
    pub(super) fn line(&self, from: usize, to: usize) -> [Pos2; 2] {
        let (a, b) = (self.at[from], self.at[to]);
        let way = b - a;
        let along = way.normalized();
        let offset = vec2(-along.y, along.x) * (self.cell * 0.07).clamp(1.5, 6.0);
        let inset = if self.is_grid {
            along * self.cell * 0.16
        } else {
            Vec2::ZERO
        };
        [a + offset + inset, b + offset - inset]
    }

    /// Middle and radius of the ring of steps that did not move.
    pub(super) fn ring(&self, state: usize) -> (Pos2, f32) {
        if self.is_grid {
            let at = self.at[state] + vec2(0.3, -0.3) * self.cell;
            (at, self.cell * 0.07)
        } else {
            (self.at[state], self.node() + 2.5)
        }
    }

    /// Where the agent stands: beside the middle, so that the arrows there can be seen.
    pub(super) fn perch(&self, state: usize) -> Pos2 {
        if self.is_grid {
            self.at[state] + vec2(-0.24, 0.22) * self.cell
        } else {
            self.at[state] + vec2(-5.0, 4.0)
        }
    }
}

/// Distance of a point from a segment.
pub(super) fn distance([a, b]: [Pos2; 2], point: Pos2) -> f32 {
    let way = b - a;
    let part = ((point - a).dot(way) / way.length_sq().max(1e-6)).clamp(0.0, 1.0);
    (a + way * part).distance(point)
}

/// A point of a picture whose largest coordinate is 1.
pub(super) fn on_picture(rect: Rect, [x, y]: [f32; 2]) -> Pos2 {
    let half = rect.size() / 2.0;
    pos2(rect.center().x + x * half.x, rect.center().y - y * half.y)
}
