use serde::{Deserialize, Serialize};

/// Places that make one site of the experiment (the paper's unit of distance).
pub const PLACES_PER_SITE: f64 = 8.0;

/// Arrangement of the places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Geometry {
    /// A closed track.
    #[default]
    Ring,
    /// A square arena, row by row.
    Arena,
    /// A closed track with random, many-peaked tuning.
    Gaussian,
}

impl Geometry {
    /// Every geometry, with the word that links use.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Ring, "ring"),
        (Self::Arena, "arena"),
        (Self::Gaussian, "gaussian"),
    ];

    /// Places along one side of the arena, W = ⌊√S⌋; the whole track on a ring.
    #[must_use]
    pub fn width(self, places: usize) -> usize {
        match self {
            Self::Arena => places.isqrt().max(1),
            Self::Ring | Self::Gaussian => places.max(1),
        }
    }

    /// Distance between two places, in places: around the ring, or straight through the arena.
    #[must_use]
    pub fn distance(self, places: usize, from: usize, to: usize) -> f64 {
        match self {
            Self::Ring | Self::Gaussian => {
                let apart = from.abs_diff(to) % places.max(1);
                apart.min(places - apart) as f64
            }
            Self::Arena => {
                let width = self.width(places);
                let (row, column) = (
                    (from / width).abs_diff(to / width),
                    (from % width).abs_diff(to % width),
                );
                ((row * row + column * column) as f64).sqrt()
            }
        }
    }

    /// Position of a place in the unit square, x to the right and y down, for drawing.
    #[must_use]
    pub fn position(self, places: usize, place: usize) -> (f64, f64) {
        match self {
            Self::Ring | Self::Gaussian => {
                let angle = std::f64::consts::TAU * (place as f64 / places.max(1) as f64 - 0.25);
                (0.5 + 0.42 * libm::cos(angle), 0.5 + 0.42 * libm::sin(angle))
            }
            Self::Arena => {
                let width = self.width(places);
                let at = |k: usize| (k as f64 + 0.5) / width as f64;
                (at(place % width), at(place / width))
            }
        }
    }

    /// The neighbour of a place `right` steps to the right and `down` steps down (around the ring: their sum).
    /// Walls of the arena stop the bird.
    #[must_use]
    pub fn neighbour(self, places: usize, place: usize, right: i64, down: i64) -> usize {
        match self {
            Self::Ring | Self::Gaussian => {
                (place as i64 + right + down).rem_euclid(places.max(1) as i64) as usize
            }
            Self::Arena => {
                let width = self.width(places) as i64;
                let row = (place as i64 / width + down).clamp(0, width - 1);
                let column = (place as i64 % width + right).clamp(0, width - 1);
                (row * width + column) as usize
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ring_distance_goes_the_short_way() {
        assert_eq!(Geometry::Ring.distance(100, 2, 97), 5.0);
        assert_eq!(Geometry::Ring.distance(100, 0, 50), 50.0);
        assert_eq!(Geometry::Arena.distance(100, 0, 34), 5.0);
    }

    #[test]
    fn moving_stays_in_the_world() {
        assert_eq!(Geometry::Ring.neighbour(100, 99, 1, 0), 0);
        assert_eq!(Geometry::Ring.neighbour(100, 0, -1, 0), 99);
        assert_eq!(Geometry::Arena.neighbour(100, 0, -1, -1), 0);
        assert_eq!(Geometry::Arena.neighbour(100, 55, 1, 1), 66);
        assert_eq!(Geometry::Arena.neighbour(100, 99, 1, 1), 99);
    }
}
