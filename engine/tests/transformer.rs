//! The transformer against numbers from the authors' Python, and against what must hold for any weights.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::BTreeSet;

use chickadee_engine::models::transformer::{
    Backward, Context, Layout, Mask, Shape, TrainingExample, Transformer, Want, Weights, Workspace,
};
use safetensors::{SafeTensors, tensor::TensorView};

fn floats(view: &TensorView) -> Vec<f32> {
    match view.dtype() {
        safetensors::Dtype::F64 => {
            let values = view.data().as_chunks::<8>().0;
            values
                .iter()
                .map(|b| f64::from_le_bytes(*b) as f32)
                .collect()
        }
        _ => {
            let values = view.data().as_chunks::<4>().0;
            values.iter().map(|b| f32::from_le_bytes(*b)).collect()
        }
    }
}

struct Golden {
    transformer: Transformer,
    context: Vec<f32>,
    queries: Vec<f32>,
    bytes: Vec<u8>,
}

impl Golden {
    fn load() -> Self {
        let bytes = std::fs::read("tests/golden/transformer_d64.safetensors").unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let shape = Shape {
            width: 64,
            layers: 3,
            heads: 4,
            sensory: 10,
            actions: 5,
        };
        let mut weights = Weights::initial(shape, 0);
        for tensor in Layout::new(shape).tensors {
            let view = file.tensor(&format!("in.{}", tensor.name)).unwrap();
            assert_eq!(view.shape(), tensor.shape, "{}", tensor.name);
            weights.values[tensor.range].copy_from_slice(&floats(&view));
        }
        Self {
            transformer: Transformer::new(weights),
            context: floats(&file.tensor("in.context").unwrap()),
            queries: floats(&file.tensor("in.queries").unwrap()),
            bytes,
        }
    }

    fn tensor(&self, name: &str) -> Vec<f32> {
        floats(
            &SafeTensors::deserialize(&self.bytes)
                .unwrap()
                .tensor(name)
                .unwrap(),
        )
    }

    fn filled(&self) -> Context {
        let mut context = Context::new(self.transformer.shape());
        context.append(&self.transformer, &self.context);
        context
    }
}

#[track_caller]
fn close(ours: &[f32], theirs: &[f32], tolerance: f32) {
    assert_eq!(ours.len(), theirs.len());
    let scale = theirs.iter().fold(1.0_f32, |m, x| m.max(x.abs()));
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!(
            (a - b).abs() <= tolerance * scale,
            "entry {i}: {a}, expected {b}"
        );
    }
}

/// The authors' network on a context of 60 tokens: logits at five context lengths for 25 queries.
#[test]
fn logits_are_those_of_the_authors() {
    let golden = Golden::load();
    let context = golden.filled();
    for length in [0, 1, 2, 30, 60] {
        let answers = golden
            .transformer
            .ask(&context, length, &golden.queries, Want::default());
        close(
            answers.logits.values(),
            &golden.tensor(&format!("out.logits.T{length}")),
            1e-5,
        );
    }
}

/// Hidden states and attention for the full context and query 3, cached and uncached.
#[test]
fn hidden_states_and_attention_are_those_of_the_authors() {
    let golden = Golden::load();
    let transformer = &golden.transformer;
    let token = transformer.shape().token_width();
    let query = &golden.queries[3 * token..][..token];
    let seen = transformer.observe(&[&golden.context, query].concat());
    for (i, hidden) in seen.hidden.iter().enumerate() {
        close(
            hidden.values(),
            &golden.tensor(&format!("out.hidden.{i}")),
            1e-5,
        );
    }
    for layer in 0..3 {
        let theirs = golden.tensor(&format!("out.attention.{layer}"));
        for head in 0..4 {
            let ours = &seen.attention[layer * 4 + head];
            close(ours.values(), &theirs[head * 61 * 61..][..61 * 61], 1e-5);
        }
    }
    let want = Want {
        hidden: true,
        attention: true,
    };
    let answers = transformer.ask(&golden.filled(), 60, query, want);
    assert_eq!(
        answers.logits.values(),
        seen.logits,
        "cached equals uncached"
    );
    for (cached, all) in answers.hidden.iter().zip(&seen.hidden) {
        assert_eq!(cached.values(), all.row(60));
    }
    for (cached, all) in answers.attention.iter().zip(&seen.attention) {
        assert_eq!(cached.values(), all.row(60));
        assert!((cached.values().iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}

/// The mini-model whose weights are sines: a second, independent set of published numbers.
#[test]
fn the_mini_model_gives_the_published_numbers() {
    let shape = Shape {
        width: 8,
        heads: 2,
        layers: 2,
        sensory: 2,
        actions: 3,
    };
    let layout = Layout::new(shape);
    let mut weights = Weights::initial(shape, 0);
    for (n, tensor) in layout.tensors.iter().enumerate() {
        let norm = tensor.name.contains("ln_") && tensor.name.ends_with("weight");
        for (j, value) in weights.values[tensor.range.clone()].iter_mut().enumerate() {
            let wave = libm::sin(0.7 * j as f64 + 1.3 * n as f64);
            *value = if norm { 1.0 + 0.1 * wave } else { 0.3 * wave } as f32;
        }
    }
    let transformer = Transformer::new(weights);
    let tokens = [
        [0.6, 0.8, 1.0, 0.0, 0.0, 0.8, -0.6, 0.0],
        [0.8, -0.6, 0.0, 1.0, 0.0, -1.0, 0.0, 1.0],
        [-1.0, 0.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0],
    ];
    let query = [0.6, 0.8, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let mut context = Context::new(shape);
    context.append(&transformer, tokens.as_flattened());
    let want = Want {
        hidden: true,
        attention: true,
    };
    let answers = transformer.ask(&context, 3, &query, want);
    close(
        answers.logits.values(),
        &[0.541_753, -0.475_175, -1.282_962],
        1e-5,
    );
    let empty = transformer.ask(&context, 0, &query, Want::default());
    close(
        empty.logits.values(),
        &[0.546_066, -0.469_800, -1.278_937],
        1e-5,
    );
    let hidden = [
        [
            -0.017_400, 0.056_457, 0.111_062, 0.121_810, 0.080_961, 0.002_487, -0.082_147,
            -0.136_339,
        ],
        [
            -0.117_741, 0.587_563, 1.023_828, 0.986_947, 0.491_583, -0.234_529, -0.855_328,
            -1.082_046,
        ],
        [
            -0.383_315, 0.651_023, 1.402_455, 1.406_217, 0.634_451, -0.449_238, -1.278_509,
            -1.549_211,
        ],
    ];
    for (ours, theirs) in answers.hidden.iter().zip(&hidden) {
        close(ours.values(), theirs, 5e-5);
    }
    let attention = [
        [0.311_966, 0.158_778, 0.239_810, 0.289_446],
        [0.316_092, 0.153_580, 0.238_615, 0.291_713],
        [0.236_465, 0.256_787, 0.267_316, 0.239_432],
    ];
    for (ours, theirs) in answers.attention.iter().zip(&attention) {
        close(ours.values(), theirs, 1e-5);
    }
}

/// All queries of a training example in one pass, at their own context lengths, as in training.
#[test]
fn training_answers_equal_inference_answers() {
    let golden = Golden::load();
    let transformer = &golden.transformer;
    let example = TrainingExample {
        context: golden.context.clone(),
        queries: golden.queries.clone(),
        visible: (0..25).map(|i| i * 60 / 24).collect(),
        targets: vec![0.2; 25 * 5],
    };
    let mut work = Workspace::default();
    Backward::new(transformer).loss(&example, &mut work);
    let context = golden.filled();
    let token = transformer.shape().token_width();
    for (q, &length) in example.visible.iter().enumerate() {
        let query = &golden.queries[q * token..][..token];
        let logits = transformer
            .ask(&context, length, query, Want::default())
            .logits;
        let total: f64 = logits
            .values()
            .iter()
            .map(|&x| libm::exp(f64::from(x)))
            .sum();
        for (p, &logit) in work.probabilities[q * 5..][..5].iter().zip(logits.values()) {
            let expected = (libm::exp(f64::from(logit)) / total) as f32;
            assert!((p - expected).abs() < 2e-6, "query {q}: {p} {expected}");
        }
    }
}

/// Appending one by one or all at once, changing and removing, alone or in a batch: the same bits.
#[test]
fn every_way_to_the_same_context_gives_the_same_bits() {
    let golden = Golden::load();
    let transformer = &golden.transformer;
    let token = transformer.shape().token_width();
    let at_once = golden.filled();
    let mut one_by_one = Context::new(transformer.shape());
    for t in golden.context.chunks(token) {
        one_by_one.append(transformer, t);
    }
    let ask = |context: &Context, length: usize| {
        transformer.ask(context, length, &golden.queries, Want::default())
    };
    let expected = ask(&at_once, 60);
    assert_eq!(expected, ask(&one_by_one, 60));
    let alone = transformer.ask(
        &at_once,
        60,
        &golden.queries[7 * token..][..token],
        Want::default(),
    );
    assert_eq!(alone.logits.values(), expected.logits.row(7));

    let other = vec![0.25; token];
    one_by_one.replace(transformer, 20, &other);
    assert_ne!(expected, ask(&one_by_one, 60));
    assert_eq!(
        ask(&at_once, 20),
        ask(&one_by_one, 20),
        "tokens before the change are as they were"
    );
    let original = at_once.token(20).to_vec();
    one_by_one.replace(transformer, 20, &original);
    assert_eq!(expected, ask(&one_by_one, 60));

    one_by_one.remove(transformer, &BTreeSet::from([3, 10, 59]));
    let mut without = Context::new(transformer.shape());
    for (_, t) in golden
        .context
        .chunks(token)
        .enumerate()
        .filter(|(i, _)| ![3, 10, 59].contains(i))
    {
        without.append(transformer, t);
    }
    assert_eq!(one_by_one.len(), 57);
    assert_eq!(ask(&without, 57), ask(&one_by_one, 57));

    let mut cut = at_once.clone();
    cut.truncate(30);
    cut.append(transformer, &golden.context[30 * token..]);
    assert_eq!(expected, ask(&cut, 60));
}

/// Hiding a token from all rows is removing it; hiding all from the query is asking without context.
#[test]
fn masks_hide() {
    let golden = Golden::load();
    let transformer = &golden.transformer;
    let ask = |context: &Context, length: usize| {
        transformer
            .ask(context, length, &golden.queries, Want::default())
            .logits
    };
    let mut masked = golden.filled();
    for layer in 0..3 {
        let mask = Mask {
            between: (0..60).map(|reader| (reader, 17)).collect(),
            from_query: BTreeSet::from([17]),
            query_itself: false,
        };
        masked.set_mask(transformer, layer, mask);
    }
    let mut removed = golden.filled();
    removed.remove(transformer, &BTreeSet::from([17]));
    close(ask(&masked, 60).values(), ask(&removed, 59).values(), 1e-5);

    for layer in 0..3 {
        let mask = Mask {
            from_query: (0..60).collect(),
            ..Mask::default()
        };
        masked.set_mask(transformer, layer, mask);
    }
    assert_eq!(ask(&masked, 60), ask(&golden.filled(), 0));

    // A query that sees nothing, not even itself, still gives an answer.
    for layer in 0..3 {
        let mask = Mask {
            from_query: (0..60).collect(),
            query_itself: true,
            ..Mask::default()
        };
        masked.set_mask(transformer, layer, mask);
    }
    assert!(ask(&masked, 60).values().iter().all(|x| x.is_finite()));

    for layer in 0..3 {
        masked.set_mask(transformer, layer, Mask::default());
    }
    assert_eq!(
        ask(&masked, 60),
        ask(&golden.filled(), 60),
        "and all is as it was"
    );
}
