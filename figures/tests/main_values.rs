//! Main values of the barcode paper's figures, with 2,000 units where these suffice: slow, so `--ignored` runs them.
#![cfg(not(target_arch = "wasm32"))]

use chickadee_engine::base::parallel;
use chickadee_figures::{Recomputation, Settings, Value, figure};

/// A figure with so many networks of 2,000 units, on all cores.
fn recomputed(id: &str, seeds: usize) -> Recomputation {
    in_part(id, seeds, 2000, |_| true)
}

/// The conditions that are `wanted` of a figure, with so many networks of `units` units, on all cores.
fn in_part(id: &str, seeds: usize, units: usize, wanted: impl Fn(usize) -> bool) -> Recomputation {
    let figure = figure(id).expect("it is listed");
    let settings = Settings {
        seeds,
        units,
        as_published: false,
    };
    let mut recomputation = Recomputation::new(figure, settings);
    let wanted: Vec<usize> = (0..recomputation.pieces())
        .filter(|&piece| wanted(settings.piece(figure, piece).1))
        .collect();
    let pieces = parallel::map(wanted.len(), |i| settings.work(figure, wanted[i]).finish());
    for (piece, samples) in wanted.into_iter().zip(pieces) {
        recomputation.put(piece, samples);
    }
    recomputation
}

/// Ours and the published value of a series at x.
fn value(recomputation: &Recomputation, panel: usize, series: usize, x: f64) -> (f64, f64) {
    let here = |value: &&Value| {
        (value.panel, value.series) == (panel, series) && (value.x - x).abs() < 1e-6
    };
    let values = recomputation.values();
    let value = values.iter().find(here).expect("it was published");
    (value.ours.expect("it was computed").mean, value.published)
}

/// Whether a value lies within `error` of the published one.
fn near(recomputation: &Recomputation, panel: usize, series: usize, x: f64, error: f64) {
    let (ours, published) = value(recomputation, panel, series, x);
    assert!(
        (ours - published).abs() <= error,
        "{panel} {series} {x}: {ours}, {published}"
    );
}

/// 4E: caches 20 places apart are told apart at s = 0, none at s = 1. 4F: recall at s = 0 ends within a site, at s = 0.4 reaches one.
/// A network of 2,000 units misses one cache of nine, so the bounds are wider than the error of reading.
#[test]
#[ignore = "takes minutes: cargo test --release --test main_values -- --ignored"]
fn precision_of_recall() {
    let figure = recomputed("4e", 6);
    near(&figure, 0, 0, 1.25, 0.2);
    near(&figure, 0, 5, 1.25, 0.01);
    near(&figure, 1, 0, 1.0, 0.2);
    near(&figure, 1, 2, 1.0, 0.3);
    // Specificity at the threshold, s = 0 and s = 1.
    near(&figure, 3, 0, 0.5, 0.06);
    near(&figure, 3, 5, 0.5, 0.06);
}

/// 4E: caches 15 places apart are told apart at s = 0. That takes the paper's 5,000 units: of networks of 2,000, 16 of 24 do it.
#[test]
#[ignore = "takes minutes: cargo test --release --test main_values -- --ignored"]
fn precision_of_recall_of_near_caches() {
    let fifteen_apart = 3;
    let figure = in_part("4e", 6, 5000, |spacing| spacing == fifteen_apart);
    near(&figure, 0, 0, 0.9375, 0.25);
}

/// 5C: without barcodes caches 20 places apart are one; without place fields all are apart, however near.
#[test]
#[ignore = "takes minutes: cargo test --release --test main_values -- --ignored"]
fn what_each_code_is_good_for() {
    let figure = recomputed("5c", 4);
    near(&figure, 0, 1, 1.25, 0.01);
    near(&figure, 0, 1, 0.625, 0.01);
    near(&figure, 0, 2, 0.3125, 0.3);
    near(&figure, 0, 2, 1.25, 0.4);
    // 5D: one blended peak, right for one cache of three.
    near(&figure, 1, 1, 1.0, 0.1);
}

/// 6F: the curves of place, predictive and barcode projection do not depend on N.
#[test]
#[ignore = "takes minutes: cargo test --release --test main_values -- --ignored"]
fn three_codes_by_recurrent_gain() {
    let figure = recomputed("6f", 1);
    let values = figure.values();
    assert_eq!(values.len(), 33);
    for value in values {
        let ours = value.ours.expect("it was computed").mean;
        let (published, x) = (value.published, value.x);
        assert!(
            (ours - published).abs() <= 0.09,
            "{} at {x}: {ours}, {published}",
            value.series
        );
    }
}
