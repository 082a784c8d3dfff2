use burn::tensor::Tensor;
use chickadee_engine::{
    base::random::{Random, Stream},
    models::transformer::{Shape, TrainingExample, Weights},
};

use super::{Burn, forward::dropout_of, read};
use crate::{
    engine::{Batch, Cpu, Device, Engine, Outcome},
    examples::LabelledExample,
};

const SHAPE: Shape = Shape {
    width: 16,
    layers: 3,
    heads: 2,
    sensory: 4,
    actions: 5,
};

/// Larger weights than the initial ones, so that soft-max and GELU bend.
fn weights(shape: Shape) -> Weights {
    let mut weights = Weights::initial(shape, 3);
    for w in &mut weights.values {
        *w *= 4.0;
    }
    weights
}

fn example(shape: Shape, context: usize, visible: &[usize], number: usize) -> LabelledExample {
    let mut random = Random::new(5, Stream::Query, number as u64);
    let mut values = |count: usize| {
        let mut out = vec![0.0; count * shape.token_width()];
        random.fill_normal(&mut out);
        out
    };
    let mut targets = vec![0.0; visible.len() * shape.actions];
    for (q, row) in targets.chunks_exact_mut(shape.actions).enumerate() {
        row[(q + number) % shape.actions] += 0.5;
        row[(q * 2 + number) % shape.actions] += 0.5;
    }
    LabelledExample {
        example: TrainingExample {
            context: values(context),
            queries: values(visible.len()),
            visible: visible.to_vec(),
            targets,
        },
        rewards: visible.iter().map(|seen| seen / 3).collect(),
    }
}

fn run(engine: &mut dyn Engine, weights: &Weights, batch: &Batch) -> (Outcome, Vec<f32>) {
    let mut gradient = vec![0.0; weights.values.len()];
    let outcome = engine
        .run(&weights.values, batch, Some(&mut gradient))
        .unwrap();
    (outcome, gradient)
}

/// Compares loss, counts and every tensor's gradient with the CPU twin's; `tolerance` is relative.
fn same_as_the_twin(engine: &mut Burn, batch: &Batch, tolerance: f64) {
    let weights = weights(engine.shape);
    let (wanted, wanted_gradient) = run(&mut Cpu::new(&weights), &weights, batch);
    let (outcome, gradient) = run(engine, &weights, batch);
    let held_out = engine.run(&weights.values, batch, None).unwrap();
    for outcome in [outcome, held_out] {
        assert!(
            (outcome.loss - wanted.loss).abs() < tolerance * wanted.loss,
            "{} {}",
            outcome.loss,
            wanted.loss
        );
        assert_eq!(outcome.queries, wanted.queries);
        assert_eq!(
            (outcome.before, outcome.after),
            (wanted.before, wanted.after)
        );
        assert_eq!(outcome.after_third, wanted.after_third);
    }
    for tensor in &engine.layout.tensors {
        let length = |x: &[f32]| {
            x.iter()
                .map(|&x| f64::from(x) * f64::from(x))
                .sum::<f64>()
                .sqrt()
        };
        let (a, b) = (
            &gradient[tensor.range.clone()],
            &wanted_gradient[tensor.range.clone()],
        );
        let apart: Vec<f32> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        let (apart, size) = (length(&apart), length(b));
        assert!(
            apart <= tolerance * size,
            "{}: {apart:e} of {size:e}",
            tensor.name
        );
    }
}

/// The same for several depths, for a batch in parts, and for training examples of different lengths.
fn all_the_same_on(device: Device, tolerance: f64) {
    let engine = |shape, micro| Burn::open(device, &weights(shape), micro).unwrap();
    let six = |i: usize| example(SHAPE, 12, &[1, 1, 4, 7, 11, 12], i);
    for layers in [1, 2, 3] {
        let shape = Shape { layers, ..SHAPE };
        same_as_the_twin(&mut engine(shape, 0), &batch(5, 6, &six), tolerance);
    }
    for micro in [1, 2, 9] {
        same_as_the_twin(&mut engine(SHAPE, micro), &batch(5, 6, &six), tolerance);
    }
    let uneven = |i: usize| example(SHAPE, 8 + i / 2, &[1, 2, 8], i);
    same_as_the_twin(&mut engine(SHAPE, 3), &batch(7, 3, &uneven), tolerance);
}

/// Dropout silences its share and keeps the mean; it changes the gradient, and the same seed silences the same
/// values. One test: the numbers come from one source for the whole process.
fn dropout_follows_its_seed_on(device: Device) {
    let weights = weights(SHAPE);
    let examples = |i: usize| example(SHAPE, 12, &[1, 3, 12], i);
    let mut engine = Burn::open(device, &weights, 2).unwrap();
    let values = read(dropout_of(Tensor::<1>::ones([40_000], &engine.device), 0.2)).unwrap();
    let silent = values.iter().filter(|&&x| x == 0.0).count() as f32 / 40_000.0;
    let mean = values.iter().sum::<f32>() / 40_000.0;
    assert!(
        (silent - 0.2).abs() < 0.01 && (mean - 1.0).abs() < 0.02,
        "{silent} {mean}"
    );
    let mut gradient = |dropout, seed| {
        let batch = Batch {
            dropout,
            seed,
            ..batch(4, 3, &examples)
        };
        run(&mut engine, &weights, &batch).1
    };
    let plain = gradient(0.0, 1);
    let first = gradient(0.2, 1);
    assert_ne!(plain, first);
    assert_ne!(gradient(0.2, 2), first);
    assert_eq!(gradient(0.2, 1), first);
    assert!(first.iter().all(|g| g.is_finite()));
}

fn batch<'a>(
    examples: usize,
    queries: usize,
    example: &'a (dyn Fn(usize) -> LabelledExample + Sync),
) -> Batch<'a> {
    Batch {
        examples,
        queries,
        example,
        dropout: 0.0,
        seed: 1,
    }
}

#[cfg(feature = "flex")]
#[test]
fn flex_is_the_twin() {
    all_the_same_on(Device::Flex, 1e-4);
}

#[cfg(feature = "flex")]
#[test]
fn flex_dropout_follows_its_seed() {
    dropout_follows_its_seed_on(Device::Flex);
}

#[cfg(feature = "wgpu")]
#[test]
#[ignore = "needs a GPU, or Vulkan in software"]
fn wgpu_is_the_twin() {
    all_the_same_on(Device::Wgpu, 1e-3);
    dropout_follows_its_seed_on(Device::Wgpu);
}

/// Tensor cores round the factors of a product to 10 bits (TF32), hence the tolerance.
#[cfg(feature = "cuda")]
#[test]
#[ignore = "needs an NVIDIA GPU"]
fn cuda_is_the_twin() {
    all_the_same_on(Device::Cuda, 3e-2);
}
