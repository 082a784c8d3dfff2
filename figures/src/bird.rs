use std::sync::Arc;

use super::pause;
use chickadee_engine::{
    base::{
        Matrix,
        reduce::{argmax, dot},
    },
    models::barcode::{
        Drive, DriveProgress, Euler, InputWeights, Memory, Parameters, Phase, Run, Skew, Wiring,
        WiringProgress, blend, place_mode,
    },
    worlds::caching::{Geometry, PlaceInputs},
};

/// A bird of a figure: the world that it knows, its network, and what it has cached.
///
/// Figures use the authors' Euler step, so a run may overflow; its numbers are NaN then, as theirs are.
#[derive(Clone)]
pub struct Bird {
    /// How places lie.
    pub geometry: Geometry,
    /// What places feel like, X.
    pub inputs: Arc<PlaceInputs>,
    /// Input of the units at every place, S × N: X J_ix.
    pub drive: Arc<Matrix>,
    /// The fixed random weights.
    pub wiring: Arc<Wiring>,
    /// Parameters of the dynamics, to be changed between runs.
    pub parameters: Parameters,
    /// What the recurrent synapses J_xx hold.
    pub memories: Vec<Memory>,
    /// What the readouts J_xy and J_xs hold; the same as `memories` unless a protocol takes one of them away.
    pub readouts: Vec<Memory>,
}

/// Draws this many numbers between two pauses: some milliseconds.
const DRAWN_AT_ONCE: usize = 200_000;

impl Bird {
    /// Places of the paper's ring, S.
    pub const PLACES: usize = 100;
    /// Length constant of the paper's place fields, λ.
    pub const DECAY: f64 = 0.2;

    /// The paper's bird: 100 places on a ring, N place inputs and units, default parameters, nothing cached.
    pub async fn new(seed: u64, units: usize) -> Self {
        Self::tuned(seed, units, Self::DECAY).await
    }

    /// The same with another length constant of its place fields.
    pub async fn tuned(seed: u64, units: usize, decay: f64) -> Self {
        pause().await;
        let inputs = PlaceInputs::ring(Self::PLACES, units, decay);
        Self::in_world(seed, units, Geometry::Ring, inputs).await
    }

    /// A bird of `units` units in another world. Input units are the network's where there are as many.
    pub async fn in_world(
        seed: u64,
        units: usize,
        geometry: Geometry,
        inputs: PlaceInputs,
    ) -> Self {
        pause().await;
        let mut drive = DriveProgress::new(&inputs.rates, InputWeights::Identity, units, seed);
        while !drive.advance(&inputs.rates, 8) {
            pause().await;
        }
        let Drive { rates } = drive.finish();
        Self {
            geometry,
            inputs: Arc::new(inputs),
            drive: Arc::new(rates),
            wiring: Arc::new(wiring(seed, units).await),
            parameters: Parameters {
                euler: Euler::Reference,
                ..Parameters::default()
            },
            memories: Vec::new(),
            readouts: Vec::new(),
        }
    }

    /// Number of units, N.
    #[must_use]
    pub fn units(&self) -> usize {
        self.wiring.units()
    }

    /// Number of places, S.
    #[must_use]
    pub fn places(&self) -> usize {
        self.inputs.places()
    }

    /// Distance between two places, in places.
    #[must_use]
    pub fn distance(&self, from: usize, to: usize) -> f64 {
        self.geometry.distance(self.places(), from, to)
    }

    /// Distance of a place from the nearest of some others, in places.
    #[must_use]
    pub fn nearest(&self, place: usize, others: &[usize]) -> f64 {
        let distances = others.iter().map(|&other| self.distance(place, other));
        distances.fold(f64::INFINITY, f64::min)
    }

    /// Forgets everything.
    pub fn forget(&mut self) {
        self.memories.clear();
        self.readouts.clear();
    }

    /// Recurrent weights w₁ J + w₂ Δ (figure 6): the random ones, mean and all, times w₁, and w₂ times those towards units
    /// ahead. What was cached stays as it is.
    pub fn skew(&mut self, random: f64, ahead: f64) {
        let Parameters {
            weight_gain,
            weight_mean,
            ..
        } = Parameters::default();
        self.parameters.weight_gain = random * weight_gain;
        self.parameters.weight_mean = random * weight_mean;
        self.parameters.skew = Some(Skew::scaled(ahead, self.units()));
    }

    /// Place-mode activity at a place: the fixed point at r = 0, N numbers (`run_nonrecurrent`).
    #[must_use]
    pub fn visit(&self, place: usize) -> Vec<f32> {
        place_mode(&self.parameters, self.drive.row(place))
    }

    /// Activity at the end of a run over some places, places × N. Rows never interact.
    pub async fn run(&self, phase: Phase, places: &[usize]) -> Matrix {
        self.watch(phase, places, |_, _| {}).await
    }

    /// The same of all places.
    pub async fn ring(&self, phase: Phase) -> Matrix {
        let places: Vec<usize> = (0..self.places()).collect();
        self.run(phase, &places).await
    }

    /// Activity at the end of a run; `look` sees it after every step: the row of `places`, and the run.
    pub async fn watch(
        &self,
        phase: Phase,
        places: &[usize],
        mut look: impl FnMut(usize, &Run) + Send,
    ) -> Matrix {
        let units = self.units();
        let mut values = Vec::with_capacity(places.len() * units);
        let mut row = 0;
        for group in places.chunks(group_size(units)) {
            let mut run = Run::new(phase, group.to_vec(), units);
            while !run.is_over() {
                run.advance(&self.wiring, &self.parameters, &self.memories, &self.drive);
                look(row, &run);
                pause().await;
            }
            row += group.len();
            values.extend_from_slice(run.activity().values());
        }
        Matrix::from_values(places.len(), units, values)
    }

    /// Activity after every step of a run from each of some places: steps × N each. Not for many at once: it is all kept.
    pub async fn history(&self, phase: Phase, places: &[usize]) -> Vec<Matrix> {
        let mut history = vec![Matrix::zeros(phase.steps(), self.units()); places.len()];
        let keep = |row: usize, run: &Run| {
            let activity = run.activity();
            for (i, history) in history[row..].iter_mut().take(activity.rows()).enumerate() {
                history
                    .row_mut(run.step() - 1)
                    .copy_from_slice(activity.row(i));
            }
        };
        self.watch(phase, places, keep).await;
        history
    }

    /// Caches a seed: 100 steps at full gain, five with seed input, one Hebbian update. Returns the barcode, N numbers.
    pub async fn cache(&mut self, place: usize) -> Arc<[f32]> {
        let phase = Phase::cache(&self.parameters);
        let activity = self.run(phase, &[place]).await;
        self.store(place, activity.row(0).into())
    }

    /// The Hebbian update alone: binds activity to itself, the place and the seed.
    pub fn store(&mut self, place: usize, barcode: Arc<[f32]>) -> Arc<[f32]> {
        let memory = Memory {
            place,
            weight: 1.0,
            barcode: Arc::clone(&barcode),
            value: self.inputs.rates.row(place).into(),
        };
        self.memories.push(memory.clone());
        self.readouts.push(memory);
        barcode
    }

    /// What the readouts say after a recall from every place at search strength s.
    pub async fn recall(&self, search: f64) -> Recall {
        let places: Vec<usize> = (0..self.places()).collect();
        self.recall_at(search, &places).await
    }

    /// The same from some places: rows and fractions are of these alone.
    pub async fn recall_at(&self, search: f64, places: &[usize]) -> Recall {
        let phase = Phase::recall(&self.parameters, search);
        Recall::of(self, self.run(phase, places).await)
    }
}

/// The network of a seed, drawn between pauses.
pub(super) async fn wiring(seed: u64, units: usize) -> Wiring {
    let mut progress = WiringProgress::new(seed, units);
    while !progress.advance((DRAWN_AT_ONCE / units.max(1)).max(1)) {
        pause().await;
    }
    progress.finish()
}

/// Places that settle together: natively all, which share every row of the weights that they read; in a page so few that a step
/// fits between two frames.
fn group_size(units: usize) -> usize {
    if cfg!(target_arch = "wasm32") {
        (8000 / units.max(1)).clamp(1, 8)
    } else {
        100
    }
}

/// What was recalled from every place.
#[derive(Clone, Debug)]
pub struct Recall {
    /// Final activity, S × N.
    pub activity: Matrix,
    /// ⟨a, aₖ⟩ of each place with each memory that the readouts hold, S × K.
    pub matches: Vec<Vec<f64>>,
    /// Seed output as a fraction of its largest value over all places. One overflow makes all of them NaN, as in the authors'
    /// analysis.
    pub seed_ratio: Vec<f64>,
    /// L2 norm of the place output as a fraction of its largest value: the readout of the older analyses.
    pub place_ratio: Vec<f64>,
    /// The input unit at which the place output is largest; 0 after an overflow, as in the authors' analysis.
    pub peak: Vec<usize>,
}

impl Recall {
    /// The readouts of final activity, a row per place.
    #[must_use]
    pub fn of(bird: &Bird, activity: Matrix) -> Self {
        let memories = &bird.readouts;
        let matches: Vec<Vec<f64>> = (0..activity.rows())
            .map(|place| {
                let of =
                    |memory: &Memory| memory.weight * dot(activity.row(place), &memory.barcode);
                memories.iter().map(of).collect()
            })
            .collect();
        let outputs: Vec<Vec<f32>> = matches
            .iter()
            .map(|row| blend(memories, row.iter().map(|&m| m as f32)))
            .collect();
        Self {
            seed_ratio: fractions(matches.iter().map(|row| row.iter().sum())),
            place_ratio: fractions(outputs.iter().map(|output| dot(output, output).sqrt())),
            peak: outputs
                .iter()
                .map(|output| argmax(output).unwrap_or(0))
                .collect(),
            activity,
            matches,
        }
    }
}

/// Numbers as fractions of the largest; all NaN if one is, or if all are zero.
pub(super) fn fractions(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let values: Vec<f64> = values.collect();
    let larger = |a: f64, b: f64| {
        if a.is_nan() || b.is_nan() {
            f64::NAN
        } else {
            a.max(b)
        }
    };
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, larger);
    values.iter().map(|value| value / largest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sample, Work};

    /// The same places in one group or in many give the same bits, and a recalled barcode is the stored one, amplified.
    #[test]
    fn a_bird_finds_what_it_cached() {
        let protocol = async {
            let mut bird = Bird::new(3, 1000).await;
            let barcode = bird.cache(50).await;
            let recall = bird.recall(0.0).await;
            let alone = bird.run(Phase::recall(&bird.parameters, 0.0), &[50]).await;
            assert_eq!(alone.row(0), recall.activity.row(50));
            let overlap = recall.matches[50][0] / dot(&barcode, &barcode);
            [
                recall.peak[50] as f64,
                overlap,
                recall.seed_ratio[50],
                recall.place_ratio[50],
            ]
            .map(|value| Sample::new(0, 0.0, value))
            .to_vec()
        };
        let found: Vec<f64> = Work::new(protocol)
            .finish()
            .iter()
            .map(|s| s.value)
            .collect();
        assert_eq!(found[0], 500.0);
        assert!((1.1..3.0).contains(&found[1]), "{found:?}");
        assert!(found[2] > 0.8 && found[3] > 0.8, "{found:?}");
    }

    #[test]
    fn one_overflow_spoils_a_run() {
        assert_eq!(fractions([1.0, 4.0].into_iter()), [0.25, 1.0]);
        assert!(
            fractions([1.0, f64::NAN].into_iter())
                .iter()
                .all(|f| f.is_nan())
        );
    }
}
