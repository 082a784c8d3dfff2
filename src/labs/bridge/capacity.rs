//! Capacity: memories are added one by one, and every way to read them is asked at each of their places.

use chickadee_engine::models::{
    barcode::{Memory, Phase, Run as Settling},
    key_value::{Lookup, Query},
};

use super::{Bridge, Key, matches::place_of, stored::caching, world::WorldKey};
use crate::session::{Derived, Progress};

/// Everything that the capacity curve depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CapacityKey {
    world: WorldKey,
    gain: f64,
    clean: bool,
    search: f64,
    beta: f64,
}

/// The curve at one number of memories.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CapacityPoint {
    /// Number of memories.
    pub memories: usize,
    /// Fraction of them that are read as themselves: at its own place the memory has the largest weight. One number a lookup.
    pub right: [f64; 5],
    /// Mean distance between the place of a memory and the place that comes back there, in places.
    pub error: [f64; 5],
}

/// The largest number of memories.
pub const MOST: usize = 24;

/// Right answers and errors by number of memories.
pub struct Capacity {
    /// The curve as far as it is known.
    pub points: Vec<CapacityPoint>,
    memories: Vec<Memory>,
    storing: Option<Settling>,
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
        let asked = settings.is_on(Key::Capacity) && lab.derived.queries.ready(lab).is_some();
        let world = super::World::key(lab)?;
        asked.then(|| CapacityKey {
            world,
            gain: settings.get(Key::Gain),
            clean: settings.is_on(Key::Clean),
            search: settings.get(Key::Search),
            beta: settings.get(Key::Beta),
        })
    }

    fn start(_: &Bridge, _: &CapacityKey) -> Self {
        Self {
            points: Vec::new(),
            memories: Vec::new(),
            storing: None,
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
            let settling = self
                .storing
                .get_or_insert_with(|| Settling::new(caching(lab), vec![at], network.units()));
            let earlier = if settings.is_on(Key::Clean) {
                &[][..]
            } else {
                &self.memories
            };
            network.step(settling, &parameters, earlier);
            if settling.is_over() {
                let barcode = settling.activity().row(0).into();
                self.memories.push(Memory {
                    place: at,
                    weight: 1.0,
                    barcode,
                    value: network.inputs.rates.row(at).into(),
                });
                self.storing = None;
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
            let point = judge(lab, &self.memories, settling);
            self.points.extend(point);
            self.recalling = None;
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        let of = (MOST * (MOST + 1)) as f64;
        (self.points.len() * (self.points.len() + 1)) as f64 / of
    }
}

fn judge(lab: &Bridge, memories: &[Memory], settled: &Settling) -> Option<CapacityPoint> {
    let (network, queries) = (lab.network()?, lab.derived.queries.get()?);
    let settings = &lab.run.settings;
    let (geometry, places) = (settings.geometry(), settings.places());
    let present = vec![true; memories.len()];
    let mut point = CapacityPoint {
        memories: memories.len(),
        right: [0.0; 5],
        error: [0.0; 5],
    };
    for (row, memory) in memories.iter().enumerate() {
        let query = Query {
            content: network.inputs.rates.row(memory.place),
            barcode: queries.barcodes.row(memory.place),
            recalled: settled.activity().row(row),
        };
        for lookup in Lookup::ALL {
            let similarities: Vec<f64> = memories
                .iter()
                .map(|m| lookup.similarity(m, &query))
                .collect();
            let weights = lookup.weights(&similarities, &present, settings.get(Key::Beta));
            let largest = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            // Two memories of one place are both right.
            let right =
                |(m, weight): (&Memory, &f64)| m.place == memory.place && *weight == largest;
            if largest > 0.0 && memories.iter().zip(&weights).any(right) {
                point.right[lookup as usize] += 1.0;
            }
            let back = place_of(&network, geometry, memories, &weights);
            let off = back.map_or(places as f64 / 4.0, |back| {
                let back = (back.round() as usize).min(places - 1);
                geometry.distance(places, back, memory.place)
            });
            point.error[lookup as usize] += off;
        }
    }
    let count = memories.len() as f64;
    point.right = point.right.map(|sum| sum / count);
    point.error = point.error.map(|sum| sum / count);
    Some(point)
}
