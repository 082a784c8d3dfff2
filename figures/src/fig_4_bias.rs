//! Figure 4, supplement on the plasticity bias β: how much of a stored barcode has to be there before the memory excites the network. It
//! sets how far a cache is found. Protocol: [`super::parameter_sweep`].

use super::{Figure, parameter_sweep::Sweep};

/// Figure 4, supplement on the plasticity bias.
pub static FIGURE: Figure = Figure {
    id: "4-bias",
    name: "Figure 4, supplement on the plasticity bias",
    title: "Precision of recall by the bias β of learning",
    question: "How does the bias of the learning rule set the reach of a memory?",
    seeds: 35,
    units: 5000,
    least_units: 200,
    quirk: None,
    findings: &[
        "With 2,000 units about one network in five misses a cache at s = 0, with 5,000 hardly one, so that two or three networks of 2,000 units are too few. In another run with 5,000 units, recall 20 places away at β = −0.2 is 0.63 at every s from 0.8 to 2 (2 networks).",
    ],
    link: "lab=caching&units=2000&caches=0,25,66&beta=-0.27",
    conditions: |_| SWEEP.conditions(),
    piece: |settings, seed, condition| SWEEP.piece(settings, seed, condition),
    panels: |_| SWEEP.panels(),
};

static SWEEP: Sweep = Sweep {
    label: "plasticity bias β",
    values: &[-0.40, -0.37, -0.34, -0.31, -0.27, -0.23, -0.20],
    set: |bird, value| bird.parameters.plasticity_bias = value,
    least: [20, 20],
    overflow_finds: false,
    read: &[
        (
            0,
            0.0,
            &[
                (-0.40, 0.86),
                (-0.37, 0.98),
                (-0.34, 0.99),
                (-0.31, 1.0),
                (-0.27, 1.0),
                (-0.23, 1.0),
                (-0.20, 0.99),
            ],
        ),
        (
            1,
            0.0,
            &[
                (-0.40, 0.85),
                (-0.37, 0.77),
                (-0.34, 0.69),
                (-0.31, 0.62),
                (-0.27, 0.51),
                (-0.23, 0.40),
                (-0.20, 0.32),
            ],
        ),
        (
            1,
            0.4,
            &[
                (-0.40, 0.53),
                (-0.37, 0.46),
                (-0.34, 0.39),
                (-0.31, 0.31),
                (-0.27, 0.21),
                (-0.23, 0.12),
                (-0.20, 0.07),
            ],
        ),
        (
            1,
            1.0,
            &[
                (-0.40, 0.22),
                (-0.37, 0.16),
                (-0.34, 0.10),
                (-0.31, 0.05),
                (-0.27, 0.02),
                (-0.23, 0.0),
                (-0.20, 0.0),
            ],
        ),
        (
            1,
            2.0,
            &[
                (-0.40, 0.05),
                (-0.37, 0.02),
                (-0.34, 0.01),
                (-0.31, 0.0),
                (-0.27, 0.0),
                (-0.23, 0.0),
                (-0.20, 0.0),
            ],
        ),
        (
            2,
            0.0,
            &[
                (-0.40, 0.60),
                (-0.37, 0.46),
                (-0.34, 0.31),
                (-0.31, 0.16),
                (-0.27, 0.03),
                (-0.23, 0.0),
                (-0.20, 0.0),
            ],
        ),
        (
            2,
            0.2,
            &[
                (-0.40, 0.24),
                (-0.37, 0.16),
                (-0.34, 0.06),
                (-0.31, 0.01),
                (-0.27, 0.0),
                (-0.23, 0.0),
                (-0.20, 0.0),
            ],
        ),
        (
            3,
            0.8,
            &[
                (-0.40, 0.0),
                (-0.37, 0.0),
                (-0.34, 0.03),
                (-0.31, 0.10),
                (-0.27, 0.25),
                (-0.23, 0.65),
                (-0.20, 0.72),
            ],
        ),
        (
            3,
            1.0,
            &[
                (-0.40, 0.0),
                (-0.37, 0.0),
                (-0.34, 0.10),
                (-0.31, 0.31),
                (-0.27, 0.55),
                (-0.23, 0.69),
                (-0.20, 0.69),
            ],
        ),
        (
            3,
            1.5,
            &[
                (-0.40, 0.15),
                (-0.37, 0.29),
                (-0.34, 0.45),
                (-0.31, 0.57),
                (-0.27, 0.72),
                (-0.23, 0.64),
                (-0.20, 0.61),
            ],
        ),
        (
            3,
            2.0,
            &[
                (-0.40, 0.30),
                (-0.37, 0.46),
                (-0.34, 0.57),
                (-0.31, 0.56),
                (-0.27, 0.65),
                (-0.23, 0.50),
                (-0.20, 0.57),
            ],
        ),
    ],
};
