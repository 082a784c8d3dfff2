//! Figure 4, supplement on the weight variance: the gain σ of the random recurrent weights, whose mean stays. Weak weights make no
//! barcodes, strong ones drown the memories. Protocol: [`super::parameter_sweep`].
//!
//! σ = 0 is not the ablation of figure 5, which has no mean either: with μ = −40 places between two caches are still rejected. Runs
//! that overflow, many with near caches and all at σ = 15, find and reject nothing; an older statistic of the authors, which is reproduced as
//! published, counted them as positive.

use super::{Figure, parameter_sweep::Sweep};

/// Figure 4, supplement on the weight variance.
pub static FIGURE: Figure = Figure {
    id: "4-variance",
    name: "Figure 4, supplement on the weight variance",
    title: "Precision of recall by the gain σ of the random weights",
    question: "How strong must random recurrent weights be?",
    seeds: 35,
    units: 5000,
    least_units: 200,
    quirk: Some(
        "Many runs with caches 3 or 5 places apart overflow, and all at σ = 15; an older statistic of the authors counted what overflowed as caches that were found.",
    ),
    findings: &[
        "Published are means over all spacings. With 5,000 units caches 3 places apart always overflow and those 5 places apart mostly: they count as found, and reject nothing. With 2,000 units fewer overflow, so that more is rejected.",
        "With 2,000 units about one network in five misses a cache at s = 0, with 5,000 hardly one, so that two or three networks of 2,000 units are too few. Recall 20 places away at σ = 11 and s = 1 is 0.20 in an independent computation with 2,000 units (5 networks) and 0.38 with 5,000 (2).",
    ],
    link: "lab=caching&units=2000&caches=0,25,66&sigma=5",
    conditions: |_| SWEEP.conditions(),
    piece: |settings, seed, condition| SWEEP.piece(settings, seed, condition),
    panels: |_| SWEEP.panels(),
};

static SWEEP: Sweep = Sweep {
    label: "gain σ of the random weights",
    values: &[0.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0],
    set: |bird, value| bird.parameters.weight_gain = value,
    least: [3, 20],
    overflow_finds: true,
    read: &[
        (
            0,
            0.0,
            &[
                (0.0, 0.89),
                (3.0, 0.94),
                (5.0, 0.99),
                (7.0, 0.99),
                (9.0, 0.82),
                (11.0, 0.67),
                (13.0, 0.86),
                (15.0, 1.0),
            ],
        ),
        (
            0,
            1.0,
            &[
                (0.0, 0.91),
                (3.0, 0.98),
                (5.0, 0.99),
                (7.0, 1.0),
                (9.0, 1.0),
                (11.0, 1.0),
                (13.0, 1.0),
                (15.0, 1.0),
            ],
        ),
        (
            1,
            0.0,
            &[
                (0.0, 0.77),
                (3.0, 0.61),
                (5.0, 0.54),
                (7.0, 0.58),
                (9.0, 0.67),
                (11.0, 0.69),
                (13.0, 0.35),
                (15.0, 0.0),
            ],
        ),
        (
            1,
            0.4,
            &[
                (0.0, 0.51),
                (3.0, 0.37),
                (5.0, 0.34),
                (7.0, 0.36),
                (9.0, 0.40),
                (11.0, 0.37),
                (13.0, 0.12),
                (15.0, 0.0),
            ],
        ),
        (
            1,
            1.0,
            &[
                (0.0, 0.27),
                (3.0, 0.16),
                (5.0, 0.13),
                (7.0, 0.14),
                (9.0, 0.15),
                (11.0, 0.09),
                (13.0, 0.0),
                (15.0, 0.0),
            ],
        ),
        (
            2,
            0.0,
            &[
                (0.0, 0.58),
                (3.0, 0.49),
                (5.0, 0.32),
                (7.0, 0.33),
                (9.0, 0.45),
                (11.0, 0.45),
                (13.0, 0.08),
                (15.0, 0.0),
            ],
        ),
        (
            3,
            1.0,
            &[
                (0.0, 0.0),
                (3.0, 0.0),
                (5.0, 0.01),
                (7.0, 0.07),
                (9.0, 0.17),
                (11.0, 0.33),
                (13.0, 0.44),
                (15.0, 0.0),
            ],
        ),
        (
            3,
            1.5,
            &[
                (0.0, 0.41),
                (3.0, 0.45),
                (5.0, 0.49),
                (7.0, 0.46),
                (9.0, 0.44),
                (11.0, 0.46),
                (13.0, 0.36),
                (15.0, 0.0),
            ],
        ),
        (
            3,
            2.0,
            &[
                (0.0, 0.79),
                (3.0, 0.76),
                (5.0, 0.65),
                (7.0, 0.57),
                (9.0, 0.45),
                (11.0, 0.36),
                (13.0, 0.26),
                (15.0, 0.0),
            ],
        ),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sample, Settings, resolution::SPACINGS};

    /// σ = 15 overflows, which finds all caches as published and none otherwise.
    #[test]
    fn overflows_find_caches_as_published() {
        let found = |as_published: bool| {
            let settings = Settings {
                seeds: 1,
                units: 1000,
                as_published,
            };
            let last = SWEEP.values.len() * SPACINGS.len() - 1;
            let samples = settings.work(&FIGURE, last).finish();
            let sensitivity = |sample: &&Sample| sample.series == 0;
            samples.iter().find(sensitivity).map(|sample| sample.value)
        };
        assert_eq!(found(true), Some(1.0));
        assert_eq!(found(false), Some(0.0));
    }
}
