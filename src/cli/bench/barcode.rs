//! The barcode network on the CPU.

use std::{process::ExitCode, time::Instant};

use serde::Serialize;

use super::{BenchArguments, complain, print};
use crate::{
    analysis::active_fraction,
    models::barcode::{Memory, Parameters, Phase, Run, Wiring},
    worlds::caching::PlaceInputs,
};

/// What was measured at one size.
#[derive(Debug, Serialize)]
struct Row {
    units: usize,
    cores: usize,
    /// Drawing the weights, seconds.
    wiring_s: f64,
    /// One step of one place in the barcode state, median, milliseconds.
    barcode_step_ms: f64,
    /// One step of one place at gain 0, median, milliseconds.
    place_step_ms: f64,
    /// Storing a seed and dropping it again, milliseconds.
    memory_ms: f64,
    /// 100 places, all steps, seconds: the best of three.
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
    Some(format!("--units {units} is outside 100 … 15000"))
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
        println!(
            "barcode network on the CPU, {} cores",
            rayon::current_num_threads()
        );
        println!(
            "{:>6}  {:>10}  {:>14}  {:>12}  {:>10}  {:>18}",
            "N", "weights", "barcode step", "place step", "memory", "100 places"
        );
        for row in rows {
            println!(
                "{:>6}  {:>8.2} s  {:>11.3} ms  {:>9.4} ms  {:>7.3} ms  {:>7.2} s × {} steps",
                row.units,
                row.wiring_s,
                row.barcode_step_ms,
                row.place_step_ms,
                row.memory_ms,
                row.ring_s,
                row.ring_steps
            );
        }
    })
}

fn measure(units: usize, ring_steps: usize) -> Row {
    let parameters = Parameters::default();
    let inputs = PlaceInputs::ring(100, units, 0.2);
    let start = Instant::now();
    let wiring = Wiring::new(1, units);
    let wiring_s = start.elapsed().as_secs_f64();

    let median = |phase: Phase| {
        let mut run = Run::new(phase, vec![50], units);
        let mut times: Vec<f64> = Vec::new();
        while !run.is_over() {
            let start = Instant::now();
            run.advance(&wiring, &parameters, &[], &inputs.rates);
            if run.step() > 30 {
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
        }
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let barcode_step_ms = median(Phase::visit(&parameters, 1.0));
    let place_step_ms = median(Phase::visit(&parameters, 0.0));

    // The best of three, as NumPy gets in benches/numpy_ring.py.
    let phase = Phase {
        settle_steps: ring_steps.saturating_sub(5),
        ..Phase::cache(&parameters)
    };
    let mut ring_s = f64::INFINITY;
    let mut run = Run::new(phase, Vec::new(), units);
    for _ in 0..3 {
        run = Run::new(phase, (0..100).collect(), units);
        let start = Instant::now();
        while !run.is_over() {
            run.advance(&wiring, &parameters, &[], &inputs.rates);
        }
        ring_s = ring_s.min(start.elapsed().as_secs_f64());
    }

    let start = Instant::now();
    let rounds = 100;
    let mut kept = 0.0;
    for _ in 0..rounds {
        let memories = [Memory {
            place: 50,
            weight: 1.0,
            barcode: run.activity().row(50).into(),
            value: inputs.rates.row(50).into(),
        }];
        kept += memories[0].weight;
    }
    let memory_ms = start.elapsed().as_secs_f64() * 1e3 / f64::max(kept, 1.0);
    Row {
        units,
        cores: rayon::current_num_threads(),
        wiring_s,
        barcode_step_ms,
        place_step_ms,
        memory_ms,
        ring_s,
        ring_steps: run.step(),
        ring_active_fraction: active_fraction(run.activity().values()),
    }
}
