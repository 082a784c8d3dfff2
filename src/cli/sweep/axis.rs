//! The values of one setting: a list, a range, or random draws.

use std::ops::Range;

use chickadee_engine::base::{
    StateHash,
    random::{Random, Stream},
};
use toml::de::DeValue;

use super::{
    MOST_RUNS,
    document::{Entries, Refusal, Value, number, word},
    experiment::Experiment,
};
use crate::{session::shortened, texts};

/// One setting and the values that it takes.
#[derive(Debug, PartialEq)]
pub struct Axis {
    /// The setting.
    pub key: String,
    /// Its values.
    pub values: Values,
}

/// The values of a setting.
#[derive(Debug, PartialEq)]
pub enum Values {
    /// Each of some, with each value of the other settings.
    Listed(Vec<String>),
    /// Another one for every sample, independent of the other settings.
    Random(Draw),
}

/// A distribution.
#[derive(Debug, PartialEq)]
pub struct Draw {
    span: Span,
    whole: bool,
}

/// From … to, in equal steps of the number or of its logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    from: f64,
    to: f64,
    logarithmic: bool,
}

impl Span {
    /// The number at a fraction of the way.
    fn at(self, fraction: f64) -> f64 {
        let Self { from, to, .. } = self;
        if fraction <= 0.0 {
            return from;
        }
        if fraction >= 1.0 {
            return to;
        }
        if self.logarithmic {
            let (low, high) = (libm::log(from), libm::log(to));
            libm::exp(low + (high - low) * fraction)
        } else {
            from + (to - from) * fraction
        }
    }
}

/// A number as links write it.
fn written(number: f64, whole: bool) -> String {
    (if whole { number.round() } else { number }).to_string()
}

impl Draw {
    /// The value of a sample. Draws of two settings are independent, and adding a setting changes none of the others.
    fn value(&self, key: &str, random_seed: u64, sample: usize) -> String {
        let seed = StateHash::default().integer(random_seed).text(key).finish();
        let mut random = Random::new(seed, Stream::Sweep, sample as u64);
        // Open at the lower end, as in `Random::uniform`.
        written(self.span.at(f64::from(random.uniform())), self.whole)
    }
}

impl Axis {
    /// Values listed; of random draws, one for each combination of the others.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::Listed(values) => values.len(),
            Values::Random(_) => 1,
        }
    }

    /// Whether values are drawn.
    pub fn is_random(&self) -> bool {
        matches!(self.values, Values::Random(_))
    }

    /// One of the values.
    pub fn value(&self, index: usize, random_seed: u64, sample: usize) -> String {
        match &self.values {
            Values::Listed(values) => values[index].clone(),
            Values::Random(draw) => draw.value(&self.key, random_seed, sample),
        }
    }

    /// Reads the values of a setting and checks each; of draws, the ends.
    pub fn read(
        key: &str,
        place: Range<usize>,
        value: &Value<'_>,
        experiment: &dyn Experiment,
    ) -> Result<Self, Refusal> {
        let Some(whole) = experiment.is_whole(key) else {
            return Err(Refusal::new(place, experiment.unknown(&shortened(key))));
        };
        let check = |text: String, span: Range<usize>| match experiment.check(key, &text) {
            Ok(()) => Ok((text, span)),
            Err(says) => Err(Refusal::new(span, says)),
        };
        let mut random = None;
        let listed = match value.get_ref() {
            DeValue::Array(values) => {
                let read = values.iter().map(|value| check(word(value)?, value.span()));
                read.collect::<Result<Vec<_>, _>>()?
            }
            DeValue::Table(table) => {
                let entries = Entries::of(value.span(), table, "".as_ref());
                let (numbers, draw) = range(&entries, whole)?;
                entries.finish()?;
                random = draw;
                let read = numbers.into_iter().map(|text| check(text, value.span()));
                read.collect::<Result<Vec<_>, _>>()?
            }
            _ => vec![check(word(value)?, value.span())?],
        };
        let values = match random {
            Some(draw) => Values::Random(draw),
            None => Values::Listed(different(listed, value.span())?),
        };
        let key = key.to_owned();
        Ok(Self { key, values })
    }
}

/// The numbers of a range; of draws, the ends, and how to draw.
fn range(entries: &Entries<'_>, whole: bool) -> Result<(Vec<String>, Option<Draw>), Refusal> {
    let logarithmic = match entries.text("scale")? {
        None | Some(("linear", _)) => false,
        Some(("log", _)) => true,
        Some((_, place)) => return Err(Refusal::new(place, texts::sweep::expects_scale())),
    };
    let span = |from: f64, to: f64, place: Range<usize>| {
        if from >= to {
            return Err(Refusal::new(
                place,
                texts::sweep::ExpectsRising { from, to },
            ));
        }
        if logarithmic && from <= 0.0 {
            return Err(Refusal::new(place, texts::sweep::ExpectsPositive { from }));
        }
        Ok(Span {
            from,
            to,
            logarithmic,
        })
    };
    if let Some(ends) = entries.take("random") {
        let two = ends.get_ref().as_array().filter(|ends| ends.len() == 2);
        let refused = || Refusal::new(ends.span(), texts::sweep::expects_ends());
        let two = two.ok_or_else(refused)?;
        let mut numbers = two.iter().map(number);
        let mut next = || numbers.next().unwrap_or_else(|| Err(refused()));
        let span = span(next()?, next()?, ends.span())?;
        let checked = [span.from, span.to].map(|end| written(end, whole));
        return Ok((checked.into(), Some(Draw { span, whole })));
    }
    let needed = |key: &str| entries.need(key).and_then(number);
    let span = span(needed("from")?, needed("to")?, entries.place.clone())?;
    entries.need("count")?;
    let count = entries.whole("count", 2..=MOST_RUNS as u64)?.unwrap_or(2) as usize;
    let at = |i: usize| written(span.at(i as f64 / (count - 1) as f64), whole);
    Ok(((0..count).map(at).collect(), None))
}

/// The values, if there are some and no two are the same.
fn different(
    values: Vec<(String, Range<usize>)>,
    place: Range<usize>,
) -> Result<Vec<String>, Refusal> {
    if values.is_empty() {
        return Err(Refusal::new(place, texts::sweep::expects_one()));
    }
    let mut seen = std::collections::BTreeSet::new();
    for (value, place) in &values {
        if !seen.insert(value) {
            let value = shortened(value);
            return Err(Refusal::new(place.clone(), texts::sweep::Twice { value }));
        }
    }
    Ok(values.into_iter().map(|(value, _)| value).collect())
}
