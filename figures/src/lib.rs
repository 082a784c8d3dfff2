#![doc = include_str!("../README.md")]
//!
//! A [`Figure`] is a protocol and what was published of it. Its work comes in *pieces*: one condition of one random seed,
//! independent of all others. A piece gives [`Sample`]s (series, x, value); a [`Recomputation`] puts them together, in the order of
//! the pieces whoever computed them, into [`Panel`]s with intervals, and compares them with the published values by one rule
//! ([`Verdict`]). The same seed gives the same numbers in a shell, a window and a page.
//!
//! # How a protocol is written
//! As one would tell it, from top to bottom: an `async` function over a [`Bird`], which pauses after every Euler step. Whoever
//! computes polls it: to the end where there is a thread for it ([`Work::finish`]), or for a few milliseconds between two frames
//! ([`Work::advance`]).
//!
//! Read in this order: [`Figure`], `bird`, `work`, one figure (`fig_4e`), `panel`, `recomputation`, `interval`, `verdict`.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test may stop where it stands")
)]

mod ablations;
mod bird;
mod example;
mod fig_2_dynamics;
mod fig_2b;
mod fig_2b_feedforward;
mod fig_2c;
mod fig_2g;
mod fig_3d;
mod fig_3e;
mod fig_4_bias;
mod fig_4_gaussian;
mod fig_4_large;
mod fig_4_shuffle;
mod fig_4_variance;
mod fig_4c;
mod fig_4e;
mod fig_5_ablations;
mod fig_5a;
mod fig_5c;
mod fig_6_2d;
mod fig_6_resolution;
mod fig_6_shift;
mod fig_6b;
mod fig_6e;
mod fig_6f;
mod fig_6g;
mod fig_bridge_lookups;
mod fig_capacity;
mod figure;
mod interval;
mod noise;
mod panel;
mod parameter_sweep;
mod quantile;
mod recomputation;
mod resolution;
mod transitions;
mod verdict;
mod work;

pub use bird::{Bird, Recall};
pub use figure::{Figure, Settings, SettingsError};
pub use interval::Interval;
pub use panel::{Axis, Mark, Panel, Published, Series};
pub use recomputation::{Point, Recomputation, Value};
pub use verdict::{Verdict, Verdicts};
pub use work::{Sample, Work, pause};

/// All figures, in the paper's order. A new one is a file beside this and a line here.
pub static FIGURES: &[&Figure] = &[
    &fig_2b::FIGURE,
    &fig_2c::FIGURE,
    &fig_2g::FIGURE,
    &fig_2b_feedforward::FIGURE,
    &fig_2_dynamics::FIGURE,
    &fig_3d::FIGURE,
    &fig_3e::FIGURE,
    &fig_4c::FIGURE,
    &fig_4e::FIGURE,
    &fig_4_shuffle::FIGURE,
    &fig_4_gaussian::FIGURE,
    &fig_4_large::FIGURE,
    &fig_4_bias::FIGURE,
    &fig_4_variance::FIGURE,
    &fig_capacity::A,
    &fig_capacity::B,
    &fig_5a::PLACE,
    &fig_5a::BARCODE,
    &fig_5c::FIGURE,
    &fig_5_ablations::PLACE,
    &fig_5_ablations::BARCODE,
    &fig_6b::FIGURE,
    &fig_6e::FIGURE,
    &fig_6f::FIGURE,
    &fig_6g::FIGURE,
    &fig_6_shift::FIGURE,
    &fig_6_resolution::FIGURE,
    &fig_6_2d::FIGURE,
    &fig_bridge_lookups::FIGURE,
];

/// The figure of an id, as `4e`.
#[must_use]
pub fn figure(id: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.id == id).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every figure at the least size that it takes, with one seed: its pieces fill all of its series, the published values lie
    /// where its own do, and the same seed gives the same numbers.
    #[test]
    fn every_figure_is_recomputed_at_toy_size() {
        for figure in FIGURES {
            let settings = Settings {
                seeds: 1,
                units: figure.least_units,
                as_published: false,
            };
            assert_eq!(settings.check(figure), Ok(()), "{}", figure.id);
            let mut recomputation = Recomputation::new(figure, settings);
            for piece in 0..recomputation.pieces() {
                recomputation.put(piece, settings.work(figure, piece).finish());
            }
            for (panel, about) in recomputation.panels().iter().enumerate() {
                for (series, line) in about.series.iter().enumerate() {
                    let name = format!("{}: {}, {}", figure.id, about.title, line.name);
                    let samples: Vec<_> = recomputation.samples(panel, series).collect();
                    assert!(!samples.is_empty(), "{name}");
                    let mut xs: Vec<f64> = samples.iter().map(|(_, sample)| sample.x).collect();
                    xs.sort_by(f64::total_cmp);
                    for (x, _) in &line.published.points {
                        assert!(xs.iter().any(|at| (at - x).abs() < 1e-6), "{name} at {x}");
                    }
                    if let Mark::Image { columns } = about.mark {
                        xs.dedup();
                        assert_eq!(xs.len() % columns, 0, "{name}");
                        assert!(
                            xs.iter().enumerate().all(|(at, x)| at as f64 == *x),
                            "{name}"
                        );
                    }
                }
            }
            let again = settings.work(figure, 0).finish();
            let bits = |samples: &[Sample]| {
                samples
                    .iter()
                    .map(|s| s.value.to_bits())
                    .collect::<Vec<_>>()
            };
            let first = recomputation.piece(0).unwrap();
            assert_eq!(bits(first), bits(&again), "{}", figure.id);
        }
    }

    #[test]
    fn every_figure_has_a_name_of_its_own() {
        for (n, figure) in FIGURES.iter().enumerate() {
            assert!(
                FIGURES[..n].iter().all(|other| other.id != figure.id),
                "{}",
                figure.id
            );
            assert!(figure.question.ends_with('?'), "{}", figure.id);
            assert!(figure.least_units <= figure.units, "{}", figure.id);
            assert!(super::figure(figure.id).is_some_and(|found| found.name == figure.name));
        }
        assert!(super::figure("7z").is_none());
    }
}
