use chickadee_engine::models::key_value::Lookup;

use super::{
    Bridge, Key, Matches,
    judge::{Answer, Judge},
    matches::MatchesKey,
};
use crate::session::{Derived, Progress};

/// Everything that the answers depend on, and how many places can be answered.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswersKey {
    matches: MatchesKey,
    beta: f64,
    known: usize,
}

/// What all five lookups answer at every place, as far as known.
pub struct Answers {
    /// One lookup after the other: an answer a place.
    all: [Vec<Option<Answer>>; 5],
    of: (MatchesKey, f64),
    next: usize,
}

/// Places that are answered in a slice.
const SLICE: usize = 16;

impl Answers {
    /// The answer of a lookup at a place, if it is known.
    #[must_use]
    pub fn get(&self, lookup: Lookup, place: usize) -> Option<&Answer> {
        self.all[lookup as usize].get(place)?.as_ref()
    }

    /// The known answers of a lookup: (place, answer) by place.
    pub fn of(&self, lookup: Lookup) -> impl Iterator<Item = (usize, &Answer)> {
        let each = self.all[lookup as usize].iter().enumerate();
        each.filter_map(|(place, answer)| Some((place, answer.as_ref()?)))
    }

    /// Whether these are the answers of the lab as it is now, be it that some are missing.
    pub(super) fn is_of(&self, lab: &Bridge) -> bool {
        Matches::key(lab).is_some_and(|key| self.of == (key, lab.run.settings.get(Key::Beta)))
    }
}

impl Derived<Bridge> for Answers {
    type Key = AnswersKey;

    fn key(lab: &Bridge) -> Option<AnswersKey> {
        Some(AnswersKey {
            matches: Matches::key(lab)?,
            beta: lab.run.settings.get(Key::Beta),
            known: lab.matches().map_or(0, Matches::known),
        })
    }

    fn start(lab: &Bridge, key: &AnswersKey) -> Self {
        let places = lab.run.settings.places();
        Self {
            all: std::array::from_fn(|_| vec![None; places]),
            of: (key.matches.clone(), key.beta),
            next: 0,
        }
    }

    fn follow(&mut self, _: &Bridge, from: &AnswersKey, to: &AnswersKey) -> bool {
        from.matches == to.matches && from.beta == to.beta && from.known <= to.known
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let present = lab.run.present();
        let judge = Judge::new(lab, lab.memories(), &present);
        let (Some(matches), Some(judge)) = (lab.matches(), judge) else {
            return Progress::Idle;
        };
        let places = lab.run.settings.places();
        let known = matches.known();
        if self.next >= known {
            return Progress::Idle;
        }
        let end = (self.next + SLICE).min(known);
        for place in (self.next..end).map(|at| super::batch::spread(at, places)) {
            for lookup in Lookup::ALL {
                let similarities = matches.similarities(lookup, place);
                let answer = similarities.map(|found| judge.answer(lookup, found));
                self.all[lookup as usize][place] = answer;
            }
        }
        self.next = end;
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        let places = self.all[0].len().max(1);
        self.next as f64 / places as f64
    }
}
