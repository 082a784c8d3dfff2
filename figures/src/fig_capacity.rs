//! Capacity: how many caches a ring holds.
//!
//! * **A**: 2 to 12 caches, 5, 10 or 15 places apart, read by the norm of the place output at s = 0: rejection half-way between
//!   neighbours, recall of the nearest cache and rejection of other places by the distance from it.
//!   Of recall one curve was published, and not of which spacings; ours is of all. Caches 5 places apart share a basin and are seldom
//!   recalled, so ours lies lower: with 2,000 units and one seed, 0 to 0.5 at a cache for 5 places, 0.5 to 1 for 10 and 15.
//! * **B**: place fields of several widths λ on a ring of 1,000 places; as many caches, as far apart, as still give a mean sensitivity
//!   above 0.95 and a mean specificity above 0.7. A run that overflowed counts as 0. Here each λ is tried with the spacing at which its
//!   published maximum was found, and with caches from one up to two more than that; at λ = 0.01 with the larger numbers, too, of which
//!   values were printed.

use super::{
    Axis, Bird, Figure, Panel, Sample, Series, Settings, Work,
    resolution::{READING, Readout, Says, THRESHOLD},
};
use chickadee_engine::worlds::caching::{Geometry, PlaceInputs};

/// Capacity A.
pub static A: Figure = Figure {
    id: "capacity-a",
    name: "Capacity, supplement A",
    title: "Rejection between many caches",
    question: "How many caches, how near, are still told apart?",
    seeds: 5,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[
        "All spacings are pooled here, and runs that overflow count as neither recalled nor rejected. An independent computation with 5,000 units (2 networks) and caches 10 and 15 places apart recalls at the cache in 11 of 12 cases and rejects everything 10 places away, as published.",
    ],
    link: "lab=caching&units=2000&caches=0,15,30,45,60,75&search=0",
    conditions: |_| SPACINGS.len() * COUNTS.len(),
    piece: piece_a,
    panels: |_| panels_a(),
};

/// Capacity B.
pub static B: Figure = Figure {
    id: "capacity-b",
    name: "Capacity, supplement B",
    title: "Capacity by the width of place fields",
    question: "How does the width of place fields limit the number of caches?",
    seeds: 5,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[
        "With 2,000 units networks overflow before the 26th cache (at the 5th to the 24th, in five networks), with 5,000 later or not at all (at the 23rd, 27th, 37th, and beyond the 38th); one that does not gives true negatives of 0.46 at 26 caches.",
    ],
    link: "lab=caching&units=2000&caches=0,25,50,75&search=0&decay=0.1",
    conditions: |_| tried().count(),
    piece: piece_b,
    panels: |_| panels_b(),
};

/// Distances of neighbouring caches in A, in places.
const SPACINGS: [usize; 3] = [5, 10, 15];
/// Numbers of caches in A; those that do not fit on the ring are left out.
const COUNTS: [usize; 6] = [2, 3, 4, 6, 8, 12];

fn piece_a(settings: &Settings, seed: u64, condition: usize) -> Work {
    let units = settings.units;
    let line = condition / COUNTS.len();
    let (spacing, count) = (SPACINGS[line], COUNTS[condition % COUNTS.len()]);
    Work::new(async move {
        let caches: Vec<usize> = (0..count).map(|n| n * spacing).collect();
        if caches
            .last()
            .is_some_and(|last| last + spacing > Bird::PLACES)
        {
            return Vec::new();
        }
        let mut bird = Bird::new(seed, units).await;
        for &place in &caches {
            bird.cache(place).await;
        }
        let recall = bird.recall(0.0).await;
        let says = Says::of(&bird, &recall, &caches, Readout::Place);
        let pairs = caches.windows(2);
        let mut samples: Vec<Sample> = pairs
            .map(|pair| f64::from(says.rejects_between(pair[0], pair[1])))
            .map(|rejects| Sample::new(line, count as f64, rejects))
            .collect();
        // Where a cache is found, by the distance from it.
        let near = says.recalled(&bird, &caches).into_iter();
        let near = near.filter(|(distance, _)| *distance <= 12.0);
        samples.extend(near.map(|(at, share)| Sample::new(SPACINGS.len(), at, share)));
        let others = says.rejected(&bird, &caches).into_iter();
        let others = others.filter(|(distance, _)| (1.0..=12.0).contains(distance));
        samples.extend(others.map(|(at, share)| Sample::new(SPACINGS.len() + 1, at, share)));
        samples
    })
}

fn panels_a() -> Vec<Panel> {
    let lines = SPACINGS.into_iter().map(|spacing| {
        let name = format!("{spacing} places apart");
        let published: &[(f64, f64)] = match spacing {
            5 => &[(2.0, 0.0), (4.0, 0.0), (6.0, 0.0)],
            10 => &[(2.0, 0.5), (4.0, 0.5), (6.0, 0.5)],
            _ => &[(2.0, 0.92), (4.0, 0.92), (6.0, 0.92)],
        };
        // The lines are noisy.
        Series::new(name).published(published, 0.1)
    });
    let rejected = Series::new("").published(&[(1.0, 0.0), (10.0, 1.0), (12.0, 1.0)], READING);
    let found = Series::new("").published(&[(0.0, 1.0), (8.0, 0.0)], READING);
    vec![
        Panel::lines(
            "Correct rejection between neighbours",
            Axis::new("caches"),
            Axis::over("P(correct reject)", 0.0, 1.0),
            lines.collect(),
        )
        .with_threshold(THRESHOLD),
        Panel::lines(
            "Recall of the nearest cache",
            Axis::over("distance from it (places)", 0.0, 12.0),
            Axis::over("P(recall)", 0.0, 1.0),
            vec![found],
        ),
        Panel::lines(
            "Correct rejection of other places",
            Axis::over("distance from the nearest cache (places)", 0.0, 12.0),
            Axis::over("P(correct reject)", 0.0, 1.0),
            vec![rejected],
        ),
    ]
}

/// A width of place fields and what was published of it.
struct Width {
    /// λ.
    decay: f64,
    /// Distance of neighbouring caches at the maximum, in places of 1,000.
    spacing: usize,
    /// The most caches that were held.
    most: usize,
}

/// Widths with a published maximum; of several with the same one, the first and the last.
const WIDTHS: [Width; 7] = [
    Width {
        decay: 0.01,
        spacing: 20,
        most: 13,
    },
    Width {
        decay: 0.04,
        spacing: 50,
        most: 5,
    },
    Width {
        decay: 0.06,
        spacing: 60,
        most: 4,
    },
    Width {
        decay: 0.12,
        spacing: 60,
        most: 4,
    },
    Width {
        decay: 0.14,
        spacing: 70,
        most: 3,
    },
    Width {
        decay: 0.20,
        spacing: 80,
        most: 4,
    },
    Width {
        decay: 0.25,
        spacing: 130,
        most: 3,
    },
];
/// Numbers of caches beyond the published maximum that are tried.
const BEYOND: usize = 2;
/// Larger numbers of caches that are tried with the first width.
const MORE: [usize; 3] = [26, 33, 38];
/// Places of the ring in B.
const PLACES: usize = 1000;
/// Every so many places are recalled from, beside the caches: the readouts of neighbours hardly differ. All distances from a cache have to come
/// alike, so it shares no divisor with the spacings.
const STRIDE: usize = 11;

/// The conditions of B: a width, by its number, and a number of caches.
fn tried() -> impl Iterator<Item = (usize, usize)> {
    let more = MORE.into_iter().map(|count| (0, count));
    let near = WIDTHS
        .iter()
        .enumerate()
        .flat_map(|(line, width)| (1..=width.most + BEYOND).map(move |count| (line, count)));
    near.chain(more)
}

fn piece_b(settings: &Settings, seed: u64, condition: usize) -> Work {
    let units = settings.units;
    let (line, count) = tried().nth(condition).unwrap_or_default();
    Work::new(async move {
        let Width { decay, spacing, .. } = WIDTHS[line];
        let inputs = PlaceInputs::ring(PLACES, units, decay);
        let mut bird = Bird::in_world(seed, units, Geometry::Ring, inputs).await;
        let caches: Vec<usize> = (0..count).map(|n| n * spacing).collect();
        for &place in &caches {
            bird.cache(place).await;
        }
        let others = (0..PLACES).step_by(STRIDE);
        let others = others.filter(|place| !caches.contains(place));
        let places: Vec<usize> = caches.iter().copied().chain(others).collect();
        let recall = bird.recall_at(0.0, &places).await;
        let at: Vec<usize> = (0..count).collect();
        let says = Says {
            ratio: recall.seed_ratio,
            cache: Vec::new(),
        };
        let [sensitivity, specificity] = says.rates(&at, THRESHOLD);
        [sensitivity, specificity, (sensitivity + specificity) / 2.0]
            .into_iter()
            .enumerate()
            .map(|(panel, value)| Sample::new(panel * WIDTHS.len() + line, count as f64, value))
            .collect()
    })
}

fn panels_b() -> Vec<Panel> {
    // At λ = 0.01 single values were printed.
    let read: [&[(f64, f64)]; 3] = [
        &[(10.0, 1.0), (13.0, 1.0)],
        &[
            (10.0, 0.798),
            (13.0, 0.738),
            (26.0, 0.48),
            (33.0, 0.34),
            (38.0, 0.255),
        ],
        &[],
    ];
    let named = [
        ("True positives", "sensitivity"),
        ("True negatives", "specificity"),
        ("Both", "mean of sensitivity and specificity"),
    ];
    let panel = |((title, label), read): ((&str, &str), &[(f64, f64)])| {
        let lines = WIDTHS.iter().enumerate().map(|(line, width)| {
            let name = format!("λ = {}, every {}", width.decay, width.spacing);
            let points = if line == 0 { read } else { &[] };
            Series::new(name).published(points, READING)
        });
        let (x, y) = (Axis::new("caches"), Axis::over(label, 0.0, 1.0));
        Panel::lines(title, x, y, lines.collect())
    };
    named.into_iter().zip(read).map(panel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_is_tried_up_to_its_maximum_and_beyond() {
        for (line, width) in WIDTHS.iter().enumerate() {
            let counts: Vec<usize> = tried()
                .filter(|(of, _)| *of == line)
                .map(|(_, count)| count)
                .collect();
            assert!(counts.contains(&1) && counts.contains(&(width.most + 1)));
            assert!(!width.spacing.is_multiple_of(STRIDE), "{}", width.spacing);
            // They all fit on the ring.
            assert!(counts.iter().all(|count| count * width.spacing <= PLACES));
        }
    }
}
