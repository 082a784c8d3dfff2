//! The barcode network on the CPU.

use std::{process::ExitCode, time::Instant};

use serde::Serialize;

use super::{BenchArguments, complain, least, print};
use crate::{cli::output::say, texts};
use chickadee_engine::{
    analysis::active_fraction,
    models::barcode::{Memory, Parameters, Phase, Run, Wiring},
    worlds::caching::PlaceInputs,
};

/// What was measured at one size. Times of a step are means over the settled steps of a run, the least of some runs.
#[derive(Debug, Serialize)]
struct Row {
    units: usize,
    cores: usize,
    /// Drawing the weights, seconds.
    wiring_s: f64,
    /// One step of one place in the barcode state, milliseconds.
    barcode_step_ms: f64,
    /// One step of one place at gain 0, milliseconds.
    place_step_ms: f64,
    /// One step of 100 places in the barcode state, milliseconds.
    barcode_batch_ms: f64,
    /// One step of 100 places at gain 0, milliseconds.
    place_batch_ms: f64,
    /// Storing a seed, milliseconds.
    cache_ms: f64,
    /// 100 places, all steps, seconds.
    ring_s: f64,
    /// Steps of that.
    ring_steps: usize,
    /// Active fraction at its end, to see that it is the real thing.
    ring_active_fraction: f64,
}

/// What is wrong with the sizes.
pub(super) fn wrong(arguments: &BenchArguments) -> Option<String> {
    let units = arguments.units.iter();
    let units = units
        .copied()
        .find(|units| !(100..=15_000).contains(units))?;
    Some(texts::cli::UnitsOutside { units }.to_string())
}

pub(super) fn bench(arguments: &BenchArguments) -> ExitCode {
    if let Some(line) = wrong(arguments) {
        return complain(&line);
    }
    let rows: Vec<Row> = arguments
        .units
        .iter()
        .map(|&units| measure(units, arguments.steps))
        .collect();
    print(&rows, arguments.json, |rows| {
        say!(
            "{}",
            texts::cli::BenchBarcode {
                cores: rayon::current_num_threads()
            }
        );
        say!(
            "{:>6}  {:>9}  {:>12}  {:>12}  {:>12}  {:>12}  {:>11}  {:>18}",
            "N",
            texts::cli::bench_weights(),
            texts::cli::bench_barcode_one(),
            texts::cli::bench_barcode_hundred(),
            texts::cli::bench_place_one(),
            texts::cli::bench_place_hundred(),
            texts::cli::bench_cache(),
            texts::cli::bench_places()
        );
        for row in rows {
            say!(
                "{:>6}  {:>7.2} s  {:>9.4} ms  {:>9.3} ms  {:>9.5} ms  {:>9.4} ms  {:>8.4} ms  {:>6.2} s, {}",
                row.units,
                row.wiring_s,
                row.barcode_step_ms,
                row.barcode_batch_ms,
                row.place_step_ms,
                row.place_batch_ms,
                row.cache_ms,
                row.ring_s,
                texts::cli::BenchSteps {
                    steps: format_args!("{:>3}", row.ring_steps)
                }
            );
        }
    })
}

/// Steps from silence until the activity is that of the state.
const SETTLING: usize = 30;
/// Runs of which the least counts, as in `benches/numpy_ring.py`.
const RUNS: usize = 3;

/// What a run took.
struct Timed {
    run: Run,
    /// All of it, seconds.
    whole_s: f64,
    /// A step after the settling, milliseconds.
    step_ms: f64,
}

fn measure(units: usize, ring_steps: usize) -> Row {
    let parameters = Parameters::default();
    let inputs = PlaceInputs::ring(100, units, 0.2);
    let start = Instant::now();
    let wiring = Wiring::new(1, units);
    let wiring_s = start.elapsed().as_secs_f64();

    let once = |phase: Phase, places: Vec<usize>| {
        let settling = SETTLING.min(phase.steps() / 2);
        let mut run = Run::new(phase, places, units);
        let begin = Instant::now();
        let mut settled = begin;
        while !run.is_over() {
            if run.step() == settling {
                settled = Instant::now();
            }
            run.advance(&wiring, &parameters, &[], &inputs.rates);
        }
        let steps = (run.step() - settling) as f64;
        Timed {
            whole_s: begin.elapsed().as_secs_f64(),
            step_ms: settled.elapsed().as_secs_f64() * 1e3 / steps,
            run,
        }
    };
    let timed = |phase: Phase, places: &[usize], runs: usize| {
        (1..runs).fold(once(phase, places.to_vec()), |best, _| {
            let next = once(phase, places.to_vec());
            Timed {
                whole_s: best.whole_s.min(next.whole_s),
                step_ms: best.step_ms.min(next.step_ms),
                run: next.run,
            }
        })
    };
    let every: Vec<usize> = (0..100).collect();
    let (barcode, place) = (
        Phase::visit(&parameters, 1.0),
        Phase::visit(&parameters, 0.0),
    );
    let ring = Phase {
        settle_steps: ring_steps.saturating_sub(parameters.seed_steps),
        ..Phase::cache(&parameters)
    };
    let ring = timed(ring, &every, RUNS);

    let cache_ms = least(|| {
        std::hint::black_box(Memory {
            place: 50,
            weight: 1.0,
            barcode: ring.run.activity().row(50).into(),
            value: inputs.rates.row(50).into(),
        });
    });
    Row {
        units,
        cores: rayon::current_num_threads(),
        wiring_s,
        barcode_step_ms: timed(barcode, &[50], 4 * RUNS).step_ms,
        place_step_ms: timed(place, &[50], 4 * RUNS).step_ms,
        barcode_batch_ms: ring.step_ms,
        place_batch_ms: timed(place, &every, RUNS).step_ms,
        cache_ms,
        ring_s: ring.whole_s,
        ring_steps: ring.run.step(),
        ring_active_fraction: active_fraction(ring.run.activity().values()),
    }
}
