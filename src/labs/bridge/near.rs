//! Interference: two memories at a distance that shrinks, and how each way of reading tells them apart.

use chickadee_engine::{
    models::barcode::{Memory, Phase, Run as Settling},
    worlds::caching::Geometry,
};

use super::{
    Bridge, Codes, Key, Study,
    codes::CodesKey,
    judge::{Compared, Judge, Score},
    stored::Storing,
    world::WorldKey,
};
use crate::session::{Derived, Progress};

/// Everything that the curve depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearKey {
    world: WorldKey,
    gain: f64,
    clean: bool,
    search: f64,
    beta: f64,
    damage: f64,
    codes: Option<CodesKey>,
}

/// The curve at one distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearPoint {
    /// Distance between the two memories, in places.
    pub distance: usize,
    /// How they are read at their own places, mean over [pairs](PAIRS).
    pub score: Score,
}

/// The largest distance, in places.
pub const FARTHEST: usize = 24;
/// Pairs of memories at each distance, spread over the world.
pub const PAIRS: usize = 6;

/// Ambiguity, errors and right answers by distance.
pub struct Near {
    /// The curve as far as it is known, from far to near.
    pub points: Vec<NearPoint>,
    /// Pairs of places that are still to be judged, by falling distance.
    pairs: Vec<(usize, [usize; 2])>,
    next: usize,
    memories: Vec<Memory>,
    storing: Storing,
    /// The pair as it is compared, and its places as they settle.
    recalling: Option<(Compared, Settling)>,
    scores: Vec<Score>,
}

/// Pairs of places, from the farthest to the nearest.
fn pairs(geometry: Geometry, places: usize) -> Vec<(usize, [usize; 2])> {
    let width = geometry.width(places);
    let most = match geometry {
        Geometry::Arena => width - 1,
        Geometry::Ring | Geometry::Gaussian => places / 2,
    };
    let pair = |distance: usize, number: usize| {
        let first = match geometry {
            // Along a row, from the wall on.
            Geometry::Arena => number * width / PAIRS * width,
            Geometry::Ring | Geometry::Gaussian => number * places / PAIRS,
        };
        let second = geometry.neighbour(places, first, distance as i64, 0);
        (distance, [first, second])
    };
    let distances = (1..=most.min(FARTHEST)).rev();
    distances
        .flat_map(|distance| (0..PAIRS).map(move |number| pair(distance, number)))
        .collect()
}

impl Derived<Bridge> for Near {
    type Key = NearKey;

    fn key(lab: &Bridge) -> Option<NearKey> {
        let settings = &lab.run.settings;
        let asked = settings.study() == Study::Near && lab.queries().is_some();
        let world = super::World::key(lab)?;
        asked.then(|| NearKey {
            world,
            gain: settings.get(Key::Gain),
            clean: settings.is_on(Key::Clean),
            search: settings.get(Key::Search),
            beta: settings.get(Key::Beta),
            damage: settings.get(Key::Damage),
            codes: Codes::key(lab),
        })
    }

    fn start(lab: &Bridge, _: &NearKey) -> Self {
        let settings = &lab.run.settings;
        Self {
            points: Vec::new(),
            pairs: pairs(settings.geometry(), settings.places()),
            next: 0,
            memories: Vec::new(),
            storing: Storing::default(),
            recalling: None,
            scores: Vec::new(),
        }
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let (Some(network), Some((distance, pair))) = (lab.network(), self.pairs.get(self.next))
        else {
            return Progress::Idle;
        };
        let settings = &lab.run.settings;
        let parameters = settings.parameters();
        if let Some(place) = pair.get(self.memories.len()) {
            let stored = self.storing.advance(lab, &network, *place, &self.memories);
            self.memories.extend(stored);
            return Progress::Worked;
        }
        let present = [true; 2];
        let (compared, settling) = self.recalling.get_or_insert_with(|| {
            let damage = settings.get(Key::Damage);
            let compared = Compared::new(lab, &self.memories, &present, damage);
            let phase = Phase::recall(&parameters, settings.get(Key::Search));
            (
                compared,
                Settling::new(phase, pair.to_vec(), network.units()),
            )
        });
        network.step(settling, &parameters, &compared.memories);
        if settling.is_over() {
            let judge = Judge::new(lab, &self.memories, &present);
            let score = judge.and_then(|judge| judge.score(lab, compared, settling.activity()));
            self.scores.extend(score);
            if (self.next + 1).is_multiple_of(PAIRS) {
                self.points.push(NearPoint {
                    distance: *distance,
                    score: Score::mean(&self.scores),
                });
                self.scores.clear();
            }
            self.memories.clear();
            self.recalling = None;
            self.next += 1;
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        self.next as f64 / self.pairs.len().max(1) as f64
    }
}
