//! Long work in slices: what recall says at every place, and what every place looks like at the present gain.
//!
//! Both run all places through the network in small groups, from coarse to fine, so that a first picture stands
//! after a moment. A job belongs to the state of the synapses that it was asked under and is dropped with it.

use std::collections::BTreeMap;

use crate::session::processor::{FarNetwork, FarRun, Progress};
use chickadee_engine::{
    analysis::{Moments, RecallCurve, pearson_of},
    base::{
        Matrix,
        reduce::{argmax, dot, sum},
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
    /// The network on another machine, if it runs there.
    pub far: Option<&'a dyn FarNetwork>,
}

impl<'a> Context<'a> {
    /// The other machine, if it can compute this network: weights towards units ahead are the CPU's alone.
    pub fn far(&self) -> Option<&'a dyn FarNetwork> {
        self.far.filter(|_| self.parameters.skew.is_none())
    }
}

/// All places through the network, a group at a time.
struct Sweep {
    phase: Phase,
    order: Vec<usize>,
    next: usize,
    group: Option<Group>,
}

/// Places that settle together, here or on another machine.
enum Group {
    Here(Run),
    There {
        places: Vec<usize>,
        far: Box<dyn FarRun>,
    },
}

impl Group {
    fn places(&self) -> &[usize] {
        match self {
            Self::Here(run) => run.places(),
            Self::There { places, .. } => places,
        }
    }
}

/// A group that is through.
struct Settled {
    places: Vec<usize>,
    /// Activity at the end, places × N.
    activity: Matrix,
    overflow: Option<usize>,
}

impl Sweep {
    fn new(phase: Phase, places: usize, first: &[usize]) -> Self {
        Self {
            phase,
            order: coarse_to_fine(places, first),
            next: 0,
            group: None,
        }
    }

    fn is_done(&self) -> bool {
        self.group.is_none() && self.next >= self.order.len()
    }

    /// One step of one group, and the group when it is through.
    fn advance(&mut self, context: &Context<'_>) -> (Progress, Option<Settled>) {
        let units = context.network.wiring.units();
        let drive = &context.network.drive.rates;
        let group = self.group.get_or_insert_with(|| {
            let size = match context.far() {
                Some(_) => FAR_GROUP,
                None => group_size(units),
            };
            let end = (self.next + size).min(self.order.len());
            let places = self.order[self.next..end].to_vec();
            self.next = end;
            match context.far() {
                None => Group::Here(Run::new(self.phase, places, units)),
                Some(far) => Group::There {
                    far: far.run(
                        self.phase,
                        &places,
                        drive,
                        context.parameters,
                        context.memories,
                        false,
                    ),
                    places,
                },
            }
        });
        let settled = match group {
            Group::Here(run) => {
                let Context {
                    network,
                    parameters,
                    memories,
                    ..
                } = *context;
                run.advance(&network.wiring, parameters, memories, drive);
                if !run.is_over() {
                    return (Progress::Worked, None);
                }
                Settled {
                    places: run.places().to_vec(),
                    activity: run.activity().clone(),
                    overflow: run.overflow(),
                }
            }
            Group::There { places, far } => {
                let activity = far.take();
                if activity.is_empty() {
                    return (Progress::Waits, None);
                }
                let overflow = !sum(&activity).is_finite();
                Settled {
                    activity: Matrix::from_values(places.len(), units, activity),
                    places: std::mem::take(places),
                    // When it happened is not known; numbers that are none stay so.
                    overflow: overflow.then(|| self.phase.steps()),
                }
            }
        };
        self.group = None;
        (Progress::Worked, Some(settled))
    }

    /// Begins the group that is under way anew.
    fn begin_group_again(&mut self) {
        if let Some(group) = self.group.take() {
            self.next -= group.places().len();
        }
    }

    fn fraction(&self) -> f64 {
        let running = self.group.as_ref().map_or(0, |group| group.places().len());
        (self.next - running) as f64 / self.order.len().max(1) as f64
    }
}

/// Places that settle together on another machine: a whole ring.
const FAR_GROUP: usize = 128;

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

    /// Goes on elsewhere: what is known stays.
    pub(super) fn move_house(&mut self) {
        self.sweep.begin_group_again();
    }

    pub(super) fn advance(&mut self, context: &Context<'_>) -> Progress {
        let (progress, settled) = self.sweep.advance(context);
        let Some(settled) = settled else {
            return progress;
        };
        self.overflow = self.overflow.or(settled.overflow);
        for (s, &place) in settled.places.iter().enumerate() {
            let activity = settled.activity.row(s);
            self.curve.seed_raw[place] = Some(seed_output(context.memories, activity));
            let out = place_output(context.memories, activity);
            self.curve.peak[place] = point(context.network, &out, self.pointing.row_mut(place));
            if context.memories.iter().any(|memory| memory.place == place) {
                self.at_caches.insert(place, activity.to_vec());
            }
        }
        progress
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

    /// Goes on elsewhere: what is known stays.
    pub(super) fn move_house(&mut self) {
        self.sweep.begin_group_again();
    }

    pub(super) fn advance(&mut self, context: &Context<'_>) -> Progress {
        let (progress, settled) = self.sweep.advance(context);
        if let Some(settled) = settled {
            for (s, &place) in settled.places.iter().enumerate() {
                self.learn(place, settled.activity.row(s));
            }
        }
        progress
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
