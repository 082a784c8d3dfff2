//! The barcode network (Fang et al. 2025) on the ring: two seeds are cached, and recall is asked at every place.
//!
//! `cargo run --release --package chickadee-engine --example barcode [units] [search strength]`

use std::sync::Arc;

use chickadee_engine::{
    analysis::pearson,
    base::reduce::argmax,
    models::barcode::{Memory, Parameters, Phase, Run, Wiring, place_output, seed_output},
    worlds::caching::PlaceInputs,
};

const PLACES: usize = 100;

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let units = arguments.next().map_or(Ok(2000), |word| word.parse());
    let search = arguments.next().map_or(Ok(0.0), |word| word.parse());
    let (Ok(units @ 100..=10_000), Ok(search)) = (units, search) else {
        return Err("expected a number of units, 100 to 10000, and a search strength".into());
    };

    // The world: place inputs X, places × units. The network: random weights J_xx(0), a function of seed and size.
    let inputs = PlaceInputs::ring(PLACES, units, 0.2);
    let wiring = Wiring::new(1, units);
    let parameters = Parameters::default();

    // Caching: settle at recurrent gain 1 with the seed input at the end, and store (barcode, place input).
    let mut memories = Vec::new();
    for place in [20, 70] {
        let mut run = Run::new(Phase::cache(&parameters), vec![place], units);
        while !run.is_over() {
            run.advance(&wiring, &parameters, &memories, &inputs.rates);
        }
        let barcode = run.activity().row(0);
        let active = barcode.iter().filter(|&&a| a > 0.0).count() as f64 / units as f64;
        println!("cached at place {place}: {active:.3} of the units are active");
        memories.push(Memory {
            place,
            weight: 1.0,
            barcode: Arc::from(barcode),
            value: Arc::from(inputs.rates.row(place)),
        });
    }
    let alike = pearson(&memories[0].barcode, &memories[1].barcode);
    println!("correlation of the two barcodes: {alike:.3}");

    // Recall at all places in one batch; the readouts say whether there is a seed, and where the remembered one is.
    let mut recall = Run::new(
        Phase::recall(&parameters, search),
        (0..PLACES).collect(),
        units,
    );
    while !recall.is_over() {
        recall.advance(&wiring, &parameters, &memories, &inputs.rates);
    }
    let seed: Vec<f64> = (0..PLACES)
        .map(|place| seed_output(&memories, recall.activity().row(place)))
        .collect();
    let highest = seed.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    println!("place  seed output  place output peaks at");
    for place in (0..PLACES).step_by(5) {
        let output = place_output(&memories, recall.activity().row(place));
        let peak = argmax(&output).unwrap_or(0) * PLACES / units;
        println!("{place:>5}  {:>11.3}  {peak:>21}", seed[place] / highest);
    }
    Ok(())
}
