use chickadee::{
    base::random::{Random, Stream},
    models::transformer::{Lesson, Shape, Weights},
};

use super::Burn;
use crate::{
    engine::{Batch, Cpu, Device, Engine, EngineError, Outcome, open},
    lessons::Asked,
};

const SHAPE: Shape = Shape { width: 16, layers: 3, heads: 2, sensory: 4, actions: 5 };

/// Larger weights than the initial ones, so that soft-max and GELU bend.
fn weights(shape: Shape) -> Weights {
    let mut weights = Weights::initial(shape, 3);
    for w in &mut weights.values {
        *w *= 4.0;
    }
    weights
}

fn lesson(shape: Shape, context: usize, visible: &[usize], number: usize) -> Asked {
    let mut random = Random::new(5, Stream::Query, number as u64);
    let mut values = |count: usize| {
        let mut out = vec![0.0; count * shape.token()];
        random.fill_normal(&mut out);
        out
    };
    let mut targets = vec![0.0; visible.len() * shape.actions];
    for (q, row) in targets.chunks_exact_mut(shape.actions).enumerate() {
        row[(q + number) % shape.actions] += 0.5;
        row[(q * 2 + number) % shape.actions] += 0.5;
    }
    Asked {
        lesson: Lesson {
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
    let outcome = engine.run(&weights.values, batch, Some(&mut gradient)).unwrap();
    (outcome, gradient)
}

/// Compares loss, counts and every tensor's gradient with the CPU twin's.
fn same_as_the_twin(shape: Shape, engine: &mut Burn, batch: &Batch) {
    let weights = weights(shape);
    let (wanted, wanted_gradient) = run(&mut Cpu::new(&weights), &weights, batch);
    let (outcome, gradient) = run(engine, &weights, batch);
    let held_out = engine.run(&weights.values, batch, None).unwrap();
    for outcome in [outcome, held_out] {
        assert!((outcome.loss - wanted.loss).abs() < 1e-4 * wanted.loss, "{} {}", outcome.loss, wanted.loss);
        assert_eq!(outcome.queries, wanted.queries);
        assert_eq!((outcome.before, outcome.after), (wanted.before, wanted.after));
        assert_eq!(outcome.after_third, wanted.after_third);
    }
    for tensor in &engine.layout.tensors {
        let length = |x: &[f32]| x.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
        let (a, b) = (&gradient[tensor.range.clone()], &wanted_gradient[tensor.range.clone()]);
        let apart: Vec<f32> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        let (apart, size) = (length(&apart), length(b));
        assert!(apart <= 1e-4 * size, "{}: {apart:e} of {size:e}", tensor.name);
    }
}

fn engine(shape: Shape, micro: usize) -> Burn {
    Burn::open(device(), &weights(shape), micro).unwrap()
}

/// The device of these tests: `CHICKADEE_DEVICE`, where a GPU is to be looked at, or the CPU.
fn device() -> Device {
    match std::env::var("CHICKADEE_DEVICE").as_deref() {
        Ok("wgpu") => Device::Wgpu,
        Ok("cuda") => Device::Cuda,
        _ => Device::Flex,
    }
}

fn batch<'a>(lessons: usize, queries: usize, lesson: &'a (dyn Fn(usize) -> Asked + Sync)) -> Batch<'a> {
    Batch { lessons, queries, lesson, dropout: 0.0, seed: 1 }
}

#[test]
fn loss_and_gradient_are_the_twins() {
    let visible = [1, 1, 4, 7, 11, 12];
    let lessons = |i: usize| lesson(SHAPE, 12, &visible, i);
    for layers in [1, 2, 3] {
        let shape = Shape { layers, ..SHAPE };
        same_as_the_twin(shape, &mut engine(shape, 0), &batch(5, 6, &lessons));
    }
}

#[test]
fn parts_of_a_batch_sum_to_the_same() {
    let lessons = |i: usize| lesson(SHAPE, 12, &[1, 3, 12], i);
    for micro in [1, 2, 5, 9] {
        same_as_the_twin(SHAPE, &mut engine(SHAPE, micro), &batch(5, 3, &lessons));
    }
}

/// Lessons of different lengths in one batch are answered apart.
#[test]
fn lengths_may_differ() {
    let lessons = |i: usize| lesson(SHAPE, 8 + i / 2, &[1, 2, 8], i);
    same_as_the_twin(SHAPE, &mut engine(SHAPE, 3), &batch(7, 3, &lessons));
}

#[test]
fn dropout_follows_its_seed() {
    let weights = weights(SHAPE);
    let lessons = |i: usize| lesson(SHAPE, 12, &[1, 3, 12], i);
    let mut engine = engine(SHAPE, 2);
    let mut gradient = |dropout, seed| {
        let batch = Batch { dropout, seed, ..batch(4, 3, &lessons) };
        run(&mut engine, &weights, &batch).1
    };
    let plain = gradient(0.0, 1);
    let first = gradient(0.2, 1);
    assert_ne!(plain, first);
    assert_ne!(gradient(0.2, 2), first);
    assert_eq!(gradient(0.2, 1), first);
    assert!(first.iter().all(|g| g.is_finite()));
}

#[test]
fn what_cannot_be_done_is_said() {
    let weights = weights(SHAPE);
    assert!(matches!(open(Device::Cpu, &weights, 0.1, 0), Err(EngineError::Dropout)));
    #[cfg(not(feature = "cuda"))]
    {
        let Err(error) = open(Device::Cuda, &weights, 0.0, 0) else {
            panic!("CUDA is not in this build");
        };
        assert!(error.to_string().contains("--features cuda"), "{error}");
    }
}
