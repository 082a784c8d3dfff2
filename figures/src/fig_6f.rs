//! Figure 6F: one network, three codes. How much of its activity lies along the place code, the code of the place ahead and the
//! barcode, by recurrent gain r.
//!
//! Recurrent weights are 1.25 J + 1.5 Δ: random ones, and a band Δ that excites units a little ahead on the ring, a truncated
//! successor matrix of a bird that walks one way ([`Skew`](chickadee_engine::models::barcode::Skew)). Low gain lets Δ shift the place code
//! forward; at full gain the random weights win, and there are barcodes as without Δ.
//!
//! Protocol: for every place k, three directions of length 1: **p**, the activity at k at r = 0; **q**, that at the place k + 1 less
//! its part along p; **b**, the activity at k at r = 1 less its part along p. At each r the activity, less its own mean over units and
//! scaled to length 1, is projected on them. Each kind of projection is divided by the largest over all r and places. The directions
//! keep their means, so that even at r = 0 the place code projects on itself by less than 1 (0.853 before the division). Nothing is
//! cached, and there are no seed steps.

use super::{Axis, Bird, Figure, Panel, Sample, Series, Settings, Work, bird::fractions, pause};
use chickadee_engine::{
    base::{
        Matrix,
        reduce::{dot, sum},
    },
    models::barcode::Phase,
};

/// Figure 6F.
pub static FIGURE: Figure = Figure {
    id: "6f",
    name: "Figure 6F",
    title: "Place code, predictive code and barcode by recurrent gain",
    question: "Can the same network code where the bird is, where it will be, and barcodes?",
    seeds: 1,
    units: 5000,
    least_units: 100,
    quirk: None,
    findings: &[
        "With the authors' random seed an independent computation gives 0.189 at r = 0.1, too; the line rises by 0.5 from r = 0.1 to 0.2, so that 0.03 of its height is 0.006 of r.",
    ],
    link: "lab=caching&sigma=8.75&mu=-50&skew=1.5&gain=0.3&at=30",
    conditions: |_| 1,
    piece,
    panels,
};

/// Factors of the random weights J and of Δ in figures 6B–F.
pub(super) const WEIGHTS: [f64; 2] = [1.25, 1.5];
/// Recurrent gains r = 0, 0.1, … 1.
const GAINS: usize = 11;
/// The codes that activity is projected on.
const CODES: [&str; 3] = ["place", "place ahead", "barcode"];
/// Mean projections as read off 6F, by code and gain.
const READ: [[f64; GAINS]; 3] = [
    [
        1.0, 0.85, 0.73, 0.58, 0.48, 0.42, 0.36, 0.32, 0.29, 0.27, 0.25,
    ],
    [
        -0.04, 0.22, 0.72, 0.92, 0.83, 0.72, 0.64, 0.56, 0.49, 0.43, 0.37,
    ],
    [
        0.0, 0.08, 0.18, 0.27, 0.30, 0.31, 0.32, 0.35, 0.42, 0.60, 1.0,
    ],
];
/// Read by eye: ±0.03 on an axis of 1.
const READING: f64 = 0.03;

fn gain(step: usize) -> f64 {
    step as f64 / (GAINS - 1) as f64
}

fn piece(settings: &Settings, seed: u64, _: usize) -> Work {
    let units = settings.units;
    Work::new(async move {
        let mut bird = Bird::new(seed, units).await;
        bird.skew(WEIGHTS[0], WEIGHTS[1]);
        let projections = projections(&bird).await;
        let mut samples = Vec::new();
        for (code, values) in projections.into_iter().enumerate() {
            let places = bird.places();
            let fractions = fractions(values.into_iter()).into_iter().enumerate();
            samples.extend(fractions.map(|(at, v)| Sample::new(code, gain(at / places), v)));
        }
        samples
    })
}

/// Projections of the activity at every gain and place on the three codes of that place: by code, then gain by gain over the places.
async fn projections(bird: &Bird) -> [Vec<f64>; 3] {
    let mut activity = Vec::with_capacity(GAINS);
    for step in 0..GAINS {
        let phase = Phase::visit(&bird.parameters, gain(step));
        activity.push(bird.ring(phase).await);
    }
    let (silent, full) = (&activity[0], &activity[GAINS - 1]);
    let places = bird.places();
    let mut codes: [Matrix; 3] = std::array::from_fn(|_| Matrix::zeros(places, bird.units()));
    for place in 0..places {
        let here = unit_length(silent.row(place));
        let ahead = beside(silent.row((place + 1) % places), &here);
        let barcode = beside(full.row(place), &here);
        for (code, direction) in codes.iter_mut().zip([here, ahead, barcode]) {
            code.row_mut(place).copy_from_slice(&direction);
        }
        pause().await;
    }
    let mut projections: [Vec<f64>; 3] = Default::default();
    for activity in &activity {
        for place in 0..places {
            let row = activity.row(place);
            let mean = (sum(row) / row.len() as f64) as f32;
            let centred: Vec<f32> = row.iter().map(|a| a - mean).collect();
            let direction = unit_length(&centred);
            for (projections, code) in projections.iter_mut().zip(&codes) {
                projections.push(dot(&direction, code.row(place)));
            }
            pause().await;
        }
    }
    projections
}

/// A vector scaled to length 1.
fn unit_length(vector: &[f32]) -> Vec<f32> {
    let length = dot(vector, vector).sqrt() as f32;
    vector.iter().map(|v| v / length).collect()
}

/// What of a vector does not lie along a direction of length 1, scaled to length 1 itself.
fn beside(vector: &[f32], direction: &[f32]) -> Vec<f32> {
    let along = dot(vector, direction) as f32;
    let pairs = vector.iter().zip(direction);
    unit_length(&pairs.map(|(v, d)| v - along * d).collect::<Vec<f32>>())
}

fn panels(_: &Settings) -> Vec<Panel> {
    let series = CODES.into_iter().zip(READ).map(|(name, read)| {
        let points: Vec<(f64, f64)> = read.into_iter().enumerate().map(at_gain).collect();
        Series::new(name).published(&points, READING)
    });
    vec![Panel::lines(
        "F: projection of activity on three codes",
        Axis::over("recurrent gain r", 0.0, 1.0),
        Axis::over("proportion of the largest", -0.1, 1.0),
        series.collect(),
    )]
}

fn at_gain((step, value): (usize, f64)) -> (f64, f64) {
    (gain(step), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Projections before the division as measured with the authors' code, which agree to 0.03 from N = 1,000 on.
    #[test]
    fn projections_are_those_measured() {
        let work = Work::new(async {
            let mut bird = Bird::new(1, 1000).await;
            bird.skew(WEIGHTS[0], WEIGHTS[1]);
            let projections = projections(&bird).await;
            let mean = |code: usize, step: usize| {
                projections[code][step * 100..][..100].iter().sum::<f64>() / 100.0
            };
            let of = |code| [0, 3, 10].map(|step| Sample::new(code, gain(step), mean(code, step)));
            (0..3).flat_map(of).collect()
        });
        let measured = [
            [0.853, 0.494, 0.214],
            [-0.016, 0.341, 0.143],
            [0.004, 0.273, 0.969],
        ];
        for (sample, measured) in work.finish().iter().zip(measured.as_flattened()) {
            assert!((sample.value - measured).abs() < 0.04, "{sample:?}");
        }
    }
}
