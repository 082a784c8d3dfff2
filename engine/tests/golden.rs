//! The network against tensors that the authors' Python produced.
//!
//! `golden/barcode_n200_lite.safetensors`: N = N_inp = 200, S = 20, default parameters, caches at places 3 and 12,
//! computed in float64 from float32 weights. Our f32 engine runs the authors' explicit Euler step. The dynamics
//! are weakly chaotic: a rounding error grows about sixty-fold over a run, so activities are held to a relative
//! L2 error of 2e-4 and an absolute one of 5e-3, and every decision (arg max, ratio above one half) must be equal.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use chickadee_engine::{
    base::{Matrix, reduce::argmax},
    models::barcode::{
        Euler, Memory, Parameters, Phase, Run, Skew, Wiring, dense_recurrent, place_mode,
        place_output, seed_output,
    },
    worlds::caching::PlaceInputs,
};

const CACHES: [usize; 2] = [3, 12];
const PLACES: usize = 20;

struct Golden(Vec<u8>);

impl Golden {
    fn open() -> Self {
        Self(
            std::fs::read(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/golden/barcode_n200_lite.safetensors"
            ))
            .unwrap(),
        )
    }

    fn get(&self, name: &str) -> Matrix {
        let file = safetensors::SafeTensors::deserialize(&self.0).unwrap();
        let tensor = file
            .tensor(name)
            .unwrap_or_else(|_| panic!("no tensor {name}"));
        let values: Vec<f32> = tensor
            .data()
            .chunks(4)
            .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
            .collect();
        let columns = *tensor.shape().last().unwrap();
        Matrix::from_values(values.len() / columns, columns, values)
    }

    fn wiring(&self) -> Wiring {
        Wiring::given(self.get("J_xx_init"), self.get("J_sx").values().to_vec())
    }
}

/// The golden weights are J_xx itself: gain 1, mean 0.
fn parameters() -> Parameters {
    Parameters {
        weight_gain: 1.0,
        weight_mean: 0.0,
        euler: Euler::Reference,
        ..Parameters::default()
    }
}

fn close(name: &str, found: &[f32], expected: &[f32], relative: f64, absolute: f64) {
    assert_eq!(found.len(), expected.len(), "{name}: length");
    let norm = |v: &mut dyn Iterator<Item = f64>| v.map(|x| x * x).sum::<f64>().sqrt();
    let difference = |(a, b): (&f32, &f32)| f64::from(*a) - f64::from(*b);
    let error = norm(&mut found.iter().zip(expected).map(difference));
    let scale = norm(&mut expected.iter().map(|&x| f64::from(x)));
    let worst = found
        .iter()
        .zip(expected)
        .map(difference)
        .fold(0.0, |m: f64, d| m.max(d.abs()));
    assert!(
        error <= relative * scale && worst <= absolute,
        "{name}: relative {:.2e}, worst {worst:.2e}",
        error / scale
    );
}

fn activity_close(name: &str, found: &[f32], expected: &[f32]) {
    close(name, found, expected, 2e-4, 5e-3);
}

fn settle(golden: &Golden, parameters: &Parameters, memories: &[Memory], phase: Phase) -> Run {
    let inputs = golden.get("place_inputs");
    let mut run = Run::new(phase, (0..PLACES).collect(), 200);
    let wiring = golden.wiring();
    while !run.is_over() {
        run.advance(&wiring, parameters, memories, &inputs);
    }
    run
}

fn cache(
    golden: &Golden,
    parameters: &Parameters,
    memories: &mut Vec<Memory>,
    place: usize,
) -> Run {
    let run = settle(golden, parameters, memories, Phase::cache(parameters));
    memories.push(Memory {
        place,
        weight: 1.0,
        barcode: run.activity().row(place).into(),
        value: golden.get("place_inputs").row(place).into(),
    });
    run
}

#[test]
fn place_inputs_are_the_authors() {
    let golden = Golden::open();
    let pairs = [
        ("place_inputs", PlaceInputs::ring(20, 200, 0.2)),
        (
            "place1d_s20_n200_decay0.02",
            PlaceInputs::ring(20, 200, 0.02),
        ),
        ("place2d_s9_n144", PlaceInputs::arena(9, 144, 0.2)),
        ("place2d_s16_n400", PlaceInputs::arena(16, 400, 0.2)),
    ];
    for (name, found) in pairs {
        close(
            name,
            found.rates.values(),
            golden.get(name).values(),
            1e-6,
            2e-6,
        );
    }
}

#[test]
fn place_mode_has_its_closed_form() {
    let golden = Golden::open();
    let inputs = golden.get("place_inputs");
    let expected = golden.get("place_acts");
    for s in 0..PLACES {
        close(
            "place mode",
            &place_mode(&parameters(), inputs.row(s)),
            expected.row(s),
            1e-6,
            1e-6,
        );
    }
    let settled = settle(
        &golden,
        &parameters(),
        &[],
        Phase::visit(&parameters(), 0.0),
    );
    close(
        "place mode by steps",
        settled.activity().values(),
        expected.values(),
        1e-6,
        1e-6,
    );
}

#[test]
fn barcodes_form_step_by_step() {
    let golden = Golden::open();
    let parameters = parameters();
    let inputs = golden.get("place_inputs");
    let wiring = golden.wiring();
    let mut run = Run::new(Phase::cache(&parameters), (0..PLACES).collect(), 200);
    while !run.is_over() {
        run.advance(&wiring, &parameters, &[], &inputs);
        let (name, relative) = match run.step() {
            1 => ("barcode_acts_t001", 1e-6),
            2 => ("barcode_acts_t002", 2e-6),
            100 => ("barcode_acts_t100", 2e-4),
            105 => ("barcode_acts", 2e-4),
            _ => continue,
        };
        close(
            name,
            run.activity().values(),
            golden.get(name).values(),
            relative,
            5e-3,
        );
    }
}

#[test]
fn gain_turns_place_into_barcode_as_published() {
    let golden = Golden::open();
    let parameters = parameters();
    for gain in [0.0, 0.25, 0.5, 0.75, 1.0] {
        for seed_steps in [0, 5] {
            let phase = Phase {
                seed_steps,
                ..Phase::visit(&parameters, gain)
            };
            let name = format!("rsweep_seed{seed_steps}_r{gain:.2}_acts");
            let run = settle(&golden, &parameters, &[], phase);
            activity_close(&name, run.activity().values(), golden.get(&name).values());
        }
    }
}

#[test]
fn activity_decays_without_input_as_published() {
    let golden = Golden::open();
    let parameters = parameters();
    let phase = Phase {
        silent_steps: 20,
        ..Phase::cache(&parameters)
    };
    let run = settle(&golden, &parameters, &[], phase);
    activity_close(
        "zeroinput20_acts_last",
        run.activity().values(),
        golden.get("zeroinput20_acts_last").values(),
    );
}

#[test]
fn caching_and_recall_are_the_authors() {
    let golden = Golden::open();
    let parameters = parameters();
    let mut memories = Vec::new();
    for (k, place) in CACHES.into_iter().enumerate() {
        let run = cache(&golden, &parameters, &mut memories, place);
        let name = format!("cache{}_acts", k + 1);
        activity_close(&name, run.activity().values(), golden.get(&name).values());
        for search in ["0.0", "0.4", "0.7"] {
            let prefix = format!("cache{}_recall_s{search}", k + 1);
            let run = settle(
                &golden,
                &parameters,
                &memories,
                Phase::recall(&parameters, search.parse().unwrap()),
            );
            let activity = golden.get(&format!("{prefix}_acts"));
            activity_close(&prefix, run.activity().values(), activity.values());

            let seed = golden.get(&format!("{prefix}_seed_output"));
            let place = golden.get(&format!("{prefix}_place_output"));
            let found: Vec<f32> = (0..PLACES)
                .map(|s| seed_output(&memories, run.activity().row(s)) as f32)
                .collect();
            close(
                &format!("{prefix} seed output"),
                &found,
                seed.values(),
                2e-4,
                0.1,
            );
            let largest = |v: &[f32]| v.iter().copied().fold(f32::MIN, f32::max);
            for s in 0..PLACES {
                let read = place_output(&memories, run.activity().row(s));
                close(
                    &format!("{prefix} place output {s}"),
                    &read,
                    place.row(s),
                    1e-3,
                    0.3,
                );
                assert_eq!(
                    argmax(&read),
                    argmax(place.row(s)),
                    "{prefix}, place {s}: where"
                );
                let ratio = |v: &[f32]| v[s] / largest(v) > 0.5;
                assert_eq!(
                    ratio(&found),
                    ratio(seed.values()),
                    "{prefix}, place {s}: whether"
                );
            }
        }
    }
}

#[test]
fn low_rank_synapses_are_the_dense_update() {
    let golden = Golden::open();
    let parameters = parameters();
    let mut memories = Vec::new();
    for (k, place) in CACHES.into_iter().enumerate() {
        cache(&golden, &parameters, &mut memories, place);
        let dense = dense_recurrent(&golden.wiring(), &parameters, &memories);
        let get = |what: &str| golden.get(&format!("cache{}_{what}", k + 1));
        close(
            "row 7 of J_xx",
            dense.row(7),
            get("J_xx_row7").values(),
            1e-5,
            1e-4,
        );
        let row_sums: Vec<f32> = (0..200).map(|i| dense.row(i).iter().sum()).collect();
        let column_sums: Vec<f32> = (0..200)
            .map(|j| (0..200).map(|i| dense.row(i)[j]).sum())
            .collect();
        close(
            "row sums of J_xx",
            &row_sums,
            get("J_xx_rowsum").values(),
            1e-4,
            5e-3,
        );
        close(
            "column sums of J_xx",
            &column_sums,
            get("J_xx_colsum").values(),
            1e-4,
            5e-3,
        );

        let summed: Vec<f32> = (0..200)
            .map(|i| memories.iter().map(|m| m.barcode[i]).sum())
            .collect();
        activity_close("J_xs", &summed, get("J_xs").values());
        let read: Vec<f32> = (0..200)
            .map(|i| memories.iter().map(|m| m.value[7] * m.barcode[i]).sum())
            .collect();
        activity_close("row 7 of J_xy", &read, get("J_xy_row7").values());
    }
}

#[test]
fn without_barcodes_the_authors_ablation() {
    let golden = Golden::open();
    let parameters = Parameters {
        weight_gain: 0.0,
        weight_mean: 0.0,
        ..parameters()
    };
    let mut memories = Vec::new();
    for (k, place) in CACHES.into_iter().enumerate() {
        let run = cache(&golden, &parameters, &mut memories, place);
        let name = format!("nobarcode_cache{}_acts", k + 1);
        activity_close(&name, run.activity().values(), golden.get(&name).values());
        for search in ["0.0", "0.7"] {
            let name = format!("nobarcode_cache{}_recall_s{search}_seed_output", k + 1);
            let run = settle(
                &golden,
                &parameters,
                &memories,
                Phase::recall(&parameters, search.parse().unwrap()),
            );
            let found: Vec<f32> = (0..PLACES)
                .map(|s| seed_output(&memories, run.activity().row(s)) as f32)
                .collect();
            close(&name, &found, golden.get(&name).values(), 2e-4, 0.1);
        }
    }
}

#[test]
fn weights_towards_the_future_are_the_authors() {
    let golden = Golden::open();
    let skew = Skew {
        weight: 1.0,
        shifts: 11,
        decay: 0.99,
        amplitude: 0.05,
        offset: 0.01,
    };
    let delta = golden.get("pred_delta");
    let mut unit = vec![0.0; 200];
    unit[190] = 1.0;
    let mut ahead = vec![0.0; 200];
    skew.accumulate(&unit, 1.0, 1.0, &mut ahead);
    close("row 190 of Δ", &ahead, delta.row(190), 1e-5, 1e-6);

    let parameters = Parameters {
        weight_gain: 1.25,
        skew: Some(Skew {
            weight: 1.5,
            ..skew
        }),
        ..parameters()
    };
    for gain in [0.0, 0.3, 1.0] {
        let name = format!("pred_r{gain:.1}_seed0_acts");
        let run = settle(&golden, &parameters, &[], Phase::visit(&parameters, gain));
        activity_close(&name, run.activity().values(), golden.get(&name).values());
    }
}
