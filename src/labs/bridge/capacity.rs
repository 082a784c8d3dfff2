//! Capacity: memories are added one by one, and every way to read them is asked at each of their places.

use chickadee_engine::models::barcode::{Memory, Phase, Run as Settling};

use super::{
    Bridge, Codes, Key,
    codes::CodesKey,
    judge::{Compared, Judge, Score},
    stored::Storing,
    world::WorldKey,
};
use crate::session::{Derived, Progress};

/// Everything that the capacity curve depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CapacityKey {
    world: WorldKey,
    gain: f64,
    clean: bool,
    search: f64,
    beta: f64,
    codes: Option<CodesKey>,
}

/// The curve at one number of memories.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CapacityPoint {
    /// Number of memories.
    pub memories: usize,
    /// How they are read at their own places.
    pub score: Score,
}

/// The largest number of memories.
pub const MOST: usize = 24;

/// Right answers and errors by number of memories.
pub struct Capacity {
    /// The curve as far as it is known.
    pub points: Vec<CapacityPoint>,
    memories: Vec<Memory>,
    storing: Storing,
    recalling: Option<Settling>,
}

/// The places of the memories: far apart at first, then between each other.
fn place(number: usize, places: usize) -> usize {
    // The golden section spreads any number of points around a circle.
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    ((number as f64 * GOLDEN).fract() * places as f64) as usize
}

impl Derived<Bridge> for Capacity {
    type Key = CapacityKey;

    fn key(lab: &Bridge) -> Option<CapacityKey> {
        let settings = &lab.run.settings;
        let asked = settings.is_on(Key::Capacity) && lab.queries().is_some();
        let world = super::World::key(lab)?;
        asked.then(|| CapacityKey {
            world,
            gain: settings.get(Key::Gain),
            clean: settings.is_on(Key::Clean),
            search: settings.get(Key::Search),
            beta: settings.get(Key::Beta),
            codes: Codes::key(lab),
        })
    }

    fn start(_: &Bridge, _: &CapacityKey) -> Self {
        Self {
            points: Vec::new(),
            memories: Vec::new(),
            storing: Storing::default(),
            recalling: None,
        }
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let Some(network) = lab.network() else {
            return Progress::Idle;
        };
        if self.points.len() >= MOST {
            return Progress::Idle;
        }
        let settings = &lab.run.settings;
        let parameters = settings.parameters();
        let places = settings.places();
        let number = self.points.len();
        if self.memories.len() == number {
            let at = place(number, places);
            if let Some(memory) = self.storing.advance(lab, &network, at, &self.memories) {
                self.memories.push(memory);
            }
            return Progress::Worked;
        }
        let settling = self.recalling.get_or_insert_with(|| {
            let phase = Phase::recall(&parameters, settings.get(Key::Search));
            let at = self.memories.iter().map(|memory| memory.place).collect();
            Settling::new(phase, at, network.units())
        });
        network.step(settling, &parameters, &self.memories);
        if settling.is_over() {
            let present = vec![true; self.memories.len()];
            let compared = Compared::whole(lab, &self.memories);
            let judge = Judge::new(lab, &self.memories, &present);
            let score = judge.and_then(|judge| judge.score(lab, &compared, settling.activity()));
            self.points.extend(score.map(|score| CapacityPoint {
                memories: self.memories.len(),
                score,
            }));
            self.recalling = None;
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        let of = (MOST * (MOST + 1)) as f64;
        (self.points.len() * (self.points.len() + 1)) as f64 / of
    }
}
