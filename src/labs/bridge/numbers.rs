//! The table of five lookups, for the same memories.

use chickadee_engine::{models::key_value::Lookup, worlds::caching::Geometry};
use serde::Serialize;

use super::{Bridge, Key, matches::Matches};

/// One lookup in numbers. Weights are fractions of the largest weight of all memories at all places.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LookupNumbers {
    /// The word of the lookup in links.
    pub lookup: &'static str,
    /// Weight of the memory at its own place.
    pub own: f64,
    /// Its weight 4, 8 and 12 places further on.
    pub beside: [f64; 3],
    /// Total weight halfway to the memory before it; null where there is none.
    pub midpoint: Option<f64>,
    /// Mean total weight farther than 14 places from every memory; null where there is no such place.
    pub far: Option<f64>,
    /// Fraction of the places at which the largest weight is that of the nearest memory.
    pub nearest: f64,
}

/// Places farther than this from every memory are far.
const FAR: f64 = 14.0;

impl Bridge {
    /// The memory that the table is about: the one nearest to the place that is asked about.
    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        let (geometry, places) = (self.run.settings.geometry(), self.run.settings.places());
        let there = self.run.slots.iter().enumerate();
        let there = there.filter(|(_, slot)| !slot.removed);
        let distance = |place: usize| geometry.distance(places, place, self.run.at);
        there
            .min_by(|(_, a), (_, b)| distance(a.place).total_cmp(&distance(b.place)))
            .map(|(slot, _)| slot)
    }

    /// The table, once every place is known.
    #[must_use]
    pub fn numbers(&self) -> Option<Vec<LookupNumbers>> {
        let matches = self.derived.matches.ready(self)?;
        let chosen = self.chosen()?;
        Lookup::ALL
            .into_iter()
            .map(|lookup| self.numbers_of(matches, lookup, chosen))
            .collect()
    }

    fn numbers_of(
        &self,
        matches: &Matches,
        lookup: Lookup,
        chosen: usize,
    ) -> Option<LookupNumbers> {
        let settings = &self.run.settings;
        let (geometry, places) = (settings.geometry(), settings.places());
        let present = self.run.present();
        let beta = settings.get(Key::Beta);
        let weights: Option<Vec<Vec<f64>>> = (0..places)
            .map(|place| matches.weights(lookup, place, &present, beta))
            .collect();
        let weights = weights?;
        let all = weights.iter().flatten().copied();
        let largest = all.fold(f64::MIN_POSITIVE, f64::max);
        let total = |place: usize| weights[place].iter().sum::<f64>() / largest;
        let there = || {
            let slots = self.run.slots.iter().enumerate();
            slots.filter(|(_, slot)| !slot.removed)
        };
        let home = self.run.slots[chosen].place;
        let beside = |steps: usize| {
            let place = match geometry {
                Geometry::Arena => geometry.neighbour(places, home, steps as i64, 0),
                Geometry::Ring | Geometry::Gaussian => (home + steps) % places,
            };
            weights[place][chosen] / largest
        };
        let before = there().filter(|(_, slot)| slot.place < home);
        let before = before.map(|(_, slot)| slot.place).max();
        let midpoint = before.map(|before| {
            let (low, high) = ((before + home) / 2, (before + home).div_ceil(2));
            0.5 * (total(low) + total(high))
        });
        let distance = |place: usize, slot: usize| {
            geometry.distance(places, place, self.run.slots[slot].place)
        };
        let nearest = |place: usize| {
            let each = there().map(|(slot, _)| distance(place, slot));
            each.fold(f64::INFINITY, f64::min)
        };
        let far: Vec<f64> = (0..places)
            .filter(|place| nearest(*place) > FAR)
            .map(total)
            .collect();
        let right = (0..places).filter(|place| {
            let most = there()
                .max_by(|(a, _), (b, _)| weights[*place][*a].total_cmp(&weights[*place][*b]));
            most.is_some_and(|(slot, _)| distance(*place, slot) <= nearest(*place))
        });
        Some(LookupNumbers {
            lookup: super::word(lookup),
            own: weights[home][chosen] / largest,
            beside: [4, 8, 12].map(beside),
            midpoint,
            far: (!far.is_empty()).then(|| far.iter().sum::<f64>() / far.len() as f64),
            nearest: right.count() as f64 / places as f64,
        })
    }
}
