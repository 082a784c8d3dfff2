use super::Geometry;
use crate::base::random::{Random, Stream};

/// A decision of the bird.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Fly to a place and look around.
    Fly(usize),
    /// Cache a seed where it is.
    Cache,
    /// Check the place where it is for a seed.
    Check,
}

/// A bird that forages by itself.
///
/// It wanders, caches a few seeds well apart, and then goes back and forth between checking places it cached at
/// and places it did not. Each decision is a function of the seed and of how many were made before, so a link
/// can continue a flight where it was.
#[derive(Clone, Copy, Debug)]
pub struct Forager {
    seed: u64,
}

/// The situation that a decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// Arrangement of the places.
    pub geometry: Geometry,
    /// Number of places, S.
    pub places: usize,
    /// The bird's place.
    pub at: usize,
    /// Places of the seeds that it knows of.
    pub cached: &'a [usize],
    /// Seeds that it caches before it only looks for them.
    pub limit: usize,
    /// True just after a flight.
    pub just_flew: bool,
}

impl Forager {
    /// A bird whose whims follow from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Decision number `count`.
    #[must_use]
    pub fn decide(&self, count: u64, situation: &Situation<'_>) -> Decision {
        let Situation {
            geometry,
            places,
            at,
            cached,
            limit,
            just_flew,
        } = *situation;
        let mut random = Random::new(self.seed, Stream::Bird, count);
        let nearest = cached
            .iter()
            .map(|&c| geometry.distance(places, at, c))
            .fold(f64::INFINITY, f64::min);
        // Two seeds in one basin of attraction would be one memory.
        let far = match geometry {
            Geometry::Arena => 4.0,
            Geometry::Ring | Geometry::Gaussian => 14.0,
        };
        if just_flew {
            if cached.len() < limit && nearest >= far {
                return Decision::Cache;
            }
            if !cached.is_empty() && random.below(3) > 0 {
                return Decision::Check;
            }
        }
        if !cached.is_empty() && random.below(2) == 0 {
            return Decision::Fly(cached[random.below(cached.len())]);
        }
        Decision::Fly(random.below(places))
    }
}
