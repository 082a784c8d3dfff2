//! The table of five lookups, for the same memories.

use chickadee_engine::{models::key_value::Lookup, worlds::caching::Geometry};
use serde::Serialize;

use super::{Answers, Bridge, answers::AnswersKey, judge::Answer};
use crate::session::{Derived, Progress};

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

/// The table, made at once when every place is answered.
pub struct Table {
    rows: Vec<LookupNumbers>,
    made: bool,
}

impl Derived<Bridge> for Table {
    type Key = (AnswersKey, usize);

    fn key(lab: &Bridge) -> Option<Self::Key> {
        lab.derived.answers.ready(lab)?;
        lab.matches().filter(|matches| matches.is_done())?;
        Some((Answers::key(lab)?, lab.chosen()?))
    }

    fn start(_: &Bridge, _: &Self::Key) -> Self {
        Self {
            rows: Vec::new(),
            made: false,
        }
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        if self.made {
            return Progress::Idle;
        }
        let chosen = lab.chosen();
        let rows = Lookup::ALL
            .into_iter()
            .filter_map(|lookup| lab.numbers_of(lookup, chosen?));
        self.rows = rows.collect();
        self.made = true;
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        f64::from(u8::from(self.made))
    }
}

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
    pub fn numbers(&self) -> Option<&[LookupNumbers]> {
        let table = self.derived.numbers.ready(self)?;
        Some(&table.rows)
    }

    fn numbers_of(&self, lookup: Lookup, chosen: usize) -> Option<LookupNumbers> {
        let settings = &self.run.settings;
        let (geometry, places) = (settings.geometry(), settings.places());
        let answers = self.derived.answers.ready(self)?;
        let answers: Option<Vec<&Answer>> = (0..places)
            .map(|place| answers.get(lookup, place))
            .collect();
        let answers = answers?;
        let all = answers.iter().flat_map(|answer| &answer.weights);
        let largest = all.copied().fold(f64::MIN_POSITIVE, f64::max);
        let weight = |place: usize, slot: usize| answers[place].weights[slot];
        let total = |place: usize| answers[place].total / largest;
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
            weight(place, chosen) / largest
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
        // Where nothing comes back nothing is right.
        let answered = (0..places).filter(|place| answers[*place].place.is_some());
        let right = answered.filter(|place| {
            let most =
                there().max_by(|(a, _), (b, _)| weight(*place, *a).total_cmp(&weight(*place, *b)));
            most.is_some_and(|(slot, _)| distance(*place, slot) <= nearest(*place))
        });
        Some(LookupNumbers {
            lookup: super::word(lookup),
            own: weight(home, chosen) / largest,
            beside: [4, 8, 12].map(beside),
            midpoint,
            far: (!far.is_empty()).then(|| far.iter().sum::<f64>() / far.len() as f64),
            nearest: right.count() as f64 / places as f64,
        })
    }
}
