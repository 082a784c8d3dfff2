use super::Family;

/// The family of a maze and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topology {
    /// Cells (x, y) of a rectangle.
    Grid {
        /// Number of rows; x runs over it.
        rows: usize,
        /// Number of columns; y runs over it.
        columns: usize,
    },
    /// Nodes (layer, position) of a binary tree.
    Tree {
        /// Number of layers, the root included.
        layers: usize,
    },
}

impl Topology {
    /// Gridworld or tree.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::Grid { .. } => Family::Gridworld,
            Self::Tree { .. } => Family::Tree,
        }
    }

    /// Width and height in cells; none of a tree.
    #[must_use]
    pub fn rectangle(self) -> Option<(usize, usize)> {
        match self {
            Self::Grid { rows, columns } => Some((columns, rows)),
            Self::Tree { .. } => None,
        }
    }

    /// Its size in one number: cells of the longer side, or layers.
    #[must_use]
    pub fn size(self) -> usize {
        match self {
            Self::Grid { rows, columns } => rows.max(columns),
            Self::Tree { layers } => layers,
        }
    }

    /// Position of a place.
    pub(super) fn position(self, place: usize) -> (usize, usize) {
        match self {
            Self::Grid { columns, .. } => (place / columns, place % columns),
            Self::Tree { .. } => {
                let layer = (place + 1).ilog2() as usize;
                (layer, place + 1 - (1 << layer))
            }
        }
    }

    /// The place at a position.
    pub(super) fn place(self, first: usize, second: usize) -> Option<usize> {
        match self {
            Self::Grid { rows, columns } => {
                (first < rows && second < columns).then_some(first * columns + second)
            }
            Self::Tree { layers } => {
                (first < layers && second < 1 << first).then(|| (1 << first) - 1 + second)
            }
        }
    }

    /// The distance of two places that their codes follow.
    pub(super) fn code_distance(self, a: usize, b: usize) -> u32 {
        match self {
            Self::Grid { .. } => {
                let ((x, y), (u, v)) = (self.position(a), self.position(b));
                (x.abs_diff(u).pow(2) + y.abs_diff(v).pow(2)).isqrt() as u32
            }
            Self::Tree { .. } => {
                // Counted from 1, the parent of a node is half of it: a node is its path from the root in binary.
                let (mut a, mut b) = (a + 1, b + 1);
                let mut steps = 0;
                while a != b {
                    if a > b {
                        a /= 2;
                    } else {
                        b /= 2;
                    }
                    steps += 1;
                }
                steps
            }
        }
    }
}
