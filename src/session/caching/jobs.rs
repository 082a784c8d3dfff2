//! Long work in slices: what recall says at every place, and what every place looks like at the present gain.
//!
//! Both run all places through the network in small groups, from coarse to fine, so that a first picture stands
//! after a moment. A job belongs to the state of the synapses that it was asked under and is dropped with it.

use std::collections::BTreeMap;

use crate::{
    analysis::{Moments, RecallCurve, pearson_of},
    base::{
        Matrix,
        reduce::{argmax, dot},
    },
    models::barcode::{Memory, Parameters, Phase, Run, place_output, seed_output},
    worlds::caching::Geometry,
};

use super::network::Network;

/// What the jobs read.
pub(super) struct Context<'a> {
    pub network: &'a Network,
    pub parameters: &'a Parameters,
    pub memories: &'a [Memory],
}

/// All places through the network, a group at a time.
struct Sweep {
    phase: Phase,
    order: Vec<usize>,
    next: usize,
    run: Option<Run>,
}

impl Sweep {
    fn new(phase: Phase, places: usize, first: &[usize]) -> Self {
        Self {
            phase,
            order: coarse_to_fine(places, first),
            next: 0,
            run: None,
        }
    }

    fn is_done(&self) -> bool {
        self.run.is_none() && self.next >= self.order.len()
    }

    /// One step of one group. Returns the group when it is through.
    fn advance(&mut self, context: &Context<'_>) -> Option<Run> {
        let units = context.network.wiring.units();
        let run = self.run.get_or_insert_with(|| {
            let end = (self.next + group_size(units)).min(self.order.len());
            let places = self.order[self.next..end].to_vec();
            self.next = end;
            Run::new(self.phase, places, units)
        });
        run.advance(
            &context.network.wiring,
            context.parameters,
            context.memories,
            &context.network.drive.rates,
        );
        if run.is_over() { self.run.take() } else { None }
    }

    fn fraction(&self) -> f64 {
        let running = self.run.as_ref().map_or(0, |run| run.places().len());
        (self.next - running) as f64 / self.order.len().max(1) as f64
    }
}

/// Places that settle together: enough to share the weights in the cache, few enough for a frame.
fn group_size(units: usize) -> usize {
    if cfg!(target_arch = "wasm32") {
        (8000 / units.max(1)).clamp(1, 8)
    } else {
        20
    }
}

/// The places in `first`, then every sixteenth, every eighth, … and the rest.
fn coarse_to_fine(places: usize, first: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = first.iter().copied().filter(|&p| p < places).collect();
    for stride in [16, 8, 4, 2, 1] {
        order.extend((0..places).step_by(stride));
    }
    let mut seen = vec![false; places];
    order.retain(|&place| !std::mem::replace(&mut seen[place], true));
    order
}

/// Recall at every place.
pub struct RecallJob {
    sweep: Sweep,
    /// The readouts, as far as they are known.
    pub curve: RecallCurve,
    /// Place output read at the peak unit of every place: row = where the bird is, column = where it points.
    /// Not a number where unknown.
    pub pointing: Matrix,
    /// Activity at the end of recall, at the places where seeds are cached.
    pub at_caches: BTreeMap<usize, Vec<f32>>,
    /// The first step that overflowed, if one did.
    pub overflow: Option<usize>,
}

impl RecallJob {
    pub(super) fn new(context: &Context<'_>, search: f64, bird: usize) -> Self {
        let places = context.network.inputs.places();
        let mut first: Vec<usize> = context.memories.iter().map(|memory| memory.place).collect();
        first.push(bird);
        let mut job = Self {
            sweep: Sweep::new(Phase::recall(context.parameters, search), places, &first),
            curve: RecallCurve::unknown(places),
            pointing: Matrix::from_values(places, places, vec![f32::NAN; places * places]),
            at_caches: BTreeMap::new(),
            overflow: None,
        };
        if context.memories.is_empty() {
            // Recall with no memory is silence, whatever the network does.
            job.curve.seed_raw.fill(Some(0.0));
            job.pointing.values_mut().fill(0.0);
            job.sweep.next = job.sweep.order.len();
        }
        job
    }

    /// Whether every place is known.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.sweep.is_done()
    }

    /// Fraction done, 0 … 1.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        self.sweep.fraction()
    }

    pub(super) fn advance(&mut self, context: &Context<'_>) {
        let Some(run) = self.sweep.advance(context) else {
            return;
        };
        self.overflow = self.overflow.or(run.overflow());
        for (s, &place) in run.places().iter().enumerate() {
            let activity = run.activity().row(s);
            self.curve.seed_raw[place] = Some(seed_output(context.memories, activity));
            let out = place_output(context.memories, activity);
            self.curve.peak[place] = point(context.network, &out, self.pointing.row_mut(place));
            if context.memories.iter().any(|memory| memory.place == place) {
                self.at_caches.insert(place, activity.to_vec());
            }
        }
    }
}

/// Reads a place output: fills `row` with how strongly it points to each place, and returns where it peaks.
///
/// On the ring the peak is the paper's argmax / N_inp · S. In the arena the places' own peak units are compared.
/// Units of the Gaussian world have no position, so its output is decoded by its match with every place input.
fn point(network: &Network, out: &[f32], row: &mut [f32]) -> Option<f64> {
    let inputs = &network.inputs;
    for (place, value) in row.iter_mut().enumerate() {
        *value = match network.geometry {
            Geometry::Ring | Geometry::Arena => out[inputs.peaks[place]],
            Geometry::Gaussian => (dot(out, inputs.rates.row(place)) / out.len() as f64) as f32,
        };
    }
    match network.geometry {
        Geometry::Ring => {
            argmax(out).map(|unit| unit as f64 / inputs.units() as f64 * inputs.places() as f64)
        }
        Geometry::Arena | Geometry::Gaussian => argmax(row).map(|place| place as f64),
    }
}

/// The activity of every place at the present gain, and how alike any two are.
pub struct TuningJob {
    sweep: Sweep,
    known: Vec<usize>,
    moments: Vec<Moments>,
    /// Activity at the end of a visit, places × N; rows not known yet are zero.
    pub activity: Matrix,
    /// Pearson correlation, places × places; not a number where unknown.
    pub similarity: Matrix,
}

impl TuningJob {
    pub(super) fn new(context: &Context<'_>, gain: f64, bird: usize) -> Self {
        let places = context.network.inputs.places();
        let units = context.network.wiring.units();
        let mut job = Self {
            sweep: Sweep::new(Phase::visit(context.parameters, gain), places, &[bird]),
            known: Vec::new(),
            moments: vec![Moments::default(); places],
            activity: Matrix::zeros(places, units),
            similarity: Matrix::from_values(places, places, vec![f32::NAN; places * places]),
        };
        if gain == 0.0 {
            for place in 0..places {
                job.learn(place, context.network.place_code.row(place));
            }
            job.sweep.next = places;
        }
        job
    }

    /// Whether every place is known.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.sweep.is_done()
    }

    /// Fraction done, 0 … 1.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        self.sweep.fraction()
    }

    pub(super) fn advance(&mut self, context: &Context<'_>) {
        let Some(run) = self.sweep.advance(context) else {
            return;
        };
        for (s, &place) in run.places().iter().enumerate() {
            self.learn(place, run.activity().row(s));
        }
    }

    fn learn(&mut self, place: usize, activity: &[f32]) {
        self.activity.row_mut(place).copy_from_slice(activity);
        self.known.push(place);
        self.moments[place] = Moments::of(activity);
        for &other in &self.known {
            let r = pearson_of(
                (activity, self.moments[place]),
                (self.activity.row(other), self.moments[other]),
            ) as f32;
            self.similarity.row_mut(place)[other] = r;
            self.similarity.row_mut(other)[place] = r;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_comes_once_and_the_wanted_ones_first() {
        let order = coarse_to_fine(100, &[70, 20, 70, 999]);
        assert_eq!(order[..2], [70, 20]);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
    }
}
