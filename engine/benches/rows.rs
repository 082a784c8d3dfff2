//! `cargo bench -p chickadee-engine --bench rows`: what the sparse row product reaches on one core, by where the weights lie, and where 100
//! places of a network of 5,000 units stand below that.
//!
//! A multiply–add reads four bytes of weights. With weights in the first cache the arithmetic is the limit; further out it is what that cache,
//! or the memory, can deliver.
#![allow(
    clippy::allow_attributes,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a measurement needs the clock, and is printed"
)]

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    native::measure();
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::{hint::black_box, time::Instant};

    use chickadee_engine::{
        base::{
            Matrix,
            random::{Random, Stream},
        },
        ops::rows::{Active, accumulate, accumulate_batch},
    };

    /// Runs of which the least counts.
    const RUNS: usize = 5;
    /// Multiply–adds of a run, at least: some hundredths of a second.
    const WORK: usize = 400_000_000;

    pub fn measure() {
        // One core: below it the product is not shared out.
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let Ok(one) = one else { return };
        one.install(|| {
            for (level, rows, columns) in [
                ("16 KB, the first cache", 8, 512),
                ("256 KB, the second", 64, 1024),
                ("8 MB, the third", 1024, 2048),
                ("100 MB, memory", 5000, 5000),
            ] {
                one_state(level, rows, columns);
            }
            many_places();
        });
    }

    fn one_state(level: &str, rows: usize, columns: usize) {
        let matrix = normal(rows, columns);
        let active = read(&vec![0.5; rows]);
        let mut y = vec![0.0; columns];
        let once = rows * columns;
        let times = WORK.div_ceil(once);
        let seconds = least(|| {
            for _ in 0..times {
                accumulate(&matrix, black_box(&active), &mut y);
            }
        });
        black_box(&y);
        let rate = (times * once) as f64 / seconds / 1e9;
        let bytes = 4.0 * rate;
        println!("{level:<24} {rate:>5.1} G multiply-adds/s, {bytes:>5.1} GB/s of weights");
    }

    fn many_places() {
        let (units, places) = (5000, 100);
        let matrix = normal(units, units);
        // An eighth is active, as in the barcode state.
        let active = (0..places).map(|place| {
            let mut activity = vec![0.0; units];
            Random::new(2, Stream::Bird, place).fill_normal(&mut activity);
            activity.iter_mut().for_each(|a| *a = (*a - 1.15).max(0.0));
            read(&activity)
        });
        let active: Vec<Active> = active.collect();
        let products = active.iter().map(Active::len).sum::<usize>() * units;
        let mut y = vec![0.0; units * active.len()];
        let seconds = least(|| accumulate_batch(&matrix, black_box(&active), &mut y));
        println!(
            "100 places, N = 5,000    {:>5.1} G multiply-adds/s, {:.1} ms a step ({:.1} % of the dense product)",
            products as f64 / seconds / 1e9,
            seconds * 1e3,
            100.0 * products as f64 / (active.len() * units * units) as f64
        );
    }

    fn normal(rows: usize, columns: usize) -> Matrix {
        let mut matrix = Matrix::zeros(rows, columns);
        for row in 0..rows {
            Random::new(1, Stream::Recurrent, row as u64).fill_normal(matrix.row_mut(row));
        }
        matrix
    }

    fn read(activity: &[f32]) -> Active {
        let mut active = Active::default();
        active.read(activity);
        active
    }

    /// Seconds of the quickest run.
    fn least(mut run: impl FnMut()) -> f64 {
        let time = |_| {
            let begin = Instant::now();
            run();
            begin.elapsed().as_secs_f64()
        };
        (0..RUNS).map(time).fold(f64::INFINITY, f64::min)
    }
}
