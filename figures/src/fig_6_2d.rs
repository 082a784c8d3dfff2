//! Figure 6, supplement on the arena: transitions that are biased along a path stretch recall along it.
//!
//! A square arena of 10 × 10 places, a cache at place 7 (top row, eighth column), and three networks: without transitions; with
//! J + 2 T of a *path* that comes up the cache's column; with J + T of a *zig-zag* path that comes up, goes right, and comes up
//! again. Weights T[a, b] say that the bird goes from a to b: 0.25 to every unit nearby, 0.75 along the path, rows scaled to a sum
//! of 1. Recall is read from the norm of the place output as a fraction of its largest value, at s = 0 (*narrow*) and s = 1
//! (*wide*); σ is 3, as in the authors' notebook, and overflows count as 0.
//!
//! The path: to each of the 50 units below the cache lead all units up to 14 rows further down and 3 columns aside. The zig-zag: seven
//! parallel paths, 25 units down from the cache, 20 left, 20 down; to each unit of the middle one lead the next 15 of all seven.
//! The authors' bands would go on in the next row at a wall; none of them reaches one, and ours end there.
//!
//! Published for N = 12,100, a grid of 110 × 110 units, on which place inputs are the authors' to the letter; elsewhere see
//! [`PlaceInputs::arena`]. With fewer units all lengths shrink with the grid, and recall reaches fewer rows down the path, since place
//! inputs reach less far; N is rounded down to a square.

use std::sync::Arc;

use super::{
    Axis, Bird, Figure, Mark, Panel, Recall, Sample, Series, Settings, Work, pause,
    transitions::{Cell, Transitions},
};
use chickadee_engine::{
    analysis::pearson,
    base::Matrix,
    models::barcode::Phase,
    worlds::caching::{Geometry, PlaceInputs},
};

/// Figure 6, supplement on the arena.
pub static FIGURE: Figure = Figure {
    id: "6-2d",
    name: "Figure 6, supplement on the arena",
    title: "Recall along paths of an arena",
    question: "Does recall reach back along the path on which the bird comes?",
    seeds: 1,
    units: 12_100,
    least_units: 225,
    quirk: None,
    findings: &[
        "One network. Two others give 6 places each in the region without a path, and one or two places of every network lie close to the threshold.",
    ],
    link: "lab=caching&world=arena&caches=7&search=1&at=27",
    conditions: |_| SKEWS.len(),
    piece,
    panels,
};

/// Names of the three networks, and the factor of T.
const SKEWS: [(&str, f64); 3] = [("no path", 0.0), ("path", 2.0), ("zig-zag", 1.0)];
/// Places along a side of the arena.
const WIDTH: usize = 10;
/// The place of the cache.
const CACHE: usize = 7;
/// σ of this supplement.
const WEIGHT_GAIN: f64 = 3.0;
/// Search strengths: narrow and wide.
const SEARCHES: [f64; 2] = [0.0, 1.0];
/// Length constant of the place fields.
const DECAY: f64 = 0.2;
/// Units along a side of the published arena, in which lengths are given.
const PUBLISHED_SIDE: f64 = 110.0;
/// Images of each network: narrow and wide recall, and barcodes.
const IMAGES: [&str; 3] = ["recall at s = 0", "recall at s = 1", "likeness of barcodes"];
/// Part of the largest output above which the cache is identified.
const THRESHOLD: f64 = 0.5;
/// Places that identify the cache without a path, as seen in the supplement: about 6 or 7; 5 to 7 in networks of ours.
const REGION: (f64, f64) = (0.0, 6.5);
const ABOUT: f64 = 1.0;
/// The last row of the cache's column that does, by network: 1, 4 or 5, and 2.
const REACH: [(f64, f64); 3] = [(0.0, 1.0), (1.0, 4.5), (2.0, 2.0)];
/// Half a place.
const READING: f64 = 0.5;

fn piece(settings: &Settings, seed: u64, condition: usize) -> Work {
    let side = settings.units.isqrt();
    Work::new(async move {
        pause().await;
        let inputs = PlaceInputs::arena(WIDTH * WIDTH, side * side, DECAY);
        let peak = inputs.peaks[CACHE];
        let mut bird = Bird::in_world(seed, side * side, Geometry::Arena, inputs).await;
        bird.parameters.weight_gain = WEIGHT_GAIN;
        let weight = SKEWS[condition].1;
        if weight != 0.0 {
            let cache = ((peak / side) as i64, (peak % side) as i64);
            let transitions = match condition {
                1 => path(side, cache),
                _ => zigzag(side, cache),
            };
            pause().await;
            let factor = weight / (WEIGHT_GAIN * bird.wiring.scale);
            transitions.add_to(Arc::make_mut(&mut bird.wiring), factor);
        }
        let mut images = Vec::new();
        let barcodes = bird.ring(Phase::visit(&bird.parameters, 1.0)).await;
        bird.cache(CACHE).await;
        for search in SEARCHES {
            let mut activity = bird.ring(Phase::recall(&bird.parameters, search)).await;
            silence_overflows(&mut activity);
            images.push(Recall::of(&bird, activity).place_ratio);
        }
        let alike = |place| pearson(barcodes.row(place), barcodes.row(CACHE));
        images.push((0..bird.places()).map(alike).collect());

        let x = condition as f64;
        let first = SKEWS.len() * IMAGES.len();
        let identified = |ratio: &&f64| **ratio > THRESHOLD;
        let size = images[0].iter().filter(identified).count();
        let mut samples = vec![
            Sample::new(first, x, size as f64),
            Sample::new(first + 1, x, reach(&images[0])),
        ];
        if seed == 1 {
            for (number, image) in images.into_iter().enumerate() {
                let series = condition * IMAGES.len() + number;
                let entries = image.into_iter().enumerate();
                samples.extend(entries.map(|(at, v)| Sample::new(series, at as f64, v)));
            }
        }
        samples
    })
}

/// A length of the published arena on a grid of so many units a side.
fn scaled(length: f64, side: usize) -> i64 {
    (length * side as f64 / PUBLISHED_SIDE).round() as i64
}

/// What is near, on a grid of so many units a side: within 2 rows and columns of the published one.
fn nearby(side: usize) -> Transitions {
    Transitions::nearby(side, scaled(2.0, side).max(1) as usize)
}

/// A path up the cache's column.
fn path(side: usize, (row, column): Cell) -> Transitions {
    let mut transitions = nearby(side);
    let (length, back) = (scaled(50.0, side), scaled(14.0, side));
    let aside = scaled(3.0, side);
    for to in row..row + length {
        for from in to + 1..=to + back {
            for beside in -aside..=aside {
                transitions.go((from, column + beside), (to, column));
            }
        }
    }
    transitions.normalise();
    transitions
}

/// A zig-zag path to the cache: seen from it down, left and down.
fn zigzag(side: usize, cache: Cell) -> Transitions {
    let mut transitions = nearby(side);
    let (back, aside) = (scaled(15.0, side) as usize, scaled(3.0, side));
    let middle = parallel(side, cache, 0);
    for offset in -aside..=aside {
        let beside = parallel(side, cache, offset);
        for (at, &to) in middle.iter().enumerate() {
            for &from in beside.iter().skip(at + 1).take(back) {
                transitions.go(from, to);
            }
        }
    }
    transitions.normalise();
    transitions
}

/// Cells of the zig-zag path that runs `offset` to the right of the middle one, from the cache on. All are equally long.
fn parallel(side: usize, (mut row, column): Cell, offset: i64) -> Vec<Cell> {
    let mut column = column + offset;
    let mut cells = vec![(row, column)];
    let legs = [
        (scaled(25.0, side) + offset, (1, 0)),
        (scaled(20.0, side), (0, -1)),
        (scaled(20.0, side) - offset, (1, 0)),
    ];
    for (steps, (down, right)) in legs {
        for _ in 0..steps {
            row += down;
            column += right;
            cells.push((row, column));
        }
    }
    cells
}

/// Sets activity that is not finite to 0, place by place.
fn silence_overflows(activity: &mut Matrix) {
    for place in 0..activity.rows() {
        let row = activity.row_mut(place);
        if row.iter().any(|a| !a.is_finite()) {
            row.fill(0.0);
        }
    }
}

/// The last row, from the cache on down its column, that identifies it; NaN if not even the cache does.
fn reach(ratio: &[f64]) -> f64 {
    let column = ratio.iter().skip(CACHE).step_by(WIDTH);
    match column.take_while(|ratio| **ratio > THRESHOLD).count() {
        0 => f64::NAN,
        rows => (rows - 1) as f64,
    }
}

fn panels(_: &Settings) -> Vec<Panel> {
    let mut panels = Vec::new();
    let along = |label: &str| Axis::over(label, 0.0, WIDTH as f64);
    for (network, _) in SKEWS {
        for image in IMAGES {
            let title = format!("{network}: {image}");
            let (x, y) = (along("column"), along("row"));
            panels.push(Panel::image(&title, x, y, WIDTH));
        }
    }
    let networks = || {
        let names: Vec<(f64, &str)> = (0..)
            .map(f64::from)
            .zip(SKEWS.map(|(name, _)| name))
            .collect();
        Axis::over("network", -0.5, 2.5).with_ticks(&names)
    };
    let dots = |title: &str, label: &str, read: &[(f64, f64)], error: f64| {
        let series = vec![Series::new("").published(read, error)];
        Panel::lines(title, networks(), Axis::new(label), series).with_mark(Mark::Dots)
    };
    panels.push(dots(
        "Region of recall at s = 0",
        "places",
        &[REGION],
        ABOUT,
    ));
    panels.push(dots(
        "Reach of recall at s = 0 down the cache's column",
        "last row",
        &REACH,
        READING,
    ));
    panels
}

#[cfg(test)]
mod tests {
    use super::*;
    use chickadee_engine::models::barcode::Wiring;

    fn dense(transitions: &Transitions, side: usize) -> Matrix {
        let zero = Matrix::zeros(side * side, side * side);
        let mut wiring = Wiring::given(zero, vec![0.0; side * side]);
        transitions.add_to(&mut wiring, 1.0);
        wiring.normals
    }

    /// On a grid of 55, half as fine as the published one: lengths are half of those, 7 for 14 rows.
    #[test]
    fn all_that_is_near_below_leads_up_the_path() {
        let side = 55;
        let weights = dense(&path(side, (3, 38)), side);
        let strongest = |from: usize| weights.row(from).iter().copied().fold(0.0, f32::max);
        let leads = |from: Cell, to: Cell| {
            let [from, to] = [from, to].map(|(r, c)| r as usize * side + c as usize);
            weights.row(from)[to] > 0.9 * strongest(from)
        };
        assert!(leads((10, 38), (3, 38)) && leads((10, 40), (9, 38)));
        // Not down, not onto another column, not from farther.
        assert!(!leads((3, 38), (10, 38)) && !leads((10, 38), (9, 39)));
        assert_eq!(weights.row(11 * side + 38)[3 * side + 38], 0.0);
        for from in 0..side * side {
            let sum: f32 = weights.row(from).iter().sum();
            assert!((sum - 1.0).abs() < 1e-4);
        }
    }

    #[test]
    fn parallel_paths_keep_their_distance_and_length() {
        let [left, middle, right] = [-3, 0, 3].map(|offset| parallel(110, (7, 77), offset));
        assert_eq!(middle.len(), 66);
        assert!(left.len() == 66 && right.len() == 66);
        assert_eq!(
            (middle[0], middle[25], middle[45], middle[65]),
            ((7, 77), (32, 77), (32, 57), (52, 57))
        );
        assert_eq!((left[0], left[22], left[42]), ((7, 74), (29, 74), (29, 54)));
        assert_eq!(
            (right[0], right[28], right[65]),
            ((7, 80), (35, 80), (52, 60))
        );
    }

    /// Published: barcodes become alike down the path, not beside it; recall reaches further down.
    #[test]
    fn barcodes_are_alike_along_the_path() {
        let settings = Settings {
            units: 900,
            ..Settings::published(&FIGURE)
        };
        let [without, path] = [0, 1].map(|condition| piece(&settings, 1, condition).finish());
        let alike = |samples: &[Sample], condition: usize, place: usize| {
            let series = condition * IMAGES.len() + 2;
            let of = |s: &&Sample| s.series == series && s.x == place as f64;
            samples.iter().find(of).map_or(f64::NAN, |s| s.value)
        };
        // Two rows below the cache, in its column and beside it.
        for (place, rises) in [(27, true), (29, false)] {
            let rise = alike(&path, 1, place) - alike(&without, 0, place);
            assert_eq!(rise > 0.2, rises, "{place}: {rise}");
            assert!(rises || rise.abs() < 0.1, "{place}: {rise}");
        }
        let reach = |samples: &[Sample]| {
            let of = samples
                .iter()
                .find(|s| s.series == SKEWS.len() * IMAGES.len() + 1);
            of.map_or(f64::NAN, |s| s.value)
        };
        assert!(reach(&path) > reach(&without));
    }

    #[test]
    fn overflows_are_silent() {
        let mut activity = Matrix::from_values(2, 2, vec![1.0, f32::NAN, 2.0, 3.0]);
        silence_overflows(&mut activity);
        assert_eq!(activity.values(), [0.0, 0.0, 2.0, 3.0]);
    }
}
